"""The pages of scores: which sets there are, the units of a year by one of them, one unit with every component."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from indicators import calendars
from indicators.calendars import Frequency
from indicators.clock import today
from indicators.models import ScoreFramework

from . import exports, kept_pages, queries
from .filters import ScoreFilter
from .kept_pages import Scope, kept
from .known import Known
from .views import Reading, reads, taking_of


@require_safe
@login_required
@kept(by=kept_pages.everybody)
@reads
def scores(request: HttpRequest, *, scope: Scope, known: Known) -> HttpResponse:
    sets = queries.offered_sets()
    return Reading(request, scope, known).page("reporting/scores.html", {"sets": sets})


def _filtered(request: HttpRequest, code: str, known: Known) -> tuple[ScoreFilter, ScoreFramework, int]:
    """The version by which the chosen year is scored, else the newest with figures. 404 where there is none."""
    versions = queries.versions_of(code)
    years = queries.years_of(versions, _year_of(today()))
    kinds = {kind: None for each in versions for kind in each.unit_kinds}
    form = ScoreFilter(request.GET, years=years, kinds=list(kinds))
    if not years or not form.is_valid():
        raise Http404
    year = form.asked or queries.newest_scored(versions, years, known)
    version = queries.version_for(versions, year) if year else None
    if year is None or version is None or form.unit_kind not in version.unit_kinds:
        raise Http404
    return form, version, year


def _year_of(day: date) -> int:
    """The year whose cut-off is the next one."""
    window = calendars.windows_of_year(day.year, Frequency.YEAR)[0]
    return day.year if day < window.day_after_last else day.year + 1


@require_safe
@login_required
@kept(by=kept_pages.by_reader)
@reads
def score(request: HttpRequest, code: str, *, scope: Scope, known: Known, ending: str = "") -> HttpResponse:
    """Where nobody is ranked the page says why, and lists the units."""
    form, version, year = _filtered(request, code, known)
    page = queries.score_page(version, year, form.unit_kind, years=form.years, reader=scope.who, known=known)
    if ending:
        return exports.written(exports.of_scores(page, taking_of(request, ending, known)), ending)
    context: dict[str, Any] = {"form": form, "page": page}
    return Reading(request, scope, known).page("reporting/score.html", context)


@require_safe
@login_required
@kept(by=kept_pages.by_reader)
@reads
def unit_score(
    request: HttpRequest, code: str, unit: str, *, scope: Scope, known: Known, ending: str = ""
) -> HttpResponse:
    form, version, year = _filtered(request, code, known)
    window = calendars.windows_of_year(year, Frequency.YEAR)[0]
    found = queries.unit_with_code(unit, window.last_day)
    if found is None or found.kind_on_day not in version.unit_kinds:
        raise Http404
    page = queries.unit_score(version, year, found, years=form.years, reader=scope.who, known=known)
    if ending:
        return exports.written(exports.of_unit_score(page, taking_of(request, ending, known)), ending)
    return Reading(request, scope, known).page("reporting/unit_score.html", {"form": form, "page": page})
