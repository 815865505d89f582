"""The real functions beside the model in plain Python (history_model.py): every act is made in both, and what the
model bars must be refused. test_known_history.py plays it."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from indicators import clock, rounds, sealing
from indicators.calendars import quarter
from indicators.models import Observation, Publication, Reader, Stage, Total
from indicators.refusals import Refused
from reporting.known import Known
from reporting.queries.completeness import by_period, completeness
from tests import people
from tests.factories import Province, cell, indicator, perform, publish, ratio, type_in, unit
from tests.reporting.history_model import BLANK, MOVES, Model, Report, Round, local_day, total

BEGINNING = timezone.make_aware(datetime(2026, 9, 15, 8, 0))
REPORTS = st.tuples(st.integers(0, 2), st.integers(0, 2))  # round, unit
CELLS = st.one_of(st.integers(0, 99), st.integers(0, 99), st.none(), st.just(BLANK))
NOTE = "Đã rà soát"


class History(RuleBasedStateMachine):
    """Three departments report a sum and a ratio over two quarters, in rounds that are published as a step of its
    own, one of them with every step there is; and a sum in a round that is published on approval."""

    def __init__(self) -> None:
        super().__init__()
        self.acts: Counter[str] = Counter()  # by their names; "refused" are those that were barred
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now = BEGINNING
        self.frozen: list[tuple[int, str]] = []
        self.waits: set[tuple] = set()  # of a round with publication: approved since its last one
        with clock.at(self.now):
            self._open()

    def _open(self) -> None:
        self.province = province = Province()
        self.units = [province.department, province.sister, unit("Sở Xây dựng", parent=province.root)]
        self.reporters = [people.person(f"of {n}", each, "reporter") for n, each in enumerate(self.units)]
        self.signers = [people.person(f"signs for {n}", each, "signer") for n, each in enumerate(self.units)]
        both, alone = [indicator("S"), ratio("R")], [indicator("D")]
        ask = {"units": self.units, "subject": "self"}
        verified, bare = {"asks_sign_off": False}, {"asks_sign_off": False, "asks_verification": False}
        self.rounds = [
            province.round(*both, asks_publication=True, window=quarter(2026, 4), **ask),
            province.round(*both, asks_publication=True, window=quarter(2026, 3), due_in=3, **verified, **ask),
            province.round(*alone, window=quarter(2026, 4), due_in=2, **bare, **ask),
        ]
        told = [
            Round([("S", 0), ("R", 0)], self.rounds[0].due_on, signature=True, verification=True, publication=True),
            Round(
                [("S", 1), ("R", 1)], self.rounds[1].due_on, signature=False, verification=True, publication=True
            ),
            Round([("D", 2)], self.rounds[2].due_on, signature=False, verification=False, publication=False),
        ]
        reports = {(r, u): Report(told[r], u, told[r].due_on) for r in range(3) for u in range(3)}
        self.model = Model(told, reports)
        self.places = {
            (round_.period_id, line.indicator_id): (line.indicator.code, number)
            for number, round_ in enumerate(self.rounds)
            for line in round_.lines.select_related("indicator").order_by("pk")
        }
        self.reader = Reader.of(province.approver)

    def teardown(self) -> None:
        try:
            with clock.at(self.now):
                self.every_day_is_as_it_was_known()
                self.every_publication_is_as_it_was_published()
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    # --- Acts

    def _act(self, name: str, is_open: bool, act: Callable) -> None:
        """Done where the model says so, refused everywhere else."""
        self.acts[name if is_open else "refused"] += 1
        self.now += timedelta(minutes=1)
        with clock.at(self.now), transaction.atomic():
            if is_open:
                act()
                return
            with pytest.raises(Refused):
                act()

    def _stored(self, where):
        return self.rounds[where[0]].submissions.select_related("round").get(unit=self.units[where[1]])

    def _who(self, move: str, where, report: Report):
        """The person whose move it is where the report stands."""
        province = self.province
        if move in ("submit", "withdraw"):
            return self.reporters[where[1]]
        if move == "sign" or (move == "return" and report.state == "awaiting_sign_off"):
            return self.signers[where[1]]
        if move == "verify" or (move == "return" and report.state == "submitted" and report.round.verification):
            return province.verifier
        return province.approver

    def _move(self, move: str, where) -> None:
        report = self.model.reports[where]
        target, by = report.target(move), self._who(move, where, report)
        self._act(move, target is not None, lambda: perform(move, self._stored(where), by=by))
        if target is None:
            return
        self.model.move(report, move, target, self.now)
        if move == "approve" and report.round.publication:
            self.waits.add(where)
        assert self._stored(where).state == target

    def _type(self, where, value, parts) -> None:
        report = self.model.reports[where]
        typed = dict(zip(report.round.places, (value, parts), strict=False))
        cells = [_cell(figure, code) for (code, _period), figure in typed.items()]
        self._act(
            "type", report.may_be_typed, lambda: type_in(self._stored(where), *cells, by=self.reporters[where[1]])
        )
        if report.may_be_typed:
            report.cells = {place: _figure(figure, place[0]) for place, figure in typed.items()}

    @rule(where=REPORTS, value=CELLS, parts=CELLS)
    def type_figures(self, where, value, parts) -> None:
        self._type(where, value, parts)

    @rule(where=REPORTS)
    def one_step_ahead(self, where) -> None:
        self._move(self.model.reports[where].ahead, where)

    @rule(where=REPORTS, move=st.sampled_from(["return", "withdraw"]))
    def one_step_back(self, where, move: str) -> None:
        """From where it goes back; else handed in first."""
        report = self.model.reports[where]
        if report.target(move) is None:
            self._move(report.ahead, where)
        self._move(move, where)

    @rule(where=REPORTS, value=st.integers(0, 99), parts=st.integers(0, 99))
    def all_the_way(self, where, value, parts) -> None:
        """As far as it goes: typed where it may be, and step by step until it is approved."""
        report = self.model.reports[where]
        if report.state == "approved":
            self._move("reopen", where)
        self._type(where, value, parts)
        while report.state != "approved" and report.target(report.ahead):
            self._move(report.ahead, where)

    @rule(where=REPORTS, move=st.sampled_from(MOVES))
    def any_move(self, where, move: str) -> None:
        self._move(move, where)

    @rule(number=st.integers(0, 2))
    def publish(self, number: int) -> None:
        made = []
        news = {where for where in self.waits if where[0] == number}
        by = self.province.publisher
        self._act("publish", bool(news), lambda: made.append(publish(self.rounds[number], by=by)))
        if made:
            self.waits -= news
            self.model.publish(self.model.rounds[number], self.now)
            self.frozen.append((made[0].pk, made[0].content))

    @rule(number=st.integers(0, 2))
    def lock(self, number: int) -> None:
        round_, by = self.model.rounds[number], self.province.approver
        self._act("lock", not round_.is_locked, lambda: rounds.lock_round(self.rounds[number], by=by))
        round_.is_locked = True

    @rule(number=st.integers(0, 2))
    def unlock(self, number: int) -> None:
        round_, by = self.model.rounds[number], self.province.approver
        act = lambda: rounds.unlock_round(self.rounds[number], by=by, reason="Bổ sung")  # noqa: E731
        self._act("unlock", round_.is_locked, act)
        round_.is_locked = False

    @rule(
        number=st.integers(0, 2),
        units=st.lists(st.integers(0, 2), max_size=2, unique=True),
        days=st.integers(-2, 9),
    )
    def extend(self, number: int, units, days: int) -> None:
        until = local_day(self.now) + timedelta(days=days)
        is_open = self.model.extend(self.model.rounds[number], units, until)
        chosen = [self.units[n] for n in units]
        by = self.province.approver
        self._act(
            "extend",
            is_open,
            lambda: rounds.extend(self.rounds[number], due_on=until, reason="Mưa lũ", by=by, units=chosen),
        )

    @rule(hours=st.integers(1, 40))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    # --- What must hold after every act

    @invariant()
    def totals_of_both_stages_are_exact(self) -> None:
        for stage, said in (("approved", self.model.approved), ("published", self.model.published)):
            rows = Total.objects.filter(stage=stage, subject=self.province.root).order_by("pk")
            known = {self.places[row.period_id, row.indicator_id]: _facts(row) for row in rows}
            assert known == {place: expected(said, place) for place in known}, stage
            assert known.keys() >= {place for place, _unit in self.model.approved}

    @invariant()
    def totals_are_the_sums_of_the_figures_that_stand(self) -> None:
        for stage in Stage:
            sums: dict = {}
            for o in Observation.objects.at(stage).filter(state="reported").order_by("pk"):
                given = sums.setdefault((o.period_id, o.indicator_id), [])
                given.append((o.numerator, o.denominator) if o.numerator is not None else (o.value, None))
            for total_ in Total.objects.filter(stage=stage).order_by("pk"):
                given = sums.get((total_.period_id, total_.indicator_id), [])
                first = total_.numerator if total_.denominator is not None else total_.value
                assert (first or 0, total_.denominator or 0) == tuple(
                    sum((pair[n] or Decimal(0) for pair in given), Decimal(0)) for n in (0, 1)
                )

    @invariant()
    def everybody_is_as_punctual_as_the_model_says(self) -> None:
        with clock.at(self.now):
            asked = [type(r).objects.select_related("period", "form").get(pk=r.pk) for r in self.rounds]
            shown = completeness(by_period(asked), reader=self.reader, on=clock.today())
        found = sorted(
            (cell_.round.pk, line.code, str(cell_.report.outcome), cell_.report.days)
            for kind in shown.kinds
            for line in kind.lines
            for cells in line.periods
            for cell_ in cells
        )
        codes = [each.codes.get().code for each in self.units]
        assert found == sorted(
            (self.rounds[r].pk, codes[u], *report.punctuality(local_day(self.now)))
            for (r, u), report in self.model.reports.items()
        )

    # --- and at the end

    def every_day_is_as_it_was_known(self) -> None:
        day = BEGINNING.date() - timedelta(days=1)
        while day <= local_day(self.now):
            said = self.model.known_at_the_end_of(day)
            found = Known(day=day).sums(self.places.keys(), self.province.root.pk)
            assert {self.places[where]: _facts(sums) for where, sums in found.items()} == {
                place: expected(said, place) for place in self.places.values()
            }, day
            day += timedelta(days=1)

    def every_publication_is_as_it_was_published(self) -> None:
        issues = list(Publication.objects.select_related("round").order_by("pk"))
        assert [(issue.pk, issue.content) for issue in issues] == self.frozen
        assert all(sealing.sha256(issue.content) == issue.sha256 for issue in issues)
        said_at = dict(self.model.log)
        for issue in issues:
            number = [r.pk for r in self.rounds].index(issue.round_id)
            for figure in json.loads(issue.content)["figures"]:
                sums = figure["total"]
                numbers = [n and Decimal(n) for n in (sums["value"], sums["numerator"], sums["denominator"])]
                assert numbers == list(expected(said_at[issue.at], (figure["indicator"], number))[:3])


def _figure(typed, code: str):
    if typed in (None, BLANK):
        return typed
    return (typed % 10, 10 + typed // 10) if code == "R" else (typed, None)


def _cell(typed, code: str):
    figure = _figure(typed, code)
    if figure == BLANK:
        return cell()
    if figure is None:
        return cell(state="not_available", note=NOTE)
    value, whole = figure
    return cell(None, of=(str(value), str(whole)), note=NOTE) if code == "R" else cell(str(value), note=NOTE)


def expected(said, place):
    return total(said, place, is_ratio=place[0] == "R", units=3)


def _facts(sums):
    numbers = (sums.value, sums.numerator, sums.denominator)
    return (*numbers, sums.n_reported, sums.n_not_available, sums.n_expected)
