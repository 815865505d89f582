"""The first load of Lai Châu: into an empty database, into one where somebody was before, and one that fails."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from indicators.loading import province
from indicators.management.commands.load_lai_chau import load
from indicators.models import Indicator, ReportingForm, Unit, UnitCode, UnitSlice

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def loaded():
    said = []
    load(said.append)
    return said


def today_s(code):
    return Unit.objects.with_code(code, TODAY).get()


def test_the_command_says_in_vietnamese_what_it_did_and_left_out():
    said = StringIO()
    call_command("load_lai_chau", stdout=said)
    assert said.getvalue().splitlines()[:3] == [
        "Văn bản: 8 mới, 0 đã có.",
        "Cơ quan, đơn vị: 183 mới, 0 đã có.",
        "Kế thừa giữa các cơ quan, đơn vị: 160 mới, 0 đã có.",
    ]
    assert "Không nạp: " in said.getvalue()


def test_a_failure_leaves_nothing_half_written(monkeypatch):
    def fail(*args):
        raise LookupError

    monkeypatch.setattr(province, "load_holidays", fail)
    with pytest.raises(LookupError):
        loaded()
    assert (Unit.objects.count(), Indicator.objects.count(), ReportingForm.objects.count()) == (0, 0, 0)


def test_a_unit_that_was_entered_before_is_found_by_its_code_not_by_its_name():
    bank = Unit.objects.create()
    UnitSlice.objects.create(unit=bank, name="Ngân hàng Nhà nước chi nhánh Lai Châu", kind="department")
    UnitCode.objects.create(unit=bank, system="internal", code="LC-NHNN")
    namesake = Unit.objects.create()
    UnitSlice.objects.create(unit=namesake, name="Thuế tỉnh", kind="department")
    UnitCode.objects.create(unit=namesake, system="internal", code="LC-KHAC")
    said = loaded()
    assert said[1] == "Cơ quan, đơn vị: 182 mới, 1 đã có."
    assert today_s("LC-NHNN") == bank
    assert today_s("LC-THUE") != namesake
    assert "Cơ quan, đơn vị khác với tệp, được giữ nguyên (1): LC-NHNN." in said
