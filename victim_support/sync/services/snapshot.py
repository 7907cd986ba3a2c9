"""The first fill over a network: the bundle of a scope as a stream, instead of on a stick."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.steps import result_of
from victim_support.journal.chain import GENESIS
from victim_support.sync import messages
from victim_support.sync.bundles import BundleError, BundleWriter
from victim_support.sync.carrying import Plan
from victim_support.sync.client import PeerClient, PeerError
from victim_support.sync.envelope import LEVEL, Opened
from victim_support.sync.messages import Question
from victim_support.sync.packing import Packing
from victim_support.sync.queries import (
    Enrolment,
    Position,
    held_vector,
    may_hold,
)
from victim_support.sync.services.answers import RevokedError
from victim_support.sync.services.bundle_import import import_bundles
from victim_support.sync.services.streams import SNAPSHOT, streams


@streams(SNAPSHOT)
def snapshot(opened: Opened, enrolment: Enrolment) -> Iterator[bytes]:
    """Yield the envelopes of everything in a scope, the manifest last."""
    reader, scope = opened.sender, messages.unpack(opened.text, Question).scope
    if not may_hold(reader, scope):
        raise RevokedError
    held = held_vector(db.session.connection(), reader)
    end = {key: position for key, position in held.items() if key[0] == scope}
    start = dict.fromkeys(end, Position(0, GENESIS))
    packing = Packing(Plan(start, end, {scope: [reader]}), enrolment, level=LEVEL)
    yield from packing.envelopes()
    yield packing.manifest(new_id(), is_first_fill=True)


def fill(client: PeerClient, scope: str) -> int:
    """Take in everything that another machine holds of a scope; return how many operations.

    The stream is kept whole before anything of it is taken in, so that the other machine is not
    kept waiting; what came before a break is used.

    Raises:
        PeerError: This machine cannot write any more.
    """
    with tempfile.TemporaryDirectory(prefix="victim-support-") as place:
        writer = BundleWriter(Path(place), new_id())
        with suppress(PeerError):  # the questions that follow go on where it broke
            client.snapshot(scope, writer)
        try:
            return _taken_in(Path(place))
        except BundleError as error:
            raise PeerError(str(error)) from error


def _taken_in(place: Path) -> int:
    reports = result_of(import_bundles(place, report=new_id(), by=None))
    return sum(report.applied for report in reports)
