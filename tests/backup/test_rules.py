"""Which periodic backups are kept."""

from datetime import UTC, datetime, timedelta

from victim_support.backup.rules import backup_name, kept, taken_at

NOW = datetime(2026, 7, 15, 12, 2, tzinfo=UTC)


def test_a_name_tells_when():
    assert backup_name(NOW) == "backup-20260715T210200"
    assert taken_at("backup-20260715T210200") == NOW
    assert taken_at("backup-20260715T120200Z") == NOW
    assert taken_at("backup-20260715T120200Z.unfinished") is None


def test_twelve_of_five_minutes_a_day_of_hours_two_weeks_of_days():
    taken = {NOW - timedelta(minutes=5 * n) for n in range(12 * 24 * 30)}

    keep = kept(taken)

    assert {NOW - timedelta(minutes=5 * n) for n in range(12)} <= keep
    assert len({moment.strftime("%m%d%H") for moment in keep}) >= 24
    assert len({moment.date() for moment in keep}) == 14
    assert len(keep) <= 12 + 24 + 14


def test_few_backups_are_all_kept():
    taken = {NOW - timedelta(days=40 * n) for n in range(5)}

    assert kept(taken) == taken


def test_a_clock_that_jumps_ten_years_deletes_no_recent_day():
    taken = {NOW - timedelta(days=n) for n in range(10)}

    assert kept({*taken, NOW + timedelta(days=3650)}) >= taken
