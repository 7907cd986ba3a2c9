"""Files of rows (写真) between machines: who lacks what, who may have what, and what is kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from victim_support.core.blobs import (
    LARGEST,
    DamagedBlobError,
    Reference,
    address_of,
    blob_fields,
    is_address,
    list_references,
    naming_scopes,
    this_store,
)
from victim_support.core.db import db
from victim_support.core.logs import log_event
from victim_support.journal.models import Op
from victim_support.sync.carrying import Plan
from victim_support.sync.messages import Blob, Compare, Compared
from victim_support.sync.queries import may_hold
from victim_support.sync.statements import Certificate

MOST_ADDRESSES = 20_000  # of one question: a little more than 1 MB


@dataclass(frozen=True)
class Carried:
    """A file that is carried by hand, and who may open it."""

    address: str
    readers: list[Certificate]
    size: int


def question_for(peer: Certificate, own: Certificate) -> Compare | None:
    """Return what to ask another machine, None when there is nothing to bring either way.

    Args:
        peer: The other machine; nothing is said of scopes it may not hold.
        own: This machine.
    """
    shared = [each for each in list_references() if may_hold(peer, each.scope)]
    here = this_store().addresses()
    if not shared:
        return None
    foreign = [each for each in shared if not may_hold(own, each.scope)]
    return Compare(
        wanted=_distinct(each for each in shared if each.address not in here),
        offered=_distinct(each for each in foreign if each.address in here),
    )


def compare(question: Compare, asker: Certificate) -> Compared:
    """Answer which files are here, and which this machine lacks that the asking one may hold."""
    references = list_references()
    named = {each.address for each in references}
    shared = [each for each in references if may_hold(asker, each.scope)]
    allowed, here = {each.address for each in shared}, this_store().addresses()
    lacking = _distinct(each for each in shared if each.address not in here)
    offered = [each for each in question.offered if each in named and each not in here]
    return Compared(
        held=[each for each in question.wanted if each in allowed and each in here],
        lacking=list(dict.fromkeys([*lacking, *offered]))[:MOST_ADDRESSES],
    )


def read_blob(address: str, reader: Certificate) -> Blob:
    """Return a file for another machine: only one that a row of its scopes names."""
    scopes = naming_scopes(address, is_withdrawn=False) if is_address(address) else set()
    if not any(may_hold(reader, scope) for scope in scopes):
        return Blob(address, b"")
    return Blob(address, read_sound(address) or b"")


def read_sound(address: str) -> bytes | None:
    """Return a file that is here and sound; a damaged one makes room for a sound one."""
    try:
        return this_store().get(address)
    except DamagedBlobError:
        this_store().set_aside(address)
        log_event("blob.damaged", address=address)
        return None


def keep(address: str, content: bytes) -> bool:
    """Keep a file that came: a row here names it, and it is what its name says.

    Returns:
        Whether it is here now.

    Raises:
        OSError: The disk is full or failing.
    """
    is_sound = len(content) <= LARGEST and address_of(content) == address
    if not is_sound or not naming_scopes(address):
        log_event("blob.refused", is_sound=is_sound)
        return False
    this_store().put(content)
    return True


def lacks_files() -> bool:
    """Tell whether a row here names a file that has not come."""
    here = this_store().addresses()
    return any(each.address not in here for each in list_references())


def carried_files(plan: Plan) -> list[Carried]:
    """Return the files that are here of the records which a bundle carries."""
    rows = set(_carried_rows(db.session.connection(), plan))
    readers: dict[str, dict[UUID, Certificate]] = {}
    for each in list_references():
        if (each.scope, each.row_id) in rows:
            of_scope = {reader.node: reader for reader in plan.readers[each.scope]}
            readers.setdefault(each.address, {}).update(of_scope)
    store = this_store()
    sizes = {address: store.size(address) for address in readers}
    return [
        Carried(address, list(found.values()), sizes[address])
        for address, found in readers.items()
        if sizes[address]
    ]


def _carried_rows(connection: Connection, plan: Plan) -> Iterator[tuple[str, UUID]]:
    tables = [each.model.__sync__.number for each in blob_fields()]
    for (scope, node), end in plan.end.items():
        here = (Op.scope == scope) & (Op.node == node) & Op.tbl.in_(tables)
        between = Op.seq.between(plan.start[scope, node].seq + 1, end.seq)
        for row_id in connection.scalars(select(Op.row_id).where(here, between)):
            yield scope, row_id


def _distinct(references: Iterable[Reference]) -> list[str]:
    found = dict.fromkeys(each.address for each in references)
    return list(found)[:MOST_ADDRESSES]
