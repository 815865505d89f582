"""What an act makes of units, on plain values: every reason to refuse, and random acts that leave no fault."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from indicators.models import BEGINNING
from indicators.reorganisation import Line, Reason, reorganise
from indicators.structure import Coded, Life, Place, faults_of, holds

pytestmark = pytest.mark.usefixtures("english")
DAY = date(2025, 7, 1)
EVE = DAY - timedelta(days=1)


def life(unit: int, code: str, name: str, kind="commune", parent: int | None = 2, *, ended=None, system="gso"):
    return Life(unit, BEGINNING, ended, (Place(BEGINNING, name, kind, parent),), (Coded(system, code, BEGINNING),))


PROVINCE = life(1, "12", "Tỉnh", "province", None)
DISTRICT = life(2, "107", "Huyện", "district", 1)
UNITS = [
    PROVINCE,
    DISTRICT,
    life(3, "03388", "Phường Quyết Tiến"),
    life(4, "03389", "Phường Đoàn Kết"),
    life(5, "03451", "Xã Mù Cả"),
    life(6, "03400", "Xã Đã Mất", ended=date(2020, 1, 1)),
]


def lines(*rows: tuple[str, dict]) -> list[Line]:
    return [Line(number, kind, **facts) for number, (kind, facts) in enumerate(rows, 1)]


def merge(source, target):
    return "merge", {"source": source, "target": target}


def split(source, target):
    return "split", {"source": source, "target": target}


def new(code, name="Xã Mới", parent="12", unit_kind="commune"):
    return "creation", {"code_system": "gso", "code": code, "name": name, "parent": parent, "unit_kind": unit_kind}


def moved(source, parent="12"):
    return "parent", {"source": source, "parent": parent}


def refused(*rows, units=UNITS, day=DAY):
    return [(r.reason, r.line, r.sentence) for r in reorganise(units, lines(*rows), day).refusals]


# --- What is done


def test_two_wards_become_one_that_takes_an_old_code_and_a_commune_moves_on():
    found = reorganise(
        UNITS,
        lines(
            merge("03388", "03388"),
            merge("03389", "03388"),
            new("03388", "Phường Đoàn Kết"),
            ("dissolution", {"source": "107"}),
            moved("03451"),
        ),
        DAY,
    )
    assert found.refusals == ()
    assert (found.ended, found.begun, found.changed) == ((2, 3, 4), (-1,), (5,))
    assert found.successions == ((3, -1), (4, -1))
    assert [found.after[unit].ended for unit in (2, 3, 4, 5)] == [DAY, DAY, DAY, None]
    assert found.after[-1] == Life(
        -1, DAY, None, (Place(DAY, "Phường Đoàn Kết", "commune", 1),), (Coded("gso", "03388", DAY),)
    )
    assert found.after[5].places[-1] == Place(DAY, "Xã Mù Cả", "commune", 1)


def test_all_that_changes_of_one_unit_is_one_place_and_the_order_of_lines_says_nothing():
    rows = [
        ("rename", {"source": "03451", "name": "Xã Mù Cả Mới"}),
        ("kind", {"source": "03451", "unit_kind": "district"}),
        ("code", {"source": "03451", "code_system": "gso", "code": "03999"}),
        ("code", {"source": "03451", "code_system": "agency", "code": "H35.1"}),
        moved("03451", "99"),
        new("99", "Khu", unit_kind="district"),
    ]
    found = reorganise(UNITS, lines(*rows), DAY)
    assert found.refusals == ()
    assert found.after[5].places[1:] == (Place(DAY, "Xã Mù Cả Mới", "district", -1),)
    assert found.after[5].codes[1:] == (Coded("gso", "03999", DAY), Coded("agency", "H35.1", DAY))
    assert reorganise(UNITS, lines(*reversed(rows)), DAY).after[5].places == found.after[5].places


def test_two_units_may_exchange_their_codes():
    def given_to(source, code):
        return "code", {"source": source, "code_system": "gso", "code": code}

    assert refused(given_to("03388", "03389"), given_to("03389", "03388")) == []


def test_a_unit_takes_over_and_goes_on():
    found = reorganise(UNITS, lines(merge("03388", "03389")), DAY)
    assert (found.refusals, found.successions, found.after[4]) == ((), ((3, 4),), UNITS[3])


# --- What is refused, and why


def test_an_act_without_lines():
    assert refused() == [(Reason.NO_LINES, None, "The act has no lines yet.")]


@pytest.mark.parametrize(
    ("rows", "reason", "line", "sentence"),
    [
        (
            [merge("99999", "03389")],
            Reason.NO_SOURCE,
            1,
            "No unit has the code “99999” on 30/06/2025.",
        ),
        ([merge("03388", "99999")], Reason.NO_TARGET, 1, "No unit has the code “99999” on 30/06/2025."),
        ([moved("03451", "99")], Reason.NO_TARGET, 1, "No unit has the code “99” on 30/06/2025."),
        ([merge("03400", "03389")], Reason.ENDED, 1, "Xã Đã Mất (03400) had ended on 01/01/2020 already."),
        (
            [merge("03388", "03388")],
            Reason.TARGET_IS_SOURCE,
            1,
            "Phường Quyết Tiến cannot take over from itself.",
        ),
        (
            [split("107", "03388"), split("107", "12"), moved("03389"), moved("03451")],
            Reason.TARGET_BELOW_SOURCE,
            1,
            "Phường Quyết Tiến takes over from Huyện and stands under it.",
        ),
        (
            [merge("03388", "03389"), merge("03389", "03451")],
            Reason.TARGET_ENDS,
            1,
            "Phường Đoàn Kết takes over from Phường Quyết Tiến and ends by the same act; name its successor.",
        ),
        (
            [split("03388", "03389")],
            Reason.ONE_TARGET,
            1,
            "Phường Quyết Tiến is split, and only one unit takes over; name at least two.",
        ),
        (
            [merge("03388", "03389"), merge("03388", "03451")],
            Reason.CONTRADICTS,
            2,
            "Phường Quyết Tiến (03388) stands in several lines that do not go together.",
        ),
        (
            [("dissolution", {"source": "03388"}), ("rename", {"source": "03388", "name": "X"})],
            Reason.CONTRADICTS,
            1,
            "Phường Quyết Tiến (03388) stands in several lines that do not go together.",
        ),
        (
            [moved("03451"), moved("03451", "107")],
            Reason.CONTRADICTS,
            2,
            "Xã Mù Cả (03451) stands in several lines that do not go together.",
        ),
        (
            [new("03388")],
            Reason.CODE_IN_USE,
            1,
            "The code 03388 belongs to Phường Quyết Tiến on 01/07/2025.",
        ),
        ([new("1"), new("1")], Reason.CODE_IN_USE, 2, "The act gives the code 1 to two units."),
        (
            [("dissolution", {"source": "107"}), moved("03388"), moved("03389")],
            Reason.STRUCTURE,
            None,
            "From 01/07/2025 Xã Mù Cả stands under Huyện, which ended on 01/07/2025.",
        ),
        (
            [new("1", parent="")],
            Reason.STRUCTURE,
            None,
            "From 01/07/2025 Xã Mới stands under nobody; only a province does.",
        ),
    ],
)
def test_an_act_is_refused_for_a_reason_with_a_name(rows, reason, line, sentence):
    assert refused(*rows) == [(reason, line, sentence)]


@pytest.mark.parametrize("what", ["place", "code", "end"])
def test_an_act_does_not_slip_before_what_is_recorded_for_a_later_day(what):
    later = date(2025, 9, 1)
    unit = {
        "place": replace(UNITS[2], places=(*UNITS[2].places, Place(later, "Phường Khác", "commune", 2))),
        "code": replace(UNITS[2], codes=(*UNITS[2].codes, Coded("gso", "1", later))),
        "end": replace(UNITS[2], ended=later),
    }[what]
    sentence = "Phường Quyết Tiến (03388) changes on 01/09/2025 already: apply acts in the order of their days."
    units = [unit if each.unit == 3 else each for each in UNITS]
    for row in (merge("03388", "03389"), ("rename", {"source": "03388", "name": "X"})):
        assert refused(row, units=units) == [(Reason.OVERLAPS, 1, sentence)]


def test_a_code_of_two_systems_is_not_guessed():
    twin = life(7, "03388", "Sở Trùng Mã", "department", 1, system="internal")
    assert refused(merge("03388", "03389"), units=[*UNITS, twin]) == [
        (
            Reason.SEVERAL,
            1,
            "“03388” may mean several units on 30/06/2025: Phường Quyết Tiến, Sở Trùng Mã.",
        )
    ]


def test_faults_that_stood_before_are_not_this_act_s():
    orphan = life(7, "1", "Xã Mồ Côi", parent=6)
    assert refused(("rename", {"source": "03388", "name": "X"}), units=[*UNITS, orphan]) == []


# --- Whatever is asked for

CODES = ["03388", "03389", "03451", "107", "12", "03400", "1", "2"]
KINDS = ["merge", "split", "parent", "creation", "dissolution", "rename", "code", "kind"]


def some_rows(chance: random.Random) -> list[tuple[str, dict]]:
    """One to three things, of which a merger and a split take several lines."""
    rows = []
    for kind in chance.choices(KINDS, k=chance.randint(1, 3)):
        one, two, other, free = *chance.choices(CODES, k=3), chance.choice(["1", "2", "03388", "03389"])
        rows += {
            "merge": [merge(one, other), merge(two, other)][: chance.randint(1, 2)],
            "split": [split(one, two), split(one, other)],
            "parent": [moved(one, other)],
            "creation": [new(free, parent=chance.choice(["12", other]))],
            "dissolution": [("dissolution", {"source": one})],
            "rename": [("rename", {"source": one, "name": "Tên Mới"})],
            "code": [("code", {"source": one, "code_system": "gso", "code": other})],
            "kind": [("kind", {"source": one, "unit_kind": "district"})],
        }[kind]
    return rows


@pytest.mark.parametrize("seed", range(3))
def test_random_acts_leave_no_fault_lose_nobody_and_no_code_means_two_units(seed):
    chance, applied, kinds = random.Random(seed), 0, set()
    for _sequence in range(60):
        units, days = {unit.unit: unit for unit in UNITS}, [EVE]
        for _act in range(8):
            rows = some_rows(chance)
            days.append(days[-1] + timedelta(days=chance.randint(0, 2)))
            found = reorganise(units.values(), lines(*rows), days[-1])
            if not found.refusals:
                applied += 1
                kinds |= {kind for kind, _facts in rows}
                units = checked(units, found, rows)
        assert faults_of(units.values()) == []
        for day, each in product(days, CODES):
            assert sum(holds(unit, "gso", each, day) for unit in units.values()) <= 1
    assert applied > 50  # or this test would tell nothing
    assert kinds == set(KINDS)


def checked(units, found, rows):
    """The units after an act that was not refused: nothing of the past is rewritten, nobody ends for nothing."""
    gone = {unit for unit, _heir in found.successions}
    dissolved = {source["source"] for kind, source in rows if kind == "dissolution"}
    assert len(set(found.ended) - gone) == len(dissolved)
    for unit, old in units.items():
        after = found.after[unit]
        assert (after.places[: len(old.places)], after.codes[: len(old.codes)]) == (old.places, old.codes)
        assert after.ended == (found.day if unit in found.ended else old.ended)
    stored = {unit: unit if unit > 0 else max(units) - unit for unit in found.after}
    return {stored[unit]: renumbered(after, stored) for unit, after in found.after.items()}


def renumbered(unit, stored):
    places = tuple(replace(p, parent=None if p.parent is None else stored[p.parent]) for p in unit.places)
    return replace(unit, unit=stored[unit.unit], places=places)
