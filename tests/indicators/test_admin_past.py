"""The history that the administration shows: who changed what, when, from where, old → new, of a row and of what
stands within it; typed on a page or brought by a table."""

import tempfile
from datetime import date

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators import append_only
from indicators.admin import past
from indicators.models import (
    Definition,
    FormCheck,
    FormLine,
    Indicator,
    Membership,
    Programme,
    ProgrammeIndicator,
    ReportingForm,
    SpecialDay,
    StepHolder,
    Succession,
    Unit,
    UnitAlias,
    UnitCode,
    UnitSlice,
    User,
)
from indicators.resources import SpecialDayResource
from tests import factories, people
from tests.indicators.pages import browser
from tests.indicators.resources.sheets import bring
from tests.indicators.test_admin_scope import keeper

pytestmark = pytest.mark.usefixtures("english", "history_told")


@pytest.fixture
def admin(province):
    return people.superuser()


@pytest.fixture
def client(admin):
    return browser(admin)


def told(model, pk, within=()):
    """Newest first: what was done, to what, and each fact that changed."""
    acts = sorted(past.acts(model, pk, within), key=lambda act: act.at, reverse=True)
    return [(act.done, act.what, [(fact.label, fact.old, fact.new) for fact in act.facts]) for act in acts]


def changed(model, pk, within=()):
    return [(what, facts) for done, what, facts in told(model, pk, within) if done == "Changed"]


def test_a_holiday_changed_on_its_page_says_who_from_where_and_what_it_was(client, admin):
    row = SpecialDay.objects.create(day=date(2026, 9, 2), kind="holiday", name="Quốc khánh")
    client.post(
        f"/admin/indicators/specialday/{row.pk}/change/",
        {"day": "03/09/2026", "kind": "holiday", "name": "Nghỉ Quốc khánh"},
    )
    newest = max(past.acts(SpecialDay, row.pk), key=lambda act: act.at)
    assert (newest.who, newest.address, newest.done) == ("admin", "127.0.0.1", "Changed")
    assert [(fact.label, fact.old, fact.new) for fact in newest.facts] == [
        ("Day", "02/09/2026", "03/09/2026"),
        ("Occasion", "Quốc khánh", "Nghỉ Quốc khánh"),
    ]
    page = client.get(f"/admin/indicators/specialday/{row.pk}/history/").content.decode()
    assert [text in page for text in ("admin", "127.0.0.1", "Quốc khánh →", "Nghỉ Quốc khánh")] == [True] * 4


