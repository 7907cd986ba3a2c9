"""Forms of applications: the household, the application itself, what is checked later."""

import re
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import ValidationError

from victim_support.core.disclosure import DisclosedPerson
from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    Length,
    LineField,
    NameField,
    PhoneField,
    TextField,
    TicksField,
    required,
)
from victim_support.core.japanese.addresses import address_key
from victim_support.core.japanese.dates import UNKNOWN
from victim_support.damage.forms.choices import all_chosen, choices_of, chosen
from victim_support.damage.forms.relations import HEAD, Relations
from victim_support.damage.rules import RequestedPaper, was_born_by
from victim_support.damage.rules.applying import (
    DamagedPart,
    HeadState,
    IdentityKind,
    OtherMember,
    PropertyKind,
    ProxyKind,
    ResidenceProof,
    head_problem,
    identity_problem,
    read_others,
)
from victim_support.damage.services import (
    Applicant,
    ApplicationData,
    Details,
    Identity,
    MailTo,
    Residence,
    TakenOver,
)
from victim_support.evacuees.forms.fields import BirthField
from victim_support.victims.rules import AddressKind, PersonData

SOMEBODY_ELSE = "other"
_POSTAL_CODE = re.compile(r"[0-9]{3}-?[0-9]{4}")
_AT_THE_COUNTER = [one for one in IdentityKind if one is not IdentityKind.ELECTRONIC]
FOR_HOUSEHOLDS = (RequestedPaper.RISAI, RequestedPaper.HISAI)
"""Owners who live elsewhere apply on a page of their own."""


class FindForm(DeskForm):
    """The box that finds the household of an application."""

    text = LineField("世帯をさがす", validators=[Length(max=100)])


class OpenForm(DeskForm):
    """The household that was chosen from the list."""

    token = HiddenField(validators=[required(), Length(max=80)])


class UnknownForm(DeskForm):
    """The head of a household that neither register nor ledger knows (住民データにない世帯)."""

    idempotency_key = IdempotencyField()
    name = NameField(
        "世帯主の氏名", validators=[required("氏名を入れてください。"), Length(max=200)]
    )
    kana = NameField("よみ", validators=[Length(max=200)])
    birth = BirthField("生年月日")
    address = LineField(
        "世帯主の住所(住民票のある所)",
        validators=[required("証明書に書く住所を入れてください。")],
    )
    phone = PhoneField("電話", validators=[Length(max=60)])

    @property
    def data_of_head(self) -> PersonData:
        """Return the head as somebody to be written down."""
        return PersonData(
            name=self.name.data or "",
            kana=self.kana.data or "",
            birth=self.birth.data or UNKNOWN,
            address=self.address.data or "",
            address_kind=AddressKind.GIVEN,
            phone=self.phone.data or "",
            relation="本人",
        )


class ChecksForm(DeskForm):
    """What the officer checked: who applies, and that they lived there."""

    identity_kind = RadioField(
        "本人確認", choices=choices_of(_AT_THE_COUNTER), default=IdentityKind.LATER.value
    )
    identity_detail = LineField("見た書類の種類・聞いたこと", validators=[Length(max=200)])
    identity_vouched_by = LineField("保証した人(氏名・本人との関係)", validators=[Length(max=100)])
    residence_proof = SelectField(
        "住んでいたことの確認(見るだけで、写しは取りません)",
        choices=[("", "―"), *choices_of(ResidenceProof)],
        default="",
    )
    residence_note = LineField("確認したこと", validators=[Length(max=200)])

    def validate_identity_kind(self, _field: Any) -> None:
        """Ask what was asked, or who vouched, where there was no document."""
        problem = identity_problem(
            self.identity_kind.data or "",
            self.identity_detail.data or "",
            self.identity_vouched_by.data or "",
        )
        if problem:
            self[problem[0]].errors = [*self[problem[0]].errors, problem[1]]
            raise ValidationError(problem[1])

    @property
    def identity(self) -> Identity:
        """Return how it was seen who applies."""
        return Identity(
            chosen(IdentityKind, self.identity_kind.data) or IdentityKind.LATER,
            self.identity_detail.data or "",
            self.identity_vouched_by.data or "",
        )

    @property
    def residence(self) -> Residence:
        """Return what showed that they lived there."""
        proof = chosen(ResidenceProof, self.residence_proof.data)
        return Residence(proof, self.residence_note.data or "")


