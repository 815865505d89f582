"""What the issued form shows over the year beside a figure: the plan, the sum so far, the same period last year
(domain.md 45). From what stands approved of the reporting unit alone; two queries whatever the number of lines."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from . import calendars, numbers
from .calendars import Frequency, Window
from .drafts import Cell, CellKey
from .models import (
    Definition,
    EntryState,
    Level,
    Observation,
    OverTime,
    Qualifier,
    RoundLine,
    Stage,
    SubjectRule,
    Submission,
    Target,
    ValueKind,
)
from .rollup import add
from .rules import signed

COMPARED = (ValueKind.NUMBER, ValueKind.RATIO)
Figure = Cell | Observation
Place = tuple[int, int]  # (indicator, subject)


@dataclass(frozen=True)
class OfTheYear:
    """`earlier` has one entry for each period of the year before this one, None where nothing stands that may be
    added; `last_year` is the same period of the year before, where it measured the same (domain.md 13)."""

    plan: str = ""
    earlier: tuple[Figure | None, ...] = ()
    last_year: Observation | None = None


NO_YEAR = OfTheYear()


def of_the_year(submission: Submission, expected: Mapping[CellKey, RoundLine]) -> dict[CellKey, OfTheYear]:
    before, last = _windows(submission)
    stood = _approved(submission, expected.values(), [*before, *([last] if last else [])])
    plans = _plans(submission, expected)
    found = {}
    for key, line in expected.items():
        place = (line.indicator_id, key[1])
        of_place = stood.get(place, {})
        found[key] = OfTheYear(
            plan=plans.get(key, ""),
            earlier=tuple(_comparable(line.definition, of_place.get(each.label)) for each in before),
            last_year=_comparable(line.definition, of_place.get(last.label)) if last else None,
        )
    return found


def so_far(definition: Definition, figure: Figure, year: OfTheYear) -> str:
    """The sum since the start of the year, with how many of its periods it holds where some are missing: a flow
    adds up, a running total is one already, and a stock has none (domain.md 9, 11)."""
    if definition.over_time == OverTime.STOCK or definition.value_kind not in COMPARED:
        return ""
    periods: list[Figure | None] = [figure]
    if definition.over_time == OverTime.FLOW:
        periods = [*year.earlier, figure]
    known = [each for each in periods if each is not None and _is_reported(each)]
    total = _sum(definition, known)
    if total is None:
        return ""
    is_exact = not any(each.qualifier for each in known)
    decimals = definition.decimals if definition.is_ratio else max(each.decimals for each in known)
    shown = numbers.show(total, decimals, "" if is_exact else _qualifier(known))
    shown = numbers.with_unit(shown, "%") if definition.is_percent else shown
    if len(known) == len(periods):
        return shown
    return _("%(figure)s (%(n)s of %(m)s periods)") % {"figure": shown, "n": len(known), "m": len(periods)}


def against_last_year(definition: Definition, figure: Figure, year: OfTheYear) -> str:
    """How far it moved on the same period of last year: a percentage in percentage points, an amount in per cent of
    what it was. Nothing from 0, and where one of the two is missing or only about right."""
    last = year.last_year
    if last is None or last.value is None or not _is_reported(figure) or figure.value is None:
        return ""
    if last.qualifier or figure.qualifier or definition.value_kind not in COMPARED:
        return ""
    if definition.is_percent:
        points = signed(figure.value - last.value, max(figure.decimals, last.decimals))
        return _("%(number)s pp") % {"number": points}
    if last.value == 0:
        return ""
    return f"{signed(numbers.ratio(figure.value - last.value, abs(last.value), base=100, decimals=1), 1)}%"


@dataclass(frozen=True)
class Later:
    """A sum since the start of the year, up to the period `label`, before and after a figure is another. A running
    total is as reported: a later one moves by nothing, and is named to be looked at (`is_reported`)."""

    line: RoundLine
    subject: int
    label: str
    before: str
    now: str
    is_reported: bool = False


Changed = Mapping[CellKey, tuple[RoundLine, Figure | None, Figure]]  # the figure that stands, and the new one


def moved_by(submission: Submission, changed: Changed) -> list[Later]:
    """What the new figures of this report move in its own period and in the later ones of the year that stand
    approved; one query."""
    label = submission.round.period.label
    frequency, calendar = calendars.frequency_of(label), calendars.calendar_of(label)
    if frequency == Frequency.AD_HOC:
        return []
    windows = calendars.windows_of_year(submission.round.period.last_day.year, frequency, calendar)
    labels = [window.label for window in windows]
    stood = _approved(submission, [line for line, _old, _new in changed.values()], windows)
    return [
        each
        for key, (line, old, new) in changed.items()
        for each in _later(line, key[1], labels, label, stood.get((line.indicator_id, key[1]), {}), (old, new))
    ]


def _later(
    line: RoundLine,
    subject: int,
    labels: list[str],
    label: str,
    of_place: Mapping[str, Observation],
    old_and_new: tuple[Figure | None, Figure],
) -> Iterator[Later]:
    definition, here = line.definition, labels.index(label)
    if definition.over_time == OverTime.STOCK:
        return
    known = {each: _comparable(definition, of_place.get(each)) for each in labels}
    for place in range(max(here, 1), len(labels)):
        if place > here and known[labels[place]] is None:
            continue
        before, now = (_up_to(definition, labels[: place + 1], {**known, label: own}) for own in old_and_new)
        if definition.over_time == OverTime.FLOW and before != now:
            yield Later(line, subject, labels[place], before, now)
        elif definition.over_time == OverTime.RUNNING and place > here:
            yield Later(line, subject, labels[place], before, now, is_reported=True)


def _up_to(definition: Definition, labels: list[str], figures: Mapping[str, Figure | None]) -> str:
    *earlier, last = [figures[label] for label in labels]
    return so_far(definition, last, OfTheYear(earlier=tuple(earlier))) if last is not None else ""


def _qualifier(known: list[Figure]) -> str:
    """Of a sum only that it is about so much; one figure keeps its own word."""
    return known[0].qualifier if len(known) == 1 else Qualifier.ABOUT


def _sum(definition: Definition, known: list[Figure]) -> Decimal | None:
    """A percentage is never added: a ratio needs both parts of every period (domain.md 7)."""
    if len(known) == 1:
        return known[0].value
    if not definition.is_ratio:
        return None if definition.is_percent else add(each.value for each in known)
    if any(each.denominator is None for each in known):
        return None
    a, b = add(each.numerator for each in known), add(each.denominator for each in known)
    if a is None or not b:
        return None
    return numbers.ratio(a, b, base=definition.ratio_base, decimals=definition.decimals)


def _is_reported(figure: Figure) -> bool:
    return figure.state == EntryState.REPORTED and figure.value is not None


def _comparable(definition: Definition, stood: Observation | None) -> Observation | None:
    return stood if stood is not None and definition.measures_as(stood.definition) else None


def _windows(submission: Submission) -> tuple[list[Window], Window | None]:
    """The periods of this year before the report's, and the same period of last year; none of an ad-hoc round."""
    label = submission.round.period.label
    frequency, calendar = calendars.frequency_of(label), calendars.calendar_of(label)
    if frequency == Frequency.AD_HOC:
        return [], None
    year = submission.round.period.last_day.year
    labels = [each.label for each in calendars.windows_of_year(year, frequency, calendar)]
    number = labels.index(label)
    before = calendars.windows_of_year(year, frequency, calendar)[:number]
    return before, calendars.windows_of_year(year - 1, frequency, calendar)[number]


