"""The situation (状況) as of any moment, computed from stays, head counts and what was told."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from victim_support.core import clock
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries.people_counts import count_needs, shown
from victim_support.evacuees.queries.time_line import TimeLine, read_time_line
from victim_support.evacuees.rules import OUTSIDE, SLEEPING, UNTRACED, StayKind, Totals
from victim_support.reports.models import ShelterReport
from victim_support.reports.queries.care import (
    care_figures,
    running_figures,
    words_of_request,
)
from victim_support.reports.queries.people import age_figures, need_figures, sex_figures
from victim_support.reports.queries.place import disaster_day, disaster_name, own_folder
from victim_support.reports.queries.telephone import latest_shelter_reports
from victim_support.reports.rules import (
    Crowding,
    Figure,
    ReportKind,
    Section,
    ShelterLine,
    Situation,
    age_bands,
)
from victim_support.safety.queries.statements import count_standing
from victim_support.shelters.queries import (
    StateAt,
    list_all_head_counts,
    list_phases,
    list_shelters,
    state_at,
)
from victim_support.supplies.queries.requests import RequestCase, list_open_requests
from victim_support.victims.queries import list_features, list_sealed_people
from victim_support.victims.rules import StatementKind, label_of

DAY = timedelta(days=1)
TOLD = (
    ("households", "世帯数", "世帯"),
    ("injured", "負傷者", "人"),
    ("ill", "体調不良者", "人"),
    ("outside", "避難所の外で食事を渡す人数", "人"),
)
NIGHT_FROM, NIGHT_UNTIL = 18, 6  # hours of a roll call that counts those who sleep there


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a report of one moment is computed from, read once."""

    at: datetime
    line: TimeLine
    states: Mapping[UUID, StateAt]
    told: Mapping[UUID, ShelterReport]
    wanted: Mapping[UUID, Sequence[RequestCase]]

    @property
    def used(self) -> list[UUID]:
        """Return the shelters that count: open, or with people nobody has closed out."""
        return [each for each, state in self.states.items() if self.counts_at(each, state)]

    def counts_at(self, shelter_id: UUID, state: StateAt) -> bool:
        """Tell whether the people of a shelter enter the totals."""
        if state.takes_people:
            return True
        return not state.is_declared and bool(self.line.totals(shelter_id, self.at).total)


def read_scene(at: datetime) -> Scene:
    """Read what a report as of a moment needs."""
    line = read_time_line(at, list_all_head_counts(until=at))
    phases = list_phases()
    known = {*phases, *line.shelter_ids}
    states = {
        shelter.id: state_at(
            shelter, phases.get(shelter.id, ()), line.head_count(shelter.id, at), at
        )
        for shelter in list_shelters()
        if shelter.id in known
    }
    wanted: dict[UUID, list[RequestCase]] = defaultdict(list)
    for case in list_open_requests(at):
        wanted[case.request.shelter_id].append(case)
    return Scene(at, line, states, latest_shelter_reports(at), wanted)


def live_situation(at: datetime) -> Situation:
    """Return the situation report as the ledger has it today for a moment."""
    return situation_of(read_scene(at))


def situation_of(scene: Scene) -> Situation:
    """Return the situation report of what was read for a moment."""
    at, lines = scene.at, shelter_lines(scene)
    here = [stay for each in scene.used for stay in scene.line.here(each, at)]
    ids = [stay.person_id for stay in here]
    people = list_features(ids)
    total = sum(line.people or 0 for line in lines if line.id in set(scene.used))
    bands = age_bands(disaster_day(), own_folder())
    sections = (
        _shelter_section(scene, lines),
        _people_section(scene, lines, total),
        Section("sex", "男女別", sex_figures(people, total)),
        Section("age", "年齢別", age_figures(people, total, bands, clock.local(at).date())),
        Section("needs", "急ぎの配慮", need_figures(people)),
        Section("care", "配慮の要る方", care_figures(at, ids)),
        _outside_section(scene),
        _movement_section(scene),
        _statement_section(at),
        _told_section(scene),
        Section("running", "運営・動物・要請", running_figures(at, scene.used, scene.wanted)),
    )
    return Situation(
        kind=ReportKind.SITUATION.value,
        title="避難状況報告",
        disaster=disaster_name(),
        as_of=at,
        sections=sections,
        shelters=tuple(lines),
        notes=tuple(_notes(scene)),
    )


