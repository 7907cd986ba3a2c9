"""A register handed to one machine: by stick, up to a day, then wiped and proven."""

import io
from datetime import date, datetime, timedelta

import pytest
from msgspec import msgpack
from msgspec.structs import replace

from tests.evacuees.support import settle_town, stand_at
from tests.journal.test_erasure import decrypted
from tests.prepared import SCOPES
from tests.residents.register import ROWS, extract
from tests.sync.kit import exchange
from tests.sync.test_exchange import listening
from tests.sync.test_incarnation import enrolled_as, node_of
from tests.sync.test_machine_pages import admin_of, role_of
from victim_support.backup.services import back_up, list_backups
from victim_support.core.clock import JAPAN
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.japanese.dates import BirthValue, Precision
from victim_support.core.jobs import Runner
from victim_support.core.node import create_node
from victim_support.evacuees.queries.finding import match_register
from victim_support.residents.models import Resident
from victim_support.residents.queries import count_residents, find_residents
from victim_support.residents.rules.coverage import Coverage
from victim_support.residents.services import import_residents
from victim_support.sync import messages
from victim_support.sync.client import PeerClient, PeerError
from victim_support.sync.queries import get_enrolment
from victim_support.sync.services.sticks import register_stick
from victim_support.sync.statements import Wipe, read, sign
from victim_support.takeouts import parts
from victim_support.takeouts.models import RegisterPermit, WipeProof
from victim_support.takeouts.queries import (
    list_takeouts,
    list_waiting,
    list_wiped_machines,
    proven,
    register_line,
)
from victim_support.takeouts.services.wiping import keep_proof, last_statement
from victim_support.victims.rules import PersonData, RegisterLink

DAY = datetime(2026, 7, 16, 9, tzinfo=JAPAN)
UNTIL = "R8.9.30"


@pytest.fixture
def clock(frozen):
    return frozen(DAY)


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def register(clock, headquarters):
    """Import a register at the headquarters."""
    with headquarters.inside():
        import_residents(
            io.BytesIO(extract(*ROWS).encode()),
            file_name="抽出.csv",
            imported_by="試験",
            coverage=Coverage.FULL,
        )
        return count_residents()


def hand(headquarters, laptop, stick, **changes):
    """Let the headquarters' administrator write the register; return the page of the job."""
    desk = admin_of(headquarters)
    values = {"target": node_of(laptop), "expires_on": UNTIL, "path": stick} | changes
    page = desk.submit(desk.get("/takeouts/new"), **values)
    Runner(headquarters.app).run_due()
    return page


def take(laptop, stick):
    """Let the laptop's administrator take it in; return the page that follows."""
    desk = admin_of(laptop)
    job = desk.submit(desk.get("/takeouts/here"), "/takeouts/here", path=stick)
    Runner(laptop.app).run_due()
    return desk.get(job.location)


def wipe(laptop):
    desk = admin_of(laptop)
    page = desk.get("/takeouts/here")
    job = desk.submit(page, "/takeouts/here/wipe", is_sure="y")
    Runner(laptop.app).run_due()
    return desk.get(job.location, follow=True)


def found(machine, text):
    with machine.inside():
        households = find_residents(text).households
        return [resident.number for one in households for resident in one.members]


def states(headquarters):
    with headquarters.inside():
        return [takeout.state.label for takeout in list_takeouts()]


def line(machine):
    with machine.inside():
        return register_line()


def test_the_whole_town_goes_to_one_machine_with_the_columns_of_the_desk(
    headquarters, laptops, register, stick
):
    hand(headquarters, laptops[0], stick)
    take(laptops[0], stick)

    with laptops[0].inside():
        assert count_residents() == register
        row = db.session.get(Resident, "0001")
        assert (row.kana, row.is_head, row.town) == ("タカサキ　イチロウ", True, "上郷")
        assert (row.postal_code, row.status, row.birth_received) == ("", "", "")
        assert db.session.get(Resident, "0003").is_protected
    name = ROWS[0].split(",")[2]
    assert found(laptops[0], name) == found(headquarters, name) != []
    assert line(laptops[0]) == "住民データ: R8.7.16 時点、全町、9/30 まで"
    assert states(headquarters) == ["持ち出し中"]
    listed = admin_of(headquarters).get("/takeouts/").visible
    assert "全町" in listed
    assert "a 令和8年(2026年)7月16日" in listed