def _approved(
    submission: Submission, lines: Iterable[RoundLine], windows: list[Window]
) -> dict[Place, dict[str, Observation]]:
    """(indicator, subject) → label of the period → what stands."""
    stood = Observation.objects.at(Stage.APPROVED).filter(
        reporter=submission.unit_id,
        indicator__in={line.indicator_id for line in lines},
        period__label__in=[window.label for window in windows],
    )
    found: dict[Place, dict[str, Observation]] = {}
    for each in stood.select_related("period", "definition").order_by("pk"):
        found.setdefault((each.indicator_id, each.subject_id), {})[each.period.label] = each
    return found


def _plans(submission: Submission, expected: Mapping[CellKey, RoundLine]) -> dict[CellKey, str]:
    """The year's target of whom the figure is about: of the province's line the province's own, else the unit's.
    A national target is a reference and no plan of ours (domain.md 15)."""
    level = Q(level=Level.PROVINCE) | Q(level=Level.UNIT, unit__in={subject for _line, subject in expected})
    targets = Target.objects.filter(
        level,
        indicator__in={line.indicator_id for line in expected.values()},
        year=submission.round.period.last_day.year,
        superseded_at__isnull=True,
    )
    aimed: dict[tuple[int, int | None], list[Target]] = {}
    for each in targets.order_by("document__signed_on", "pk"):
        aimed.setdefault((each.indicator_id, each.unit_id), []).append(each)
    return {
        key: "; ".join(_said(line.definition, each) for each in aimed.get(_aim_of(key, line), []))
        for key, line in expected.items()
    }


def _aim_of(key: CellKey, line: RoundLine) -> tuple[int, int | None]:
    return line.indicator_id, None if line.subject_rule == SubjectRule.PROVINCE else key[1]


def _said(definition: Definition, target: Target) -> str:
    decimals = max(0, -int(target.value.normalize().as_tuple().exponent))
    shown = numbers.show(target.value, decimals)
    shown = numbers.with_unit(shown, "%") if definition.is_percent else shown
    return f"{target.get_operator_display()} {shown}"
