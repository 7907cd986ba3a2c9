"""In which lines an issued paper differs from what it would say now (内容の訂正)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from victim_support.certificates.queries import Paper
from victim_support.certificates.services.proposal import Proposal

# Lines that the office puts right; the day, the issuer and the boxes of the office are not.
_LINES = {
    "head_address": "世帯主の住所",
    "head_name": "世帯主の氏名",
    "members": "世帯構成員",
    "cause": "原因",
    "dwelling_address": "所在地",
    "reported_damage": "届出のあった被害",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a paper, as it was issued and as it would be now."""

    label: str
    before: str
    now: str


def differences(paper: Paper, proposal: Proposal) -> list[Difference]:
    """Return the lines in which a paper differs from a proposal; [] when its words are gone."""
    snapshot = paper.certificate.snapshot
    if snapshot is None:
        return []
    before = _words(
        snapshot, {one["printed"]: one["original"] for one in snapshot.get("names", ())}
    )
    now = _words(proposal.values, {one["printed"]: one["original"] for one in proposal.names})
    return [
        Difference(label, before[key], now[key])
        for key, label in _LINES.items()
        if before[key] != now[key]
    ]


def _words(values: Mapping[str, Any], originals: Mapping[str, str]) -> dict[str, str]:
    """Return each line in words, a name that could not be printed as it was received."""

    def plain(text: str) -> str:
        return originals.get(text, text)

    members = [
        f"{plain(one['relation'])} {plain(one['name'])}".strip()
        for one in values.get("members") or ()
    ]
    found = {key: plain(str(values.get(key) or "")) for key in _LINES}
    return found | {"members": "、".join(members)}
