"""What a paper would say today: the sample (見本), and what stands in the way of issuing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from victim_support.certificates.queries import kinds_for
from victim_support.certificates.rules import PaperKind, WayOut
from victim_support.certificates.services.blocking import Blocker, find_blockers, find_doubles
from victim_support.core import clock
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.documents.glyphs import PEN_BOX, clusters, describe, missing
from victim_support.core.japanese.dates import both
from victim_support.core.japanese.names import display_name
from victim_support.core.settings import setting
from victim_support.damage.models import Application, Judgement
from victim_support.damage.queries import (
    get_dwelling,
    judgement_in_force,
    list_members,
)
from victim_support.damage.rules import GRADES_IN_FORM_ORDER
from victim_support.damage.weeks import expected_words
from victim_support.victims.queries import list_people
from victim_support.victims.rules import HEADS, label_of

# Stands on the list of a bulk issue, too, and so names nobody.
TWO_HEADS = (
    "世帯主でない方の続柄が「世帯主」か「本人」になっています。「住家・人・申請を見る」の"
    "「申請の内容を直す」で、いまの世帯主から見た続柄に直してください。"
)
FORM = "府政防第737号（令和2年3月30日）"
HEAD_RELATION = "世帯主"
# Checked for glyphs; everything else on a paper is our own text or a number.
_SPOKEN = ("head_name", "head_address", "dwelling_address", "cause", "issuer", "box1", "box3")
_MORE = ("applicant_name", "applicant_relation", "contact", "reported_damage")


@dataclass(frozen=True, slots=True)
class Substitute:
    """What the applicant agreed to in place of a text that cannot be printed."""

    way: WayOut
    text: str = ""


@dataclass(frozen=True, slots=True)
class UnprintableText:
    """A text with characters no font has."""

    text: str
    kana: str
    characters: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """The values of a paper as they would be printed now."""

    kind: PaperKind
    application: Application
    judgement: Judgement | None
    values: dict[str, Any]
    problems: list[str]
    unprintable: list[UnprintableText]
    left_out: int = 0
    people: list[UUID] = field(default_factory=list)
    """Who stands on the paper, so that it is known whom a printed copy would name."""
    names: list[dict[str, str]] = field(default_factory=list)
    blockers: list[Blocker] = field(default_factory=list)
    """What two people gave differently of what the paper says, to be decided first."""

    @property
    def is_ready(self) -> bool:
        """Tell whether the paper can be issued."""
        return not self.problems and not self.unprintable and not self.blockers


def propose(
    application: Application,
    kind: PaperKind,
    *,
    substitutes: Mapping[str, Substitute] | None = None,
    issued_on: date | None = None,
) -> Proposal:
    """Gather what a paper would say: people through disclosure, judgement in force, cause.

    Args:
        application: The application it is for.
        kind: Which paper.
        substitutes: The way out agreed for each text that cannot be printed.
        issued_on: The day on the paper; today when not given.
    """
    people = _People(application)
    current = judgement_in_force(application.dwelling_id)
    values = _common(application, people, issued_on or clock.today())
    problems = _missing_values(values)
    if kind is PaperKind.RISAI:
        values |= _risai(people, current.judgement)
        problems += _grade_problems(current.judgement, current.reason)
        problems += [TWO_HEADS] if values["members"] and people.has_second_head else []
    elif kind in (PaperKind.HISAI, PaperKind.OWNER):
        values |= {"reported_damage": application.reported_damage or "", "box3": ""}
        values |= _owner(current.judgement) if kind is PaperKind.OWNER else {}
        if not application.reported_damage:
            problems.append("届出のあった被害が書かれていません。")
    else:
        values |= _receipt(application, people)
    if kind not in kinds_for(application):
        problems.append(f"この申請では、{kind.label}は出せません。")
    problems += find_doubles(application, kind)
    printable, names = _substituted(values, people, substitutes or {})
    named = people.named(has_members=bool(values.get("members")))
    return Proposal(
        kind=kind,
        application=application,
        judgement=current.judgement if kind is PaperKind.RISAI else None,
        values=printable,
        problems=problems,
        unprintable=_unprintable(printable, people),
        left_out=people.left_out,
        people=named,
        names=names,
        blockers=find_blockers(application, kind, [people.shown(one) for one in named]),
    )


class _People:
    """The head, the applicant and the members, as far as this paper may show them."""

    def __init__(self, application: Application) -> None:
        rows = list_members(application)
        owners = {application.head_person_id, application.applicant_person_id} - {None}
        ids = [row.person_id for row in rows]
        found = {
            person.id: person for person in list_people([*(one for one in owners if one), *ids])
        }
        # On their own paper people are shown as the clerk may see them; all others as on a paper
        # of somebody else, on which a protected person does not exist.
        own, others = (
            view(Audience.COUNTER, Purpose.RECORD),
            view(Audience.HOUSEHOLD, Purpose.RECORD),
        )
        self._shown: dict[UUID, DisclosedPerson] = {}
        for person_id, person in found.items():
            shown = (own if person_id in owners else others).person(person)
            if shown is not None:
                self._shown[person_id] = shown
        self._rows = rows
        self.head = self._of(application.head_person_id)
        self.applicant = self._of(application.applicant_person_id)
        self._head_id = application.head_person_id
        self.left_out = sum(row.person_id not in self._shown for row in rows)

    def members(self) -> list[dict[str, str]]:
        """Return name and relation of each member, the head first."""
        listed = [
            {
                "name": self._shown[row.person_id].name_received,
                "relation": self._relation(row.person_id, row.relation),
            }
            for row in self._rows
            if row.person_id in self._shown
        ]
        return sorted(listed, key=lambda member: member["relation"] != HEAD_RELATION)

    @property
    def has_second_head(self) -> bool:
        """Tell whether a member who is not the head is still called so, as of the register."""
        others = self._shown.keys() - {self._head_id}
        rows = [row for row in self._rows if row.person_id in others]
        return any(self._relation(row.person_id, row.relation) in HEADS for row in rows)

    def named(self, *, has_members: bool) -> list[UUID]:
        """Return who stands on a paper: head and applicant, the members where they are listed."""
        owners = [one.id for one in (self.head, self.applicant) if one is not None]
        members = [row.person_id for row in self._rows if row.person_id in self._shown]
        return list(dict.fromkeys([*owners, *(members if has_members else ())]))

    def shown(self, person_id: UUID) -> DisclosedPerson:
        """Return what this paper may show of somebody who stands on it."""
        return self._shown[person_id]

    def kana_of(self, name: str) -> str:
        """Return the reading of a name on this paper."""
        return next(
            (one.kana for one in self._shown.values() if one.name_received == name and one.kana), ""
        )

    def _of(self, person_id: UUID | None) -> DisclosedPerson | None:
        return self._shown.get(person_id) if person_id else None

    def _relation(self, person_id: UUID, relation: str | None) -> str:
        if person_id == self._head_id:
            return HEAD_RELATION
        return relation or self._shown[person_id].relation


def _common(application: Application, people: _People, issued_on: date) -> dict[str, Any]:
    head = people.head
    return {
        "head_name": head.name_received if head else "",
        "head_address": head.address if head else "",
        "cause": application.cause,
        "dwelling_address": get_dwelling(application.dwelling_id).place,
        "issued_on": both(issued_on),
        "issuer": " ".join(
            part for part in (setting("issuer_title", ""), setting("issuer_name", "")) if part
        ),
    }


def _risai(people: _People, judgement: Judgement | None) -> dict[str, Any]:
    grade = judgement.known_grade if judgement else None
    shows_members = setting("certificate.show_members", default=True)
    return {
        "form": FORM,
        "members": people.members() if shows_members else [],
        "grade": grade.value if grade else None,
        "grades": [{"label": one.label, "checked": one is grade} for one in GRADES_IN_FORM_ORDER],
        "box1": setting("certificate.box1", ""),
        "box2": label_of(judgement.inundation) if judgement else "",
        "box3": setting("certificate.box3", ""),
    }


def _owner(judgement: Judgement | None) -> dict[str, Any]:
    """Return the grade on an owner's paper: only where the municipality has decided so."""
    grade = judgement.known_grade if judgement else None
    shows = setting("certificate.owner_grade", default=False)
    return {"owner_grade": grade.label if grade and shows else ""}


