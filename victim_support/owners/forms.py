"""The form of an owner's application."""

from typing import Any

from wtforms import RadioField
from wtforms.validators import ValidationError

from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    Length,
    LineField,
    NameField,
    PhoneField,
    TextField,
    required,
)
from victim_support.damage.forms import choices_of, chosen
from victim_support.owners.queries import LedgerOwner
from victim_support.owners.rules import OwnershipProof
from victim_support.victims.rules import PersonData

REGISTERED, WRITTEN = "registered", "written"


class OwnerForm(DeskForm):
    """Who owns the house, what showed it, and what was damaged."""

    idempotency_key = IdempotencyField()
    who = RadioField("所有者", choices=[(WRITTEN, "下に書く方・法人")], default=WRITTEN)
    name = NameField("氏名・名称", validators=[Length(max=200)])
    kana = NameField("よみ", validators=[Length(max=200)])
    address = LineField("住所・所在地", validators=[Length(max=200)])
    contact = PhoneField("連絡先の電話", validators=[Length(max=60)])
    cause = LineField("罹災原因", validators=[required()])
    reported_damage = TextField(
        "届出の被害", validators=[required("届出の被害を入れてください。"), Length(max=400)]
    )
    proof = RadioField(
        "所有を確かめたもの",
        choices=choices_of(OwnershipProof),
        validators=[required("何で所有を確かめたかを選んでください。")],
    )
    note = LineField("確かめたことのメモ", validators=[Length(max=200)])

    def offer(self, owner: LedgerOwner | None) -> None:
        """Offer the owner of the ledger: as a resident, else as words to start from."""
        if owner is not None and owner.is_resident:
            known = (REGISTERED, f"家屋台帳の所有者(住民) {owner.name}")
            self.who.choices = [known, (WRITTEN, "下に書く方・法人")]
            if self.who.raw_data is None:
                self.who.data = REGISTERED
        elif owner is not None and self.name.raw_data is None:
            self.name.data, self.address.data = owner.name, owner.address

    def validate_name(self, field: Any) -> None:
        """Ask for the name of an owner who is not in the register."""
        if self.who.data != REGISTERED and not field.data:
            raise ValidationError("所有者の氏名か名称を入れてください。")

    def validate_address(self, field: Any) -> None:
        """Ask for the address of an owner who is not in the register."""
        if self.who.data != REGISTERED and not field.data:
            raise ValidationError("所有者の住所を入れてください。")

    def owner(self, known: LedgerOwner | None) -> LedgerOwner | PersonData:
        """Return who applies: the resident of the ledger, or who was written down."""
        if self.who.data == REGISTERED and known is not None:
            return known
        return PersonData(
            name=self.name.data or "",
            kana=self.kana.data or "",
            address=self.address.data or "",
            phone=self.contact.data or "",
        )

    @property
    def seen(self) -> OwnershipProof:
        """Return what showed the ownership."""
        return chosen(OwnershipProof, self.proof.data) or OwnershipProof.OTHER
