"""Forms of the support register: import, the mayor's decision, giving it out, what was found."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import request
from wtforms import RadioField, SelectField, ValidationError

from victim_support.core.forms import DeskForm, IdempotencyField, LineField, required
from victim_support.core.mapping.forms import ImportForm
from victim_support.residents.rules.coverage import Coverage
from victim_support.vulnerable.rules.register import (
    DecisionGround,
    ProvisionGround,
    RecipientKind,
)
from victim_support.vulnerable.rules.states import CheckOutcome


class SupportImportForm(ImportForm):
    """Import what was looked at; where lines would be missing, somebody says what the file is."""

    coverage = RadioField(
        "このファイルは",
        choices=[
            (Coverage.FULL.value, "名簿の全件。ファイルにない人を名簿から外す"),
            (Coverage.PARTIAL.value, "名簿の一部。ファイルにない人はそのままにする"),
        ],
        validate_choice=False,
    )

    def validate_coverage(self, field: RadioField) -> None:
        if field.data not in set(Coverage) and self.report.get("missing"):
            raise ValidationError("どちらかを選んでください。")

    @property
    def options(self) -> dict[str, Any]:
        """Return what was said the file holds, None when nothing had to be."""
        said = self.coverage.data
        return {"coverage": said if said in set(Coverage) else None}


class DecisionForm(DeskForm):
    """The mayor's decision that the register is given without consent."""

    idempotency_key = IdempotencyField()
    cause = RadioField(
        "理由",
        choices=[(one.value, one.label) for one in DecisionGround],
        validators=[required("どちらかを選んでください。")],
    )
    reason = LineField(
        "生命・身体を守るために特に必要と認めたこと",
        validators=[required("何が起きて、なぜ必要かを入れてください。")],
    )
    decided_by = LineField(
        "決めた人(職と氏名)",
        validators=[required("市町村長か、代わりに決めた人を入れてください。")],
    )


class ProvisionForm(DeskForm):
    """To whom lines of the register are given, of which district, on what ground."""

    idempotency_key = IdempotencyField()
    recipient_kind = SelectField(
        "提供先の種類", choices=[(one.value, one.label) for one in RecipientKind]
    )
    recipient = LineField(
        "提供先の名称と受け取る人", validators=[required("だれに渡すかを入れてください。")]
    )
    purpose = LineField("使い道", validators=[required("何に使うかを入れてください。")])
    district = SelectField("行政区", validate_choice=False)
    ground = RadioField("根拠", validators=[required("根拠を選んでください。")])

    def offer(self, grounds: Iterable[ProvisionGround], districts: Iterable[str]) -> None:
        """Offer the grounds that are open now and the districts of the register."""
        offered = list(grounds)
        self.ground.choices = [(one.value, one.label) for one in offered]
        if len(offered) == 1 and self.ground.data is None:
            self.ground.data = offered[0].value
        self.district.choices = [("", "すべて"), *((name, name) for name in districts)]


class ChecksForm(DeskForm):
    """What a round found, of as many people as the list has; empty is not visited."""

    idempotency_key = IdempotencyField()
    source = LineField(
        "だれが、どのように確かめたか",
        validators=[required("班や話した方の名前を入れてください。")],
    )

    def found(self) -> dict[UUID, tuple[CheckOutcome, str]]:
        """Return what was chosen, by person: the outcome and a remark."""
        chosen = {}
        for key, value in request.form.items():
            if key.startswith("outcome-") and value in set(CheckOutcome):
                person = key.removeprefix("outcome-")
                note = request.form.get(f"note-{person}", "").strip()[:400]
                chosen[UUID(person)] = (CheckOutcome(value), note)
        return chosen
