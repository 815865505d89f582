"""Where a person begins, and what waits for whom."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from indicators.calendars import window
from indicators.clock import now, today
from indicators.models import Membership, Round, Submission, Succession, Unit
from indicators.opening import open_round
from tests import factories, people
from tests.factories import cell, indicator, type_in
from tests.indicators.pages import browser, seen


def work(user):
    return browser(user).get(reverse("submissions"))


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def rows(response) -> list[str]:
    body = response.content.decode()
    return [words(row) for row in re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", body, re.S)]


def headings(response) -> list[str]:
    return re.findall(r"<h2 id=\"([\w-]+)\">", response.content.decode())


# --- Home


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("reporter", "submissions"),
        ("unit_leader", "submissions"),
        ("verifier", "admin:indicators_submission_changelist"),
        ("approver", "admin:indicators_submission_changelist"),
        ("leader", "summary"),
    ],
)
def test_each_role_begins_at_its_own_work(province, who, name):
    response = browser(getattr(province, who)).get(reverse("home"))
    assert (response.status_code, response.url) == (302, reverse(name))


def test_who_reports_and_verifies_begins_at_reporting(province):
    Membership.objects.create(user=province.verifier, unit=province.office, role="reporter")
    assert browser(province.verifier).get(reverse("home")).url == reverse("submissions")


@pytest.mark.parametrize("name", ["home", "submissions"])
def test_who_is_not_logged_in_is_sent_to_the_login(db, name):
    assert Client().get(reverse(name)).url == f"{reverse('login')}?next={reverse(name)}"


def test_the_list_takes_no_post(province):
    assert browser(province.reporter).post(reverse("submissions")).status_code == 405


# --- My work


def test_a_report_shows_period_unit_due_date_and_what_to_do(province, clock):
    clock.set(2026, 11, 24, 9, 42)
    province.submission(indicator("HT.01"), indicator("HT.02"), due_in=22)
    assert rows(work(province.reporter)) == [
        "Báo cáo chuyển đổi số, Quarter IV/2026 Sở Khoa học và Công nghệ "
        "01/CĐS · Figures from 15/09/2026 to the end of 14/12/2026 16/12/2026 22 days left 0/2 "
        "Not started Start Báo cáo chuyển đổi số, Quarter IV/2026, Sở Khoa học và Công nghệ"
    ]


def test_the_list_is_due_first_and_counts_what_is_entered(province):
    later = province.submission(indicator("HT.01"), due_in=9)
    sooner = province.submission(indicator("HT.02"), indicator("HT.03"), due_in=1)
    type_in(sooner, cell("5"), cell(note="chưa có"), by=province.reporter)
    listed = rows(work(province.reporter))
    assert ["1 day left 1/2 Draft Continue" in listed[0], "9 days left 0/1" in listed[1]] == [True, True]
    assert Submission.objects.count() == 2
    assert later.pk < sooner.pk


def test_a_grid_counts_one_cell_a_commune(province):
    for name in ("Xã Một", "Xã Hai", "Xã Ba"):
        factories.unit(name, "commune", parent=province.root)
    factories.unit("Xã tỉnh khác", "commune")
    submission = province.submission(indicator("HT.01"), indicator("HT.02"), subject="each_commune")
    type_in(submission, cell("5"), by=province.reporter)
    assert " 1/6 " in rows(work(province.reporter))[0]


@pytest.mark.parametrize(
    ("due_in", "shape", "said"),
    [(0, None, "Due today"), (-2, "missing", "Overdue by 2 days, still open")],
)
def test_the_time_that_is_left_is_said(province, due_in, shape, said):
    province.submission(indicator("HT.01"), due_in=due_in)
    response = work(province.reporter)
    assert said in rows(response)[0]
    assert shape is None or f'class="status {shape}">{said}' in response.content.decode()


@pytest.mark.parametrize(("late", "said"), [(0, "Sent on time"), (3, "Sent late by 3 days")])
def test_a_report_that_was_sent_says_whether_in_time(province, late, said):
    submission = type_in(province.submission(indicator("HT.01")), cell("5"), by=province.reporter)
    Submission.objects.update(due_on=today() - timedelta(days=late))
    province.walk(submission, "submit", "sign")
    assert said in rows(work(province.reporter))[0]


def test_a_returned_report_comes_back_with_its_reason_and_by_whom(province, clock):
    clock.set(2026, 11, 24, 9, 42)
    submission = type_in(province.submission(indicator("HT.01")), cell("5"), by=province.reporter)
    submission = province.walk(submission, "submit")
    factories.perform("return", submission, by=province.unit_leader, comment="Thiếu một xã")
    response = work(province.reporter)
    assert (
        "Returned for completion “Thiếu một xã” (unit leader, 24/11/2026 09:42) Correct and send again"
        in rows(response)[0]
    )
    assert headings(response) == ["to-do"]


def test_what_waits_for_others_stands_apart(province):
    submission = type_in(province.submission(indicator("HT.01")), cell("5"), by=province.reporter)
    assert headings(work(province.unit_leader)) == ["waiting"]
    province.walk(submission, "submit")
    assert headings(work(province.unit_leader)) == ["to-do"]
    assert "Read and sign off" in rows(work(province.unit_leader))[0]
    assert headings(work(province.reporter)) == ["waiting"]


def test_what_is_approved_is_finished_in_a_locked_round_too(province):
    approved = type_in(province.submission(indicator("HT.01")), cell("5"), by=province.reporter)
    province.walk(approved, "submit", "sign", "verify", "approve")
    Round.objects.update(locked_at=now())
    response = work(province.reporter)
    assert headings(response) == ["finished"]
    assert "Approved" in rows(response)[0]
    assert "closed on" not in rows(response)[0]


def test_a_locked_round_says_since_when_and_whom_to_call(province, clock):
    clock.set(2026, 11, 24, 9, 42)
    province.submission(indicator("HT.02"), due_in=20)
    Round.objects.update(locked_at=now())
    response = work(province.reporter)
    assert headings(response) == ["shut"]
    assert (
        "Round locked Not sent This round was closed on 24/11/2026. "
        "For changes call Phòng Chuyển đổi số, 02133 000 000. View" in rows(response)[0]
    )


def test_a_round_that_is_not_open_yet_says_when_and_whom_to_call(province, clock):
    clock.set(2026, 11, 24, 9, 42)
    province.submission(indicator("HT.01"), due_in=22)
    Round.objects.update(opens_on=today() + timedelta(days=2))
    response = work(province.reporter)
    assert headings(response) == ["shut"]
    assert (
        "Not open yet This round opens on 26/11/2026. Contact: Phòng Chuyển đổi số, 02133 000 000"
        in rows(response)[0]
    )
    assert "Nothing to do. Next report: Báo cáo chuyển đổi số, Quarter IV/2026, due 16/12/2026." in seen(response)


def test_a_report_that_was_sent_says_when_and_how_it_could_be_changed(province, clock):
    clock.set(2026, 11, 24, 9, 42)
    report = type_in(province.submission(indicator("HT.01")), cell("5"), by=province.reporter)
    report = province.walk(report, "submit")
    assert "Waiting for a signature since 24/11/2026 09:42" in rows(work(province.reporter))[0]
    clock.set(2026, 11, 24, 10, 5)
    province.walk(report, "sign")
    (row,) = rows(work(province.reporter))
    assert "The report was sent at 24/11/2026 10:05 and can be changed only after" in row


def test_a_signer_knows_that_the_figures_are_still_being_entered(province):
    province.submission(indicator("HT.01"))
    assert "Waiting for those who enter figures for the unit." in rows(work(province.unit_leader))[0]
    assert "No report is waiting for you." in seen(work(province.unit_leader))


def test_reports_of_a_unit_that_ended_name_its_successor(province):
    for n in (1, 2):
        province.submission(indicator(f"HT.0{n}"))
    Unit.objects.filter(pk=province.department.pk).update(ended=today())
    Succession.objects.create(
        predecessor=province.department, successor=province.sister, effective_on=today(), is_confirmed=False
    )
    response = work(province.reporter)
    assert headings(response) == ["shut"]
    assert ["From that day Sở Tài chính reports." in row for row in rows(response)] == [True, True]


def test_the_lead_counts_what_is_to_be_done_and_what_is_overdue(province, clock):
    clock.set(2026, 11, 24, 9, 42)
    province.submission(indicator("HT.01"), due_in=22)
    assert "1 report to do, due on 16/12/2026." in seen(work(province.reporter))
    province.submission(indicator("HT.02"), due_in=9)
    assert "2 reports to do, the first due on 03/12/2026." in seen(work(province.reporter))
    province.submission(indicator("HT.03"), due_in=-1)
    assert "3 reports to do, 1 of them overdue." in seen(work(province.reporter))


def test_one_officer_of_two_units_sees_whose_each_report_is(province):
    Membership.objects.create(user=province.reporter, unit=province.sister, role="reporter")
    province.round(indicator("HT.01"), units=[province.department, province.sister])
    response = work(province.reporter)
    assert [re.search(r"2026 (Sở .*?) 01/CĐS", row)[1] for row in rows(response)] == [
        "Sở Khoa học và Công nghệ",
        "Sở Tài chính",
    ]
    assert "Agencies and units: Sở Khoa học và Công nghệ, Sở Tài chính" in seen(response)


def test_what_is_typed_from_an_archive_comes_last_and_names_its_document(province):
    asked = factories.form(province.department, holders={}, indicators=[indicator("HT.01")])
    open_round(asked, factories.period(window("2023")), archive="Công văn 12/2023")
    province.submission(indicator("HT.02"), due_in=90)
    listed = rows(work(province.reporter))
    assert ["Quarter" in listed[0], "Year 2023" in listed[1]] == [True, True]
    assert "Entered from an archived document: Công văn 12/2023 No due date 0/1" in listed[1]


def test_with_archives_alone_the_lead_names_no_day(province):
    asked = factories.form(province.department, holders={}, indicators=[indicator("HT.01")])
    open_round(asked, factories.period(window("2023")), archive="Công văn 12/2023")
    assert "1 report to do." in seen(work(province.reporter))


def test_a_made_up_round_is_marked_in_the_list(province):
    province.submission(indicator("HT.01"))
    assert "Illustration" not in rows(work(province.reporter))[0]
    Round.objects.update(is_illustrative=True)
    assert "· Illustration" in rows(work(province.reporter))[0]


def test_reports_of_other_units_and_of_reviewed_ones_are_not_my_work(province):
    province.submission(indicator("HT.01"), units=[province.department, province.sister])
    assert len(rows(work(province.outsider))) == 1
    for who in (province.verifier, province.approver, province.leader, people.superuser()):
        response = work(who)
        assert rows(response) == []
        assert "This account enters or signs figures of no unit." in seen(response)


@pytest.mark.parametrize("reports", [1, 3])
@pytest.mark.parametrize("subject", ["province", "each_commune"])
def test_the_list_costs_the_same_queries_whatever_its_length(province, reports, subject, django_assert_num_queries):
    factories.unit("Xã Một", "commune", parent=province.root)
    windows = [None, factories.quarter_of(today() - timedelta(days=100)), factories.quarter_of(today())]
    for n, each in zip(range(reports), windows, strict=False):
        province.submission(indicator(f"HT.{n:02}"), subject=subject, window=each)
    client = browser(province.reporter)
    with django_assert_num_queries(6 if subject == "province" else 8):
        assert len(rows(client.get(reverse("submissions")))) == reports


@pytest.mark.parametrize("reports", [1, 3])
def test_what_was_sent_or_returned_costs_the_same_queries_too(province, reports, django_assert_num_queries):
    for n in range(reports):
        for state in ("sent", "returned"):
            report = province.submission(indicator(f"{'HT' if state == 'sent' else 'XH'}.{n:02}"))
            report = province.walk(type_in(report, cell("5"), by=province.reporter), "submit")
            if state == "returned":
                factories.perform("return", report, by=province.unit_leader)
    client = browser(province.reporter)
    with django_assert_num_queries(7):
        assert len(rows(client.get(reverse("submissions")))) == 2 * reports
