"""The page of a report: what it shows to whom, and what its buttons do."""

import re
import unicodedata
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from indicators.models import Entry, Membership, UsedKey
from tests import factories, people
from tests.factories import cell, indicator, ratio, type_in
from tests.indicators.pages import at, browser, press, seen, values


@pytest.fixture
def submission(province):
    return province.submission(indicator("HT.01"), ratio("XH.01", group="XH"))


@pytest.fixture
def filled(province, submission):
    return type_in(submission, cell("14433"), cell("53.8", of=("7", "13")), by=province.reporter)


# --- Who sees it


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_to_the_system_is_sent_to_the_login(submission, method):
    response = getattr(Client(), method)(at(submission))
    assert response.status_code == 302
    assert response.url == f"{reverse('login')}?next={at(submission)}"


@pytest.mark.parametrize("who", ["outsider", "leader"])
def test_a_report_of_others_is_not_found(province, submission, who):
    assert browser(getattr(province, who)).get(at(submission)).status_code == 404
    response = press(submission, getattr(province, who), "save", HT_01_value="1")
    assert response.status_code == 404
    assert values(submission) == {}


def test_the_signer_reads_and_cannot_enter(province, submission):
    page = seen(browser(province.unit_leader).get(at(submission)))
    assert "Figures are entered by those who report for the unit." in page
    assert "Save draft" not in page
    response = press(submission, province.unit_leader, "save", HT_01_value="1")
    assert response.status_code == 409
    assert "Only those who enter figures for the unit can change its report." in seen(response)
    assert values(submission) == {}


def test_a_reviewer_is_taken_to_what_was_handed_in(province, filled):
    response = browser(province.verifier).get(at(filled))
    assert response.headers["Location"] == reverse("admin:indicators_submission_change", args=[filled.pk])


def test_a_reviewer_sees_no_draft_on_a_refusal_either(province, filled):
    response = press(filled, province.verifier, "sign")
    assert response.status_code == 409
    assert "Only a signer of the unit can sign off its report." in seen(response)
    assert "14.433" not in seen(response)
    assert "14.433" not in response.content.decode()


# --- What it shows


def test_the_head_names_form_period_unit_state_due_date_window_and_contact(province, clock):
    clock.set(2026, 11, 24, 9, 42)
    page = seen(browser(province.reporter).get(at(province.submission(indicator("HT.01"), due_in=22))))
    for words in (
        "Báo cáo chuyển đổi số, Quarter IV/2026",
        "Form 01/CĐS Reporting unit Sở Khoa học và Công nghệ Báo cáo chuyển đổi số "
        "Quarter IV/2026. Figures from 15/09/2026 to the end of 14/12/2026",
        "State Not started Due date 16/12/2026 · 22 days left",
        "to the end of 14/12/2026",
        "Phòng Chuyển đổi số, 02133 000 000",
        "0/1 indicators",
    ):
        assert words in page


def test_lines_stand_under_their_groups_and_the_others_under_one_heading(province, submission):
    homeless = factories.indicator("XX.01")
    homeless.programme_places.all().delete()
    other = province.submission(indicator("HT.02"), homeless)
    assert "Nhóm HT" in seen(browser(province.reporter).get(at(other)))
    assert "Other indicators 0/1 entered" in seen(browser(province.reporter).get(at(other)))


def test_a_stored_figure_is_read_back_with_its_unit(province, filled):
    response = browser(province.reporter).get(at(filled))
    page = seen(response)
    assert "Understood as 14.433 km" in page
    assert "Understood as 7 / 13 = 53,8%" in page
    assert 'name="HT.01-value" value="14.433"' in " ".join(response.content.decode().split())


def test_the_form_offers_the_unit_s_own_moves(province, filled):
    page = browser(province.reporter).get(at(filled)).content.decode()
    assert re.findall(r'name="action"\s+value="(\w+)"', page) == ["save", "submit"]
    assert "Send for signature" in page


def test_without_sign_off_the_button_sends(province):
    submission = province.submission(indicator("HT.01"), asks_sign_off=False)
    assert "Send report" in seen(browser(province.reporter).get(at(submission)))


def test_a_move_of_another_state_is_not_offered(province, filled):
    page = browser(province.unit_leader).get(at(filled)).content.decode()
    assert re.findall(r'name="action"\s+value="(\w+)"', page) == []
    assert "disabled" not in page


