"""The lives of one machine (名義): what its earlier ones say of the one that goes on.

A machine whose disk was put back, or that was restored from a backup, goes on under a new name.
It still has the keys of the earlier one, and only it has: so it proves which name it replaces.
"""

from uuid import UUID

from victim_support.core.db import db
from victim_support.core.node import list_lives, this_node
from victim_support.core.scopes import current_scopes
from victim_support.sync.machines import held_heads, list_certificates
from victim_support.sync.models import Peer
from victim_support.sync.queries import find_certificate, find_revocation
from victim_support.sync.secrets import find_secrets
from victim_support.sync.statements import (
    BadStatementError,
    Certificate,
    Request,
    Succession,
    read_succession,
    sign,
)


def needs_new_life() -> bool:
    """Tell whether this machine's next request is that of a new life (新しい名義)."""
    node = this_node()
    return node.is_suspended and db.session.get(Peer, node.id) is not None


def successions_to(heir: UUID, heir_key: bytes) -> list[bytes]:
    """Return the words of this machine's earlier lives that are believed still."""
    municipality, found = current_scopes().municipality, []
    for life in list_lives()[:-1]:
        keys = find_secrets(life)
        if keys and find_certificate(life) and find_revocation(life) is None:
            said = Succession(municipality, life, heir, heir_key, held_heads(life))
            found.append(sign(keys.sign_key, said))
    return found


def earlier_lives(request: Request) -> list[tuple[Certificate, Succession]]:
    """Return the names under which a machine was enrolled before, as far as it proves them.

    What was revoked stays so. A headquarters is not replaced: others bring back what it wrote.
    """
    certificates, found = list_certificates(), []
    for raw in request.former:
        try:
            said = read_succession(raw, certificates)
        except BadStatementError:
            continue
        known = find_certificate(said.node)
        heir = (said.municipality, said.heir, said.heir_key)
        is_for_it = heir == (request.municipality, request.node, request.sign_key)
        if known and is_for_it and not known.is_headquarters and not find_revocation(said.node):
            found.append((known, said))
    return found


def known_heads(said: Succession) -> dict[str, int]:
    """Return, by scope, the last operation of an earlier life that anybody here knows of.

    That is what is held here, and what the machine itself holds and brings with its next exchange.
    """
    held = held_heads(said.node)
    return {
        scope: max(held.get(scope, 0), said.heads.get(scope, 0)) for scope in {*held, *said.heads}
    }
