"""What a lost stick or machine held (紛失): answered from this ledger, without the thing itself.

Numbers, kinds of records and names of fields only; nobody's name is read.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Connection, select

from victim_support.core.actor import name_of
from victim_support.core.db import Synced, db, synced_classes, synced_fields
from victim_support.core.keys import SlotKind, slot_kinds
from victim_support.disasters.queries import find_disaster
from victim_support.journal.codec import unpack
from victim_support.journal.history import label_of, title_of
from victim_support.journal.models import Op
from victim_support.journal.store import read_heads
from victim_support.sync.carrying import names_of
from victim_support.sync.machines import Machine, find_machine, names_of_one_machine
from victim_support.sync.models import Peer, Stick, StickState, WrittenBundle
from victim_support.sync.queries import NOTHING, Position, Vector, unpack_vector
from victim_support.sync.sticks import find_label, list_bundles_on
from victim_support.victims.models import Person
from victim_support.victims.rules import Protection

if TYPE_CHECKING:
    from victim_support.core.instance import OpenInstance

_PERSON = "person_id"  # how every reference to somebody ends
_NEWER = "新しい版の記録"
_SEALED_FILES = (
    ("中身", "端末ごとの鍵で暗号にしています(age X25519)。合言葉では開きません。"),
    ("開けるには", "上の端末のどれかと、その端末を開く合言葉か鍵が要ります。"),
    ("名前", "フォルダとファイルの名前に、人や場所の名前はありません。"),
)


@dataclass(frozen=True)
class Beside:
    """What a lost thing held beside the records: in pairs, and of how many people."""

    facts: list[tuple[str, str]]
    people: int
    readers: frozenset[UUID] = frozenset()
    """The machines that can open it, where others than the lost one can."""


Tell = Callable[[UUID], Beside]
_on_machines: list[Tell] = []
_on_sticks: list[Tell] = []


def on_lost_machine(tell: Tell) -> Tell:
    """Declare what a machine was given beside the records: it is lost with it."""
    _on_machines.append(tell)
    return tell


def on_lost_stick(tell: Tell) -> Tell:
    """Declare what travels on a stick of the ledger beside the records."""
    _on_sticks.append(tell)
    return tell


@dataclass
class TableContents:
    """The records of one kind: how many, and which fields are filled in."""

    label: str
    rows: set[UUID] = field(default_factory=set)
    fields: list[str] = field(default_factory=list)


@dataclass
class Contents:
    """The operations between two vectors, in numbers."""

    ops: int = 0
    people: set[bytes] = field(default_factory=set)
    disasters: list[str] = field(default_factory=list)
    has_sealed: bool = False
    first_at: datetime | None = None
    last_at: datetime | None = None
    tables: list[TableContents] = field(default_factory=list)


@dataclass(frozen=True)
class Loss:
    """What to tell of a lost thing.

    Attributes:
        name: What it is called in the list.
        contents: What was on it.
        readers: The machines that can open it.
        protections: How it is protected, in pairs of question and answer.
        facts: What else is known, in pairs.
        machine: The machine itself, when it is one.
        stick: The stick of the ledger, when it is one.
        residents: Of how many people it held the register (住民データ).
    """

    name: str
    contents: Contents
    readers: list[str]
    protections: list[tuple[str, str]]
    facts: list[tuple[str, str | datetime | None]]
    machine: Machine | None = None
    stick: UUID | None = None
    residents: int = 0


@dataclass(frozen=True)
class _Kind:
    cls: type[Synced]
    names: dict[int, str]
    people: tuple[int, ...]  # numbers of the fields that refer to somebody


def loss_of_bundle(bundle: WrittenBundle) -> Loss:
    """Return what a bundle written here held."""
    readers = names_of(bundle.recipients)
    beside = _told(_on_sticks, bundle.stick)
    return Loss(
        name=f"bundle-{bundle.id.hex[:8]}…",
        contents=contents_between(unpack_vector(bundle.start), unpack_vector(bundle.end)),
        readers=readers,
        protections=list(_SEALED_FILES),
        facts=[
            ("書き出した時刻", bundle.written_at),
            ("書き出した人", name_of(bundle.written_by)),
            ("書き終わり", bundle.finished_at or "途中で止まりました(下は予定の全部です)"),
            ("USB", find_label(bundle.stick) or "台帳にないUSB"),
            ("種類", "新しい端末に初めから入れる束" if bundle.is_first_fill else "続きを運ぶ束"),
            ("受け取りの印", "、".join(names_of(bundle.acks)) or "まだ戻っていません"),
            *beside.facts,
        ],
        stick=bundle.stick,
        residents=beside.people,
    )


def loss_of_stick(stick: Stick) -> Loss:
    """Return everything that a stick of the ledger held, as far as it was written here.

    Of several bundles the records from the first to the last count: rather too many than too few.
    """
    bundles, beside = list_bundles_on(stick.id), _told(_on_sticks, stick.id)
    start, end = _span(bundles)
    readers = {node for bundle in bundles for node in bundle.recipients}
    readers |= {str(node) for node in beside.readers}
    return Loss(
        name=stick.label,
        contents=contents_between(start, end),
        readers=names_of(readers),
        protections=list(_SEALED_FILES),
        facts=[
            ("登録した時刻", stick.registered_at),
            ("ようす", stick.state.label if isinstance(stick.state, StickState) else "不明"),
            *(("この端末で書いた束", bundle.written_at) for bundle in bundles),
            *beside.facts,
        ],
        stick=stick.id,
        residents=beside.people,
    )


def loss_of_machine(node: UUID) -> Loss | None:
    """Return what a machine held, as far as known here; None when nothing is known of it."""
    machine = find_machine(node)
    if machine is None:
        return None
    beside = _told(_on_machines, node)
    return Loss(
        name=machine.certificate.name,
        contents=contents_between({}, _held_by(machine)),
        readers=[machine.certificate.name],
        protections=[
            ("中身", "データベースの全体を暗号にしています(SQLCipher)。"),
            ("鍵", _key_of(machine)),
        ],
        facts=[
            *beside.facts,
            ("最後に会った時刻", machine.last_contact_at or "まだ会っていません"),
            ("持てる範囲", "、".join(machine.scopes)),
            ("登録", machine.state[0]),
        ],
        machine=machine,
        residents=beside.people,
    )


def contents_between(start: Vector, end: Vector) -> Contents:
    """Return what the operations between two vectors say of whom, in numbers."""
    kinds = _kinds()
    tables: dict[int, TableContents] = {}
    numbers: dict[int, set[int]] = {}
    found = Contents(disasters=_disasters(end))
    for row in _ops_between(db.session.connection(), start, end):
        _count(found, row)
        kind, values = kinds.get(row.tbl), unpack(row.data)
        label = title_of(kind.cls) if kind else _NEWER
        tables.setdefault(row.tbl, TableContents(label)).rows.add(row.row_id)
        numbers.setdefault(row.tbl, set()).update(values)
        if kind is not None:
            found.people |= _people(kind, row, values)
    found.has_sealed |= not found.people.isdisjoint(_protected())
    for number, table in sorted(tables.items()):
        kind = kinds.get(number)
        table.fields = _labels(kind, numbers[number]) if kind else []
        found.tables.append(table)
    return found


def list_written() -> list[WrittenBundle]:
    """Return the bundles written here, newest first."""
    return list(db.session.scalars(select(WrittenBundle).order_by(WrittenBundle.written_at.desc())))


def bundles_with(refs: Iterable[tuple[str, UUID, int]]) -> list[WrittenBundle]:
    """Return the bundles written here in which one of these operations may lie, newest first.

    Args:
        refs: Scope, machine and number of operations.
    """
    wanted = list(refs)
    found = []
    for bundle in list_written():
        start, end = unpack_vector(bundle.start), unpack_vector(bundle.end)
        if any(
            start.get((scope, node), NOTHING).seq < seq <= end.get((scope, node), NOTHING).seq
            for scope, node, seq in wanted
        ):
            found.append(bundle)
    return found


def _told(tells: Iterable[Tell], thing: UUID | None) -> Beside:
    found = [tell(thing) for tell in tells] if thing else []
    facts = [fact for each in found for fact in each.facts]
    readers = frozenset[UUID]().union(*(each.readers for each in found))
    return Beside(facts, max((each.people for each in found), default=0), readers)


def _span(bundles: Iterable[WrittenBundle]) -> tuple[Vector, Vector]:
    """Return from where to where the records of several bundles reach, in every chain."""
    start: Vector = {}
    end: Vector = {}
    for bundle in bundles:
        begun = unpack_vector(bundle.start)
        for key, position in unpack_vector(bundle.end).items():
            first = begun.get(key, NOTHING)
            start[key] = min(start.get(key, first), first)
            end[key] = max(end.get(key, position), position)
    return start, end


def _held_by(machine: Machine) -> Vector:
    """Return what a machine has said it holds, and what it wrote itself."""
    lives = names_of_one_machine(machine.node)
    heads = read_heads(db.session.connection())
    wrote = {key: Position(head.seq, head.hash) for key, head in heads.items()}
    own = {key: each for key, each in wrote.items() if machine.is_here or key[1] in lives}
    return _said_by(lives) | own


def _said_by(lives: Iterable[UUID]) -> Vector:
    """Return what a machine has said it holds, under any of its names."""
    found: Vector = {}
    for life in lives:
        for key, position in unpack_vector(db.session.get_one(Peer, life).acknowledged).items():
            found[key] = max(found.get(key, position), position)
    return found


def _key_of(machine: Machine) -> str:
    if not machine.is_here:
        return "守り方の報告はありません。合言葉を決めていたか、持ち主に確かめてください。"
    opened: OpenInstance = current_app.extensions["instance"]
    if SlotKind.KEY_FILE in slot_kinds(opened.folder):
        return "合言葉がなく、鍵ファイルが同じ機械にあります。拾った人が開けます。"
    return "合言葉で守っています。合言葉か回復コードがなければ開きません。"


def _ops_between(connection: Connection, start: Vector, end: Vector) -> Iterator[Any]:
    columns = (Op.scope, Op.tbl, Op.row_id, Op.data, Op.recorded_at)
    for (scope, node), position in sorted(end.items()):
        begun = start[scope, node].seq if (scope, node) in start else 0
        chain = (Op.scope == scope, Op.node == node, Op.seq > begun, Op.seq <= position.seq)
        with connection.execute(
            select(*columns).where(*chain).execution_options(yield_per=1000)
        ) as rows:
            yield from rows


def _count(found: Contents, row: Any) -> None:
    found.ops += 1
    found.has_sealed |= row.scope.endswith("/sealed")
    found.first_at = min(found.first_at or row.recorded_at, row.recorded_at)
    found.last_at = max(found.last_at or row.recorded_at, row.recorded_at)


def _protected() -> set[bytes]:
    """Return who is protected today: what was told of them before lies in the open scope."""
    marked = select(Person.id).where(Person.protection.is_not(None)).distinct()
    ids = db.session.scalars(marked.where(Person.protection != Protection.NONE))
    return {each.bytes for each in ids}


def _people(kind: _Kind, row: Any, values: dict[int, Any]) -> set[bytes]:
    referred = {values[number] for number in kind.people if isinstance(values.get(number), bytes)}
    return referred | {row.row_id.bytes} if kind.cls is Person else referred


def _kinds() -> dict[int, _Kind]:
    found = {}
    for cls in synced_classes():
        names = {spec.number: name for name, spec in synced_fields(cls).items()}
        people = tuple(number for number, name in names.items() if name.endswith(_PERSON))
        found[cls.__sync__.number] = _Kind(cls, names, people)
    return found


def _labels(kind: _Kind, numbers: set[int]) -> list[str]:
    known = sorted(numbers & kind.names.keys())
    return [label_of(kind.cls, kind.names[number]) for number in known]


def _disasters(end: Vector) -> list[str]:
    keys = {parts[1] for scope, _ in end if len(parts := scope.split("/")) > 2}
    found = {key: find_disaster(key) for key in keys}
    return sorted(each.name or key if each else key for key, each in found.items())
