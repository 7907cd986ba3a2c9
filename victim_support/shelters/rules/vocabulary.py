"""The words of the slice: legal kinds, hazards, operation, sources of head counts."""

from enum import StrEnum


class ShelterKind(StrEnum):
    """Legal kind of a place to flee to; the three kinds are never merged.

    災害対策基本法 第49条の4 (指定緊急避難場所), 第49条の7 (指定避難所).
    """

    EMERGENCY = "emergency"
    DESIGNATED = "designated"
    WELFARE = "welfare"
    UNDESIGNATED = "undesignated"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS = {
    ShelterKind.EMERGENCY: "指定緊急避難場所",
    ShelterKind.DESIGNATED: "指定避難所",
    ShelterKind.WELFARE: "指定福祉避難所",
    ShelterKind.UNDESIGNATED: "指定なし",
}


class Hazard(StrEnum):
    """The eight hazards an emergency place is designated for, in the order of the lists."""

    FLOOD = "flood"
    LANDSLIDE = "landslide"
    STORM_SURGE = "storm_surge"
    EARTHQUAKE = "earthquake"
    TSUNAMI = "tsunami"
    FIRE = "fire"
    INLAND_FLOOD = "inland_flood"
    VOLCANO = "volcano"

    @property
    def label(self) -> str:
        return _HAZARD_LABELS[self]


_HAZARD_LABELS = {
    Hazard.FLOOD: "洪水",
    Hazard.LANDSLIDE: "崖崩れ、土石流及び地滑り",
    Hazard.STORM_SURGE: "高潮",
    Hazard.EARTHQUAKE: "地震",
    Hazard.TSUNAMI: "津波",
    Hazard.FIRE: "大規模な火事",
    Hazard.INLAND_FLOOD: "内水氾濫",
    Hazard.VOLCANO: "火山現象",
}


class OperationStatus(StrEnum):
    """Whether a shelter is open (開設状況), in the words of the L-Alert."""

    NOT_OPENED = "not_opened"
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"
    PERMANENT = "permanent"

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]

    @property
    def takes_people(self) -> bool:
        """Tell whether people there count: only 開設 and 常設 enter the totals."""
        return self in {OperationStatus.OPEN, OperationStatus.PERMANENT}


_STATUS_LABELS = {
    OperationStatus.NOT_OPENED: "未開設",
    OperationStatus.OPEN: "開設",
    OperationStatus.CLOSED: "閉鎖",
    OperationStatus.UNKNOWN: "不明",
    OperationStatus.PERMANENT: "常設",
}


class HeadCountSource(StrEnum):
    """How a head count became known."""

    ROLL_CALL = "roll_call"
    PHONE = "phone"
    IMPORT = "import"
    DELISTED = "delisted"

    @property
    def label(self) -> str:
        return _SOURCE_LABELS[self]


_SOURCE_LABELS = {
    HeadCountSource.ROLL_CALL: "点呼",
    HeadCountSource.PHONE: "電話",
    HeadCountSource.IMPORT: "取込",
    HeadCountSource.DELISTED: "一覧から外れた",
}
