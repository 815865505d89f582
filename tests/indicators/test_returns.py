"""What a return asks of the unit: the lines, the day, and what holds both."""

import json
from datetime import date, timedelta

import pytest

from indicators import event_chain, remarks, returns, rounds, sealing, workflow
from indicators.clock import today
from indicators.models import Return, Revision, SpecialDay, Submission
from indicators.refusals import Refused
from indicators.remarks import Typed
from indicators.returns import Asked
from indicators.validation import expected_cells
from tests import factories
from tests.factories import Province, cell

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def submitted(province: Province) -> Submission:
    submission = province.submission(factories.indicator("HT.01"), factories.indicator("HT.02"))
    factories.type_in(submission, cell("1"), cell("2"), by=province.reporter)
    return province.walk(submission, "submit", "sign")


@pytest.fixture
def cells(submitted: Submission) -> list:
    return list(expected_cells(submitted))


def give_back(province: Province, submission: Submission, asked: Asked | None = None) -> Submission:
    return workflow.perform("return", submission, by=province.verifier, comment="Đối chiếu lại", asked=asked)


def test_the_event_holds_the_code_of_what_is_asked(province, submitted, cells):
    day = today() + timedelta(days=5)
    give_back(province, submitted, Asked({cells[1]: "Thiếu 2 xã", cells[0]: ""}, day))
    asked, event = Return.objects.get(), submitted.events.last()
    assert (asked.resend_due_on, asked.version, event.version) == (day, event.version, asked.version)
    assert asked.lines == {cells[0]: "", cells[1]: "Thiếu 2 xã"}
    assert event.details_sha256 == asked.sha256 == sealing.sha256(asked.content)
    content = json.loads(asked.content)
    assert (content["submission"], content["resend_due_on"]) == (submitted.pk, day.isoformat())
    said = event_chain.facts_of(event)
    assert event.hash == event_chain.event_hash(submitted.pk, event.by_id, event.at, said)
    forged = event_chain.event_hash(submitted.pk, event.by_id, event.at, said | {"details_sha256": "0" * 64})
    assert event.hash != forged


def test_an_event_without_details_keeps_the_hash_it_always_had(province, submitted):
    event = submitted.events.first()
    assert event.details_sha256 == ""
    names = ("number", "version", "move", "from_state", "to_state", "reason", "revision_sha256", "previous_hash")
    said = {name: getattr(event, name) for name in names}
    assert event_chain.facts_of(event) == said
    assert event.hash == event_chain.event_hash(submitted.pk, event.by_id, event.at, said)


@pytest.mark.parametrize(
    ("returned_on", "due"),
    [
        ((2026, 11, 25, 9, 0), date(2026, 11, 27)),
        ((2026, 11, 26, 23, 59), date(2026, 11, 30)),  # a weekend lies between
        ((2026, 11, 28, 9, 0), date(2026, 12, 1)),
        ((2027, 2, 4, 9, 0), date(2027, 2, 15)),  # Tết, as the table of holidays says
    ],
)
def test_the_usual_day_is_two_working_days_on(province, submitted, clock, returned_on, due):
    for number in range(7):
        SpecialDay.objects.create(day=date(2027, 2, 5) + timedelta(days=number), kind="holiday", name="Tết")
    clock.set(*returned_on)
    give_back(province, submitted)
    assert Return.objects.get().resend_due_on == due


def test_the_day_may_be_today_and_not_before(province, submitted):
    with pytest.raises(Refused, match="cannot lie in the past"):
        give_back(province, submitted, Asked({}, today() - timedelta(days=1)))
    assert (Return.objects.count(), Submission.objects.get().state) == (0, "submitted")
    give_back(province, submitted, Asked({}, today()))
    assert Return.objects.get().resend_due_on == today()


def test_a_line_of_another_report_is_refused(province, submitted, cells):
    with pytest.raises(Refused, match="not part of the report"):
        give_back(province, submitted, Asked({(cells[0][0], province.sister.pk): "x"}))
    assert Submission.objects.get().state == "submitted"


def test_the_units_own_signer_sends_back_without_a_day(province):
    submission = province.submission(factories.indicator("HT.01"))
    factories.type_in(submission, cell("1"), by=province.reporter)
    province.walk(submission, "submit")
    factories.perform("return", submission, by=province.unit_leader)
    assert Return.objects.count() == 0


def test_an_approver_s_return_asks_too_and_reopening_does_not(province, submitted, cells):
    province.walk(submitted, "verify")
    workflow.perform("return", submitted, by=province.approver, comment="x", asked=Asked({cells[0]: "Sai"}))
    assert Return.objects.get().lines == {cells[0]: "Sai"}
    province.walk(submitted, "submit", "sign", "verify", "approve", "reopen")
    assert Return.objects.count() == 1
    assert returns.standing(Submission.objects.get()) is None


def test_a_return_stands_until_the_report_is_handed_in_again(province, submitted):
    give_back(province, submitted)
    for move, stands in (("submit", True), ("withdraw", True), ("submit", True), ("sign", False)):
        province.walk(submitted, move)
        assert (returns.standing(Submission.objects.get()) is not None) == stands, move
        assert Return.objects.standing().exists() == stands, move
    give_back(province, Submission.objects.get())
    assert returns.standing(Submission.objects.get()) == Return.objects.latest("version")
    assert Return.objects.standing().count() == 1


def test_a_signer_s_return_leaves_the_reviewer_s_standing(province, submitted, cells):
    give_back(province, submitted, Asked({cells[0]: "Sai"}))
    province.walk(submitted, "submit")
    factories.perform("return", Submission.objects.get(), by=province.unit_leader)
    assert returns.standing(Submission.objects.get()).lines == {cells[0]: "Sai"}


def test_whoever_returns_it_the_remarks_that_stand_go_with_it(province, submitted, cells):
    read = Revision.objects.get().sha256
    remarks.write(submitted, Typed({cells[0]: "Sai", cells[1]: "x"}), by=province.verifier, revision=read)
    seen = remarks.on_revision(Revision.objects.get()).seen
    remarks.write(submitted, Typed({cells[1]: ""}, seen), by=province.verifier, revision=read)
    give_back(province, submitted)
    assert Return.objects.get().lines == {cells[0]: "Sai"}


# --- The return's day and the due date (domain.md 19, 21)


def test_a_return_opens_entry_past_the_due_date_and_past_its_own_day(province, submitted, clock):
    clock.set(2027, 3, 1, 9)
    submitted = give_back(province, submitted)
    assert submitted.due_on < today()
    clock.set(2027, 3, 20, 9)
    factories.type_in(submitted, cell("5"), by=province.reporter)
    again = province.walk(submitted, "submit", "sign")
    assert (again.state, again.handed_in_at) == ("submitted", submitted.handed_in_at)


def test_a_report_on_time_stays_so_however_late_it_comes_back(province, submitted, clock):
    first = submitted.handed_in_at
    give_back(province, submitted, Asked({}, today() + timedelta(days=1)))
    clock.set(2028, 1, 1, 9)
    assert province.walk(submitted, "submit", "sign").handed_in_at == first


def test_locking_the_round_shuts_what_a_return_opened(province, submitted):
    give_back(province, submitted, Asked({}, today() + timedelta(days=30)))
    rounds.lock_round(submitted.round, by=province.approver)
    with pytest.raises(Refused, match="This round was closed"):
        workflow.perform("submit", submitted, by=province.reporter)


def test_the_returned_revision_is_the_one_that_was_read(province, submitted):
    give_back(province, submitted)
    assert submitted.events.last().revision_sha256 == Revision.objects.get().sha256
