"""What the page of a round says of reports that its reader may not approve: before anything is pressed, with the
sentence that a press would be refused with, and without a tick."""

import pytest

from indicators import workflow
from indicators.models import Membership, Role, StepHolder
from tests import factories, people
from tests.factories import cell, enter_on_behalf, indicator, type_in
from tests.indicators.pages import browser, seen
from tests.indicators.test_admin_deciding import address, look, opened, press, states, ticks, verified

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def round_(province):
    return opened(province, indicator("HT.01"))


@pytest.fixture
def both(province, round_):
    return [verified(province, round_, "5"), verified(province, round_, "7", unit=province.sister)]


@pytest.fixture
def client(province):
    return browser(province.approver)


def works_for_the_unit(province, round_):
    Membership.objects.create(user=province.approver, unit=province.sister, role=Role.READER)
    return verified(province, round_, "7", unit=province.sister)


def entered_it(province, round_):
    then = Membership.objects.create(user=province.approver, unit=province.sister, role=Role.REPORTER)
    type_in(round_.submissions.get(unit=province.sister), cell("1"), by=province.approver)
    then.delete()
    return verified(province, round_, "7", unit=province.sister)


def entered_on_behalf(province, round_):
    """While verifying for the office, which is over now."""
    then = Membership.objects.create(user=province.approver, unit=province.office, role=Role.VERIFIER)
    report = enter_on_behalf(round_.submissions.get(unit=province.sister), by=province.approver)
    report = type_in(report, cell("7"), by=province.approver)
    report = factories.perform("submit", report, by=province.approver)
    then.delete()
    return factories.perform("verify", report, by=province.verifier)


def verified_it(province, round_):
    Membership.objects.create(user=province.verifier, unit=province.root, role=Role.APPROVER)
    report = verified(province, round_, "7", unit=province.sister)
    province.approver = province.verifier
    return report


@pytest.mark.parametrize("way", [works_for_the_unit, entered_it, entered_on_behalf, verified_it])
def test_what_four_eyes_bar_is_shown_with_its_sentence_and_no_tick(province, round_, media, way):
    report = way(province, round_)
    approver = province.approver
    mine = type_in(round_.submissions.get(unit=province.department), cell("5"), by=province.reporter)
    mine = factories.perform("submit", mine, by=province.reporter)
    factories.perform("verify", mine, by=people.person("second verifier", province.office, Role.VERIFIER))
    shown = browser(approver).get(address(round_))
    page = shown.context["page"]
    (barred,) = page.barred
    assert (barred.pk, barred.barred) == (report.pk, workflow.refusals(report, approver)["approve"])
    assert [waiting.unit for waiting in page.waiting] == ["Sở Khoa học và Công nghệ"]
    assert f"Sở Tài chính For another person to approve {barred.barred}" in seen(shown)
    assert "Of 2 reports 2 wait for approval, 0 are approved, 0 are missing. 1 of them is for another" in seen(
        shown
    )
    assert f'value="{report.pk}:' not in shown.content.decode()
    (figure,) = page.figures
    assert (figure.now, figure.forecast.n, figure.forecast.m) == ("5 km", 1, 2)


def test_the_press_then_approves_the_others_without_a_refusal(province, client, round_, both):
    Membership.objects.create(user=province.approver, unit=province.sister, role=Role.READER)
    assert press(client, round_).status_code == 302
    assert states(round_) == ["approved", "verified"]


def test_a_tick_made_by_hand_is_refused_all_the_same(province, client, round_, both):
    every = ticks(look(client, round_))
    Membership.objects.create(user=province.approver, unit=province.sister, role=Role.READER)
    answer = press(client, round_, report=every)
    assert (answer.status_code, states(round_)) == (409, ["approved", "verified"])
    assert "Sở Tài chính : Nobody verifies or approves a report" in seen(answer)


def test_where_all_are_barred_there_is_nothing_to_press(province, client, round_, both):
    for unit in (province.department, province.sister):
        Membership.objects.create(user=province.approver, unit=unit, role=Role.READER)
    shown = client.get(address(round_))
    assert (len(shown.context["page"].barred), shown.context["page"].figures) == (2, [])
    assert 'name="action"' not in shown.content.decode()
    assert "2 of them are for another person to approve." in seen(shown)
    assert address(round_) not in client.get("/admin/indicators/submission/").content.decode()


def test_what_waits_for_another_unit_s_approval_says_so(province, client, round_, both):
    StepHolder.objects.create(
        form=round_.form, step="approve", reporting_unit=province.sister, holder=province.office
    )
    page = look(client, round_)
    assert [(waiting.unit, waiting.barred) for waiting in page.waiting] == [("Sở Khoa học và Công nghệ", "")]
    assert [(each.unit, each.barred) for each in page.lacking] == [
        ("Sở Tài chính", "Only those who approve this form's reports can approve it.")
    ]


def test_to_a_superuser_every_report_is_somebody_else_s(round_, both):
    page = look(browser(people.superuser()), round_)
    assert (page.waiting, page.barred) == ([], [])
    assert {each.barred for each in page.lacking} == {"Only those who approve this form's reports can approve it."}


@pytest.mark.parametrize("n", [1, 3])
def test_takes_the_same_queries_for_one_barred_report_and_three(province, client, n, django_assert_num_queries):
    units = [factories.unit(f"Sở {number}", parent=province.root) for number in range(n + 1)]
    round_ = province.round(indicator("HT.01"), units=units, subject="self", asks_sign_off=False)
    for unit in units:
        reporter = people.person(f"of {unit.pk}", unit, Role.REPORTER)
        report = type_in(round_.submissions.get(unit=unit), cell("5"), by=reporter)
        report = factories.perform("submit", report, by=reporter)
        factories.perform("verify", report, by=province.verifier)
        if unit != units[0]:
            Membership.objects.create(user=province.approver, unit=unit, role=Role.READER)
    client.get(address(round_))
    with django_assert_num_queries(23):
        assert len(look(client, round_).barred) == n
