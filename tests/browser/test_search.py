"""The box in the frame: found by the keyboard, with and without a script, at the width of a telephone."""

from datetime import date

import pytest
from playwright.sync_api import Browser

from indicators.models import Document, Succession, Unit, UnitCode, UnitSlice, User
from tests.factories import Province, unit

from .conftest import Visitor
from .test_layout import too_wide

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]
MERGED = date(2025, 7, 1)


@pytest.fixture
def merged(province: Province) -> None:
    old = unit("Phường Quyết Tiến", "commune", code="03388", parent=province.root)
    Unit.objects.filter(pk=old.pk).update(ended=MERGED)
    new = Unit.objects.create(began=MERGED)
    UnitSlice.objects.create(unit=new, name="Phường Đoàn Kết", kind="commune", parent=province.root)
    UnitCode.objects.create(unit=new, system="internal", code="03388", valid_from=MERGED)
    act = Document.objects.create(name="Nghị quyết 1670/NQ-UBTVQH15")
    Succession.objects.create(predecessor=old, successor=new, effective_on=MERGED, act=act, is_confirmed=True)


@pytest.mark.parametrize("width", [360, 1280])
def test_typing_and_enter_lead_to_what_an_ended_unit_became(
    browser: Browser, live_server, officer: User, merged: None, javascript: bool, width: int
) -> None:
    visitor = Visitor(browser, live_server.url, javascript=javascript, width=width)
    visitor.log_in(officer.username)
    page = visitor.open("/submissions/")
    assert too_wide(page) == ""
    box = page.get_by_role("searchbox")
    box.focus()
    page.keyboard.type("quyet tien")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=quyet+tien")
    row = page.get_by_role("row").filter(has_text="Phường Quyết Tiến")
    assert box.input_value() == "quyet tien"
    row.get_by_role("link", name="Phường Đoàn Kết").click()
    page.wait_for_url("**/units/03388/?on=2025-07-01")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Phường Đoàn Kết")
    visitor.close()
    assert visitor.refused == []