def test_a_barred_move_is_disabled_with_its_sentence(province, filled):
    Membership.objects.create(user=province.reporter, unit=province.department, role="signer")
    province.walk(filled, "submit")
    response = browser(province.reporter).get(at(filled))
    assert len(re.findall(r"<button[^>]*\bdisabled\b", response.content.decode())) == 1
    assert seen(response).count("Whoever entered figures of this report cannot sign or verify it") == 1


def test_the_signer_signs_or_returns_and_knows_what_signing_means(province, filled):
    province.walk(filled, "submit")
    response = browser(province.unit_leader).get(at(filled))
    page = seen(response)
    moves = re.findall(r'name="action"\s+value="(\w+)"', response.content.decode())
    assert moves == ["sign", "return", "withdraw"]
    assert "it does not replace a digital signature." in page
    assert "Chỉ tiêu HT.01 HT.01 · to the end of" in page
    assert " km – – 14.433 " in page
    assert "Waiting for a signature since" in page


def test_the_history_and_the_standing_return_are_told(province, filled):
    submission = province.walk(filled, "submit")
    factories.perform("return", submission, by=province.unit_leader, comment="Thiếu Xã Bum Nưa")
    page = seen(browser(province.reporter).get(at(filled)))
    assert "Returned for completion by unit leader" in page
    assert page.count("Thiếu Xã Bum Nưa") == 2
    assert "Sent for signature reporter" in page


# --- Saving


def test_a_figure_is_saved_and_said_so(province, submission, clock):
    clock.set(2026, 11, 24, 9, 42)
    response = press(submission, province.reporter, "save", HT_01_value="14.433")
    assert (response.status_code, response.url) == (302, at(submission))
    assert values(submission) == {"HT.01": Decimal(14433)}
    assert "Saved at 09:42" in seen(response.client.get(response.url))


def test_a_faulty_cell_is_given_back_as_typed_and_the_others_are_saved(province, submission):
    typed = {"HT_01_value": "14433", "XH_01_numerator": "15", "XH_01_denominator": "13"}
    response = press(submission, province.reporter, "save", **typed)
    assert response.status_code == 200
    assert values(submission) == {"HT.01": Decimal(14433)}
    page = " ".join(response.content.decode().split())
    assert 'name="XH.01-numerator" value="15"' in page
    assert '<a href="#XH.01-numerator">XH.01: The part (15) is larger than the whole (13).</a>' in page
    assert 'aria-invalid="true" aria-describedby="XH.01-error"' in page
    assert 'name="version" value="1"' in page


def test_both_readings_are_offered_and_the_chosen_one_is_saved(province, submission):
    response = press(submission, province.reporter, "save", XH_01_value="53.800")
    page = response.content.decode()
    assert re.findall(r'name="XH.01-reading"\s+value="([^"]+)"', page) == ["53,800%", "53800"]
    money = province.submission(indicator("KT.01", decimals=2, unit_of_measure="tỷ đồng"))
    press(money, province.reporter, "save", KT_01_value="8.569", KT_01_reading="8569")
    assert values(money) == {"KT.01": Decimal(8569)}


def test_a_figure_can_become_not_available(province, filled):
    posted = {"HT_01_value": "", "HT_01_state": "not_available", "HT_01_note": "Doanh nghiệp chưa gửi"}
    assert press(filled, province.reporter, "save", **posted).status_code == 302
    entry = Entry.objects.get(line__indicator__code="HT.01")
    assert (entry.state, entry.value, entry.note) == ("not_available", None, "Doanh nghiệp chưa gửi")


def test_decomposed_text_is_stored_composed(province, submission):
    note = "Đã rà soát cùng các xã"
    decomposed = unicodedata.normalize("NFD", note)
    press(submission, province.reporter, "save", HT_01_value="1", HT_01_note=decomposed)
    assert Entry.objects.get().note == note


def test_a_grid_is_filled_commune_by_commune(province):
    for code, name in (("03387", "Phường Dân Chủ"), ("03388", "Phường Đoàn Kết")):
        factories.unit(name, "commune", code=code, parent=province.root)
    submission = province.submission(indicator("HT.01"), subject="each_commune")
    posted = {"HT.01@03387-value": "5", "HT.01@03388-value": "6"}
    assert press(submission, province.reporter, "save", **posted).status_code == 302
    assert list(Entry.objects.order_by("subject").values_list("value", flat=True)) == [5, 6]
    assert "Phường Đoàn Kết" in seen(browser(province.reporter).get(at(submission)))


