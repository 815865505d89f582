"""Evidence in a browser: attached at its line, downloaded, removed; with and without a script, on a phone too."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from indicators.models import Download, Evidence, Submission
from tests.indicators import papers

from .test_layout import too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [360, 1280])
def test_evidence_is_attached_downloaded_and_removed(
    visit, demonstration: Submission, width: int, settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    data = papers.pdf("Biên bản")
    page = visit("reporter-skhcn", width=width).open(f"/submissions/{demonstration.pk}/evidence/?line=HT.01#HT.01")
    page.set_input_files("[name=file]", {"name": "a.html", "mimeType": "text/html", "buffer": b"<html>"})
    page.fill("[name=description]", "Trang 2")
    page.click("button[value=attach]")
    expect(page.locator("#evidence-error")).to_have_count(1)
    assert too_wide(page) == ""
    assert page.input_value("[name=description]") == "Trang 2"
    page.set_input_files("[name=file]", {"name": "Biên bản.pdf", "mimeType": "application/pdf", "buffer": data})
    page.click("button[value=attach]")
    page.wait_for_url("**/evidence/#HT.01")
    assert too_wide(page) == ""
    with page.expect_download() as download:
        page.click("#HT\\.01 li a")
    assert (download.value.suggested_filename, download.value.path().read_bytes()) == ("Biên bản.pdf", data)
    assert Download.objects.get().by.username == "reporter-skhcn"
    page.click("#HT\\.01 button[value=remove]")
    assert (Evidence.objects.count(), list((tmp_path / "evidence").iterdir())) == (0, [])


def test_what_is_typed_on_the_form_stays_while_evidence_is_attached(visit, demonstration: Submission) -> None:
    page = visit("reporter-skhcn").open(f"/submissions/{demonstration.pk}/")
    page.fill("[name='HT.01-value']", "12345")
    page.locator("#HT\\.01 summary").click()
    with page.expect_popup() as popup:
        page.click("#HT\\.01-evidence a")
    assert popup.value.locator("#HT\\.01 [name=file]").count() == 1
    assert page.input_value("[name='HT.01-value']") == "12345"