def shelter_lines(scene: Scene) -> list[ShelterLine]:
    """Return a line for each shelter anybody spoke of, open ones first, by district and name."""
    needs = count_needs(scene.line, scene.states, scene.at)
    hidden = _hidden_people()
    lines = [
        _line(scene, state, needs[shelter_id], hidden) for shelter_id, state in scene.states.items()
    ]
    return sorted(lines, key=lambda line: (not line.is_open, line.district, line.name, line.id))


def _line(scene: Scene, state: StateAt, needs: Counter[str], hidden: set[UUID]) -> ShelterLine:
    shelter, at = state.shelter, scene.at
    totals = scene.line.totals(shelter.id, at)
    count = scene.line.head_count(shelter.id, at)
    told = scene.told.get(shelter.id)
    named = totals.named - sum(stay.person_id in hidden for stay in scene.line.here(shelter.id, at))
    is_known = count is not None or bool(totals.total)
    is_counted = scene.counts_at(shelter.id, state)
    return ShelterLine(
        id=shelter.id,
        name=shelter.name,
        status=_status(state, totals),
        is_open=is_counted,
        people=totals.total if is_known and is_counted else (None if is_counted else 0),
        named=named if is_counted else 0,
        unnamed=totals.total - named if is_counted else 0,
        observed=count.count if count else None,
        observed_at=count.occurred_at if count else None,
        capacity=shelter.capacity,
        district=shelter.district or "",
        address=shelter.address or "",
        phone=shelter.phone or "",
        opened_at=state.opened_at,
        closed_at=state.closed_at,
        crowding=label_of(told.crowding) if told else "",
        lifelines=told.lifelines if told else {},
        needs=shown(needs) if is_counted else {},
        requests=(told.requests if told else "") or "",
        reported_at=told.occurred_at if told else None,
        wanted=tuple(words_of_request(case) for case in scene.wanted.get(shelter.id, ())),
    )


def _status(state: StateAt, totals: Totals) -> str:
    if state.is_declared or state.takes_people or not totals.total:
        return state.status_label
    return "開設の記録なし"


def _hidden_people() -> set[UUID]:
    """Return the people whom no report counts among the named: that would tell where they are."""
    disclosure = view(Audience.FILE, Purpose.PRESENCE)
    return {one.id for one in list_sealed_people() if disclosure.person(one) is None}


def _shelter_section(scene: Scene, lines: Sequence[ShelterLine]) -> Section:
    opened = [line for line in lines if line.is_open]
    said = [scene.told[each] for each in scene.used if each in scene.told]
    crowded = sum(one.crowding in {Crowding.CROWDED, Crowding.FULL} for one in said)
    return Section(
        "shelters",
        "避難所",
        (
            Figure("shelters.open", "開設している避難所", len(opened), "か所"),
            Figure(
                "shelters.uncounted", "うち人数の報告なし",
                sum(line.people is None for line in opened), "か所",
            ),
            Figure(
                "shelters.full", "うち定員に達した", sum(line.is_full for line in opened), "か所"
            ),
            Figure("shelters.crowded", "うち混雑・定員一杯と報告", crowded, "か所"),
            Figure(
                "shelters.closed", "閉鎖した避難所",
                sum(line.status == "閉鎖" for line in lines), "か所",
            ),
        ),
    )  # fmt: skip


def _people_section(scene: Scene, lines: Sequence[ShelterLine], total: int) -> Section:
    used = [line for line in lines if line.is_open]
    cars = sum(scene.line.totals(each, scene.at).in_cars for each in scene.used)
    day, night = _observed(scene, is_night=False), _observed(scene, is_night=True)
    return Section(
        "people",
        "避難者(避難所)",
        (
            Figure("people.total", "避難者数", total, "人"),
            Figure("people.named", "うち氏名あり", sum(line.named for line in used), "人"),
            Figure("people.unnamed", "うち氏名なし", sum(line.unnamed for line in used), "人"),
            Figure("people.cars", "うち敷地の車中泊", cars, "人"),
            Figure("people.day", "日中の点呼の人数", day, "人", "24時間以内の6〜18時の点呼"),
            Figure("people.night", "夜間の点呼の人数", night, "人", "24時間以内の18〜6時の点呼"),
        ),
    )


