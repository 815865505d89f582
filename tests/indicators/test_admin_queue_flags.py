"""What the queue says of each report beside its name, and that it holds only what its reader may decide."""

from datetime import timedelta

import pytest
from pytest_django.asserts import assertNumQueries

from indicators import drafts, figures_kind, validation, workflow
from indicators.admin.queue import flags_of
from indicators.calendars import quarter_of, show_day
from indicators.clock import today
from indicators.models import (
    EntryChange,
    Evidence,
    Flags,
    Membership,
    Revision,
    RoundLine,
    StepHolder,
    Submission,
)
from indicators.models.units import Succession
from indicators.permissions import standing
from indicators.returns import Asked
from tests import factories, people
from tests.factories import Province, cell

from .pages import browser, seen

QUEUE = "/admin/indicators/submission/"
pytestmark = pytest.mark.usefixtures("english")


def rows(user, query: str = "") -> dict[int, list[str]]:
    """Report → the words of its flags, as the page draws them."""
    response = browser(user).get(f"{QUEUE}?{query}")
    page = seen(response)
    said = {s.pk: [str(flag.word) for flag in flags_of(s)] for s in response.context["cl"].result_list}
    assert all(word in page for words in said.values() for word in words)
    return said


def last_quarter():
    return quarter_of(quarter_of(today()).first_day - timedelta(days=1))


def approved_before(province: Province, indicator, value: str) -> None:
    submission = province.submission(indicator, window=last_quarter())
    factories.type_in(submission, cell(value), by=province.reporter)
    province.walk(submission, "submit", "sign", "verify", "approve")


def sent(province: Province, *indicators, value: str = "14433", note: str = "", **facts) -> Submission:
    submission = province.submission(*indicators, **facts)
    cells = [cell(value, note=note) for _ in indicators]
    factories.type_in(submission, *cells, by=province.reporter)
    return province.walk(submission, "submit", "sign")


def test_a_report_with_nothing_odd_has_no_flag(province):
    submission = sent(province, factories.indicator("HT.01"))
    assert rows(province.verifier) == {submission.pk: []}
    flags = Flags.objects.get()
    assert (flags.warnings, flags.large_changes, flags.without_evidence) == (0, 0, 0)


def test_a_large_change_is_a_warning_and_named_as_what_it_is(province):
    odd = factories.indicator("HT.01", change_limit=10)
    approved_before(province, odd, "100")
    submission = sent(province, odd, value="200", note="Mở rộng tuyến")
    assert rows(province.verifier) == {submission.pk: ["1 warning", "1 large change"]}


def test_a_warning_of_a_rule_between_lines_is_no_large_change(province):
    running = factories.indicator("KT.01", over_time="running")
    year = quarter_of(today()).label[:4]
    if last_quarter().label[:4] != year:
        pytest.skip("in the first quarter of a year nothing precedes it")
    approved_before(province, running, "100")
    submission = sent(province, running, value="90", note="Hủy một dự án")
    assert rows(province.verifier) == {submission.pk: ["1 warning"]}


def test_the_counts_are_those_of_the_last_hand_in(province):
    odd = factories.indicator("HT.01", change_limit=10)
    approved_before(province, odd, "100")
    submission = province.walk(sent(province, odd, value="200", note="Mở rộng"), "return")
    factories.type_in(submission, cell("101"), by=province.reporter)
    assert rows(province.verifier, "queue=returned") == {submission.pk: []}  # the draft is the unit's own
    province.walk(submission, "submit", "sign")
    assert rows(province.verifier) == {submission.pk: []}
    assert list(Flags.objects.order_by("pk").values_list("warnings", flat=True)) == [0, 1, 0]


def test_what_waits_for_its_signature_is_not_flagged_to_reviewers(province):
    odd = factories.indicator("HT.01", change_limit=10)
    approved_before(province, odd, "100")
    submission = province.submission(odd)
    factories.type_in(submission, cell("200", note="Mở rộng"), by=province.reporter)
    province.walk(submission, "submit")
    assert rows(province.verifier, "queue=awaiting_sign_off") == {submission.pk: []}


