"""Sending, signing, returning, withdrawing from the page of a report; and what it says when it is closed."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from indicators.clock import now, today
from indicators.models import Round, UsedKey
from tests.factories import cell, indicator, ratio, type_in
from tests.indicators.pages import at, browser, press, seen, state, values


@pytest.fixture
def submission(province):
    return province.submission(indicator("HT.01"), ratio("XH.01", group="XH"))


@pytest.fixture
def filled(province, submission):
    return type_in(submission, cell("14433"), cell("53.8", of=("7", "13")), by=province.reporter)


# --- Closed


@pytest.mark.parametrize("action", ["save", "submit"])
def test_a_report_that_was_sent_keeps_what_was_typed_on_the_page_alone(province, filled, action):
    province.walk(filled, "submit")
    response = press(filled, province.reporter, action, key="k", HT_01_value="9.999")
    assert response.status_code == 409
    assert "to be changed only once withdrawn or returned." in seen(response)
    assert "What was typed still stands below." in seen(response)
    assert 'name="HT.01-value" value="9.999"' in " ".join(response.content.decode().split())
    assert seen(response).count("Not saved") == 1
    assert "Understood as 14.433 km" not in seen(response)
    assert values(filled)["HT.01"] == 14433
    assert not UsedKey.objects.exists()


def test_a_locked_round_says_so_and_whom_to_call(province, filled):
    Round.objects.update(locked_at=now())
    response = press(filled, province.reporter, "save", HT_01_value="9")
    assert response.status_code == 409
    assert "For changes call Phòng Chuyển đổi số, 02133 000 000." in seen(response)
    assert values(filled)["HT.01"] == 14433


def test_a_round_that_is_not_open_yet_takes_nothing(province, submission):
    Round.objects.update(opens_on=today() + timedelta(days=3))
    response = press(submission, province.reporter, "save", HT_01_value="9")
    assert response.status_code == 409
    assert "This round opens on" in seen(response)
    assert values(submission) == {}


# --- Moving


def test_submit_saves_and_sends_in_one_press(province, submission):
    typed = {"HT_01_value": "14433", "XH_01_value": "53,8"}
    assert press(submission, province.reporter, "submit", **typed).status_code == 302
    assert state(submission) == "awaiting_sign_off"
    assert '"value":"14433"' in submission.revisions.get().content


def test_submit_with_a_faulty_cell_saves_the_others_and_sends_nothing(province, submission):
    response = press(submission, province.reporter, "submit", HT_01_value="5", XH_01_value="130")
    assert response.status_code == 200
    assert "The report has not been sent." in seen(response)
    assert (state(submission), values(submission)) == ("draft", {"HT.01": Decimal(5)})


def test_an_incomplete_report_is_saved_and_not_sent(province, submission):
    response = press(submission, province.reporter, "submit", key="k", HT_01_value="5")
    assert response.status_code == 409
    page = " ".join(response.content.decode().split())
    assert '<a href="#XH.01-numerator">1 of 2 lines are still empty.</a>' in page
    assert (state(submission), values(submission)) == ("draft", {"HT.01": Decimal(5)})
    assert not UsedKey.objects.exists()


def test_the_signer_signs_what_was_read(province, filled):
    submission = province.walk(filled, "submit")
    page = browser(province.unit_leader).get(at(filled)).content.decode()
    revision = re.search(r'name="revision" value="(\w+)"', page)[1]
    assert revision == submission.revisions.get().sha256
    assert press(filled, province.unit_leader, "sign", revision=revision).status_code == 302
    assert state(filled) == "submitted"


def test_nothing_is_signed_unread(province, filled):
    province.walk(filled, "submit")
    response = press(filled, province.unit_leader, "sign", revision="0" * 64)
    assert response.status_code == 409
    assert "The report changed after you opened it" in seen(response)
    assert state(filled) == "awaiting_sign_off"


def test_a_page_that_names_its_version_signs_what_it_showed(province, filled):
    province.walk(filled, "submit")
    assert press(filled, province.unit_leader, "sign").status_code == 302
    assert state(filled) == "submitted"


def test_an_aged_page_that_names_only_its_version_signs_nothing(province, filled):
    aged = province.walk(filled, "submit").version
    province.walk(filled, "withdraw", "submit")
    response = press(filled, province.unit_leader, "sign", version=aged)
    assert (response.status_code, state(filled)) == (409, "awaiting_sign_off")


def test_the_reporter_cannot_sign(province, filled):
    revision = province.walk(filled, "submit").revisions.get().sha256
    response = press(filled, province.reporter, "sign", revision=revision)
    assert response.status_code == 409
    assert "Only a signer of the unit can sign off its report." in seen(response)


def test_a_return_needs_its_reason(province, filled):
    province.walk(filled, "submit")
    refused = press(filled, province.unit_leader, "return", comment=" ")
    assert (refused.status_code, state(filled)) == (409, "awaiting_sign_off")
    assert "Give a reason for the return." in seen(refused)
    assert press(filled, province.unit_leader, "return", comment="Sai số").status_code == 302
    assert (state(filled), filled.events.last().reason) == ("returned", "Sai số")


def test_a_refused_move_keeps_the_comment_that_was_typed(province, filled):
    response = press(filled, province.unit_leader, "return", comment="Thiếu một xã")
    assert response.status_code == 409
    assert "This step is not open now. State of the report: Draft." in seen(response)
    province.walk(filled, "submit")
    response = press(filled, province.unit_leader, "sign", revision="0" * 64, comment="Thiếu một xã")
    assert "Thiếu một xã" in response.content.decode()


def test_the_reporter_takes_the_report_back(province, filled):
    province.walk(filled, "submit")
    assert press(filled, province.reporter, "withdraw", comment="Nhầm").status_code == 302
    assert state(filled) == "draft"
