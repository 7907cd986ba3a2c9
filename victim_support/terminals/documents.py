"""The slip that lies beside the laptop: where it is reached, and the fingerprint to compare."""

from victim_support.core import clock
from victim_support.core.context import is_training
from victim_support.core.dates import long_time
from victim_support.core.documents.worker import render_pdf
from victim_support.core.settings import setting
from victim_support.terminals.rules import StaffLan, in_groups

SLIP = "terminals/slip.html"


def slip_pdf(lan: StaffLan) -> bytes:
    """Return the slip for those who open the laptop's pages at another terminal.

    Raises:
        PrintError: The document could not be made.
    """
    values = {
        "training": is_training(),
        "municipality": setting("municipality_name", ""),
        "addresses": lan.addresses,
        "fingerprint": in_groups(lan.fingerprint),
        "until": long_time(lan.until),
        "printed_at": long_time(clock.now()),
    }
    return render_pdf(SLIP, values)
