"""The page on which a verifier begins to enter on behalf of a unit, and where this is told afterwards."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from indicators.clock import now, today
from indicators.models import Download, Entry, Membership, OnBehalf, Role, Round, StoredFile, UsedKey
from tests import people
from tests.factories import PNG, cell, enter_on_behalf, indicator, perform, type_in
from tests.indicators.pages import at, browser, press, seen, state
from tests.indicators.test_admin_review import CANARY

pytestmark = pytest.mark.usefixtures("english", "media")

BEGUN = "The figures can be entered on behalf of the unit now, until they are sent."
TYPED = {
    "reason": "Mưa lũ, mất mạng từ 24/11",
    "number": "15/UBND",
    "signed_on": "25/2/2022",
    "signer": "Lò Văn Pâng",
    "signer_title": "Chủ tịch UBND phường",
}


@pytest.fixture
def colleague(province):
    return people.person("colleague", province.office, Role.VERIFIER, is_staff=True)


@pytest.fixture
def submission(province):
    return province.submission(indicator("HT.01"))


def page_of(submission):
    return reverse("submission_on_behalf", args=[submission.pk])


def review(submission, by):
    client = browser(by)
    return client.get(reverse("admin:indicators_submission_change", args=[submission.pk]))


def begin(submission, by, *, scan=PNG, name="công văn.png", **typed):
    data = TYPED | typed
    if scan is not None:
        data["scan"] = SimpleUploadedFile(name, scan)
    client = browser(by)
    return client.post(page_of(submission), data)


def fields_of(response):
    """name → what stands in it."""
    page = response.content.decode()
    inputs = dict(re.findall(r'<input type="text" name="(\w+)" value="([^"]*)"', page))
    return inputs | dict(re.findall(r'<textarea name="(\w+)"[^>]*>\s*(.*?)</textarea>', page, re.S))


# --- The way there


def test_a_verifier_finds_the_draft_and_from_its_review_page_the_form(province, submission, colleague):
    type_in(submission, cell(CANARY), by=province.reporter)
    queue = browser(colleague).get(reverse("admin:indicators_submission_changelist"), {"queue": "draft"})
    address = reverse("admin:indicators_submission_change", args=[submission.pk])
    assert address in queue.content.decode()
    page = review(submission, colleague)
    assert "98.765" not in page.content.decode()
    assert "Enter on behalf of Sở Khoa học và Công nghệ" in seen(page)
    assert f'href="{page_of(submission)}"' in page.content.decode()
    form = browser(colleague).get(page_of(submission))
    assert (form.status_code, "98.765" in form.content.decode()) == (200, False)


@pytest.mark.parametrize("who", ["approver", "superuser"])
def test_nobody_else_is_led_there(province, submission, who):
    user = people.superuser() if who == "superuser" else province.approver
    assert "Enter on behalf of" not in seen(review(submission, user))


def test_nobody_is_led_there_once_the_report_was_sent_or_locked(province, submission, colleague):
    Round.objects.update(locked_at=now())
    assert "Enter on behalf of" not in seen(review(submission, colleague))
    Round.objects.update(locked_at=None)
    province.walk(type_in(submission, cell("1"), by=province.reporter), "submit", "sign")
    assert "Enter on behalf of" not in seen(review(submission, colleague))


@pytest.mark.parametrize("who", ["reporter", "unit_leader", "approver", "leader", "outsider", "superuser"])
def test_to_those_who_do_not_verify_the_page_is_not_there(province, submission, who):
    user = people.superuser() if who == "superuser" else getattr(province, who)
    assert browser(user).get(page_of(submission)).status_code == 404
    assert begin(submission, user).status_code == 404
    assert not OnBehalf.objects.exists()


def test_a_verifier_of_others_finds_nothing(province, submission):
    other = people.person("other", province.sister, Role.VERIFIER, is_staff=True)
    assert browser(other).get(page_of(submission)).status_code == 404
    assert begin(submission, other).status_code == 404


def test_who_is_not_logged_in_is_sent_to_the_login(submission):
    assert Client().get(page_of(submission)).status_code == 302
    assert Client().post(page_of(submission), TYPED).status_code == 302
    assert not OnBehalf.objects.exists()


def test_a_post_from_elsewhere_is_refused(submission, colleague):
    client = Client(enforce_csrf_checks=True)
    client.force_login(colleague, "config.backends.Accounts")
    data = TYPED | {"scan": SimpleUploadedFile("a.png", PNG)}
    assert client.post(page_of(submission), data).status_code == 403
    assert not OnBehalf.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(submission, colleague, method):
    assert getattr(browser(colleague), method)(page_of(submission)).status_code == 405


# --- Beginning


def test_it_is_begun_and_leads_to_the_form(submission, colleague):
    response = begin(submission, colleague, key="k")
    assert (response.status_code, response.url) == (302, at(submission))
    act = OnBehalf.objects.select_related("file").get()
    assert (act.by, act.reason, act.number) == (colleague, TYPED["reason"], "15/UBND")
    assert (f"{act.signed_on:%d/%m/%Y}", act.signer_title) == ("25/02/2022", "Chủ tịch UBND phường")
    client = response.client
    form = client.get(response.url)
    assert BEGUN in seen(form)
    assert 'name="HT.01-value"' in form.content.decode()
    assert "Send on behalf of the unit" in seen(form)
    assert "Send for signature" not in seen(form)


def test_the_whole_way_without_javascript(province, submission, colleague):
    begin(submission, colleague)
    assert press(submission, colleague, "save", HT_01_value="14433").status_code == 302
    sent = press(submission, colleague, "submit", HT_01_value="14433")
    assert (sent.status_code, state(submission)) == (302, "submitted")
    assert sent.client.get(sent.url).url == reverse("admin:indicators_submission_change", args=[submission.pk])
    barred = review(submission, colleague)
    assert "Whoever entered on behalf of the unit cannot sign, verify or approve" in seen(barred)
    assert "14.433" in seen(review(submission, province.verifier))


def test_text_is_kept_composed_and_without_its_borders(submission, colleague):
    begin(submission, colleague, reason="  Mu\u031ba lu\u0303  ", number="")
    act = OnBehalf.objects.get()
    assert (act.reason, act.number) == ("Mưa lũ", "")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reason": " \n "}, "State why the unit cannot enter its figures itself."),
        ({"signer": ""}, "State who signed the document."),
        ({"signer_title": ""}, "State in which position the document was signed."),
        ({"signed_on": ""}, "State on which day the document was signed."),
        ({"signed_on": "31/02/2022"}, "Enter the date as day/month/year, for example 25/02/2022."),
        ({"signed_on": "02/25/2022"}, "Enter the date as day/month/year, for example 25/02/2022."),
        (
            {"signed_on": f"{today() + timedelta(days=1):%d/%m/%Y}"},
            "The document cannot have been signed after today.",
        ),
        ({"reason": "TỐI MẬT"}, 'This file is marked "MẬT". Classified content must not be entered here.'),
        ({"scan": None}, "Choose the scan of the signed document."),
        ({"scan": b""}, "The file is empty."),
        ({"name": "văn bản MẬT.png"}, 'This file is marked "MẬT". Classified content must not be entered here.'),
        ({"scan": b"<html>"}, "Only PDF, PNG, JPG, XLSX and DOCX files are taken"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
)
def test_bad_input_keeps_what_was_typed(submission, colleague, media, typed, sentence):
    response = begin(submission, colleague, **typed)
    assert response.status_code == 200
    assert sentence in seen(response)
    kept = {k: v for k, v in TYPED.items() if k not in typed}
    assert kept.items() <= fields_of(response).items()
    assert (OnBehalf.objects.count(), StoredFile.objects.count(), (media / "evidence").exists()) == (0, 0, False)


def test_a_file_that_is_too_large_is_refused(submission, colleague, settings):
    settings.EVIDENCE_MAX_BYTES = 1_000_000
    response = begin(submission, colleague, scan=PNG + bytes(1_000_000))
    assert "The file is larger than 1 MB." in seen(response)


def test_markup_in_the_reason_stays_text(submission, colleague):
    begin(submission, colleague, reason="<script>alert(1)</script>")
    page = browser(colleague).get(at(submission)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


# --- Not now


def test_a_report_that_was_sent_meanwhile_says_so_and_keeps_what_was_typed(province, submission, colleague):
    province.walk(type_in(submission, cell("1"), by=province.reporter), "submit", "sign")
    response = begin(submission, colleague)
    assert response.status_code == 409
    assert "The report was sent at" in seen(response)
    assert fields_of(response) == TYPED
    assert begin(submission, colleague, reason="").status_code == 409
    assert not OnBehalf.objects.exists()


def test_a_colleague_sees_who_enters_and_may_take_over(province, submission, colleague):
    enter_on_behalf(submission, by=colleague)
    response = begin(submission, province.verifier)
    assert response.status_code == 409
    assert "colleague has been entering this report on behalf of the unit since" in seen(response)
    act = OnBehalf.objects.get()
    client = browser(province.verifier)
    ended = client.post(page_of(submission), {"action": "end", "number": act.pk})
    assert (ended.status_code, ended.url) == (302, page_of(submission))
    assert "Entry on behalf of the unit has ended." in seen(client.get(ended.url))
    again = client.post(page_of(submission), {"action": "end", "number": act.pk})
    assert (again.status_code, "has ended already" in seen(again)) == (409, True)
    assert begin(submission, province.verifier).status_code == 302


@pytest.mark.parametrize("number", ["", "x", "99", "9" * 40, "²"])
def test_an_end_that_names_no_act_ends_none(submission, colleague, number):
    enter_on_behalf(submission, by=colleague)
    response = browser(colleague).post(page_of(submission), {"action": "end", "number": number})
    assert response.status_code == 409
    assert OnBehalf.objects.get().ended_at is None


def test_whoever_works_for_the_unit_reads_why_not(province, submission, colleague):
    Membership.objects.create(user=colleague, unit=province.department, role=Role.READER)
    response = browser(colleague).get(page_of(submission))
    assert (response.status_code, 'name="scan"' in response.content.decode()) == (200, False)
    assert "Nobody enters on behalf of the unit he or she works for." in seen(response)
    assert begin(submission, colleague).status_code == 409


# --- Once


def test_the_same_page_twice_is_begun_once(submission, colleague):
    first, second = (begin(submission, colleague, key="k1") for _ in range(2))
    assert (first.status_code, second.status_code, second.url) == (302, 302, at(submission))
    assert "This page had been sent already" in seen(second.client.get(second.url))
    assert (OnBehalf.objects.count(), StoredFile.objects.count(), UsedKey.objects.count()) == (1, 1, 1)


def test_back_draws_the_page_anew_with_a_new_key(submission, colleague):
    client = browser(colleague)
    pages = [client.get(page_of(submission)) for _ in range(2)]
    assert "no-store" in pages[0]["Cache-Control"]
    first, second = (re.search(r'name="key" value="([^"]+)"', p.content.decode())[1] for p in pages)
    assert first != second


# --- The scan


def scan_of(submission):
    return reverse("on_behalf_scan", args=[submission.pk, OnBehalf.objects.get().pk])


def test_the_scan_is_given_back_as_an_attachment_and_written_down(province, submission, colleague):
    enter_on_behalf(submission, by=colleague)
    response = browser(province.reporter).get(scan_of(submission))
    assert (response.status_code, response.content) == (200, PNG)
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    download = Download.objects.get()
    assert (download.by, download.submission, download.name) == (province.reporter, submission, "công văn.png")


def test_a_damaged_scan_is_not_given_out(province, submission, colleague, media):
    enter_on_behalf(submission, by=colleague)
    [file] = (media / "evidence").iterdir()
    file.write_bytes(b"other")
    assert browser(province.reporter).get(scan_of(submission)).status_code == 500


def test_to_strangers_the_scan_is_not_there(province, submission, colleague):
    enter_on_behalf(submission, by=colleague)
    for who in (province.outsider, province.leader, province.verifier, province.approver):
        assert browser(who).get(scan_of(submission)).status_code == 404
    perform("submit", type_in(submission, cell("1"), by=colleague), by=colleague)
    for who in (province.outsider, province.leader):
        assert browser(who).get(scan_of(submission)).status_code == 404
    assert browser(province.approver).get(scan_of(submission)).status_code == 200
    assert Entry.objects.exists()
