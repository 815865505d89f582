"""A returned report on the unit's pages: the lines to mend, the day, and what the signer sees of the mending."""

from datetime import timedelta

import pytest
from django.urls import reverse

from indicators import rounds, workflow
from indicators.calendars import show_day
from indicators.clock import today
from indicators.models import Submission
from indicators.returns import Asked
from indicators.validation import expected_cells
from tests import factories
from tests.factories import Province, cell

from .pages import at, browser, seen

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def submitted(province: Province) -> Submission:
    submission = province.submission(
        factories.indicator("HT.01"), factories.indicator("HT.02"), factories.indicator("KT.01", group="KT")
    )
    factories.type_in(submission, cell("1"), cell("2"), cell("3"), by=province.reporter)
    return province.walk(submission, "submit", "sign")


def give_back(province: Province, submission: Submission, remarks: dict[int, str], *, days: int = 3) -> Submission:
    """`remarks`: place of the line in the form → what is said of it."""
    cells = list(expected_cells(submission))
    asked = Asked({cells[place]: text for place, text in remarks.items()}, today() + timedelta(days=days))
    return workflow.perform("return", submission, by=province.verifier, comment="Đối chiếu lại", asked=asked)


def form(user, submission: Submission, query: str = ""):
    return browser(user).get(at(submission) + query)


def test_the_form_opens_with_the_lines_to_mend_linked_and_marked(province, submitted):
    give_back(province, submitted, {1: "Thiếu 2 xã", 0: ""})
    response = form(province.reporter, submitted)
    page, body = response.context["page"], response.content.decode()
    assert [(line.link, line.remark) for line in page.to_mend] == [("#HT.01", ""), ("#HT.02", "Thiếu 2 xã")]
    assert "2 lines to mend" in seen(response)
    assert body.count("to-mend") == 3  # the list and two lines
    assert body.index('id="to-mend"') < body.index('id="HT.01"')
    assert seen(response).count("Thiếu 2 xã") == 2


def test_in_a_group_alone_the_list_leads_to_the_other_groups(province, submitted):
    give_back(province, submitted, {0: "", 2: "Sai đơn vị tính"})
    page = form(province.reporter, submitted, "?group=1").context["page"]
    assert [line.link for line in page.to_mend] == ["#HT.01", "?group=2#KT.01"]


def test_a_grid_names_the_commune(province):
    factories.unit("Phường Đoàn Kết", "commune", code="03388", parent=province.root)
    submission = province.submission(factories.indicator("HT.01"), subject="each_commune")
    factories.type_in(submission, cell("3"), by=province.reporter)
    give_back(province, province.walk(submission, "submit", "sign"), {0: "Xem lại"})
    (line,) = form(province.reporter, submission).context["page"].to_mend
    assert (line.link, line.title) == ("#HT.01@03388", "Chỉ tiêu HT.01, Phường Đoàn Kết")


def test_state_and_day_are_those_of_the_return(province, submitted):
    give_back(province, submitted, {}, days=3)
    page = form(province.reporter, submitted).context["page"]
    day = show_day(today() + timedelta(days=3))
    assert page.state.word == f"Returned, send again by {day}"
    assert page.timing.word == "3 days left"
    assert f"Send again by {day}" in seen(form(province.reporter, submitted))


def test_after_its_day_a_return_is_overdue_and_still_open(province, submitted, clock):
    clock.set(2027, 3, 1, 9)
    give_back(province, submitted, {}, days=2)
    clock.set(2027, 3, 8, 9)
    page = form(province.reporter, submitted).context["page"]
    assert page.timing.word == "Overdue by 5 days, still open"
    assert page.is_editable
    work = browser(province.reporter).get(reverse("submissions"))
    assert "1 report to do, 1 of them overdue." in seen(work)


def test_a_locked_round_is_said_before_the_day(province, submitted):
    give_back(province, submitted, {})
    rounds.lock_round(submitted.round, by=province.approver)
    page = form(province.reporter, submitted).context["page"]
    assert page.state.word == "Round locked"
    assert page.timing.word == "Sent on time"


def test_my_work_shows_the_day_of_the_return_instead_of_the_due_date(province, submitted):
    other = province.submission(factories.indicator("DL.01"), due_in=5)
    give_back(province, submitted, {}, days=3)
    response = browser(province.reporter).get(reverse("submissions"))
    tasks = response.context["work"].todo
    assert [task.submission.pk for task in tasks] == [submitted.pk, other.pk]
    assert [task.due_on for task in tasks] == [today() + timedelta(days=3), other.due_on]
    assert f"Returned, send again by {show_day(today() + timedelta(days=3))}" in seen(response)
    assert show_day(submitted.due_on) not in seen(response)


def test_the_signer_sees_what_changed_since_the_return_what_was_asked_first(province, submitted):
    give_back(province, submitted, {1: "Thiếu 2 xã"})
    factories.type_in(submitted, cell("10"), cell("20", note="Đã bổ sung"), cell("3"), by=province.reporter)
    assert form(province.reporter, submitted).context["page"].changed == []
    province.walk(submitted, "submit")
    response = form(province.unit_leader, submitted)
    changed = response.context["page"].changed
    assert [(each.title, each.before, each.now, each.was_asked) for each in changed] == [
        ("Chỉ tiêu HT.02", "2 km", "20 km; “Đã bổ sung”", True),
        ("Chỉ tiêu HT.01", "1 km", "10 km", False),
    ]
    assert "Changed since the report was returned" in seen(response)


def test_a_report_that_was_never_returned_lists_nothing(province, submitted):
    for user in (province.reporter, province.unit_leader):
        page = form(user, submitted).context["page"]
        assert (page.asked, page.to_mend, page.changed) == (None, [], [])


def test_once_handed_in_again_the_return_is_history(province, submitted):
    give_back(province, submitted, {0: "Sai"})
    province.walk(submitted, "submit", "sign")
    page = form(province.reporter, submitted).context["page"]
    assert (page.asked, page.to_mend) == (None, [])
    assert "Đối chiếu lại" in seen(form(province.reporter, submitted))


def test_markup_in_a_remark_stays_text(province, submitted):
    give_back(province, submitted, {0: "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in form(province.reporter, submitted).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_price_of_a_returned_form_does_not_grow_with_its_lines(province, count, django_assert_num_queries):
    submission = province.submission(*(factories.indicator(f"HT.0{n}") for n in range(count)))
    factories.type_in(submission, *(cell("1") for _ in range(count)), by=province.reporter)
    province.walk(submission, "submit", "sign")
    give_back(province, submission, dict.fromkeys(range(count), "Sai"))
    client = browser(province.reporter)
    client.get(at(submission))
    with django_assert_num_queries(17):
        client.get(at(submission))


@pytest.mark.parametrize("count", [1, 3])
def test_the_price_of_my_work_does_not_grow_with_returned_reports(province, count, django_assert_num_queries):
    for n in range(count):
        submission = province.submission(factories.indicator(f"HT.0{n}"))
        factories.type_in(submission, cell("1"), by=province.reporter)
        give_back(province, province.walk(submission, "submit", "sign"), {0: "Sai"})
    client = browser(province.reporter)
    with django_assert_num_queries(8):
        client.get(reverse("submissions"))
