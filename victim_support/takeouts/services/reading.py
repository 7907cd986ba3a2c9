"""Read the files of a register, after what is outside has been proven."""

import hashlib
from pathlib import Path

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.sync.bundles import read_file
from victim_support.sync.envelope import LIMIT, EnvelopeError, EnvelopeFault, open_envelope
from victim_support.sync.queries import Enrolment, UntrustedError, find_revocation, trusted

NOTHING = "ここに、この端末あての住民データ(register- で始まるフォルダ)がありません。"
DAMAGED = "住民データが壊れているか、足りません。本部でもう一度書き出してください。"
STRANGER = "同じ本部に登録された端末が書いたものではありません。"


class TakingError(Exception):
    """A register is not taken in; the message is for the desk, in Japanese."""


def open_file(path: Path, kind: str, enrolment: Enrolment, digest: bytes | None = None) -> bytes:
    """Return what is in a file, after its hash, sender and signature have been proven.

    Raises:
        TakingError: It is not to be used.
        OSError: It cannot be read.
    """
    raw = read_file(path, LIMIT)
    if digest is not None and hashlib.sha256(raw).digest() != digest:
        raise TakingError(DAMAGED)
    identity = enrolment.secrets.identity
    try:
        opened = open_envelope(raw, kind=kind, identity=identity, trust=trusted)
        is_revoked = find_revocation(opened.sender.node) is not None
    except UntrustedError as error:
        raise TakingError(STRANGER) from error
    except EnvelopeError as error:
        is_other = error.fault is EnvelopeFault.NOT_FOR_US
        raise TakingError(NOTHING if is_other else DAMAGED) from error
    finally:
        db.session.remove()
    if is_revoked or opened.sender.expires_on < clock.today():
        raise TakingError(STRANGER)
    return opened.text
