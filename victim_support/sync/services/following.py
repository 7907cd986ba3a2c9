"""After an exchange: let the slices put right what two machines left together."""

from victim_support.core.actor import acting
from victim_support.core.db import db
from victim_support.core.logs import log_error
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.journal.store import read_heads
from victim_support.journal.taken_in import tell_taken_in
from victim_support.sync.queries import find_enrolment, may_hold

SEALED = "sealed"


def look_after() -> None:
    """Run the followers of ``after_exchange`` in every disaster that is held whole here.

    A failure is told and does not stop the exchange: what came is here, and they run again after
    the next one and at the next start.
    """
    for scopes in _held_whole():
        with using_scopes(scopes), acting(None):
            try:
                tell_taken_in()
            except Exception as error:
                log_error("exchange.follow_failed", error)
            finally:
                db.session.remove()


def _held_whole() -> list[Scopes]:
    enrolment = find_enrolment()
    heads = read_heads(db.session.connection()) if enrolment else {}
    db.session.remove()
    found = set()
    for scope, _node in heads:
        municipality, *disaster, kind = scope.split("/")
        if disaster and kind == SEALED and enrolment and may_hold(enrolment.certificate, scope):
            found.add((municipality, disaster[0]))
    return [Scopes(*each) for each in sorted(found)]
