from datetime import date

import pytest

from tests.residents.register import ROWS, csv_64, extract, load, row_64
from victim_support.core.csv_io import CsvError
from victim_support.core.db import db
from victim_support.core.ids import natural_id
from victim_support.core.mapping import IndividualNumberError, MappingFile
from victim_support.core.towns import find_towns
from victim_support.demo.people import invent_people, write_register, write_register_64
from victim_support.residents import queries
from victim_support.residents.models import Resident
from victim_support.residents.rules.coverage import Coverage
from victim_support.residents.rules.errors import ManyMissingError
from victim_support.residents.services import import_residents

TODAY = date(2026, 7, 15)

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("ledger")]


def names(found):
    return [member.name for household in found.households for member in household.members]


def all_rows():
    db.session.remove()
    return {one.number: one for one in db.session.scalars(db.select(Resident)).all()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_an_extract_goes_in_and_is_found(encoding):
    report = load(extract(*ROWS), encoding=encoding)

    assert (report.rows_read, report.created, report.refused) == (3, 3, [])
    found = queries.find_residents("takasaki")
    assert names(found) == ["髙﨑　一郎", "髙﨑　花子"]
    assert found.households[0].hits == {"0001", "0002"}
    assert found.total_people == 2


def test_a_household_is_read_with_its_head_first():
    load(extract(*reversed(ROWS)))

    household = queries.get_resident_household("H1")

    assert [one.relation for one in household.members] == ["世帯主", "妻"]
    assert household.head.birth.date == date(1950, 3, 1)
    assert household.head.town == "上郷"
    assert queries.find_resident_household("H9") is None
    assert queries.find_resident("0009") is None


def test_a_town_is_found_by_its_reading():
    load(extract(ROWS[0].replace("上郷1丁目2番3号", "高柳1番地"), ROWS[2]))

    assert names(queries.find_residents("たかやな")) == ["髙﨑　一郎"]
    assert names(queries.find_residents("takayanagi 高崎")) == ["髙﨑　一郎"]


def test_ids_are_those_that_persons_will_have():
    load(extract(*ROWS))

    resident = all_rows()["0001"]

    assert resident.id == natural_id("person", "042072", "0001")
    assert resident.household_id == natural_id("household", "042072", "H1")


def test_protected_residents_are_found_by_the_same_words():
    report = load(extract(*ROWS))

    [household] = queries.find_residents("佐藤").households
    assert household.head.protection == "hide_presence"
    assert report.protected == 1


def test_a_broken_row_is_refused_and_the_rest_goes_in():
    text = extract(ROWS[0], '0009,H9,"壊れた', ",,,", ROWS[1], ROWS[0], "0008,H8", ROWS[2])

    report = load(text)

    assert [(one.row, one.why.split("(")[0]) for one in report.refused] == [
        (3, '引用符 " が閉じていません'),
        (4, "空行"),
        (6, "宛名番号が2行目と同じです"),
        (7, "列が2個で、13個ではありません"),
    ]
    assert report.created == 3
    assert report.rows_read == (
        report.created + report.updated + report.unchanged + len(report.refused)
    )


def test_loading_again_updates_and_marks_who_is_missing():
    load(extract(*ROWS))

    new = "0004,H4,新田　新,シンデン　アラタ,1,,,,,,,,"
    text = extract(ROWS[0], ROWS[1].replace("花子", "華子"), new)
    again = load(text, coverage=Coverage.FULL)

    assert (again.created, again.updated, again.unchanged, again.missing) == (1, 1, 1, 1)
    rows = all_rows()
    assert {number for number, one in rows.items() if not one.is_in_newest} == {"0003"}
    assert rows["0002"].name == "髙﨑　華子"
    assert names(queries.find_residents("花子")) == []
    assert names(queries.find_residents("佐藤")) == ["佐藤　薫"]


def test_who_comes_back_is_no_longer_missing():
    load(extract(*ROWS))
    load(extract(*ROWS[:2]), coverage=Coverage.FULL)

    report = load(extract(*ROWS))

    assert (report.unchanged, report.missing) == (3, 0)
    assert all(one.is_in_newest for one in all_rows().values())


def test_a_part_of_the_register_adds_and_marks_nobody():
    load(extract(*ROWS[:2]))

    report = load(extract(ROWS[2]), coverage=Coverage.PARTIAL)

    assert (report.known, report.created, report.missing) == (2, 1, 0)
    assert all(one.is_in_newest for one in all_rows().values())


def test_nobody_is_marked_by_a_file_that_may_be_a_part():
    load(extract(*ROWS))

    with pytest.raises(ManyMissingError, match="3人のうち2人"):
        load(extract(ROWS[0].replace("一郎", "一朗")))

    assert all_rows()["0001"].name == "髙﨑　一郎"
    assert all(one.is_in_newest for one in all_rows().values())


def test_who_was_missing_before_is_not_counted_again():
    load(extract(*ROWS))
    load(extract(*ROWS[:2]), coverage=Coverage.FULL)

    report = load(extract(*ROWS[:2]))

    assert (report.known, report.missing) == (2, 0)
    assert all_rows()["0003"].missing_since == 2


def test_a_dry_run_writes_nothing():
    load(extract(ROWS[0]))

    report = load(extract(*ROWS), is_dry_run=True)

    assert (report.created, report.unchanged) == (2, 1)
    assert set(all_rows()) == {"0001"}
    assert len(queries.list_extracts()) == 1
    assert names(queries.find_residents("佐藤")) == []


def test_every_import_is_listed_with_its_source():
    load(extract(*ROWS))

    [newest] = queries.list_extracts()

    assert (newest.rows_read, newest.created, newest.imported_by) == (3, 3, "試験")
    assert len(newest.file_sha256) == 64


SECRETS = {"c5": "12345678901", "c32": "本籍のまち", "c33": "99999", "c34": "筆頭の人"}


def test_the_64_columns_are_read_without_what_is_forbidden():
    row = row_64(
        c1="77", c2="H7", c4="1", c6="山田　太郎", c7="ヤマダ　タロウ", c8="1", c9="3", c10="25",
        c11="3", c12="1", c13="02", c17="山田　太郎", c20="架空市上郷5", c21="コーポ",
        c22="9811234", **SECRETS,
    )  # fmt: skip

    load(csv_64(row, row_64(c1="78", c2="H7", c6="山田　花", c7="ヤマダ　ハナ")))

    resident = all_rows()["77"]
    assert resident.birth_date == date(1950, 3, 1)
    assert (resident.sex, resident.is_head, resident.building) == ("male", True, "コーポ")
    stored = " ".join(str(getattr(resident, column.key)) for column in Resident.__table__.columns)
    assert not [secret for secret in SECRETS.values() if secret in stored]


def individual_numbers():
    # Made up: the check digit of 個人番号 fits.
    return ["123456789018", "987654321093", "111111111118", "222222222225", "333333333332"]


def rows_with(numbers):
    return [f"{number},H{number},人{at},ヒト" for at, number in enumerate(numbers)]


HEADERS = "宛名番号,世帯番号,氏名,カナ"


def test_a_column_of_individual_numbers_stops_the_import():
    with pytest.raises(IndividualNumberError, match=r"1列目\(宛名番号"):
        load(extract(*rows_with(individual_numbers()), headers=HEADERS))

    assert all_rows() == {}


def test_who_has_checked_the_column_may_go_on():
    text = extract(*rows_with(individual_numbers()), headers=HEADERS)

    report = load(text, mapping=MappingFile(confirmed=["number"]))

    assert report.created == 5


def test_ordinary_numbers_of_twelve_digits_stop_nothing():
    numbers = [f"{number:012}" for number in range(100_000_000_000, 100_000_000_030)]

    assert load(extract(*rows_with(numbers), headers=HEADERS)).created == 30


def test_a_column_of_individual_numbers_is_not_read():
    text = extract(
        *(f"{at},H,人{at},{number}" for at, number in enumerate(individual_numbers())),
        headers="宛名番号,世帯番号,氏名,個人番号",
    )

    report = load(text)

    assert report.created == 5
    assert "123456789018" not in str([vars(one) for one in all_rows().values()])


def test_an_unreadable_file_changes_nothing():
    with pytest.raises(CsvError):
        load("宛名番号,氏名,カナ\n1,漢\ufffd,カ\n")

    assert all_rows() == {}


@pytest.mark.parametrize("write", [write_register, write_register_64])
def test_hard_names_come_through_as_received(write, tmp_path):
    people = list(invent_people(60, seed=3, today=TODAY))
    path = tmp_path / "register.csv"
    write(people, path, encoding="utf-8")

    with path.open("rb") as stream:
        report = import_residents(stream, file_name=path.name, imported_by="試験", today=TODAY)

    rows = all_rows()
    assert report.created == len(people)
    assert [rows[one.number].name for one in people] == [one.name for one in people]
    assert [rows[one.number].birth_date for one in people] == [one.birth for one in people]
    assert report.with_gaiji == sum("\ue123" in one.name for one in people) > 0


def test_every_invented_person_is_found_by_name_and_kana(tmp_path):
    people = list(invent_people(40, seed=4, today=TODAY))
    path = tmp_path / "register.csv"
    write_register(people, path, encoding="utf-8")
    with path.open("rb") as stream:
        import_residents(stream, file_name=path.name, imported_by="試験", today=TODAY)

    missed = [
        (person.name, query)
        for person in people
        for query in (person.kana, f"{person.name.replace(chr(0xE123), '')} {person.town}")
        if person.number not in hit_numbers(query)
    ]
    assert missed == []


def hit_numbers(query):
    found = queries.find_residents(query, 50, today=TODAY)
    return {number for household in found.households for number in household.hits}


def test_towns_come_from_the_addresses_of_the_register():
    home = ROWS[0].replace("上郷1丁目2番3号", "港町5番地").replace("0001", "0009")
    load(extract(*ROWS[:2], home, ROWS[2].replace("下郷233番地,,下郷", "秘町1番地,,秘町")))

    towns = queries.list_register_towns()

    assert [town.address for town in towns] == ["架空市上郷", "架空市港町"]
    assert towns[0].postal_code == "9811234"


def test_towns_of_the_register_are_offered_first_and_by_their_reading():
    load(extract(ROWS[0], ROWS[1].replace("上郷1丁目2番3号", "高柳1番地")))
    own = queries.list_register_towns()

    assert [town.address for town in find_towns("かみご", "042072", own)] == ["架空市上郷"]
    assert find_towns("kamigou", "209996", own)[0].name == "上郷"
    assert find_towns("takayanagi", "042072", own)[0].address == "架空市高柳"
    assert [town.name for town in find_towns("takayanagi", "042072", own)].count("高柳") == 1
    assert find_towns("9811234", "042072", own)[0].name in ("上郷", "高柳")
    assert find_towns("めで", "042072", own)  # the postal list stays


def test_towns_are_read_anew_after_an_import():
    load(extract(ROWS[0]))
    queries.list_register_towns()
    load(extract(ROWS[1].replace("上郷1丁目2番3号", "港町5番地")), coverage=Coverage.PARTIAL)
    db.session.remove()

    assert len(queries.list_register_towns()) == 2
