"""The reviewer's own figure: who enters it, on what, what stands, and what it does on approval (domain.md 26)."""

from decimal import Decimal

import pytest

from indicators import assessed, assessing, rounds, workflow
from indicators.assessing import Own
from indicators.clock import today
from indicators.drafts import EMPTY, Cell
from indicators.models import Assessment, Membership, Observation, Revision, Submission, SubmissionEvent
from indicators.opening import working_days
from indicators.permissions import standing
from indicators.refusals import ContentChanged, Refused
from indicators.validation import expected_cells
from tests import factories, people
from tests.factories import Province, cell

pytestmark = pytest.mark.usefixtures("english")
WHY = "Báo cáo của doanh nghiệp cho thấy ít hơn"


def own(value: str, reason: str = WHY) -> Own:
    return Own(cell(value), reason)


def handed_in(province: Province, **facts) -> Submission:
    submission = province.submission(factories.indicator("HT.01"), factories.indicator("HT.02"), **facts)
    factories.type_in(submission, cell("14433"), cell("7"), by=province.reporter)
    return province.walk(submission, "submit", "sign")


@pytest.fixture
def submitted(province: Province) -> Submission:
    return handed_in(province)


def keys(submission) -> list:
    return list(expected_cells(submission))


def enter(submission, typed: dict, *, by, read: str | None = None) -> str:
    read = workflow.what_stands(submission) if read is None else read
    return assessing.write(submission, typed, by=by, read=read)


def stands(submission) -> dict:
    latest = workflow.latest_revision(submission)
    return {key: (row.value, row.reason) for key, row in assessed.standing_on(submission, latest).items()}


def approve(province, submission) -> Submission:
    return province.walk(submission, "verify", "approve")


# --- Who, and when


def test_a_verifier_enters_a_figure_of_his_own_with_a_reason(province, submitted):
    first, _second = keys(submitted)
    enter(submitted, {first: own("14000")}, by=province.verifier)
    row = Assessment.objects.get()
    assert (row.value, row.reason, row.by, row.cell) == (Decimal(14000), WHY, province.verifier, first)
    assert (row.revision.number, row.reported["value"]) == (1, "14433")
    assert row.explain_by == working_days().add(today(), 3)


def test_neither_state_nor_timeliness_nor_the_unit_s_entry_moves(province, submitted):
    before = Submission.objects.values("state", "handed_in_at").get()
    content = Revision.objects.get().content
    enter(submitted, {keys(submitted)[0]: own("14000")}, by=province.verifier)
    assert Submission.objects.values("state", "handed_in_at").get() == before
    assert Revision.objects.get().content == content
    assert submitted.entries.get(line__indicator__code="HT.01").value == 14433


def test_it_joins_the_chain_of_events_under_a_version_of_its_own(province, submitted):
    enter(submitted, {keys(submitted)[0]: own("14000")}, by=province.verifier)
    event = SubmissionEvent.objects.latest("number")
    assert (event.move, event.from_state, event.to_state) == ("assess", "submitted", "submitted")
    assert (event.reason, event.by, event.revision_sha256) == (
        "HT.01",
        province.verifier,
        Revision.objects.get().sha256,
    )
    assert event.version == Assessment.objects.get().version == Submission.objects.get().version
    assert event.details_sha256


def test_the_approver_enters_one_once_the_report_is_verified_and_not_before(province, submitted):
    first = keys(submitted)[0]
    with pytest.raises(Refused, match="others decide"):
        enter(submitted, {first: own("1")}, by=province.approver)
    province.walk(submitted, "verify")
    with pytest.raises(Refused, match="others decide"):
        enter(submitted, {first: own("1")}, by=province.verifier)
    enter(submitted, {first: own("1")}, by=province.approver)
    assert stands(submitted) == {first: (Decimal(1), WHY)}


