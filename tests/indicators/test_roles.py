"""The role table: its groups hold exactly what it says, whoever made them and however often."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.utils import translation

from indicators import roles
from indicators.models import Membership, Unit, UnitSlice
from indicators.roles import KEEPERS, Changed, administers_province, ensure_groups, group
from tests import factories, people


def held(code: str) -> set[str]:
    return set(group(code).permissions.values_list("codename", flat=True))


def test_the_groups_bear_their_vietnamese_names(db):
    ensure_groups()
    names = {keeper.code: group(keeper.code).name for keeper in KEEPERS}
    assert names == {
        "province": "Quản trị tỉnh",
        "unit": "Quản trị đơn vị",
        "catalogue": "Biên tập danh mục",
        "figures": "Nhập số liệu từ bảng",
    }


def test_the_administrator_of_a_unit_keeps_people_and_looks_at_units(db):
    ensure_groups()
    assert held("unit") == {
        "view_unit",
        "view_unitslice",
        "view_unitcode",
        "view_unitalias",
        "view_user",
        "add_user",
        "change_user",
        "view_membership",
        "add_membership",
        "change_membership",
    }


def test_who_keeps_the_catalogue_keeps_no_people(db):
    ensure_groups()
    assert {name for name in held("catalogue") if name.endswith(("_user", "_membership"))} == set()
    assert held("province") - held("catalogue") == {
        *(f"{act}_user" for act in ("view", "add", "change")),
        *(f"{act}_membership" for act in ("view", "add", "change", "import", "export")),
        *(f"view_{log}" for log in ("digest", "download", "loginevent", "seal")),
        "change_digest",
        *(f"{act}_publicpage" for act in ("view", "add", "change")),
    }


def test_what_is_deleted_are_rows_of_a_list_within_something_else(db):
    ensure_groups()
    assert {name for keeper in KEEPERS for name in held(keeper.code) if name.startswith("delete")} == {
        "delete_unitalias",
        "delete_programmeindicator",
        "delete_registercount",
        "delete_scoreitem",
        "delete_formline",
        "delete_stepholder",
        "delete_formcheck",
        "delete_unitchange",
        "delete_specialday",
    }


def test_figures_leave_in_bulk_and_enter_by_a_right_of_its_own(db):
    ensure_groups()
    assert held("figures") == {"import_submission", "view_observation"}
    assert {keeper.code for keeper in KEEPERS if "import_submission" in held(keeper.code)} == {"figures"}
    bulk = {name for name in held("province") if name.startswith(("import", "export"))}
    both = ("unit", "indicator", "target", "reportingform", "specialday", "membership")
    both += ("basefigure", "referencefigure", "scoreframework", "task")
    assert bulk == {f"{act}_{model}" for act in ("import", "export") for model in both} | {"export_observation"}


def test_every_row_of_the_table_names_a_model(db):
    for keeper in KEEPERS:
        for model in keeper.rights:
            assert apps.get_model("indicators", model)._meta.model_name == model


def test_a_permission_that_there_is_none_of_is_named_and_nothing_is_made(db, monkeypatch):
    wrong = roles.Keeper("wrong", "Sai", {"unit": ("view", "fly")})
    monkeypatch.setattr(roles, "KEEPERS", (*KEEPERS, wrong))
    with pytest.raises(LookupError, match="fly_unit"):
        ensure_groups()
    assert not Group.objects.exists()


def test_the_first_run_makes_and_the_second_changes_nothing(db):
    assert [changed.group for changed in ensure_groups()] == [keeper.name for keeper in KEEPERS]
    before = {keeper.code: held(keeper.code) for keeper in KEEPERS}
    permissions = Permission.objects.count()
    assert ensure_groups() == []
    assert {keeper.code: held(keeper.code) for keeper in KEEPERS} == before
    assert (Group.objects.count(), Permission.objects.count()) == (len(KEEPERS), permissions)


def test_what_was_given_or_taken_by_hand_is_set_right_and_told(db):
    ensure_groups()
    mine = group("unit").permissions
    mine.add(Permission.objects.get(codename="delete_user"))
    mine.remove(Permission.objects.get(codename="view_unit"))
    assert ensure_groups() == [Changed("Quản trị đơn vị", False, ("view_unit",), ("delete_user",))]
    assert held("unit") == next(keeper for keeper in KEEPERS if keeper.code == "unit").codenames()


def test_other_groups_and_who_is_in_a_group_are_left_alone(db):
    ensure_groups()
    other, clerk = Group.objects.create(name="Khác"), people.person("clerk")
    other.permissions.add(Permission.objects.get(codename="delete_user"))
    clerk.groups.add(group("unit"), other)
    ensure_groups()
    assert other.permissions.count() == 1
    assert set(clerk.groups.all()) == {group("unit"), other}


def told(capsys) -> list[str]:
    with translation.override("en"):
        call_command("roles")
    return capsys.readouterr().out.splitlines()


def test_the_command_tells_what_it_changed(db, capsys):
    ensure_groups()
    group("unit").permissions.remove(Permission.objects.get(codename="view_unit"))
    Group.objects.filter(name="Quản trị tỉnh").delete()
    lines = told(capsys)
    assert lines[0] == "New group: Quản trị tỉnh"
    assert lines[-2:] == ["Group: Quản trị đơn vị", "  + view_unit"]
    assert told(capsys) == ["All 4 groups stand as the table says."]


@pytest.mark.parametrize(
    ("role", "unit", "facts", "expected"),
    [
        ("administrator", "root", {}, True),
        ("administrator", "root", {"valid_until": date(2020, 1, 1)}, False),
        ("administrator", "department", {}, False),
        ("approver", "root", {}, False),
    ],
    ids=["today", "once", "of a department", "another role"],
)
def test_the_province_is_administered_by_its_administrator_of_today(province, role, unit, facts, expected):
    user = people.person("somebody")
    Membership.objects.create(user=user, unit=getattr(province, unit), role=role, **facts)
    assert administers_province(user) is expected
    assert (Unit.objects.visible_to(user).count() == Unit.objects.count()) is expected


def test_a_unit_that_was_the_province_once_is_not_administered_as_the_province(province):
    unit = factories.unit("Tỉnh cũ", "province")
    user = people.person("somebody", unit, "administrator")
    assert administers_province(user)
    UnitSlice.objects.create(unit=unit, valid_from=date(2025, 1, 1), name="Sở mới", kind="department")
    assert not administers_province(user)
