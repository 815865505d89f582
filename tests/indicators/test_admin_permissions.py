"""Who reaches which page of the admin, which reports wait for whom, and what no address lets anybody do."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from indicators.admin.queue import waiting_for
from indicators.clock import now
from indicators.models import Membership, Observation, StepHolder, Submission, User
from tests import factories, people
from tests.factories import Province, cell

REPORTS = "/admin/indicators/submission/"
FIGURES = "/admin/indicators/observation/"


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def clerk(province: Province) -> User:
    return people.person("clerk", is_staff=True)


def sent(province: Province, code: str = "HT.01", **facts) -> Submission:
    report = province.submission(factories.indicator(code), asks_sign_off=False, **facts)
    factories.type_in(report, cell("14433"), by=province.reporter)
    return province.walk(report, "submit")


@pytest.fixture
def approved(province: Province) -> Submission:
    return province.walk(sent(province), "verify", "approve")


def test_staff_without_membership_and_rights_reaches_nothing(clerk, approved):
    client, figure = logged_in(clerk), Observation.objects.get()
    paths = [
        REPORTS,
        f"{FIGURES}",
        f"{FIGURES}export/",
        f"{FIGURES}{figure.pk}/change/",
        "/admin/indicators/unit/",
        "/admin/indicators/user/",
    ]
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 403)
    for page in ("change", "history"):
        assert client.get(f"{REPORTS}{approved.pk}/{page}/").status_code == 404
    assert client.post(f"{REPORTS}{approved.pk}/change/", {"action": "reopen", "comment": "x"}).status_code == 404
    assert client.get("/admin/").context["app_list"] == []


def test_a_right_to_see_reports_is_no_role_in_them(clerk, approved):
    clerk.user_permissions.set(Permission.objects.filter(codename__endswith="_submission"))
    client = logged_in(clerk)
    assert client.get(REPORTS).status_code == 403
    assert client.get(f"{REPORTS}{approved.pk}/change/").status_code == 404


def test_every_right_there_is_adds_changes_and_deletes_no_figure_and_no_report(clerk, province, approved):
    Membership.objects.create(user=clerk, unit=province.root, role="approver")
    clerk.user_permissions.set(Permission.objects.all())
    client, figure = logged_in(clerk), Observation.objects.get()
    assert client.get(REPORTS).status_code == 200
    answers = [
        client.post(f"{REPORTS}add/", {}).status_code,
        client.post(f"{REPORTS}{approved.pk}/delete/", {"post": "yes"}).status_code,
        client.post(f"{FIGURES}add/", {}).status_code,
        client.post(f"{FIGURES}{figure.pk}/change/", {"value": "1"}).status_code,
        client.post(f"{FIGURES}{figure.pk}/delete/", {"post": "yes"}).status_code,
    ]
    assert answers == [403] * 5
    assert (Submission.objects.count(), Observation.objects.get().value) == (1, 14433)


@pytest.mark.parametrize("role", ["reporter", "signer", "reader"])
def test_a_staff_member_of_the_unit_itself_finds_no_reviewers_page(clerk, province, approved, role):
    Membership.objects.create(user=clerk, unit=province.department, role=role)
    client = logged_in(clerk)
    assert client.get(REPORTS).status_code == 403
    assert client.get(f"{REPORTS}{approved.pk}/change/").status_code == 404


def test_an_account_that_was_closed_is_sent_to_the_login(province, approved):
    client = logged_in(province.approver)
    User.objects.filter(pk=province.approver.pk).update(is_active=False)
    response = client.get(REPORTS)
    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={REPORTS}")


def waits(*users: User) -> list[list[int]]:
    rows = Submission.objects.order_by("pk")
    return [list(waiting_for(user, rows).values_list("pk", flat=True)) for user in users]


def test_a_report_waits_for_one_step_at_a_time(province):
    report, seen = sent(province), []
    seen.append(waits(province.verifier, province.approver))
    for move in ("verify", "approve", "reopen", "submit", "return"):
        report = province.walk(report, move)
        seen.append(waits(province.verifier, province.approver))
    here = [report.pk]
    assert seen == [[here, []], [[], here], [[], []], [[], []], [here, []], [[], []]]


def test_without_verification_a_report_waits_for_the_approver_at_once(province):
    report = sent(province, asks_verification=False)
    assert waits(province.verifier, province.approver) == [[], [report.pk]]


@pytest.mark.parametrize("verifies", [True, False])
def test_a_lock_takes_nothing_out_of_the_queue(province, verifies):
    report = sent(province, asks_verification=verifies)
    before = waits(province.verifier, province.approver)
    report.round.locked_at = now()
    report.round.save()
    assert (
        waits(province.verifier, province.approver)
        == before
        == ([[report.pk], []] if verifies else [[], [report.pk]])
    )


def test_what_is_with_its_unit_waits_for_no_reviewer(province):
    report = province.submission(factories.indicator("HT.01"))
    factories.type_in(report, cell("1"), by=province.reporter)
    assert waits(province.verifier, province.approver) == [[], []]
    province.walk(report, "submit")
    assert waits(province.verifier, province.approver, people.superuser()) == [[], [], []]


def test_a_holder_named_for_one_unit_takes_that_units_reports_alone(province):
    other = people.person("other approver", province.sister, "approver", is_staff=True)
    asked = province.round(
        factories.indicator("HT.01"),
        units=[province.department, province.office],
        asks_sign_off=False,
        asks_verification=False,
    )
    StepHolder.objects.create(
        form=asked.form, step="approve", reporting_unit=province.department, holder=province.sister
    )
    asked.submissions.update(state="submitted")
    named, rest = (asked.submissions.get(unit=unit).pk for unit in (province.department, province.office))
    assert waits(other, province.approver) == [[named], [rest]]
    assert logged_in(other).get(f"{REPORTS}{rest}/change/").status_code == 404
    assert logged_in(province.approver).get(f"{REPORTS}{named}/change/").status_code == 404


def test_a_role_in_another_unit_or_another_role_in_the_holder_waits_for_nothing(province):
    sent(province)
    elsewhere = people.person("elsewhere", province.sister, "verifier", is_staff=True)
    reads = people.person("reads", province.office, "reader", is_staff=True)
    assert waits(elsewhere, reads) == [[], []]


def test_the_filter_lists_each_state_and_an_unknown_one_hides_nothing(province):
    one, two = sent(province), province.submission(factories.indicator("HT.02"))
    client = logged_in(province.verifier)
    found = {
        queue: [row.pk for row in client.get(REPORTS, {"queue": queue}).context["cl"].result_list]
        for queue in ("mine", "all", "draft", "submitted", "verified", "returned", "approved", "no-such-state")
    }
    assert found == {
        "mine": [one.pk],
        "all": [one.pk, two.pk],
        "draft": [two.pk],
        "submitted": [one.pk],
        "verified": [],
        "returned": [],
        "approved": [],
        "no-such-state": [one.pk, two.pk],
    }


def test_the_oldest_due_stands_first_and_ties_by_number(province):
    made = [province.submission(factories.indicator(f"HT.0{n}"), due_in=due) for n, due in enumerate((9, 3, 9, -2))]
    rows = logged_in(province.verifier).get(REPORTS, {"queue": "all"}).context["cl"].result_list
    assert [row.pk for row in rows] == [made[n].pk for n in (3, 1, 0, 2)]