def test_without_verification_it_is_the_approver_s(province):
    submitted = handed_in(province, asks_verification=False)
    enter(submitted, {keys(submitted)[0]: own("1")}, by=province.approver)
    with pytest.raises(Refused, match="others decide"):
        enter(submitted, {keys(submitted)[1]: own("1")}, by=province.verifier)


@pytest.mark.parametrize("who", ["reporter", "unit_leader", "leader", "outsider"])
def test_nobody_else_enters_one(province, submitted, who):
    with pytest.raises(Refused, match="Only those who verify or approve"):
        enter(submitted, {keys(submitted)[0]: own("1")}, by=getattr(province, who))
    assert not Assessment.objects.exists()


def test_a_superuser_without_a_role_enters_none(province, submitted):
    with pytest.raises(Refused):
        enter(submitted, {keys(submitted)[0]: own("1")}, by=people.superuser())


def test_four_eyes_hold_as_for_verifying(province, submitted):
    Membership.objects.create(user=province.verifier, unit=province.department, role="reader")
    with pytest.raises(Refused, match="the unit he or she works for"):
        enter(submitted, {keys(submitted)[0]: own("1")}, by=province.verifier)


def test_whoever_verified_enters_none_as_the_approver(province, submitted):
    province.walk(submitted, "verify")
    Membership.objects.create(user=province.verifier, unit=province.root, role="approver")
    with pytest.raises(Refused, match="both verifies and approves"):
        enter(submitted, {keys(submitted)[0]: own("1")}, by=province.verifier)


@pytest.mark.parametrize("moves", [("withdraw",), ("return",), ("verify", "approve")])
def test_it_waits_until_the_report_is_with_its_reviewers(province, submitted, moves):
    province.walk(submitted, *moves)
    with pytest.raises(Refused, match="while the report waits"):
        enter(submitted, {keys(submitted)[0]: own("1")}, by=province.verifier)


def test_a_locked_round_keeps_nobody_from_reviewing(province, submitted):
    rounds.lock_round(submitted.round, by=province.approver, reason="Hết hạn")
    enter(submitted, {keys(submitted)[0]: own("1")}, by=province.verifier)
    assert len(stands(submitted)) == 1


# --- What


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (own("14000", reason=""), "HT.01: Give the reason"),
        (Own(EMPTY, WHY), "HT.01: The reviewer's own figure is missing"),
        (own("14433"), "HT.01: This is the reported figure"),
        (own("1", reason="x" * 2001), "at most 2000 characters"),
        (Own(cell("400", qualifier="nearly"), WHY), "enter the number alone"),
    ],
)
def test_what_is_incomplete_is_refused_with_the_line(province, submitted, typed, sentence):
    with pytest.raises(Refused, match=sentence):
        enter(submitted, {keys(submitted)[0]: typed}, by=province.verifier)
    assert not Assessment.objects.exists()


def test_one_fault_keeps_everything_back(province, submitted):
    first, second = keys(submitted)
    with pytest.raises(Refused):
        enter(submitted, {first: own("1"), second: own("2", reason="")}, by=province.verifier)
    assert not Assessment.objects.exists()
    assert SubmissionEvent.objects.latest("number").move == "sign"


