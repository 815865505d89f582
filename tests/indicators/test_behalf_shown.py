"""Where it is told that a report was entered on behalf of its unit: to the unit, whoever enters, and reviewers."""

import re

import pytest
from django.urls import reverse
from pytest_django.asserts import assertNumQueries

from indicators import behalf
from indicators.clock import today
from indicators.models import OnBehalf, Role
from tests import people
from tests.factories import cell, enter_on_behalf, indicator, perform, type_in
from tests.indicators.pages import at, browser, press, seen

pytestmark = pytest.mark.usefixtures("english", "media")

WHO = "Entered on behalf of the unit: colleague (Văn phòng UBND tỉnh)"
PAPER = f"Document 15/UBND of {today():%d/%m/%Y}, signed by Lò Văn Pâng (Chủ tịch)"
REASON = "Reason: Mưa lũ, mất mạng"


@pytest.fixture
def colleague(province):
    return people.person("colleague", province.office, Role.VERIFIER, is_staff=True)


@pytest.fixture
def opened(province, colleague):
    return enter_on_behalf(province.submission(indicator("HT.01")), by=colleague)


@pytest.fixture
def sent(opened, colleague):
    return perform("submit", type_in(opened, cell("14433"), by=colleague), by=colleague)


def form(submission, by):
    return browser(by).get(at(submission))


def on_paper(response):
    return seen_in(response, r'<div class="print-only form-foot">(.*?)</main>')


def seen_in(response, pattern):
    part = re.search(pattern, response.content.decode(), re.S)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


def review(submission, by):
    return browser(by).get(reverse("admin:indicators_submission_change", args=[submission.pk]))


def work(by):
    return browser(by).get(reverse("submissions"))


def queue(by):
    return browser(by).get(reverse("admin:indicators_submission_changelist"), {"queue": "all"})


# --- On the form


def test_the_unit_and_whoever_enters_read_who_why_and_on_which_paper(province, opened, colleague):
    for who in (province.reporter, province.unit_leader, colleague):
        said = seen(form(opened, who))
        assert f"{WHO}, since " in said
        assert REASON in said
        assert PAPER in said
        assert "Signed scan" in said


def test_a_report_of_the_unit_s_own_says_nothing_of_it(province):
    own = province.submission(indicator("HT.01"))
    assert "on behalf" not in seen(form(own, province.reporter))


def test_it_stays_said_once_it_was_sent_and_on_paper_in_the_place_of_the_signature(province, sent):
    response = form(sent, province.reporter)
    assert WHO in seen(response)
    paper = on_paper(response)
    assert f"{WHO} {REASON} {PAPER}" in paper
    assert f"CHỦ TỊCH (signature, seal, full name) Lò Văn Pâng {PAPER}" in paper


def test_a_signature_on_the_system_stays_the_unit_s_own(province, opened, colleague):
    typed = type_in(opened, cell("14433"), by=colleague)
    signed = province.walk(typed, "submit", "sign")
    paper = on_paper(form(signed, province.reporter))
    assert "DIRECTOR (signature, seal, full name) unit leader Signed off on the system at" in paper
    assert WHO in paper


def test_it_is_no_longer_said_once_the_unit_typed_its_own_and_sent_it(province, sent):
    draft = province.walk(sent, "withdraw")
    assert WHO in seen(form(draft, province.reporter))  # what stands in the draft
    again = province.walk(type_in(draft, cell("2"), by=province.reporter), "submit")
    assert WHO not in seen(form(again, province.reporter))


def test_the_history_tells_the_act_and_the_hand_in(province, sent):
    said = seen(form(sent, province.reporter))
    assert "Entry on behalf of the unit begun colleague Mưa lũ, mất mạng" in said
    assert "Report sent on behalf of the unit colleague" in said


def test_the_unit_s_own_hand_in_is_called_its_own(province, opened, colleague):
    waiting = province.walk(type_in(opened, cell("1"), by=colleague), "submit")
    said = seen(form(waiting, province.reporter))
    assert "Sent for signature reporter" in said
    assert "Report sent on behalf of the unit" not in said


def test_beginning_hides_no_return(province, sent, colleague):
    returned = perform("return", sent, by=province.verifier, comment="Sai tử số")
    enter_on_behalf(returned, by=colleague)
    assert "Returned for completion by verifier" in seen(form(returned, province.reporter))
    assert "Sai tử số" in seen(work(province.reporter))


# --- In the lists of work


def test_whoever_enters_finds_the_report_among_the_own_work_until_it_is_sent(province, opened, colleague):
    response = work(colleague)
    assert [t.submission.pk for t in response.context["work"].todo] == [opened.pk]
    assert WHO in seen(response)
    assert reverse("submissions") in form(opened, colleague).content.decode()  # the menu leads back to it
    assert work(province.verifier).context["work"].todo == []
    perform("submit", type_in(opened, cell("1"), by=colleague), by=colleague)
    assert work(colleague).context["work"].todo == []


