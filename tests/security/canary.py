"""A town in which protected people are called, live and stay so that nobody can mistake it.

Every route of the url map is opened by every role, with the ids of these people and of all that
hangs on them. What may not be shown must be in no answer: page, file, title, header, error.
New tables with a ``person_id`` and new routes take part by themselves.
"""

import html
import io
import json
import re
import unicodedata
import zipfile
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.sql.sqltypes import Uuid
from werkzeug.exceptions import HTTPException
from werkzeug.routing import AnyConverter

from tests.damage.support import make_application, make_judgement, make_people, name_issuer
from tests.evacuees.support import HEADERS, came, inside, open_household, register, stand_at
from tests.pages import Desk
from tests.photographs import photograph
from tests.prepared import DISASTER, SCOPES, log_in
from tests.security import canary_rows
from victim_support.batches import documents as batches
from victim_support.core import clock, images
from victim_support.core.access import mark_of
from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, db, synced_classes, transaction
from victim_support.core.db import synced_fields as fields_of
from victim_support.core.documents.worker import PrintWorker
from victim_support.core.jobs import Runner
from victim_support.counter.queries.filed import list_numbers
from victim_support.counter.rules.filed import FiledRow
from victim_support.counter.services.attachments import Found, attach
from victim_support.counter.services.filed import take_in
from victim_support.counter.services.queue import print_stock
from victim_support.damage.photos import keep
from victim_support.presence.rules import draw_number
from victim_support.residents.services import import_residents
from victim_support.shelters.services import add_shelter
from victim_support.shelters.services.operation import open_shelter
from victim_support.survey.models import SurveyVisit
from victim_support.victims.models import Person
from victim_support.victims.queries import find_household, list_people

CALLED = "かなりあ"
MARK = f'{CALLED}"><b id=mark>'
"""What is text everywhere; where it is taken for markup, a page has an element of that id (S45)."""
FAMILY, FAMILY_KANA = "鴉羽", "カラスバ"
HIDDEN = {
    "name": f"{FAMILY}　ひそか密子",
    "kana": f"{FAMILY_KANA}　ヒソカミツコ",
    "birth": "1990/2/3",
    "address": "架空県忍町九曜888番地",
    "phone": "090-9753-8642",
}
HALF = {
    "name": f"{FAMILY}　葉子",
    "kana": f"{FAMILY_KANA}　ヨウコ",
    "birth": "1971/5/6",
    "address": "架空県霞町六曜777番地",
    "phone": "090-8642-7531",
}
OPEN = {"name": f"{FAMILY}　平太", "kana": f"{FAMILY_KANA}　ヘイタ", "birth": "2015/7/8"}
LISTED = "2001,901,鳶沢　登紀,トビサワ　トキ,女,1980-04-01,世帯主,名取市霧町五曜666,9990000,1"
GONE_TO, GONE_PHONE = "烏兎の隠れ家", "090-7531-9864"
FORBIDDEN = {
    "her name": "ひそか密子",
    "her kana": "ヒソカミツコ",
    "her birth": "1990/02/03",
    "her address": "九曜888",
    "her telephone": "09097538642",
    "an address hidden": "六曜777",
    "a telephone hidden": "09086427531",
    "an address of the register": "五曜666",
    "where somebody went": GONE_TO,
    "the telephone there": "09075319864",
    "what hangs on her": CALLED,
}
TYPED = (FAMILY, FAMILY_KANA, "1990/2", "忍町", "0909753", "霞町", "トビサワ", "杉田")
"""What somebody may type who looks for them: the beginning of what is hidden, never all of it."""
OWN = "test_"
"""How endpoints begin that a test adds to see that new ones take part."""
OFTEN = 20
"""So often one form is sent by one role: some draw a new secret each time and never end."""
BORN_SEALED = ("sealed.read", "opponent.read")
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
CONTROL = re.compile(r"<(input|button)\b([^>]*)>")
ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')
SAMPLES = {"IntegerConverter": [1], "FloatConverter": [1.0]}


@dataclass
class World:
    """The town, who is in it, and the ids of what hangs on them by table."""

    app: Any
    shelters: list[UUID]
    hidden: Any = None
    half: Any = None
    is_written: bool = False
    others: list[UUID] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=lambda: list(TYPED))
    rows: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    hers: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))

    def desk(self, who):
        """Return a desk of somebody in the first shelter."""
        return stand_at(log_in(Desk(self.app), who), self.shelters[0])


@dataclass(frozen=True)
class Finding:
    """Something forbidden in an answer."""

    role: str
    route: str
    what: str


