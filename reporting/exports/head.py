"""What stands above every table that leaves: which period, up to which day, published or not, how complete, and
from where and when it was taken (domain.md 11, 12, 19, 36, 46)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from indicators.calendars import show_day, show_moment, window_sentence
from indicators.models import Period, Publication

from ..figures import Coverage
from ..known import Known


@dataclass(frozen=True)
class Taking:
    """One request for a file: of which figures, from the page at which address, at which moment."""

    known: Known
    address: str
    at: datetime


@dataclass(frozen=True)
class Standing:
    """How the figures of a period stand. `published_on` is the day of the newest of them."""

    period: Period
    published_on: date | None
    issues: Sequence[Publication] = ()
    coverage: Coverage | None = None
    archives: str = ""  # an archived document says its own day


def lines(taking: Taking, standing: Standing | None = None) -> list[str]:
    return [*of_figures(taking, standing), *source(taking)]


def of_figures(taking: Taking, standing: Standing | None = None) -> list[str]:
    return [*_of_figures(standing, taking.known), *_reading(taking.known)]


def band(*, is_illustrative: bool, aims_made_up: bool = False) -> str:
    said = []
    if is_illustrative:
        said.append(_("The figures of this period are made up to show the system; they are nobody's report."))
    if aims_made_up:
        said.append(_("The targets of this programme are made up to show the system; nobody set them."))
    return f"{_('Illustration')} – {' '.join(said)}" if said else ""


def _of_figures(standing: Standing | None, known: Known) -> Iterator[str]:
    if standing is None:
        return
    period = standing.period
    window = "" if standing.archives else f". {window_sentence(period.first_day, period.last_day)}"
    yield f"{period}{window}"
    yield from _published(standing, known)
    if standing.coverage and standing.coverage.m:
        counted = {"n": standing.coverage.n, "m": standing.coverage.m}
        of_periods = standing.coverage.counts_periods
        words = _("Figures of %(n)s of %(m)s unit-periods") if of_periods else _("Figures of %(n)s of %(m)s units")
        yield words % counted
    if standing.archives:
        yield _("Entered from archived documents: %(document)s") % {"document": standing.archives}


def _published(standing: Standing, known: Known) -> Iterator[str]:
    """By number and document where publication is a step of its own. The newest are not called published."""
    for issue in standing.issues:
        said = {"n": issue.number, "date": show_day(localdate(issue.at))}
        paper = {"number": issue.document, "date": show_day(issue.document_date)}
        of_form = f"{issue.round.form.code} · " if len(standing.issues) > 1 else ""
        yield (
            f"{of_form}{_('Published, issue %(n)s, %(date)s') % said} · "
            f"{_('Document %(number)s of %(date)s') % paper}"
        )
    if standing.published_on is None:
        yield _("Not published yet")
    elif known.is_latest:
        yield _("Approved up to %(date)s") % {"date": show_day(standing.published_on)}
    elif not standing.issues:
        yield _("Published on %(date)s") % {"date": show_day(standing.published_on)}


def _reading(known: Known) -> Iterator[str]:
    if known.day:
        told = _("As known at the end of %(date)s") % {"date": show_day(known.day)}
        yield f"{told} – {_('What was published later is not in these figures.')}"
    if known.is_latest:
        warned = _(
            "Approved figures, some of which still wait for their publication; not to be passed on as published."
        )
        yield f"{_('Newest figures (not published)')} – {warned}"
    else:
        yield _("Only approved and published figures are shown.")


def source(taking: Taking) -> Iterator[str]:
    where = {"system": _("Digital progress"), "address": f"{settings.BASE_URL}{taking.address}"}
    yield _("Source: %(system)s, %(address)s") % where
    yield _("Taken at %(time)s") % {"time": show_moment(taking.at)}
