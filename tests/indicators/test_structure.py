"""Whether the units stand together on every day: the rules on plain values, tried against a reading day by day."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import example, given
from hypothesis import strategies as st

from indicators import structure
from indicators.models import BEGINNING, Unit, UnitCode, UnitSlice
from indicators.refusals import Refused
from indicators.structure import Coded, Life, Place, faults_of
from tests import factories

pytestmark = pytest.mark.usefixtures("english")
MERGER = date(2025, 7, 1)
ROOT = Life(1, BEGINNING, None, (Place(BEGINNING, "Tỉnh", "province"),))


def life(unit: int, name: str, kind="commune", parent: int | None = 1, *, began=BEGINNING, ended=None, codes=()):
    return Life(unit, began, ended, (Place(began, name, kind, parent),), tuple(codes))


def gso(code: str, valid_from=BEGINNING) -> Coded:
    return Coded("gso", code, valid_from)


# --- One fault at a time


def test_a_province_with_a_district_a_commune_and_a_company_has_no_fault():
    company = life(4, "VNPT", "company")
    assert faults_of([ROOT, life(2, "Huyện", "district"), life(3, "Xã", parent=2), company]) == []


def test_the_merger_of_2025_has_no_fault():
    """Districts end, communes end under them, Mù Cả moves on to the province, and a ward takes an old code."""
    district = life(2, "Huyện Mường Tè", "district", ended=MERGER)
    old = life(3, "Phường Quyết Tiến", parent=2, ended=MERGER, codes=[gso("03388")])
    new = life(4, "Phường Đoàn Kết", began=MERGER, codes=[gso("03388", MERGER)])
    places = (Place(BEGINNING, "Xã Mù Cả", "commune", 2), Place(MERGER, "Xã Mù Cả", "commune", 1))
    assert faults_of([ROOT, district, old, new, Life(5, BEGINNING, None, places)]) == []


def test_a_child_of_a_unit_that_ended_is_named_with_the_day():
    district = life(2, "Huyện Mường Tè", "district", ended=MERGER)
    assert faults_of([ROOT, district, life(3, "Xã Mù Cả", parent=2)]) == [
        "From 01/07/2025 Xã Mù Cả stands under Huyện Mường Tè, which ended on 01/07/2025."
    ]


def test_a_child_that_moves_under_an_ended_unit_is_named_with_the_day_it_moves():
    district = life(2, "Huyện Mường Tè", "district", ended=MERGER)
    places = (Place(BEGINNING, "Xã Mù Cả", "commune", 1), Place(date(2026, 1, 1), "Xã Mù Cả", "commune", 2))
    assert faults_of([ROOT, district, Life(3, BEGINNING, None, places)]) == [
        "From 01/01/2026 Xã Mù Cả stands under Huyện Mường Tè, which ended on 01/07/2025."
    ]


def test_a_child_of_a_unit_to_come_is_named_with_both_days():
    child = life(3, "Xã", parent=2, began=date(2020, 1, 1))
    assert faults_of([ROOT, life(2, "Huyện", "district", began=MERGER), child]) == [
        "From 01/01/2020 Xã stands under Huyện, which begins only on 01/07/2025."
    ]


def test_a_beginning_that_is_not_known_is_compared_with_no_other():
    assert (
        faults_of([ROOT, life(2, "Huyện Nậm Nhùn", "district", began=date(2012, 11, 2)), life(3, "Xã", parent=2)])
        == []
    )


@pytest.mark.parametrize(
    "places", [(), (Place(MERGER + timedelta(days=1), "Xã", "commune", 1),)], ids=["none", "late"]
)
def test_a_unit_has_a_name_and_a_place_on_its_first_day(places):
    name = places[0].name if places else "03388"
    assert faults_of([ROOT, Life(2, MERGER, None, places, (gso("03388", MERGER),))]) == [
        f"{name} begins on 01/07/2025 without a name and a place: the first of them must hold on that day."
    ]


def test_only_a_province_stands_under_nobody():
    assert faults_of([ROOT, life(2, "Xã", parent=None, began=MERGER)]) == [
        "From 01/07/2025 Xã stands under nobody; only a province does."
    ]
    assert faults_of([ROOT, life(2, "Tỉnh mới", "province", 1, began=MERGER)]) == [
        "From 01/07/2025 Tỉnh mới is a province and stands under Tỉnh; a province stands alone."
    ]


def test_a_circle_is_said_once_with_the_day_it_closes():
    places = (Place(BEGINNING, "Huyện A", "district", 1), Place(MERGER, "Huyện A", "district", 3))
    b, commune = life(3, "Huyện B", "district", 2), life(4, "Xã", parent=3, began=date(2026, 1, 1))
    assert faults_of([ROOT, Life(2, BEGINNING, None, places), b, commune]) == [
        "From 01/07/2025 these units stand under one another in a circle: Huyện A, Huyện B."
    ]


# --- Codes


def test_a_code_is_not_given_on_while_its_holder_lives_with_it():
    holder = life(2, "Phường Quyết Tiến", codes=[gso("03388")])
    taker = life(3, "Phường Đoàn Kết", began=MERGER, codes=[gso("03388", MERGER)])
    assert faults_of([ROOT, holder, taker]) == [
        "From 01/07/2025 the code 03388 is given to Phường Đoàn Kết while Phường Quyết Tiến still holds it."
    ]


@pytest.mark.parametrize(
    ("holder", "system"),
    [
        (life(2, "Cũ", ended=MERGER, codes=[gso("03388")]), "gso"),
        (life(2, "Cũ", codes=[gso("03388"), gso("03390", MERGER)]), "gso"),
        (life(2, "Cũ", codes=[gso("03388")]), "agency"),
    ],
    ids=["ended that day", "renumbered that day", "another system"],
)
def test_a_code_that_is_free_may_be_given_on(holder, system):
    taker = life(3, "Mới", began=MERGER, codes=[Coded(system, "03388", MERGER)])
    assert faults_of([ROOT, holder, taker]) == []


def test_a_code_counts_from_the_day_its_unit_begins():
    holder = life(2, "Cũ", ended=MERGER, codes=[gso("03388", date(2020, 1, 1))])
    assert faults_of([ROOT, holder, life(3, "Mới", began=MERGER, codes=[gso("03388")])]) == []


# --- Against a reading day by day

FIRST = date(2024, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range(7)]
KINDS = ["province", "district", "commune"]
days = st.sampled_from(DAYS[1:-1])


@st.composite
def lives(draw) -> list[Life]:
    """One to four units; half of them begin as they should, the first of those a province."""
    count = draw(st.integers(1, 4))
    parents = st.one_of(st.none(), st.integers(1, count))
    made = []
    for unit in range(1, count + 1):
        began, is_neat = draw(days), draw(st.booleans())
        later = [day for day in DAYS[:-1] if day > began]
        ended = draw(st.sampled_from([None, None, *later]))
        begins = sorted(
            {began} | draw(st.sets(st.sampled_from(later), max_size=1))
            if is_neat and later
            else draw(st.sets(days, max_size=3))
        )
        kinds = st.just("province" if unit == 1 else "commune") if is_neat else st.sampled_from(KINDS)
        under = st.just(1 if unit > 1 else None) if is_neat else parents
        places = [Place(day, f"U{unit}", draw(kinds), draw(under)) for day in begins]
        codes = [gso(draw(st.sampled_from("ab")), day) for day in sorted(draw(st.sets(days, max_size=2)))]
        made.append(Life(unit, began, ended, tuple(places), tuple(codes)))
    return made


def alive(one: Life, day: date) -> bool:
    return one.began <= day and (one.ended is None or one.ended > day)


def latest(rows, day: date):
    return max((row for row in rows if row.valid_from <= day), key=lambda row: row.valid_from, default=None)


def stands(one: Life, day: date, units: dict[int, Life]) -> bool:
    """Whether a living unit reaches a province through living units, step by step."""
    seen: set[int] = set()
    while True:
        place = latest(one.places, day)
        if place is None or one.unit in seen:
            return False
        if place.kind == "province" or place.parent is None:
            return place.kind == "province" and place.parent is None
        seen.add(one.unit)
        one = units[place.parent]
        if not alive(one, day):
            return False


@given(lives())
@example([life(1, "U1", "commune", 1, began=DAYS[1])])
def test_units_without_a_fault_reach_a_province_on_every_day_and_others_do_not(made):
    made = [Life(u.unit, u.began, u.ended, u.places) for u in made]
    units = {one.unit: one for one in made}
    sound = all(stands(one, day, units) for one in made for day in DAYS if alive(one, day))
    assert (faults_of(made) == []) is sound


@given(lives())
def test_codes_without_a_fault_are_held_by_one_living_unit_at_a_time(made):
    placed = [Life(u.unit, u.began, u.ended, (Place(BEGINNING, f"U{u.unit}", "province"),), u.codes) for u in made]
    held = [
        [one.unit for one in placed if alive(one, day) and (row := latest(one.codes, day)) and row.code == code]
        for day in DAYS
        for code in "ab"
    ]
    assert (faults_of(placed) == []) is all(len(holders) <= 1 for holders in held)


@given(lives())
def test_the_order_of_the_units_changes_no_fault(made):
    assert faults_of(made) == faults_of(reversed(made))


# --- In the database


def test_the_stored_units_are_read_in_three_queries(province, django_assert_num_queries):
    for n in range(3):
        factories.unit(f"Xã {n}", "commune", parent=province.root)
    with django_assert_num_queries(3):
        assert structure.faults() == []


def test_no_unit_at_all_is_no_fault(db):
    assert structure.faults() == []


@transaction.atomic
def end(units: list[Unit]) -> None:
    for n, each in enumerate(units, 1):
        Unit.objects.filter(pk=each.pk).update(ended=date(2025, n, 1))
    structure.refuse_faults()


def test_a_refusal_says_the_first_three_and_takes_the_writing_back(province):
    ending = [factories.unit(f"Huyện {n}", "district", parent=province.root) for n in range(4)]
    for n, district in enumerate(ending):
        factories.unit(f"Xã {n}", "commune", parent=district)
    with pytest.raises(Refused) as refused:
        end(ending)
    assert refused.value.sentence == " ".join(
        f"From 01/0{n}/2025 Xã {n - 1} stands under Huyện {n - 1}, which ended on 01/0{n}/2025." for n in (1, 2, 3)
    )
    assert not Unit.objects.filter(ended__isnull=False).exists()


def test_a_sound_set_of_units_is_not_refused(province):
    UnitSlice.objects.create(
        unit=province.sister, valid_from=MERGER, name="Sở", kind="department", parent=province.root
    )
    UnitCode.objects.create(unit=province.sister, system="gso", code="9", valid_from=MERGER)
    structure.refuse_faults()


def test_a_writer_answers_only_for_its_own_faults(province):
    factories.unit("Phòng cũ", parent=None)
    before = structure.faults()
    assert len(before) == 1
    structure.refuse_faults(known=before)
    factories.unit("Phòng mới", parent=None)
    with pytest.raises(Refused) as refused:
        structure.refuse_faults(known=before)
    assert "Phòng mới" in refused.value.sentence
    assert "Phòng cũ" not in refused.value.sentence