def build(app):
    """Return the town; everybody is protected after all was written about them openly."""
    world = World(app, _settle(app))
    desk, manager = world.desk("shelter_manager"), world.desk("shelter_manager")
    members = {
        f"members-{place}-{key}": value
        for place, person in enumerate((OPEN, HIDDEN, HALF))
        for key, value in person.items()
        if key in ("name", "kana", "birth")
    }
    desk.submit(desk.get("/desk/new"), "/desk/new", follow=True, **members)
    page = open_household(desk, "トビサワ")
    register(desk, page, came=came(page))
    _find_people(world)
    for person_id, known in ((world.hidden, HIDDEN), (world.half, HALF)):
        path = f"/persons/{person_id}"
        told = {"address": known["address"], "phone": known["phone"]}
        manager.submit(manager.get(path), path, follow=True, **told)
    _let_go(world)
    _apply(world)
    _bulk(world)
    _file(world)
    _hang(world)
    canary_rows.write_all(world)
    for person_id, level in ((world.hidden, "hide_presence"), (world.half, "hide_address")):
        manager.post(f"/persons/{person_id}/protection", {"protection": level})
    _ask(world)
    _collect(world)
    return world


def _settle(app):
    content = "\n".join((HEADERS, LISTED)).encode()
    with inside(app):
        import_residents(io.BytesIO(content), file_name="register.csv", imported_by="試験")
        db.session.remove()
        with transaction(reason="避難所"):
            shelters = [add_shelter(name=name) for name in ("上郷小学校", "鼎公民館")]
            for shelter in shelters:
                open_shelter(shelter)
        return [shelter.id for shelter in shelters]


def _find_people(world):
    with inside(world.app):
        for person in db.session.scalars(select(Person).order_by(Person.id)):
            if person.name == HIDDEN["name"]:
                world.hidden = person.id
            elif person.name == HALF["name"]:
                world.half = person.id
            elif person.name or person.protection != "none":
                world.others.append(person.id)


def _let_go(world):
    """Let the one whose address is hidden leave, with where to and a telephone."""
    from victim_support.evacuees.models import Stay  # noqa: PLC0415 - the program is imported late
    from victim_support.evacuees.rules import LeavingReason  # noqa: PLC0415

    with inside(world.app), transaction(reason="試験"):
        stay = db.session.scalars(select(Stay).where(Stay.person_id == world.half)).one()
        stay.ended_at, stay.reason = clock.now(), LeavingReason.RELATIVES
        stay.destination, stay.destination_phone = GONE_TO, GONE_PHONE


def hanging_classes():
    """Return every synced class whose rows say whom they are about."""
    return [
        cls
        for cls in synced_classes()
        if "person_id" in fields_of(cls) and cls.__sync__.scope is not ScopeKind.BASE
    ]


def _apply(world):
    """Let their household apply and get its certificate, and another household of the town."""
    with inside(world.app), transaction(reason="試験"):
        name_issuer()
        people = list_people([world.half, world.hidden])
        household = find_household(people[0].household_id or UUID(int=0))
        application = make_application(household, people, cause=MARK)
        db.session.flush()
        make_judgement(application)
        other = make_application(*make_people("杉田　公平"))
        db.session.flush()
        make_judgement(other)
        applications = [application.id, other.id]
    counter = world.desk("counter")
    for application_id in applications:
        path = f"/certificates/applications/{application_id}/risai"
        issued = counter.submit(counter.get(path), f"{path}/issue", follow=True)
        assert "交付しました" in issued.visible


def _bulk(world):
    """Let a bulk issue make the paper of another, of whose household they are said to be."""
    with inside(world.app), transaction(reason="試験"):
        household, people = make_people("杉田　和江")
        named = [*people, *list_people([world.half, world.hidden])]
        make_application(household, named)
        other = make_application(*make_people("杉田　治"))
        db.session.flush()
        make_judgement(other)  # both live at one address
    counter, path = world.desk("counter"), "/batches/new/risai"
    counter.submit(counter.get(path), path, choice="every", delivery="mail")
    Runner(world.app).run_due()


def _file(world):
    """Let applications of her and of somebody else come in a file, and plan the queue of today."""
    with inside(world.app), transaction(reason="試験"):
        for number, name, words in (("1", HIDDEN["name"], MARK), ("2", "杉田　公平", "")):
            take_in(FiledRow("paper", number, name=name, address="霧町1", damage=words), by=None)
        picture = keep(images.take_in(io.BytesIO(photograph())))
        for page, document in ((None, ""), (1, "0" * 64)):
            brought = [Found(one, picture, document, page) for _number, one in list_numbers()]
            attach(brought, by=None)
        print_stock(1)


