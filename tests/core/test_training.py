"""Training (訓練) cannot be mistaken: asked for at the start, on every page, over in four hours."""

from datetime import UTC, datetime, timedelta

import pytest

from victim_support.commands.serve import is_training_wanted
from victim_support.core import training
from victim_support.core.context import is_training
from victim_support.core.db import db, transaction
from victim_support.core.settings import set_machine_setting

MOMENT = datetime(2026, 7, 16, 0, tzinfo=UTC)


@pytest.fixture
def drill(app, frozen):
    """Make the instance one for training, as its server starts."""
    time = frozen(MOMENT)
    with app.app_context():
        with transaction():
            set_machine_setting("training", "1")
        db.session.remove()
        training.begin()
        assert is_training()
    return time


def test_every_page_says_so_in_frame_band_and_title(drill, desk_of):
    for path in ("/", "/place", "/sessions"):
        page = desk_of("hq").get(path)

        assert "data-training" in page.text
        assert page.title.strip().startswith("【訓練】")
        assert "ここでの登録は本番に入りません" in page.visible


def test_it_closes_after_four_hours(drill, desk_of, stranger):
    drill.shift(timedelta(hours=3, minutes=59))
    assert desk_of("hq").get("/place").status == 200

    drill.shift(timedelta(minutes=1))
    page = stranger.get("/login")

    assert page.status == 503
    assert "訓練は、始めてから4時間で閉じます" in page.visible


def test_the_real_thing_never_closes(app, desk_of, frozen):
    frozen(MOMENT)
    with app.app_context():
        training.begin()

    frozen(MOMENT + timedelta(hours=5))

    assert desk_of("hq").get("/place").status == 200


@pytest.mark.parametrize(("typed", "wanted"), [("1", False), ("", False), ("2", True)])
def test_each_start_asks_and_the_real_thing_comes_first(monkeypatch, typed, wanted):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda _words, default, **_options: typed or default)

    assert is_training_wanted() is wanted


def test_a_service_without_a_terminal_is_not_asked(monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)

    assert not is_training_wanted()
