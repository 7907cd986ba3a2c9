"""Shelters in a real ledger: import, opening and closing, head counts."""

import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest

from tests.shelters.conftest import ledger
from tests.shelters.files import GSI, STANDARD, standard, standard_row
from victim_support.core.db import transaction
from victim_support.core.ids import natural_id
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.shelters import queries
from victim_support.shelters.rules import (
    Hazard,
    HeadCountSource,
    OperationStatus,
    ShelterKind,
    UnknownLayoutError,
)
from victim_support.shelters.services import (
    OperationOrderError,
    ShelterDetails,
    ShelterWithPeopleError,
    add_shelter,
    change_shelter,
    close_shelter,
    import_shelters,
    open_shelter,
    plan_shelters,
    read_list,
    record_head_count,
    set_operation_status,
    withdraw_shelter,
)

NOON = datetime(2024, 1, 1, 3, 0, tzinfo=UTC)
GSI_ROW = "1,E1720200003201,東小,石川県七尾市東1,1,,,,,,,,,37.04,136.97,"


def load(text, **options):
    parsed = read_list(io.BytesIO(text.encode()))
    with transaction():
        return import_shelters(parsed, **options)


def numbers(plan):
    report = plan.as_dict()
    found = (
        report["created"], report["updated"], report["unchanged"], len(report["refused"]),
    )  # fmt: skip
    assert report["rows_read"] == sum(found)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_files_in_every_encoding_and_shape(program, encoding, newline, delimiter):
    text = f"{GSI}\n{GSI_ROW}\n".replace(",", delimiter).replace("\n", newline)

    plan = plan_shelters(read_list(io.BytesIO(text.encode(encoding))))

    assert numbers(plan) == (1, 0, 0, 0)
    assert plan.steps[0].values["name"] == "東小"


def test_file_of_something_else_is_refused(program):
    with pytest.raises(UnknownLayoutError):
        load("品目,数量\n毛布,100\n")
    with pytest.raises(UnknownLayoutError):
        read_list(io.BytesIO(b"\x89PNG\r\n\x1a\n\x00\xff"))


@pytest.mark.parametrize(
    ("start", "word"),
    [(b"PK\x03\x04", "壊れて"), (b"\xd0\xcf\x11\xe0\xa1", "古い Excel"), (b"%PDF-1.7", "PDF")],
)
def test_spreadsheet_files_are_named_in_the_answer(program, start, word):
    with pytest.raises(UnknownLayoutError, match=word):
        read_list(io.BytesIO(start + bytes(100)))


def test_list_in_a_workbook_is_found_among_its_sheets(program):
    stream = _book(
        {"表紙": [["避難所一覧"]], "一覧": [["市の一覧"], GSI.split(","), GSI_ROW.split(",")]}
    )

    plan = plan_shelters(read_list(stream))

    assert numbers(plan) == (1, 0, 0, 0)
    assert plan.steps[0].values["name"] == "東小"


def test_workbook_with_several_lists_is_not_read_by_half(program):
    rows = [GSI.split(","), GSI_ROW.split(",")]

    with pytest.raises(UnknownLayoutError, match=r"2枚あります\(北、南\)"):
        read_list(_book({"北": rows, "南": rows}))


