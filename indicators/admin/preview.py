"""A form as staff will see it, before any round asks for it. Nothing is written: round, period and lines are built
in memory, and the page is drawn by the templates of the real form with its fields disabled."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from .. import calendars
from ..calendars import Frequency, UnknownLabel, show_day
from ..clock import today
from ..drafts import CellKey
from ..models import Definition, Period, ReportingForm, Round, RoundLine, Unit
from ..opening import due_date
from ..sheet import Sheet, blank
from ..slots import arrange
from ..tree import tree_on


@dataclass(frozen=True)
class Preview:
    """`sheet` is None where a sentence of `problems` says why nothing can be shown."""

    round: Round
    periods: list[Period]
    units: list[Unit]
    unit: Unit | None
    sheet: Sheet | None
    problems: list[str]


def preview(request: HttpRequest, form: ReportingForm) -> HttpResponse:
    """`?period=2026-Q3&unit=03388`; without them the period of today and the form's first unit."""
    shown = _preview(form, request.GET.get("period", "").strip(), request.GET.get("unit", "").strip())
    return render(request, "admin/indicators/reportingform/preview.html", {"preview": shown, "page": shown.sheet})


def _preview(form: ReportingForm, label: str, code: str) -> Preview:
    offered = _periods(form)
    chosen = _period(label, offered)
    problems = []
    if chosen is None:
        problems.append(_("“%(label)s” names no period. Choose one of the list.") % {"label": label})
    period = chosen or _current(offered)
    day = period.last_day
    units = list(Unit.objects.alive_on(day).filter(forms=form).with_slice(day).order_by(F("sort_on_day"), "pk"))
    unit = next((each for each in units if code in ("", code_of(each))), None)
    if unit is None:
        problems.append(_no_unit(code, day))
    round_ = Round(form=form, period=period, due_on=due_date(form, day))
    sheet = None
    if unit and not problems:
        lines, problems = _lines(round_)
        sheet = _sheet(lines, unit, day)
    listed = offered if period in offered else [period, *offered]
    return Preview(round_, listed, units, unit, sheet, problems)


def code_of(unit: Unit) -> str:
    return unit.code_on_day or str(unit.pk)


def _no_unit(code: str, day: date) -> str:
    if not code:
        return _("No unit of this form exists on %(date)s.") % {"date": show_day(day)}
    sentence = _("On %(date)s no unit of this form has the code “%(code)s”. Choose one of the list.")
    return sentence % {"date": show_day(day), "code": code}


def _sheet(lines: list[RoundLine], unit: Unit, day: date) -> Sheet:
    tree = tree_on(day)
    asked: dict[CellKey, RoundLine] = {
        (line.pk, subject): line for line in lines for subject in tree.subjects(line.subject_rule, unit.pk)
    }
    return blank(arrange(asked, unit.pk, day=day).slots)


def _lines(round_: Round) -> tuple[list[RoundLine], list[str]]:
    """As opening a round would copy them, in memory alone; the key of each is its form line's. With them a sentence
    for every indicator that has no definition on the period's last day."""
    day = round_.period.last_day
    definitions = {d.indicator_id: d for d in Definition.objects.on(day).order_by("pk")}
    lines, missing = [], []
    for line in round_.form.lines.select_related("indicator").order_by("order", "pk"):
        if (definition := definitions.get(line.indicator_id)) is None:
            said = {"code": line.indicator.code, "date": show_day(day)}
            missing.append(
                _("Indicator %(code)s has no definition on %(date)s, so the round cannot be opened.") % said
            )
            continue
        copied = RoundLine(
            pk=line.pk,
            round=round_,
            order=line.order,
            indicator=line.indicator,
            definition=definition,
            subject_rule=line.subject_rule,
            is_mandatory=line.is_mandatory,
            asks_evidence=line.asks_evidence,
        )
        lines.append(copied)
    return lines, missing


# --- Periods


def _periods(form: ReportingForm) -> list[Period]:
    """Last year's, this year's and the next, by the form's frequency; for an ad-hoc form those recorded."""
    if form.frequency == Frequency.AD_HOC:
        stored = Period.objects.filter(calendar=form.calendar).order_by("first_day", "day_after_last", "pk")
        recorded = [p for p in stored if _is_ad_hoc(p.label)]
        return recorded or [_unsaved(calendars.quarter_of(today()), form.calendar)]
    years = range(today().year - 1, today().year + 2)
    return [
        _unsaved(window, form.calendar)
        for year in years
        for window in calendars.windows_of_year(year, Frequency(form.frequency), form.calendar)
    ]


def _is_ad_hoc(label: str) -> bool:
    try:
        return calendars.frequency_of(label) == Frequency.AD_HOC
    except UnknownLabel:
        return False


def _unsaved(window: calendars.Window, calendar: str) -> Period:
    return Period(
        calendar=calendar,
        label=window.label,
        first_day=window.first_day,
        day_after_last=window.day_after_last,
    )


def _current(offered: list[Period]) -> Period:
    """The newest that has begun."""
    return next((p for p in reversed(offered) if p.first_day <= today()), offered[0])


def _period(label: str, offered: list[Period]) -> Period | None:
    """By its label: one that is offered, one that is recorded, or the window that the label itself names."""
    if not label:
        return _current(offered)
    found = next((p for p in offered if p.label == label), None)
    if found := found or Period.objects.filter(label=label).order_by("pk").first():
        return found
    try:
        return _unsaved(calendars.window(label), calendars.calendar_of(label))
    except UnknownLabel:
        return None
