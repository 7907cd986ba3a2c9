"""Prove an instance: journal, rows, and the logs beside the database."""

from sqlalchemy import Connection, Engine, select

from victim_support.core.appendlog import DamagedLogError, files_of
from victim_support.core.blobs import store_of
from victim_support.core.instance import OpenInstance
from victim_support.core.reads import read_log
from victim_support.journal.derived import all_derived
from victim_support.journal.intake import this_intake
from victim_support.journal.models import Op
from victim_support.journal.verify import VerifyReport, verify


def verify_instance(opened: OpenInstance, engine: Engine) -> VerifyReport:
    """Verify the journal and the rows, then the logs and files beside them."""
    report = verify(engine)
    if not opened.intake_log.parent.is_dir():
        report.problems.append(f"登録の控えを置く {opened.intake_log.parent} がありません。")
    with engine.connect() as connection:
        _verify_intake(connection, report)
    for path in files_of(opened.reads_log):
        try:
            for _entry in read_log(path, opened.key):
                pass
        except DamagedLogError:
            report.problems.append(f"{path.name}: 閲覧の記録が変えられているか、壊れています。")
    for address in store_of(opened).damaged():
        report.problems.append(f"blobs/{address[:2]}/{address}: 写真のファイルが壊れています。")
    return report


def count_differences(engine: Engine) -> int:
    """Return how many people and dwellings are not found by what their rows say."""
    with engine.connect() as connection:
        return sum(each.differences(connection) for each in all_derived())


def _verify_intake(connection: Connection, report: VerifyReport) -> None:
    """Compare the last noted operation of each chain with the journal."""
    try:
        last = this_intake().last_ops()
    except DamagedLogError as error:
        report.problems.append(f"{error}: 登録の控えが変えられているか、壊れています。")
        return
    for op in last:
        here = (Op.scope == op.scope) & (Op.node == op.node) & (Op.seq == op.seq)
        if connection.scalar(select(Op.hash).where(here)) != op.hash:
            report.problems.append(f"intake.log: {op.scope} {op.node} の控えが台帳と違います。")