def _book(sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    made.save(stream)
    stream.seek(0)
    return stream


def test_second_import_changes_nothing(program):
    load(f"{GSI}\n{GSI_ROW}\n")

    assert numbers(load(f"{GSI}\n{GSI_ROW}\n")) == (0, 0, 1, 0)


def test_same_common_id_again_is_an_update(program):
    load(f"{GSI}\n{GSI_ROW}\n")

    plan = load(f"{GSI}\n{GSI_ROW.replace('東小', '東小学校').replace(',1,,,,', ',1,1,,,')}\n")

    assert numbers(plan) == (0, 1, 0, 0)
    (shelter,) = queries.list_shelters()
    assert (shelter.name, shelter.hazards) == ("東小学校", ["flood", "landslide"])


def test_two_laptops_give_a_shelter_the_same_id(program, tmp_path):
    load(f"{GSI}\n{GSI_ROW}\n")
    load(standard(ID="CC1", 所在地_全国地方公共団体コード="172022", 名称="西小"))
    here = {shelter.id for shelter in queries.list_shelters()}

    assert here == {
        natural_id("shelter", "172022", "E1720200003201"),
        natural_id("shelter", "172022", "CC1"),
    }


def test_empty_cell_erases_nothing_that_is_known(program):
    load(standard(ID="CC1", 電話番号="0767-53-1111", 災害種別_地震="1"))

    plan = load(standard(ID="CC1", 災害種別_洪水="1"))

    (shelter,) = queries.list_shelters()
    assert numbers(plan) == (0, 1, 0, 0)
    assert shelter.phone == "0767-53-1111"
    assert shelter.hazards == ["flood"]


def test_three_kinds_at_one_address_stay_apart(program):
    rows = [
        GSI_ROW,
        GSI_ROW.replace("3201", "3111").replace("1,E", "2,E"),
        GSI_ROW.replace("3201", "3121").replace("1,E", "3,E"),
    ]

    plan = load("\n".join([GSI, *rows]))

    assert numbers(plan) == (3, 0, 0, 0)
    assert {shelter.kind for shelter in queries.list_shelters()} == {
        ShelterKind.EMERGENCY,
        ShelterKind.DESIGNATED,
        ShelterKind.WELFARE,
    }


def test_same_id_twice_in_a_file(program):
    same = GSI_ROW
    changed = GSI_ROW.replace("東1", "東2")
    other = GSI_ROW.replace("東小", "西公民館").replace("37.04", "37.94")

    plan = load("\n".join([GSI, GSI_ROW, same, changed, other]))

    assert numbers(plan) == (1, 1, 1, 1)
    assert plan.refused[0].why == "2行目「東小」と同じIDだが、名称が違う"
    assert {repair.row for repair in plan.repaired} == {3, 4}


def test_another_name_under_the_same_id_in_a_file_overwrites_nobody(program):
    text = f"{GSI}\n{GSI_ROW}\n{GSI_ROW.replace('東小', '港町ふれあい会館')}\n"

    report = load(text)

    assert numbers(report) == (1, 0, 0, 1)
    assert "同じIDだが、名称が違う" in report.refused[0].why


def test_id_that_lost_its_zeros_is_the_same(program):
    text = "ID,名称,種別\n007,東小,指定避難所\n"
    load(text)

    again = load(text.replace("007", "7"))

    assert numbers(again) == (0, 0, 1, 0)


def test_row_without_id_waits_for_a_person_when_the_shelter_may_be_known(program):
    load(f"{GSI}\n{GSI_ROW}\n")
    text = "名称,住所,災害種別_洪水,電話番号\n東小,七尾市東１,1,0767-53-1111\n"

    plan = load(text)

    assert numbers(plan) == (0, 0, 0, 1)
    assert [(one.row, one.name) for one in plan.candidates] == [(2, "東小")]
    assert numbers(load(text, accept_candidates=True)) == (0, 1, 0, 0)
    assert len(queries.list_shelters()) == 1


def test_list_without_any_id_can_be_loaded_again(program):
    text = "名称,住所,収容人数\n東小,七尾市東1,100\n西小,七尾市西1,200\n"

    assert numbers(load(text)) == (2, 0, 0, 0)
    assert numbers(load(text)) == (0, 0, 2, 0)


def test_open_list_adds_counts_and_fills_gaps_only(program):
    load(standard(ID="CC1", 名称="山王小学校", 所在地_全国地方公共団体コード="172022"))
    text = "観測時点,ID,地区,名称,人数,緯度,経度\n{}T18:00+09:00,CC1,袖,山王小,{},37.04,136.97\n"

    first = load(text.format("2024-01-09", 180))
    second = load(text.format("2024-01-10", 175))
    again = load(text.format("2024-01-10", 175))

    (shelter,) = queries.list_shelters()
    assert [numbers(plan) for plan in (first, second, again)] == [
        (0, 1, 0, 0),
        (0, 1, 0, 0),
        (0, 0, 1, 0),
    ]
    assert (shelter.name, shelter.district, shelter.latitude) == ("山王小学校", "袖", 37.04)
    counts = queries.list_head_counts(shelter.id)
    assert [(count.count, count.source) for count in counts] == [
        (175, HeadCountSource.IMPORT),
        (180, HeadCountSource.IMPORT),
    ]


def test_count_of_another_place_under_the_same_id_is_refused(program):
    load(standard(ID="CC1", 名称="山王小学校", 所在地_全国地方公共団体コード="172022"))

    plan = load("ID,名称,人数,時点\nCC1,朝日公民館,50,2024-01-09 18:00\n")

    assert numbers(plan) == (0, 0, 0, 1)


def test_without_a_disaster_the_shelters_go_in_and_the_counts_are_reported(program):
    text = "ID,名称,人数,時点\nNEW001,みそぎ,40,2024-01-09 18:00\n"

    with using_scopes(Scopes("172022")):
        plan = load(text)

    assert numbers(plan) == (1, 0, 0, 0)
    assert plan.head_counts == 0
    assert plan.repaired[-1].why == "災害が選ばれていないため人数は記録していない"


def test_withdrawn_shelter_does_not_come_back_by_itself(program):
    load(f"{GSI}\n{GSI_ROW}\n")
    with transaction():
        withdraw_shelter(queries.list_shelters()[0])

    plan = load(f"{GSI}\n{GSI_ROW}\n")

    assert numbers(plan) == (0, 0, 0, 1)
    assert "取り下げた避難所" in plan.refused[0].why


def test_plan_alone_writes_nothing(program):
    plan = plan_shelters(read_list(io.BytesIO(standard().encode())))

    assert numbers(plan) == (1, 0, 0, 0)
    assert queries.list_shelters() == []


def test_broken_quote_costs_one_row_only(program):
    text = "\n".join([STANDARD, standard_row(ID="A1").replace("A1", '"A1'), standard_row(ID="A2")])

    plan = load(text)

    assert numbers(plan) == (1, 0, 0, 1)
    assert "引用符" in plan.refused[0].why


def test_shelter_opens_and_closes_in_the_disaster(program):
    with transaction():
        shelter = add_shelter(name="寄合い処みそぎ", address="馬出町")
        open_shelter(shelter, opened_at=NOON)
    with transaction():
        close_shelter(shelter, closed_at=NOON + timedelta(days=3))

    operation = queries.find_operation(shelter.id)
    assert shelter.kind is ShelterKind.UNDESIGNATED
    assert operation.status is OperationStatus.CLOSED
    assert (operation.opened_at, operation.closed_at) == (NOON, NOON + timedelta(days=3))
    with using_scopes(Scopes("172022", "20240101B")):
        assert queries.find_operation(shelter.id) is None


def test_shelter_opened_again_has_no_closing_time(program):
    with transaction():
        shelter = add_shelter(name="みそぎ")
        open_shelter(shelter, opened_at=NOON)
        close_shelter(shelter, closed_at=NOON + timedelta(days=1))
        open_shelter(shelter, opened_at=NOON + timedelta(days=2))

    operation = queries.find_operation(shelter.id)
    assert (operation.opened_at, operation.closed_at) == (NOON + timedelta(days=2), None)


def test_closing_before_opening_is_refused(program):
    with transaction():
        shelter = add_shelter(name="みそぎ")
        open_shelter(shelter, opened_at=NOON)

    with pytest.raises(OperationOrderError), transaction():
        close_shelter(shelter, closed_at=NOON - timedelta(hours=1))


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (OperationStatus.NOT_OPENED, False),
        (OperationStatus.OPEN, True),
        (OperationStatus.CLOSED, False),
        (OperationStatus.UNKNOWN, False),
        (OperationStatus.PERMANENT, True),
    ],
)
def test_only_open_and_permanent_shelters_count(program, status, counts):
    with transaction():
        shelter = add_shelter(name="みそぎ")
        set_operation_status(shelter, status=status)

    assert queries.get_state(shelter.id).is_open is counts


