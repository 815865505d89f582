"""Opening a round: its own copy of the form's lines, and one expected report a unit (domain.md 18, 19, 24)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from .calendars import Frequency as Months
from .calendars import Window, WorkingDays, due_day, windows_between
from .clock import today
from .form_rules import refuse_impossible
from .gaps import in_words, units_asked
from .models import (
    Calendar,
    Check,
    DayKind,
    Definition,
    FormCheck,
    FormKind,
    Frequency,
    Period,
    ReportingForm,
    Round,
    RoundAct,
    RoundCheck,
    RoundEvent,
    RoundLine,
    SpecialDay,
    Submission,
    Unit,
    User,
    ValueKind,
)
from .notifications import tell_opened
from .refusals import Refused
from .tree import Tree, tree_on


def period_of(window: Window, calendar: str) -> Period:
    days = {"first_day": window.first_day, "day_after_last": window.day_after_last}
    return Period.objects.get_or_create(calendar=calendar, label=window.label, defaults=days)[0]


def due_date(form: ReportingForm, last_day: date, working: WorkingDays | None = None) -> date:
    """By the form's rule, counted from the cut-off day; it may fall before it (domain.md 19). Whoever asks for many
    days passes the working days on."""
    working = working or working_days()
    return due_day(last_day, form.due_after, in_working_days=form.due_in_working_days, working=working)


def working_days() -> WorkingDays:
    days: dict[str, set[date]] = defaultdict(set)
    for day, kind in SpecialDay.objects.order_by("day").values_list("day", "kind"):
        days[kind].add(day)
    return WorkingDays(frozenset(days[DayKind.HOLIDAY]), frozenset(days[DayKind.SWAPPED]))


def opening_day(form: ReportingForm, first_day: date) -> date:
    return first_day + timedelta(days=form.opens_after)


def windows_to_open(form: ReportingForm, on: date) -> list[Window]:
    """Windows for which the form opens by itself and whose opening day has come, without those that have a round;
    after days off the timer so catches up."""
    if form.opens_itself_from is None or form.frequency == Frequency.AD_HOC:
        return []
    last = on - timedelta(days=form.opens_after)
    windows = windows_between(Months(form.frequency), form.calendar, form.opens_itself_from, last)
    opened = set(Round.objects.filter(form=form).values_list("period__label", flat=True).order_by())
    return [window for window in windows if window.label not in opened]


def open_due_rounds(on: date | None = None) -> Iterator[Round | Refused]:
    """What the timer does: each round in a transaction of its own, so that one refusal stops no other."""
    for form in ReportingForm.objects.filter(opens_itself_from__isnull=False).order_by("code"):
        for window in windows_to_open(form, on or today()):
            yield _opened_or_refused(form, window)


def _opened_or_refused(form: ReportingForm, window: Window) -> Round | Refused:
    try:
        with transaction.atomic():
            missing = " ".join(in_words(units_asked(form, window.last_day)))
            return open_round(form, period_of(window, form.calendar), reason=missing)
    except Refused as refused:
        return refused


@transaction.atomic
def open_round(
    form: ReportingForm,
    period: Period,
    *,
    due_on: date | None = None,
    opens_on: date | None = None,
    by: User | None = None,
    archive: str = "",
    asking_document: str = "",
    is_illustrative: bool = False,
    reason: str = "",
) -> Round:
    """Safe to run twice: a round that stands is left as it is. Units are those that live on the cut-off day.

    `reason` stays in the history: the gaps that it is opened with (gaps.py). `archive` names the document that
    figures of the past are typed from: such a round has no due date.
    Raises Refused, with both forms named where two would ask for the same figure.
    """
    due_on = None if archive else due_on or due_date(form, period.last_day)
    round_, is_new = Round.objects.get_or_create(
        form=form,
        period=period,
        defaults={
            "opens_on": opens_on or opening_day(form, period.first_day),
            "due_on": due_on,
            "is_archival": bool(archive),
            "source_document": archive,
            "asking_document": asking_document,
            "is_illustrative": is_illustrative,
            "asks_sign_off": form.asks_sign_off,
            "sign_off_way": form.sign_off_way,
            "asks_verification": form.asks_verification,
            "asks_publication": form.asks_publication,
            "counting_figure": form.counting_figure,
            "days_to_explain": form.days_to_explain,
        },
    )
    if is_new:
        _fill(round_, by, reason)
    return round_


def _fill(round_: Round, by: User | None, reason: str) -> None:
    form, period = round_.form, round_.period
    _refuse_other_calendar(form, period)
    units = list(Unit.objects.alive_on(period.last_day).filter(forms=form).order_by("pk"))
    lines = _copy_lines(round_)
    _copy_checks(round_)
    has_content = bool(lines) or form.kind == FormKind.REGISTER
    if not units or not has_content:
        raise Refused(
            _("Form %(code)s has no line, or none of its units lives on %(date)s.")
            % {"code": form.code, "date": f"{period.last_day:%d/%m/%Y}"}
        )
    Submission.objects.bulk_create(Submission(round=round_, unit=unit, due_on=round_.due_on) for unit in units)
    refuse_conflicts(round_, units)
    RoundEvent.objects.create(round=round_, act=RoundAct.OPENED, by=by, reason=reason)
    tell_opened(round_)


def refuse_conflicts(round_: Round, units: list[Unit]) -> None:
    """Asked once the reports of these units stand: no figure is asked of a unit twice, or contributed twice."""
    _refuse_asking_twice(round_, units)
    lines = list(round_.lines.select_related("definition").order_by("order", "pk"))
    _refuse_two_sources(round_, lines, tree_on(round_.period.last_day))


def _refuse_other_calendar(form: ReportingForm, period: Period) -> None:
    if period.calendar != form.calendar:
        raise Refused(
            _("Form %(code)s reports by another calendar than %(period)s: %(calendar)s.")
            % {"code": form.code, "period": period, "calendar": Calendar(form.calendar).label}
        )


def _copy_lines(round_: Round) -> list[RoundLine]:
    last_day = round_.period.last_day
    definitions = {d.indicator_id: d for d in Definition.objects.on(last_day)}
    lines = list(round_.form.lines.select_related("indicator"))
    for line in lines:
        if line.indicator_id not in definitions:
            raise Refused(
                _("Indicator %(code)s has no definition on %(date)s, so the round cannot be opened.")
                % {"code": line.indicator.code, "date": f"{last_day:%d/%m/%Y}"}
            )
    return RoundLine.objects.bulk_create(
        RoundLine(
            round=round_,
            order=line.order,
            indicator=line.indicator,
            definition=definitions[line.indicator_id],
            subject_rule=line.subject_rule,
            is_mandatory=line.is_mandatory,
            asks_evidence=line.asks_evidence,
        )
        for line in lines
    )


def _copy_checks(round_: Round) -> None:
    refuse_impossible(round_.form)
    RoundCheck.objects.bulk_create(
        RoundCheck(round=round_, **{f.name: getattr(check, f.name) for f in Check._meta.get_fields()})
        for check in FormCheck.objects.filter(form=round_.form).order_by("order", "pk")
    )


def _refuse_asking_twice(round_: Round, units: list[Unit]) -> None:
    """One unit gives one figure of an indicator and period: two forms that ask for it are both named."""
    asked = round_.lines.values("indicator")
    other = RoundLine.objects.filter(
        indicator__in=asked, round__period=round_.period, round__submissions__unit__in=units
    ).exclude(round=round_)
    if twice := other.select_related("indicator", "round__form").order_by("pk").first():
        raise Refused(
            _("Indicator %(code)s is asked of the same unit by two forms in this period: %(one)s and %(other)s.")
            % {"code": twice.indicator.code, "one": twice.round.form.code, "other": round_.form.code}
        )


def _refuse_two_sources(round_: Round, lines: list[RoundLine], tree: Tree) -> None:
    """One contributing source for each indicator, period and subject (domain.md 7): where another round of the
    period already has contributors about the same subject, their figures would be added."""
    asked = [line.indicator_id for line in lines if line.definition.value_kind != ValueKind.TEXT]
    others = RoundLine.objects.filter(indicator__in=asked, round__period=round_.period).exclude(round=round_)
    mine = {line.indicator_id: line for line in lines}
    for other in others.select_related("indicator", "definition", "round__form").order_by("pk"):
        if _subjects(mine[other.indicator_id], tree) & _subjects(other, tree):
            raise Refused(
                _(
                    "Two forms would contribute the same figure of indicator %(code)s in this period: %(one)s and "
                    "%(other)s. One source contributes; name it in the definition."
                )
                % {"code": other.indicator.code, "one": other.round.form.code, "other": round_.form.code}
            )


def _subjects(line: RoundLine, tree: Tree) -> set[int]:
    """About whom the contributing source reports on a line."""
    units = Submission.objects.filter(round=line.round_id).order_by("pk").values_list("unit", flat=True)
    return {
        subject
        for unit in units
        if line.definition.is_contributed_by(unit_id=unit, kind=tree.kind.get(unit, ""))
        for subject in tree.subjects(line.subject_rule, unit)
    }
