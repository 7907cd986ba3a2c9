"""The status line of staff pages: is the work safe, and what needs somebody's hand."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

from victim_support.core import clock
from victim_support.core.access import current_login
from victim_support.core.dates import short_time
from victim_support.core.db import db
from victim_support.core.protections import knowledge
from victim_support.core.scopes import has_scopes
from victim_support.journal.intake import this_intake
from victim_support.sync.standing import PeerStanding, Standing, offset_words, standing
from victim_support.takeouts.queries import register_line

if TYPE_CHECKING:
    from datetime import datetime

    from victim_support.backup.periodic import PeriodicBackup
    from victim_support.core.instance import OpenInstance

BATTERIES = Path("/sys/class/power_supply")
LOW_BATTERY_PERCENT = 15
LOW_DISK_GIB = 5
OLD_BACKUP_MINUTES = 30
EXCHANGE_SECONDS = 10
_EXCHANGE, _REGISTER = "status_of_exchange", "status_of_register"


def status_line() -> list[str]:
    """Return short sentences for the person at the desk; nothing before login."""
    return list(_sentences()) if current_login() else []


def _sentences() -> Iterator[str]:
    if this_intake().is_read_only:
        yield "記録できません。紙に切り替え、本部へ電話してください。"
    yield f"{clock.local(clock.now()):%H:%M}現在の表示"
    if has_scopes():  # a closed screen and a refusal are answered before
        yield from _exchange()
        yield from _register()
    yield _backup()
    yield from _disk()
    yield from _battery()


def _exchange() -> Iterator[str]:
    """Say where the work is safe; asked anew after some seconds only, for it is on every page."""
    yield from _asked(_EXCHANGE, _exchange_words).splitlines()


def _register() -> Iterator[str]:
    """Say what register this machine was handed, and until when."""
    if line := _asked(_REGISTER, register_line):
        yield line


def _asked(key: str, words_of: Callable[[], str]) -> str:
    asked_at: datetime | None
    words: str
    asked_at, words = current_app.extensions.get(key, (None, ""))
    if asked_at is None or (clock.now() - asked_at).total_seconds() > EXCHANGE_SECONDS:
        had_begun = db.session().in_transaction()
        words = words_of()
        if not had_begun:
            db.session.remove()
        current_app.extensions[key] = (clock.now(), words)
    return words


def _exchange_words() -> str:
    now = standing()
    headquarters = next((peer for peer in now.peers if peer.is_headquarters), None)
    return "\n".join((_unsent(now), *_clock(headquarters), *_protections()))


def _clock(headquarters: PeerStanding | None) -> Iterator[str]:
    """Say by how much this clock differs from the headquarters', when that would be noticed."""
    if headquarters and headquarters.has_wrong_clock and headquarters.clock_offset is not None:
        way = "遅れて" if headquarters.clock_offset > 0 else "進んで"
        size = offset_words(headquarters.clock_offset)
        yield f"時計が本部より{size}{way}います。時計を直してください"


def _protections() -> Iterator[str]:
    """Say how old the knowledge of protected people (支援措置) is on an enrolled laptop."""
    known = knowledge()
    if not known.depends:
        return
    if known.heard_at is None:
        yield "保護の情報は本部からまだ届いていません"
        return
    words = f"保護の情報 {short_time(known.heard_at)}現在"
    yield words + ("。古いので、住所の載る紙は本部へ電話で確かめてください" if known.is_old else "")


def _unsent(now: Standing) -> str:
    if now.is_suspended and now.certificate is None:
        return "この端末に保存しています。本部に登録し直してください"
    if now.is_revoked:
        return "この端末の登録は取り消されています。本部へ連絡してください"
    if now.certificate is None:
        return "この端末に保存しています(本部とはまだつながりません)"
    if now.certificate.is_headquarters:
        return "本部の台帳に保存しています"
    if not now.unsent:
        return "記録はすべて本部に届いています"
    advice = "。つながりを確かめてください" if now.is_stalled else ""
    return f"本部へ届いていない記録 {now.unsent}件{advice}"


def _backup() -> str:
    backups: PeriodicBackup | None = current_app.extensions.get("backups")
    if backups is None:
        return "自動の控えは動いていません"
    if backups.has_failed:
        return "控えが取れません。空き容量を確かめてください"
    last = backups.last()
    if last is None:
        return "控えはこれから取ります"
    minutes = int((clock.now() - last).total_seconds() // 60)
    advice = (
        "。控えが止まっています。管理者に知らせてください" if minutes >= OLD_BACKUP_MINUTES else ""
    )
    return f"控え {minutes}分前{advice}" if minutes else "控え いま"


def _disk() -> Iterator[str]:
    opened: OpenInstance = current_app.extensions["instance"]
    free = shutil.disk_usage(opened.folder).free / 2**30
    advice = "。不要なファイルを消してください" if free < LOW_DISK_GIB else ""
    yield f"空き {free:.0f} GB{advice}"


def _battery() -> Iterator[str]:
    for file in sorted(BATTERIES.glob("BAT*/capacity")):
        percent = int(file.read_text())
        advice = "。電源につないでください" if percent <= LOW_BATTERY_PERCENT else ""
        yield f"電池 {percent}%{advice}"
