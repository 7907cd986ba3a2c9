"""The poster for the wall (電話の案内): one code joins the network, one opens the page."""

import re

from victim_support.core.context import is_training
from victim_support.core.documents.worker import render_pdf
from victim_support.core.limits import DROP_HOURS, limit
from victim_support.core.settings import setting

POSTER = "dropbox/poster.html"
_SPECIAL = re.compile(r'([\\;,:"])')


def network_code(name: str, passphrase: str) -> str:
    """Return the text of a code by which phones join a Wi-Fi network; open without a passphrase."""
    name, passphrase = (_SPECIAL.sub(r"\\\1", text) for text in (name, passphrase))
    return f"WIFI:T:WPA;S:{name};P:{passphrase};;" if passphrase else f"WIFI:T:nopass;S:{name};;"


def poster_pdf(*, network: str, passphrase: str, url: str, shelter_name: str) -> bytes:
    """Return the poster as PDF, A4.

    Args:
        network: Name of the Wi-Fi network for evacuees.
        passphrase: Its passphrase; empty for an open network.
        url: The address of the box.
        shelter_name: Where it hangs.

    Raises:
        PrintError: The document could not be made.
    """
    values = {
        "training": is_training(),
        "municipality": setting("municipality_name", ""),
        "shelter_name": shelter_name,
        "network": network,
        "passphrase": passphrase,
        "network_code": network_code(network, passphrase),
        "url": url,
        "hours": limit(DROP_HOURS),
    }
    return render_pdf(POSTER, values)
