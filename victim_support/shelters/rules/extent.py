"""How much of a long list goes in: a file of the whole country holds few shelters of a town."""

from collections import Counter
from dataclasses import replace
from enum import StrEnum

from victim_support.shelters.rules.records import ParsedFile

_PREFECTURE = 2  # digits of a municipal code that name the prefecture


class Extent(StrEnum):
    """Which rows of a list are taken (取り込む範囲)."""

    ALL = "all"
    PREFECTURE = "prefecture"
    OWN = "own"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Extent.ALL: "すべて",
    Extent.PREFECTURE: "この都道府県だけ",
    Extent.OWN: "この市区町村だけ",
}


def usual_extent(parsed: ParsedFile, municipality: str) -> Extent:
    """Return what is proposed: the own prefecture of a list of several, everything otherwise."""
    prefectures = {record.municipality[:_PREFECTURE] for record in parsed.records}
    is_many = len(prefectures) > 1 and municipality[:_PREFECTURE] in prefectures
    return Extent.PREFECTURE if is_many else Extent.ALL


def count_extents(parsed: ParsedFile, municipality: str) -> dict[Extent, int]:
    """Return how many rows each extent takes; only those that differ and take any."""
    towns = Counter(record.municipality for record in parsed.records)
    counts = {
        extent: sum(n for town, n in towns.items() if _is_within(town, extent, municipality))
        for extent in Extent
    }
    return {
        extent: number
        for extent, number in counts.items()
        if number and (extent is Extent.ALL or number < len(parsed.records))
    }


def cut(parsed: ParsedFile, extent: Extent, municipality: str) -> ParsedFile:
    """Return a list with the rows of an extent; how many others it had is kept.

    Args:
        parsed: The whole list.
        extent: What is taken.
        municipality: 6-digit code of the own municipality.
    """
    records = tuple(
        one for one in parsed.records if _is_within(one.municipality, extent, municipality)
    )
    left_out = {one.row for one in parsed.records} - {one.row for one in records}
    return replace(
        parsed,
        records=records,
        repaired=tuple(one for one in parsed.repaired if one.row not in left_out),
        left_out=len(left_out),
    )


def _is_within(town: str, extent: Extent, municipality: str) -> bool:
    digits = {Extent.ALL: 0, Extent.PREFECTURE: _PREFECTURE, Extent.OWN: len(municipality)}[extent]
    return town[:digits] == municipality[:digits]
