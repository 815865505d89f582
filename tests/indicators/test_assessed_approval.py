"""What a decision is bound to where reviewers entered figures of their own, which figure counts, and what becomes
of such a figure in the next hand-in."""

from decimal import Decimal

import pytest

from indicators import assessing, deciding, workflow
from indicators.calendars import quarter
from indicators.deciding import Choice
from indicators.drafts import Cell
from indicators.models import Assessment, Observation, ReportingForm, Revision, Stage, Submission, Total
from indicators.opening import open_round
from indicators.proof import verifying
from indicators.refusals import ContentChanged, Refused
from tests import factories, people
from tests.factories import Province, cell
from tests.indicators.test_assessing import WHY, approve, enter, handed_in, keys, own, stands

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def submitted(province: Province) -> Submission:
    return handed_in(province)


@pytest.fixture
def counting(province: Province) -> Submission:
    """Where the reviewer's own figure counts."""
    return handed_in(province, counting_figure="assessed")


def broken() -> list[str]:
    found: list[str] = []
    verifying.verify(found.append)
    return found


def perform(move, submission, *, by, read) -> Submission:
    return workflow.perform(move, submission, by=by, revision=read)


# --- Bound to what was read


@pytest.mark.parametrize("move", ["verify", "approve"])
def test_a_decision_is_refused_where_a_figure_came_after_the_page_was_opened(province, submitted, move):
    by = province.verifier if move == "verify" else province.approver
    if move == "approve":
        province.walk(submitted, "verify")
    read = workflow.what_stands(submitted)
    unit = province.office if move == "verify" else province.root
    role = "verifier" if move == "verify" else "approver"
    enter(submitted, {keys(submitted)[0]: own("14000")}, by=people.person("colleague", unit, role))
    with pytest.raises(ContentChanged, match=r"changed after you opened it \(colleague"):
        perform(move, submitted, by=by, read=read)
    perform(move, submitted, by=by, read=workflow.what_stands(submitted))


def test_a_decision_is_refused_where_an_explanation_came_meanwhile(province, submitted):
    enter(submitted, {keys(submitted)[0]: own("14000")}, by=province.verifier)
    read = workflow.what_stands(submitted)
    assessing.explain(submitted, {Assessment.objects.get().pk: "Đã tính cả tuyến nhánh"}, by=province.reporter)
    with pytest.raises(ContentChanged):
        perform("verify", submitted, by=province.verifier, read=read)


def test_the_code_of_the_content_alone_no_longer_does(province, submitted):
    enter(submitted, {keys(submitted)[0]: own("14000")}, by=province.verifier)
    with pytest.raises(ContentChanged):
        perform("verify", submitted, by=province.verifier, read=Revision.objects.get().sha256)


def test_the_unit_s_leader_signs_the_content_alone(province, submitted):
    enter(submitted, {keys(submitted)[0]: own("14000")}, by=province.verifier)
    province.walk(submitted, "return", "submit", "sign")
    assert Submission.objects.get().state == "submitted"


@pytest.mark.parametrize("move", ["approve", "return"])
def test_deciding_about_many_is_bound_to_it_too(province, submitted, move):
    province.walk(submitted, "verify")
    read = {submitted.pk: workflow.what_stands(submitted)}
    enter(submitted, {keys(submitted)[0]: own("14000")}, by=people.person("colleague", province.root, "approver"))
    said = {"round": submitted.round, "by": province.approver, "comment": "Xem lại", "number": "1/QĐ"}
    said |= {"decided_on": Revision.objects.get().at.date()}
    outcome = deciding.decide(Choice(move=move, read=read, key="a", **said))
    assert [(each.report, each.read) for each in outcome.refused] == [(submitted.pk, read[submitted.pk])]
    again = {submitted.pk: workflow.what_stands(submitted)}
    assert deciding.decide(Choice(move=move, read=again, key="b", **said)).done == [submitted.pk]


# --- Which figure counts


def test_where_the_reported_figure_counts_the_other_stands_beside_it(province, submitted):
    enter(submitted, {keys(submitted)[0]: own("14000")}, by=province.verifier)
    approve(province, submitted)
    first, second = Observation.objects.order_by("indicator__code")
    assert (first.value, first.assessment.value, first.is_assessed) == (14433, 14000, False)
    assert (second.value, second.assessment, second.is_assessed) == (7, None, False)
    assert broken() == []


def test_where_the_reviewer_s_figure_counts_the_reported_one_stands_beside_it(province, counting):
    enter(counting, {keys(counting)[0]: own("14000")}, by=province.verifier)
    approve(province, counting)
    first, second = Observation.objects.order_by("indicator__code")
    assert (first.value, first.assessment.reported["value"], first.is_assessed) == (14000, "14433", True)
    assert (second.value, second.assessment) == (7, None)
    assert broken() == []


