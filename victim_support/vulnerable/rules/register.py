"""The support register (避難行動要支援者名簿): consent, grounds of giving it out, what is given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from victim_support.core.japanese.dates import BirthValue
from victim_support.victims.rules import Labelled, Sex


class Consent(Labelled):
    """Whether a person agrees to be known to supporters in quiet times (名簿情報の提供への同意)."""

    YES = "yes", "同意"
    UNKNOWN = "unknown", "未確認"
    NO = "no", "不同意"


class DecisionGround(Labelled):
    """Why the register is given without consent (緊急の提供の理由)."""

    OCCURRED = "occurred", "災害が発生した"
    IMMINENT = "imminent", "災害が発生するおそれがある"


class ProvisionGround(Labelled):
    """On what ground the register was given (名簿情報の提供の根拠)."""

    CONSENT = "consent", "本人の同意（災害対策基本法 第49条の11第2項）"
    EMERGENCY = "emergency", "生命・身体を守るため（同 第3項）"


class RecipientKind(Labelled):
    """Who is given the register (提供先)."""

    FIRE = "fire", "消防"
    POLICE = "police", "警察"
    COMMISSIONER = "commissioner", "民生委員・児童委員"
    COUNCIL = "council", "社会福祉協議会"
    NEIGHBOURS = "neighbours", "自主防災組織・自治会"
    PREFECTURE = "prefecture", "県・ほかの市町村"
    FORCES = "forces", "自衛隊・緊急消防援助隊"
    OTHER = "other", "そのほかの支援者"


class PlanState(Labelled):
    """How far the individual evacuation plan is (個別避難計画)."""

    MADE = "made", "作成済"
    MAKING = "making", "作成中"
    NONE = "none", "なし"


@dataclass(frozen=True, slots=True)
class EntryData:
    """One line of the register as it was received; empty is not known."""

    number: str
    register_number: str
    name: str
    kana: str
    birth: BirthValue
    sex: Sex | None
    address: str
    postal_code: str
    district: str
    phone: str
    reasons: str
    consent: Consent
    consent_on: date | None
    latitude: float | None
    longitude: float | None
    note: str
    plan: PlanState | None
    plan_on: date | None
    supporters: str
    destination: str
    route: str
    is_protected: bool


class Consenting(Protocol):
    """The part of a line that tells whether it may be given."""

    @property
    def consent(self) -> str | None: ...


def may_be_given(entry: Consenting, ground: ProvisionGround) -> bool:
    """Tell whether a line may be given out on a ground; protection is asked elsewhere.

    Without a decision of the mayor only those who agreed are given; an answer that this version
    does not know is no consent.
    """
    return ground is ProvisionGround.EMERGENCY or entry.consent is Consent.YES


def grounds_open(*, has_decision: bool) -> Iterable[ProvisionGround]:
    """Return the grounds that may be chosen: emergency only after a recorded decision."""
    return tuple(ProvisionGround) if has_decision else (ProvisionGround.CONSENT,)