def test_what_was_ended_is_nobody_s_work_of_the_office(opened, colleague):
    behalf.end(opened, OnBehalf.objects.get().pk, by=colleague)
    assert work(colleague).context["work"].todo == []


def test_the_unit_s_list_marks_it_and_leaves_it_to_do(province, opened):
    response = work(province.reporter)
    assert [t.submission.pk for t in response.context["work"].todo] == [opened.pk]
    assert WHO in seen(response)


def test_a_report_entered_twice_on_behalf_is_listed_once(province, sent, colleague):
    again = perform("return", sent, by=province.verifier)
    enter_on_behalf(again, by=colleague)
    for who in (province.reporter, colleague):
        assert [t.submission.pk for t in work(who).context["work"].todo] == [sent.pk]


@pytest.mark.parametrize("reports", [1, 3])
def test_the_list_costs_the_same_queries_whatever_its_length(province, colleague, reports):
    for n in range(reports):
        enter_on_behalf(province.submission(indicator(f"HT.{n:02}")), by=colleague)
    client = browser(province.reporter)
    with assertNumQueries(7):  # one more than without any act: the acts themselves
        assert len(client.get(reverse("submissions")).context["work"].todo) == reports
    helper = browser(colleague)
    with assertNumQueries(7):
        assert len(helper.get(reverse("submissions")).context["work"].todo) == reports


# --- For reviewers


def test_the_review_page_says_it_among_its_facts(province, opened, sent):
    said = seen(review(sent, province.verifier))
    assert f"Entered on behalf of the unit colleague (Văn phòng UBND tỉnh) {REASON} {PAPER} Signed scan" in said
    assert "Report sent on behalf of the unit" in said
    assert "Signed off by" not in said


def test_a_draft_says_who_is_entering_it_and_shows_neither_figure_nor_paper(province, opened, colleague):
    type_in(opened, cell("98765"), by=colleague)
    response = review(opened, province.verifier)
    assert "Being entered on behalf of the unit since" in seen(response)
    assert "98.765" not in response.content.decode()
    assert "Signed scan" not in seen(response)
    assert behalf.page_of(opened) in response.content.decode()  # where a colleague may take over


def test_whoever_enters_finds_the_way_back_from_the_review_page(opened, colleague):
    assert behalf.page_of(opened) in review(opened, colleague).content.decode()
    page = browser(colleague).get(behalf.page_of(opened))
    assert f'href="{at(opened)}"' in page.content.decode()


def test_an_earlier_signature_does_not_stand_over_what_was_entered_on_behalf(province, colleague):
    submission = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    returned = province.walk(submission, "submit", "sign", "return")
    assert "Signed off by" in seen(review(returned, province.verifier))
    again = perform("submit", enter_on_behalf(returned, by=colleague), by=colleague)
    assert "Signed off by" not in seen(review(again, province.verifier))


def test_the_queue_flags_it(province, opened):
    own = province.submission(indicator("HT.02"))
    response = queue(province.verifier)
    assert seen(response).count("Entered on behalf") == 1
    flags = {s.pk: s.is_on_behalf for s in response.context["cl"].result_list}
    assert flags == {opened.pk: True, own.pk: False}


def test_the_page_of_the_round_flags_it(province, opened):
    client = browser(people.superuser())
    response = client.get(f"/admin/indicators/round/{opened.round_id}/change/")
    [report] = response.context["page"].reports
    assert (report.is_on_behalf, "Entered on behalf" in seen(response)) == (True, True)
    own = province.submission(indicator("HT.02"))
    assert "Entered on behalf" not in seen(client.get(f"/admin/indicators/round/{own.round_id}/change/"))


def test_the_review_page_costs_the_same_with_one_act_and_with_three(province, opened, colleague):
    def price():
        client = browser(province.verifier)
        with assertNumQueries(17):
            client.get(reverse("admin:indicators_submission_change", args=[opened.pk]))

    price()
    for _ in range(2):
        behalf.end(opened, OnBehalf.objects.open().get().pk, by=colleague)
        enter_on_behalf(opened, by=colleague)
    price()


def test_the_form_costs_the_same_with_one_act_and_with_three(province, opened, colleague):
    def price():
        client = browser(colleague)
        with assertNumQueries(19):
            client.get(at(opened))

    price()
    for _ in range(2):
        behalf.end(opened, OnBehalf.objects.open().get().pk, by=colleague)
        enter_on_behalf(opened, by=colleague)
    price()


# --- The Excel form


def test_the_excel_form_is_open_to_whoever_enters_and_to_no_colleague(province, opened, colleague):
    for name in ("submission_workbook", "submission_import"):
        address = reverse(name, args=[opened.pk])
        assert browser(colleague).get(address).status_code == 200
        assert browser(province.verifier).get(address).status_code == 404


def test_two_pages_of_the_unit_and_its_helper_give_back_both_texts(province, opened, colleague):
    version = opened.version
    press(opened, colleague, "save", HT_01_value="5", version=version)
    response = press(opened, province.reporter, "save", HT_01_value="9", version=version)
    assert response.status_code == 409
    assert "Keep which?" in seen(response)