def test_a_section_of_text_bears_none(province):
    text = factories.indicator("TM.01", value_kind="text", unit_of_measure="")
    submission = province.submission(text)
    factories.type_in(submission, Cell(state="reported", text="Đã làm"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    with pytest.raises(Refused, match=r"TM\.01 holds text"):
        enter(submission, {keys(submission)[0]: own("1")}, by=province.verifier)


def test_beside_nothing_no_figure_stands(province, submitted):
    line = keys(submitted)[0][0]
    with pytest.raises(Refused, match="Nothing was reported there"):
        enter(submitted, {(line, province.sister.pk): own("1")}, by=province.verifier)


def test_what_could_not_be_collected_may_be_known_to_the_reviewer(province):
    submission = province.submission(factories.indicator("HT.01"), counting_figure="assessed")
    factories.type_in(submission, Cell(state="not_available", note="Chưa có"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    enter(submission, {keys(submission)[0]: own("12")}, by=province.verifier)
    approve(province, submission)
    observation = Observation.objects.get()
    assert (observation.state, observation.value, observation.is_assessed) == ("reported", 12, True)


def test_an_estimate_stays_one_in_the_reviewer_s_figure(province):
    submission = province.submission(factories.indicator("HT.01"))
    factories.type_in(submission, cell("10", status="estimate"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    enter(submission, {keys(submission)[0]: own("9")}, by=province.verifier)
    assert Assessment.objects.get().status == "estimate"


# --- The newest holds


def test_the_newest_figure_holds_and_the_others_stay_on_record(province, submitted):
    first = keys(submitted)[0]
    enter(submitted, {first: own("14000")}, by=province.verifier)
    enter(submitted, {first: own("13900", "Đối chiếu lần hai")}, by=province.verifier)
    assert stands(submitted) == {first: (Decimal(13900), "Đối chiếu lần hai")}
    assert list(Assessment.objects.order_by("pk").values_list("value", flat=True)) == [14000, 13900]


def test_emptied_fields_take_it_back_and_that_is_a_record_too(province, submitted):
    first = keys(submitted)[0]
    enter(submitted, {first: own("14000")}, by=province.verifier)
    enter(submitted, {first: Own()}, by=province.verifier)
    assert stands(submitted) == {}
    assert list(Assessment.objects.order_by("pk").values_list("state", "explain_by")) == [
        ("reported", working_days().add(today(), 3)),
        ("", None),
    ]


def test_what_stands_already_is_not_written_again(province, submitted):
    first = keys(submitted)[0]
    read = enter(submitted, {first: own("14000")}, by=province.verifier)
    assert enter(submitted, {first: own("14000")}, by=province.verifier, read=read) == read
    assert enter(submitted, {keys(submitted)[1]: Own()}, by=province.verifier, read=read) == read
    assert Assessment.objects.count() == 1


def test_what_another_entered_meanwhile_is_not_covered_unseen(province, submitted):
    colleague = people.person("colleague", province.office, "verifier", is_staff=True)
    first, second = keys(submitted)
    read = workflow.what_stands(submitted)
    enter(submitted, {first: own("14000")}, by=colleague)
    with pytest.raises(Refused, match=r"HT\.01: colleague entered another figure"):
        enter(submitted, {first: own("1"), second: own("2")}, by=province.verifier, read=read)
    assert stands(submitted) == {first: (Decimal(14000), WHY)}  # nothing of the page was saved
    enter(submitted, {first: Own(), second: own("2")}, by=province.verifier, read=read)  # left as it was drawn
    assert set(stands(submitted)) == {first, second}


def test_what_another_took_back_meanwhile_is_told(province, submitted):
    first = keys(submitted)[0]
    read = enter(submitted, {first: own("14000")}, by=province.verifier)
    colleague = people.person("colleague", province.office, "verifier", is_staff=True)
    enter(submitted, {first: Own()}, by=colleague)
    with pytest.raises(Refused, match="colleague took back"):
        enter(submitted, {first: own("13000")}, by=province.verifier, read=read)


def test_it_is_about_the_content_that_was_read(province, submitted):
    read = workflow.what_stands(submitted)
    province.walk(submitted, "withdraw")
    factories.type_in(submitted, cell("9"), cell("7"), by=province.reporter)
    province.walk(submitted, "submit", "sign")
    with pytest.raises(ContentChanged):
        enter(submitted, {keys(submitted)[0]: own("1")}, by=province.verifier, read=read)


def test_a_page_reads_why_somebody_enters_none(province, submitted):
    where = standing(province.verifier, submitted)
    assert assessing.barred(submitted, province.verifier, where) == ""
    bars = workflow.refusals(submitted, province.verifier, where)
    assert assessing.barred(submitted, province.verifier, where, bars) == ""
    assert assessing.barred(submitted, province.reporter, standing(province.reporter, submitted))
