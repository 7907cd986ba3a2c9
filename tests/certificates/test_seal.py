"""The printed seal (電子公印): by a rule, on the machines it names, in nothing that travels."""

from io import BytesIO

import pypdf
from PIL import Image, ImageDraw

from tests.certificates.test_views import issue, sample_of
from tests.evacuees.support import inside
from victim_support.core.db import db
from victim_support.core.node import this_node
from victim_support.journal.models import Op

RULE = "架空市公印規則第9条"
CLEAR = (0, 0, 0, 0)


def red_square():
    image = Image.new("RGBA", (300, 300), CLEAR)
    ImageDraw.Draw(image).rectangle((10, 10, 290, 290), outline=(200, 0, 0, 255), width=20)
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def allow(admin, rule=RULE):
    page = admin.get("/office/seal")
    with inside(admin.app):
        here = str(this_node().id)
    return admin.submit(page, "/office/seal", follow=True, rule=rule, nodes=here)


def bring(admin, content):
    file = (BytesIO(content), "seal.png")
    return admin.post("/office/seal/image", {"file": file, "side": "24"}, follow=True)


def seals_of(desk, path):
    page = desk.get(path)
    assert page.headers["Content-Type"] == "application/pdf", page.visible
    return [image.image.size for image in pypdf.PdfReader(BytesIO(page.body)).pages[0].images]


def test_the_seal_is_printed_only_where_a_rule_names_the_machine(app, case, desk_of):
    admin, counter = desk_of("admin"), desk_of("counter")
    page = counter.get(issue(counter, case).location)
    paper = next(link for link in page.links if "paper.pdf" in link)

    unasked = bring(admin, red_square())
    before = seals_of(counter, paper)
    allow(admin)
    broken = bring(admin, red_square()[:200])
    kept = bring(admin, red_square())
    printed = seals_of(counter, paper)
    with inside(app):
        told = [op.data for op in db.session.query(Op) if b"image/png" in op.data]
    allow(admin, rule="")

    assert "選ばれていません" in unasked.visible
    assert "壊れていて読めません" in broken.visible
    assert "この端末は、証明書に印影を刷ります" in kept.visible
    assert (before, printed, seals_of(counter, paper)) == ([], [(600, 600)], [])
    assert told == []
    assert seals_of(counter, f"{sample_of(case)}/sample.pdf") == []


def test_the_image_can_be_taken_off_the_machine(desk_of):
    admin = desk_of("admin")
    allow(admin)
    page = bring(admin, red_square())

    page = admin.submit(page, "/office/seal/removal", follow=True)

    assert "印影を刷りません" in page.visible
    assert "data:image/png" not in page.text


def test_who_does_not_decide_it_sees_nothing_of_it(desk_of):
    assert desk_of("counter").get("/office/seal").status == 403
