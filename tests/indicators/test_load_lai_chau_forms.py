"""The forms of Lai Châu: whom they ask for what, who holds their steps, and that all open beside each other."""

from datetime import date

import pytest

from indicators.calendars import Frequency, windows_of_year
from indicators.models import (
    FormLine,
    Period,
    Register,
    RegisterCount,
    ReportingForm,
    Round,
    StepHolder,
    Unit,
)
from indicators.opening import open_round, period_of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
NETWORK = [f"HT.0{number}" for number in range(1, 8)]
PLATFORMS = ["DL.01", "DL.02", "DL.03", "NT.01", "NT.02", "NT.03", "NT.04"]
NARRATIVE = ["TM.01", "TM.02", "TM.03"]
OPERATORS, COMMUNES = {"LC-VNPT", "LC-VIETTEL", "LC-MOBI"}, 38


@pytest.fixture(autouse=True)
def _loaded(lai_chau, db, clock):
    clock.set(*TODAY.timetuple()[:3], 9, 0)


def code_of(unit):
    return unit and unit.codes.get().code


def asked(code):
    lines = FormLine.objects.filter(form__code=code).order_by("order")
    return list(lines.values_list("indicator__code", "subject_rule", "is_mandatory"))


def test_each_form_asks_its_lines_about_whom_they_concern():
    province_lines = {code: [(line, "province", True) for line in lines] for code, lines in PROVINCE_LINES.items()}
    province_lines["01/CĐS"] += [(line, "self", False) for line in NARRATIVE]
    assert {form.code: asked(form.code) for form in ReportingForm.objects.all()} == {
        **province_lines,
        "03/CĐS": [(line, "self", True) for line in ("HT.03", "XH.02", "XH.03")],
        "04/CĐS": [("XH.02", "each_commune", True)],
        **{code: [] for code in LISTS},
    }


LISTS = {"09/CĐS": "CSDL", "10/CĐS": "NEN-TANG", "11/CĐS": "UNG-DUNG", "12/CĐS": "DICH-VU"}
PROVINCE_LINES = {
    "01/CĐS": [*NETWORK, *PLATFORMS, "XH.01"],
    "02/CĐS": [*NETWORK, "XH.01"],
    "05/CĐS": ["KT.01"],
    "06/CĐS": ["KT.03"],
    "07/CĐS": ["KT.04"],
    "08/CĐS": ["KT.02"],
}


def test_verification_and_approval_have_their_holders():
    holders = StepHolder.objects.select_related("form", "reporting_unit", "holder")
    found = {(h.form.code, h.step, code_of(h.reporting_unit)): code_of(h.holder) for h in holders}
    codes = [f"{number:02}/CĐS" for number in range(1, 13)]
    assert found == {
        **{(code, "verify", None): "LC-SKHCN" for code in codes},
        **{(code, "approve", None): "12" for code in codes},
        ("01/CĐS", "verify", "LC-SKHCN"): "LC-VPUBND",
        ("08/CĐS", "verify", "LC-SKHCN"): "LC-VPUBND",
        **{(code, "verify", "LC-SKHCN"): "LC-VPUBND" for code in LISTS},
    }


def test_no_form_opens_by_itself_and_none_names_a_telephone_that_nobody_gave():
    forms = ReportingForm.objects.all()
    assert {(f.opens_itself_from, f.contact) for f in forms} == {
        (None, "Phòng Chuyển đổi số, Sở Khoa học và Công nghệ")
    }
    assert {f.code for f in forms if not f.asks_sign_off} == {"02/CĐS", "04/CĐS"}
    assert {(f.asks_verification, f.asks_publication, f.calendar) for f in forms} == {(True, False, "nd09")}


def test_the_operators_and_all_communes_of_today_report():
    forms = {f.code: f for f in ReportingForm.objects.all()}
    for code in ("02/CĐS", "04/CĐS"):
        assert {code_of(unit) for unit in forms[code].units.order_by("pk")} == OPERATORS
    communes = forms["03/CĐS"].units.with_slice(TODAY).order_by("pk")
    assert {(unit.kind_on_day, unit.ended) for unit in communes} == {("commune", None)}
    assert [code_of(forms[f"0{n}/CĐS"].units.get()) for n in (1, 5, 6, 7, 8)] == [
        "LC-SKHCN",
        "LC-TKT",
        "LC-NHNN",
        "LC-THUE",
        "LC-SKHCN",
    ]


def opened(*codes, year=2026):
    """The last round of the year of each form, all open beside each other."""
    rounds = {}
    for form in ReportingForm.objects.filter(code__in=codes):
        window = windows_of_year(year, Frequency(form.frequency))[-1]
        rounds[form.code] = open_round(form, period_of(window, form.calendar))
    return rounds


def test_every_form_opens_beside_the_others_and_expects_its_units():
    rounds = opened(*ReportingForm.objects.values_list("code", flat=True))
    assert {code: r.submissions.count() for code, r in rounds.items()} == {
        "01/CĐS": 1,
        "02/CĐS": 3,
        "03/CĐS": COMMUNES,
        "04/CĐS": 3,
        "05/CĐS": 1,
        "06/CĐS": 1,
        "07/CĐS": 1,
        "08/CĐS": 1,
        **dict.fromkeys(LISTS, 1),
    }
    assert {r.due_on for r in rounds.values()} == {date(2026, 12, 16)}
    assert set(Period.objects.values_list("label", flat=True)) == {"2026-Q4", "2026"}


def test_one_source_contributes_and_the_others_are_compared_with_it():
    rounds = opened("01/CĐS", "02/CĐS", "03/CĐS", "04/CĐS")
    contributing = {
        (code, line.indicator.code)
        for code, round_ in rounds.items()
        for line in round_.lines.select_related("indicator", "definition")
        for unit in Unit.objects.filter(submissions__round=round_).with_slice(TODAY).order_by("pk")
        if line.definition.is_contributed_by(unit_id=unit.pk, kind=unit.kind_on_day)
    }
    assert contributing == {
        *{("01/CĐS", code) for code in [*NETWORK, *PLATFORMS, "XH.01", *NARRATIVE]},
        ("03/CĐS", "XH.02"),
        ("03/CĐS", "XH.03"),
    }
    assert Round.objects.count() == 4


def test_lists_are_collected_for_registers_that_indicators_are_counted_from():
    forms = ReportingForm.objects.filter(register__isnull=False).select_related("register")
    assert {form.code: form.register.code for form in forms} == LISTS
    assert {form.kind for form in forms} == {"register"}
    counts = RegisterCount.objects.select_related("indicator", "register")
    assert {(each.indicator.code, each.part, each.register.code) for each in counts} == {
        ("DL.01", "value", "CSDL"),
        ("DL.02", "numerator", "UNG-DUNG"),
        ("DL.02", "denominator", "UNG-DUNG"),
        ("DL.03", "numerator", "DICH-VU"),
        ("DL.03", "denominator", "DICH-VU"),
        *((f"NT.0{number}", "value", "NEN-TANG") for number in range(1, 5)),
    }
    assert not Register.objects.filter(is_public=True).exists()