def _ask(world):
    """Let somebody ask for her at the counter, and an office at the headquarters."""
    asked = {"name": FAMILY, "kana": FAMILY_KANA, "asker_name": "試験　次郎"}
    counter, office = world.desk("counter"), world.desk("hq")
    who = {"relation": "cohabitant", "purpose": "試験", "identity": "papers", "text": "試験"}
    counter.submit(counter.get("/enquiries"), "/enquiries", **(asked | who))
    call = {"office": "police", "organisation": "架空警察署", "call_back": "confirmed"}
    call |= {"called_number": "0220000110", "number_found_in": "電話帳", "purpose": "試験"}
    page = office.get("/enquiries/offices")
    office.submit(page, "/enquiries/offices", **(asked | call | {"marks": "赤い上着"}))


def _hang(world):
    """Write a row about her into every table that can hold one and has none yet."""
    with inside(world.app), transaction(reason="試験"):
        known = {"person_id": world.hidden, "shelter_id": world.shelters[0]}
        for cls in hanging_classes():
            there = db.session.scalars(select(cls).where(cls.person_id == world.hidden)).first()
            if there is None:
                is_born_sealed = getattr(cls, "__history__", "") in BORN_SEALED
                scope = SCOPES.sealed if is_born_sealed else SCOPES.core
                there = cls(scope=scope, id=uuid4(), **_values(cls, known))
                db.session.add(there)
            known[f"{cls.__name__.lower()}_id"] = there.id


def _values(cls, known):
    columns = cls.__table__.columns
    return {
        name: _value(name, columns[name].type, spec, known)
        for name, spec in fields_of(cls).items()
        if name != "is_withdrawn"
    }


def _value(name, kind, spec, known):
    if name in known or isinstance(kind, Uuid):
        return known.get(name)
    if name == "number":  # of a card: it is printed as a code
        return draw_number()
    if isinstance(kind, OpenEnum):
        return next(iter(kind.members))
    python = getattr(kind, "impl_instance", kind).python_type
    text = "試験" if spec.field_class is FieldClass.FACT else MARK
    samples = {str: text, datetime: clock.now(), date: clock.today(), int: 1, float: 1.0}
    return samples.get(python, False if python is bool else None)


def _collect(world):
    """Note the ids of all rows that are about these people, or that a page may be about."""
    people = {world.hidden, world.half}
    with inside(world.app):
        visits = select(SurveyVisit.number).order_by(SurveyVisit.number)
        world.numbers += db.session.scalars(visits)
        for cls in synced_classes():
            for row in db.session.scalars(select(cls).order_by(cls.id)):
                ids = world.rows[cls.__tablename__]
                if row.id not in ids:
                    ids.append(row.id)
                about = [row.id, *(getattr(row, name) for name in fields_of(cls))]
                hers = world.hers[cls.__tablename__]
                if row.id not in hers and any(one in people for one in about if _is_id(one)):
                    hers.append(row.id)


def _is_id(value):
    return isinstance(value, UUID)


# Routes


def targets(world, rule):
    """Return the values to open a rule with: first what its arguments say, then anything."""
    lists = {}
    for name, converter in rule._converters.items():
        lists[name] = _choices(world, name, converter)
    if {"table", "row_id"} <= set(lists):
        hers = world.hers.items()
        return [{"table": table, "row_id": row_id} for table, ids in hers for row_id in ids]
    found: list[dict[str, Any]] = [{}]
    for name, choices in lists.items():
        found = [one | {name: choice} for one in found for choice in choices]
    return found


def _choices(world, name, converter):
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)
    if name == "number" and type(converter).__name__ == "UnicodeConverter":
        return [canary_rows.SHEET, canary_rows.HOUSE, *world.numbers]
    if type(converter).__name__ != "UUIDConverter":
        return SAMPLES.get(type(converter).__name__, [DISASTER])
    if name == "first_id":
        return [world.hidden, world.half]
    if name in ("person_id", "second_id"):
        return [world.hidden, world.half, *world.others]
    return _ids(world, name.removesuffix("_id")) or [world.hidden]


def _ids(world, kind):
    """Return the ids of the table of that name, or of all whose name ends so (round, request)."""
    names = {cls.__name__.lower(): cls.__tablename__ for cls in synced_classes()}
    tables = {table.removesuffix("s"): table for table in names.values()}
    exact = names.get(kind) or tables.get(kind)
    ending = [table for name, table in tables.items() if name.endswith(f"_{kind}")]
    return [row_id for table in ([exact] if exact else ending) for row_id in world.rows[table]]


