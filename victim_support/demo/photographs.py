"""Invented photographs of a survey: a camera's card with a sheet, a house, and doubtful shots."""

import io
from datetime import datetime, timedelta

from PIL import ExifTags, Image, ImageDraw

from victim_support.core import clock
from victim_support.core.actor import acting
from victim_support.core.db import db
from victim_support.core.documents.qr import qr_code
from victim_support.core.ids import new_id
from victim_support.core.images import take_in
from victim_support.core.steps import result_of
from victim_support.damage.photos import Taken, keep
from victim_support.demo.town import staff_id
from victim_support.survey.photos import Source, take_in_card
from victim_support.survey.queries import list_round
from victim_support.survey.rules import scan_text

SIZE = (1000, 750)
TEAM = "1班"
WALLS = ("tan", "lightgrey", "beige", "darkkhaki")


def bring_card() -> None:
    """Take a card of the first team in: two shots before the sheet, the sheet, three of a house."""
    visits = [case.visit for case in list_round(clock.today(), TEAM) if case.visit]
    db.session.remove()
    if not visits:
        return
    start = clock.local(clock.now()).replace(hour=9, minute=0, second=0, microsecond=0)
    shots = [_house(0), _house(1), _sheet(visits[-1].number), _house(2), _house(3), _house(0)]
    files = [
        Source(f"100/IMG_{n:04}.JPG", _file(picture, start + timedelta(minutes=3 * n)).getvalue)
        for n, picture in enumerate(shots)
    ]
    with acting(staff_id("chosa")):
        result_of(take_in_card(new_id(), files, by=staff_id("chosa")))


def attachments() -> list[tuple[Taken, int | None]]:
    """Return what came with an online application: a house, and the page of a paper."""
    moment, kept = clock.local(clock.now()), []
    for picture, page in ((_house(2), None), (_letter(), 1)):
        kept.append((keep(take_in(io.BytesIO(_file(picture, moment).getvalue()))), page))
    return kept


def _letter() -> Image.Image:
    """Return a page with a heading, lines that stand for words, and a seal."""
    paper = Image.new("RGB", (1100, 1550), "white")
    draw = ImageDraw.Draw(paper)
    draw.rectangle((380, 140, 720, 180), fill="black")
    for line in range(18):
        draw.rectangle((130, 300 + 50 * line, 970 - 90 * (line % 4), 312 + 50 * line), fill="grey")
    draw.ellipse((820, 1260, 940, 1380), outline="crimson", width=8)
    return paper


def _house(number: int) -> Image.Image:
    """Return a drawn house whose wall is wet up to a line."""
    picture = Image.new("RGB", SIZE, "lightblue")
    draw, high = ImageDraw.Draw(picture), 420 + 40 * number
    draw.rectangle((0, 600, 1000, 750), fill="olivedrab")
    draw.rectangle((200, 320, 800, 640), fill=WALLS[number])
    draw.polygon([(150, 320), (500, 120), (850, 320)], fill="dimgrey")
    draw.rectangle((460, 450, 560, 640), fill="saddlebrown")
    draw.rectangle((200, high, 800, 640), outline="sienna", width=6)
    return picture


def _sheet(number: str) -> Image.Image:
    """Return a survey sheet on a table, a little turned."""
    paper = Image.new("RGB", (640, 700), "white")
    draw, module = ImageDraw.Draw(paper), 6
    for x, end, y in qr_code(scan_text(number)).bars:
        left, top = 400 + module * x, 20 + module * y
        draw.rectangle((left, top, 399 + module * end, top + module - 1), fill="black")
    picture = Image.new("RGB", SIZE, "peru")
    picture.paste(paper.rotate(6, expand=True, fillcolor="peru"), (150, 0))
    return picture


def _file(picture: Image.Image, taken_at: datetime) -> io.BytesIO:
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "訓練用カメラ"
    shot = exif.get_ifd(ExifTags.IFD.Exif)
    shot[ExifTags.Base.DateTimeOriginal] = f"{taken_at:%Y:%m:%d %H:%M:%S}"
    written = io.BytesIO()
    picture.save(written, "JPEG", exif=exif)
    return written
