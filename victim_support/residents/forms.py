"""The form of importing an extract of the register."""

from typing import Any

from wtforms import RadioField, ValidationError

from victim_support.core.mapping.forms import ImportForm
from victim_support.residents.rules.coverage import Coverage


class ExtractForm(ImportForm):
    """Import what was looked at; where people would be missing, somebody says what the file is."""

    coverage = RadioField(
        "このファイルは",
        choices=[
            (Coverage.FULL.value, "全件の抽出。ファイルにない人に「今度の抽出にない」印を付ける"),
            (Coverage.PARTIAL.value, "一部の追加。ファイルにない人はそのままにする"),
        ],
        validate_choice=False,
    )

    def validate_coverage(self, field: RadioField) -> None:
        if field.data not in tuple(Coverage) and self.report.get("missing"):
            raise ValidationError("どちらかを選んでください。")

    @property
    def options(self) -> dict[str, Any]:
        """Return what was said the file holds, None when nothing had to be."""
        said = self.coverage.data
        return {"coverage": said if said in tuple(Coverage) else None}
