"""The units of Lai Châu: counts, codes on their days, the succession of 2025, a tree without gaps, run twice."""

import csv
from collections import Counter
from datetime import date, timedelta

import pytest

from indicators.loading.units import lives_of
from indicators.management.commands.load_lai_chau import FOLDER, load
from indicators.models import BEGINNING, Succession, Unit, UnitAlias, UnitCode, UnitSlice
from indicators.tree import tree_on

pytestmark = pytest.mark.django_db

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)  # Nghị quyết 1670/NQ-UBTVQH15
MERGED = date(2025, 3, 1)
FIRST, LAST = date(2020, 1, 1), date(2030, 12, 31)
DAYS = (FIRST, MERGED - timedelta(days=1), MERGED, BEFORE, AFTER, LAST)


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


def rows():
    with (FOLDER / "units.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def who(code, day):
    return Unit.objects.with_code(code, day).with_slice(day).get()


def alive(day, kind):
    units = Unit.objects.alive_on(day).with_slice(day).order_by("pk")
    return [unit for unit in units if unit.kind_on_day == kind]


def test_185_rows_are_183_units(told):
    assert len(rows()) == 185
    assert Unit.objects.count() == UnitCode.objects.count() == 183
    assert UnitSlice.objects.count() == 185
    assert told[1] == "Cơ quan, đơn vị: 183 mới, 0 đã có."


def test_106_communes_became_38_and_the_districts_ended(told):
    counts = {day: Counter(u.kind_on_day for u in Unit.objects.alive_on(day).with_slice(day)) for day in DAYS}
    before = {"province": 1, "district": 8, "commune": 106, "company": 4}
    after = {"province": 1, "commune": 38, "company": 4}
    assert counts[FIRST] == {**before, "department": 25}
    assert counts[BEFORE] == {**before, "department": 20}
    assert counts[AFTER] == counts[LAST] == {**after, "department": 20}


def test_every_change_between_2020_and_2030_falls_on_a_tested_day(told):
    """Between the days of DAYS nothing begins and nothing ends, so a check on them is a check on every day."""
    moments = {d for unit in Unit.objects.order_by("pk") for d in (unit.began, unit.ended) if d}
    moments |= set(UnitSlice.objects.order_by("pk").values_list("valid_from", flat=True))
    moments |= set(UnitCode.objects.order_by("pk").values_list("valid_from", flat=True))
    assert {day for day in moments if FIRST < day <= LAST} == {MERGED, AFTER}


def rows_that_hold(day):
    """code → name by the file alone: the row of the code that began last and has not ended."""
    held = {}
    for row in sorted(rows(), key=lambda row: row["valid_from"]):
        if row["valid_from"] <= str(day) <= (row["valid_to"] or "9999"):
            held[row["code"]] = row["name"]
    return held


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_code_means_one_unit_while_it_lives_and_none_afterwards(told, day):
    codes = {row["code"] for row in rows()}
    found = {code: list(Unit.objects.with_code(code, day).with_slice(day).order_by("pk")) for code in codes}
    assert {code: [u.name_on_day for u in units] for code, units in found.items() if units} == {
        code: [name] for code, name in rows_that_hold(day).items()
    }


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_living_unit_stands_under_a_living_one_up_to_the_province(told, day):
    tree = tree_on(day)
    root = who("12", day).pk
    assert [unit for unit, above in tree.parent.items() if above not in tree.parent] == [root]
    assert {unit for unit in tree.parent if [*tree.ancestors(unit)][-1:] != [root]} == {root}
    assert tree.parent[root] is None


def test_communes_stand_under_their_district_until_the_reform_and_under_the_province_after(told):
    kinds = {
        day: Counter(tree.kind[tree.parent[u.pk]] for u in alive(day, "commune"))
        for day in (BEFORE, AFTER)
        for tree in [tree_on(day)]
    }
    assert kinds == {BEFORE: {"district": 106}, AFTER: {"province": 38}}


def test_a_code_names_another_unit_after_the_reform(told):
    old, new = who("03388", BEFORE), who("03388", AFTER)
    assert (old.name_on_day, new.name_on_day) == ("Phường Quyết Tiến", "Phường Đoàn Kết")
    assert (old.ended, new.began) == (AFTER, AFTER)
    assert who("03619", BEFORE).to_successors.get().successor == who("03595", AFTER)  # never by name
    assert not Unit.objects.with_code("03619", AFTER).exists()


@pytest.mark.parametrize(("code", "name"), [("03451", "Xã Mù Cả"), ("03463", "Xã Tà Tổng")])
def test_a_commune_that_only_changed_its_parent_is_one_unit(told, code, name):
    unit = who(code, BEFORE)
    assert unit == who(code, AFTER)
    assert (unit.began, unit.ended, unit.codes.get().valid_from) == (BEGINNING, None, BEGINNING)
    assert list(unit.slices.values_list("valid_from", "name", "parent")) == [
        (BEGINNING, name, who("107", BEFORE).pk),
        (AFTER, name, who("12", AFTER).pk),
    ]
    assert list(unit.to_successors.order_by("pk")) == []


def successions(kind, day):
    return Succession.objects.filter(predecessor__in=[u.pk for u in alive(day, kind)]).order_by("pk")


def test_104_communes_went_into_36_by_the_resolution(told):
    found = successions("commune", BEFORE).select_related("act")
    assert (found.count(), len({s.predecessor_id for s in found}), len({s.successor_id for s in found})) == (
        104,
        104,
        36,
    )
    assert {(s.effective_on, str(s.act), s.is_confirmed) for s in found} == {
        (AFTER, "Nghị quyết 1670/NQ-UBTVQH15 (16/06/2025)", True)
    }


def test_each_new_commune_is_made_of_the_communes_its_own_row_names(told):
    """The file says it twice: on the rows that ended, and in the note of the row that began."""
    communes = {u.pk for u in alive(BEFORE, "commune")}
    merged = [row for row in rows() if row["note"].startswith("from: ")]
    assert len(merged) == 36
    for row in merged:
        unit = who(row["code"], AFTER)
        named = {word for word in row["note"].replace(";", "").split() if len(word) == 5 and word.isdigit()}
        origins = unit.to_predecessors.filter(predecessor__in=communes).order_by("pk")
        came = set(UnitCode.objects.filter(unit__in=origins.values("predecessor")).values_list("code", flat=True))
        assert came == named, row["name"]


def test_districts_left_their_territory_to_several_communes(told):
    found = successions("district", BEFORE)
    assert (found.count(), len({s.predecessor_id for s in found})) == (44, 8)
    heirs = {s.successor for s in found.filter(predecessor=who("107", BEFORE)).select_related("successor")}
    assert who("03451", AFTER) in heirs
    assert len(heirs) == 8


def test_the_merger_of_departments_is_told_without_an_act_and_not_confirmed(told):
    found = successions("department", MERGED - timedelta(days=1))
    assert {(s.effective_on, s.act_id, s.is_confirmed) for s in found} == {(MERGED, None, False)}
    assert found.count() == 12
    heirs = [s.successor for s in found.filter(predecessor=who("LC-STTTT", FIRST)).select_related("successor")]
    assert set(heirs) == {who("LC-SKHCN", MERGED), who("LC-SVHTTDL", MERGED)}


def test_days_are_used_where_they_are_established(told):
    assert who("12", FIRST).began == BEGINNING
    old = who("LC-SKHCN-OLD", FIRST)
    assert (old.name_on_day, old.began, old.ended) == ("Sở Khoa học và Công nghệ", date(2004, 1, 1), MERGED)


def test_units_that_no_document_establishes_are_not_confirmed_and_named(told):
    unconfirmed = UnitSlice.objects.filter(is_confirmed=False).order_by("pk")
    assert unconfirmed.count() == sum(row["confirmed"] == "no" for row in rows()) == 20
    assert who("LC-SKHCN", AFTER).confirmed_on_day is False
    assert {s.source for s in unconfirmed} == {"Chưa xác nhận; đề nghị tỉnh xác nhận"}
    said = [sentence for sentence in told if sentence.startswith("Chưa xác nhận 20 cơ quan, đơn vị: ")]
    assert [all(s.name in sentence for s in unconfirmed) for sentence in said] == [True]


def test_a_former_name_is_another_spelling(told):
    assert set(UnitAlias.objects.values_list("unit__slices__name", "name")) == {
        ("Thống kê tỉnh", "Cục Thống kê"),
        ("Thuế tỉnh", "Cục Thuế"),
        ("Ngân hàng Nhà nước khu vực", "NHNN chi nhánh tỉnh"),
    }


def test_names_can_be_searched_without_tones(told):
    assert UnitSlice.objects.filter(search__contains="doan ket").count() == 2


def test_base_figures_are_left_out_and_an_implausible_one_is_not_even_in_the_file(told):
    assert "Không nạp: diện tích (39), dân số (37), trụ sở (38) của các đơn vị hành chính, " in "\n".join(told)
    assert "911" not in {row["population"] for row in rows()}


def counts():
    return [model.objects.count() for model in (Unit, UnitSlice, UnitCode, UnitAlias, Succession)]


def test_a_second_load_writes_no_unit(told):
    once = counts()
    again = loaded()
    assert counts() == once
    assert again[1:3] == [
        "Cơ quan, đơn vị: 0 mới, 183 đã có.",
        "Kế thừa giữa các cơ quan, đơn vị: 0 mới, 160 đã có.",
    ]
    assert changes(again) == []


def test_what_an_administrator_changed_is_left_as_it_is_and_named(told):
    foreign, bank = who("LC-SNGV", AFTER), who("LC-NHNN", AFTER)
    Unit.objects.filter(pk=foreign.pk).update(ended=MERGED)
    UnitCode.objects.filter(unit=who("LC-SKHCN", AFTER)).update(valid_from=date(2025, 4, 1))
    Unit.objects.filter(pk=who("LC-SKHCN", AFTER).pk).update(began=date(2025, 4, 1))
    bank.slices.update(is_confirmed=True)
    Succession.objects.filter(predecessor=who("LC-BDT", FIRST)).delete()
    act = Succession.objects.filter(is_confirmed=True).order_by("pk")[0].act
    Succession.objects.filter(predecessor=who("LC-SGTVT", FIRST)).update(act=act, is_confirmed=True)
    once = counts()
    again = loaded()
    assert counts() == once
    assert bank.slices.get().is_confirmed
    assert changes(again) == [
        "Cơ quan, đơn vị khác với tệp, được giữ nguyên (3): LC-SNGV, LC-NHNN, LC-SKHCN.",
        "Kế thừa giữa các cơ quan, đơn vị khác với tệp, được giữ nguyên (1): LC-SGTVT → LC-SXD.",
        "Kế thừa giữa các cơ quan, đơn vị đã bị xóa trên hệ thống, không nạp lại (1): LC-BDT → LC-SDTTG.",
    ]


def row(code, valid_from="", valid_to=""):
    return {"code_system": "gso", "code": code, "valid_from": valid_from, "valid_to": valid_to}


def test_a_code_goes_on_in_its_next_row_only_where_nothing_ended_it():
    lives = lives_of([row("1"), row("2", "", "2025-06-30"), row("2", "2025-07-01"), row("1", "2025-07-01")])
    assert [(life.code, life.began, life.ended, len(own)) for life, own in lives.items()] == [
        ("1", BEGINNING, None, 2),
        ("2", BEGINNING, AFTER, 1),
        ("2", AFTER, None, 1),
    ]


def test_what_is_loaded_begins_its_history_there(told):
    """Or the first change of a unit would have nothing to be compared with."""
    for model in (Unit, UnitSlice, UnitCode, UnitAlias, Succession):
        assert model.history.filter(history_type="+").count() == model.objects.count() > 0
