"""Approvals, adjustments and publications in any order, against a model in plain Python: totals of both stages are
exact after every move, and so is what was known at the end of every day between (domain.md 7, 12, 22)."""

import json
from copy import deepcopy
from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from indicators import clock, workflow
from indicators.models import Observation, Publication, Total
from reporting.known import Known
from tests import people
from tests.factories import Province, cell, indicator, publish, ratio, type_in, unit

BEGINNING = timezone.make_aware(datetime(2026, 9, 15, 8, 0))
WAY = ("submit", "verify", "approve")
UNITS = st.integers(0, 2)
CELLS = st.one_of(st.integers(0, 99), st.none())  # none: could not be collected
PAIRS = st.one_of(st.tuples(st.integers(0, 9), st.integers(10, 20)), st.none())
Said = dict  # (code, unit) → (numerator or value, denominator) or None


class History(RuleBasedStateMachine):
    """Three departments report a sum and a ratio in a round that is published as a step of its own, and a sum in
    one that is published on approval."""

    moves = 0  # of all examples together

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now = BEGINNING
        self.approved: Said = {}
        self.published: Said = {}
        self.log: list[tuple[datetime, Said]] = []
        self.frozen: list[tuple[int, str]] = []
        with clock.at(self.now):
            self._open()

    def _open(self) -> None:
        self.province = province = Province()
        self.units = [province.department, province.sister, unit("Sở Xây dựng", parent=province.root)]
        self.reporters = [people.person(f"of {n}", each, "reporter") for n, each in enumerate(self.units)]
        ask = {"units": self.units, "asks_sign_off": False, "subject": "self"}
        self.by_step = province.round(indicator("S"), ratio("R"), asks_publication=True, **ask)
        self.at_once = province.round(indicator("D"), **ask)
        self.places = {(self.by_step.period_id, line.indicator_id): line.indicator.code for line in self._lines()}

    def _lines(self):
        return [*self.by_step.lines.order_by("pk"), *self.at_once.lines.order_by("pk")]

    def teardown(self) -> None:
        try:
            self.every_day_is_as_it_was_known()
            self.every_publication_is_as_it_was_published()
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    # --- Moves

    def _approve(self, round_, number: int, *cells) -> None:
        self.now += timedelta(minutes=1)
        with clock.at(self.now):
            report = round_.submissions.get(unit=self.units[number])
            if report.state == "approved":
                report = self.province.walk(report, "reopen")
            type_in(report, *cells, by=self.reporters[number])
            self.province.walk(report, *WAY, reporter=self.reporters[number])

    @rule(number=UNITS, value=CELLS, parts=PAIRS)
    def approve_by_step(self, number: int, value, parts) -> None:
        self._approve(self.by_step, number, _cell(value), _ratio(parts))
        self.approved["S", number] = value if value is None else (value, None)
        self.approved["R", number] = parts

    @rule(number=UNITS, value=CELLS)
    def approve_at_once(self, number: int, value) -> None:
        self._approve(self.at_once, number, _cell(value))
        said = value if value is None else (value, None)
        self.approved["D", number] = self.published["D", number] = said
        self.log.append((self.now, deepcopy(self.published)))

    @rule(number=UNITS)
    def reopen(self, number: int) -> None:
        """What stood stands until the next approval."""
        self.now += timedelta(minutes=1)
        with clock.at(self.now):
            report = self.by_step.submissions.get(unit=self.units[number])
            if report.state == "approved":
                self.province.walk(report, "reopen")

    def _waits(self) -> bool:
        waiting = Observation.objects.filter(submission__round=self.by_step, superseded_at=None, published_at=None)
        return waiting.exists()

    @precondition(_waits)
    @rule()
    def publish(self) -> None:
        self.now += timedelta(minutes=1)
        with clock.at(self.now):
            made = publish(self.by_step, by=self.province.publisher)
        self.published |= {place: said for place, said in self.approved.items() if place[0] != "D"}
        self.log.append((self.now, deepcopy(self.published)))
        self.frozen.append((made.pk, made.content))

    @rule(hours=st.integers(1, 40))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    # --- What must hold

    @invariant()
    def is_counted(self) -> None:
        History.moves += 1

    @invariant()
    def totals_of_both_stages_are_exact(self) -> None:
        for stage, said in (("approved", self.approved), ("published", self.published)):
            rows = Total.objects.filter(stage=stage, subject=self.province.root).select_related("indicator")
            known = {row.indicator.code: _facts(row) for row in rows.order_by("pk")}
            assert known == {code: expected(said, code) for code in known}, stage
            assert known.keys() >= {code for code, _unit in self.approved}

    def every_day_is_as_it_was_known(self) -> None:
        day = BEGINNING.date()
        while day <= timezone.localtime(self.now).date():
            end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
            said = ([{}] + [said for at, said in self.log if at < end])[-1]
            found = Known(day=day).sums(self.places.keys(), self.province.root.pk)
            assert {self.places[place]: _facts(total) for place, total in found.items()} == {
                code: expected(said, code) for code in ("S", "R", "D")
            }, day
            day += timedelta(days=1)

    def every_publication_is_as_it_was_published(self) -> None:
        issues = Publication.objects.order_by("pk")
        assert [(issue.pk, issue.content) for issue in issues] == self.frozen
        assert all(workflow.sha256(issue.content) == issue.sha256 for issue in issues)
        moments = [at for at, _said in self.log]
        for issue in issues:
            said = self.log[moments.index(issue.at)][1]
            for figure in json.loads(issue.content)["figures"]:
                total = figure["total"]
                numbers = (total["value"], total["numerator"], total["denominator"])
                assert [n and Decimal(n) for n in numbers] == list(expected(said, figure["indicator"])[:3])


def _cell(value):
    return cell(state="not_available", note="Chưa thu thập") if value is None else cell(str(value))


def _ratio(parts):
    if parts is None:
        return cell(state="not_available", note="Chưa thu thập")
    return cell(None, of=(str(parts[0]), str(parts[1])))


def expected(said: Said, code: str):
    """value, numerator, denominator, reported, not available, expected: by hand."""
    given = [figure for (of, _unit), figure in said.items() if of == code]
    reported = [figure for figure in given if figure is not None]
    counts = (len(reported), len(given) - len(reported), 3)
    if not reported:
        return (None, None, None, *counts)
    first, second = (sum(Decimal(figure[n] or 0) for figure in reported) for n in (0, 1))
    return (None, first, second, *counts) if code == "R" else (first, None, None, *counts)


def _facts(total):
    numbers = (total.value, total.numerator, total.denominator)
    return (*numbers, total.n_reported, total.n_not_available, total.n_expected)


def run(*, examples: int, moves: int) -> int:
    """How many moves were made: Hypothesis begins with short histories. A history that fails is told as it was
    found: to make it shorter would take minutes."""
    History.moves = 0
    wanted = settings(
        max_examples=examples,
        stateful_step_count=moves,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(History, settings=wanted)
    return History.moves


@pytest.mark.django_db
def test_any_history_is_exact_at_every_moment_and_on_every_day() -> None:
    assert run(examples=5, moves=12) >= 20


@pytest.mark.long
@pytest.mark.django_db
def test_so_are_histories_of_hundreds_of_moves() -> None:
    assert run(examples=12, moves=100) >= 500
