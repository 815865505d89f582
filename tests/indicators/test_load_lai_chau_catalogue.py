"""The catalogue and targets of Lai Châu: what is loaded, what is left out, what runs twice."""

import unicodedata
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps

from indicators.management.commands.load_lai_chau import FOLDER, load
from indicators.models import (
    BEGINNING,
    Definition,
    IndicatorGroup,
    Programme,
    ProgrammeIndicator,
    ReportingForm,
    SpecialDay,
    Target,
    Unit,
)
from indicators.opening import due_date
from indicators.targets import withdraw_target

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
MERGED = date(2025, 3, 1)
NETWORK = [f"HT.0{number}" for number in range(1, 8)]
PLATFORMS = ["DL.01", "DL.02", "DL.03", "NT.01", "NT.02", "NT.03", "NT.04"]
ECONOMY, SOCIETY = ["KT.01", "KT.02", "KT.03", "KT.04"], ["XH.01", "XH.02", "XH.03"]
ALL = [*NETWORK, *PLATFORMS, *ECONOMY, *SOCIETY]
NARRATIVE = ["TM.01", "TM.02", "TM.03"]


@pytest.fixture(autouse=True)
def _today(clock):
    clock.set(*TODAY.timetuple()[:3], 9, 0)


@pytest.fixture
def told(lai_chau):
    """What the first load on an empty database says."""
    return lai_chau


def loaded():
    said = []
    load(said.append)
    return said


def changes(said):
    return [sentence for sentence in said if "giữ nguyên" in sentence or "không nạp lại" in sentence]


def sentences(said, beginning):
    return [sentence for sentence in said if sentence.startswith(beginning)]


def rows():
    """Every table of ours as it stands, history included."""
    return {
        m.__name__: list(m.objects.order_by("pk").values()) for m in apps.get_app_config("indicators").get_models()
    }


def code_of(unit):
    return unit and unit.codes.get().code


def test_running_it_twice_changes_no_row_and_says_so(told):
    once = rows()
    again = loaded()
    assert rows() == once
    kinds = [sentence.split(": ")[0] for sentence in told if " mới, " in sentence]
    assert kinds == [sentence.split(": ")[0] for sentence in again if ": 0 mới, " in sentence]
    assert len(kinds) == 19
    assert changes(again) == []


def test_every_text_of_the_files_is_composed():
    texts = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.iterdir())]
    assert len(texts) == 21
    assert [text[:40] for text in texts if not unicodedata.is_normalized("NFC", text)] == []


def test_six_groups_stand_in_order_and_one_is_empty(told):
    assert list(IndicatorGroup.objects.values_list("name", flat=True)) == [
        "Hạ tầng số",
        "Dữ liệu số",
        "Nền tảng số",
        "Chính quyền số",
        "Kinh tế số",
        "Xã hội số",
    ]
    used = Counter(ProgrammeIndicator.objects.order_by("pk").values_list("group__code", flat=True))
    assert used == {"HT": 14, "DL": 6, "NT": 8, "KT": 8, "XH": 6}


def test_two_programmes_hold_the_21_indicators_in_their_order(told):
    assert [(p.code, p.first_year, p.last_year, str(p.document)) for p in Programme.objects.all()] == [
        ("CĐS-2021-2025", 2021, 2025, "Nghị quyết 09-NQ/TU (25/02/2022)"),
        ("CĐS-2026-2030", 2026, 2030, "None"),
    ]
    for programme in Programme.objects.all():
        places = ProgrammeIndicator.objects.filter(programme=programme)
        assert list(places.values_list("indicator__code", flat=True)) == ALL
    assert sentences(told, "Chưa xác lập văn bản ban hành: ") == [
        "Chưa xác lập văn bản ban hành: Kế hoạch chuyển đổi số tỉnh Lai Châu giai đoạn 2026-2030."
    ]


def on(code, day):
    return Definition.objects.on(day).get(indicator__code=code)


@pytest.mark.parametrize(
    ("code", "source", "before"),
    [
        *[(code, "LC-SKHCN", "LC-STTTT") for code in [*NETWORK, *PLATFORMS, "KT.02", "XH.01"]],
        ("KT.01", "LC-TKT", "LC-TKT"),
        ("KT.03", "LC-NHNN", "LC-NHNN"),
        ("KT.04", "LC-THUE", "LC-THUE"),
        ("XH.02", None, "LC-STTTT"),
        ("XH.03", None, "LC-STTTT"),
    ],
)
def test_the_merger_changed_who_reports_and_answers_but_not_what_is_measured(told, code, source, before):
    old, new = on(code, date(2025, 2, 28)), on(code, MERGED)
    assert (old.valid_from, new.valid_from) == (BEGINNING, MERGED)
    assert (code_of(old.source_unit), code_of(old.lead_unit)) == (before, "LC-STTTT")
    assert (code_of(new.source_unit), code_of(new.lead_unit)) == (source, "LC-SKHCN")
    assert [old.source_kind, new.source_kind] == ["", "" if source else "commune"]
    assert old.measures_as(new)


