"""Two acts on one report at once, each pair many times over: one wins, and what stands afterwards is whole. `RACES`
is the one table; each row has its control, run without the guards, which breaks the promises that the row names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from indicators import deciding, drafts, remarks, rounds, workflow
from indicators.deciding import Choice
from indicators.models import Role, State, Submission, Total
from indicators.refusals import Refused
from indicators.remarks import Typed
from indicators.validation import expected_cells
from tests import people
from tests.factories import cell, indicator, type_in
from tests.indicators.proof_of import told
from tests.indicators.racing import (
    act_of,
    at_once,
    attempt,
    meanwhile,
    province,
    take_every_guard_away,
)

__all__ = ["province"]  # the fixture, on real connections

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = {"draft": (), "submitted": ("submit",), "verified": ("submit", "verify")}
LATEST = (workflow, "latest_revision")  # asked after the look and before the first write

TWO_WINNERS = "two winners"
ONE_VERSION_TWICE = "two acts of one version"
NOT_WHERE_IT_STOOD = "a move from a state that was not"
TYPED_BEHIND = "typed into what was handed in"
AFTER_THE_LOCK = "handed in after the lock"
UNNAMED = "a remark that its return does not name"
TWICE = "approved twice"
NO_FIGURE = "a figure or a state without its event"
WRONG_TOTAL = "a total that is no sum"
UNPROVEN = "a history that does not prove itself"


@dataclass(frozen=True)
class Race:
    """`first` stands still in `window` while `second` acts. `winners`: as many may succeed; two where the second
    does no harm once the first is done. `control`: what breaks without the guards."""

    state: str
    first: str
    second: str
    control: set[str]
    winners: int = 1
    window: tuple = LATEST

    def __str__(self) -> str:
        return f"{self.first} against {self.second}"


FORKED = {TWO_WINNERS, ONE_VERSION_TWICE, NOT_WHERE_IT_STOOD, UNPROVEN}
RACES = (
    Race("verified", "approve", "withdraw", FORKED),
    Race("verified", "approve", "approve_too", FORKED | {TWICE}),
    Race("verified", "approve", "return_verified", FORKED),
    Race("submitted", "return", "edit", FORKED),
    Race("submitted", "return", "save", {ONE_VERSION_TWICE, TYPED_BEHIND}, winners=2),
    Race("submitted", "remark", "return", {UNNAMED}, winners=2, window=(remarks, "expected_cells")),
    Race("draft", "submit", "lock", {AFTER_THE_LOCK, UNPROVEN}, winners=2),
    Race("verified", "decide", "approve_too", FORKED | {TWICE}),
    Race("verified", "decide", "withdraw", FORKED),
    Race("verified", "decide", "return_verified", FORKED),
)


class Scene:
    """A round of two departments, each about itself. Whatever the race is about, the sister's 7 stands beside."""

    def __init__(self, province, state: str, number: int) -> None:
        self.province, self.number = province, number
        both = [province.department, province.sister]
        asked = indicator(f"HT.{number}")
        self.round = province.round(asked, units=both, subject="self", asks_sign_off=False)
        self.sister = self._bring(province.sister, province.outsider, "7", "verified")
        self.report = self._bring(province.department, province.reporter, "5", state)

    def _bring(self, unit, reporter, value, state):
        report = type_in(self.round.submissions.get(unit=unit), cell(value), by=reporter)
        return self.province.walk(report, *STEPS[state], reporter=reporter)

    def act(self, name: str):
        """Read now, done when it is called."""
        province = self.province
        single = {
            "approve": province.approver,
            "approve_too": self._second(),
            "withdraw": province.reporter,
            "return": province.verifier,
            "return_verified": province.approver,
        }
        if name in single:
            return act_of(name.partition("_")[0], self.report, single[name])
        return getattr(self, name)

    def _second(self):
        found = people.User.objects.filter(username="second approver").first()
        return found or people.person("second approver", self.province.root, Role.APPROVER)

    def submit(self):
        return workflow.perform("submit", self.report, by=self.province.reporter)

    def lock(self):
        return rounds.lock_round(self.round, by=self.province.approver)

    def save(self):
        """From a page that was opened when the figures could still be typed."""
        cells = {next(iter(expected_cells(self.report))): cell("6")}
        return drafts.save(self.report, cells, by=self.province.reporter, version=self.report.version)

    def edit(self):
        """Takes the report back to type another figure."""
        withdrawn = workflow.perform("withdraw", self.report, by=self.province.reporter)
        return type_in(withdrawn, cell("6"), by=self.province.reporter)

    def remark(self):
        key = next(iter(expected_cells(self.report)))
        read = self.report.revisions.get().sha256
        return remarks.write(self.report, Typed({key: "Sai"}), by=self.province.verifier, revision=read)

    def decide(self):
        """The whole round at once: it wins where it approves the report that the race is about."""
        read = dict(self.round.submissions.order_by("pk").values_list("pk", "revisions__sha256"))
        choice = Choice(
            move="approve",
            round=self.round,
            read=read,
            by=self.province.approver,
            key=f"k{self.number}",
            number="12/QĐ-UBND",
            decided_on=date(2026, 9, 20),
        )
        outcome = deciding.decide(choice)
        if self.report.pk not in outcome.done:
            raise Refused("; ".join(each.sentence for each in outcome.refused))
        return outcome


