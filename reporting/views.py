"""The leaders' pages: read the form, ask `queries`, render."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from indicators import numbers
from indicators.clock import now, today
from indicators.models import Period, Round, UnitKind, User

from . import annex, asked, exports, kept_pages, queries, report, spans
from .filters import (
    CompareFilter,
    CompletenessFilter,
    KnownFilter,
    Narrowing,
    PeriodFilter,
    RankingFilter,
    SearchFilter,
    UnitFilter,
    narrowing,
    summary_address,
)
from .kept_pages import Scope, kept
from .known import TODAY, Known
from .tables import ChildTable, ReportTable, SeriesTable, SourceTable, UnitFigureTable
from .tasks import of_indicator, of_programme, of_unit

PER_PAGE = 25
PERIODS_SHOWN = 6
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def reads(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hands a page which figures it reads; a day that cannot be shown is answered here."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, scope: Scope, **kwargs: Any) -> HttpResponse:
        form = KnownFilter(request.GET, sees_unpublished=scope.offers_latest)
        if form.is_valid():
            return view(request, *args, scope=scope, known=form.known, **kwargs)
        return _no_such_day(request, "as_of", is_to_come=form.is_to_come)

    return answered


@dataclass(frozen=True)
class Reading:
    """Who reads, as far as a page may know, and which figures."""

    request: HttpRequest
    scope: Scope
    known: Known

    def page(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        of_reading = {"known": self.known, "offers_latest": self.scope.offers_latest}
        return kept_pages.page(self.request, template, of_reading | context, status=status)


def taking_of(request: HttpRequest, ending: str, known: Known = TODAY) -> exports.Taking:
    """The page stands where the file does, with "/" for the ending."""
    path, asked, query = request.get_full_path().partition("?")
    return exports.Taking(known, f"{path.removesuffix(f'.{ending}')}/{asked}{query}", now())


def _configure(request: HttpRequest, drawn: dict[str, Any], known: Known) -> None:
    """Sorted and paged as asked; a table of the newest figures does not call them published."""
    for table in drawn.values():
        if known.is_latest:
            table.caption = getattr(table, "caption_of_latest", table.caption)
        RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)


@require_safe
@login_required
@kept(by=kept_pages.everybody)
@reads
def summary(request: HttpRequest, *, scope: Scope, known: Known, ending: str = "") -> HttpResponse:
    """With `ending` the same rows as a file; what cannot be shown is said on the page either way."""
    reading = Reading(request, scope, known)
    rounds = asked.rounds(known=known)
    form = PeriodFilter(request.GET, offered=spans.all_offered(rounds))
    if not form.is_valid():
        return _no_such_period(reading, form)
    if form.chosen is None:
        status = 404 if ending else 200
        return reading.page("reporting/summary.html", {"form": form, "page": None}, status=status)
    programme, wanted = request.GET.get("programme", ""), narrowing(request.GET)
    page = queries.summary(form.chosen, rounds, on=today(), programme=programme, known=known)
    is_unknown = bool(programme) and page.plan is None
    groups = page.narrowed(**wanted)
    if ending and not is_unknown:
        return _taken(request, page, groups, known, ending)
    context = {
        "form": form,
        "page": page,
        "tasks": of_programme(page.plan.code if page.plan else "", today()),
        "directs": scope.directs,
        **_narrowed(page, groups, wanted),
        "address": summary_address(page.period.label, page.plan.code if page.plan else "", wanted, known),
        "is_print": "print" in request.GET,
        "unknown_programme": programme if is_unknown else "",
    }
    return reading.page("reporting/summary.html", context, status=404 if is_unknown else 200)


def _narrowed(page: queries.Summary, groups: list[queries.Group], wanted: Narrowing) -> dict[str, Any]:
    return {
        "groups": groups,
        "n_shown": sum(len(group.rows) for group in groups),
        "wanted": wanted,
        "kinds": [(kind, UnitKind(kind).label) for kind in page.kinds],
    }


@require_safe
@login_required
@kept(by=kept_pages.everybody)
@reads
def group(request: HttpRequest, code: str, *, scope: Scope, known: Known, ending: str = "") -> HttpResponse:
    """The lines of the overview that stand in one group."""
    reading = Reading(request, scope, known)
    found = queries.group_with_code(code)
    if found is None:
        raise Http404
    rounds = asked.rounds(known=known)
    form = PeriodFilter(request.GET, offered=spans.all_offered(rounds))
    if not form.is_valid():
        return _no_such_period(reading, form)
    context: dict[str, Any] = {"form": form, "group": found, "page": None}
    if form.chosen is None:
        return reading.page("reporting/group_page.html", context, status=404 if ending else 200)
    programme, wanted = request.GET.get("programme", ""), narrowing(request.GET.dict() | {"group": ""})
    page = queries.summary(form.chosen, rounds, on=today(), programme=programme, group=found.code, known=known)
    is_unknown = bool(programme) and page.plan is None
    groups = page.narrowed(**wanted)
    if ending and not is_unknown:
        taking = taking_of(request, ending, known)
        return exports.written(exports.of_summary(page, groups, taking, group=found.name), ending)
    context |= {"page": page, **_narrowed(page, groups, wanted)}
    of_group: Narrowing = {**wanted, "group": found.code}
    context["address"] = summary_address(page.period.label, page.plan.code if page.plan else "", of_group, known)
    context["unknown_programme"] = programme if is_unknown else ""
    return reading.page("reporting/group_page.html", context, status=404 if is_unknown else 200)


def _taken(
    request: HttpRequest, page: queries.Summary, groups: list[queries.Group], known: Known, ending: str
) -> HttpResponse:
    """The table as a workbook or CSV, or all of it as the official report, which somebody has to issue."""
    taking = taking_of(request, ending, known)
    if ending != "docx":
        return exports.written(exports.of_summary(page, groups, taking), ending)
    written = report.report_of(page, groups, taking, reader=cast(User, request.user))
    if written is None:
        raise Http404
    return exports.answer(written, f"{exports.file_name('bao cao', page.period.label)}.docx")


@require_safe
@login_required
@kept(by=kept_pages.by_reader)
@reads
def indicator(request: HttpRequest, code: str, *, scope: Scope, known: Known, ending: str = "") -> HttpResponse:
    reading = Reading(request, scope, known)
    found = queries.indicator(code)
    if found is None:
        raise Http404
    rounds = asked.rounds(*queries.asked_for_it(found), known=known)
    form = PeriodFilter(request.GET, offered=spans.all_offered(rounds))
    if not form.is_valid():
        return _no_such_period(reading, form)
    page = queries.indicator_page(found, form.chosen, rounds, reader=scope.who, known=known)
    if ending:
        return exports.written(exports.of_indicator(page, taking_of(request, ending, known)), ending)
    shown = page.figures
    drawn = {
        "series": SeriesTable(page.series, prefix="series-"),
        "sources": SourceTable(
            shown.sources if shown else [], with_parts=bool(shown and shown.is_ratio), prefix="sources-"
        ),
    }
    _configure(request, drawn, known)
    tasks = of_indicator(found, scope.who, today(), sees_all=scope.offers_latest)
    context = {"form": form, "page": page, "tasks": tasks, "directs": scope.directs, **drawn}
    return reading.page("reporting/indicator.html", context)


@require_safe
@login_required
@kept(by=kept_pages.by_reader)
@reads
def unit(request: HttpRequest, code: str, *, scope: Scope, known: Known, ending: str = "") -> HttpResponse:
    reading = Reading(request, scope, known)
    form = UnitFilter(request.GET, offered=spans.all_offered(asked.kept_rounds()))
    if "on" in form.errors:
        return _no_such_day(request, "on")
    if not form.is_valid():
        return _no_such_period(reading, form)
    found = queries.unit_with_code(code, form.day, system=request.GET.get("system", ""))
    if found is None:
        context = {"code": code, "on": form.day, "bearers": queries.bearers(code, today())}
        return render(request, "reporting/no_unit.html", context, status=404)
    days = {"on": form.day, "today": today()}
    page = queries.unit_page(found, code, period=form.chosen, reader=scope.who, known=known, **days)
    if ending:
        tracks = queries.unit_tracks(found, page.figures, known)
        return exports.written(exports.of_unit(page, tracks, taking_of(request, ending, known)), ending)
    drawn = {
        "reports": ReportTable(page.reports, prefix="reports-"),
        "figures": UnitFigureTable(page.figures, prefix="figures-"),
        "children": ChildTable(page.children, prefix="children-"),
    }
    _configure(request, drawn, known)
    tasks = of_unit(found, scope.who, today(), sees_all=scope.offers_latest)
    beside = {"tasks": tasks, "sets": queries.sets_of_kind(found.kind_on_day, form.day)}
    return reading.page("reporting/unit.html", {"form": form, "page": page, **beside, **drawn})


@require_safe
@login_required
@kept(by=kept_pages.by_reader)
@reads
def ranking(request: HttpRequest, *, scope: Scope, known: Known, ending: str = "") -> HttpResponse:
    """Where nobody is ranked the page says why."""
    reading = Reading(request, scope, known)
    code = request.GET.get("indicator", "")
    offered = queries.indicators_ranked(code)
    found = next((each for each in offered if code in ("", each.code)), None)
    if found is None and (code or ending):
        raise Http404
    if found is None:
        return reading.page("reporting/ranking.html", {"page": None})
    rounds = asked.rounds(*queries.asked_for_it(found), known=known)
    form = RankingFilter(request.GET, offered=spans.all_offered(rounds))
    if not form.is_valid() and "kind" in form.errors:
        raise Http404
    page = queries.ranking(found, form.chosen, rounds, kind=form.unit_kind, reader=scope.who, known=known)
    unknown = "" if page.period or queries.is_period(form.label) else form.label
    if ending and not unknown:
        return exports.written(exports.of_ranking(page, taking_of(request, ending, known)), ending)
    context = {"form": form, "page": page, "offered": offered, "unknown_period": unknown}
    return reading.page("reporting/ranking.html", context, status=404 if unknown else 200)


def _by_what_is_compared(request: HttpRequest) -> Scope:
    """Units by what the reader may see of them; the province is the same for everybody."""
    compares_units = request.GET.get("what") == CompareFilter.UNITS
    return (kept_pages.by_reader if compares_units else kept_pages.everybody)(request)


@require_safe
@login_required
@kept(by=_by_what_is_compared)
@reads
def compare(request: HttpRequest, *, scope: Scope, known: Known, ending: str = "") -> HttpResponse:
    """Two periods, two units, or the province beside the country."""
    reading = Reading(request, scope, known)
    rounds = asked.rounds(known=known)
    form = CompareFilter(request.GET, offered=spans.all_offered(rounds))
    if not form.is_valid() and "what" in form.errors:
        raise Http404
    if form.errors:
        return _no_such_period(reading, form)
    if form.chosen is None:
        status = 404 if ending else 200
        return reading.page("reporting/compare.html", {"form": form, "page": None}, status=status)
    page = _comparison(reading, form, form.chosen, rounds)
    programme = request.GET.get("programme", "")
    is_unknown = bool(programme) and bool(page.pairs) and page.plan is None and form.compares != form.UNITS
    if ending and not is_unknown:
        return exports.written(exports.of_comparison(page, taking_of(request, ending, known)), ending)
    context = {"form": form, "page": page, "unknown_programme": programme if is_unknown else ""}
    return reading.page("reporting/compare.html", context, status=404 if is_unknown else 200)


def _comparison(reading: Reading, form: CompareFilter, first: Period, rounds: list[Round]) -> queries.Comparison:
    given, known, second = reading.request.GET, reading.known, form.second
    programme = given.get("programme", "")
    if form.compares == form.UNITS:
        codes = (given.get("unit", ""), given.get("other", ""))
        return queries.compare_units(first, rounds, codes, reader=reading.scope.who, known=known)
    if form.compares == form.REFERENCES:
        return queries.compare_references(first, rounds, programme=programme, known=known)
    if second is None or second == first:
        return queries.Comparison((first,), (), barred=_("Choose two different periods."))
    return queries.compare_periods(first, second, rounds, programme=programme, known=known)


@require_safe
@login_required
def search(request: HttpRequest) -> HttpResponse:
    form = SearchFilter(request.GET)
    found = None
    if form.is_valid():
        asked_by, page = cast(User, request.user), request.GET.get("page")
        found = queries.search(form.folded, user=asked_by, on=today(), only=form.only, page=page)
    return render(request, "reporting/search.html", {"form": form, "found": found})


@require_safe
@login_required
@kept(by=kept_pages.by_person)
def completeness(request: HttpRequest, *, scope: Scope, ending: str = "") -> HttpResponse:
    """A page shows some periods, a file all that were chosen."""
    reader = scope.who
    kind = request.GET.get("kind", "")
    form = CompletenessFilter(request.GET, rounds=queries.asked_rounds(reader, kind))
    is_known = form.is_valid()
    periods = queries.by_period(form.chosen if is_known else [])
    sees_all = queries.sees_reports_of_all(reader)
    if ending and is_known:
        page = queries.completeness(periods, reader=reader, kind=kind, on=today())
        taking = taking_of(request, ending)
        return exports.written(exports.of_completeness(page, taking, sees_all=sees_all), ending)
    shown = Paginator(periods, PERIODS_SHOWN).get_page(request.GET.get("page"))
    page = queries.completeness(list(shown), reader=reader, kind=kind, on=today())
    context = {
        "form": form,
        "shown": shown,
        "page": page,
        "sees_all": sees_all,
        "chased": queries.chased_among(cast(User, request.user), [call.round for call in page.calls]),
    }
    return kept_pages.page(request, "reporting/completeness.html", context, status=200 if is_known else 404)


@require_safe
@login_required
def unreported(request: HttpRequest, pk: int) -> HttpResponse:
    page = _unreported(request, pk)
    context = {"page": page, "n_lines": min(len(page.missing) + 3, 20), "printed_at": now()}
    return render(request, "reporting/unreported.html", context)


@require_safe
@login_required
def unreported_annex(request: HttpRequest, pk: int) -> HttpResponse:
    """An official paper, so in Vietnamese whatever language its reader chose."""
    with override("vi"):
        page = _unreported(request, pk)
        written = annex.unreported_annex(page)
    name = slugify(numbers.fold(f"chua gui {page.round.form.code} {page.round.period.label}".replace("/", " ")))
    answer = HttpResponse(written, content_type=DOCX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    return answer


def _unreported(request: HttpRequest, pk: int) -> queries.Unreported:
    """What is not the reader's to chase is not there at all."""
    user = cast(User, request.user)
    found = queries.rounds_to_chase(user).select_related("form", "period").filter(pk=pk).first()
    if found is None:
        raise Http404
    return queries.unreported(found, user, on=today())


def _no_such_day(request: HttpRequest, asked: str, *, is_to_come: bool = False) -> HttpResponse:
    context = {"asked": request.GET.get(asked, ""), "is_to_come": is_to_come}
    return render(request, "reporting/no_day.html", context, status=404)


def _no_such_period(reading: Reading, form: PeriodFilter) -> HttpResponse:
    wrong = "against" if "against" in form.errors else "period"
    context = {"form": form, "asked": reading.request.GET.get(wrong, "")}
    return reading.page("reporting/no_period.html", context, status=404)
