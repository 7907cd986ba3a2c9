"""Forms of the resident register: upload an extract, import it."""

import re

import msgspec
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, ValidationError

from victim_support.core.forms import DeskForm
from victim_support.residents.rules.columns import LayoutError, MappingFile, read_mapping_file

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
                raise ValidationError(str(error)) from error

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
    """Import what was looked at."""
