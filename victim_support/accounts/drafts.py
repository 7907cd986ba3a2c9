"""What was typed and not sent (下書き): kept for its writer, also over a restart."""

import json
from collections.abc import Iterable
from uuid import UUID

from victim_support.accounts.models import KeptDraft
from victim_support.accounts.sealing import seal
from victim_support.core import clock
from victim_support.core.db import local_writing, reading
from victim_support.core.drafts import Draft, read_draft

MOST = 20
"""So many are kept for one person; the oldest go first."""


def keep_drafts(staff_id: UUID, drafts: Iterable[Draft]) -> None:
    """Keep what somebody has typed; the same form typed on takes the place of its beginning."""
    drafts = list(drafts)
    keys = {draft.key for draft in drafts}
    before = [draft for draft in list_drafts(staff_id) if draft.key not in keys]
    _write(staff_id, [*before, *drafts][-MOST:])


def list_drafts(staff_id: UUID) -> list[Draft]:
    """Return what is kept of somebody's typing, the oldest first."""
    with reading() as session:
        row = session.get(KeptDraft, staff_id)
    texts = json.loads(seal("drafts").decrypt(row.sealed)) if row else []
    return [draft for draft in map(read_draft, texts) if draft]


def drop_drafts(staff_id: UUID, keys: Iterable[str] | None = None) -> None:
    """Forget these, or all: they were sent, or their writer goes on."""
    gone = None if keys is None else set(keys)
    before = list_drafts(staff_id)
    after = [] if gone is None else [draft for draft in before if draft.key not in gone]
    if after != before:
        _write(staff_id, after)


def _write(staff_id: UUID, drafts: list[Draft]) -> None:
    sealed = seal("drafts").encrypt(json.dumps([draft.dump() for draft in drafts]).encode())
    with local_writing() as session:
        if drafts:
            session.merge(KeptDraft(staff_id=staff_id, sealed=sealed, kept_at=clock.now()))
        elif row := session.get(KeptDraft, staff_id):
            session.delete(row)