def test_a_table_leaves_the_same_history_with_the_person(client, admin, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    SpecialDay.objects.create(day=date(2026, 9, 2), kind="holiday", name="Cũ")
    table = SimpleUploadedFile("days.csv", "day,kind,name\n02/09/2026,holiday,Quốc khánh\n".encode())
    page = client.post("/admin/indicators/specialday/import/", {"file": table})
    client.post("/admin/indicators/specialday/process_import/", {"kept": page.context["kept"]})
    newest = max(past.acts(SpecialDay, SpecialDay.objects.get().pk), key=lambda act: act.at)
    assert (newest.who, newest.address) == ("admin", "127.0.0.1")
    assert [(fact.label, fact.old, fact.new) for fact in newest.facts] == [("Occasion", "Cũ", "Quốc khánh")]


def test_what_is_made_tells_its_first_values_and_what_is_deleted_its_last(province):
    row = SpecialDay.objects.create(day=date(2026, 9, 2), kind="holiday", name="Quốc khánh")
    pk = row.pk
    row.delete()
    first = [("Day", "02/09/2026"), ("Kind of day", "Holiday"), ("Occasion", "Quốc khánh")]
    assert told(SpecialDay, pk) == [
        ("Deleted", "", [(label, text, "") for label, text in first]),
        ("Created", "", [(label, "", text) for label, text in first]),
    ]


def test_the_history_of_a_deleted_row_is_still_a_page(client, province):
    row = SpecialDay.objects.create(day=date(2026, 9, 2), kind="holiday", name="Quốc khánh")
    pk = row.pk
    row.delete()
    assert "Quốc khánh" in client.get(f"/admin/indicators/specialday/{pk}/history/").content.decode()
    assert client.get("/admin/indicators/specialday/999/history/").status_code == 404


# --- What stands within a row


def test_the_definition_of_an_indicator(province):
    mine = factories.indicator("HT.01", lower_bound=0)
    definition = mine.definitions.get()
    definition.unit_of_measure, definition.lead_unit, definition.lower_bound = "km²", province.office, None
    definition.over_units = "none"
    definition.save()
    assert changed(Indicator, mine.pk, ((Definition, "indicator"),)) == [
        (
            "Definition: 01/01/1900",
            [
                ("Unit of measure", "km", "km²"),
                ("Lower bound", "0", "–"),
                ("Rule over units", "Sum", "None: the level reported only"),
                ("Lead unit", "–", "Văn phòng UBND tỉnh"),
            ],
        )
    ]


def test_lines_rules_and_holders_of_a_form_and_its_units(province):
    line = factories.indicator("HT.01")
    form = factories.form(province.department, holders={"verify": province.office}, indicators=[line])
    form.units.set([province.sister])
    row = form.lines.get()
    row.is_mandatory = False
    row.save()
    holder = form.step_holders.get()
    holder.holder = province.root
    holder.save()
    check = FormCheck.objects.create(form=form, left="HT.01", comparison="lte", right="10")
    check.right = "20"
    check.save()
    within = ((FormLine, "form"), (FormCheck, "form"), (StepHolder, "form"))
    assert changed(ReportingForm, form.pk, within) == [
        ("Rule of a form: HT.01 ≤ 20", [("Right side", "10", "20")]),
        ("Holder of a step: Verification", [("Held by", "Văn phòng UBND tỉnh", "Tỉnh Lai Châu")]),
        ("Line of a form: 1", [("Must be filled", "Yes", "No")]),
        ("", [("Units that report", "–", "Sở Tài chính")]),
        ("", [("Units that report", "Sở Khoa học và Công nghệ", "–")]),
        ("", [("Units that report", "–", "Sở Khoa học và Công nghệ")]),
    ]


def test_names_codes_and_successions_of_a_unit(province):
    unit = province.sister
    named = unit.slices.get()
    named.name = "Sở Tài chính và Kế hoạch"
    named.save()
    code = unit.codes.get()
    code.code = "LC-STCKH"
    code.save()
    UnitAlias.objects.create(unit=unit, name="STC")
    link = Succession.objects.create(predecessor=unit, successor=province.office, effective_on=date(2025, 7, 1))
    unit.ended = date(2025, 7, 1)
    unit.save()
    within = [(UnitSlice, "unit"), (UnitCode, "unit"), (UnitAlias, "unit")]
    within += [(Succession, "predecessor"), (Succession, "successor")]
    assert changed(Unit, unit.pk, within) == [
        ("", [("Ended on (first day without it)", "–", "01/07/2025")]),
        ("Code of a unit: LC-STCKH", [("Code", "LC-STC", "LC-STCKH")]),
        (
            "Name and place of a unit: Sở Tài chính và Kế hoạch",
            [("Name", "Sở Tài chính", "Sở Tài chính và Kế hoạch")],
        ),
    ]
    made = [what for done, what, _facts in told(Unit, unit.pk, within) if done == "Created"]
    assert f"Succession: #{link.pk}" in made


def test_the_place_of_an_indicator_in_a_programme(province):
    place = factories.indicator("HT.01").programme_places.get()
    place.order = 7
    place.save()
    within = ((ProgrammeIndicator, "programme"),)
    ((_what, facts),) = changed(Programme, place.programme_id, within)
    assert facts == [("Order", "0", "7")]


# --- People and rights


def test_rights_of_an_account_are_told_and_its_password_is_not(client, admin, province):
    mai, group = people.person("mai"), Group.objects.create(name="Quản trị đơn vị")
    mai.is_staff = mai.is_superuser = True
    mai.is_active = False
    mai.save()
    mai.groups.add(group)
    mai.set_password("Bí-mật-777")
    mai.save()
    assert changed(User, mai.pk) == [
        ("", [("Groups", "–", "Quản trị đơn vị")]),
        ("", [("Superuser status", "No", "Yes"), ("Staff status", "No", "Yes"), ("Active", "Yes", "No")]),
    ]
    columns = {field.name for field in User.history.model._meta.get_fields()}
    assert not {"password", "last_login"} & columns


def test_a_login_leaves_nothing_in_the_history_of_the_account(client, admin):
    before = User.history.filter(id=admin.pk).count()
    admin.last_login = None
    admin.save(update_fields=["last_login"])
    browser(admin)
    assert User.history.filter(id=admin.pk).count() == before


def test_that_a_password_was_set_is_told_with_who_did(client, province):
    mai = people.person("mai")
    client.post(
        f"/admin/indicators/user/{mai.pk}/password/",
        {"password1": "Mật-khẩu-mới-1", "password2": "Mật-khẩu-mới-1", "usable_password": "true"},
    )
    page = client.get(f"/admin/indicators/user/{mai.pk}/history/").content.decode()
    assert "Password set" in page
    assert "Mật-khẩu" not in page


def test_the_page_of_an_account_tells_its_memberships(client, province):
    membership = province.reporter.memberships.get()
    membership.valid_until = date(2030, 1, 1)
    membership.save()
    page = client.get(f"/admin/indicators/user/{province.reporter.pk}/history/").content.decode()
    assert "01/01/2030" in page
    assert "Membership: Enters figures for the unit" in page
    assert changed(User, province.reporter.pk, ((Membership, "user"),))[0][1] == [
        ("Valid until (first day without it)", "–", "01/01/2030")
    ]


def test_what_a_group_may_do_is_told(client, province):
    group = Group.objects.create(name="Nhóm")
    group.permissions.add(Permission.objects.get(codename="view_observation"))
    ((_what, facts),) = changed(Group, group.pk)
    assert [(label, old) for label, old, _new in facts] == [("Permissions", "–")]
    assert client.get(f"/admin/auth/group/{group.pk}/history/").status_code == 200
    assert client.get(f"/admin/auth/group/{group.pk}/history/{group.history.first().pk}/").status_code == 404


def test_the_history_of_an_account_is_for_who_keeps_it(province):
    mai = people.person("mai", province.sister, "reporter")
    keeps = browser(keeper("unit-admin", province.sister, "unit"))
    other = browser(keeper("other-admin", province.department, "unit"))
    path = f"/admin/indicators/user/{mai.pk}/history/"
    assert (keeps.get(path).status_code, other.get(path).status_code) == (200, 404)


# --- As a whole


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_takes_the_same_queries_for_more_changes(client, province, n):
    form = factories.form(province.department, holders={"verify": province.office}, indicators=[])
    for number in range(n):
        FormLine.objects.create(
            form=form, order=number, indicator=factories.indicator(f"HT.0{number}"), subject_rule="self"
        )
        form.units.set([province.sister] if number % 2 else [province.department, province.office])
    path = f"/admin/indicators/reportingform/{form.pk}/history/"
    client.get(path)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(path).status_code == 200
    assert len(counted) == 10


def test_a_long_history_is_told_by_pages(client, province, monkeypatch):
    monkeypatch.setattr(past, "PER_PAGE", 2)
    row = SpecialDay.objects.create(day=date(2026, 9, 2), kind="holiday", name="1")
    for name in ("2", "3", "4"):
        row.name = name
        row.save()
    path = f"/admin/indicators/specialday/{row.pk}/history/"
    first, second = client.get(path), client.get(f"{path}?p=2")
    assert [act.facts[-1].new for act in first.context["page_obj"]] == ["4", "3"]
    assert [act.facts[-1].new for act in second.context["page_obj"]] == ["2", "1"]


def test_a_row_met_long_after_it_was_made_has_nothing_to_compare_with(province):
    row = SpecialDay.objects.create(day=date(2026, 9, 2), kind="holiday", name="1")
    append_only.remove()
    row.history.all()._raw_delete("default")
    append_only.install()
    row.name = "2"
    row.save()
    assert told(SpecialDay, row.pk) == []
    row.name = "3"
    row.save()
    assert changed(SpecialDay, row.pk) == [("", [("Occasion", "2", "3")])]


def test_an_import_by_a_command_names_no_address(province, admin):
    bring(SpecialDayResource, [{"day": "02/09/2026", "kind": "Holiday", "name": "Quốc khánh"}], by=admin)
    assert [act.address for act in past.acts(SpecialDay, SpecialDay.objects.get().pk)] == [""]
