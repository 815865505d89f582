"""A commune's officer attaches what the chairman signed, with and without a script, on a phone too; the sheet that
was signed, its code, and the reviewer who reads both."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from indicators.demo import illustration, walk
from indicators.models import Signature, Submission
from tests.indicators import papers

from .test_layout import too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting(demonstration: Submission, settings, tmp_path: Path) -> Submission:
    settings.MEDIA_ROOT = tmp_path
    report = Submission.objects.select_related("round__form", "round__period", "unit").get(
        unit__codes__code="03388", state="draft", round__form__code="03/CĐS"
    )
    by = walk.people()["reporter-03388"]
    walk.type_in(report, illustration._of_commune("03388", list(illustration._windows())[-1]), by=by)
    walk.move(report, "submit", by=by)
    return report


@pytest.mark.parametrize("width", [360, 1280])
def test_a_signed_document_is_attached_and_read(visit, waiting: Submission, width: int) -> None:
    page = visit("reporter-03388", width=width).open(f"/submissions/{waiting.pk}/")
    page.click(f"a[href='/submissions/{waiting.pk}/print/']")
    assert too_wide(page) == ""
    code = page.locator(".form-foot .meta").last.inner_text().split("mã kiểm tra ")[-1].split(".")[0]
    page.go_back()
    page.click(f"a[href='/submissions/{waiting.pk}/signed/']")
    assert too_wide(page) == ""
    page.fill("[name=number]", "12/BC-UBND")
    page.fill("[name=signed_on]", "31/02/2026")
    page.fill("[name=signer]", "Lò Văn Pâng")
    page.fill("[name=signer_title]", "Chủ tịch")
    page.select_option("[name=capacity]", "head")
    page.fill("[name=code]", "2222-2222")
    scan = {"name": "Báo cáo đã ký.pdf", "mimeType": "application/pdf", "buffer": papers.pdf("Báo cáo")}
    page.set_input_files("[name=scan]", scan)
    page.click("button[value=attach]")
    expect(page.locator("#problems li")).to_have_count(2)
    assert too_wide(page) == ""
    assert page.input_value("[name=signer]") == "Lò Văn Pâng"
    page.fill("[name=signed_on]", "25/2/2022")
    page.fill("[name=code]", code)
    page.set_input_files("[name=scan]", scan)
    page.click("button[value=attach]")
    page.wait_for_url(f"**/submissions/{waiting.pk}/")
    signature = Signature.objects.get(revision__submission=waiting)
    assert (signature.signer, signature.code_compared) == ("Lò Văn Pâng", True)
    review = visit("verifier-skhcn", width=width).open(f"/admin/indicators/submission/{waiting.pk}/change/")
    assert review.locator(f"a[href='/submissions/{waiting.pk}/signed/{signature.pk}/']").is_visible()
    assert too_wide(review) == ""
