"""Numbers of cards (札の番号), which card of somebody holds, and what one scan does."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from victim_support.core.letters import ALPHABET, check_letter, compact
from victim_support.evacuees.rules import SLEEPING
from victim_support.victims.rules import Labelled

SCAN_PREFIX = "%P"
"""What a scanned card begins with: ``%`` for the page's scripts, ``P`` for presence."""
DRAWN = 7
LENGTH = DRAWN + 1
TYPED = 4
"""So many first letters tell the cards of one shelter apart; wrong ones hit nobody."""


class CardKind(Labelled):
    """Whom a card is for."""

    HOUSEHOLD = "household", "世帯"
    PERSON = "person", "本人"


def draw_number() -> str:
    """Return a new number: 35 random bits and a check letter, nothing that tells of anybody."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(DRAWN))
    return letters + check_letter(letters)


def parse_number(text: str) -> str | None:
    """Read a scanned or typed number; None when it is none or the check letter is wrong."""
    letters = compact(text.strip().lstrip("%％"))
    if len(letters) == LENGTH + 1 and letters[0] == SCAN_PREFIX[1]:
        letters = letters[1:]
    is_whole = len(letters) == LENGTH and set(letters) <= set(ALPHABET)
    return letters if is_whole and check_letter(letters[:DRAWN]) == letters[DRAWN] else None


def parse_beginning(text: str) -> str | None:
    """Read the first letters of a number; None when they are none."""
    letters = compact(text.strip().lstrip("%％"))
    return letters if len(letters) == TYPED and set(letters) <= set(ALPHABET) else None


def show_number(number: str) -> str:
    """Return a number as it is printed, such as ``K7P3-9QXM``."""
    return f"{number[:TYPED]}-{number[TYPED:]}"


def scan_text(number: str) -> str:
    """Return the content of a card's QR code: alphanumeric, and nothing but the number."""
    return f"{SCAN_PREFIX}{number}"


class CardOf(Protocol):
    """The part of a card that tells which one holds."""

    @property
    def number(self) -> str: ...
    @property
    def person_id(self) -> UUID | None: ...
    @property
    def kind(self) -> str | None: ...
    @property
    def issued_at(self) -> datetime: ...


AnyCard = TypeVar("AnyCard", bound=CardOf)


def holding_cards(cards: Iterable[AnyCard]) -> dict[tuple[UUID, str], AnyCard]:
    """Return the card that holds, by person and kind: the newest; older ones are void (無効)."""
    newest: dict[tuple[UUID, str], AnyCard] = {}
    for card in sorted(cards, key=lambda each: (each.issued_at, each.number)):
        if card.person_id is not None:
            newest[card.person_id, str(card.kind)] = card
    return newest


def void_since(
    number: str, cards: Collection[AnyCard], of_people: Sequence[AnyCard]
) -> datetime | None:
    """Return since when a number is void for everybody on it; None while it holds for somebody.

    Args:
        number: The number that was read.
        cards: The rows of that number.
        of_people: Every card of the people on it.
    """
    newest = holding_cards(of_people)
    over = [newest[card.person_id, str(card.kind)] for card in cards if card.person_id is not None]
    if not over or any(card.number == number for card in over):
        return None
    return max(card.issued_at for card in over)


class ScanAct(Labelled):
    """What reading a card shall do."""

    AUTO = "auto", "出る・もどる（自動）"
    OUT = "out", "一時外出"
    OVERNIGHT = "overnight", "外泊"
    BACK = "back", "もどった"
    SEEN = "seen", "確認だけ"


class ScanOutcome(Labelled):
    """What reading a card did, in the words of the desk."""

    IN = "in", "入所にしました"
    OUT = "out", "一時外出にしました"
    OVERNIGHT = "overnight", "外泊にしました"
    BACK = "back", "もどりました"
    SEEN = "seen", "確認しました"
    ALREADY = "already", "いま記録したところです"
    VOID = "void", "この札は古い札です"
    UNKNOWN = "unknown", "札を記録しました"


REPEATED = timedelta(seconds=20)
"""A card read again so soon was read twice by the same hand, not for coming back."""


class StayHere(Protocol):
    """The part of an open stay that tells what reading a card means."""

    @property
    def kind(self) -> str | None: ...
    @property
    def away_since(self) -> datetime | None: ...


AnyStay = TypeVar("AnyStay", bound=StayHere)


def choose(wanted: ScanAct, here: Sequence[AnyStay]) -> tuple[ScanOutcome, list[AnyStay]]:
    """Return what reading a card does, and of whose stays; the stays are those in this place.

    Who is out comes back; where nobody is out, everybody who sleeps here goes out; who lives
    elsewhere was only seen. Where nobody has a stay here, the people come in.
    """
    sleeping = [stay for stay in here if stay.kind in SLEEPING]
    if not here:
        return ScanOutcome.IN, []
    if not sleeping or wanted is ScanAct.SEEN:
        return ScanOutcome.SEEN, list(here)
    away = [stay for stay in sleeping if stay.away_since is not None]
    if wanted is ScanAct.BACK or (wanted is ScanAct.AUTO and away):
        return ScanOutcome.BACK, away or sleeping
    if wanted is ScanAct.OVERNIGHT:
        return ScanOutcome.OVERNIGHT, sleeping
    return ScanOutcome.OUT, sleeping
