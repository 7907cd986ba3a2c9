"""Version tokens: what a person saw when a form was rendered."""

from collections.abc import Iterable

from werkzeug.exceptions import Conflict

from victim_support.journal.codec import OpRecord, OpRef
from victim_support.journal.merge import heads

_CHECK_DIGITS = 8


class BadTokenError(Conflict):
    """A version token is none of this record's, as after somebody sealed it meanwhile."""

    description = "先にほかの人が変えています。画面を開き直して、もう一度行ってください。"


def token_of(lsn: int, op: OpRecord) -> str:
    """Return the token of a row whose last operation this is."""
    return f"{lsn}-{op.hash.hex()[:_CHECK_DIGITS]}"


def split_at(
    ops: Iterable[tuple[int, OpRecord]], token: str
) -> tuple[list[OpRecord], list[OpRecord]]:
    """Return the operations a person had seen and those that came since.

    Raises:
        BadTokenError: The token is none of this row's.
    """
    numbered = list(ops)
    last = next((lsn for lsn, op in numbered if token_of(lsn, op) == token), None)
    if last is None:
        raise BadTokenError
    return (
        [op for lsn, op in numbered if lsn <= last],
        [op for lsn, op in numbered if lsn > last],
    )


def heads_at(ops: Iterable[tuple[int, OpRecord]], number: int, token: str | None) -> list[OpRef]:
    """Return the heads of a review field, now or as the holder of a token saw them."""
    numbered = list(ops)
    seen = split_at(numbered, token)[0] if token else [op for _, op in numbered]
    return [op.ref for op in heads(seen, number)]
