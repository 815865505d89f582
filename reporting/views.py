"""The leaders' pages: read the form, ask `queries`, render."""

from collections.abc import Callable
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
from indicators.models import Period, Reader, Round, UnitKind, User

from . import annex, asked, exports, queries, report, spans
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
from .known import TODAY, Known
from .tables import ChildTable, ReportTable, SeriesTable, SourceTable, UnitFigureTable

PER_PAGE = 25
PERIODS_SHOWN = 6
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def sees_unpublished(request: HttpRequest) -> bool:
    user: Any = request.user
    return user.is_superuser or user.sees_unpublished_today


def reads(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hands a page which figures it reads; a day that cannot be shown is answered here."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = KnownFilter(request.GET, sees_unpublished=sees_unpublished(request))
        if form.is_valid():
            return view(request, *args, known=form.known, **kwargs)
        return _no_such_day(request, "as_of", is_to_come=form.is_to_come)

    return answered


def _render(
    request: HttpRequest, template: str, context: dict[str, Any], known: Known, *, status: int = 200
) -> HttpResponse:
    of_reading = {"known": known, "offers_latest": sees_unpublished(request), "printed_at": now()}
    return render(request, template, of_reading | context, status=status)


def _taking(request: HttpRequest, ending: str, known: Known = TODAY) -> exports.Taking:
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
@reads
def summary(request: HttpRequest, *, known: Known, ending: str = "") -> HttpResponse:
    """With `ending` the same rows as a file; what cannot be shown is said on the page either way."""
    rounds = asked.rounds(known=known)
    form = PeriodFilter(request.GET, offered=spans.all_offered(rounds))
    if not form.is_valid():
        return _no_such_period(request, form, known)
    if form.chosen is None:
        status = 404 if ending else 200
        return _render(request, "reporting/summary.html", {"form": form, "page": None}, known, status=status)
    programme, wanted = request.GET.get("programme", ""), narrowing(request.GET)
    page = queries.summary(form.chosen, rounds, on=today(), programme=programme, known=known)
    is_unknown = bool(programme) and page.plan is None
    groups = page.narrowed(**wanted)
    if ending and not is_unknown:
        return _taken(request, page, groups, known, ending)
    context = {
        "form": form,
        "page": page,
        **_narrowed(page, groups, wanted),
        "address": summary_address(page.period.label, page.plan.code if page.plan else "", wanted, known),
        "is_print": "print" in request.GET,
        "unknown_programme": programme if is_unknown else "",
    }
    return _render(request, "reporting/summary.html", context, known, status=404 if is_unknown else 200)


def _narrowed(page: queries.Summary, groups: list[queries.Group], wanted: Narrowing) -> dict[str, Any]:
    return {
        "groups": groups,
        "n_shown": sum(len(group.rows) for group in groups),
        "wanted": wanted,
        "kinds": [(kind, UnitKind(kind).label) for kind in page.kinds],
    }


@require_safe
@login_required
@reads
def group(request: HttpRequest, code: str, *, known: Known, ending: str = "") -> HttpResponse:
    """The lines of the overview that stand in one group."""
    found = queries.group_with_code(code)
    if found is None:
        raise Http404
    rounds = asked.rounds(known=known)
    form = PeriodFilter(request.GET, offered=spans.all_offered(rounds))
    if not form.is_valid():
        return _no_such_period(request, form, known)
    context: dict[str, Any] = {"form": form, "group": found, "page": None}
    if form.chosen is None:
        return _render(request, "reporting/group_page.html", context, known, status=404 if ending else 200)
    programme, wanted = request.GET.get("programme", ""), narrowing(request.GET.dict() | {"group": ""})
    page = queries.summary(form.chosen, rounds, on=today(), programme=programme, group=found.code, known=known)
    is_unknown = bool(programme) and page.plan is None
    groups = page.narrowed(**wanted)
    if ending and not is_unknown:
        taking = _taking(request, ending, known)
        return exports.written(exports.of_summary(page, groups, taking, group=found.name), ending)
    context |= {"page": page, **_narrowed(page, groups, wanted)}
    context["unknown_programme"] = programme if is_unknown else ""
    return _render(request, "reporting/group_page.html", context, known, status=404 if is_unknown else 200)


def _taken(
    request: HttpRequest, page: queries.Summary, groups: list[queries.Group], known: Known, ending: str
) -> HttpResponse:
    """The table as a workbook or CSV, or all of it as the official report, which somebody has to issue."""
    taking = _taking(request, ending, known)
    if ending != "docx":
        return exports.written(exports.of_summary(page, groups, taking), ending)
    written = report.report_of(page, groups, taking, reader=cast(User, request.user))
    if written is None:
        raise Http404
    return exports.answer(written, f"{exports.file_name('bao cao', page.period.label)}.docx")


@require_safe
@login_required
@reads
def indicator(request: HttpRequest, code: str, *, known: Known, ending: str = "") -> HttpResponse:
    found = queries.indicator(code)
    if found is None:
        raise Http404
    rounds = asked.rounds(found, known)
    form = PeriodFilter(request.GET, offered=spans.all_offered(rounds))
    if not form.is_valid():
        return _no_such_period(request, form, known)
    page = queries.indicator_page(found, form.chosen, rounds, reader=cast(User, request.user), known=known)
    if ending:
        return exports.written(exports.of_indicator(page, _taking(request, ending, known)), ending)
    shown = page.figures
    drawn = {
        "series": SeriesTable(page.series, prefix="series-"),
        "sources": SourceTable(
            shown.sources if shown else [], with_parts=bool(shown and shown.is_ratio), prefix="sources-"
        ),
    }
    _configure(request, drawn, known)
    return _render(request, "reporting/indicator.html", {"form": form, "page": page, **drawn}, known)


@require_safe
@login_required
@reads
def unit(request: HttpRequest, code: str, *, known: Known, ending: str = "") -> HttpResponse:
    form = UnitFilter(request.GET, offered=spans.all_offered(asked.rounds(known=known)))
    if "on" in form.errors:
        return _no_such_day(request, "on")
    if not form.is_valid():
        return _no_such_period(request, form, known)
    found = queries.unit_with_code(code, form.day)
    if found is None:
        context = {"code": code, "on": form.day, "bearers": queries.bearers(code, today())}
        return render(request, "reporting/no_unit.html", context, status=404)
    reader = cast(User, request.user)
    days = {"on": form.day, "today": today()}
    chosen, periods = form.chosen, form.periods
    page = queries.unit_page(found, code, period=chosen, periods=periods, reader=reader, known=known, **days)
    if ending:
        tracks = queries.unit_tracks(found, page.figures, known)
        return exports.written(exports.of_unit(page, tracks, _taking(request, ending, known)), ending)
    drawn = {
        "reports": ReportTable(page.reports, prefix="reports-"),
        "figures": UnitFigureTable(page.figures, prefix="figures-"),
        "children": ChildTable(page.children, prefix="children-"),
    }
    _configure(request, drawn, known)
    return _render(request, "reporting/unit.html", {"form": form, "page": page, **drawn}, known)


@require_safe
@login_required
@reads
def ranking(request: HttpRequest, *, known: Known, ending: str = "") -> HttpResponse:
    """Where nobody is ranked the page says why."""
    code = request.GET.get("indicator", "")
    offered = queries.indicators_ranked(code)
    found = next((each for each in offered if code in ("", each.code)), None)
    if found is None and (code or ending):
        raise Http404
    if found is None:
        return _render(request, "reporting/ranking.html", {"page": None}, known)
    rounds = asked.rounds(found, known)
    form = RankingFilter(request.GET, offered=asked.offered(rounds))
    if not form.is_valid() and "kind" in form.errors:
        raise Http404
    reader = Reader.of(cast(User, request.user))
    page = queries.ranking(found, form.chosen, rounds, kind=form.unit_kind, reader=reader, known=known)
    unknown = "" if page.period or queries.is_period(form.label) else form.label
    if ending and not unknown:
        return exports.written(exports.of_ranking(page, _taking(request, ending, known)), ending)
    context = {"form": form, "page": page, "offered": offered, "unknown_period": unknown}
    return _render(request, "reporting/ranking.html", context, known, status=404 if unknown else 200)


@require_safe
@login_required
@reads
def compare(request: HttpRequest, *, known: Known, ending: str = "") -> HttpResponse:
    """Two periods, two units, or the province beside the country."""
    rounds = asked.rounds(known=known)
    form = CompareFilter(request.GET, offered=asked.offered(rounds))
    if not form.is_valid() and "what" in form.errors:
        raise Http404
    if form.errors:
        return _no_such_period(request, form, known)
    if form.chosen is None:
        status = 404 if ending else 200
        return _render(request, "reporting/compare.html", {"form": form, "page": None}, known, status=status)
    page = _comparison(request, form, form.chosen, rounds, known)
    programme = request.GET.get("programme", "")
    is_unknown = bool(programme) and bool(page.pairs) and page.plan is None and form.compares != form.UNITS
    if ending and not is_unknown:
        return exports.written(exports.of_comparison(page, _taking(request, ending, known)), ending)
    context = {"form": form, "page": page, "unknown_programme": programme if is_unknown else ""}
    return _render(request, "reporting/compare.html", context, known, status=404 if is_unknown else 200)


def _comparison(
    request: HttpRequest, form: CompareFilter, first: Period, rounds: list[Round], known: Known
) -> queries.Comparison:
    programme, second = request.GET.get("programme", ""), form.second
    if form.compares == form.UNITS:
        codes, reader = (request.GET.get("unit", ""), request.GET.get("other", "")), cast(User, request.user)
        return queries.compare_units(first, rounds, codes, reader=Reader.of(reader), known=known)
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
def completeness(request: HttpRequest, *, ending: str = "") -> HttpResponse:
    """A page shows some periods, a file all that were chosen."""
    reader = Reader.of(cast(User, request.user))
    kind = request.GET.get("kind", "")
    form = CompletenessFilter(request.GET, rounds=queries.asked_rounds(reader, kind))
    is_known = form.is_valid()
    periods = queries.by_period(form.chosen if is_known else [])
    sees_all = queries.sees_reports_of_all(reader)
    if ending and is_known:
        page = queries.completeness(periods, reader=reader, kind=kind, on=today())
        taking = _taking(request, ending)
        return exports.written(exports.of_completeness(page, taking, sees_all=sees_all), ending)
    shown = Paginator(periods, PERIODS_SHOWN).get_page(request.GET.get("page"))
    page = queries.completeness(list(shown), reader=reader, kind=kind, on=today())
    context = {
        "form": form,
        "shown": shown,
        "page": page,
        "sees_all": sees_all,
        "chased": queries.chased_among(cast(User, request.user), [call.round for call in page.calls]),
        "printed_at": now(),
    }
    return render(request, "reporting/completeness.html", context, status=200 if is_known else 404)


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


def _no_such_period(request: HttpRequest, form: PeriodFilter, known: Known) -> HttpResponse:
    wrong = "against" if "against" in form.errors else "period"
    context = {"form": form, "asked": request.GET.get(wrong, "")}
    return _render(request, "reporting/no_period.html", context, known, status=404)
