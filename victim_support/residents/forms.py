"""Forms of the resident register: upload an extract, import it."""

import re
from typing import Any

import msgspec
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, RadioField, ValidationError

from victim_support.core.forms import DeskForm
from victim_support.residents.rules.columns import MappingFile, read_mapping_file
from victim_support.residents.rules.coverage import Coverage
from victim_support.residents.rules.errors import LayoutError

_IDENTIFIERS = ["number", "household_number"]


class UploadForm(DeskForm):
    """An extract of the register to try out, with its mapping file if it needs one."""

    file = FileField("抽出ファイル(CSV)", [FileRequired("ファイルを選んでください。")])
    mapping_file = FileField("対応表(TOML・JSON)")
    is_confirmed = BooleanField("宛名番号と世帯番号が個人番号でないことを確かめた")

    mapping = MappingFile()

    def validate_mapping_file(self, field: FileField) -> None:
        if field.data:
            try:
                self.mapping = read_mapping_file(field.data.read(), field.data.filename or "")
            except LayoutError as error:
                raise ValidationError(error.on_screen) from error

    @property
    def wanted_mapping(self) -> MappingFile:
        """Return the mapping, with the columns that were confirmed."""
        confirmed = [*self.mapping.confirmed, *(_IDENTIFIERS if self.is_confirmed.data else ())]
        return msgspec.structs.replace(self.mapping, confirmed=confirmed)

    @property
    def file_name(self) -> str:
        """Return the name of the file, short and on one line."""
        name = getattr(self.file.data, "filename", None) or "名前のないファイル"
        return re.sub(r"[\x00-\x1f]", "", name)[-100:]


class ImportForm(DeskForm):
    """Import what was looked at; where people would be missing, somebody says what the file is."""

    coverage = RadioField(
        "このファイルは",
        choices=[
            (Coverage.FULL.value, "全件の抽出。ファイルにない人に「今度の抽出にない」印を付ける"),
            (Coverage.PARTIAL.value, "一部の追加。ファイルにない人はそのままにする"),
        ],
        validate_choice=False,
    )

    def __init__(self, *, must_choose: bool = False, **values: Any) -> None:
        super().__init__(**values)
        self.must_choose = must_choose

    def validate_coverage(self, field: RadioField) -> None:
        if field.data not in tuple(Coverage) and self.must_choose:
            raise ValidationError("どちらかを選んでください。")

    @property
    def chosen(self) -> Coverage | None:
        """Return what was said, None when nothing had to be."""
        return Coverage(self.coverage.data) if self.coverage.data in tuple(Coverage) else None
