"""Whether an issued paper may still be printed: who is protected by now stands on no copy."""

from collections import Counter

from victim_support.certificates.queries import Paper
from victim_support.certificates.services.issuing import CertificateError
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.reads import log_read
from victim_support.damage.models import Application
from victim_support.damage.queries import find_application, list_members
from victim_support.victims.queries import list_people


class OutdatedPaperError(CertificateError):
    """The paper names somebody whom a paper of another must not name any more."""

    def __init__(self) -> None:
        super().__init__("記載内容が変わったため、この写しは印刷できません。本部へご相談ください。")


def check_printable(paper: Paper) -> None:
    """Refuse to print a paper on which a member protected since then (支援措置) stands.

    Raises:
        OutdatedPaperError: She is neither head nor applicant; the words do not tell of her.
    """
    application = find_application(paper.certificate.application_id)
    if application is None or _names_hidden(paper, application):
        log_read("certificate.refused", [paper.id, paper.certificate.application_id])
        raise OutdatedPaperError


def _names_hidden(paper: Paper, application: Application) -> bool:
    owners = {application.head_person_id, application.applicant_person_id}
    others = view(Audience.HOUSEHOLD, Purpose.RECORD)
    people = list_people([row.person_id for row in list_members(application)])
    may_stand = [one for one in people if one.id in owners or others.person(one) is not None]
    if len(may_stand) == len(people):
        return False
    # Names may have been corrected since: what nobody else accounts for may be hers.
    snapshot = paper.certificate.snapshot
    printed_as = {one["original"]: one["printed"] for one in snapshot.get("names", [])}
    known = Counter(printed_as.get(one.name, one.name) for one in may_stand)
    printed = Counter(member["name"] for member in snapshot.get("members", []))
    return bool(printed - known)
