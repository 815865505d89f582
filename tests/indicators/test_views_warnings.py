"""Warnings and errors on the page of a report; the way of an explanation from its cell to the approved figure."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from indicators.calendars import quarter
from indicators.models import Definition, FormCheck, Observation
from indicators.opening import open_round
from tests import factories
from tests.factories import cell, indicator, type_in
from tests.indicators.pages import BACKEND, at, browser, press, seen, state

APPROVE = ("submit", "sign", "verify", "approve")
CHANGED = "Changed by +50% against last period (100 km). Give the reason."
PART = "HT.01 (150) must be at most HT.02 (120)."


@pytest.fixture(autouse=True)
def _in_november(clock) -> None:
    clock.set(2026, 11, 24, 9, 42)


@pytest.fixture
def asked(province):
    return factories.form(
        province.department,
        holders={"verify": province.office, "approve": province.root},
        indicators=[indicator("HT.01", change_limit=10), indicator("HT.02")],
    )


def opened(form, number):
    period = factories.period(quarter(2026, number))
    return open_round(form, period, due_on=date(2026, 12, 16)).submissions.get()


@pytest.fixture
def submission(province, asked):
    before = type_in(opened(asked, 3), cell("100"), cell("200"), by=province.reporter)
    province.walk(before, *APPROVE)
    return opened(asked, 4)


@pytest.fixture
def ruled(asked, submission):
    """The same report under a rule between its lines."""
    submission.round.checks.create(left="HT.01", comparison="lte", right="HT.02")
    return submission


def line(response, name="HT.01") -> str:
    """What the page draws of one cell, as one line of HTML."""
    html = " ".join(unescape(response.content.decode()).split())
    return re.split(r'<div class="line[^"]*" id="', html.partition(f'id="{name}" role="group"')[2])[0]


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def page(submission, by):
    return browser(by).get(at(submission))


# --- The page


def test_an_untouched_form_is_not_greeted_with_complaints(province, ruled):
    ruled.round.checks.update(if_missing="never", right="-1")
    response = page(ruled, province.reporter)
    assert "To be settled" not in seen(response)
    assert "Error:" not in seen(response)


def test_a_warning_stands_beside_its_cell_with_the_box_for_its_explanation_open(province, submission):
    type_in(submission, cell("150"), cell("200"), by=province.reporter)
    drawn = line(page(submission, province.reporter))
    assert f"Warning: {CHANGED}" in words(drawn)
    assert '<p class="warning">' in drawn
    assert "<details open>" in drawn
    assert '<label for="HT.01-note"> Explanation of the warning </label>' in drawn
    assert 'aria-describedby="HT.01-findings"' in drawn
    assert drawn.count('id="HT.01-findings"') == 1
    assert "Warning" not in line(page(submission, province.reporter), "HT.02")


def test_the_top_of_the_page_leads_to_what_is_to_be_settled(province, ruled):
    type_in(ruled, cell("150"), cell("120"), by=province.reporter)
    html = " ".join(page(ruled, province.reporter).content.decode().split())
    assert f'<a href="#HT.01-note">Chỉ tiêu HT.01: {CHANGED}</a>' in html
    assert f'<a href="#HT.01-value">{PART}</a>' in html
    assert 'id="HT.01-note"' in html
    assert 'id="HT.01-value"' in html


def test_an_error_between_lines_is_an_error_beside_the_first_of_them(province, ruled):
    type_in(ruled, cell("150"), cell("120"), by=province.reporter)
    drawn = line(page(ruled, province.reporter))
    assert f'<p class="fault">Error: {PART}</p>' in drawn
    assert PART not in line(page(ruled, province.reporter), "HT.02")


def test_an_answered_warning_stays_beside_the_cell_and_leaves_the_list(province, submission):
    type_in(submission, cell("150", note="Sáp nhập"), cell("200"), by=province.reporter)
    response = page(submission, province.reporter)
    assert f"Warning: {CHANGED} Explained in the note." in words(line(response))
    assert "To be settled" not in seen(response)


def test_a_save_keeps_the_figure_and_says_what_is_odd(province, submission):
    response = press(submission, province.reporter, "save", HT_01_value="150")
    assert response.status_code == 302
    assert f"Warning: {CHANGED}" in seen(page(submission, province.reporter))


def test_progress_counts_an_unexplained_figure_as_entered(province, submission):
    type_in(submission, cell("150"), by=province.reporter)
    assert "1/2 indicators" in seen(page(submission, province.reporter))


def test_a_cell_given_back_keeps_what_is_said_of_the_stored_figure_to_the_list(province, submission):
    type_in(submission, cell("150"), by=province.reporter)
    response = press(submission, province.reporter, "save", HT_01_value="x")
    assert "Warning:" not in words(line(response))
    assert f"To be settled before the report is sent Chỉ tiêu HT.01: {CHANGED}" in seen(response)


def test_the_signer_reads_warning_and_explanation_beside_the_figure(province, submission):
    type_in(submission, cell("150", note="Sáp nhập"), cell("200"), by=province.reporter)
    province.walk(submission, "submit")
    response = page(submission, province.unit_leader)
    assert f"Warning: {CHANGED} Explained in the note. Sáp nhập" in seen(response)
    assert "To be settled" not in seen(response)


def test_a_warning_in_a_custom_sentence_is_text(province, submission):
    submission.round.checks.create(left="HT.01", comparison="lt", right="1", sentence="<b>Số liệu</b> & sai")
    type_in(submission, cell("100"), by=province.reporter)
    assert "&lt;b&gt;Số liệu&lt;/b&gt; &amp; sai" in page(submission, province.reporter).content.decode()


# --- The whole way


def test_a_refused_hand_in_lists_errors_and_warnings_with_their_fields(province, ruled):
    response = press(ruled, province.reporter, "submit", HT_01_value="150", HT_02_value="120")
    assert response.status_code == 409
    top = seen(response).partition("The report has not been sent.")[2]
    assert top.startswith(f" What is right was saved; the rest stands as typed. Chỉ tiêu HT.01: {CHANGED} {PART} ")
    assert "To be settled" not in seen(response)
    assert state(ruled) == "draft"


def test_refused_then_explained_then_read_by_the_reviewer_and_kept_under_the_figure(province, submission):
    figures = {"HT_01_value": "150", "HT_02_value": "200"}
    assert press(submission, province.reporter, "submit", **figures).status_code == 409
    explained = press(submission, province.reporter, "submit", **figures, HT_01_note="Sáp nhập hai xã")
    assert explained.status_code == 302
    assert state(submission) == "awaiting_sign_off"
    province.walk(submission, "sign")
    told = review(province, submission)
    assert "Warnings and errors 1" in told
    assert "Chỉ tiêu HT.01 HT.01 Large change" in told
    assert f"Warning: {CHANGED} Explanation of the unit: Sáp nhập hai xã" in told
    assert told.count("Sáp nhập hai xã") == 1
    province.walk(submission, "verify", "approve")
    approved = Observation.objects.get(submission=submission, indicator__code="HT.01")
    assert approved.explanation == "Sáp nhập hai xã"


# --- The review page


def review(province, submission) -> str:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(province.verifier, BACKEND)
    return seen(client.get(f"/admin/indicators/submission/{submission.pk}/change/"))


def test_a_report_without_findings_has_no_count(province, submission):
    type_in(submission, cell("100", note="Như kỳ trước"), cell("200"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    told = review(province, submission)
    assert "Warning" not in told
    assert "The unit's note: Như kỳ trước" in told


def test_a_note_that_answers_another_line_s_warning_stands_by_both(province, submission):
    submission.round.checks.create(
        left="HT.01 + HT.02", comparison="lt", right="1", severity="warning", sentence="Tổng quá lớn."
    )
    type_in(submission, cell("100"), cell("200", note="Đã rà soát"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    told = review(province, submission)
    assert "Warning: Tổng quá lớn. Explanation of the unit: Đã rà soát" in told
    assert "The unit's note: Đã rà soát" in told


def test_what_became_odd_after_the_hand_in_is_said_without_an_explanation(province, asked, submission):
    """The figure of the period before was adjusted while this report waited."""
    type_in(submission, cell("105"), cell("200"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    assert "Warning" not in review(province, submission)
    before = province.walk(opened(asked, 3), "reopen")
    province.walk(type_in(before, cell("70"), by=province.reporter), *APPROVE)
    told = review(province, submission)
    assert "Warning: Changed by +50% against last period (70 km). Give the reason." in told
    assert "The unit gave no explanation." in told


def test_an_error_that_came_after_the_hand_in_is_called_an_error(province, asked, submission):
    Definition.objects.filter(indicator__code="HT.02").update(never_falls=True)
    type_in(submission, cell("100"), cell("200"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    before = province.walk(opened(asked, 3), "reopen")
    province.walk(type_in(before, cell("100"), cell("210"), by=province.reporter), *APPROVE)
    assert "Chỉ tiêu HT.02 HT.02 Error" in review(province, submission)


def test_the_review_never_judges_a_draft(province, submission):
    type_in(submission, cell("100"), cell("200"), by=province.reporter)
    withdrawn = province.walk(submission, "submit", "sign", "withdraw")
    type_in(withdrawn, cell("150"), by=province.reporter)
    assert "Warning" not in review(province, submission)


def test_a_rule_added_to_the_form_later_leaves_open_rounds_alone(province, asked, submission):
    FormCheck.objects.create(form=asked, left="HT.01", comparison="gt", right="HT.02")
    type_in(submission, cell("100"), cell("200"), by=province.reporter)
    assert press(submission, province.reporter, "submit").status_code == 302