def reads_of(app):
    """Yield every rule that only reads: GET, and POST that is marked as a search."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        if "GET" in rule.methods:
            yield rule, "GET"
        elif "POST" in rule.methods and mark_of(app.view_functions[rule.endpoint]).is_reading:
            yield rule, "POST"


def sweep(world, roles, *, endpoints=None):
    """Open everything; return what was found that may not be, and who reached which endpoint."""
    found, reached = set(), defaultdict(set)
    for role in roles:
        walk = Walk(world, role)
        for rule, method in reads_of(world.app):
            is_asked = (
                rule.endpoint in endpoints if endpoints else not rule.endpoint.startswith(OWN)
            )
            if is_asked:
                for page in walk.open(rule, method):
                    found |= {Finding(role, walk.endpoint_of(page), what) for what in leaks(page)}
        for endpoint in walk.reached:
            reached[endpoint].add(role)
    return found, reached


class Walk:
    """One role that opens rules, and what their pages lead to."""

    def __init__(self, world, role):
        self.world, self.desk = world, world.desk(role)
        self.adapter = world.app.url_map.bind("localhost")
        self.token = self.desk.csrf_token()
        self.asked, self.reached = set(), set()
        self.sent = Counter[str]()

    def open(self, rule, method):
        """Yield every answer to a rule, and to what is offered there."""
        for values in targets(self.world, rule):
            path = self.adapter.build(rule.endpoint, values, method=method)
            for page in self._pages(path, method):
                yield from self._with_what_follows(page, method)
                if page.status == 403:  # the same for every row
                    return

    def endpoint_of(self, page, method=None):
        """Return the endpoint that answered."""
        return self._match(page.path, method) or self._match(page.path, "POST")

    def _pages(self, path, method):
        if method == "GET":
            return [self.desk.get(path)]
        typed = [{"text": text, "csrf_token": self.token} for text in self.world.typed]
        return [self.desk.post(path, values) for values in typed]

    def _with_what_follows(self, page, method):
        yield page
        if page.status == 200:
            self.reached.add(self.endpoint_of(page, method))
        for link in page.links:
            endpoint = self._match(link or "", "GET")
            if endpoint and endpoint not in self.reached and link not in self.asked:
                self.asked.add(link)
                yield from self._with_what_follows(self.desk.get(link), "GET")
        for action, fields in offers(page):
            is_new = (action, fields[-1]) not in self.asked and self.sent[action] < OFTEN
            if is_new and self._only_reads(action):
                self.asked.add((action, fields[-1]))
                self.sent[action] += 1
                yield from self._with_what_follows(self.desk.post(action, fields), "POST")

    def _match(self, path, method):
        try:
            return self.adapter.match(path.split("#")[0].split("?")[0], method=method)[0]
        except HTTPException:
            return None

    def _only_reads(self, action):
        endpoint = self._match(action, "POST")
        return bool(endpoint) and mark_of(self.world.app.view_functions[endpoint]).is_reading


def offers(page):
    """Yield what each button of each form of a page would send, and where to."""
    for attributes, inside_form in FORM.findall(page.text):
        action = dict(ATTRIBUTE.findall(attributes)).get("action")
        tags = [(kind, dict(ATTRIBUTE.findall(tag))) for kind, tag in CONTROL.findall(inside_form)]
        kept = [_sent(tag) for kind, tag in tags if kind == "input" and _is_sent(tag)]
        buttons = [_sent(tag) for kind, tag in tags if kind == "button" and tag.get("name")]
        if action and kept:
            sent = [[*kept, button] for button in buttons] or [kept]
            yield from ((html.unescape(action), fields) for fields in sent)


def _is_sent(tag):
    return tag.get("name") and (tag.get("type") not in ("radio", "checkbox") or "checked" in tag)


def _sent(tag):
    return tag.get("name", ""), html.unescape(tag.get("value", ""))


def leaks(page):
    """Return what an answer holds that only the sealed roles may see."""
    shown = plain(contents(page.response))
    found = {what for what, words in FORBIDDEN.items() if plain(words) in shown}
    return found | ({"markup"} if "mark" in page.ids else set())


def contents(response):
    """Return all that an answer says: headers, and its body whatever the format."""
    body = response.get_data()
    texts = [f"{name}: {value}" for name, value in response.headers]
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(body)) as packed:
        texts += [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
    is_japanese = "Shift_JIS" in (response.content_type or "")
    texts.append(body.decode("cp932" if is_japanese else "utf-8", "replace"))
    return html.unescape("\n".join(texts))


def plain(text):
    """Return text without what writing adds: spaces, hyphens, widths, escapes."""
    with suppress(ValueError):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    text = unicodedata.normalize("NFKC", text)
    return text.translate(dict.fromkeys(map(ord, " -\u2010\u2011\u2212\n\t"))).casefold()


def print_as_text(monkeypatch):
    """Let papers be what they are made of, so that they can be read at once."""

    def render(_worker, template, values, **_options):
        return json.dumps([template, values], ensure_ascii=False, default=str).encode()

    def bound(papers, *_workers):
        return json.dumps(papers, ensure_ascii=False, default=str).encode()

    monkeypatch.setattr(PrintWorker, "render", render)
    monkeypatch.setattr(batches, "render_bound", bound)
