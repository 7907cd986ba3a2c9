"""Long work: its queue, its thread, its pages, and what the end of the server does to it."""

import threading
from datetime import timedelta

import pytest

from tests.prepared import SCOPES, staff_of
from victim_support.core import clock, jobs
from victim_support.core.db import db, transaction
from victim_support.core.jobs import kinds
from victim_support.core.jobs.models import JobState
from victim_support.core.scopes import current_scopes, using_scopes
from victim_support.core.settings import put_setting, setting


@pytest.fixture(autouse=True)
def own_kinds(monkeypatch):
    """Let each test declare kinds of its own."""
    monkeypatch.setattr(kinds, "_registry", kinds.Registry())


@pytest.fixture
def runner(app):
    return jobs.Runner(app)


@pytest.fixture
def start(app):
    """Return a function that starts a job as one of the people."""

    def begin(name, who=None, **options):
        with app.app_context(), using_scopes(SCOPES):
            by = staff_of(who).id if who else None
            db.session.remove()
            return jobs.start(name, by=by, **options)

    return begin


@pytest.fixture
def look(app):
    def at(job_id):
        with app.app_context():
            return jobs.find_job(job_id)

    return at


def count_to(number, seen=None):
    def handler(job):
        for each in range(job.checkpoint.get("next", 0), number):
            if seen is not None:
                seen.append(each)
            yield jobs.Progress(each + 1, number, "数えています", checkpoint={"next": each + 1})
        yield jobs.Progress(number, number, "数えました", link="/desk")

    return handler


def test_a_job_is_done_step_by_step_under_the_scopes_of_who_started_it(runner, start, look):
    seen = []

    @jobs.kind("test.where", "試験")
    def handler(job):
        seen.append((current_scopes(), job.payload))
        with transaction(reason="試験"):
            put_setting(key="試験", value=1)
        yield jobs.Progress(1, 2)
        seen.append(setting("試験"))
        db.session.remove()

    job_id = start("test.where", payload={"a": 1})
    assert look(job_id).state is JobState.WAITING
    runner.run_due()

    assert seen == [(SCOPES, {"a": 1}), 1]
    assert (look(job_id).state, look(job_id).done) == (JobState.DONE, 1)
    assert look(job_id).payload == {}


def test_jobs_wait_for_their_moment_and_come_in_turn(runner, start, look, frozen):
    traveller = frozen(clock.now())
    order = []

    @jobs.kind("test.turn", "試験")
    def handler(job):
        order.append(job.payload["n"])
        yield jobs.Progress()

    start("test.turn", payload={"n": 2}, after=clock.now() + timedelta(minutes=5))
    start("test.turn", payload={"n": 1})
    runner.run_due()
    assert order == [1]

    traveller.shift(timedelta(minutes=6))
    runner.run_due()
    assert order == [1, 2]


def test_the_same_work_is_not_started_twice(start):
    jobs.kind("test.count", "試験")(count_to(1))

    assert start("test.count", key="x") == start("test.count", key="x")
    assert start("test.count", key="x") != start("test.count", key="y")


def test_words_of_a_failure_reach_the_person_and_insides_do_not(runner, start, look):
    @jobs.kind("test.known", "試験")
    def known(_job):
        yield jobs.Progress(1, 2)
        raise jobs.JobFailedError("ファイルが読めません。")

    @jobs.kind("test.unknown", "試験")
    def unknown(_job):
        raise KeyError("架空 太郎")
        yield

    first, second = start("test.known"), start("test.unknown")
    runner.run_due()

    assert (look(first).state, look(first).words) == (JobState.FAILED, "ファイルが読めません。")
    assert look(second).state is JobState.FAILED
    assert "番号" in look(second).words
    assert "架空" not in look(second).words


def test_a_step_that_keeps_the_write_lock_is_an_error(runner, start, look):
    @jobs.kind("test.greedy", "試験")
    def greedy(_job):
        with transaction(reason="試験"):
            yield jobs.Progress()

    job_id = start("test.greedy")
    runner.run_due()

    assert look(job_id).state is JobState.FAILED
    with runner._app.app_context(), using_scopes(SCOPES), transaction(reason="試験"):
        put_setting(key="試験", value=2)  # the lock is free again


def test_a_cancelled_job_tidies_up_at_its_next_step(app, runner, start, look):
    tidied = []

    @jobs.kind("test.long", "試験")
    def long(job):
        try:
            for each in range(1000):
                if each == 1:
                    jobs.ask_to_cancel(job.id)
                yield jobs.Progress(each, 1000, checkpoint={})
        finally:
            tidied.append(each)

    job_id = start("test.long")
    runner.run_due()

    assert tidied == [1]
    assert look(job_id).state is JobState.CANCELLED


