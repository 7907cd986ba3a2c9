"""Block lists (区域の名簿): which names may be published, by the town's own policy."""

from collections.abc import Iterable

from victim_support.victims.rules import AnswerKind, AnswerValue, GivenAnswer, Labelled
from victim_support.vulnerable.rules.states import SafetyState, Standing

POLICY_SETTING = "block.publication"
"""The setting of the town's policy; without it nothing is published."""
GONE = ("死亡", "転出", "除票", "消除", "職権消除")
"""Words of the register's 住民状態 for people who do not live there any more."""


class PublicationPolicy(Labelled):
    """Whose names the town publishes (氏名の公表の方針); off until it has decided."""

    OFF = "off", "公表しない"
    CONSENT = "consent", "本人か家族が公表に同意した人だけ"
    UNLESS_REFUSED = "unless_refused", "断った人を除く(県・市町村の方針による)"


class PublicationOutcome(Labelled):
    """How a request to publish ended (公表の求めの結果); the open one first."""

    APPROVED = "approved", "公表する"
    REFUSED = "refused", "公表しない"


def lives_there(status: str | None) -> bool:
    """Tell whether the register says that somebody still lives at the address."""
    return not any(word in (status or "") for word in GONE)


def may_be_published(
    standing: Standing, answers: Iterable[GivenAnswer], policy: PublicationPolicy
) -> bool:
    """Tell whether a name may be published; protection (支援措置) is asked before and wins.

    Only people nobody has found are published, never somebody who is said to have died: the
    family may not know. A refusal by anybody closes under every policy.

    Args:
        standing: How the person stands.
        answers: What was answered about giving information away, by the person or the family.
        policy: What the town has decided.
    """
    if policy is PublicationPolicy.OFF or standing.has_died:
        return False
    if standing.state not in {SafetyState.RESCUE, SafetyState.UNCONFIRMED}:
        return False
    said = {answer.value for answer in answers if answer.kind is AnswerKind.PUBLIC}
    if AnswerValue.NO in said:
        return False
    return policy is PublicationPolicy.UNLESS_REFUSED or AnswerValue.YES in said


def may_decide(*, requested_by: object, decided_by: object) -> bool:
    """Tell whether somebody may decide on a request: never the one who asked."""
    return decided_by is not None and decided_by != requested_by
