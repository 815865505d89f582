"""The unit's pages: both figures with the reason, until when it may explain, and the page where it does."""

from datetime import timedelta

import pytest
from django.urls import reverse

from indicators import assessing
from indicators.models import Assessment, Explanation, Submission
from tests.factories import Province
from tests.indicators.test_assessing import WHY, enter, handed_in, keys, own

from .pages import at, browser, seen

pytestmark = pytest.mark.usefixtures("english")
SAID = "Đã tính cả các tuyến nhánh"


@pytest.fixture
def assessed(province: Province) -> Submission:
    submission = handed_in(province)
    enter(submission, {keys(submission)[0]: own("14000")}, by=province.verifier)
    return submission


def page_at(submission: Submission) -> str:
    return reverse("submission_assessed", args=[submission.pk])


def explain(user, submission: Submission, text: str = SAID, **posted):
    number = Assessment.objects.latest("pk").pk
    return browser(user).post(page_at(submission), {f"explain-{number}": text} | posted)


@pytest.mark.parametrize("who", ["reporter", "unit_leader"])
def test_the_report_s_page_shows_both_figures_with_the_reason_and_the_day(province, assessed, who):
    said = seen(browser(getattr(province, who)).get(at(assessed)))
    assert f"reported 14.433 km, reviewer 14.000 km. {WHY} verifier" in said
    assert f"May be explained until the end of {Assessment.objects.get().explain_by:%d/%m/%Y}." in said


def test_where_no_reviewer_has_another_figure_nothing_is_said(province):
    submission = handed_in(province)
    client = browser(province.reporter)
    assert "reviewer has other figures" not in seen(client.get(at(submission)))
    assert "No figure of a reviewer stands" in seen(client.get(page_at(submission)))


def test_the_page_of_the_figures_says_which_one_counts(province):
    submission = handed_in(province, counting_figure="assessed")
    enter(submission, {keys(submission)[0]: own("14000")}, by=province.verifier)
    said = seen(browser(province.reporter).get(page_at(submission)))
    assert "On approval the figure of the reviewer counts" in said
    assert "Reported figure 14.433 km Reviewer's own figure 14.000 km" in said


def test_an_explanation_is_saved_and_read_on_both_pages(province, assessed):
    response = explain(province.unit_leader, assessed, "Đã tính\r\ncả")
    assert (response.status_code, response["Location"]) == (302, at(assessed))
    assert Explanation.objects.get().text == "Đã tính\ncả"
    assert "Explanation of the unit: Đã tính cả unit leader" in seen(browser(province.reporter).get(at(assessed)))
    page = browser(province.reporter).get(page_at(assessed))
    assert "<textarea" not in page.content.decode()


def test_what_is_empty_is_refused_in_words(province, assessed):
    response = explain(province.reporter, assessed, "  ")
    assert response.status_code == 409
    assert "The explanation is empty" in seen(response)


def test_after_the_days_the_page_says_so_and_keeps_what_was_typed(province, assessed, clock):
    day = Assessment.objects.get().explain_by + timedelta(days=1)
    clock.set(day.year, day.month, day.day, 9)
    response = explain(province.reporter, assessed)
    assert response.status_code == 409
    said = seen(response)
    assert f"HT.01: The figure could be explained until the end of {day - timedelta(days=1):%d/%m/%Y}." in said
    assert SAID in said
    assert not Explanation.objects.exists()


def test_the_same_page_sent_twice_explains_once(province, assessed):
    answers = [explain(province.reporter, assessed, key="k").status_code for _ in range(2)]
    assert (answers, Explanation.objects.count()) == ([302, 302], 1)


@pytest.mark.parametrize("who", ["verifier", "approver", "leader", "outsider"])
def test_to_others_the_page_is_not_there(province, assessed, who):
    client = browser(getattr(province, who))
    assert client.get(page_at(assessed)).status_code == 404
    assert explain(getattr(province, who), assessed).status_code == 404


def test_the_reviewers_read_it_and_the_unit_s_name_of_the_act_stands_in_the_history(province, assessed):
    explain(province.reporter, assessed)
    review = browser(province.verifier).get(reverse("admin:indicators_submission_change", args=[assessed.pk]))
    assert f"The unit explains: {SAID}" in seen(review)
    said = seen(browser(province.reporter).get(at(assessed)))
    assert "Reviewer's own figures entered verifier HT.01" in said
    assert "Reviewer's own figures explained by the unit reporter HT.01" in said


def test_fields_that_name_no_figure_are_left_aside(province, assessed):
    posted = {"explain-x": "a", "explain-": "b", f"explain-{'9' * 30}": "c", "other": "d"}
    response = browser(province.reporter).post(page_at(assessed), posted)
    assert response.status_code == 409
    assert not Explanation.objects.exists()


def test_what_was_typed_when_the_session_ended_stands_there_again(province, assessed):
    client = browser(province.reporter)
    page = client.get(page_at(assessed))
    field = f"explain-{Assessment.objects.get().pk}"
    client.logout()
    answer = client.post(page_at(assessed), {field: SAID, "typist": page.context["typist"], "key": "k"})
    assert answer.status_code == 401
    again = browser(province.reporter)
    again.post(reverse("login"), {"kept": answer.context["kept"]})
    said = seen(again.get(page_at(assessed)))
    assert "The session had ended" in said
    assert SAID in said


def test_markup_in_a_reason_and_an_explanation_stays_text(province, assessed):
    enter(assessed, {keys(assessed)[0]: own("13000", "<script>x</script>")}, by=province.verifier)
    assessing.explain(assessed, {Assessment.objects.latest("pk").pk: "<b>y</b>"}, by=province.reporter)
    for address in (at(assessed), page_at(assessed)):
        body = browser(province.reporter).get(address).content.decode()
        assert "<script>x" not in body
        assert "<b>y" not in body


@pytest.mark.parametrize("n", [1, 2])
def test_the_price_of_the_page_does_not_grow_with_the_figures(province, django_assert_num_queries, n):
    submission = handed_in(province)
    enter(submission, {key: own("99") for key in keys(submission)[:n]}, by=province.verifier)
    client = browser(province.reporter)
    client.get(page_at(submission))
    with django_assert_num_queries(PRICE):
        client.get(page_at(submission))


PRICE = 11
