"""Reads of the office's settings and of this machine."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from victim_support.certificates.services import seal
from victim_support.core.context import is_training, municipality
from victim_support.core.node import this_node
from victim_support.core.settings import setting
from victim_support.sync.machines import is_headquarters, list_machines
from victim_support.sync.queries import find_enrolment


@dataclass(frozen=True, slots=True)
class Machine:
    """What a label on this laptop would say."""

    municipality: str
    number_prefix: str
    is_provisional: bool


def get_machine() -> Machine:
    """Return municipality code and number series of this machine."""
    node = this_node()
    return Machine(municipality(), node.number_prefix, node.is_provisional)


def get_settings(keys: dict[str, str]) -> dict[str, Any]:
    """Return the settings that are kept, by field name."""
    found = {name: setting(key) for name, key in keys.items()}
    return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class SealState:
    """What a page says of the printed seal (電子公印) on this machine."""

    rule: str
    is_printed_here: bool
    is_decided_here: bool
    is_training: bool
    image: str | None


def get_seal_state() -> SealState:
    """Return whether this machine prints the seal, and the image it keeps."""
    return SealState(
        seal.seal_rule(),
        seal.may_print_seal(),
        may_allow_seal(),
        is_training(),
        seal.kept_seal(),
    )


def get_seal_terms() -> dict[str, Any]:
    """Return the rule and the machines it names, by field name."""
    return {"rule": seal.seal_rule(), "nodes": [str(node) for node in seal.seal_nodes()]}


def may_allow_seal() -> bool:
    """Tell whether this machine decides: the headquarters, or a machine without one."""
    return is_headquarters() or find_enrolment() is None


def list_seal_machines() -> list[tuple[UUID, str]]:
    """Return the machines that may be named, with what people call them; this one first."""
    here = this_node()
    others = [
        (each.node, f"{each.certificate.prefix} {each.certificate.name}")
        for each in list_machines()
        if each.node != here.id and each.revocation is None and not each.is_former
    ]
    return [(here.id, f"{here.number_prefix} この端末"), *others]