def test_latest_head_count_as_of_a_time(program):
    with transaction():
        shelter = add_shelter(name="みそぎ")
        for hours, count in ((0, 10), (6, 25), (12, 18)):
            record_head_count(
                shelter_id=shelter.id, count=count, occurred_at=NOON + timedelta(hours=hours)
            )

    assert queries.latest_head_counts()[shelter.id].count == 18
    until = NOON + timedelta(hours=7)
    assert queries.latest_head_counts(until=until)[shelter.id].count == 25


def test_open_shelter_cannot_be_withdrawn(program):
    with transaction():
        shelter = add_shelter(name="みそぎ")
        open_shelter(shelter)

    with pytest.raises(ShelterWithPeopleError), transaction():
        withdraw_shelter(shelter)


def test_details_are_corrected_by_hand(program):
    with transaction():
        shelter = add_shelter(name="みそぎ")
        details = ShelterDetails(
            name="寄合い処みそぎ",
            kind=ShelterKind.EMERGENCY,
            capacity_indoor=40,
            capacity_outdoor=10,
            hazards=(Hazard.TSUNAMI, Hazard.FLOOD),
        )
        change_shelter(shelter, details=details)

    assert (shelter.name, shelter.capacity, shelter.capacity_total) == ("寄合い処みそぎ", 40, 50)
    assert shelter.hazard_labels == ["洪水", "津波"]
    assert shelter.phone is None


def test_choices_offer_open_shelters_first(program):
    with transaction():
        add_shelter(name="あおば")
        last = add_shelter(name="わかば")
        open_shelter(last)
    load(GSI + "\n1,E0420700003201,名取の小学校,名取市東1,1,,,,,,,,,38.1,140.8,\n")

    assert [choice.name for choice in queries.shelter_choices()] == ["わかば", "あおば"]


def test_two_ledgers_agree_after_the_same_files(tmp_path):
    def ids(folder):
        with ledger(folder):
            load(standard(ID="CC1", 所在地_全国地方公共団体コード="172022"))
            load("ID,名称,人数,時点\nNEW001,みそぎ,40,2024-01-09 18:00\n")
            counts = queries.latest_head_counts()
            return sorted([*counts, *(count.id for count in counts.values())])

    assert ids(tmp_path / "one") == ids(tmp_path / "two")
