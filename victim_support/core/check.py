"""What the program needs from its machine: is it there, and what to do when it is not."""

import ctypes
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from victim_support.core import clock, pdf_pages
from victim_support.core.db import DatabaseFileError, postgres, sqlite
from victim_support.core.documents.fonts import missing_fonts
from victim_support.core.instance import read_database_url, read_intake_folder
from victim_support.core.keys import SlotKind, recovery_used_at, slot_kinds
from victim_support.core.maps import list_tile_sets, list_unusable_sets

APT = "sudo apt-get install"
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
WARN_FREE_GIB = 5
BUILT_ON = datetime(2026, 11, 1, tzinfo=UTC)


class State(StrEnum):
    """How bad a finding is."""

    GOOD = "good"
    WARNING = "warning"
    MISSING = "missing"
    UNKNOWN = "unknown"  # nothing that a program can see


@dataclass(frozen=True)
class Finding:
    """One thing looked at: its name, its state, what was seen, and what to do."""

    name: str
    state: State
    seen: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the finding for a program to read."""
        return {key: str(value) for key, value in asdict(self).items()}


def check_machine() -> list[Finding]:
    """Look at libraries, fonts, SQLite and clock."""
    return [*_libraries(), *_fonts(), _pages(), *_sqlite(), _clock()]


def check_folder(folder: Path) -> list[Finding]:
    """Look at the key slots, the logs, the disk, the maps and the server of an instance."""
    return [*_slots(folder), _intake(folder), _disk(folder), *_maps(folder), *_server(folder)]


def lacks_instance(folder: Path) -> Finding:
    """Say that there is no instance in a folder: it was not made yet, or another is meant."""
    remedy = "victim-support init で作るか、--instance で場所を指してください。"
    return Finding("インスタンス", State.WARNING, f"{folder} にはありません。", remedy)


def is_usable(findings: list[Finding]) -> bool:
    """Tell whether nothing that the program cannot do without is missing."""
    return all(finding.state is not State.MISSING for finding in findings)


def _libraries() -> Iterator[Finding]:
    for library, package in LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            slow = package == "libharfbuzz-subset0"
            why = "PDFの作成が4〜40倍遅くなります。" if slow else "PDFを作れません。"
            state = State.WARNING if slow else State.MISSING
            yield Finding(library, state, f"ありません。{why}", f"{APT} {package}")
        else:
            yield Finding(library, State.GOOD, "あります。")


def _fonts() -> Iterator[Finding]:
    lacking = missing_fonts()
    for font in lacking:
        seen = "ありません。珍しい字を印刷できないことがあります。"
        yield Finding(font.family, State.WARNING, seen, f"{APT} {font.package}")
    if not lacking:
        yield Finding("フォント", State.GOOD, "そろっています。")


def _pages() -> Finding:
    """Look for what draws the pages of PDFs that came with applications."""
    if pdf_pages.is_able():
        how = (
            ""
            if pdf_pages.is_apart()
            else "読む部品を通信から切り離すことは、このパソコンではできません。"
        )
        return Finding("PDFの添付", State.GOOD, f"読めます。{how}")
    seen = "読む部品がありません。オンライン申請のPDFの添付を取り込めません。"
    return Finding("PDFの添付", State.WARNING, seen, f"{APT} poppler-utils poppler-data")


def _sqlite() -> Iterator[Finding]:
    library, remedy = sqlite.describe(), "bin/setup を実行して sqlcipher3 を新しくしてください。"
    state = State.GOOD if library.is_new_enough else State.MISSING
    yield Finding("SQLite (SQLCipher)", state, library.version, _unless(state, remedy))
    state = State.GOOD if library.has_search else State.MISSING
    seen = "使えます。" if library.has_search else "使えません。氏名の検索に要ります。"
    yield Finding("FTS5", state, seen, _unless(state, remedy))


def _unless(state: State, remedy: str) -> str:
    return "" if state is State.GOOD else remedy


def _clock() -> Finding:
    seen = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    if clock.now() < BUILT_ON:
        return Finding("時計", State.WARNING, seen, "パソコンの日付と時刻を合わせてください。")
    zone = time.strftime("%Z")
    return Finding("時計", State.GOOD, f"{seen} (機械の時間帯 {zone})")


def _slots(folder: Path) -> Iterator[Finding]:
    kinds = slot_kinds(folder)
    if SlotKind.KEY_FILE in kinds:
        seen = "鍵ファイルがデータベースの隣にあり、暗号は守りになりません(保護なし)。"
        remedy = "victim-support passphrase で合言葉を決めてください。"
        yield Finding("鍵", State.WARNING, seen, remedy)
    else:
        yield Finding("鍵", State.GOOD, "合言葉で守られています。")
    used = recovery_used_at(folder)
    if used:
        remedy = "victim-support recovery-code で作り直し、新しい紙を封筒に入れてください。"
        yield Finding(
            "回復コード", State.WARNING, f"{clock.local(used):%m/%d %H:%M} に使われました。", remedy
        )
    if SlotKind.RECOVERY not in kinds:
        remedy = "victim-support recovery-code で作り、封筒に入れてください。"
        yield Finding("回復コード", State.WARNING, "ありません。", remedy)


def _intake(folder: Path) -> Finding:
    """Look at the second record of what was acknowledged: is it on a disk of its own."""
    place, name = read_intake_folder(folder), "登録の控え"
    if not place.is_dir():
        remedy = "媒体を差すか、なくしたときは victim-support intake DIR で替えてください。"
        return Finding(name, State.MISSING, f"{place} がありません。", remedy)
    if place.stat().st_dev == folder.stat().st_dev:
        remedy = "victim-support intake DIR で、SDカードなど別の媒体に移してください。"
        return Finding(name, State.WARNING, "データベースと同じディスクにあります。", remedy)
    return Finding(name, State.GOOD, f"{place} にあります。")


def _server(folder: Path) -> Iterator[Finding]:
    """Look at PostgreSQL, when the instance is the headquarters' (本部)."""
    url = read_database_url(folder)
    if url is None:
        return
    try:
        facts = postgres.describe(url)
    except DatabaseFileError as error:
        yield Finding(
            "PostgreSQL", State.MISSING, str(error), "docs/headquarters.md を見てください。"
        )
        return
    yield Finding("PostgreSQL", State.GOOD, f"{facts.version}、並べ方 {facts.collation}")
    kept = [name for name, value in facts.durability.items() if value != "on"]
    yield Finding(
        "PostgreSQL の書き込み",
        State.WARNING if kept else State.GOOD,
        f"{', '.join(kept)} が on ではありません。" if kept else "電源が切れても残る設定です。",
        "postgresql.conf で on にしてください。" if kept else "",
    )
    seen = "データベースそのものは暗号化しません。ここからは確かめられません。"
    remedy = "サーバーのディスクを LUKS などで暗号化してください。"
    yield Finding("本部のディスクの暗号化", State.UNKNOWN, seen, remedy)


def _maps(folder: Path) -> Iterator[Finding]:
    """Look at the tiles that the municipality has put beside its data (docs/maps.md)."""
    place = folder / "maps"
    for tiles in list_tile_sets(place):
        yield Finding(f"地図 {tiles.name}", State.GOOD, f"出典 {tiles.attribution}")
    for words in list_unusable_sets(place):
        yield Finding("地図", State.WARNING, words, "docs/maps.md を見てください。")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free / 2**30
    state = State.GOOD if free >= WARN_FREE_GIB else State.WARNING
    remedy = _unless(state, "不要なファイルを消して空きを作ってください。")
    return Finding("ディスク", state, f"空き {free:.1f} GiB", remedy)
