"""What the rounds of the table's periods ask of whom, in memory: which cell of which report a row means.

A dozen queries, whatever the number of rows, reports and periods.
"""

import copy
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import gettext as _

from ..base_figures import Base, Register
from ..calendars import UnknownLabel, period_name, window
from ..clock import today
from ..drafts import CellKey
from ..entry import closed_because
from ..history import Past
from ..models import (
    Evidence,
    Indicator,
    OverTime,
    Period,
    Round,
    RoundCheck,
    RoundLine,
    SubjectRule,
    Submission,
    SubmissionEvent,
    Unit,
    User,
)
from ..permissions import units_imported_by
from ..resources.directory import Directory
from ..slots import Slot
from ..tree import Tree, trees_on
from ..validation import Known, cells_asked
from .columns import Address


class Unplaced(Exception):
    """A row that means no cell of any report: which column says so, and why."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column
        self.sentence = sentence


@dataclass(frozen=True)
class Restored:
    """A code whose zeros were put back (domain.md 5)."""

    code: str
    text: str
    unit: str


@dataclass(frozen=True)
class Draft:
    """A report that a row speaks of; `day` is the last of its period."""

    pk: int
    report: Submission
    day: date
    title: str
    closed_because: str | None


class Desk(NamedTuple):
    """What the first two cells of a row say: of which unit, in which period, and the rounds that ask it then, each
    with its lines by code. Most rows repeat them. `restored` are the rows that took this code with other zeros."""

    period: Period
    unit: Unit
    day: date
    asked: list[tuple[Submission, dict[str, RoundLine]]]
    restored: list[int] | None


class Asked:
    """For one person: reports of units that he or she may not import for are not there."""

    def __init__(self, by: User, labels: Iterable[str]) -> None:
        labels = set(labels)
        self.directory = Directory(None)
        self.reporters, self.subjects = copy.copy(self.directory), copy.copy(self.directory)
        self.reporters.may_name = set(units_imported_by(by).order_by("pk").values_list("pk", flat=True))
        self.subjects.may_name = set(self.directory.units)
        self.restored: dict[Restored, list[int]] = defaultdict(list)
        self.periods = {period.label: period for period in Period.objects.filter(label__in=labels).order_by("pk")}
        self.rounds = {asked.pk: asked for asked in self._rounds(labels)}
        self.lines = {pk: {line.indicator.code: line for line in r.lines.all()} for pk, r in self.rounds.items()}
        self.reports: dict[tuple[str, int], list[Submission]] = defaultdict(list)
        self.closing_days: dict[date, set[date]] = defaultdict(set)
        for report in self._reports():
            self.reports[report.round.period.label, report.unit_id].append(report)
            if report.is_cut_off:
                self.closing_days[report.round.period.last_day].add(report.last_day)
        self.units: dict[tuple[str, date, bool], tuple[Unit, str] | Unplaced] = {}
        self.desks: dict[tuple[str, str], Desk] = {}
        self.names: dict[date, dict[int, str]] = {}
        self.seen: dict[int, Draft] = {}
        self.last_days: dict[int, date] = {}
        self.about: dict[tuple[date, str, int], list[int]] = {}

    def _rounds(self, labels: set[str]) -> Iterator[Round]:
        lines = RoundLine.objects.select_related("indicator", "definition").order_by("order", "pk")
        checks = RoundCheck.objects.order_by("order", "pk")
        rounds = Round.objects.filter(period__label__in=labels).select_related("form", "period").order_by("pk")
        yield from rounds.prefetch_related(Prefetch("lines", lines), Prefetch("checks", checks))

    def _reports(self) -> Iterator[Submission]:
        sent = SubmissionEvent.objects.filter(submission=OuterRef("pk"), move__in=("submit", "sign"))
        rows = Submission.objects.filter(round__in=list(self.rounds)).order_by("pk")
        for report in rows.annotate(sent_at=Subquery(sent.order_by("-number").values("at")[:1])):
            if report.unit_id in self.reporters.may_name:
                report.round, report.unit = self.rounds[report.round_id], self.directory.units[report.unit_id]
                yield report

    # --- From the texts of a row to a cell

    def place(self, said: Address, number: int) -> tuple[Draft, Slot]:
        """Raises Unplaced. `number` is the row's, for the codes whose zeros were put back."""
        for column, text in zip(said._fields[:3], said, strict=False):
            if not text:
                raise Unplaced(column, _("This cell must be filled in."))
        desk = self._desk(said.period, said.reporting_unit)
        if desk.restored is not None:
            desk.restored.append(number)
        report, line = self._line(desk, said.indicator)
        draft = self.seen.get(report.id) or self._draft(report, desk.day)
        subject = self._subject(said.subject_unit, draft, line, number)
        if draft.closed_because:
            sentence = _("%(report)s: %(sentence)s")
            facts = {"report": draft.title, "sentence": draft.closed_because}
            raise Unplaced("reporting_unit", sentence % facts)
        base = self._base(draft, line, subject.id)
        return draft, Slot((line.id, subject.id), self._name(line, subject, desk.day), line, subject, base=base)

    def _base(self, draft: Draft, line: RoundLine, subject: int) -> Base | None:
        """As `base_figures.bases_of`, which asks for one report."""
        kind = line.definition.denominator_kind
        return self.register.in_force(kind, subject, draft.report.last_day) if kind else None

    def _desk(self, label: str, code: str) -> Desk:
        if (label, code) not in self.desks:
            period = self._period(label)
            day = self._last_day(period)
            unit, restored = self._unit(code, day, is_reporter=True)
            reports = self.reports.get((period.label, unit.pk), [])
            asked = [(report, self._lines(report)) for report in reports]
            self.desks[label, code] = Desk(period, unit, day, asked, restored)
        return self.desks[label, code]

    def _lines(self, report: Submission) -> dict[str, RoundLine]:
        """By code; a closing report asks no stock."""
        lines = self.lines[report.round_id]
        if not report.is_cut_off:
            return lines
        return {code: line for code, line in lines.items() if line.definition.over_time != OverTime.STOCK}

    def _last_day(self, period: Period) -> date:
        if period.pk not in self.last_days:
            self.last_days[period.pk] = period.last_day
        return self.last_days[period.pk]

    def _draft(self, report: Any, day: date) -> Draft:
        unit = self.directory.name_of(report.unit, day)
        title = f"{report.round.form.code}, {report.round.period}, {unit}"
        draft = Draft(report.pk, report, day, title, closed_because(report, sent_at=report.sent_at))
        return self.seen.setdefault(draft.pk, draft)

    def _period(self, text: str) -> Period:
        label = text.upper()
        if label not in self.periods:
            try:
                is_over = window(label).last_day < today()
            except UnknownLabel:
                raise Unplaced("period", _unknown_period(text)) from None
            raise Unplaced("period", _no_round(period_name(label), is_over=is_over))
        return self.periods[label]

    def _unit(self, code: str, day: date, *, is_reporter: bool) -> tuple[Unit, list[int] | None]:
        """By its code on the last day of the period, of a unit that closes on its own last day (domain.md 1, 4, 5);
        with it the rows that say its code without the zeros, where this is one."""
        code = code.removeprefix("'")
        if (code, day, is_reporter) not in self.units:
            self.units[code, day, is_reporter] = self._found(code, day, is_reporter=is_reporter)
        found = self.units[code, day, is_reporter]
        if isinstance(found, Unplaced):
            raise found
        unit, text = found
        if text == code:
            return unit, None
        return unit, self.restored[Restored(code, text, self.directory.name_of(unit, day))]

    def _found(self, code: str, day: date, *, is_reporter: bool) -> tuple[Unit, str] | Unplaced:
        directory = self.reporters if is_reporter else self.subjects
        try:
            unit, text, _day = directory.find(code, (day, *self.closing_days.get(day, ())))
        except ValueError as unknown:
            return Unplaced("reporting_unit" if is_reporter else "subject_unit", str(unknown))
        return unit, text

    def _line(self, desk: Desk, code: str) -> tuple[Submission, RoundLine]:
        """One round asks a unit for an indicator in a period (`opening._refuse_asking_twice`)."""
        for report, lines in desk.asked:
            if line := lines.get(code) or lines.get(code.upper()):
                return report, line
        raise self._unasked(desk, code)

    def _unasked(self, desk: Desk, code: str) -> Unplaced:
        period, unit, _day, reports, _restored = desk
        names = {"unit": self.directory.name_of(unit, period.last_day), "period": period, "indicator": code}
        if code not in self.codes and code.upper() not in self.codes:
            return Unplaced("indicator", _("No indicator has the code “%(text)s”.") % {"text": code})
        if reports:
            sentence = _("The report of %(unit)s for %(period)s does not ask for %(indicator)s.")
            return Unplaced("indicator", sentence % names)
        if not any(asked.period_id == period.pk for asked in self.rounds.values()):
            return Unplaced("period", _no_round(str(period), is_over=period.last_day < today()))
        return Unplaced("reporting_unit", _not_asked(names, is_over=period.last_day < today()))

    @cached_property
    def register(self) -> Register:
        return Register(line.definition.denominator_kind for of in self.lines.values() for line in of.values())

    @cached_property
    def codes(self) -> set[str]:
        return set(Indicator.objects.order_by("pk").values_list("code", flat=True))

    def _subject(self, code: str, draft: Draft, line: RoundLine, number: int) -> Unit:
        expected = self._subjects(draft, line.subject_rule)
        if not code:
            if len(expected) != 1:
                raise Unplaced("subject_unit", _("This line is about several units: name one by its code."))
            return self.directory.units[expected[0]]
        unit, restored = self._unit(code, draft.day, is_reporter=False)
        if restored is not None:
            restored.append(number)
        if unit.pk not in expected:
            sentence = _("The line %(indicator)s of this report is not about %(unit)s.")
            names = {"indicator": line.indicator.code, "unit": self.directory.name_of(unit, draft.day)}
            raise Unplaced("subject_unit", sentence % names)
        return unit

    def _name(self, line: RoundLine, subject: Unit, day: date) -> str:
        """As the page of the report names the cell."""
        if line.subject_rule != SubjectRule.EACH_COMMUNE:
            return line.indicator.code
        return f"{line.indicator.code}@{self.directory.code_of(subject, (day,))}"

    # --- What stands around a cell

    def _subjects(self, draft: Draft, rule: str) -> list[int]:
        key = draft.day, rule, draft.report.unit_id
        if key not in self.about:
            self.about[key] = self.trees[draft.day].subjects(rule, draft.report.unit_id)
        return self.about[key]

    @cached_property
    def trees(self) -> dict[date, Tree]:
        return trees_on(period.last_day for period in self.periods.values())

    def expected(self, draft: Draft) -> dict[CellKey, RoundLine]:
        """As `validation.expected_cells`."""
        lines = self._lines(draft.report).values()
        return cells_asked(lines, lambda rule: self._subjects(draft, rule))

    def bases(self, draft: Draft, expected: dict[CellKey, RoundLine]) -> dict[CellKey, Base]:
        found = {key: self._base(draft, line, key[1]) for key, line in expected.items()}
        return {key: base for key, base in found.items() if base is not None}

    def past(self, drafts: Iterable[Draft]) -> Past:
        definitions = [line.definition for lines in self.lines.values() for line in lines.values()]
        return Past((draft.report.unit_id for draft in drafts), definitions)

    def proven(self, reports: Iterable[int]) -> dict[int, set[CellKey]]:
        """The cells that have evidence, by report; read where a line asks for any."""
        found: dict[int, set[CellKey]] = defaultdict(set)
        if any(line.asks_evidence for lines in self.lines.values() for line in lines.values()):
            rows = Evidence.objects.standing().filter(submission__round__in=list(self.rounds)).order_by("pk")
            of_asked = set(reports)
            for report, line, subject in rows.values_list("submission", "line", "subject"):
                if report in of_asked:
                    found[report].add((line, subject))
        return found

    def known(self, draft: Draft, past: Past, proven: set[CellKey]) -> Known:
        report = draft.report
        definitions = [line.definition for line in self.lines[report.round_id].values()]
        return Known(
            past.last_figures(report, definitions),
            past.series(report, definitions),
            list(report.round.checks.all()),
            self._names_on(draft.day),
            proven,
        )

    def _names_on(self, day: date) -> dict[int, str]:
        if day not in self.names:
            units = self.directory.units
            self.names[day] = {pk: self.directory.name_of(units[pk], day) for pk in self.trees[day].kind}
        return self.names[day]


def _unknown_period(text: str) -> str:
    sentence = _("“%(text)s” is no period of a round. Enter its label, for example 2023, 2026-Q1 or 2026-M03.")
    return sentence % {"text": text}


def _no_round(period: str, *, is_over: bool) -> str:
    """Figures of the past need a document before they need a table."""
    if is_over:
        sentence = _(
            "No round asks for figures of %(period)s yet. Open one first: “Rounds”, “Add”, and there name the "
            "archived document that the figures are taken from."
        )
    else:
        sentence = _("No round asks for figures of %(period)s yet. Open one first: “Rounds”, “Add”.")
    return sentence % {"period": period}


def _not_asked(names: dict[str, Any], *, is_over: bool) -> str:
    if is_over:
        sentence = _(
            "No round of %(period)s asks %(unit)s for a report. For figures of the past open one from the archived "
            "document, with a form that names this unit: “Rounds”, “Add”."
        )
    else:
        sentence = _("No round of %(period)s asks %(unit)s for a report.")
    return sentence % names
