"""What was typed when the screen was closed (下書き): kept for its writer, also over a restart."""

from uuid import UUID

from victim_support.accounts.models import KeptDraft
from victim_support.accounts.sealing import seal
from victim_support.core import clock
from victim_support.core.db import local_writing, reading
from victim_support.core.drafts import Draft, read_draft


def keep_draft(staff_id: UUID, draft: Draft) -> None:
    """Keep what somebody has typed, in place of what was kept before."""
    sealed = seal("drafts").encrypt(draft.dump().encode())
    with local_writing() as session:
        session.merge(KeptDraft(staff_id=staff_id, sealed=sealed, kept_at=clock.now()))


def find_draft(staff_id: UUID) -> Draft | None:
    """Return what is kept of somebody's typing."""
    with reading() as session:
        row = session.get(KeptDraft, staff_id)
    return read_draft(seal("drafts").decrypt(row.sealed).decode()) if row else None


def drop_draft(staff_id: UUID) -> None:
    """Forget it: it was sent, or its writer goes on."""
    with local_writing() as session:
        row = session.get(KeptDraft, staff_id)
        if row is not None:
            session.delete(row)
