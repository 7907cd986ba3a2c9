"""What the journal does around each commit."""

from sqlalchemy.orm import Session

from victim_support.core.db import reading
from victim_support.core.db.writing import WriteTransaction
from victim_support.journal.capture import record_changes
from victim_support.journal.intake import IntakeFailureError, this_intake


class JournalRecorder:
    """Records every change before the commit, and notes it in the intake log after it."""

    def record(self, session: Session, write: WriteTransaction) -> None:
        """Write the operations of all changed rows.

        Raises:
            IntakeFailureError: The program has stopped accepting.
        """
        if this_intake().is_read_only:
            raise IntakeFailureError
        write.ops += record_changes(session, write)  # those of other machines are there already

    def keep(self, write: WriteTransaction) -> None:
        """Append the operations to the intake log, in the order of commits."""
        intake = this_intake()
        if intake.is_begun_anew:
            with reading() as session:
                intake.fill(session.connection())
        elif write.ops:
            intake.write(write.ops)

    def acknowledge(self, write: WriteTransaction) -> None:
        """Wait until they are on the disk."""
        if write.ops:
            this_intake().sync()
