"""The end of a laptop's life: nothing unsent is lost unseen, the keys go first; it is proven."""

import json

import pytest
from click.testing import CliRunner

from tests.pages import Desk
from tests.prepared import ADMIN, log_in
from tests.sync.test_exchange import listening
from tests.sync.test_incarnation import put
from tests.sync.test_takeouts import clock, hand, register, states, stick  # noqa: F401 - fixtures
from victim_support.backup.services import back_up
from victim_support.cli import cli
from victim_support.core.keys import WrongSecretError, unlock
from victim_support.core.node import create_node
from victim_support.sync.services.exchange import exchange_with
from victim_support.takeouts.services import ending


@pytest.fixture
def run():
    def invoke(*words, instance, typed=""):
        return CliRunner().invoke(cli, [*map(str, words), "--instance", str(instance)], typed)

    return invoke


@pytest.fixture
def laptop(headquarters, laptops):
    """Bring everything of a laptop to the headquarters, and let it hear that it is there."""
    with listening(headquarters) as address, laptops[0].inside():
        exchange_with(address)
        exchange_with(address)
    return laptops[0]


def test_a_laptop_with_unsent_records_is_not_wiped(laptop, run):
    put(laptop, "issuer_title", "みなと市長")
    folder = laptop.opened.folder

    answer = run("wipe", instance=folder, typed="消去\n")

    assert answer.exit_code == 1
    assert "届いていない記録が 1 件" in answer.output
    assert unlock(folder, None).key == laptop.opened.key
    answer = run("wipe", "--force", instance=folder, typed="消去\n")
    assert "消しませんでした" in answer.output
    assert unlock(folder, None).key == laptop.opened.key
    with laptop.writing():
        create_node(is_suspended=True)  # as after a restored disk: the next life is not enrolled
    answer = run("wipe", "--force", instance=folder, typed=f"{folder.name}\n")
    assert answer.exit_code == 0
    assert "まだ登録し直していません" in answer.output
    assert list(folder.parent.glob("wipe-*.txt"))  # of the earlier name
    assert list(folder.iterdir()) == []


def test_the_keys_are_nowhere_and_the_headquarters_takes_the_proof(
    headquarters, laptop, run, tmp_path
):
    folder, target = laptop.opened.folder, tmp_path / "usb"
    target.mkdir()
    back_up(laptop.opened, folder / "backups")

    answer = run("wipe", "--proof", target, instance=folder, typed="消去\n")

    assert answer.exit_code == 0, answer.output
    assert list(folder.iterdir()) == []
    (proof,) = target.glob("wipe-*.txt")
    assert run("register", "proof", proof, instance=headquarters.opened.folder).exit_code == 0
    page = log_in(Desk(headquarters.app), ADMIN).get("/takeouts/")
    assert "端末ごと消去した端末" in page.visible
    damaged = proof.read_text().replace("0", "1")
    proof.write_text(damaged)
    answer = run("register", "proof", proof, instance=headquarters.opened.folder)
    assert answer.exit_code == 1


def test_a_cut_in_the_middle_leaves_nothing_that_opens(laptop, monkeypatch):
    folder = laptop.opened.folder
    back_up(laptop.opened, folder / "backups")

    def cut(_path):
        raise KeyboardInterrupt

    monkeypatch.setattr("shutil.rmtree", cut)
    monkeypatch.setattr("pathlib.Path.iterdir", cut)
    with pytest.raises(KeyboardInterrupt):
        ending.destroy(folder)

    assert (folder / "main.db").exists()
    assert [*folder.rglob("keys.json"), *folder.rglob("*.key")] == []
    with pytest.raises((WrongSecretError, OSError)):
        unlock(folder, None)


def test_the_headquarters_is_not_wiped(headquarters, run):
    answer = run("wipe", "--force", instance=headquarters.opened.folder, typed="honbu\n")

    assert answer.exit_code == 1
    assert "本部" in answer.output
    assert (headquarters.opened.folder / "keys.json").exists()


def test_commands_hand_out_take_in_and_wipe(headquarters, laptop, register, stick, run):  # noqa: F811
    office, here = headquarters.opened.folder, laptop.opened.folder
    words = ("--to", "A1", "--until", "2026-09-30", "--json")

    answer = run("register", "export", stick, *words, instance=office)
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["people"] == register
    answer = run("register", "import", stick, "--json", instance=here)
    assert json.loads(answer.stdout)["expires_on"] == "2026-09-30"
    assert run("register", "wipe", instance=here).exit_code == 0

    again = run("register", "import", stick, instance=here)
    assert again.exit_code == 1
    assert "消去済み" in again.output
    listed = run("register", "list", "--json", instance=office)
    assert json.loads(listed.stdout)[0]["state"] == "out"
    assert (
        run("register", "export", stick, "--to", "Z9", *words[2:], instance=office).exit_code == 1
    )
