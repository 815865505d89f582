"""Who may do what in which state: the literal matrix, for each kind of round. Change it first."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.timezone import localtime

from indicators import rounds, workflow
from indicators.clock import now, today
from indicators.models import Submission, SubmissionEvent, User
from indicators.refusals import Refused
from tests import people
from tests.factories import Province, cell, enter_on_behalf, indicator, perform, type_in

pytestmark = pytest.mark.usefixtures("media")
PEOPLE = ("reporter", "unit_leader", "verifier", "approver", "leader", "outsider", "superuser", "on_behalf")

SIGNED_AND_VERIFIED = """
state             | reporter | unit_leader          | verifier      | approver       | leader | outsider | superuser | on_behalf
draft             | submit   |                      |               |                |        |          |           | submit
awaiting_sign_off | withdraw | sign return withdraw |               |                |        |          |           |
submitted         | withdraw | withdraw             | verify return |                |        |          |           | return
verified          | withdraw | withdraw             |               | approve return |        |          |           |
returned          | submit   |                      |               |                |        |          |           | submit
approved          |          |                      |               | reopen         |        |          |           |
"""  # noqa: E501 a row of the matrix is one line
SIGNED_ONLY = """
state             | reporter | unit_leader          | verifier      | approver       | leader | outsider | superuser | on_behalf
draft             | submit   |                      |               |                |        |          |           |
awaiting_sign_off | withdraw | sign return withdraw |               |                |        |          |           |
submitted         | withdraw | withdraw             |               | approve return |        |          |           |
returned          | submit   |                      |               |                |        |          |           |
approved          |          |                      |               | reopen         |        |          |           |
"""  # noqa: E501 a row of the matrix is one line
VERIFIED_ONLY = """
state             | reporter | unit_leader          | verifier      | approver       | leader | outsider | superuser | on_behalf
draft             | submit   |                      |               |                |        |          |           | submit
submitted         | withdraw | withdraw             | verify return |                |        |          |           | return
verified          | withdraw | withdraw             |               | approve return |        |          |           |
returned          | submit   |                      |               |                |        |          |           | submit
approved          |          |                      |               | reopen         |        |          |           |
"""  # noqa: E501 a row of the matrix is one line
NEITHER = """
state             | reporter | unit_leader          | verifier      | approver       | leader | outsider | superuser | on_behalf
draft             | submit   |                      |               |                |        |          |           |
submitted         | withdraw | withdraw             |               | approve return |        |          |           |
returned          | submit   |                      |               |                |        |          |           |
approved          |          |                      |               | reopen         |        |          |           |
"""  # noqa: E501 a row of the matrix is one line
BY_THE_CALENDAR = """
state, and what befell it            | reporter | unit_leader          | verifier      | approver       | leader | outsider | superuser | on_behalf
draft, past due                      | submit   |                      |               |                |        |          |           | submit
draft, extended after due            | submit   |                      |               |                |        |          |           | submit
draft, locked                        |          |                      |               |                |        |          |           |
awaiting_sign_off, past due          | withdraw | sign return withdraw |               |                |        |          |           |
awaiting_sign_off, locked            |          |                      |               |                |        |          |           |
submitted, past due                  | withdraw | withdraw             | verify return |                |        |          |           | return
submitted, locked                    |          |                      | verify        |                |        |          |           |
verified, locked                     |          |                      |               | approve        |        |          |           |
returned, past due                   | submit   |                      |               |                |        |          |           | submit
returned, extended after due         | submit   |                      |               |                |        |          |           | submit
returned, locked                     |          |                      |               |                |        |          |           |
returned, locked and unlocked        | submit   |                      |               |                |        |          |           | submit
approved, past due                   |          |                      |               | reopen         |        |          |           |
approved, locked                     |          |                      |               |                |        |          |           |
"""  # noqa: E501 a row of the matrix is one line
LEADS_TO = {
    "sign": "submitted",
    "return": "returned",
    "withdraw": "draft",
    "verify": "verified",
    "approve": "approved",
    "reopen": "returned",
}


@dataclass(frozen=True)
class Kind:
    name: str
    asks_sign_off: bool
    asks_verification: bool
    table: str

    @property
    def steps(self) -> list[str]:
        asked = {"sign": self.asks_sign_off, "verify": self.asks_verification}
        return [move for move in ("submit", "sign", "verify", "approve") if asked.get(move, True)]

    def leads_to(self, move: str, by: str) -> str:
        if move == "submit":
            waits = self.asks_sign_off and by != "on_behalf"  # for whom the unit signed on paper
            return "awaiting_sign_off" if waits else "submitted"
        return LEADS_TO[move]

    def allowed(self) -> dict[str, dict[str, set[str]]]:
        """state → person → moves."""
        head, *rows = [[c.strip() for c in row.split("|")] for row in self.table.strip().splitlines()]
        assert head[1:] == [*PEOPLE]
        return {state: dict(zip(PEOPLE, (set(c.split()) for c in cells), strict=True)) for state, *cells in rows}


KINDS = (
    Kind("signed and verified", True, True, SIGNED_AND_VERIFIED),
    Kind("signed only", True, False, SIGNED_ONLY),
    Kind("verified only", False, True, VERIFIED_ONLY),
    Kind("neither", False, False, NEITHER),
)
CALENDAR = Kind("by the calendar", True, True, BY_THE_CALENDAR)
PLACES = [(kind, state) for kind in (*KINDS, CALENDAR) for state in kind.allowed()]


def bring_to(province: Province, kind: Kind, state: str) -> Submission:
    submission = province.submission(
        indicator("HT.01"), asks_sign_off=kind.asks_sign_off, asks_verification=kind.asks_verification
    )
    submission = type_in(submission, cell("14433"), by=province.reporter)
    colleague = people.person("on behalf", province.office, "verifier")
    if kind.asks_verification and state != "returned":
        submission = enter_on_behalf(submission, by=colleague)
    if state == "returned":
        submission = province.walk(submission, "submit")
        signer_or_reviewer = province.verifier if kind.asks_verification else province.approver
        by = province.unit_leader if kind.asks_sign_off else signer_or_reviewer
        submission = perform("return", submission, by=by)
        return enter_on_behalf(submission, by=colleague) if kind.asks_verification else submission
    for move in kind.steps:
        if submission.state == state:
            break
        submission = province.walk(submission, move)
    return submission


def befall(submission: Submission, what: str, clock, by: User) -> None:
    """What the calendar or an administrator does to a report that stands in its state."""
    later = localtime(now()) + timedelta(days=40)
    if what in ("past due", "extended after due"):
        clock.set(*later.timetuple()[:5])
        assert submission.due_on < today()
    if what == "extended after due":
        rounds.extend(submission.round, due_on=today() + timedelta(days=5), reason="Mưa lũ", by=by)
    if what.startswith("locked"):
        rounds.lock_round(submission.round, by=by)
    if what == "locked and unlocked":
        rounds.unlock_round(submission.round, by=by, reason="Bổ sung")


def everybody(province: Province) -> dict[str, User]:
    made = ("superuser", "on_behalf")
    named = {name: getattr(province, name) for name in PEOPLE if name not in made}
    return named | {"superuser": people.superuser(), "on_behalf": User.objects.get(username="on behalf")}


def what_stands(submission: Submission) -> tuple:
    row = Submission.objects.values_list("state", "version", "handed_in_at", "changed_at").get(pk=submission.pk)
    return row, SubmissionEvent.objects.filter(submission=submission).count()


def state_after(move: str, submission: Submission, by: User) -> str:
    """Carries the move out for real, and takes it back."""
    with transaction.atomic():
        state = perform(move, submission, by=by).state
        transaction.set_rollback(True)
    return state


@pytest.mark.parametrize(("kind", "state"), PLACES, ids=lambda value: getattr(value, "name", value))
def test_each_person_makes_the_moves_of_the_matrix_and_no_other(province, clock, kind, state):
    allowed = kind.allowed()[state]
    state, _comma, befell = state.partition(", ")
    submission = bring_to(province, kind, state)
    assert submission.state == state
    befall(submission, befell, clock, province.approver)
    submission = Submission.objects.select_related("round__form", "round__period", "unit").get(pk=submission.pk)
    before = what_stands(submission)
    for name, person in everybody(province).items():
        assert set(workflow.open_transitions(submission, person)) == allowed[name], name
        for move in workflow.MOVES:
            if move in allowed[name]:
                assert state_after(move, submission, person) == kind.leads_to(move, name), (name, move)
                continue
            with pytest.raises(Refused) as refused:
                perform(move, submission, by=person)
            assert refused.value.sentence == workflow.refusals(submission, person)[move], (name, move)
            assert refused.value.sentence.endswith((".", ")")), (name, move)
            assert what_stands(submission) == before, (name, move)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_move_of_the_table_is_open_to_somebody(kind):
    open_to_somebody = {m for row in kind.allowed().values() for moves in row.values() for m in moves}
    asked = {"sign": kind.asks_sign_off, "verify": kind.asks_verification}
    assert open_to_somebody == {move for move in workflow.MOVES if asked.get(move, True)}
