"""How a report is signed off for its unit (domain.md 21): on the system by a signer, or on paper, whose scan one of
the unit's own people attaches. What was signed, by whom and in which capacity is frozen (models/signatures.py).

On paper the signer and whoever attaches are two: the paper names the one, the event the other. Whoever names
himself or herself on the paper is held to what the system asks of a signer.
"""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from . import check_codes, numbers
from .calendars import show_day
from .clock import today
from .models import Membership, Revision, Round, Signature, SignOffWay, SignsAs, StoredFile, User, Way
from .models.capacities import FACTS
from .refusals import Refused


@dataclass(frozen=True)
class Paper:
    """What a signed document says. `code` is the check code printed on it, as it was typed; empty where the
    document bears none, as one that was drawn up in the document system may."""

    number: str
    signed_on: date
    signer: str
    title: str
    capacity: str
    file: StoredFile
    code: str = ""
    authority_number: str = ""
    authority_date: date | None = None
    authorised_from: date | None = None
    authorised_to: date | None = None

    def names(self, user: User) -> bool:
        return numbers.fold(self.signer) == numbers.fold(str(user))


def way_bar(round_: Round, way: Way) -> str | None:
    """The sentence where the round is not signed off in this way."""
    if SignOffWay(round_.sign_off_way).allows(way):
        return None
    if way == Way.PAPER:
        return _("Reports of this form are signed off on the system.")
    return _("Reports of this form are signed on paper; attach the signed document.")


def capacity_bar(membership: SignsAs | None) -> str | None:
    """An authorisation outside its days: the sentence names them."""
    if membership is None or membership.may_sign_on(today()):
        return None
    return _(
        "The authorisation to sign (%(number)s) holds from %(first)s to the end of %(last)s; today nothing can be "
        "signed under it."
    ) % {
        "number": membership.authority_number,
        "first": show_day(membership.authorised_from) if membership.authorised_from else "",
        "last": show_day(membership.authorised_to) if membership.authorised_to else "",
    }


def refuse_unsaid(paper: Paper, revision: Revision) -> None:
    """What the page asks for, once more for whoever comes another way. Raises Refused."""
    if not (paper.number.strip() and paper.signer.strip() and paper.title.strip() and paper.capacity):
        raise Refused(
            _("State the number of the document, and who signed it, with which title and in which capacity.")
        )
    if paper.signed_on > today():
        raise Refused(_("The document cannot have been signed after today."))
    if paper.code and not check_codes.is_of(paper.code, revision.sha256, revision.number):
        raise Refused(wrong_code(revision.number))


def wrong_code(number: int) -> str:
    """Without the right one: whoever reads it here would not look at the paper."""
    return _(
        "This is not the check code of hand-in %(number)s, which waits for the signature. Compare the document: "
        "perhaps an earlier one was signed."
    ) % {"number": number}


def record(revision: Revision, *, membership: Membership | None, by: User, paper: Paper | None) -> Signature:
    """Inside the transaction of the move. Raises Refused where the database would not take it as a signature."""
    if paper:
        refuse_unsaid(paper, revision)
    made = _on_paper(paper) if paper else _on_the_system(membership, by)
    made.revision = revision
    try:
        made.validate_constraints()
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages)) from wrong
    made.save(force_insert=True)
    return made


def _on_the_system(membership: Membership | None, by: User) -> Signature:
    facts = membership.capacity_facts() if membership else {}
    facts["title"] = facts.get("title") or by.position
    return Signature(way=Way.SYSTEM, signer=str(by), **facts)


def _on_paper(paper: Paper) -> Signature:
    facts = {name: getattr(paper, name) for name in (*FACTS, "signer", "number", "signed_on", "file")}
    return Signature(way=Way.PAPER, code_compared=bool(paper.code), **facts)
