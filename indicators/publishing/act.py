"""Who may publish a round, and the act."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from .. import totals
from ..calendars import show_day
from ..clock import now, today
from ..models import Membership, Publication, Role, Round, Step, StepHolder, User
from ..refusals import ContentChanged, Refused
from ..sealing import canonical, sha256
from .content import content
from .proposal import Proposal, news, propose, replaced


@dataclass(frozen=True)
class Paper:
    """The document that publishes the figures."""

    number: str
    dated: date


def rounds_published_by(user: User) -> QuerySet[Round]:
    """Rounds whose publication a unit of the user holds today; a superuser sees all (and may do nothing without
    the role). Rounds that publish on approval are not among them."""
    asked = Round.objects.filter(asks_publication=True)
    return asked if user.is_superuser else asked.filter(Exists(_held(user)))


def _held(user: User) -> QuerySet[StepHolder]:
    mine = Membership.objects.on(today()).filter(user=user, role=Role.PUBLISHER, unit=OuterRef("holder"))
    return StepHolder.objects.filter(Exists(mine), form=OuterRef("form"), step=Step.PUBLISH).order_by()


def barred(round_: Round, user: User) -> str | None:
    """The sentence that keeps this person from publishing the round; None where nothing does."""
    if not round_.asks_publication:
        return _("Figures of this round are published when they are approved.")
    if not Round.objects.filter(Exists(_held(user)), pk=round_.pk).exists():
        if not StepHolder.objects.filter(form=round_.form_id, step=Step.PUBLISH).exists():
            return _("No unit holds the publication of this form; the page of the form names it.")
        return _("Only the unit that holds publication of this form can publish its rounds.")
    return None


@transaction.atomic
def publish(round_: Round, paper: Paper, *, by: User, read: str) -> Publication:
    """Publishes what is approved and was not, in one transaction under the lock of the period, and freezes all that
    then stands published of the round. `read` is the check code of the proposal that the person read; what changed
    since, and a second press, are refused."""
    totals.lock_period(round_.period_id)
    round_ = Round.objects.select_related("form", "period").get(pk=round_.pk)
    if sentence := barred(round_, by):
        raise Refused(sentence)
    _require(paper)
    proposal = propose(round_)
    if not proposal.has_news:
        raise Refused(_nothing_waits(round_))
    if read != proposal.sha256:
        raise ContentChanged(_("What would be published changed after this page was opened. Read it again."))
    at = now()
    _write_moments(proposal, at)
    totals.recompute(round_.period_id, [figure.line.indicator_id for figure in proposal.figures])
    return _freeze(proposal, paper, by=by, at=at)


def _require(paper: Paper) -> None:
    if not paper.number.strip():
        raise Refused(_("State the number of the document that publishes the figures."))
    if paper.dated > today():
        raise Refused(_("The document that publishes the figures cannot be dated after today."))


def _nothing_waits(round_: Round) -> str:
    last = Publication.objects.filter(round=round_).order_by("-number").first()
    if last is None:
        return _("Nothing of this round has been approved yet, so there is nothing to publish.")
    return _("Everything approved is published already: issue %(n)s, %(date)s.") % {
        "n": last.number,
        "date": show_day(localdate(last.at)),
    }


def _write_moments(proposal: Proposal, at: datetime) -> None:
    """Compare-and-swap: as many figures as the proposal counted; where another was quicker, all is taken back."""
    n_replaced = replaced(proposal.round).update(unpublished_at=at)
    n_news = news(proposal.round).update(published_at=at)
    if (n_replaced, n_news) != (proposal.n_replaced, proposal.n_news):
        raise ContentChanged(_("What would be published changed after this page was opened. Read it again."))


def _freeze(proposal: Proposal, paper: Paper, *, by: User, at: datetime) -> Publication:
    publication = Publication(
        round=proposal.round,
        number=proposal.number,
        document=paper.number.strip(),
        document_date=paper.dated,
        n_published=len(proposal.reports),
        n_expected=proposal.n_expected,
        missing=[str(unit) for unit in proposal.missing],
        by=by,
        at=at,
    )
    publication.content = canonical(content(proposal, publication))
    publication.sha256 = sha256(publication.content)
    publication.save(force_insert=True)
    return publication