def _receipt(application: Application, people: _People) -> dict[str, Any]:
    applicant = people.applicant
    return {
        "applicant_name": applicant.name_received
        if applicant
        else application.applicant_name or "",
        "applicant_relation": application.applicant_relation or "",
        "contact": application.contact or "",
        "requested": label_of(application.requested)
        + ("（自己判定方式）" if application.wants_self_judgement else ""),
        "expected": expected_words(get_dwelling(application.dwelling_id).address),
    }


def _missing_values(values: Mapping[str, Any]) -> list[str]:
    asked = {
        "head_name": "世帯主の氏名がわかりません。",
        "head_address": "世帯主の住所がわかりません。わからないときは本部に確認してください。",
        "issuer": "発行者(市町村長の職名)が設定されていません。",
    }
    return [message for key, message in asked.items() if not values[key]]


def _grade_problems(judgement: Judgement | None, reason: str) -> list[str]:
    if judgement is None:
        return [reason]
    if judgement.known_grade is None:
        return [f"判定は「{label_of(judgement.no_grade)}」なので、罹災証明書は出せません。"]
    return []


def _substituted(
    values: dict[str, Any], people: _People, substitutes: Mapping[str, Substitute]
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Put the agreed forms in place and keep what was agreed."""
    used: dict[str, dict[str, str]] = {}

    def printed(text: str) -> str:
        chosen = substitutes.get(text)
        if chosen is None or not _lost(text):
            return text
        shape = _shape(text, chosen, people.kana_of(text)).strip()
        if not shape:  # a way out without letters is none: nobody's name becomes empty
            return text
        used[text] = {"original": text, "way": chosen.way.value, "printed": shape}
        return shape

    replaced = {
        key: printed(value) if key in {*_SPOKEN, *_MORE} else value for key, value in values.items()
    }
    if "members" in values:
        replaced["members"] = [
            {key: printed(text) for key, text in member.items()} for member in values["members"]
        ]
    return replaced, list(used.values())


def _shape(text: str, chosen: Substitute, kana: str) -> str:
    if chosen.way is WayOut.PEN:
        return "".join(PEN_BOX if missing(one) else one for one in clusters(text))
    return chosen.text or (kana if chosen.way is WayOut.KANA else "")


def _unprintable(values: Mapping[str, Any], people: _People) -> list[UnprintableText]:
    texts = [values[key] for key in (*_SPOKEN, *_MORE) if values.get(key)]
    texts += [text for member in values.get("members", ()) for text in member.values()]
    return [
        UnprintableText(text, people.kana_of(text), "、".join(map(describe, lost)))
        for text in dict.fromkeys(texts)
        if (lost := _lost(text))
    ]


def _lost(text: str) -> tuple[str, ...]:
    """Return what cannot be printed, codes that stand for a character (U+2363A) too."""
    lost = missing(text.replace(PEN_BOX, ""))
    if not lost and display_name(text).has_gaiji:
        return (text,)
    return lost
