"""The text of a mail: everything in one, in Vietnamese, with links that can be followed."""

from datetime import date

import pytest
from django.utils import translation

from indicators import digests, outbox
from indicators.digests import compose
from indicators.models import Notice, User
from indicators.notifications import remind
from tests.factories import cell, indicator, perform, type_in

REPORT = "Báo cáo chuyển đổi số, Quarter IV/2026 – Sở Khoa học và Công nghệ"


@pytest.fixture(autouse=True)
def _site(settings, clock):
    settings.BASE_URL = "https://tds.example.gov.vn"
    settings.SITE_UNIT, settings.SITE_TELEPHONE = "Sở Khoa học và Công nghệ tỉnh Lai Châu", "02133 876 543"
    clock.set(2026, 11, 24, 9, 30)


@pytest.fixture
def returned(province):
    report = province.submission(indicator("HT.01"), due_in=10)
    report = type_in(report, cell("14433"), by=province.reporter)
    report = province.walk(report, "submit", "sign")
    return perform("return", report, by=province.verifier, comment="Mẫu số khác kỳ trước.\nĐề nghị rà soát.")


def mail_to(user):
    notices = list(Notice.objects.filter(user=user, done_at=None).in_full().order_by("pk"))
    return compose(User.objects.get(pk=user.pk), notices)


def test_the_whole_mail(province, returned, settings):
    settings.LANGUAGE_CODE = "en"
    other = province.submission(indicator("XH.01"), due_in=2)
    remind()
    message = mail_to(province.reporter)
    assert message.subject == "Digital progress: 2 things to do"
    assert (
        message.body
        == f"""To: reporter

2 things wait to be done in the system:

REPORT RETURNED FOR COMPLETION
- {REPORT}
  Reason: Mẫu số khác kỳ trước.
  Đề nghị rà soát. (verifier)
  To be sent again by 26/11/2026
  https://tds.example.gov.vn/submissions/{returned.pk}/

REPORT DUE SOON
- {REPORT}
  Due on 26/11/2026 · 2 days left
  https://tds.example.gov.vn/submissions/{other.pk}/

All notices: https://tds.example.gov.vn/notices/

This mail was sent by the system and needs no answer.
Responsible: Sở Khoa học và Công nghệ tỉnh Lai Châu
Telephone: 02133 876 543"""
    )


def test_it_speaks_the_language_of_the_system_whatever_the_sender_speaks(province, returned):
    with translation.override("en"):
        message = mail_to(province.reporter)
    assert message.subject.startswith("Tiến độ số: ")
    assert message.body.endswith(
        "Cơ quan chịu trách nhiệm: Sở Khoa học và Công nghệ tỉnh Lai Châu\nĐiện thoại: 02133 876 543"
    )


def test_a_day_for_sending_again_is_named(province, returned, english):
    Notice.objects.filter(kind="returned").update(due_on=date(2026, 11, 26))
    assert "\n  To be sent again by 26/11/2026\n" in said(province.reporter)


def said(user):
    """As its lines read in the language of the code."""
    notices = list(Notice.objects.filter(user=user, done_at=None).in_full().order_by("pk"))
    return "\n".join(digests._lines(user, digests._one_a_report(notices)))


def test_who_decides_reads_since_when_it_waits_and_how_it_stands_to_its_due_date(province, returned, english):
    province.walk(returned, "submit", "sign")
    text = said(province.verifier)
    assert "REPORT WAITING FOR VERIFICATION" in text
    assert "\n  Waiting since 24/11/2026 09:30\n  Due on 04/12/2026 · Sent on time\n" in text


def test_of_a_report_told_twice_the_more_pressing_is_said_alone(province, english):
    report = province.submission(indicator("HT.01"), due_in=2)
    province.walk(type_in(report, cell("1"), by=province.reporter), "submit")
    remind()
    assert Notice.objects.filter(user=province.unit_leader).count() == 2  # to sign, and due soon
    text = said(province.unit_leader)
    assert "REPORT WAITING FOR THE SIGNATURE" in text
    assert "REPORT DUE SOON" not in text
    assert text.count(f"/submissions/{report.pk}/") == 1


def test_a_long_digest_names_fifty_and_says_how_many_more(province, returned, english, monkeypatch):
    monkeypatch.setattr(digests, "MOST", 1)
    province.submission(indicator("XH.01"))
    text = said(province.reporter)
    assert "2 things wait to be done in the system:" in text
    assert "… and 1 more." in text
    assert text.count("/submissions/") == 1


def test_who_is_responsible_is_said_only_where_it_is_known(province, returned, english, settings):
    settings.SITE_UNIT = settings.SITE_TELEPHONE = ""
    assert said(province.reporter).endswith("This mail was sent by the system and needs no answer.")


def test_a_mail_is_from_the_system_to_one_person(province, returned, settings, mailoutbox):
    settings.DEFAULT_FROM_EMAIL = "tds@example.gov.vn"
    User.objects.filter(pk=province.reporter.pk).update(email="mai@example.gov.vn")
    outbox.send_all()
    (message,) = mailoutbox
    assert (message.from_email, message.to, message.content_subtype) == (
        "tds@example.gov.vn",
        ["mai@example.gov.vn"],
        "plain",
    )
