"""Forms of the counter: search, issue, reasons, number check."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import ValidationError

from victim_support.certificates.rules import WayOut
from victim_support.certificates.services import AT_HAND, RETURNED, Substitute, UnprintableText
from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    Length,
    LineField,
    required,
)
from victim_support.damage.forms import choices_of, chosen
from victim_support.damage.rules.applying import IdentityKind

UNCHECKED = (IdentityKind.LATER.value, "この場では確かめない（郵送など）")


class SearchForm(DeskForm):
    """One box: name, kana, romaji, address, birth date, telephone, paper number."""

    text = LineField("さがす", validators=[Length(max=100)])


class _CallForm(DeskForm):
    """A paper goes out; who was called while the knowledge of protected people is old."""

    called = LineField("電話で確かめた本部の職員", validators=[Length(max=50)])

    def reason_of(self, what: str) -> str:
        """Return what stays in the record of changes: the act, and who was called."""
        called = self.called.data
        return f"{what}(保護の情報が古いため、本部の{called}に電話で確認)" if called else what


class IssueForm(_CallForm):
    """Issue what the sample shows; ``shown`` is the hash of the values that were agreed on."""

    idempotency_key = IdempotencyField()
    shown = CodeField(validators=[required()])
    identity_kind = SelectField(
        "本人確認（代理の方が来たときは、その方）",
        choices=[("", "選んでください"), *choices_of(AT_HAND), UNCHECKED],
        validate_choice=False,
    )
    """Asked while the identity check of the application is open."""

    @property
    def seen(self) -> IdentityKind | None:
        """Return how it was seen who takes the paper along, None when nothing was said."""
        return chosen(IdentityKind, self.identity_kind.data)

    def reason_of(self, what: str) -> str:
        """Return what stays in the record of changes; also that the identity was not checked."""
        is_open = self.seen is IdentityKind.LATER
        return super().reason_of(f"{what}(本人確認はまだ)" if is_open else what)


class ReasonForm(_CallForm):
    """Something that is written into the number register with its reason."""

    idempotency_key = IdempotencyField()
    reason = LineField("理由", validators=[required("理由を入れてください。"), Length(max=200)])


class CopyForm(ReasonForm):
    """One more copy; a protected person may have it without her addresses."""

    hides_address = BooleanField("住所と所在地を載せない写しにする")


class RenewForm(IssueForm):
    """A paper that must not be printed any more goes, the one shown comes in its place."""

    reason = LineField("理由", validators=[required("理由を入れてください。"), Length(max=200)])


class HandOverForm(DeskForm):
    """A replacement was handed over; the old paper came back, or why it did not."""

    unreturned = LineField("前の証明書が返らないとき、その理由", validators=[Length(max=100)])
    old = HiddenField()
    """Which button was pressed: the old paper came back, or it did not."""

    def validate_old(self, field: Any) -> None:
        """Ask why an old paper stays out there."""
        if field.data == "kept" and not (self.unreturned.data or "").strip():
            raise ValidationError("前の証明書が返らない理由を入れてください。")

    @property
    def old_paper(self) -> str:
        """Return what became of the old paper."""
        return f"前の証明書は返らない: {self.unreturned.data}" if self.unreturned.data else RETURNED


class CheckForm(DeskForm):
    """A number as typed, or the code of a paper as scanned."""

    number = CodeField(
        "証明書の番号", validators=[required("番号を入れてください。"), Length(max=60)]
    )


def read_substitutes(texts: Sequence[UnprintableText]) -> dict[str, Substitute]:
    """Return the way out chosen for each text; unknown ways and missing ones are left out."""
    ways: Mapping[str, WayOut] = {way.value: way for way in WayOut}
    return {
        one.text: Substitute(way, request.form.get(f"text-{place}", "").strip())
        for place, one in enumerate(texts)
        if (way := ways.get(request.form.get(f"way-{place}", ""))) is not None
    }
