"""The ledger of applications: by state and age, on screen, on paper and as a file."""

from datetime import timedelta

from tests.damage.support import (
    make_application,
    make_judgement,
    make_people,
    name_issuer,
    writing_in,
)
from victim_support.certificates.rules import PaperKind
from victim_support.certificates.services import issue_paper
from victim_support.core import clock
from victim_support.damage import services as damage
from victim_support.victims import services as victims
from victim_support.victims.rules import Protection

PAGE = "/counter/applications"


def test_applications_are_listed_by_how_far_they_are(desk_of, app):
    with writing_in(app):
        name_issuer()
        old = damage.Details(received_at=clock.now() - timedelta(days=20))
        elsewhere = damage.ensure_dwelling(address="鼎名古熊1番地").id
        waiting = make_application(*make_people("鈴木 実"), dwelling_id=elsewhere, details=old)
        judged = make_application(*make_people("佐藤 一郎"))
        make_judgement(judged)
        issue_paper(make_application(*make_people("高橋 花")), PaperKind.RISAI, by=None)
        head = waiting.head_person_id
    desk = desk_of("counter")

    page = desk.get(PAGE).visible
    assert page.index("鈴木 実") < page.index("佐藤 一郎")
    for asked, seen in (
        ("state=waiting", {"鈴木 実"}),
        ("state=judged", {"佐藤 一郎"}),
        ("state=issued", {"高橋 花"}),
        ("days=14", {"鈴木 実"}),
        ("days=30", set()),
        ("state=nonsense&days=x", {"鈴木 実", "佐藤 一郎", "高橋 花"}),
    ):
        page = desk.get(f"{PAGE}?{asked}").visible
        assert {name for name in ("鈴木 実", "佐藤 一郎", "高橋 花") if name in page} == seen
    file = desk.get(f"{PAGE}.csv?state=waiting").body.decode("utf-8-sig")
    assert '"鈴木 実","鼎名古熊1番地"' in file
    assert "佐藤" not in file
    assert desk.get(f"{PAGE}.pdf").body.startswith(b"%PDF")

    with writing_in(app):
        victims.seal_person(head, Protection.HIDE_PRESENCE)
    assert "鈴木" not in desk.get(PAGE).visible
    guardian = desk_of("hogo")
    assert "鈴木 実" in guardian.get(PAGE).visible
    assert "鈴木" not in guardian.get(f"{PAGE}.csv").body.decode("utf-8-sig")
