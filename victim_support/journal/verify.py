"""Prove that the journal is whole and that the rows are exactly what it says."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Engine, insert, inspect

from victim_support.core.db import Base, Synced, synced_classes, synced_fields
from victim_support.core.db.sqlite import memory_engine
from victim_support.core.db.stored import stored_rows
from victim_support.core.db.tripwire import missing_tripwires, written_rows
from victim_support.journal import chain
from victim_support.journal.codec import OpRecord, pack
from victim_support.journal.conflicts import ConflictKey, all_conflicts
from victim_support.journal.merge import open_registers, whole_row
from victim_support.journal.models import Op
from victim_support.journal.newer import not_understood, noted_unknown
from victim_support.journal.store import read_heads, read_ops

_BATCH = 1000
_NAMED_DIFFERENCES = 20


@dataclass(frozen=True)
class TableResult:
    """One table: its rows, their digest, and whether the journal gives the same."""

    table: str
    rows: int
    digest: str
    is_equal: bool


@dataclass
class VerifyReport:
    """What ``verify`` found; no problems means that everything is proven."""

    ops: int = 0
    chains: dict[str, str] = field(default_factory=dict)  # "scope node seq": hash
    tables: list[TableResult] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def is_ok(self) -> bool:
        return not self.problems


def verify(engine: Engine) -> VerifyReport:
    """Recompute every chain, rebuild every row from the journal elsewhere, and compare digests."""
    report = VerifyReport()
    with engine.connect() as connection:
        _verify_chains(connection, report)
        _verify_tripwires(connection, report)
        _verify_unknown(connection, report)
        rebuilt = memory_engine()
        with rebuilt.connect() as memory:
            Base.metadata.create_all(memory)
            conflicts: dict[ConflictKey, int] = {}
            for cls in synced_classes():
                conflicts |= _rebuild(connection, memory, cls)
                _compare(connection, memory, cls, report)
            _compare_conflicts(connection, conflicts, report)
        rebuilt.dispose()
    return report


def _verify_chains(connection: Connection, report: VerifyReport) -> None:
    heads = read_heads(connection)
    ops = read_ops(connection, order_by=(Op.scope, Op.node, Op.seq))
    for (scope, node), chained in groupby(ops, key=lambda op: (op.scope, op.node)):
        seq, last = _follow(chained, report)
        head = heads.pop((scope, node), None)
        if head is None or (head.seq, head.hash) != (seq, last):
            report.problems.append(f"{scope} {node}: 鎖の終わりが記録と合いません。")
        report.chains[f"{scope} {node} {seq}"] = last.hex()
    for scope, node in heads:
        report.problems.append(f"{scope} {node}: 記録がありません。")


def _follow(ops: Iterable[OpRecord], report: VerifyReport) -> tuple[int, bytes]:
    """Recompute one chain; return the last sequence number and hash."""
    seq, last = 0, chain.GENESIS
    for op in ops:
        report.ops += 1
        if op.seq != seq + 1:
            report.problems.append(f"{op.scope} {op.node}: {seq + 1} 番の記録がありません。")
        if chain.link(last, op) != op.hash:
            report.problems.append(f"{op.scope} {op.node}: {op.seq} 番の記録が変えられています。")
        seq, last = op.seq, op.hash
    return seq, last


def _verify_tripwires(connection: Connection, report: VerifyReport) -> None:
    missing = missing_tripwires(connection)
    report.problems += [f"見張り {name} がありません。" for name in missing]
    if not missing:
        report.problems += [
            f"{table} {row_id}: 記録を通らずに書かれました。"
            for table, _scope, row_id in written_rows(connection)
        ]


def _verify_unknown(connection: Connection, report: VerifyReport) -> None:
    """Compare what is noted of operations of newer versions with the operations."""
    expected = not_understood(read_ops(connection))
    if {(op.scope, op.ref) for op in expected} != noted_unknown(connection):
        report.problems.append("新しい版が必要な項目の一覧が記録と合いません。")


def _compare_conflicts(
    connection: Connection, expected: dict[ConflictKey, int], report: VerifyReport
) -> None:
    different = dict(set(expected.items()) ^ set(all_conflicts(connection).items()))
    if different:
        report.problems.append(f"食い違い: {len(different)} 件が記録と合いません。")


def _rebuild(
    connection: Connection, memory: Connection, cls: type[Synced]
) -> dict[ConflictKey, int]:
    """Fill one empty table from the journal; return the conflicts in it."""
    conflicts: dict[ConflictKey, int] = {}
    ops = read_ops(
        connection, Op.tbl == cls.__sync__.number, order_by=(Op.scope, Op.row_id, Op.lsn)
    )

    def rows() -> Iterator[dict[str, Any]]:
        for (scope, row_id), found in groupby(ops, key=lambda op: (op.scope, op.row_id)):
            of_row = list(found)
            for number, opened in open_registers(cls, of_row).items():
                conflicts[scope, cls.__sync__.number, row_id, number] = opened
            yield whole_row(cls, of_row) | {"scope": scope, "id": row_id}

    remaining = rows()
    while batch := list(islice(remaining, _BATCH)):
        memory.execute(insert(cls), batch)
    return conflicts


def _compare(
    connection: Connection, memory: Connection, cls: type[Synced], report: VerifyReport
) -> None:
    name = cls.__tablename__
    rows, digest = _digest(connection, cls)
    _, expected = _digest(memory, cls)
    report.tables.append(TableResult(name, rows, digest, digest == expected))
    if digest != expected:
        pairs = set(_hashes(connection, cls)) ^ set(_hashes(memory, cls))
        different = sorted({row_id for row_id, _ in pairs})
        report.problems += [
            f"{name} {row_id}: 台帳が記録と違います。" for row_id in different[:_NAMED_DIFFERENCES]
        ]


def _digest(connection: Connection, cls: type[Synced]) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    for _, row_hash in _hashes(connection, cls):
        digest.update(row_hash)
        count += 1
    return count, digest.hexdigest()


def _hashes(connection: Connection, cls: type[Synced]) -> Iterator[tuple[str, bytes]]:
    """Yield id and hash of every row as it is stored, in the order of keys."""
    named = inspect(cls).columns
    columns = [named[name] for name in ("scope", "id", *synced_fields(cls))]
    for row in stored_rows(connection, columns, _BATCH):
        yield row[1], hashlib.sha256(pack(row)).digest()