def test_towns_by_choice_leave_nobody_marked_as_no_resident(headquarters, laptops, register, stick):
    hand(headquarters, laptops[0], stick, area="some", towns=["上郷"])
    take(laptops[0], stick)

    with laptops[0].inside():
        assert count_residents() == 2
        stranger = PersonData(
            kana="ヤマダ　タロウ", birth=BirthValue(date=date(1960, 1, 1), precision=Precision.DAY)
        )
        assert match_register(stranger).link is RegisterLink.UNCHECKED
    assert "上郷" in line(laptops[0])


def test_another_machine_opens_nothing(headquarters, laptops, register, stick):
    hand(headquarters, laptops[0], stick)

    page = take(laptops[1], stick)

    assert "この端末あての住民データ" in page.visible
    with laptops[1].inside():
        assert count_residents() == 0
    for path in stick.rglob("*"):
        assert path.is_dir() or "髙﨑".encode() not in path.read_bytes()


@pytest.mark.parametrize("name", ["0001.seg", "manifest"])
def test_a_damaged_stick_leaves_the_register_as_it_was(
    headquarters, laptops, register, stick, tmp_path, name
):
    hand(headquarters, laptops[0], stick)
    take(laptops[0], stick)
    other = tmp_path / "other"
    other.mkdir()
    hand(headquarters, laptops[0], other, area="some", towns=["上郷"])
    (path,) = other.glob(f"register-*/{name}")
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)

    assert "壊れている" in take(laptops[0], other).visible

    with laptops[0].inside():
        assert count_residents() == register
    path.unlink()
    take(laptops[0], other)
    with laptops[0].inside():
        assert count_residents() == register


def test_after_its_day_nobody_is_found_and_the_pages_say_so(
    headquarters, laptops, register, stick, clock
):
    shelter = settle_town(laptops[0].app)[0]
    hand(headquarters, laptops[0], stick)
    take(laptops[0], stick)
    clock.move_to(datetime(2026, 9, 30, 23, tzinfo=JAPAN))
    assert found(laptops[0], "タカサキ") != []
    clock.move_to(datetime(2026, 10, 1, 0, 1, tzinfo=JAPAN))

    assert found(laptops[0], "タカサキ") == []
    assert line(laptops[0]) == "住民データの期限(9/30)が切れました。消してください"
    assert "期限が切れました" in admin_of(laptops[0]).get("/takeouts/here").visible
    assert states(headquarters) == ["期限切れ・消去の証明なし"]
    assert "期限は切れています" in take(laptops[0], stick).visible
    for role, words in (("reception", "責任者に"), ("shelter_manager", "住民データを消す")):
        desk = stand_at(role_of(laptops[0], role), shelter)
        assert words in desk.post("/desk/search", {"text": "タカサキ"}).visible


def test_wiped_is_nowhere_and_the_headquarters_has_the_proof(
    headquarters, laptops, register, stick, clock
):
    laptop = laptops[0]
    hand(headquarters, laptop, stick)
    take(laptop, stick)
    backups = laptop.opened.folder / "backups"
    old = back_up(laptop.opened, backups)
    assert "髙﨑".encode() in decrypted(old / "reference.db", laptop.opened.key)
    clock.shift(timedelta(minutes=1))

    assert "住民データはありません" in wipe(laptop).visible

    assert found(laptop, "タカサキ") == []
    with laptop.inside():
        for engine in db.engines.values():
            engine.dispose()
    (fresh,) = list_backups(backups)
    for folder in (laptop.opened.folder, fresh):
        pages = decrypted(folder / "reference.db", laptop.opened.key)
        assert b"CREATE TABLE residents" in pages
        for word in ("髙﨑", "タカサキ", "下郷233番地"):
            assert word.encode() not in pages
    assert states(headquarters) == ["持ち出し中"]
    exchange(laptop, headquarters)
    assert states(headquarters) == ["消去済"]
    assert "消去済み" in take(laptop, stick).visible