class MailForm(DeskForm):
    """Where papers are sent by post, when it is not the head's address (送り先)."""

    mail_postal_code = CodeField("送り先の郵便番号", validators=[Length(max=8)])
    mail_address = LineField(
        "送り先の住所",
        description="世帯主の住所と違うときだけ。だれかの家なら「○○様方」まで。",
        validators=[Length(max=100)],
    )

    def validate_mail_postal_code(self, field: Any) -> None:
        """Refuse what is no postal code, and one without an address."""
        if field.data and not _POSTAL_CODE.fullmatch(field.data):
            raise ValidationError("郵便番号は数字7けたで入れてください。")
        if field.data and not self.mail_address.data:
            raise ValidationError("送り先の住所も入れてください。")

    @property
    def mail_to(self) -> MailTo:
        """Return where papers are sent."""
        code = (self.mail_postal_code.data or "").replace("-", "")
        return MailTo(code, self.mail_address.data or "")


class MembersForm(DeskForm):
    """Who lived in the dwelling on the day of the disaster (世帯構成員)."""

    members = TicksField("災害の日に住んでいた方")
    others = TextField(
        "上の一覧にない方",
        description="1行に1人: 氏名、よみ、続柄(例 山本 花子、やまもと はなこ、同居人)",
        validators=[Length(max=2000)],
    )
    members_reason = LineField("世帯の一覧と違うときの理由", validators=[Length(max=200)])

    def validate_others(self, field: Any) -> None:
        """Refuse a line that names nobody."""
        try:
            read_others(field.data or "")
        except ValueError as error:
            raise ValidationError(str(error)) from error

    @property
    def other_members(self) -> list[OtherMember]:
        """Return who is written in beside the list."""
        return read_others(self.others.data or "")


