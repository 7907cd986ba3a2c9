"""The forms of what is carried on a stick."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import ValidationError

from victim_support.core.access import current_actor
from victim_support.core.forms import DeskForm, LineField, TextField
from victim_support.sync.media import FolderError, Medium, checked_folder
from victim_support.sync.statements import Certificate
from victim_support.sync.sticks import (
    Found,
    StickFault,
    find_stick,
    is_only_registered,
    proposed_label,
)

OTHER = ""
REGISTRABLE = frozenset({StickFault.UNKNOWN, StickFault.COPIED})


class FolderForm(DeskForm):
    """On which stick, or in which folder."""

    medium = RadioField("USB", default=OTHER, validate_choice=False)
    path = LineField(
        "ほかの場所",
        description="上にないときだけ書きます。例 /media/usb",
    )

    def __init__(self, instance: Path, media: Sequence[Medium], **values: Any) -> None:
        super().__init__(**values)
        self._instance = instance
        self.has_media = bool(media)
        self.medium.choices = [
            *((str(each.path), each.label) for each in media),
            (OTHER, "ほかの場所"),
        ]
        if not media:
            self.path.label.text = "USBの場所"
        if media and "formdata" in values:  # a page that nobody has sent yet
            self.medium.data = str(media[0].path)

    @property
    def folder(self) -> Path:
        """Return the folder; only after ``validate``.

        Raises:
            FolderError: It cannot be used any more.
        """
        return checked_folder(self.path.data or self.medium.data or "", self._instance)

    @property
    def stick(self) -> Found:
        """Return what is known of the stick; only after ``validate``."""
        return find_stick(self.folder)

    def validate_path(self, field: Any) -> None:
        """Refuse what is no folder, a part of the program's own data, or no stick of the ledger."""
        try:
            found = self.stick
        except FolderError as error:
            raise ValidationError(str(error)) from error
        if found.fault is not None and found.is_refused and not self.registers(found):
            raise ValidationError(found.fault.advice)

    def registers(self, _found: Found) -> bool:
        """Tell whether a stick that is not in the ledger is to be taken into it."""
        return False


class ExportForm(FolderForm):
    """For whom, and how much."""

    target = SelectField("届け先", default="")
    is_all = BooleanField(
        "相手が持っている記録も含めて、すべて書き出す",
        description="相手のパソコンを入れ替えたときなど。",
    )
    is_first_fill = BooleanField(
        "新しい端末に初めから入れる",
        description="届け先の端末と本部だけが開ける束になります。届け先を選んでください。",
    )

    has_files = BooleanField("写真も運ぶ", default=True)
    stick_label = LineField(
        "台帳にないUSBなら、付ける名前",
        description="この名前で「USBの台帳」に載ります。名前を書いたラベルを貼ってください。"
        "空にすると、載せずに書き出します。",
    )

    def __init__(
        self,
        instance: Path,
        media: Sequence[Medium],
        machines: Sequence[Certificate],
        **values: Any,
    ) -> None:
        super().__init__(instance, media, **values)
        self.target.choices = [
            ("", "本部とすべての端末"),
            *((str(each.node), each.name) for each in machines),
        ]
        if "formdata" in values:  # a page that nobody has sent yet
            self.stick_label.data = proposed_label()

    def registers(self, found: Found) -> bool:
        """Tell whether the stick is to be taken into the ledger; where it must be, by whom."""
        may = not is_only_registered() or current_actor().may("stick.manage")
        return may and bool(self.stick_label.data) and found.fault in REGISTRABLE

    @property
    def targets(self) -> list[str]:
        """Return the ids of the machines chosen; none means everybody."""
        return [str(UUID(self.target.data))] if self.target.data else []

    def validate_is_first_fill(self, field: Any) -> None:
        """Ask for one machine: its bundle is readable by nobody else but the headquarters."""
        if field.data and not self.target.data:
            raise ValidationError("届け先の端末を選んでください。")


class StickForm(DeskForm):
    """Say what became of a stick."""

    note = TextField("分かること", description="例 7月16日、上郷小の受付で最後に使った")