def test_a_new_register_takes_the_place_of_the_old_and_proves_it(
    headquarters, laptops, register, stick, clock
):
    hand(headquarters, laptops[0], stick)
    take(laptops[0], stick)
    clock.shift(timedelta(days=1))
    hand(headquarters, laptops[0], stick)
    take(laptops[0], stick)
    exchange(laptops[0], headquarters)

    assert sorted(states(headquarters)) == ["持ち出し中", "消去済"]


def test_a_proof_of_another_machine_proves_nothing(headquarters, laptops, register, stick, clock):
    hand(headquarters, laptops[0], stick)
    exchange(laptops[1], headquarters)
    with laptops[1].inside():
        takeout = list_takeouts()[0].row.id
        own = get_enrolment()
    said = Wipe(SCOPES.municipality, node_of(laptops[0]), DAY, [takeout])
    raw = sign(own.secrets.sign_key, said)
    with laptops[1].writing() as session:
        assert proven(raw) is None
        proof = WipeProof(
            scope=SCOPES.base,
            id=new_id(),
            node=said.node,
            wiped_at=DAY,
            is_machine=False,
            statement=raw,
        )
        session.add(proof)
        keep_proof(sign(own.secrets.sign_key, replace(said, node=own.certificate.node)))
    exchange(laptops[1], headquarters)

    assert states(headquarters) == ["持ち出し中"]


def test_a_laptop_under_a_new_name_proves_what_it_was_handed_under_the_old_one(
    headquarters, laptops, register, stick, clock
):
    laptop = laptops[0]
    hand(headquarters, laptop, stick)
    take(laptop, stick)
    exchange(laptop, headquarters)
    with laptop.writing():
        create_node(is_suspended=True)
    enrolled_as(headquarters, laptop, "N9")
    clock.shift(timedelta(minutes=1))

    wipe(laptop)
    exchange(laptop, headquarters)

    assert states(headquarters) == ["消去済"]


def test_a_restored_laptop_says_what_its_proof_waits_for_and_proves_it_later(
    headquarters, laptops, register, stick, clock
):
    laptop = laptops[0]
    hand(headquarters, laptop, stick)
    take(laptop, stick)
    exchange(laptop, headquarters)
    assert "登録し直し" not in admin_of(laptop).get("/takeouts/here").visible
    with laptop.writing():
        create_node(is_suspended=True)
    assert "まだ登録し直していません" in admin_of(laptop).get("/takeouts/here").visible
    clock.shift(timedelta(minutes=1))

    wipe(laptop)
    enrolled_as(headquarters, laptop, "N9")
    exchange(laptop, headquarters)

    assert states(headquarters) == ["消去済"]


def test_the_last_statement_names_what_all_lives_were_handed(
    headquarters, laptops, register, stick, clock
):
    laptop = laptops[0]
    hand(headquarters, laptop, stick)
    exchange(laptop, headquarters)
    with laptop.writing():
        create_node(is_suspended=True)
    enrolled_as(headquarters, laptop, "N9")
    hand(headquarters, laptop, stick)
    exchange(laptop, headquarters)
    with laptop.inside():
        raw = last_statement() or b""
    with laptops[1].inside():
        other = get_enrolment().secrets.sign_key
    said = read(raw, Wipe, key_of(laptop))
    forged = replace(said, former=[sign(other, read_any(said.former[0]))])

    with headquarters.writing():
        keep_proof(sign(signing_key(laptop), forged))
    assert sorted(states(headquarters)) == ["持ち出し中", "消去済"]
    with headquarters.writing():
        keep_proof(raw)
    assert states(headquarters) == ["消去済", "消去済"]
    with headquarters.inside():
        assert len(list_wiped_machines()) == 2


def signing_key(machine):
    with machine.inside():
        return get_enrolment().secrets.sign_key


def key_of(machine):
    with machine.inside():
        return get_enrolment().certificate.sign_key