def test_definitions_pass_every_check_that_an_administrator_would_meet(told):
    for definition in Definition.objects.select_related("indicator").order_by("pk"):
        definition.full_clean()
        assert definition.description
    for form in ReportingForm.objects.all():
        form.full_clean()


def facts(code):
    d = on(code, TODAY)
    return d.value_kind, d.unit_of_measure, d.decimals, d.direction, d.over_units, d.over_time, d.breakdown


def test_each_indicator_is_measured_by_its_own_rules(told):
    assert {code: facts(code) for code in ALL} == {
        **dict.fromkeys(NETWORK, ("number", "thuê bao", 0, "up", "sum", "stock", "state")),
        "HT.01": ("number", "km", 0, "up", "sum", "stock", "state"),
        "HT.02": ("ratio", "%", 1, "up", "ratio", "stock", "state"),
        "HT.03": ("ratio", "%", 1, "up", "ratio", "stock", "state"),
        "HT.06": ("number", "thiết bị", 0, "up", "sum", "stock", "state"),
        "DL.01": ("number", "cơ sở dữ liệu", 0, "up", "sum", "stock", "public"),
        "DL.02": ("ratio", "%", 1, "up", "ratio", "stock", "public"),
        "DL.03": ("ratio", "%", 2, "up", "none", "stock", "public"),
        "NT.01": ("yes_no", "", 0, "up", "none", "stock", "public"),
        **dict.fromkeys(PLATFORMS[4:], ("number", "nền tảng", 0, "none", "none", "stock", "public")),
        "KT.01": ("ratio", "%", 3, "up", "none", "stock", "public"),
        "KT.02": ("number", "tỷ đồng", 1, "up", "sum", "flow", "state"),
        "KT.03": ("ratio", "%", 2, "up", "ratio", "stock", "public"),
        "KT.04": ("ratio", "%", 1, "up", "ratio", "stock", "public"),
        "XH.01": ("ratio", "%", 1, "up", "ratio", "stock", "state"),
        "XH.02": ("ratio", "%", 1, "up", "ratio", "stock", "public"),
        "XH.03": ("ratio", "%", 2, "up", "ratio", "stock", "public"),
    }


def test_a_ratio_names_its_parts_and_stays_within_0_and_100(told):
    ratios = Definition.objects.filter(value_kind="ratio").order_by("pk")
    assert ratios.count() == 2 * 10
    assert {(d.lower_bound, d.upper_bound, d.ratio_base) for d in ratios} == {(0, 100, 100)}
    assert all(d.numerator_name and d.denominator_name for d in ratios)
    assert on("XH.01", TODAY).denominator_name == "Tổng số thuê bao điện thoại di động"
    assert on("XH.03", TODAY).denominator_name == "Dân số từ 18 tuổi trở lên"


def test_yes_and_no_of_the_integration_platform_have_words(told):
    words = on("NT.01", TODAY)
    assert (words.yes_words, words.no_words) == ("đã vận hành chính thức", "chưa vận hành chính thức")


def test_narrative_sections_have_no_source_and_stand_in_no_programme(told):
    sections = Definition.objects.filter(value_kind="text").order_by("pk")
    assert [d.indicator.code for d in sections.select_related("indicator")] == NARRATIVE
    assert {(d.source_kind, d.source_unit, d.lead_unit) for d in sections} == {("", None, None)}
    assert ProgrammeIndicator.objects.filter(indicator__code__in=NARRATIVE).count() == 0
    assert [d.indicator.section for d in sections] == ["results", "shortcomings", "proposals"]


def test_confirmed_national_targets_stand_side_by_side(told):
    targets = Target.objects.select_related("document", "indicator")
    assert targets.count() == 15
    assert {(t.level, t.unit, t.programme, t.recorded_by) for t in targets} == {("national", None, None, None)}
    shares = [(t.year, t.operator, t.value, str(t.document)) for t in targets if t.indicator.code == "KT.01"]
    assert shares == [
        (2023, "gt", Decimal(16), "Kế hoạch 2023 của Ủy ban Quốc gia về CĐS"),
        (2025, "gte", Decimal(20), "Quyết định 749/QĐ-TTg (03/06/2020)"),
        (2025, "gte", Decimal(20), "Quyết định 411/QĐ-TTg (31/03/2022)"),
        (2025, "about", Decimal(20), "Nghị quyết 52-NQ/TW (27/09/2019)"),
        (2030, "gte", Decimal(30), "Quyết định 411/QĐ-TTg (31/03/2022)"),
        (2030, "gt", Decimal(30), "Nghị quyết 52-NQ/TW (27/09/2019)"),
        (2030, "gte", Decimal(30), "Nghị quyết 57-NQ/TW (22/12/2024)"),
    ]
    assert Counter(t.indicator.code for t in targets) == {
        "KT.01": 7,
        "XH.02": 3,
        "XH.03": 2,
        "KT.03": 2,
        "XH.01": 1,
    }


