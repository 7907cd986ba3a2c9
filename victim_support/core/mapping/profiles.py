"""What somebody said about the columns of a file, kept under a name (保存した読み方).

A profile is a setting of the municipality, so that it comes to every machine. A file with the same
headers is read by it without being asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from victim_support.core.mapping.layouts import MappingFile
from victim_support.core.mapping.targets import Targets, header_key
from victim_support.core.settings import list_settings, put_setting

LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Profile:
    """A saved mapping, and the headers of the file it was made for."""

    name: str
    mapping: MappingFile
    headers: list[str] = field(default_factory=list)

    def fits(self, row: Sequence[str]) -> bool:
        """Say whether a row has just these headers."""
        return bool(self.headers) and [header_key(cell) for cell in row if cell] == [
            header_key(header) for header in self.headers if header
        ]


def list_profiles(kind: str) -> list[Profile]:
    """Return the saved mappings of a kind of table, by name; unreadable ones are left out."""
    found = []
    for key, value in list_settings(_prefix(kind)).items():
        try:
            mapping = msgspec.convert(value["mapping"], MappingFile)
        except (msgspec.ValidationError, KeyError, TypeError):  # made by a newer version
            continue
        found.append(Profile(key.removeprefix(_prefix(kind)), mapping, list(value["headers"])))
    return found


def find_profile(kind: str, name: str) -> Profile | None:
    """Return a saved mapping by its name."""
    return next((one for one in list_profiles(kind) if one.name == name), None)


def match_profile(targets: Targets, first_rows: Sequence[Sequence[str]]) -> Profile | None:
    """Return the saved mapping that was made for a table with these headers."""
    profiles = list_profiles(targets.kind)
    return next((one for one in profiles for row in first_rows if one.fits(row)), None)


def keep_profile(*, kind: str, name: str, mapping: MappingFile, headers: Sequence[str]) -> None:
    """Keep a mapping under a name; what was confirmed of one file is not said of the next."""
    kept = msgspec.structs.replace(mapping, confirmed=[])
    value = {"mapping": msgspec.to_builtins(kept), "headers": list(headers)}
    put_setting(key=f"{_prefix(kind)}{name[:LONGEST_NAME]}", value=value)


def drop_profile(*, kind: str, name: str) -> None:
    """Forget a saved mapping."""
    put_setting(key=f"{_prefix(kind)}{name}", value=None)


def _prefix(kind: str) -> str:
    return f"mapping/{kind}/"
