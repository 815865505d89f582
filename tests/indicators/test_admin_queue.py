"""The reviewers' queue: who gets in, what waits for whom, and at what price."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertNumQueries

from indicators.clock import now, today
from indicators.models import Membership, State, StepHolder, Submission, Unit, UnitSlice
from tests import factories, people
from tests.factories import Province, cell

QUEUE = "/admin/indicators/submission/"


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def listed(user, query: str = "") -> list[int]:
    response = logged_in(user).get(f"{QUEUE}?{query}")
    assert response.status_code == 200
    return [submission.pk for submission in response.context["cl"].result_list]


@pytest.fixture
def submitted(province: Province) -> Submission:
    submission = province.submission(factories.indicator("HT.01"))
    factories.type_in(submission, cell("14433"), by=province.reporter)
    return province.walk(submission, "submit", "sign")


def test_a_verifier_begins_with_what_waits_for_verification(province, submitted):
    draft = province.submission(factories.indicator("HT.02"))
    assert listed(province.verifier) == [submitted.pk]
    assert listed(province.verifier, "queue=all") == [submitted.pk, draft.pk]
    assert listed(province.verifier, "queue=draft") == [draft.pk]
    assert listed(province.verifier, "queue=approved") == []


def test_an_approver_waits_until_the_report_is_verified(province, submitted):
    assert listed(province.approver) == []
    province.walk(submitted, "verify")
    assert listed(province.approver) == [submitted.pk]
    assert listed(province.verifier) == []


def test_without_verification_a_sent_report_waits_for_the_approver(province):
    submission = province.submission(factories.indicator("HT.01"), asks_sign_off=False, asks_verification=False)
    factories.type_in(submission, cell("1"), by=province.reporter)
    province.walk(submission, "submit")
    assert listed(province.approver) == [submission.pk]
    assert listed(province.verifier) == []


def test_a_step_named_for_one_unit_waits_for_that_holder_alone(province, submitted):
    other = people.person("other verifier", province.sister, "verifier", is_staff=True)
    StepHolder.objects.create(
        form=submitted.round.form, step="verify", reporting_unit=province.department, holder=province.sister
    )
    assert listed(other) == [submitted.pk]
    assert listed(province.verifier) == []


def test_a_membership_that_ended_no_longer_opens_the_queue(province, submitted):
    Membership.objects.filter(user=province.verifier).update(valid_until=today())
    assert logged_in(province.verifier).get(QUEUE).status_code == 403


def test_a_superuser_begins_with_all_reports(province, submitted):
    draft = province.submission(factories.indicator("HT.02"))
    assert listed(people.superuser()) == [submitted.pk, draft.pk]


def test_reports_stand_by_their_due_date_and_then_by_their_number(province):
    late = province.round(factories.indicator("HT.01"), due_in=20)
    soon = province.round(factories.indicator("HT.02"), units=[province.department, province.sister], due_in=5)
    expected = [*soon.submissions.order_by("pk").values_list("pk", flat=True), late.submissions.get().pk]
    assert listed(province.verifier, "queue=all") == expected


@pytest.mark.parametrize("column", range(1, 6))
def test_every_column_sorts_both_ways(province, submitted, column):
    draft = province.submission(factories.indicator("HT.02"))
    for sign in ("", "-"):
        assert set(listed(province.verifier, f"queue=all&o={sign}{column}")) == {submitted.pk, draft.pk}


@pytest.mark.parametrize("typed", ["Khoa học", "khoa hoc", "KHOA HỌC", "khoa cong nghe"])
def test_a_unit_is_found_with_and_without_its_marks(province, typed):
    round_ = province.round(factories.indicator("HT.01"), units=[province.department, province.sister])
    wanted = round_.submissions.get(unit=province.department)
    assert listed(province.verifier, f"queue=all&q={typed}") == [wanted.pk]


def test_a_unit_found_by_two_names_is_listed_once(province, submitted):
    UnitSlice.objects.create(
        unit=province.department, valid_from=date(2000, 1, 1), name="Sở Khoa học cũ", kind="department"
    )
    assert listed(province.verifier, "q=khoa") == [submitted.pk]


def test_the_list_says_unit_state_and_how_late(province, submitted):
    submitted.due_on = today() - timedelta(days=3)
    submitted.save(update_fields=["due_on"])
    page = logged_in(province.verifier).get(QUEUE).content.decode()
    assert "Sở Khoa học và Công nghệ" in page
    assert '<span class="status waiting">' in page
    assert '<span class="status late">' in page


def test_the_price_of_the_list_does_not_grow(province, submitted):
    client = logged_in(province.verifier)
    with assertNumQueries(8):
        client.get(QUEUE)
    for code in ("HT.02", "HT.03"):
        more = province.submission(factories.indicator(code))
        factories.type_in(more, cell("1"), by=province.reporter)
        province.walk(more, "submit", "sign")
    with assertNumQueries(8):
        response = client.get(QUEUE)
    assert len(response.context["cl"].result_list) == 3


def test_an_empty_queue_opens(province):
    assert listed(province.verifier) == []


def test_a_reporter_is_sent_to_the_login(province, submitted):
    response = logged_in(province.reporter).get(QUEUE)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("admin:login"))


@pytest.mark.django_db
def test_the_login_of_the_admin_opens_for_anybody():
    assert Client().get("/admin/login/").status_code == 200
    assert Client().get(QUEUE).status_code == 302


def test_staff_without_a_reviewing_role_is_kept_out(province, submitted):
    clerk = people.person("clerk", province.office, "reader", is_staff=True)
    assert logged_in(clerk).get(QUEUE).status_code == 403
    assert logged_in(clerk).get("/admin/").content.decode().count(QUEUE) == 0


def test_the_index_leads_a_verifier_to_the_queue_and_to_nothing_else(province):
    apps = logged_in(province.verifier).get("/admin/").context["app_list"]
    assert [[model["object_name"] for model in app["models"]] for app in apps] == [["Submission"]]


@pytest.mark.parametrize("act", ["add/", "{pk}/delete/"])
def test_nobody_adds_or_deletes_a_report(province, submitted, act):
    for user in (province.verifier, people.superuser()):
        assert logged_in(user).get(QUEUE + act.format(pk=submitted.pk)).status_code == 403


def test_the_queue_offers_no_action_on_many(province, submitted):
    response = logged_in(people.superuser()).post(
        QUEUE, {"action": "delete_selected", "_selected_action": [submitted.pk]}
    )
    assert Submission.objects.count() == 1
    assert response.status_code in (200, 302, 403)


def test_what_waits_for_a_reviewer_is_said_so_in_a_locked_round_too(province, submitted):
    asked = submitted.round
    asked.locked_at = now()
    asked.save(update_fields=["locked_at"])
    page = logged_in(province.verifier).get(QUEUE).content.decode()
    assert f'<span class="status waiting">{State.SUBMITTED.label}</span>' in page


def test_without_verification_the_list_says_that_approval_is_awaited(province):
    submission = province.submission(factories.indicator("HT.01"), asks_sign_off=False, asks_verification=False)
    factories.type_in(submission, cell("1"), by=province.reporter)
    province.walk(submission, "submit")
    page = logged_in(province.approver).get(QUEUE).content.decode()
    assert f"{State.SUBMITTED.label}</span>" not in page


def test_the_name_is_that_of_the_period_not_of_today(province, submitted):
    UnitSlice.objects.create(
        unit=province.department,
        valid_from=submitted.round.period.day_after_last,
        name="Sở Tên mới",
        kind="department",
    )
    page = logged_in(province.verifier).get(QUEUE).content.decode()
    assert "Sở Khoa học và Công nghệ" in page
    assert "Sở Tên mới" not in page
    assert Unit.objects.count() == 4