def read_any(raw):
    """Return what a statement says, whoever signed it."""
    return msgpack.decode(msgpack.decode(raw)[1], type=Wipe)


def test_a_lost_laptop_had_the_register_that_it_was_handed(headquarters, laptops, register, stick):
    hand(headquarters, laptops[0], stick, area="some", towns=["上郷"])

    page = admin_of(headquarters).get(f"/exchange/losses/machine/{node_of(laptops[0])}").visible

    assert "上郷、2 人" in page
    other = admin_of(headquarters).get(f"/exchange/losses/machine/{node_of(laptops[1])}").visible
    assert "渡した住民データ" not in other


def test_a_lost_stick_had_the_register_that_travelled_on_it(headquarters, laptops, register, stick):
    with headquarters.writing():
        ledger = register_stick(folder=stick, label="USB-H0-1", by=None)
    hand(headquarters, laptops[0], stick)
    desk = admin_of(headquarters)

    assert "USB-H0-1" in desk.get("/takeouts/").visible
    lost = f"/exchange/losses/stick/{ledger}"
    assert lost in desk.get(f"/exchange/sticks/{ledger}").text
    assert lost in desk.get("/exchange/losses/").text
    page = desk.get(lost).visible
    assert f"{register} 人" in page
    assert "全町" in page
    assert "期限 令和8年(2026年)9月30日" in page
    assert "支援措置の有無" in page
    assert "a だけ。端末の鍵で暗号" in page
    assert f"{register} 人" in desk.get(f"{lost}.csv").body.decode("utf-8-sig")
    desk.submit(desk.get(f"/exchange/sticks/{ledger}"), f"/exchange/sticks/{ledger}/lost")
    page = desk.submit(
        desk.get("/takeouts/new"), target=node_of(laptops[0]), expires_on=UNTIL, path=stick
    )
    assert "紛失と記録されたUSB" in page.visible


def test_what_was_on_a_lost_stick_is_asked_by_those_who_may(headquarters, stick):
    with headquarters.writing():
        ledger = register_stick(folder=stick, label="USB-H0-1", by=None)
    desk = role_of(headquarters, "shelter_staff")

    assert desk.get(f"/exchange/losses/stick/{ledger}").status == 403
    assert "losses" not in desk.get(f"/exchange/sticks/{ledger}").text


@pytest.fixture
def address(headquarters):
    with listening(headquarters) as address:
        yield address


def fetch(laptop, address):
    """Let the laptop's administrator ask for it; return the page of the job."""
    desk = admin_of(laptop)
    job = desk.submit(desk.get("/takeouts/here"), "/takeouts/here/fetch", address=address)
    Runner(laptop.app).run_due()
    return desk.get(job.location, follow=True)


def test_the_register_comes_over_the_link_when_a_person_has_allowed_it(
    headquarters, laptops, register, clock, address
):
    one, other = laptops
    assert "許可がありません" in fetch(one, address).visible
    page = hand(headquarters, one, "", way="link", area="some", towns=["上郷"])
    assert page.status == 303
    listed = admin_of(headquarters).get("/takeouts/").visible
    assert "許可して、まだ受け取られていないもの" in listed
    assert states(headquarters) == []  # allowed is not handed out
    assert "許可がありません" in fetch(other, address).visible

    assert "いつの住民データ" in fetch(one, address).visible

    with one.inside():
        assert count_residents() == 2
        assert [takeout.is_here for takeout in list_takeouts()] == [True]
    assert "上郷" in line(one)
    assert states(headquarters) == ["持ち出し中"]
    clock.shift(timedelta(minutes=1))
    assert "いつの住民データ" in fetch(one, address).visible  # as after a cut
    assert states(headquarters) == ["持ち出し中"]

    wipe(one)

    assert states(headquarters) == ["消去済"]  # at once: the headquarters has an address
    assert "許可がありません" in fetch(one, address).visible
    with one.inside():
        assert count_residents() == 0