def test_a_new_revision_after_an_approval_is_an_adjustment(province):
    submission = sent(province, factories.indicator("HT.01"))
    province.walk(submission, "verify", "approve", "reopen")
    factories.type_in(submission, cell("14500"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    assert rows(province.verifier) == {submission.pk: ["Adjustment of approved figures"]}


def test_lines_that_ask_for_evidence_and_have_none_are_counted(province, media):
    """A hand-in is refused for it, so it takes a rule that was tightened meanwhile."""
    submission = province.submission(factories.indicator("HT.01"), factories.indicator("HT.02"))
    factories.type_in(submission, cell("1"), cell("2"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    RoundLine.objects.filter(round=submission.round).update(asks_evidence=True)
    line = RoundLine.objects.get(round=submission.round, order=1)
    Evidence.objects.create(
        submission=submission, line=line, subject=province.root, link="https://x.vn", added_by=province.reporter
    )
    again = Revision.objects.create(
        submission=submission, number=2, content="{}", sha256="0", by=province.reporter, at=submission.changed_at
    )
    figures_kind.flag(submission, again)
    assert rows(province.verifier) == {submission.pk: ["Evidence missing: 1 line"]}


@pytest.mark.parametrize(("theirs", "flags"), [("14433", []), ("14000", ["Sources differ"])])
def test_another_units_approved_figure_about_the_same_thing_is_compared(province, theirs, flags):
    indicator = factories.indicator("HT.01", source_unit=province.department)
    other = province.round(indicator, units=[province.sister], asks_sign_off=False).submissions.get()
    factories.type_in(other, cell(theirs), by=province.outsider)
    submission = sent(province, indicator)
    assert rows(province.verifier) == {submission.pk: []}  # a draft of others is compared with nothing
    for move, by in (("submit", province.outsider), ("verify", province.verifier), ("approve", province.approver)):
        factories.perform(move, other, by=by)
    assert rows(province.verifier) == {submission.pk: flags}


def test_a_late_report_says_so_in_its_row(province):
    submission = sent(province, factories.indicator("HT.01"))
    Submission.objects.filter(pk=submission.pk).update(due_on=today() - timedelta(days=3))
    assert "Sent late by 3 days" in seen(browser(province.verifier).get(QUEUE))


def test_a_returned_report_names_the_day_of_its_return(province):
    submission = sent(province, factories.indicator("HT.01"))
    asked = Asked(resend_on=today() + timedelta(days=4))
    workflow.perform("return", submission, by=province.verifier, comment="Xem lại", asked=asked)
    page = seen(browser(province.verifier).get(f"{QUEUE}?queue=returned"))
    assert f"Returned, send again by {show_day(today() + timedelta(days=4))}" in page


# --- Only what its reader may act on


def agrees(user, submission: Submission, move: str) -> bool:
    """Whether the report is in the queue; the queue and the workflow must say the same."""
    listed = submission.pk in rows(user)
    submission = Submission.objects.select_related("round__form", "round__period", "unit").get(pk=submission.pk)
    assert listed == (workflow.refusals(submission, user, standing(user, submission))[move] is None)
    return listed


def test_whoever_entered_a_figure_does_not_find_it_in_the_queue(province):
    submission = sent(province, factories.indicator("HT.01"))
    assert agrees(province.verifier, submission, "verify")
    change = EntryChange.objects.get()
    change.pk, change.by = None, province.verifier
    change.save()
    assert not agrees(province.verifier, submission, "verify")
    colleague = people.person("colleague", province.office, "verifier", is_staff=True)
    assert agrees(colleague, submission, "verify")


def test_an_entry_before_the_last_approval_bars_nobody_any_more(province):
    submission = sent(province, factories.indicator("HT.01"))
    change = EntryChange.objects.get()
    change.pk, change.by = None, province.verifier
    change.save()
    colleague = people.person("colleague", province.office, "verifier", is_staff=True)
    factories.perform("verify", submission, by=colleague)
    province.walk(submission, "approve", "reopen")
    factories.type_in(submission, cell("1"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    assert agrees(province.verifier, submission, "verify")


def test_whoever_verified_does_not_wait_to_approve(province):
    submission = province.walk(sent(province, factories.indicator("HT.01")), "verify")
    Membership.objects.create(user=province.verifier, unit=province.root, role="approver")
    assert not agrees(province.verifier, submission, "approve")
    assert agrees(province.approver, submission, "approve")


def test_whoever_entered_on_behalf_does_not_find_it(province, media):
    submission = factories.enter_on_behalf(province.submission(factories.indicator("HT.01")), by=province.verifier)
    factories.type_in(submission, cell("1"), by=province.verifier)
    factories.perform("submit", submission, by=province.verifier)
    assert not agrees(province.verifier, submission, "verify")
    colleague = people.person("colleague", province.office, "verifier", is_staff=True)
    assert rows(colleague) == {submission.pk: ["Entered on behalf"]}


def test_reports_of_the_own_unit_wait_for_others(province):
    submission = sent(province, factories.indicator("HT.01"))
    StepHolder.objects.filter(step="verify").update(holder=province.department)
    own = people.person("own verifier", province.department, "verifier", is_staff=True)
    assert not agrees(own, submission, "verify")


def test_reports_of_a_unit_that_the_own_one_took_over_wait_for_others(province):
    submission = sent(province, factories.indicator("HT.01"))
    asked = submission.round
    asked.is_archival, asked.source_document, asked.due_on = True, "Báo cáo 2022", None
    asked.save(update_fields=["is_archival", "source_document", "due_on"])
    assert agrees(province.verifier, submission, "verify")
    Succession.objects.create(predecessor=province.department, successor=province.office, effective_on=today())
    assert not agrees(province.verifier, submission, "verify")


# --- Its price


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_price_is_that_of_one_report(province, count):
    units = [factories.unit(f"Xã {n}", "commune", parent=province.root) for n in range(count)]
    asked = province.round(factories.indicator("HT.01"), units=units, asks_sign_off=False)
    for report in asked.submissions.order_by("pk"):
        clerk = people.person(f"clerk {report.unit_id}", report.unit, "reporter")
        key = next(iter(validation.expected_cells(report)))
        drafts.save(report, {key: cell("1")}, by=clerk, version=0)
        factories.perform("submit", report, by=clerk)
    client = browser(province.verifier)
    client.get(QUEUE)
    with assertNumQueries(8):
        response = client.get(QUEUE)
    assert len(response.context["cl"].result_list) == count
