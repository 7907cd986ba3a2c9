"""What importing a support register did."""

from dataclasses import dataclass

from victim_support.core.mapping import ImportReport


@dataclass(slots=True)
class SupportReport(ImportReport):
    """The result of an import, with what an office asks of its register."""

    known: int = 0
    """Lines that were there before."""
    missing: int = 0
    """Lines that were there and are not in the file."""
    kept: int = 0
    """Lines corrected or taken off by hand: what the file says of them was not used."""
    agreed: int = 0
    unasked: int = 0
    refused_consent: int = 0
    protected: int = 0
    placed: int = 0
    """Lines with a position on the map."""
    matched: int = 0
    """Lines whose person is in the resident register."""
