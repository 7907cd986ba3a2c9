"""Forms of an import: upload a table, say what its columns are, import it."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, SelectField, StringField, ValidationError
from wtforms.validators import NumberRange, Optional

from victim_support.core.forms import DeskForm, Length
from victim_support.core.mapping.errors import LayoutError
from victim_support.core.mapping.layouts import MappingFile, read_mapping_file
from victim_support.core.mapping.profiles import LONGEST_NAME, Profile
from victim_support.core.mapping.targets import Targets

AUTOMATIC = ""
_COLUMN = re.compile(r"column-([0-9]{1,4})")


class UploadForm(DeskForm):
    """A table to try out, with a saved mapping or a mapping file if it needs one."""

    file = FileField("ファイル(CSV・Excel)", [FileRequired("ファイルを選んでください。")])
    profile = SelectField("保存した読み方", validate_choice=False)
    mapping_file = FileField("対応表(TOML・JSON)")
    is_confirmed = BooleanField("番号の列が個人番号でないことを確かめた")

    mapping = MappingFile()

    def __init__(self, targets: Targets, profiles: Sequence[Profile], **values: Any) -> None:
        super().__init__(**values)
        self.targets, self.profiles = targets, profiles
        names = [(one.name, one.name) for one in profiles]
        self.profile.choices = [(AUTOMATIC, "見出しから自動で読む"), *names]

    def validate_mapping_file(self, field: FileField) -> None:
        if field.data:
            try:
                name = field.data.filename or ""
                self.mapping = read_mapping_file(field.data.read(), name, self.targets)
            except LayoutError as error:
                raise ValidationError(error.on_screen) from error

    @property
    def chosen_profile(self) -> Profile | None:
        """Return the saved mapping that was chosen; a mapping file goes before it."""
        if self.mapping_file.data:
            return None
        return next((one for one in self.profiles if one.name == self.profile.data), None)

    def with_confirmed(self, mapping: MappingFile) -> MappingFile:
        """Return a mapping with the columns that were said to be no individual numbers."""
        if not self.is_confirmed.data:
            return mapping
        confirmed = [*mapping.confirmed, *self.targets.identifiers]
        return msgspec.structs.replace(mapping, confirmed=confirmed)

    @property
    def file_name(self) -> str:
        """Return the name of the file, short and on one line."""
        name = getattr(self.file.data, "filename", None) or "名前のないファイル"
        return re.sub(r"[\x00-\x1f]", "", name)[-100:]


class ColumnsForm(DeskForm):
    """What each column is, as somebody chose it beside its header and first values."""

    header_row = IntegerField(
        "見出しの行", validators=[Optional(), NumberRange(0, 10)], description="ないときは 0"
    )
    sheet = SelectField("シート", validate_choice=False)
    profile_name = StringField(
        "この読み方に名前を付けて保存", validators=[Length(max=LONGEST_NAME)]
    )

    def __init__(self, sheets: Sequence[str] = (), **values: Any) -> None:
        super().__init__(**values)
        self.sheet.choices = [(name, name) for name in sheets]

    def wanted(self, before: MappingFile, targets: Targets, headers: Sequence[str]) -> MappingFile:
        """Return the mapping that was chosen; columns are named by header where one is unique.

        Raises:
            LayoutError: Two columns are to be the same.
        """
        columns: dict[str, str | int] = {}
        for position, name in _chosen(targets):
            if name in columns:
                raise LayoutError(f"{targets.labels[name]}に、2つの列が選ばれています。")
            header = headers[position - 1].strip() if position <= len(headers) else ""
            is_unique = header and sum(one.strip() == header for one in headers) == 1
            columns[name] = header if is_unique else position
        return msgspec.structs.replace(
            before,
            layout=None,
            header=None,
            header_row=self.header_row.data,
            sheet=self.sheet.data or before.sheet,
            columns=columns,
            is_exact=True,
        )


class ImportForm(DeskForm):
    """Import what was looked at; a slice adds what it must ask."""

    def __init__(self, report: dict[str, Any] | None = None, **values: Any) -> None:
        super().__init__(**values)
        self.report = report or {}

    @property
    def options(self) -> dict[str, Any]:
        """Return what was answered, for the steps of the import."""
        return {}


def _chosen(targets: Targets) -> list[tuple[int, str]]:
    found = []
    for key, value in request.form.items():
        column = _COLUMN.fullmatch(key)
        if column and value in targets.labels:
            found.append((int(column[1]), value))
    return sorted(found)