def test_targets_left_out_are_counted_with_their_reason(told):
    said = sentences(told, "Không nạp: ")
    assert [s for s in said if "mục tiêu" in s and "DL.02 (1)" in s] == [
        "Không nạp: 18 mục tiêu chưa xác nhận: KT.01 (2), XH.02 (1), KT.03 (1), X.DVC4 (1), X.KYNANG (1), "
        "X.HSSK (1), X.CHUKYSO (1), X.HDDT (2), X.SME (2), X.5G (1), X.DVCTT (1), X.KDTM (1), DL.02 (1), "
        "X.BAOCAO (1), X.HSCV (1)."
    ]
    assert "Không nạp: 3 mục tiêu không phải là số: X.5G (2), X.NDOP (1)." in said
    assert sentences(told, "Không nạp: 8 mục tiêu của chỉ tiêu không có trong danh mục: ") != []
    assert len((FOLDER / "targets.csv").read_text(encoding="utf-8").splitlines()) - 1 == 15 + 18 + 3 + 8


def test_a_target_that_was_withdrawn_is_not_recorded_again(told):
    old = Target.objects.get(indicator__code="XH.01")
    withdraw_target(old, reason="Nhập sai", by=None)
    again = loaded()
    assert list(Target.objects.filter(indicator__code="XH.01").values_list("pk", flat=True)) == [old.pk]
    assert "Mục tiêu tham chiếu: 0 mới, 15 đã có." in again
    assert sentences(again, "Mục tiêu tham chiếu khác với tệp, được giữ nguyên (1): XH.01 2023 (") != []


def test_holidays_of_the_solar_calendar_move_due_dates_and_the_announced_ones_are_named(told):
    days = list(SpecialDay.objects.filter(day__year=2026).order_by("day").values_list("day", "kind"))
    assert days == [(date(2026, *md), "holiday") for md in ((1, 1), (4, 30), (5, 1), (9, 2))]
    assert SpecialDay.objects.count() == 12
    assert [s for s in told if "Tết Nguyên đán, Giỗ Tổ Hùng Vương" in s] != []
    form = ReportingForm.objects.get(code="01/CĐS")
    assert due_date(form, date(2026, 4, 29)) == date(2026, 5, 5)  # Thursday 30/4 and Friday 1/5 are off


def test_what_an_administrator_changed_or_removed_is_left_as_it_is_and_named(told):
    form = ReportingForm.objects.get(code="02/CĐS")
    form.units.remove(Unit.objects.with_code("LC-MOBI", TODAY).get())
    form.lines.filter(indicator__code="HT.07").delete()
    ReportingForm.objects.filter(code="05/CĐS").update(due_after=10)
    Definition.objects.filter(indicator__code="KT.01", valid_from=MERGED).update(upper_bound=None)
    ProgrammeIndicator.objects.filter(indicator__code="NT.02", programme__code="CĐS-2026-2030").delete()
    SpecialDay.objects.filter(day=date(2027, 9, 2)).update(name="Quốc khánh 2/9")
    once = rows()
    again = loaded()
    assert rows() == once
    changed, removed = " khác với tệp, được giữ nguyên (1): ", " đã bị xóa trên hệ thống, không nạp lại (1): "
    assert changes(again) == [
        f"Cách tính của chỉ tiêu{changed}KT.01 (01/03/2025).",
        f"Chỉ tiêu trong chương trình, kế hoạch{removed}NT.02 (CĐS-2026-2030).",
        f"Biểu mẫu{changed}05/CĐS.",
        f"Dòng của biểu mẫu{removed}02/CĐS HT.07.",
        f"Danh sách đơn vị báo cáo của biểu mẫu{changed}02/CĐS.",
        f"Ngày nghỉ lễ{changed}2027-09-02.",
    ]
    assert "Dòng của biểu mẫu: 0 mới, 33 đã có." in again


def test_a_catalogue_that_stood_before_is_completed_around(told):
    """A new programme takes an indicator that stands; the indicator keeps its own definitions."""
    ProgrammeIndicator.objects.filter(programme__code="CĐS-2026-2030").delete()
    Programme.objects.filter(code="CĐS-2026-2030").delete()
    Definition.objects.filter(indicator__code="HT.01", valid_from=MERGED).delete()
    again = loaded()
    assert ProgrammeIndicator.objects.filter(programme__code="CĐS-2026-2030").count() == len(ALL)
    assert Definition.objects.filter(indicator__code="HT.01").count() == 1
    assert "Chỉ tiêu trong chương trình, kế hoạch: 21 mới, 21 đã có." in again


def test_the_second_load_holds_the_province_s_rows_in_the_history_once(told):
    history = Definition.history.model.objects
    assert history.count() == Definition.objects.count() == 63
    loaded()
    assert history.count() == 63
