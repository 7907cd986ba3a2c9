"""The slips that new accounts are handed out on."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from victim_support.accounts.services import Envelope, Slip
from victim_support.core import clock
from victim_support.core.context import is_training, list_shelters
from victim_support.core.dates import long_day, long_time
from victim_support.core.documents.worker import render_pdf
from victim_support.core.permissions import matrix
from victim_support.core.settings import setting

SLIPS = "accounts/helper_slips.html"
ENVELOPES = "accounts/emergency_envelopes.html"


def slip_pdf(slips: Sequence[Slip], *, url: str) -> bytes:
    """Return the sheet of slips (札) with number and PIN.

    Raises:
        PrintError: The document could not be made.
    """
    values = {
        "training": is_training(),
        "municipality": setting("municipality_name", ""),
        "slips": [_shown(slip) | {"url": url} for slip in slips],
    }
    return render_pdf(SLIPS, values)


def envelopes_pdf(envelopes: Sequence[Envelope]) -> bytes:
    """Return the two papers for the envelopes of an emergency account, a sheet each.

    Raises:
        PrintError: The document could not be made.
    """
    values = {
        "training": is_training(),
        "municipality": setting("municipality_name", ""),
        "printed_at": long_time(clock.now()),
        "envelopes": [asdict(each) for each in envelopes],
    }
    return render_pdf(ENVELOPES, values)


def _shown(slip: Slip) -> dict[str, str]:
    staff = slip.staff
    return {
        "number": slip.number,
        "pin": slip.pin,
        "badge": slip.badge,
        "role": matrix().roles[staff.role],
        "shelter": _shelter_name(staff.shelter_id),
        "expires": f"{long_day(staff.expires_on)}まで" if staff.expires_on else "止めるまで",
        "home_municipality": staff.home_municipality,
    }


def _shelter_name(shelter_id: UUID | None) -> str:
    names = {choice.key: choice.name for choice in list_shelters()}
    return names.get(str(shelter_id), "")
