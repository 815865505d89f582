"""Returning a report on its review page: the lines that are named, the day, and what is seen of it after."""

from datetime import timedelta

import pytest
from django.urls import reverse

from indicators.calendars import show_day
from indicators.clock import today
from indicators.models import Remark, Return, Submission
from indicators.returns import usual_day
from indicators.validation import expected_cells
from tests import factories
from tests.factories import Province, cell

from .pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")


def page_of(user, submission: Submission):
    return browser(user).get(reverse("admin:indicators_submission_change", args=[submission.pk]))


def give_back(user, submission: Submission, **posted):
    page = page_of(user, submission).context["page"]
    data = {"revision": page.revision.sha256, "seen": page.seen, "key": page.key, "action": "return"}
    data |= {"comment": "Đối chiếu lại", "resend_on": page.resend_on} | posted
    return browser(user).post(reverse("admin:indicators_submission_change", args=[submission.pk]), data)


@pytest.fixture
def submitted(province: Province) -> Submission:
    submission = province.submission(*(factories.indicator(f"HT.0{n}") for n in (1, 2, 3)))
    factories.type_in(submission, cell("1"), cell("2"), cell("3"), by=province.reporter)
    return province.walk(submission, "submit", "sign")


def test_ticked_and_remarked_lines_are_named_with_the_day(province, submitted):
    first, second, _third = expected_cells(submitted)
    day = show_day(today() + timedelta(days=7))
    response = give_back(
        province.verifier, submitted, **{"HT.01-remark": "Thiếu 2 xã", "HT.02-mend": "1", "resend_on": day}
    )
    assert response.status_code == 302
    asked = Return.objects.get()
    assert asked.lines == {first: "Thiếu 2 xã", second: ""}
    assert show_day(asked.resend_due_on) == day
    assert Remark.objects.get().text == "Thiếu 2 xã"


def test_remarks_saved_before_go_with_the_return(province, submitted):
    page = page_of(province.verifier, submitted).context["page"]
    address = reverse("admin:indicators_submission_change", args=[submitted.pk])
    data = {"revision": page.revision.sha256, "action": "remark", "HT.03-remark": "Xem lại"}
    browser(province.verifier).post(address, data)
    give_back(province.verifier, submitted)
    assert list(Return.objects.get().lines.values()) == ["Xem lại"]


def test_the_usual_day_stands_in_the_field_and_in_an_empty_one(province, submitted):
    shown = page_of(province.verifier, submitted)
    assert f'value="{show_day(usual_day())}"' in shown.content.decode()
    give_back(province.verifier, submitted, resend_on="")
    assert Return.objects.get().resend_due_on == usual_day()


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("31/02/2027", "Send again by: Enter the date as day/month/year, for example 25/02/2022."),
        ("mai", "Send again by: Enter the date as day/month/year, for example 25/02/2022."),
        ("01/01/2020", "The day by which the report is to be sent again cannot lie in the past."),
    ],
)
def test_a_day_that_is_none_or_past_is_told_and_everything_stays_as_typed(province, submitted, typed, fault):
    response = give_back(
        province.verifier, submitted, **{"HT.01-remark": "Thiếu", "HT.02-mend": "1", "resend_on": typed}
    )
    assert (response.status_code, response.context["refused"]) == (200, fault)
    body = response.content.decode()
    assert 'aria-invalid="true"' in body
    assert f'value="{typed}"' in body
    assert "Thiếu</textarea>" in body
    assert body.count("checked") == 1
    assert (Return.objects.count(), Remark.objects.count(), Submission.objects.get().state) == (0, 0, "submitted")


def test_the_day_is_read_of_a_return_alone(province, submitted):
    page = page_of(province.verifier, submitted).context["page"]
    address = reverse("admin:indicators_submission_change", args=[submitted.pk])
    data = {"revision": page.revision.sha256, "action": "verify", "resend_on": "mai"}
    assert browser(province.verifier).post(address, data).status_code == 302


def test_a_return_in_the_wrong_state_is_409_and_keeps_the_ticks(province, submitted):
    page = page_of(province.verifier, submitted).context["page"]
    province.walk(submitted, "verify")
    address = reverse("admin:indicators_submission_change", args=[submitted.pk])
    data = {"revision": page.revision.sha256, "action": "return", "comment": "x", "HT.01-mend": "1"}
    response = browser(province.verifier).post(address, data)
    assert (response.status_code, Return.objects.count()) == (409, 0)


def test_while_the_unit_mends_it_the_page_says_what_and_by_when(province, submitted):
    give_back(province.verifier, submitted, **{"HT.02-remark": "Thiếu 2 xã"})
    shown = page_of(province.verifier, submitted)
    page = shown.context["page"]
    assert page.state.word == f"Returned, send again by {show_day(usual_day())}"
    assert [(line.code, [str(s.word) for s in line.why]) for line in page.striking] == [
        ("HT.02", ["To be mended by the unit"])
    ]
    assert "Remark in the return: Thiếu 2 xã" in seen(shown)


def test_after_the_next_hand_in_the_reviewer_sees_what_changed_and_what_did_not(province, submitted):
    give_back(province.verifier, submitted, **{"HT.01-mend": "1", "HT.02-remark": "Thiếu 2 xã"})
    factories.type_in(submitted, cell("1"), cell("20"), cell("3"), by=province.reporter)
    province.walk(submitted, "submit", "sign")
    page = page_of(province.verifier, submitted).context["page"]
    assert [(line.code, [str(s.word) for s in line.why]) for line in page.changed] == [("HT.02", ["Changed"])]
    assert page.changed[0].asked == "Thiếu 2 xã"
    assert [(line.code, [str(s.word) for s in line.why]) for line in page.striking] == [
        ("HT.01", ["Named in the return, unchanged"])
    ]
    assert [line.code for line in page.quiet] == ["HT.03"]


def test_an_older_return_says_nothing_of_a_later_hand_in(province, submitted):
    give_back(province.verifier, submitted, **{"HT.01-mend": "1"})
    province.walk(submitted, "submit", "sign", "withdraw")
    factories.type_in(submitted, cell("9"), cell("2"), cell("3"), by=province.reporter)
    province.walk(submitted, "submit", "sign")
    factories.type_in(province.walk(submitted, "withdraw"), cell("8"), by=province.reporter)
    province.walk(submitted, "submit", "sign")
    assert page_of(province.verifier, submitted).context["page"].returned is None


def test_no_field_of_a_return_where_none_may_follow(province, submitted):
    province.walk(submitted, "verify", "approve")
    body = page_of(province.approver, submitted).content.decode()
    assert 'name="resend_on"' not in body
    assert '-mend"' not in body