class ApplicationForm(Relations, ChecksForm, MembersForm, MailForm):
    """An application of a household for one dwelling (統一様式の項目)."""

    idempotency_key = IdempotencyField()
    token = HiddenField(validators=[required(), Length(max=80)])
    requested = RadioField(
        "申請する証明書", choices=choices_of(FOR_HOUSEHOLDS), default=RequestedPaper.RISAI.value
    )
    address = LineField("被災した住家の所在地", validators=[required()])
    unit = LineField("建物名・部屋番号", validators=[Length(max=100)])
    property_kind = RadioField(
        "罹災した物件", choices=choices_of(PropertyKind), default=PropertyKind.OWNED.value
    )
    cause = LineField("罹災原因", validators=[required()])
    damaged_parts = TicksField("損傷した部分", choices=choices_of(DamagedPart))
    reported_damage = TextField("被害の状況", validators=[Length(max=400)])
    applicant = RadioField("申請する方")
    applicant_name = NameField("代理の方の氏名", validators=[Length(max=200)])
    applicant_relation = LineField("世帯主との関係", validators=[Length(max=40)])
    proxy_kind = SelectField("代理の根拠", choices=[("", "―"), *choices_of(ProxyKind)], default="")
    contact = PhoneField("連絡先の電話", validators=[Length(max=60)])
    staying_at = LineField("いまいるところ(避難先)", validators=[Length(max=200)])
    head_state = RadioField(
        "世帯主のこと", choices=choices_of(HeadState), default=HeadState.PRESENT.value
    )
    head = SelectField("証明書に世帯主として書く方")
    wants_self_judgement = BooleanField("自己判定方式を希望(写真で「一部損壊」に同意)")
    agrees_registers = BooleanField("住民基本台帳と税の情報を、判定と交付に使うことに同意")
    agrees_sharing = BooleanField("証明書の内容を、ほかの支援の窓口が使うことに同意")
    agrees_photos = BooleanField("写真を、記録や研修のために使うことに同意")
    proposed: Set[str] = frozenset()
    registered_head = ""
    registered_at = ""
    """The address of the register as it may be shown; "" when it is not known here."""

    def offer(self, people: Sequence[DisclosedPerson], day: date | None, head_id: UUID) -> None:
        """Offer the people of the household; those who lived there on the day are proposed."""
        names = [(str(person.id), person.name) for person in people]
        self.members.choices = self.head.choices = names
        self.applicant.choices = [*names, (SOMEBODY_ELSE, "代理の方")]
        self.proposed = {str(person.id) for person in people if was_born_by(person.birth, day)}
        self.registered_at = next((one.address for one in people if one.address), "")
        self.registered_head = str(head_id)
        self.offer_relations(
            {person.id: person.name for person in people},
            {one.id: HEAD if one.id == head_id else one.relation for one in people},
        )
        if self.head.data in {None, "None"}:
            self.head.data = self.registered_head
        if self.members.data is None and self.applicant.data is None:
            self.members.data = [value for value, _name in names if value in self.proposed]
            self.applicant.data = names[0][0] if names else SOMEBODY_ELSE

    def validate_applicant(self, _field: Any) -> None:
        """Refuse a head who cannot apply: dead, missing, or a minor alone."""
        problem = head_problem(
            self.head_state.data or "",
            applies=self.applicant.data == self.registered_head,
            is_legal=self.proxy_kind.data == ProxyKind.LEGAL,
        )
        if problem:
            raise ValidationError(problem)

    def validate_head(self, field: SelectField) -> None:
        """Ask for the relations that another head makes wrong."""
        self.refuse_relations(field.data, self.members.data or ())

    def validate_applicant_name(self, field: Any) -> None:
        """Ask for the name of somebody who applies for others."""
        if self.applicant.data == SOMEBODY_ELSE and not field.data:
            raise ValidationError("代理の方の氏名を入れてください。")

    def validate_members_reason(self, field: Any) -> None:
        """Ask why the list differs from the household."""
        differs = set(self.members.data or ()) != self.proposed or self.others.data
        if differs and not field.data:
            raise ValidationError("世帯の一覧と違うときは、理由を入れてください。")

    def validate_reported_damage(self, field: Any) -> None:
        """Ask what was damaged when the paper certifies a report."""
        if self.requested.data == RequestedPaper.HISAI.value and not field.data:
            raise ValidationError("被災証明書では、届出の被害を入れてください。")

    def validate_residence_proof(self, field: Any) -> None:
        """Ask how it is known that they lived there when the register says elsewhere."""
        if self.is_elsewhere and not field.data:
            raise ValidationError(
                "台帳の住所と違います。住んでいたことを何で確かめたかを選んでください。"
            )

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether the register has them at another address than the damaged dwelling."""
        there, here = address_key(self.registered_at), address_key(self.address.data or "")
        return bool(there and here) and there != here

    @property
    def applicant_id(self) -> UUID | None:
        """Return the person who applies, None for somebody else."""
        value = self.applicant.data
        return None if value in {None, SOMEBODY_ELSE} else UUID(value)

    @property
    def head_id(self) -> UUID:
        """Return who stands on the papers as head."""
        return UUID(self.head.data)

    def data_for(self, written: TakenOver, dwelling_id: UUID, **more: Any) -> ApplicationData:
        """Return the application that the form says.

        Args:
            written: The household in the ledger.
            dwelling_id: The damaged dwelling.
            more: Details that the form does not ask for, such as how it came.
        """
        return ApplicationData(
            household_id=written.household_id,
            dwelling_id=dwelling_id,
            head_person_id=written.head_id,
            applicant=self.applicant_data(),
            members=written.members,
            cause=self.cause.data or "",
            requested=chosen(RequestedPaper, self.requested.data) or RequestedPaper.RISAI,
            wants_self_judgement=self.wants_self_judgement.data,
            reported_damage=self.reported_damage.data or "",
            members_reason=self.members_reason.data or "",
            details=replace(self.details(), **more),
        )

    def applicant_data(self) -> Applicant:
        """Return who applies, by what right, and where to be reached."""
        return Applicant(
            person_id=self.applicant_id,
            name=self.applicant_name.data or "",
            relation=self.applicant_relation.data or "",
            contact=self.contact.data or "",
            proxy_kind=chosen(ProxyKind, self.proxy_kind.data),
            staying_at=self.staying_at.data or "",
        )

    def details(self) -> Details:
        """Return the other items of the form."""
        return Details(
            property_kind=chosen(PropertyKind, self.property_kind.data),
            damaged_parts=all_chosen(DamagedPart, self.damaged_parts.data),
            head_state=chosen(HeadState, self.head_state.data),
            identity=self.identity,
            residence=self.residence,
            agrees_registers=self.agrees_registers.data,
            agrees_sharing=self.agrees_sharing.data,
            agrees_photos=self.agrees_photos.data,
            mail_to=self.mail_to,
        )