def test_a_stale_version_gives_back_both_texts_and_saves_the_rest(province, submission):
    other = people.person("Lò Thị Mai", province.department, "reporter")
    press(submission, other, "save", HT_01_value="5")
    typed = {"HT_01_value": "9", "XH_01_value": "50"}
    response = press(submission, province.reporter, "save", version=0, key="k", **typed)
    assert response.status_code == 409
    assert re.search(r"saved this line at \S+ \S+: 5 km. Yours: 9 km. Keep which\?", seen(response))
    assert values(submission) == {"HT.01": Decimal(5), "XH.01": Decimal(50)}
    assert not UsedKey.objects.exists()


@pytest.mark.parametrize(("keep", "value"), [("mine", 9), ("theirs", 5)])
def test_the_conflict_is_settled_by_a_choice(province, submission, keep, value):
    press(submission, people.person("other", province.department, "reporter"), "save", HT_01_value="5")
    assert press(submission, province.reporter, "save", version=0, HT_01_value="9").status_code == 409
    response = press(submission, province.reporter, "save", HT_01_value="9", HT_01_keep=keep)
    assert response.status_code == 302
    assert values(submission) == {"HT.01": Decimal(value)}


def test_a_version_that_is_missing_or_still_to_come_is_a_bad_request(province, submission):
    for version in (None, "", "x", 7):
        response = press(submission, province.reporter, "save", version=version, HT_01_value="1")
        assert response.status_code == 400
    assert values(submission) == {}


def test_an_unknown_action_is_a_bad_request(province, submission):
    assert press(submission, province.reporter, "approve").status_code == 400


# --- Once


def test_the_same_key_twice_does_nothing_twice(province, filled):
    first = press(filled, province.reporter, "submit", key="k1")
    second = press(filled, province.reporter, "submit", key="k1")
    assert (first.status_code, second.status_code, second.url) == (302, 302, at(filled))
    assert "This page had been sent already" in seen(second.client.get(second.url))
    assert filled.events.count() == 1
    assert values(filled)["HT.01"] == 14433


def test_the_same_key_with_other_text_is_not_taken_for_done(province, filled):
    press(filled, province.reporter, "submit", key="k1")
    other = press(filled, province.reporter, "submit", key="k1", HT_01_value="9")
    assert (other.status_code, 'value="9"' in other.content.decode()) == (409, True)
    assert (filled.events.count(), values(filled)["HT.01"]) == (1, 14433)


def test_back_draws_the_page_anew_with_a_new_key(province, submission):
    client = browser(province.reporter)
    pages = [client.get(at(submission)) for _ in range(2)]
    assert "no-store" in pages[0]["Cache-Control"]
    first, second = (re.search(r'name="key" value="([^"]+)"', p.content.decode())[1] for p in pages)
    assert first != second


def test_a_key_is_used_up_only_by_what_was_done(province, submission):
    press(submission, province.reporter, "save", key="k1", HT_01_value="x")
    press(submission, province.reporter, "save", key="k1", HT_01_value="5")
    assert values(submission) == {"HT.01": Decimal(5)}
    assert UsedKey.objects.get().result == at(submission)


# --- Cost


@pytest.mark.parametrize("lines", [1, 3])
def test_the_form_costs_the_same_queries_whatever_its_length(province, lines, django_assert_num_queries):
    submission = province.submission(*[indicator(f"HT.{n:02}") for n in range(lines)])
    client = browser(province.reporter)
    with django_assert_num_queries(15):
        client.get(at(submission))


@pytest.mark.parametrize("lines", [1, 3])
def test_the_signer_s_page_costs_the_same_queries_whatever_its_length(province, lines, django_assert_num_queries):
    submission = province.submission(*[indicator(f"HT.{n:02}") for n in range(lines)])
    type_in(submission, *[cell("1")] * lines, by=province.reporter)
    province.walk(submission, "submit")
    client = browser(province.unit_leader)
    with django_assert_num_queries(21):
        client.get(at(submission))