def cut_off(app, start, name):
    """Start a job and stop the server at its third step; return its id."""
    runner = jobs.Runner(app)
    job_id = start(name)
    declared = kinds.get_kind(name)

    def stopping(job):
        for step, progress in enumerate(declared.handler(job), start=1):
            if step == 3:
                runner._ending.set()
            yield progress

    kinds._registry.kinds[name] = kinds.Kind(name, "試験", stopping, declared.restarts)
    runner.run_due()
    kinds._registry.kinds[name] = declared
    return job_id


def test_a_job_goes_on_after_a_restart_where_it_was(app, start, look):
    seen: list[int] = []
    jobs.kind("test.count", "試験", restarts=True)(count_to(5, seen))
    job_id = cut_off(app, start, "test.count")
    assert look(job_id).state is JobState.RUNNING

    runner = jobs.Runner(app)
    runner.start()
    wait_until(lambda: not look(job_id).is_open)
    runner.stop()

    assert look(job_id).state is JobState.DONE
    assert seen == [0, 1, 2, 2, 3, 4]  # the third step was not noted, so it is done again


def test_a_job_that_may_not_run_again_says_that_it_stopped(app, start, look):
    jobs.kind("test.count", "試験")(count_to(5))
    job_id = cut_off(app, start, "test.count")

    runner = jobs.Runner(app)
    runner.start()
    runner.stop()

    assert look(job_id).state is JobState.CUT_OFF
    assert "もう一度" in look(job_id).words


def test_a_job_that_ends_the_server_each_time_is_given_up(app, start, look):
    jobs.kind("test.count", "試験", restarts=True)(count_to(5))
    job_id = start("test.count")
    for _ in range(4):
        with app.app_context():
            jobs.queue.take_next()  # the process dies here
            jobs.queue.pick_up()

    assert look(job_id).state is JobState.CUT_OFF


def test_recurring_work_comes_again_and_leaves_one_row(app, look):
    times = []

    @jobs.kind("test.again", "試験")
    def again(_job):
        times.append(1)
        yield jobs.Progress()

    jobs.every(0.01, "test.again")
    runner = jobs.Runner(app)
    runner.start()
    app.extensions["jobs"] = runner

    def came_thrice():
        runner.wake()
        return len(times) >= 3

    wait_until(came_thrice)
    runner.stop()

    with app.app_context():
        assert len(jobs.list_jobs()) <= 2


def wait_until(is_so):
    pause = threading.Event()
    for _ in range(500):
        if is_so():
            return
        pause.wait(0.01)
    pytest.fail("nothing happened for five seconds")


def test_pages_show_state_and_cancel(app, runner, start, desk_of):
    jobs.kind("test.count", "住民データの試験")(count_to(2))
    job_id = start("test.count", "hq")
    desk = desk_of("hq")

    page = desk.get(f"/jobs/{job_id}")
    assert "順番を待っています" in page.visible
    assert desk.get(f"/jobs/{job_id}/state").json["is_open"]
    assert "住民データの試験" in desk.get("/jobs/").visible

    cancelled = desk.submit(page, f"/jobs/{job_id}/cancel", follow=True)
    runner.run_due()

    assert "中止しました" in cancelled.visible


def test_a_job_that_is_done_leads_to_its_result(runner, start, desk_of):
    jobs.kind("test.count", "試験")(count_to(2))
    job_id = start("test.count", "hq")
    runner.run_due()

    answer = desk_of("hq").get(f"/jobs/{job_id}")

    assert (answer.status, answer.location) == (303, "/desk")


def test_a_page_tells_what_its_job_did_and_a_failure_leads_back_to_where_it_began(
    runner, start, desk_of
):
    jobs.kind("test.told", "試験", tells=True)(count_to(2))

    @jobs.kind("test.failing", "試験", page="jobs.index")
    def failing(_job):
        raise jobs.JobFailedError("束がありません。")
        yield

    told, failed = start("test.told", "hq"), start("test.failing", "hq")
    runner.run_due()
    desk = desk_of("hq")

    assert 'href="/jobs/">元の画面へ' in desk.get(f"/jobs/{failed}").text
    assert "数えました" in desk.get(f"/jobs/{told}", follow=True).visible


def test_a_job_is_seen_by_who_started_it_and_by_the_system_office(start, desk_of):
    jobs.kind("test.count", "試験")(count_to(2))
    job_id = start("test.count", "hq")

    assert desk_of("admin").get(f"/jobs/{job_id}").status == 200
    stranger = desk_of("reception")
    assert stranger.get(f"/jobs/{job_id}").status == 404
    assert stranger.get(f"/jobs/{job_id}/state").status == 404
    assert stranger.post(f"/jobs/{job_id}/cancel").status == 404
    assert "試験" not in stranger.get("/jobs/").visible.replace("試験 reception", "")