# --- What must hold, whoever wins


def broken(scene: Scene, outcomes: list, winners: int) -> set[str]:
    won = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    found = {repr(o) for o in outcomes if isinstance(o, Exception) and not isinstance(o, Refused)}
    if not won:
        found.add("no winner")
    if len(won) > winners:
        found.add(TWO_WINNERS)
    for report in Submission.objects.filter(round=scene.round).select_related("round").order_by("pk"):
        found |= {*of_history(report), *of_figures(report), *of_lock(report), *of_remarks(report)}
        if told(report.pk):
            found.add(UNPROVEN)
    return found | set(of_totals(scene))


def of_history(report: Submission) -> Iterator[str]:
    """Every version is one move or one save, and begins where the one before ended."""
    events = {event.version: event for event in report.events.order_by("number")}
    saves = set(report.changes.order_by("version").values_list("version", flat=True))
    if len(events) < report.events.count() or saves & events.keys():
        yield ONE_VERSION_TWICE
    state = State.DRAFT.value
    for event in report.events.order_by("number"):
        if event.from_state != state:
            yield NOT_WHERE_IT_STOOD
        state = event.to_state
    if report.state != state:
        yield NO_FIGURE
    for version in saves:
        before = [event.to_state for number, event in events.items() if number < version]
        if before and before[-1] not in ("draft", "returned"):
            yield TYPED_BEHIND


def of_figures(report: Submission) -> Iterator[str]:
    approvals = list(report.events.filter(move="approve").order_by("number"))
    figures = list(report.observations.select_related("revision").order_by("pk"))
    if len(approvals) > 1:
        yield TWICE
    if {(e.revision_sha256, e.at) for e in approvals} != {(f.revision.sha256, f.approved_at) for f in figures}:
        yield NO_FIGURE
    if len(figures) != len(approvals):
        yield NO_FIGURE


def of_lock(report: Submission) -> Iterator[str]:
    locked_at = report.round.locked_at
    if locked_at and report.events.filter(move="submit", at__gt=locked_at).exists():
        yield AFTER_THE_LOCK


def of_remarks(report: Submission) -> Iterator[str]:
    """What is said of a hand-in that came back goes back with it."""
    named = {cell for asked in report.returns.order_by("pk") for cell in asked.lines}
    said = {
        remark.cell for revision in report.revisions.order_by("pk") for remark in revision.remarks.order_by("pk")
    }
    if report.returns.exists() and not said <= named:
        yield UNNAMED


def of_totals(scene: Scene) -> Iterator[str]:
    approved = scene.round.submissions.filter(state="approved").order_by("pk")
    expected = sum((report.observations.latest("pk").value for report in approved), Decimal(0))
    totals = Total.objects.filter(indicator__code=f"HT.{scene.number}", subject=scene.province.root)
    rows = totals.order_by("stage").values_list("stage", "value", "n_reported", "n_expected")
    stands = [(stage, expected, len(approved), 2) for stage in ("approved", "published")]
    if list(rows) != (stands if approved else []):
        yield WRONG_TOTAL


# --- The races


@pytest.mark.parametrize("race", RACES, ids=str)
def test_whoever_stands_still_in_the_middle_one_wins_and_all_is_whole(monkeypatch, province, race):
    scene = Scene(province, race.state, 1)
    first = scene.act(race.first)
    other = meanwhile(monkeypatch, *race.window, scene.act(race.second))
    assert broken(scene, [attempt(first), other.outcome()], race.winners) == set()


@pytest.mark.parametrize("race", RACES, ids=str)
def test_control_without_the_guards_promises_are_broken(monkeypatch, province, race):
    scene = Scene(province, race.state, 1)
    take_every_guard_away(monkeypatch)
    if race.second == "save":  # whose guard is the gate of entry: the lock only keeps it shut
        monkeypatch.setattr(drafts, "closed_because", lambda submission: None)
    first = scene.act(race.first)
    other = meanwhile(monkeypatch, *race.window, scene.act(race.second))
    assert broken(scene, [attempt(first), other.outcome()], race.winners) == race.control


@pytest.mark.parametrize("rounds_", [2, pytest.param(200, marks=pytest.mark.long)])
@pytest.mark.parametrize("race", RACES, ids=str)
def test_however_often_they_meet_one_wins_and_all_is_whole(province, race, rounds_):
    won = set()
    for number in range(rounds_):
        scene = Scene(province, race.state, number)
        outcomes = at_once(scene.act(race.first), scene.act(race.second))
        assert broken(scene, outcomes, race.winners) == set(), number
        won.add(tuple(not isinstance(outcome, Exception) for outcome in outcomes))
    assert rounds_ < 200 or len(won) == 2, won  # each was first, once at least
