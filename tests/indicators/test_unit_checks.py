"""What of the units is not settled: on plain values, by the command, and on the page of administrators."""

from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from indicators.models import Succession, Unit, UnitAlias, UnitSlice
from indicators.resources.directory import Directory
from indicators.structure import Coded, Life, Place
from indicators.unit_checks import Kind, Passing, findings, gaps, two_units, without_successor
from tests import factories, people
from tests.indicators.pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")
FIRST, DAY, LATER = date(1900, 1, 1), date(2025, 7, 1), date(2025, 8, 1)


def life(number, *codes, began=FIRST, ended=None):
    held = tuple(Coded(*code) for code in codes)
    return Life(number, began, ended, (Place(FIRST, f"Xã {number}", "commune", 9),), held)


def test_a_code_that_means_two_units_on_a_day_is_named():
    units = [life(1, ("gso", "1", FIRST)), life(2, ("gso", "1", FIRST)), life(3, ("agency", "1", FIRST))]
    assert [each.sentence for each in two_units(units)] == ["On 01/01/1900 the code 1 means Xã 1, Xã 2."]
    passed_on = [life(1, ("gso", "1", FIRST), ended=DAY), life(2, ("gso", "1", DAY), began=DAY)]
    assert list(two_units(passed_on)) == []


@pytest.mark.parametrize(
    ("ended", "began", "n"), [(DAY, DAY, 0), (DAY, FIRST, 0), (DAY, LATER, 1), (None, FIRST, 1), (LATER, DAY, 1)]
)
def test_a_succession_falls_on_the_day_on_which_the_one_ends_and_the_other_lives(ended, began, n):
    units = {1: life(1, ended=ended), 2: life(2, began=began)}
    assert len(list(gaps(units, [Passing(1, 2, DAY, True)]))) == n


def test_a_unit_that_ended_without_a_successor_is_named():
    units = {1: life(1, ended=DAY), 2: life(2, ended=DAY), 3: life(3)}
    assert [each.unit for each in without_successor(units, [Passing(1, 3, DAY, True)])] == [2]


@pytest.fixture
def unsettled(province, clock):
    """One department ended without a successor, one passed to another without an act."""
    clock.set(2025, 6, 20)
    old = factories.unit("Sở Cũ", code="S1", parent=province.root)
    province.round(factories.indicator("HT.01"), units=[province.sister])
    clock.set(2025, 7, 2)
    Unit.objects.filter(pk__in=[old.pk, province.sister.pk]).update(ended=DAY)
    Succession.objects.create(predecessor=province.sister, successor=province.department, effective_on=DAY)
    UnitSlice.objects.filter(unit=province.office).update(is_confirmed=False)
    return province


def test_all_of_it_is_found_in_as_many_queries_whatever_the_units(unsettled, django_assert_num_queries):
    with django_assert_num_queries(6):
        found = findings()
    assert [(each.kind, each.sentence) for each in found] == [
        (Kind.NO_SUCCESSOR, "Sở Cũ ended on 01/07/2025 without a successor."),
        (Kind.OPEN_REPORT, "Sở Tài chính ended, and left a report open about which nobody decided."),
        (Kind.UNCONFIRMED, "No act confirms that Sở Khoa học và Công nghệ took over from Sở Tài chính."),
        (Kind.UNCONFIRMED, "Name and place of Văn phòng UBND tỉnh from 01/01/1900 are not confirmed."),
    ]


def test_the_command_names_everything_and_fails_where_something_is_broken(unsettled, capsys):
    call_command("check_units")
    assert "Sở Cũ ended on 01/07/2025" in capsys.readouterr().out
    Succession.objects.update(effective_on=LATER)
    with pytest.raises(CommandError, match="1 fault was found"):
        call_command("check_units")


def test_the_page_is_for_administrators_and_leads_to_each_unit(unsettled):
    page = browser(people.superuser()).get("/admin/indicators/unit/checks/")
    assert "Units that ended without a successor (1)" in seen(page)
    assert f"/admin/indicators/unit/{unsettled.sister.pk}/change/" in page.content.decode()
    assert browser(unsettled.verifier).get("/admin/indicators/unit/checks/").status_code == 403


# --- Codes and names


def test_a_code_is_looked_up_in_one_system(province):
    other = Unit.objects.create()
    UnitSlice.objects.create(unit=other, name="Trùng mã", kind="company", parent=province.root)
    other.codes.create(system="agency", code="LC-STC")
    on = date(2025, 9, 1)
    assert Unit.objects.with_code("LC-STC", on).count() == 2
    assert Unit.objects.with_code("LC-STC", on, system="agency").get() == other
    page = browser(province.leader).get("/units/LC-STC/?system=agency")
    assert "Trùng mã" in seen(page)
    assert browser(province.leader).get("/units/LC-STC/?system=gso").status_code == 404


def test_an_import_names_who_is_spelt_so_and_matches_nobody_by_name(province):
    """Bum Nưa and Bun Nưa (domain.md 29); of two candidates both are named."""
    UnitAlias.objects.create(unit=province.sister, name="Sở Tài chánh")
    UnitAlias.objects.create(unit=province.office, name="Sở Tài chánh")
    directory = Directory(people.superuser())
    for text in ("So Tai chanh", "Sở Tài chánh"):
        with pytest.raises(ValueError, match=r"may be: .*LC-VPUBND.*LC-STC") as refused:
            directory.find(text, (DAY,))
        assert "is a name and no code" in str(refused.value)
    with pytest.raises(ValueError, match="No unit that may be named here has the code “X”"):
        directory.find("X", (DAY,))