def test_what_was_cut_off_goes_on_where_it_stopped(
    headquarters, laptops, register, clock, address, monkeypatch
):
    laptop = laptops[0]
    monkeypatch.setattr(parts, "BYTES_OF_PART", 1)  # everybody in an envelope of his own
    hand(headquarters, laptop, "", way="link")
    frames = PeerClient.frames
    came: list[bytes] = []

    def cut_after(count):
        def cut(client, kind, text):
            came.clear()
            for frame in frames(client, kind, text):
                if len(came) == count:
                    raise PeerError("途中で切れました")
                came.append(frame)
                yield frame

        monkeypatch.setattr(PeerClient, "frames", cut)

    cut_after(3)  # which register it is, and two people
    assert "途中で切れました" in fetch(laptop, address).visible
    assert "受け取りかけの住民データ(全町" in admin_of(laptop).get("/takeouts/here").visible
    (damaged,) = (laptop.opened.folder / "fetching").glob("register-*/0002.seg")
    damaged.write_bytes(damaged.read_bytes()[:-1])
    cut_after(2)  # nobody but the one whose file was damaged
    fetch(laptop, address)
    cut_after(register)
    fetch(laptop, address)

    assert len(came) == 1 + (register - 2) + 1  # who was still to come, and the list
    with laptop.inside():
        assert count_residents() == register
    assert not (laptop.opened.folder / "fetching").exists()
    assert states(headquarters) == ["持ち出し中"]


def test_what_has_come_halfway_is_wiped_and_proven(
    headquarters, laptops, register, clock, address, monkeypatch
):
    laptop = laptops[0]
    hand(headquarters, laptop, "", way="link")

    def cut(client, kind, text):
        yield next(frames(client, kind, text))
        raise PeerError("途中で切れました")

    frames = PeerClient.frames
    monkeypatch.setattr(PeerClient, "frames", cut)
    fetch(laptop, address)
    monkeypatch.setattr(PeerClient, "frames", frames)
    assert states(headquarters) == ["持ち出し中"]

    wipe(laptop)

    assert not (laptop.opened.folder / "fetching").exists()
    exchange(laptop, headquarters)
    assert states(headquarters) == ["消去済"]


def test_a_program_that_knows_of_no_rest_is_understood(
    headquarters, laptops, register, clock, address, monkeypatch
):
    hand(headquarters, laptops[0], "", way="link")
    frames = PeerClient.frames
    asked = messages.pack(parts.AskRegister(parts.FORMAT))
    monkeypatch.setattr(PeerClient, "frames", lambda client, kind, _: frames(client, kind, asked))

    fetch(laptops[0], address)

    with laptops[0].inside():
        assert count_residents() == register


def test_a_permit_is_of_use_only_as_people_meant_it(
    headquarters, laptops, register, clock, address
):
    one, _ = laptops
    with one.writing():  # a laptop's own word allows nothing at the headquarters
        session = db.session
        permit = {"node": node_of(one), "expires_on": date(2026, 9, 30), "towns": []}
        session.add(RegisterPermit(scope=SCOPES.base, id=new_id(), allowed_at=DAY, **permit))
    exchange(one, headquarters)
    assert "許可がありません" in fetch(one, address).visible

    hand(headquarters, one, "", way="link")
    with headquarters.inside():
        mine = [each.row.id for each in list_waiting() if each.row.allowed_by]
    desk = admin_of(headquarters)
    desk.submit(desk.get("/takeouts/"), f"/takeouts/permits/{mine[0]}/take-back")
    assert "許可がありません" in fetch(one, address).visible

    hand(headquarters, one, "", way="link")
    clock.move_to(datetime(2026, 10, 1, 9, tzinfo=JAPAN))
    assert "許可がありません" in fetch(one, address).visible
    assert states(headquarters) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"target": ""}, "渡す端末を選んでください"),
        ({"expires_on": "R8.7.15"}, "今日より後"),
        ({"area": "some"}, "町を選んでください"),
        ({"path": "/nowhere"}, "場所が見つかりません"),
        ({"way": "link", "area": "some"}, "町を選んでください"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(
    headquarters, laptops, register, stick, changes, words
):
    page = hand(headquarters, laptops[0], stick, **changes)

    assert page.status == 422
    assert words in page.visible
    assert states(headquarters) == []
