"""The words of reports: kinds, ways they came, states of a building's supply."""

from victim_support.victims.rules import Labelled

FEW = 3
"""Public files do not say numbers of people below this: they would point at somebody."""


class ReportKind(Labelled):
    """What a published report is about."""

    SITUATION = "situation", "状況報告"
    DAMAGE = "damage", "第4号様式(被害状況即報)"


class ReportWay(Labelled):
    """How a shelter's report came."""

    PHONE = "phone", "電話"
    RADIO = "radio", "無線"
    PAPER = "paper", "紙・使いの人"
    SCREEN = "screen", "この画面"


class Lifeline(Labelled):
    """What a shelter is supplied with (電気・水道など)."""

    POWER = "power", "電気"
    WATER = "water", "水道"
    GAS = "gas", "ガス"
    TELECOM = "telecom", "通信"
    TOILET = "toilet", "トイレ"


class LifelineState(Labelled):
    """Whether a supply can be used."""

    USABLE = "usable", "使える"
    PARTLY = "partly", "一部"
    UNUSABLE = "unusable", "使えない"


class Crowding(Labelled):
    """How full a shelter is (避難所状況), in the words of the L-Alert."""

    FREE = "free", "空き"
    CROWDED = "congestion", "混雑"
    FULL = "full", "定員一杯"


class ReliefKind(Labelled):
    """The daily records of the Disaster Relief Act (災害救助法の記録), by their names."""

    SHELTER = "shelter", "避難所設置及び避難生活状況"
    MEALS = "meals", "炊き出し給与状況"
    WATER = "water", "飲料水の供給簿"
    CLOTHING = "clothing", "被服・寝具その他生活必需品の給与状況"
    GOODS = "goods", "救助の種目別物資受払状況"
    WORK = "work", "賃金職員等雇上げの状況"
