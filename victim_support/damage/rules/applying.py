"""Words of the application form (罹災証明書の申請書): object, damage, identity, residence, proxy.

The items are those of the unified application form of 2024 (統一様式) as forms in use show them;
the wording of the notice itself is not confirmed here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from victim_support.victims.rules import Labelled


class PropertyKind(Labelled):
    """What was damaged (罹災した物件)."""

    OWNED = "owned", "住家(持家)"
    RENTED = "rented", "住家(借家)"
    NOT_DWELLING = "not_dwelling", "非住家"
    OTHER = "other", "その他"


class DamagedPart(Labelled):
    """A part of building or equipment that the applicant says is damaged (損傷した部分)."""

    ROOF = "roof", "屋根"
    FOUNDATION = "foundation", "基礎"
    PILLAR = "pillar", "柱"
    CEILING = "ceiling", "天井"
    OUTER_WALL = "outer_wall", "外壁"
    INNER_WALL = "inner_wall", "内壁"
    OPENING = "opening", "建具"
    FLOOR = "floor", "床"
    BATHROOM = "bathroom", "浴室"
    KITCHEN = "kitchen", "台所"
    TOILET = "toilet", "トイレ"
    SEPTIC_TANK = "septic_tank", "浄化槽"
    PIPES = "pipes", "配管"
    MORE = "more", "その他"


class IdentityKind(Labelled):
    """How it was seen who applies (本人確認); also without any document."""

    LATER = "later", "まだ(あとで確かめる)"
    PHOTO_CARD = "photo_card", "顔写真のある書類1点"
    TWO_PAPERS = "two_papers", "ほかの書類2点"
    QUESTIONS = "questions", "書類なし・聞き取り"
    VOUCHED = "vouched", "書類なし・知る人の保証"
    ELECTRONIC = "electronic", "電子署名(オンライン)"


class ResidenceProof(Labelled):
    """What showed that somebody lived there although the register says elsewhere (居住の確認)."""

    BILL = "bill", "公共料金の請求書・領収書"
    LEASE = "lease", "賃貸借契約書"
    MAIL = "mail", "本人あての郵便物"
    NEIGHBOUR = "neighbour", "区長・民生委員・近所の方の話"
    SITE = "site", "現地で確かめる(調査のとき)"
    OTHER = "other", "その他"


class HeadState(Labelled):
    """What is special about the head of the household (世帯主のこと)."""

    PRESENT = "present", "とくになし"
    DEAD = "dead", "亡くなった"
    MISSING = "missing", "行方がわからない"
    MINOR = "minor", "未成年"


class ProxyKind(Labelled):
    """By what right somebody applies for another (代理の根拠)."""

    FAMILY = "family", "同じ世帯・親族"
    LETTER = "letter", "委任状あり"
    LETTER_LATER = "letter_later", "委任状はあとで"
    LEGAL = "legal", "法定代理人(親権者・後見人など)"


class ApplicationSource(Labelled):
    """How an application came (申請の方法)."""

    COUNTER = "counter", "窓口"
    PAPER = "paper", "紙(郵送・避難所)"
    ONLINE = "online", "オンライン"


@dataclass(frozen=True, slots=True)
class OtherMember:
    """Somebody who lived in the dwelling and whom neither register nor ledger has there."""

    name: str
    kana: str = ""
    relation: str = ""


NEEDS_DETAIL = frozenset({IdentityKind.QUESTIONS, IdentityKind.VOUCHED})
"""Identity without documents: what was asked, or who vouched, must be written down."""


def parts_text(parts: Iterable[DamagedPart]) -> str | None:
    """Return damaged parts as they are stored, in the order of the form; None for none."""
    chosen = set(parts)
    return ",".join(part.value for part in DamagedPart if part in chosen) or None


def parts_of(text: str | None) -> list[DamagedPart]:
    """Return the damaged parts stored in a text; words of a newer version are left out."""
    stored = set((text or "").split(","))
    return [part for part in DamagedPart if part.value in stored]


def read_others(text: str) -> list[OtherMember]:
    """Read people written one a line: 氏名、よみ、続柄; the reading and the relation may lack.

    Raises:
        ValueError: A line has no name or too many parts; the message is for the screen.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    return [_read_other(number, line) for number, line in enumerate(lines, start=1)]


def _read_other(number: int, line: str) -> OtherMember:
    name, *more = (part.strip() for part in re.split("[、,，\t]", line))
    if not name or len(more) > 2:
        raise ValueError(f"{number}人目: 「氏名、よみ、続柄」の順に、1行に1人を入れてください。")
    return OtherMember(name, *more)


def identity_problem(kind: str, detail: str, vouched_by: str) -> tuple[str, str] | None:
    """Return the field and the words of what is missing of an identity check, or None."""
    if kind == IdentityKind.VOUCHED and not vouched_by.strip():
        return "identity_vouched_by", "保証した人の氏名と、本人との関係を入れてください。"
    if kind == IdentityKind.QUESTIONS and not detail.strip():
        return "identity_detail", "何を聞いて確かめたかを入れてください(答えは書きません)。"
    return None


def head_problem(state: str, *, applies: bool, is_legal: bool) -> str | None:
    """Return why the head of the household cannot be who applies, or None.

    Args:
        state: What is special about the head.
        applies: Whether the head is the applicant.
        is_legal: Whether a legal representative applies.
    """
    if state in (HeadState.DEAD, HeadState.MISSING) and applies:
        return "世帯主は申請できません。申請する方を選び直してください。"
    if state == HeadState.MINOR and applies and not is_legal:
        return "世帯主が未成年です。法定代理人か親族を「申請する方」に選んでください。"
    return None


def missing_consents(*, registers: bool | None, sharing: bool | None) -> list[str]:
    """Return the consents of the form that were not given (同意).

    Receipt is never refused for them: the survey follows from the application alone
    (災害対策基本法 第90条の2); what was not agreed to is told and kept.
    """
    found = {"住民基本台帳・税の情報の利用": registers, "証明書の支援窓口での利用": sharing}
    return [words for words, given in found.items() if not given]
