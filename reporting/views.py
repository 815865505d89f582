"""The leaders' pages: read the form, ask `queries`, render."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from indicators.clock import now, today
from indicators.models import User

from . import asked, queries
from .filters import PeriodFilter
from .tables import SeriesTable, SourceTable

PER_PAGE = 25


@require_safe
@login_required
def summary(request: HttpRequest) -> HttpResponse:
    rounds = asked.rounds()
    form = PeriodFilter(request.GET, offered=asked.offered(rounds))
    if not form.is_valid():
        return _no_such_period(request, form)
    page = queries.summary(form.chosen, rounds, on=today()) if form.chosen else None
    return render(request, "reporting/summary.html", {"form": form, "page": page, "printed_at": now()})


@require_safe
@login_required
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    found = queries.indicator(code)
    if found is None:
        raise Http404
    rounds = asked.rounds(found)
    form = PeriodFilter(request.GET, offered=asked.offered(rounds))
    if not form.is_valid():
        return _no_such_period(request, form)
    page = queries.indicator_page(found, form.chosen, rounds, reader=cast(User, request.user))
    series = SeriesTable(page.series, prefix="series-")
    sources = SourceTable(page.sources, prefix="sources-")
    for table in (series, sources):
        RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    context = {"form": form, "page": page, "series": series, "sources": sources, "printed_at": now()}
    return render(request, "reporting/indicator.html", context)


def _no_such_period(request: HttpRequest, form: PeriodFilter) -> HttpResponse:
    context = {"form": form, "asked": request.GET.get("period", "")}
    return render(request, "reporting/no_period.html", context, status=404)
