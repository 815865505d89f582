"""A verifier enters for a commune that is cut off: from the queue to the hand-in, with and without a script, on a
phone too."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from indicators.models import OnBehalf, Submission
from tests.indicators import papers

from .test_layout import too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_commune_s_report_is_entered_and_sent_on_its_behalf(
    visit, demonstration: Submission, width: int, settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    report = Submission.objects.filter(state="draft", round__form__code="03/CĐS").order_by("pk")[0]
    visitor = visit("verifier-skhcn", width=width)
    page = visitor.open("/admin/indicators/submission/?queue=draft")
    page.click(f"a[href*='/submission/{report.pk}/change/']")
    page.click(f"a[href='/submissions/{report.pk}/on-behalf/']")
    assert too_wide(page) == ""
    page.fill("[name=reason]", "Mưa lũ, mất đường truyền từ ngày 24/11")
    page.fill("[name=number]", "15/UBND")
    page.fill("[name=signed_on]", "31/02/2026")
    page.fill("[name=signer_title]", "Chủ tịch UBND xã")
    scan = {"name": "Công văn.pdf", "mimeType": "application/pdf", "buffer": papers.pdf("Công văn")}
    page.set_input_files("[name=scan]", scan)
    page.click("button[value=enter]")
    expect(page.locator("#problems li")).to_have_count(2)
    assert too_wide(page) == ""
    assert page.input_value("[name=reason]") == "Mưa lũ, mất đường truyền từ ngày 24/11"
    page.fill("[name=signed_on]", "25/2/2022")
    page.fill("[name=signer]", "Lò Văn Pâng")
    page.set_input_files("[name=scan]", scan)
    page.click("button[value=enter]")
    page.wait_for_url(f"**/submissions/{report.pk}/")
    expect(page.locator(".on-behalf")).to_have_count(1)
    assert too_wide(page) == ""
    for box in page.locator(".lines input.amount").all():
        box.fill("")
    for state in page.locator(".lines [name$='-state']").all():
        state.select_option("not_applicable")
    page.click("button[value=submit]")  # with the script what is typed is saved first
    page.wait_for_url(f"**/admin/indicators/submission/{report.pk}/change/")
    report.refresh_from_db()
    assert (report.state, OnBehalf.objects.get().by.username) == ("submitted", "verifier-skhcn")
    assert page.locator("button[value=verify]").is_disabled()
