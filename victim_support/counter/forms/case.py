"""The form of what is checked or changes after an application was received."""

from collections.abc import Iterable

from wtforms import BooleanField, HiddenField

from victim_support.core.disclosure import DisclosedPerson
from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    Length,
    LineField,
    PhoneField,
    required,
)
from victim_support.counter.services.case import Changes
from victim_support.damage.forms import ChecksForm, MailForm, MembersForm
from victim_support.damage.models import Application
from victim_support.damage.rules.applying import IdentityKind


class CaseMembersForm(MembersForm):
    """Who lived there, put right after the application was received, with the reason."""

    idempotency_key = IdempotencyField()
    members_reason = LineField(
        "直す理由", validators=[required("直す理由を入れてください。"), Length(max=200)]
    )

    def offer(self, people: Iterable[DisclosedPerson], listed: Iterable[DisclosedPerson]) -> None:
        """Offer the household and whoever is listed; those listed are ticked."""
        members = {str(one.id): one.name for one in listed}
        names = {str(one.id): one.name for one in people} | members
        self.members.choices = list(names.items())
        if self.members.data is None:
            self.members.data = list(members)


class ResurveyForm(DeskForm):
    """A household does not agree with its judgement and asks for one more survey."""

    idempotency_key = IdempotencyField()
    resurvey_reason = LineField(
        "申出の理由", validators=[required("申出の理由を入れてください。"), Length(max=200)]
    )
    is_told = BooleanField(
        "調べ直した結果、判定が軽くなることもあると伝えた",
        validators=[required("伝えてから、印を付けてください。")],
    )


class CaseForm(ChecksForm, MailForm):
    """Identity, residence, contact and consents of an application that is received already."""

    contact = PhoneField("連絡先の電話", validators=[Length(max=60)])
    staying_at = LineField("いまいるところ(避難先)", validators=[Length(max=200)])
    agrees_registers = BooleanField("住民基本台帳と税の情報を、判定と交付に使うことに同意")
    agrees_sharing = BooleanField("証明書の内容を、ほかの支援の窓口が使うことに同意")
    version = HiddenField()

    CHANGED = frozenset(
        {"identity_kind", "identity_detail", "identity_vouched_by", "residence_proof"}
        | {"residence_note", "contact", "staying_at", "agrees_registers", "agrees_sharing"}
        | {"mail_postal_code", "mail_address"}
    )

    def fill_from(self, application: Application) -> None:
        """Show what is written down."""
        self.identity_kind.data = application.identity_kind or IdentityKind.LATER.value
        self.identity_detail.data = application.identity_detail
        self.identity_vouched_by.data = application.identity_vouched_by
        self.residence_proof.data = application.residence_proof or ""
        self.residence_note.data = application.residence_note
        self.contact.data = application.contact
        self.staying_at.data = application.staying_at
        self.mail_postal_code.data = application.mail_postal_code
        self.mail_address.data = application.mail_address
        self.agrees_registers.data = bool(application.agrees_registers)
        self.agrees_sharing.data = bool(application.agrees_sharing)

    def changes(self) -> Changes:
        """Return what was said."""
        return Changes(
            identity=self.identity,
            residence=self.residence,
            contact=self.contact.data or "",
            staying_at=self.staying_at.data or "",
            mail_to=self.mail_to,
            agrees_registers=self.agrees_registers.data,
            agrees_sharing=self.agrees_sharing.data,
        )
