"""The units of one import in memory mean what the database means."""

from datetime import date, timedelta

import pytest

from indicators.models import Unit, UnitCode, UnitSlice
from indicators.resources.directory import Directory
from tests import factories, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TURN = date(2025, 7, 1)


def unit(name: str, *codes: tuple[str, str, date], ended: date | None = None) -> Unit:
    made = Unit.objects.create(ended=ended)
    UnitSlice.objects.create(unit=made, name=name, kind="commune")
    for system, code, day in codes:
        UnitCode.objects.create(unit=made, system=system, code=code, valid_from=day)
    return made


@pytest.fixture
def communes(province):
    """03388 passes on; 03390 is taken over from a unit that lives on; one unit is renumbered; two systems meet."""
    old = date(1900, 1, 1)
    return {
        "quyet tien": unit("Quyết Tiến", ("gso", "03388", old), ended=TURN),
        "doan ket": unit("Đoàn Kết", ("gso", "03388", TURN), ("internal", "DK", old)),
        "ban giang": unit("Bản Giang", ("gso", "03390", old)),
        "binh lu": unit("Bình Lư", ("gso", "03390", TURN)),
        "renumbered": unit("Tả Lèng", ("gso", "03405", old), ("gso", "03406", TURN)),
        "twin": unit("Kho bạc", ("agency", "03406", old)),
    }


def test_a_code_means_the_same_in_memory_and_in_the_database(communes):
    directory = Directory(people.superuser())
    days = [date(1899, 12, 31), date(1900, 1, 1), TURN - timedelta(days=1), TURN, date(2030, 1, 1)]
    for day in days:
        for code in directory.with_text:
            expected = list(Unit.objects.with_code(code, day).order_by("pk"))
            assert directory.holders(code, day) == expected, (code, day)
    assert directory.holders("03388", TURN) == [communes["doan ket"]]


def test_one_code_of_two_units_is_not_guessed(communes):
    with pytest.raises(ValueError, match="“03406” may mean several units on 01/07/2025: Tả Lèng, Kho bạc"):
        Directory(people.superuser()).find("03406", (TURN,))


def test_a_code_is_looked_for_on_the_next_day_where_nobody_has_it_on_the_first(communes):
    found = Directory(people.superuser()).find("03406", (date(1899, 1, 1), date(2020, 1, 1)))
    assert found == (communes["twin"], "03406", date(2020, 1, 1))


@pytest.mark.parametrize("code", ["3388", "03388"])
def test_zeros_are_put_back(communes, code):
    assert Directory(people.superuser()).find(code, (TURN,))[:2] == (communes["doan ket"], "03388")


@pytest.mark.parametrize("code", ["388", "03389", "K", "", "3405"])
def test_nothing_else_is_put_back(communes, code):
    with pytest.raises(ValueError, match=f"No unit that may be named here has the code “{code}”"):
        Directory(people.superuser()).find(code, (TURN,))


def test_zeros_are_not_put_back_where_two_units_could_be_meant(communes):
    factories.unit("Khác", code="003388")
    with pytest.raises(ValueError, match="“3388” may mean several units"):
        Directory(people.superuser()).find("3388", (TURN,))


def test_a_unit_out_of_sight_keeps_its_short_code(province, communes):
    """Somebody who may not see the unit 3388 does not get another one in its place."""
    factories.unit("Khác", code="3388")
    below = factories.unit("Chi nhánh", code="03388b", parent=province.department)
    UnitCode.objects.create(unit=below, system="agency", code="003388")
    keeper = people.person("keeper", province.department, "administrator")
    directory = Directory(keeper)
    assert directory.may_name == {province.department.pk, below.pk}
    assert directory.find("003388", (TURN,))[0] == below
    with pytest.raises(ValueError, match="No unit that may be named here has the code “3388”"):
        directory.find("3388", (TURN,))


def test_the_code_of_a_unit_is_one_that_means_it_alone(communes):
    directory = Directory(people.superuser())
    assert directory.code_of(communes["renumbered"], (date(2020, 1, 1),)) == "03405"
    assert directory.code_of(communes["doan ket"], (date(2020, 1, 1),)) == "DK"
    assert directory.code_of(communes["doan ket"], (TURN,)) == "03388"
    assert directory.code_of(communes["ban giang"], (TURN,)) == "03390"


def test_nobody_names_nothing(province):
    assert Directory(None).may_name == set()
    assert not Directory(None).names_all
    assert not Directory(province.reporter).names_all
    assert Directory(people.superuser()).names_all


def test_who_administers_nothing_does_not_name_all_where_there_is_nothing(db):
    assert not Directory(people.person("somebody")).names_all
