"""The page on which a unit attaches what its leader signed, and who reads that document afterwards."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from indicators import check_codes, workflow
from indicators.clock import today
from indicators.models import Download, Signature, StoredFile, SubmissionEvent
from tests import people
from tests.factories import PNG, cell, indicator, type_in
from tests.indicators.pages import at, browser, seen, state
from tests.indicators.papers import MARKED, docx, in_rows, on_disk, pdf

pytestmark = pytest.mark.usefixtures("english", "media")
NOT_ITS_CODE = (
    "This is not the check code of hand-in 1, which waits for the signature. Compare the document: perhaps an "
    "earlier one was signed."
)


@pytest.fixture
def waiting(province):
    draft = type_in(province.submission(indicator("HT.01")), cell("14433"), by=province.reporter)
    return province.walk(draft, "submit")


def page_of(submission):
    return reverse("submission_signed", args=[submission.pk])


def typed(submission, **said):
    latest = workflow.latest_revision(submission)
    usual = {
        "key": "",
        "revision": latest.sha256,
        "number": "45/BC-SKHCN",
        "signed_on": f"{today():%d/%m/%Y}",
        "signer": "Nguyễn Văn Hùng",
        "signer_title": "Phó Giám đốc",
        "capacity": "deputy",
        "code": check_codes.of(latest.sha256, latest.number),
    }
    return {name: value for name, value in (usual | said).items() if value is not None}


def attach(submission, by, *, scan=PNG, name="bản ký.png", **said):
    data = typed(submission, **said)
    if scan is not None:
        data["scan"] = SimpleUploadedFile(name, scan)
    return browser(by).post(page_of(submission), data)


def faults(response):
    """field → its sentence, as the list on top links them."""
    found = re.findall(r'<a href="#id_(\w+)">(.*?)</a>', response.content.decode(), re.S)
    return {field: " ".join(unescape(sentence).split()) for field, sentence in found}


def nothing_happened(submission):
    stands = (state(submission), Signature.objects.count(), in_rows(), on_disk())
    assert stands == ("awaiting_sign_off", 0, [], [])


# --- The way there


@pytest.mark.parametrize("who", ["reporter", "unit_leader"])
def test_the_units_people_are_led_there_while_the_report_waits(province, waiting, who):
    user = getattr(province, who)
    assert f'href="{page_of(waiting)}"' in browser(user).get(at(waiting)).content.decode()
    assert browser(user).get(page_of(waiting)).status_code == 200
    province.walk(waiting, "sign")
    assert f'href="{page_of(waiting)}"' not in browser(user).get(at(waiting)).content.decode()


def test_nobody_is_led_there_where_the_form_is_signed_on_the_system(province, waiting):
    waiting.round.sign_off_way = "system"
    waiting.round.save()
    assert f'href="{page_of(waiting)}"' not in browser(province.reporter).get(at(waiting)).content.decode()
    said = seen(browser(province.reporter).get(page_of(waiting)))
    assert "Reports of this form are signed off on the system." in said
    assert attach(waiting, province.reporter).status_code == 409
    nothing_happened(waiting)


@pytest.mark.parametrize("who", ["verifier", "approver", "leader", "outsider"])
def test_to_others_the_page_is_not_there(province, waiting, who):
    user = getattr(province, who)
    assert browser(user).get(page_of(waiting)).status_code == 404
    assert attach(waiting, user).status_code == 404
    nothing_happened(waiting)


def test_who_is_not_logged_in_is_sent_to_the_login(waiting):
    assert Client().get(page_of(waiting)).status_code == 302
    assert Client().post(page_of(waiting), typed(waiting)).status_code == 302


def test_a_post_from_elsewhere_is_refused(province, waiting):
    client = Client(enforce_csrf_checks=True)
    client.force_login(province.reporter, "config.backends.Accounts")
    data = typed(waiting) | {"scan": SimpleUploadedFile("a.png", PNG)}
    assert client.post(page_of(waiting), data).status_code == 403
    nothing_happened(waiting)


def test_the_page_begins_with_the_one_who_may_sign(province, waiting):
    facts = {"capacity": "deputy", "title": "Phó Giám đốc"}
    province.unit_leader.memberships.update(**facts)
    form = browser(province.reporter).get(page_of(waiting)).context["form"]
    assert (form.initial["signer"], form.initial["signer_title"]) == ("unit leader", "Phó Giám đốc")
    people.person("second", province.department, "signer")
    assert "signer" not in browser(province.reporter).get(page_of(waiting)).context["form"].initial


# --- Attaching


def test_what_was_signed_on_paper_is_signed_off_and_sent(province, waiting):
    answer = attach(waiting, province.reporter)
    assert (answer.status_code, answer.url, state(waiting)) == (302, at(waiting), "submitted")
    said = seen(answer.client.get(answer.url))
    assert "Signed off by the attached document and sent at" in said
    assert f"Signed off by document 45/BC-SKHCN of {today():%d/%m/%Y}, and sent reporter" in said
    assert "Signed by Nguyễn Văn Hùng, Phó Giám đốc Deputy, signs for the head (KT.)" in said
    signature = Signature.objects.get()
    assert (signature.file.name, signature.code_compared) == ("bản ký.png", True)
    assert in_rows() == on_disk() != []


def test_a_document_that_bears_no_code_is_told_to_the_reviewers(province, waiting):
    attach(waiting, province.reporter, code="", bears_no_code="on")
    page = browser(province.verifier).get(reverse("admin:indicators_submission_change", args=[waiting.pk]))
    assert "The document bears no check code: compare its figures with those shown here." in seen(page)


def test_the_reviewer_reads_number_date_signer_and_capacity_and_the_document(province, waiting):
    attach(waiting, province.reporter)
    client = browser(province.verifier)
    page = client.get(reverse("admin:indicators_submission_change", args=[waiting.pk]))
    said = seen(page)
    assert "Signed off by Nguyễn Văn Hùng, Phó Giám đốc Deputy, signs for the head (KT.)" in said
    assert f"Document 45/BC-SKHCN of {today():%d/%m/%Y}" in said
    assert "The check code on the document is that of this hand-in." in said
    assert "Attached by reporter, " in said
    address = reverse("signed_document", args=[waiting.pk, Signature.objects.get().pk])
    assert f'href="{address}"' in page.content.decode()


def test_the_same_page_sent_again_is_done_once(province, waiting):
    first = attach(waiting, province.reporter, key="k")
    again = attach(waiting, province.reporter, key="k")
    assert (first.status_code, again.status_code, again.url) == (302, 302, at(waiting))
    assert "sent already" in seen(again.client.get(again.url))
    assert (SubmissionEvent.objects.filter(move="sign").count(), len(on_disk())) == (1, 1)


def test_a_report_that_was_signed_meanwhile_is_not_signed_again(province, waiting):
    province.walk(waiting, "sign")
    answer = attach(waiting, province.reporter)
    assert (answer.status_code, "This step is not open now." in seen(answer)) == (409, True)
    assert (Signature.objects.count(), on_disk()) == (1, [])


def test_figures_that_changed_since_the_page_was_opened_are_not_signed(province, waiting):
    old = typed(waiting)
    again = province.walk(waiting, "withdraw")
    again = province.walk(type_in(again, cell("2"), by=province.reporter), "submit")
    new = typed(again)
    answer = attach(again, province.reporter, revision=old["revision"])
    assert answer.status_code == 409
    assert "The report changed after you opened it" in seen(answer)
    assert f'name="revision" value="{new["revision"]}"' in answer.content.decode()
    nothing_happened(again)


# --- What is wrong is said at its field, and what was typed stays


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"number": ""}, {"number": "State the number of the signed document."}),
        ({"signed_on": ""}, {"signed_on": "State on which day the document was signed."}),
        ({"signed_on": "31/12/2999"}, {"signed_on": "The document cannot have been signed after today."}),
        ({"signer": " "}, {"signer": "State who signed the document."}),
        ({"signer_title": ""}, {"signer_title": "State in which position the document was signed."}),
        ({"capacity": ""}, {"capacity": "State in which capacity the document was signed."}),
        ({"code": ""}, {"code": "Type the check code printed on the document, or tick that it bears none."}),
        ({"code": "2222-2222-1"}, {"code": NOT_ITS_CODE}),
        ({"bears_no_code": "on"}, {"code": "Either the document bears a check code or it bears none."}),
        ({"scan": None}, {"scan": "Choose the scan of the signed document."}),
        ({"scan": pdf("MẬT")}, {"scan": MARKED}),
        ({"scan": b""}, {"scan": "The file is empty."}),
        ({"scan": docx("Báo cáo")}, {"scan": "The scan of a signed document is a PDF, PNG or JPG file."}),
        (
            {"authorised_to": "31/12/2026"},
            {"authorised_to": "Only signing by authorisation (TUQ.) has days of its own."},
        ),
        (
            {"capacity": "authorised"},
            {
                "authority_number": "Signing by authorisation (TUQ.) needs the number and the day of the document, "
                "and from when to when it holds."
            },
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field(province, waiting, said, fault):
    answer = attach(waiting, province.reporter, **said)
    assert (answer.status_code, faults(answer)) == (200, fault)
    page = answer.content.decode()
    assert ('value="45/BC-SKHCN"' in page) is ("number" not in said)
    assert "The scan has to be chosen again: a browser does not keep it." in seen(answer)
    nothing_happened(waiting)


def test_an_authorisation_is_taken_with_its_document(province, waiting):
    days = {"authorised_from": "01/01/2020", "authorised_to": f"{today():%d/%m/%Y}"}
    said = {"capacity": "authorised", "authority_number": "3/GUQ", "authority_date": "01/01/2020", **days}
    assert faults(attach(waiting, province.reporter, **said | {"authorised_to": "02/01/2020"})) == {
        "signed_on": "The document was signed outside the days of the authorisation."
    }
    assert attach(waiting, province.reporter, **said).status_code == 302
    assert Signature.objects.get().authority.startswith("Document 3/GUQ of 01/01/2020, from 01/01/2020")


# --- The document


def document(by, signature):
    return browser(by).get(reverse("signed_document", args=[signature.revision.submission_id, signature.pk]))


def test_whoever_sees_the_report_has_the_document_and_every_download_is_kept(province, waiting):
    attach(waiting, province.reporter)
    signature = Signature.objects.get()
    for who in (province.reporter, province.unit_leader, province.verifier, province.approver):
        answer = document(who, signature)
        assert (answer.status_code, answer.content) == (200, PNG)
        assert answer["Content-Disposition"].startswith("attachment")
    assert [(each.by.username, each.sha256) for each in Download.objects.order_by("pk")] == [
        (name, signature.file.sha256) for name in ("reporter", "unit leader", "verifier", "approver")
    ]


def test_to_others_the_document_is_not_there(province, waiting):
    attach(waiting, province.reporter)
    signature = Signature.objects.get()
    for who in (province.leader, province.outsider):
        assert document(who, signature).status_code == 404
    assert not Download.objects.exists()


def test_a_signature_on_the_system_and_another_report_have_no_document_here(province, waiting):
    province.walk(waiting, "sign")
    assert document(province.reporter, Signature.objects.get()).status_code == 404
    other = province.submission(indicator("HT.02"))
    address = reverse("signed_document", args=[other.pk, Signature.objects.get().pk])
    assert browser(province.reporter).get(address).status_code == 404


def test_a_stored_document_that_was_changed_is_not_given_out(province, waiting, media):
    attach(waiting, province.reporter)
    kept = StoredFile.objects.get()
    (media / "evidence" / kept.stored_as).write_bytes(b"x")
    assert document(province.reporter, Signature.objects.get()).status_code == 500