def test_a_ratio_counts_with_its_parts_in_the_total(province):
    sister = factories.unit("Sở Xây dựng", parent=province.root)
    other = people.person("another reporter", sister, "reporter")
    leader = people.person("another leader", sister, "signer")
    asked = factories.ratio("XH.01")
    round_ = province.round(asked, units=[province.department, sister], subject="self", counting_figure="assessed")
    mine, theirs = round_.submissions.get(unit=province.department), round_.submissions.get(unit=sister)
    for submission, by, signer in ((mine, province.reporter, province.unit_leader), (theirs, other, leader)):
        factories.type_in(submission, cell("50.0", of=("5", "10")), by=by)
        factories.perform("submit", submission, by=by)
        factories.perform("sign", submission, by=signer)
    enter(mine, {keys(mine)[0]: assessing.Own(cell("40.0", of=("4", "10")), WHY)}, by=province.verifier)
    for submission in (mine, theirs):
        approve(province, submission)
    total = Total.objects.get(stage=Stage.APPROVED, subject=province.root)
    assert (total.numerator, total.denominator) == (9, 20)


def test_what_was_taken_back_neither_counts_nor_stands_beside(province, counting):
    first = keys(counting)[0]
    enter(counting, {first: own("14000")}, by=province.verifier)
    enter(counting, {first: assessing.Own()}, by=province.verifier)
    approve(province, counting)
    assert list(Observation.objects.order_by("pk").values_list("value", "assessment")) == [(14433, None), (7, None)]
    assert broken() == []


def test_a_round_keeps_the_rule_that_it_was_opened_with(province, submitted):
    ReportingForm.objects.update(counting_figure="assessed", days_to_explain=9)
    enter(submitted, {keys(submitted)[0]: own("14000")}, by=province.verifier)
    approve(province, submitted)
    assert Observation.objects.get(indicator__code="HT.01").value == 14433
    later = open_round(ReportingForm.objects.get(), factories.period(quarter(2031, 1)))
    assert (later.counting_figure, later.days_to_explain) == ("assessed", 9)


# --- Four eyes


def test_whoever_entered_a_figure_that_counts_does_not_approve(province, counting):
    province.walk(counting, "verify")
    enter(counting, {keys(counting)[0]: own("14000")}, by=province.approver)
    with pytest.raises(Refused, match="You entered a figure of your own that counts"):
        factories.perform("approve", counting, by=province.approver)
    enter(counting, {keys(counting)[0]: own("13000")}, by=province.approver)  # mending it stays open
    factories.perform("approve", counting, by=people.person("second approver", province.root, "approver"))
    assert Observation.objects.get(indicator__code="HT.01").value == 13000


def test_where_the_reported_figure_counts_its_author_may_approve(province, submitted):
    province.walk(submitted, "verify")
    enter(submitted, {keys(submitted)[0]: own("14000")}, by=province.approver)
    assert factories.perform("approve", submitted, by=province.approver).state == "approved"


# --- The next hand-in


def hand_in_again(province, submission, *values) -> None:
    cells = [value if isinstance(value, Cell) else cell(value) for value in values]
    province.walk(submission, "return")
    factories.type_in(submission, *cells, by=province.reporter)
    province.walk(submission, "submit", "sign")


def test_it_stands_on_where_the_unit_says_the_same_and_lapses_where_not(province, submitted):
    first, second = keys(submitted)
    enter(submitted, {first: own("14000"), second: own("8")}, by=province.verifier)
    hand_in_again(province, submitted, cell("14433", note="Đã rà soát"), "9")
    assert stands(submitted) == {first: (Decimal(14000), WHY)}


@pytest.mark.parametrize("changed", [cell("14433", status="estimate"), cell("14433", qualifier="about")])
def test_another_status_or_qualifier_is_another_figure(province, submitted, changed):
    enter(submitted, {keys(submitted)[0]: own("14000")}, by=province.verifier)
    hand_in_again(province, submitted, changed, "7")
    assert stands(submitted) == {}


def test_a_lapsed_figure_does_not_count(province, counting):
    enter(counting, {keys(counting)[0]: own("14000")}, by=province.verifier)
    hand_in_again(province, counting, "14001", "7")
    approve(province, counting)
    first = Observation.objects.get(indicator__code="HT.01")
    assert (first.value, first.assessment) == (14001, None)
    assert broken() == []


def test_an_adjustment_of_another_line_leaves_it_counting(province, counting):
    enter(counting, {keys(counting)[0]: own("14000")}, by=province.verifier)
    approve(province, counting)
    province.walk(counting, "reopen")
    factories.type_in(counting, cell("14433"), cell("8"), by=province.reporter)
    province.walk(counting, "submit", "sign", "verify", "approve")
    now = Observation.objects.at(Stage.APPROVED).order_by("indicator__code")
    assert [o.value for o in now] == [14000, 8]
    assert broken() == []
