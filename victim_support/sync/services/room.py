"""A machine that cannot write any more says so in words."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from victim_support.journal.intake import IntakeFailureError
from victim_support.sync.bundles import BundleError

NO_ROOM = (
    "このパソコンに書き込めません。空き容量を増やして、もう一度行ってください。"
    "ここまでに取り込んだ記録は残っています。"
)


@contextmanager
def room_needed() -> Iterator[None]:
    """Let a full disk be told.

    Raises:
        BundleError: The ledger cannot be written.
    """
    try:
        yield
    except (OperationalError, IntakeFailureError) as error:
        raise BundleError(NO_ROOM) from error
