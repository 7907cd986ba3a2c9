"""The staff LAN (職員用のLAN): addresses and fingerprints as people read and compare them; pure."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

FINGERPRINT_GROUP = 4


@dataclass(frozen=True)
class StaffLan:
    """Where other terminals reach this laptop, until when, and how they know it."""

    names: tuple[str, ...]
    port: int
    fingerprint: str
    certificate: bytes
    """PEM, for terminals on which it is installed beforehand."""
    until: datetime

    @property
    def addresses(self) -> list[str]:
        """Return what is typed into the address bar, names before numbers."""
        return [f"https://{name}:{self.port}/" for name in names_first(self.names)]


def names_first(names: Sequence[str]) -> list[str]:
    """Return names before bare addresses: only with a name can security keys be used."""
    return sorted(dict.fromkeys(names), key=is_address)


def is_address(name: str) -> bool:
    """Tell whether a name is a bare IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def in_groups(fingerprint: str) -> list[str]:
    """Return a SHA-256 fingerprint in groups of four, as it is compared by eye."""
    plain = fingerprint.upper().replace(":", "")
    return [
        plain[start : start + FINGERPRINT_GROUP]
        for start in range(0, len(plain), FINGERPRINT_GROUP)
    ]
