"""A unit is a slice of time, not a code: codes, names and parents resolved on a day (domain.md 1-5)."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from indicators.models import BEGINNING, CodeSystem, Membership, Role, Unit, UnitCode, UnitSlice
from tests import people
from tests.factories import unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
BEFORE, MERGER, AFTER = date(2025, 6, 30), date(2025, 7, 1), date(2025, 7, 2)


def made(*codes, began=BEGINNING, ended=None, system=CodeSystem.GSO):
    """A unit with codes: ("03388", since)."""
    new = Unit.objects.create(began=began, ended=ended)
    for code, since in codes:
        UnitCode.objects.create(unit=new, system=system, code=code, valid_from=since)
    return new


def meant_by(code, day):
    return set(Unit.objects.with_code(code, day))


# --- Codes


def test_a_reused_code_means_the_old_unit_until_the_day_before_and_the_new_one_from_the_day():
    """03388 was Phường Quyết Tiến, and is Phường Đoàn Kết since 1/7/2025."""
    quyet_tien = made(("03388", BEGINNING), ended=MERGER)
    doan_ket = made(("03388", MERGER), began=MERGER)
    assert meant_by("03388", BEFORE) == {quyet_tien}
    assert meant_by("03388", MERGER) == {doan_ket}
    assert meant_by("03388", AFTER) == {doan_ket}


def test_a_code_taken_over_while_the_old_holder_lives_on_means_the_new_holder():
    old = made(("03388", BEGINNING))
    new = made(("03388", MERGER))
    assert (meant_by("03388", BEFORE), meant_by("03388", MERGER)) == ({old}, {new})


def test_a_renumbered_unit_is_found_by_the_code_of_the_day_alone():
    renumbered = made(("03451", BEGINNING), ("03999", MERGER))
    assert (meant_by("03451", BEFORE), meant_by("03999", BEFORE)) == ({renumbered}, set())
    assert (meant_by("03451", MERGER), meant_by("03999", MERGER)) == (set(), {renumbered})


def test_two_units_that_swap_their_codes_on_one_day():
    a = made(("1", BEGINNING), ("2", MERGER))
    b = made(("2", BEGINNING), ("1", MERGER))
    assert (meant_by("1", BEFORE), meant_by("2", BEFORE)) == ({a}, {b})
    assert (meant_by("1", MERGER), meant_by("2", MERGER)) == ({b}, {a})


def test_a_unit_that_takes_its_old_code_back_is_found_by_it_again():
    back = made(("1", BEGINNING), ("2", date(2020, 1, 1)), ("1", MERGER))
    assert [meant_by("1", day) for day in (date(2019, 1, 1), BEFORE, MERGER)] == [{back}, set(), {back}]


def test_a_new_code_in_one_system_leaves_the_code_of_another_system():
    both = made(("03388", BEGINNING))
    UnitCode.objects.create(unit=both, system=CodeSystem.AGENCY, code="H35.1", valid_from=MERGER)
    assert meant_by("03388", AFTER) == meant_by("H35.1", AFTER) == {both}


def test_a_code_may_mean_one_unit_in_each_system():
    gso, own = made(("12", BEGINNING)), made(("12", BEGINNING), system=CodeSystem.INTERNAL)
    assert meant_by("12", AFTER) == {gso, own}


def test_a_code_means_nobody_before_its_holder_began_and_after_it_ended():
    made(("1", BEGINNING), began=MERGER, ended=AFTER)
    assert [len(meant_by("1", day)) for day in (BEFORE, MERGER, AFTER)] == [0, 1, 0]


def test_a_code_is_text_and_keeps_its_zero():
    with_zero = made(("03388", BEGINNING))
    assert (meant_by("03388", AFTER), meant_by("3388", AFTER)) == ({with_zero}, set())


# --- Life, names and places


def test_a_unit_lives_from_its_first_day_until_the_day_before_it_ended():
    short = made(began=MERGER, ended=AFTER)
    alive = [short in Unit.objects.alive_on(day) for day in (BEFORE, MERGER, AFTER)]
    assert alive == [False, True, False]


def test_a_slice_holds_until_the_next_begins(django_assert_num_queries):
    root = unit("Lai Châu", "province", code="12")
    moved = Unit.objects.create()
    UnitSlice.objects.create(unit=moved, name="Mù Cả", kind="commune")
    UnitSlice.objects.create(unit=moved, name="Xã Mù Cả", kind="commune", parent=root, valid_from=MERGER)
    UnitCode.objects.create(unit=moved, system=CodeSystem.GSO, code="03451")
    facts = ("name_on_day", "kind_on_day", "parent_on_day", "code_on_day")
    with django_assert_num_queries(2):
        before, after = (Unit.objects.with_slice(day).get(pk=moved.pk) for day in (BEFORE, MERGER))
    assert [getattr(before, f) for f in facts] == ["Mù Cả", "commune", None, "03451"]
    assert [getattr(after, f) for f in facts] == ["Xã Mù Cả", "commune", root.pk, "03451"]
    assert (str(before), str(after)) == ("Mù Cả", "Xã Mù Cả")


def test_before_its_first_slice_a_unit_has_no_name_and_is_shown_by_its_number(django_assert_num_queries):
    later = Unit.objects.create()
    UnitSlice.objects.create(unit=later, name="Đoàn Kết", kind="commune", valid_from=MERGER)
    nameless = Unit.objects.with_slice(BEFORE).get()
    with django_assert_num_queries(0):
        assert (nameless.name_on_day, str(nameless)) == (None, f"#{later.pk}")


def test_the_newest_code_stands_for_a_unit_and_of_equals_the_first_system():
    many = made(("03388", BEGINNING))
    UnitCode.objects.create(unit=many, system=CodeSystem.AGENCY, code="H35.1")
    assert Unit.objects.with_slice(BEFORE).get().code_on_day == "H35.1"
    UnitCode.objects.create(unit=many, system=CodeSystem.INTERNAL, code="LC-1", valid_from=MERGER)
    assert Unit.objects.with_slice(MERGER).get().code_on_day == "LC-1"


def test_names_sort_the_vietnamese_way():
    for name in ("Đoàn Kết", "Dào San", "Dao San", "Ẳng", "An"):
        unit(name, "commune")
    named = Unit.objects.with_slice(AFTER).order_by("sort_on_day", "pk")
    assert [u.name_on_day for u in named] == ["An", "Ẳng", "Dao San", "Dào San", "Đoàn Kết"]


# --- What the database refuses, with the sentence that the user reads


def broken_rows():
    known = made(("03388", MERGER))
    UnitSlice.objects.create(unit=known, name="a", kind="commune", valid_from=MERGER)
    member = Membership.objects.create(user=people.person("a"), unit=known, role=Role.READER, valid_from=MERGER)
    role = {"user": member.user, "unit": known, "role": Role.READER}
    return {
        "A unit ends after the day it began.": Unit(began=MERGER, ended=MERGER),
        "This unit already has a name beginning on that day.": UnitSlice(
            unit=known, name="b", kind="commune", valid_from=MERGER
        ),
        "A unit cannot stand under itself.": UnitSlice(
            unit=known, name="b", kind="commune", parent=known, valid_from=AFTER
        ),
        "This code already names a unit from that day.": UnitCode(
            unit=made(), system=CodeSystem.GSO, code="03388", valid_from=MERGER
        ),
        "A membership ends after the day it began.": Membership(**role, valid_from=AFTER, valid_until=AFTER),
        "This account already has that role in the unit from that day.": Membership(**role, valid_from=MERGER),
    }


def test_a_broken_row_is_refused_with_a_sentence_and_by_the_database_itself():
    for sentence, row in broken_rows().items():
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        assert refused.value.messages == [sentence]
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
