"""Forms of applications that came in files: import, whose one is, why one is not received."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, RadioField
from wtforms.validators import ValidationError

from victim_support.core.forms import DeskForm, Length, LineField, required
from victim_support.core.mapping.forms import ImportForm
from victim_support.counter.rules.attachments import number_key
from victim_support.counter.rules.filed import FiledRow, name_key
from victim_support.damage.forms import ApplicationForm, choices_of
from victim_support.damage.rules.applying import ApplicationSource

MOST_FILES = 100
_SOURCES = [ApplicationSource.ONLINE, ApplicationSource.PAPER]


class FiledImportForm(ImportForm):
    """Import what was looked at; somebody says how the applications came."""

    source = RadioField(
        "申請の方法",
        choices=choices_of(_SOURCES),
        default=ApplicationSource.ONLINE.value,
        validators=[required("どちらかを選んでください。")],
    )

    @property
    def options(self) -> dict[str, Any]:
        """Return how the applications came, for the steps of the import."""
        return {"source": self.source.data}


class AttachmentsForm(DeskForm):
    """Photographs and papers that came with online applications, or ZIP files of them."""

    brought = HiddenField()
    """Under which id the files are kept until they are read; sent twice, they are read once."""
    files = MultipleFileField("写真・PDF、またはまとめたファイル(ZIP)")
    number = LineField("受付番号(ファイルの名前にないとき)", validators=[Length(max=60)])

    def validate_files(self, field: Any) -> None:
        """Ask for files, and not for more than a page can wait for."""
        if not self.chosen_files:
            raise ValidationError("写真、PDFかZIPのファイルを選んでください。")
        if len(field.data) > MOST_FILES:
            raise ValidationError(f"一度に{MOST_FILES}個までです。分けて選んでください。")

    def validate_number(self, field: Any) -> None:
        """Refuse a number that no application has."""
        if field.data and number_key(field.data) not in map(number_key, self.known):
            raise ValidationError("この受付番号の申請は、取り込まれていません。")

    def validate_brought(self, field: Any) -> None:
        """Refuse what is no id."""
        try:
            UUID(field.data or "")
        except ValueError as error:
            raise ValidationError("画面を開き直して、もう一度選んでください。") from error

    @property
    def brought_id(self) -> UUID:
        """Return the id under which the files are kept until they are read."""
        return UUID(self.brought.data)

    @property
    def chosen_files(self) -> list[FileStorage]:
        """Return the files; a browser sends an empty one when none was chosen."""
        return [each for each in self.files.data or () if getattr(each, "filename", "")]

    known: Collection[str] = ()


class LeaveOutForm(DeskForm):
    """Take what came off an application: it is no picture of damage and no paper that counts."""


class WhoseForm(DeskForm):
    """The household an application from a file is of."""

    token = HiddenField(validators=[required(), Length(max=80)])


class SetAsideForm(DeskForm):
    """Why an application from a file is not received."""

    reason = LineField(
        "受け付けない理由", validators=[required("理由を入れてください。"), Length(max=200)]
    )


def fill_from(form: ApplicationForm, row: FiledRow) -> None:
    """Write what a file says into the form of an application that nobody has typed in yet."""
    form.address.data, form.unit.data = row.address, row.unit
    form.requested.data = row.requested
    form.property_kind.data = row.property_kind or form.property_kind.data
    form.damaged_parts.data = list(row.parts)
    form.reported_damage.data = row.damage
    form.contact.data, form.staying_at.data = row.phone, row.staying_at
    form.applicant_relation.data = row.relation
    form.agrees_registers.data, form.agrees_sharing.data = row.agrees_registers, row.agrees_sharing
    form.agrees_photos.data = row.agrees_photos
    form.wants_self_judgement.data = row.self_judgement
    known = {name_key(name) for _value, name, *_rest in form.members.iter_choices()}
    form.others.data = "\n".join(name for name in row.members if name_key(name) not in known)
    same = [value for value, name, *_rest in form.applicant.iter_choices() if name == row.name]
    if same:
        form.applicant.data = same[0]