def _observed(scene: Scene, *, is_night: bool) -> int | None:
    """Return the people of the last roll calls by day or by night; None where nobody counted."""
    found = []
    for shelter_id in scene.used:
        counts = [
            one.count
            for one in scene.line.counts.get(shelter_id, ())
            if scene.at - DAY < one.occurred_at <= scene.at
            and _at_night(one.occurred_at) is is_night
        ]
        found += counts[-1:]
    return sum(found) if found else None


def _at_night(instant: datetime) -> bool:
    return not NIGHT_UNTIL <= clock.local(instant).hour < NIGHT_FROM


def _outside_section(scene: Scene) -> Section:
    """Count those known outside the shelters, by where they stay; visitors of an hour are not."""
    kinds = Counter(
        str(stay.kind)
        for stay in _present(scene, scene.line.stays.values())
        if stay.kind in OUTSIDE
    )
    figures = [
        Figure(f"outside.{kind.value}", kind.label, kinds[kind.value], "人")
        for kind in StayKind
        if kind in OUTSIDE
    ]
    total = Figure("outside.total", "避難所の外で支える方", sum(kinds.values()), "人")
    return Section("outside", "避難所の外", (total, *figures))


def _present(scene: Scene, lines: Iterable[Sequence[Stay]]) -> list[Stay]:
    current = [
        stay
        for line in lines
        for stay in line
        if stay.started_at <= scene.at
        and (stay.ended_at is None or scene.at < stay.ended_at)
        and not scene.line.has_moved(stay, scene.at)
    ]
    return scene.line.same.once(current, lambda stay: stay.person_id)


def _movement_section(scene: Scene) -> Section:
    """Count arrivals and departures of the day before; a change of place within is neither."""
    since = scene.at - DAY
    sleeping = [
        stay for line in scene.line.stays.values() for stay in line if stay.kind in SLEEPING
    ]
    came = [stay for stay in sleeping if since < stay.started_at <= scene.at]
    left = [stay for stay in sleeping if stay.ended_at and since < stay.ended_at <= scene.at]
    figures = (
        Figure("moves.came", "受け付けた方", len(came), "人"),
        Figure("moves.left", "退所した方", len(left), "人"),
        Figure(
            "moves.untraced", "うち行き先のわからない方",
            sum(stay.reason in UNTRACED for stay in left), "人",
        ),
    )  # fmt: skip
    return Section("moves", "前の24時間の出入り", figures)


def _statement_section(at: datetime) -> Section:
    kinds = count_standing(at)
    wanted = (StatementKind.RESCUE, StatementKind.UNREACHABLE, StatementKind.DIED)
    return Section(
        "statements",
        "安否の聞き取り",
        tuple(
            Figure(f"statements.{kind.value}", kind.label, kinds.get(kind.value, 0), "人")
            for kind in wanted
        ),
    )


def _told_section(scene: Scene) -> Section:
    """Add up what the shelters told in their last reports; who told nothing is not a 0."""
    said = [scene.told[each] for each in scene.used if each in scene.told]
    figures = []
    for name, label, unit in TOLD:
        values = [value for one in said if (value := getattr(one, name)) is not None]
        note = f"{len(values)}か所の報告の合計" if values else ""
        figures.append(Figure(f"told.{name}", label, sum(values) if values else None, unit, note))
    requests = sum(bool(one.requests) for one in said)
    figures.append(Figure("told.requests", "要望のある避難所", requests, "か所"))
    return Section("told", "避難所からの報告", tuple(figures))


def _notes(scene: Scene) -> Iterable[str]:
    undeclared = [
        state.shelter.name
        for each, state in scene.states.items()
        if not state.is_declared and not state.takes_people and scene.counts_at(each, state)
    ]
    if undeclared:
        yield f"開設の記録がないのに人がいる避難所: {'、'.join(undeclared)}"
    left_over = [
        state.shelter.name
        for each, state in scene.states.items()
        if not scene.counts_at(each, state) and scene.line.here(each, scene.at)
    ]
    if left_over:
        yield f"閉鎖・未開設なのに、退所していない方の記録が残る避難所: {'、'.join(left_over)}"
