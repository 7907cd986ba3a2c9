"""An invented town with a register, one open shelter, and desks that stand in it."""

import io
import subprocess
from contextlib import contextmanager
from uuid import UUID

from tests.prepared import DISASTER, SCOPES
from victim_support.core.db import db, transaction
from victim_support.core.scopes import using_scopes
from victim_support.residents.services import import_residents
from victim_support.shelters.services import add_shelter
from victim_support.shelters.services.operation import open_shelter

HEADERS = "宛名番号,世帯番号,氏名,フリガナ,性別,生年月日,続柄,住所,郵便番号,支援措置"
ROWS = (
    "1001,501,佐藤　一郎,サトウ　イチロウ,男,1954-04-01,世帯主,名取市飯野坂1-2-3,9811225,",
    "1002,501,佐藤　花子,サトウ　ハナコ,女,1956-05-02,妻,名取市飯野坂1-2-3,9811225,",
    "1003,501,佐藤　健太,サトウ　ケンタ,男,1985-06-03,子,名取市飯野坂1-2-3,9811225,",
    "1004,501,佐藤　キヨ,サトウ　キヨ,女,1933-07-04,母,名取市飯野坂1-2-3,9811225,",
    "1011,502,𠮷田　髙志,ヨシダ　タカシ,男,1970-01-10,世帯主,名取市手倉田字山1,9811231,",
    "1012,502,𠮷田　葛󠄁子,ヨシダ　クズコ,女,1972-02-11,妻,名取市手倉田字山1,9811231,",
    "1021,503,渡邉󠄐　静香,ワタナベ　シズカ,女,1988-03-12,世帯主,名取市愛の杜2-1,9811230,1",
    "1022,503,渡邉󠄐　蓮,ワタナベ　レン,男,2015-04-13,子,名取市愛の杜2-1,9811230,1",
    "1031,504,スカルノ,スカルノ,男,1990-05-14,世帯主,名取市高柳3,9811221,",
    "1041,505,高橋　実,タカハシ　ミノル,男,1991-06-15,世帯主,名取市高柳4,9811221,",
    "1042,505,高橋　薫,タカハシ　カオル,女,1993-07-16,妻,名取市高柳4,9811221,",
    "1043,505,高橋　さくら,タカハシ　サクラ,女,2022-08-17,子,名取市高柳4,9811221,",
)
PROTECTED = "渡邉󠄐　静香"


def settle_town(app):
    """Import the register and open two shelters; return their ids."""
    register = "\n".join((HEADERS, *ROWS)).encode()
    with inside(app):
        import_residents(io.BytesIO(register), file_name="register.csv", imported_by="試験")
        db.session.remove()
        with transaction(reason="避難所"):
            shelters = [add_shelter(name=name) for name in ("上郷小学校", "鼎公民館")]
            for shelter in shelters:
                open_shelter(shelter)
        return [shelter.id for shelter in shelters]


@contextmanager
def inside(app):
    """Work in the ledger between two requests."""
    with app.app_context(), using_scopes(SCOPES):
        yield
        db.session.remove()


def stand_at(desk, shelter_id):
    """Let a desk stand in a shelter."""
    page = desk.get("/place")
    answer = desk.submit(page, "/place", disaster=DISASTER, shelter=str(shelter_id))
    assert answer.status in (302, 303), answer.visible
    return desk


def open_household(desk, text, at=0):
    """Search and open one of the households found; return the page with the panel."""
    found = desk.post("/desk/search", {"text": text})
    assert found.status == 200
    return desk.post("/desk/household", {"household": tokens(found)[at]})


def tokens(page):
    """Return what the buttons of the hits would send."""
    parts = page.text.split('name="household" value="')[1:]
    return [part.split('"')[0] for part in parts]


def came(page, *positions):
    """Return the ids of the members at these places (from 0) of an opened household."""
    parts = page.text.split('name="came" value="')[1:]
    ids = [part.split('"')[0] for part in parts]
    return [ids[position] for position in positions] if positions else ids


def register(desk, page, **changes):
    """Send the panel of a known household and follow to what was saved."""
    return desk.submit(page, "/desk/known", follow=True, **changes)


def uuid_in(text, before):
    """Return the id that follows some words of a page."""
    return UUID(text.split(before, 1)[1][:36])


def pdf_text(content, folder):
    """Return the text of a PDF without spaces."""
    path = folder / "paper.pdf"
    path.write_bytes(content)
    command = ["pdftotext", "-layout", str(path), "-"]
    shown = subprocess.run(command, capture_output=True, check=True)
    return shown.stdout.decode().replace("\u3000", "").replace(" ", "")
