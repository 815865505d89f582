"""The page on which an adjustment is asked for and taken back, and where the report's own page leads there."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from indicators import rounds
from indicators.models import AdjustmentRequest, UsedKey
from tests import people
from tests.factories import ask_to_adjust, cell, decide, indicator, ratio, type_in
from tests.indicators.pages import at, browser, press, seen, state

pytestmark = pytest.mark.usefixtures("english")
TYPED = {"action": "ask", "kind": "mistake", "reason": "Gõ nhầm một chữ số", "HT.01-adjust": "1"}


@pytest.fixture
def report(province):
    made = province.submission(indicator("HT.01"), ratio("HT.02"), indicator("HT.03", decimals=3))
    cells = cell("14433", status="estimate"), cell("53.8", of=("7", "13")), cell("8.569")
    return province.walk(type_in(made, *cells, by=province.reporter), "submit", "sign", "verify", "approve")


def page_of(report):
    return reverse("adjustment", args=[report.pk])


def ask(report, by, **typed):
    client = browser(by)
    data = {re.sub(r"^([A-Z]+)_(\d+)_", r"\1.\2-", name): text for name, text in (TYPED | typed).items()}
    return client.post(page_of(report), {k: v for k, v in data.items() if v is not None})


def asked():
    return list(AdjustmentRequest.objects.order_by("pk").values_list("kind", "reason", "document", "outcome"))


# --- The way there


def test_the_page_of_an_approved_report_leads_there(province, report):
    page = browser(province.reporter).get(at(report))
    assert "Ask to adjust figures" in seen(page)
    assert f'href="{page_of(report)}"' in page.content.decode()
    assert f'href="{page_of(report)}?kind=update"' in page.content.decode()


def test_without_estimates_no_update_is_offered(province):
    made = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    made = province.walk(made, "submit", "sign", "verify", "approve")
    page = browser(province.unit_leader).get(at(made)).content.decode()
    assert f'href="{page_of(made)}"' in page
    assert "kind=update" not in page


def test_nothing_leads_there_while_the_report_is_not_approved_or_the_round_is_locked(province, report):
    draft = province.submission(indicator("HT.09"))
    assert page_of(draft) not in browser(province.reporter).get(at(draft)).content.decode()
    rounds.lock_round(report.round, by=province.approver)
    page = browser(province.reporter).get(at(report))
    assert page_of(report) not in page.content.decode()
    assert "This round was closed on" in seen(page)


def test_the_review_page_leads_a_reviewer_there(province, report):
    review = reverse("admin:indicators_submission_change", args=[report.pk])
    page = browser(province.verifier).get(review)
    assert "Begin an adjustment" in seen(page)
    assert f'href="{page_of(report)}"' in page.content.decode()


@pytest.mark.parametrize("who", ["leader", "outsider", "superuser"])
def test_to_those_without_a_part_in_it_the_page_is_not_there(province, report, who):
    user = people.superuser() if who == "superuser" else getattr(province, who)
    assert browser(user).get(page_of(report)).status_code == 404
    assert ask(report, user).status_code == 404
    assert asked() == []


def test_who_is_not_logged_in_is_sent_to_the_login(report):
    assert Client().post(page_of(report), TYPED).status_code == 302
    assert asked() == []


def test_a_post_from_elsewhere_is_refused(province, report):
    client = Client(enforce_csrf_checks=True)
    client.force_login(province.reporter, "config.backends.Accounts")
    assert client.post(page_of(report), TYPED).status_code == 403
    assert asked() == []


@pytest.mark.parametrize("typed", [{"action": "approve"}, {"action": "withdraw", "number": "x"}, {"action": ""}])
def test_what_no_page_of_ours_sends_is_bad(province, report, typed):
    assert browser(province.reporter).post(page_of(report), typed).status_code == 400


# --- Asking


def test_it_shows_every_approved_figure_with_a_field_for_the_new_one(province, report):
    page = browser(province.reporter).get(page_of(report))
    assert "14.433 km" in seen(page)
    names = re.findall(r'name="(HT[^"]+)"', page.content.decode())
    assert names == [f"HT.0{n}-{field}" for n in (1, 2, 3) for field in ("adjust", "wish")]


def test_what_is_asked_is_kept_and_shown_with_its_lines(province, report):
    answer = ask(report, province.reporter, HT_01_wish="14.500", document="15/CV", document_date="25/2/2022")
    assert (answer.status_code, answer.url) == (302, page_of(report))
    assert asked() == [("mistake", "Gõ nhầm một chữ số", "15/CV", "")]
    assert list(AdjustmentRequest.objects.get().wished.values()) == ["14.500 km"]
    for where in (page_of(report), at(report)):
        page = seen(browser(province.unit_leader).get(where))
        assert "Waiting for a decision" in page
        assert "Gõ nhầm một chữ số" in page
    assert "Chỉ tiêu HT.01: new figure 14.500 km" in seen(browser(province.reporter).get(page_of(report)))


def test_a_wished_figure_names_its_line_without_a_tick(province, report):
    ask(report, province.reporter, **{"HT.01-adjust": None}, HT_02_wish="53,9")
    assert list(AdjustmentRequest.objects.get().wished.values()) == ["53,9%"]


def test_an_update_is_asked_for_under_its_own_name(province, report):
    page = browser(province.reporter).get(page_of(report), {"kind": "update"})
    assert "<h1> Update to official figures" in re.sub(r"\s+", " ", page.content.decode())
    ask(report, province.reporter, kind="update")
    assert asked()[0][0] == "update"
    assert "Update to official figures asked for" in seen(browser(province.reporter).get(at(report)))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reason": ""}, "Give the reason for the adjustment."),
        ({"HT.01-adjust": None}, "Choose the figures that are to be changed."),
        ({"HT_03_wish": "8.569"}, '"8.569" can be read as 8,569 or 8569. Choose one.'),
        ({"HT_01_wish": "nhiều"}, '"nhiều" is not a number.'),
        ({"document_date": "31/2/2022"}, "31/2/2022"),
        ({"document_date": "1/1/2999"}, "The document cannot have been signed after today."),
        ({"kind": "other"}, "other"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(province, report, typed, sentence):
    page = ask(report, province.reporter, **{"document": "15/CV"} | typed)
    assert page.status_code == 200
    assert sentence in seen(page) or sentence in page.content.decode()
    assert 'value="15/CV"' in page.content.decode()
    assert (asked(), UsedKey.objects.exists()) == ([], False)


def test_a_secret_is_not_written_down(province, report):
    page = ask(report, province.reporter, reason="Công văn MẬT")
    assert (page.status_code, asked()) == (200, [])


def test_an_update_of_an_official_figure_is_refused_with_409_and_keeps_what_was_typed(province, report):
    page = ask(report, province.reporter, kind="update", HT_03_wish="8,57")
    assert page.status_code == 409
    assert "Only an estimate or a provisional figure is updated" in seen(page)
    assert 'value="8,57"' in page.content.decode()
    assert asked() == []


def test_the_same_page_sent_twice_asks_once(province, report):
    assert ask(report, province.reporter, key="k1").status_code == 302
    again = ask(report, province.reporter, key="k1")
    assert (again.status_code, len(asked())) == (302, 1)


def test_a_second_request_answers_409_and_says_who_asked(province, report):
    ask_to_adjust(report, by=province.unit_leader)
    page = ask(report, province.reporter)
    assert (page.status_code, len(asked())) == (409, 1)
    assert "unit leader asked for an adjustment" in seen(page)


def test_a_locked_round_answers_409_and_says_whom_to_call(province, report):
    rounds.lock_round(report.round, by=province.approver)
    page = ask(report, province.reporter)
    assert (page.status_code, asked()) == (409, [])
    assert "For changes call Phòng Chuyển đổi số" in seen(page)


def test_a_report_with_its_unit_answers_409_and_shows_no_draft(province, report):
    decide(ask_to_adjust(report, by=province.reporter), "accept", by=province.approver)
    type_in(report.__class__.objects.get(pk=report.pk), cell("98765"), by=province.reporter)
    page = ask(report, province.verifier)
    assert page.status_code == 409
    assert "98.765" not in page.content.decode()


# --- Taking it back, and after the decision


def test_it_is_taken_back_by_a_button_of_the_side_that_asked(province, report):
    request = ask_to_adjust(report, by=province.reporter)
    data = {"action": "withdraw", "number": request.pk}
    assert "Take the request back" not in seen(browser(province.verifier).get(page_of(report)))
    assert browser(province.verifier).post(page_of(report), data).status_code == 409
    assert "Take the request back" in seen(browser(province.unit_leader).get(page_of(report)))
    assert browser(province.unit_leader).post(page_of(report), data).status_code == 302
    assert browser(province.unit_leader).post(page_of(report), data).status_code == 409
    assert asked()[0][3] == "withdrawn"


def test_a_refusal_stands_with_its_reason_and_the_unit_may_ask_anew(province, report):
    decide(ask_to_adjust(report, by=province.reporter), "decline", by=province.approver, answer="Số đã khớp")
    page = seen(browser(province.reporter).get(at(report)))
    assert "Declined" in page
    assert "Số đã khớp" in page
    assert "Ask to adjust figures" in page


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("mistake", "Reopened to adjust approved figures"),
        ("update", "Reopened to replace estimates by the official figures"),
    ],
)
def test_the_form_opens_on_the_lines_and_says_for_what(province, report, kind, words):
    key = next(iter(AdjustmentRequest(lines=ask_lines(report)).wished))
    request = ask_to_adjust(report, by=province.reporter, kind=kind, lines={key: "14.500 km"})
    decide(request, "accept", by=province.approver)
    page = seen(browser(province.reporter).get(at(report)))
    assert words in page
    assert "1 line to mend" in page
    assert "Chỉ tiêu HT.01 – Gõ nhầm một chữ số → 14.500 km" in page
    assert "Returned for completion by" not in page
    assert state(press(report, province.reporter, "save", HT_01_value="14.500") and report) == "returned"


def ask_lines(report):
    line = report.round.lines.order_by("order").first()
    return [{"line": line.pk, "subject": report.unit.slices.get().parent_id, "wished": ""}]


@pytest.mark.parametrize("lines", [1, 3])
def test_the_page_costs_the_same_queries_whatever_the_number_of_lines(province, lines, django_assert_num_queries):
    asked_for = [indicator(f"NT.0{n}") for n in range(lines)]
    made = type_in(province.submission(*asked_for), *[cell("1")] * lines, by=province.reporter)
    made = province.walk(made, "submit", "sign", "verify", "approve")
    ask_to_adjust(made, by=province.reporter)
    client = browser(province.reporter)
    client.get(page_of(made))
    with django_assert_num_queries(11):
        client.get(page_of(made))
