"""The labelled pages of figures restated on the units of today; the figures themselves stand on their own pages."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from indicators.clock import today

from . import asked, kept_pages, queries
from .filters import PeriodFilter
from .kept_pages import Scope, kept
from .known import Known
from .queries import restated as of_today
from .views import Reading, reads


@require_safe
@login_required
@kept(by=kept_pages.by_reader)
@reads
def restated_unit(request: HttpRequest, code: str, *, scope: Scope, known: Known) -> HttpResponse:
    found = queries.unit_with_code(code, today())
    ended = None if found else of_today.ended_with_code(code, today())
    if (unit := found or ended) is None:
        raise Http404
    page = of_today.restated_unit(unit, on=today(), reader=scope.who, known=known)
    context = {"page": page, "code": code, "is_ended": found is None}
    return Reading(request, scope, known).page("reporting/restated_unit.html", context)


@require_safe
@login_required
@kept(by=kept_pages.by_reader)
@reads
def restated_indicator(request: HttpRequest, code: str, *, scope: Scope, known: Known) -> HttpResponse:
    found = queries.indicator(code)
    if found is None:
        raise Http404
    form = PeriodFilter(request.GET, offered=asked.offered(asked.rounds(found, known=known)))
    if not form.is_valid() or form.chosen is None:
        raise Http404
    page = of_today.restated_indicator(found, form.chosen, on=today(), reader=scope.who, known=known)
    return Reading(request, scope, known).page("reporting/restated_indicator.html", {"form": form, "page": page})
