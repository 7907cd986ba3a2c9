"""The printed image of the seal (電子公印): off unless the town's rule allows it.

Only the machines that the headquarters names print it. The image stays on the machine it was given
to: it is in no journal, so in no exchange, stick or snapshot. A machine that was restored or copied
goes on under a new name, and prints no seal until it is named again.
"""

from base64 import b64encode
from collections.abc import Collection
from typing import IO
from uuid import UUID

from victim_support.core.images import centred
from victim_support.core.node import this_node
from victim_support.core.reads import log_security
from victim_support.core.settings import (
    machine_setting,
    put_setting,
    set_machine_setting,
    setting,
)

PLACE = 30  # mm: the side of the place that every paper keeps free
_RULE, _NODES = "certificate.seal_rule", "certificate.seal_nodes"
_IMAGE = "certificate.seal"
_PIXELS = 20  # for each mm: 508 dpi


class SealNotAllowedError(Exception):
    """This machine is none of those that may print the seal."""


def seal_rule() -> str:
    """Return the town's rule that allows the image, empty when none does."""
    return str(setting(_RULE, ""))


def seal_nodes() -> set[UUID]:
    """Return the machines that may print the seal."""
    return {UUID(node) for node in setting(_NODES, [])}


def allow_seal(*, rule: str, nodes: Collection[UUID]) -> None:
    """Say by which rule (公印規則) which machines may print the seal; no rule forbids it."""
    put_setting(key=_RULE, value=rule)
    put_setting(key=_NODES, value=sorted(map(str, nodes)) if rule else [])
    log_security("seal.allowed", nodes=",".join(sorted(map(str, nodes))) if rule else "")


def may_print_seal() -> bool:
    """Tell whether a rule is there and names this machine."""
    return bool(seal_rule()) and this_node().id in seal_nodes()


def seal_image() -> str | None:
    """Return the image as a ``data:`` address, None where no seal is printed."""
    return kept_seal() if may_print_seal() else None


def kept_seal() -> str | None:
    """Return the image that this machine keeps, whether or not it may print it now."""
    return machine_setting(_IMAGE) or None


def keep_seal(file: IO[bytes], *, side: int) -> None:
    """Keep the image of the seal on this machine.

    Args:
        file: JPEG or PNG, best on a clear ground.
        side: How large the longer side is printed, in mm, up to ``PLACE``.

    Raises:
        ImageError: The file is no such picture.
        SealNotAllowedError: No rule names this machine.
    """
    if not may_print_seal():
        raise SealNotAllowedError
    image = centred(file, side=PLACE * _PIXELS, share=side / PLACE)
    set_machine_setting(_IMAGE, "data:image/png;base64," + b64encode(image).decode())
    log_security("seal.kept", node=str(this_node().id))


def forget_seal() -> None:
    """Remove the image from this machine."""
    set_machine_setting(_IMAGE, "")
    log_security("seal.removed", node=str(this_node().id))
