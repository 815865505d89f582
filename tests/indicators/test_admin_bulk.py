"""The six tables of the catalogue leave through their lists and come back unchanged, a whole province in them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from indicators import roles, spreadsheet
from indicators.models import (
    Definition,
    FormLine,
    Indicator,
    Membership,
    Role,
    SpecialDay,
    Target,
    Unit,
    UnitCode,
    UnitSlice,
)
from tests import people
from tests.indicators.pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")

ROWS = {
    "unit": UnitSlice,
    "indicator": Definition,
    "target": Target,
    "reportingform": FormLine,
    "specialday": SpecialDay,
    "membership": Membership,
}
every_table = pytest.mark.parametrize("name", ROWS)


@pytest.fixture
def keeper(lai_chau, db, kept_files) -> Client:
    """The administrator of the province, by membership and group alone."""
    roles.ensure_groups()
    user = people.person("quan-tri", Unit.objects.get(codes__code="12"), Role.ADMINISTRATOR, is_staff=True)
    user.groups.add(roles.group("province"))
    return browser(user)


def address(name: str, page: str = "") -> str:
    return f"/admin/indicators/{name}/{page}"


def export(client: Client, name: str, kind: str, query: str = "") -> bytes:
    where = address(name, "export/") + query
    fields = [field for field in client.get(where).context["form"].fields if "resource_" in field]
    number = {"csv": "0", "xlsx": "1"}[kind]
    posted = {"format": number, "resource": "0", **dict.fromkeys(fields, "on")}
    return client.post(where, posted).content


def tried(client: Client, name: str, data: bytes, kind: str) -> str:
    return seen(client.post(address(name, "import/"), {"file": SimpleUploadedFile(f"t.{kind}", data)}))


@every_table
def test_the_list_leads_to_import_and_export(keeper, name):
    page = keeper.get(address(name)).content.decode()

    links = re.findall(r"<a href=['\"]([^'\"?]+)", page)
    assert {address(name, "import/"), address(name, "export/")} <= set(links)


@every_table
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_left_comes_back_unchanged(keeper, name, kind):
    data = export(keeper, name, kind)
    n = ROWS[name].objects.count()
    assert len(spreadsheet.read(data, f"t.{kind}").rows) == n
    said = tried(keeper, name, data, kind)
    assert f"New rows: 0. Changed: 0. Unchanged: {n}. Refused: 0." in said


@every_table
def test_an_empty_table_to_fill_in_names_the_columns_of_the_export(keeper, name):
    empty = spreadsheet.read(keeper.get(address(name, "import/template.xlsx")).content, "t.xlsx")
    full = spreadsheet.read(export(keeper, name, "xlsx"), "t.xlsx")
    assert (sorted(empty.headers), empty.rows) == (sorted(full.headers), [])


@every_table
def test_who_keeps_a_unit_alone_neither_imports_nor_exports(keeper, name):
    user = people.person("cua-xa", Unit.objects.get(codes__code="03386"), Role.ADMINISTRATOR, is_staff=True)
    user.groups.add(roles.group("unit"))
    client = browser(user)
    assert {client.get(address(name, page)).status_code for page in ("import/", "export/")} == {403}


def test_an_export_follows_the_search_of_the_list(keeper):
    rows = spreadsheet.read(export(keeper, "indicator", "csv", "?q=cap+quang"), "t.csv").rows
    assert {row[0] for row in rows} == {"HT.01", "XH.02"}


def test_a_new_indicator_with_a_target_comes_in_by_two_tables(keeper):
    indicators = (
        "code,name,valid_from,value_kind,unit_of_measure,decimals,direction,over_units,over_time,source_unit\n"
        'X.01,Chỉ tiêu mới,,number,km,"1",up,sum,stock,LC-SKHCN\n'
    )
    targets = "indicator;level;unit;year;operator;value;document\nX.01;province;;2030;≥;1250,5;Kế hoạch 1/KH-UBND\n"
    for name, table in (("indicator", indicators), ("target", targets)):
        page = keeper.post(
            address(name, "import/"), {"file": SimpleUploadedFile("t.csv", table.encode("utf-8-sig"))}
        )
        assert keeper.post(address(name, "process_import/"), {"kept": page.context["kept"]}).status_code == 302
    made = Target.objects.get(indicator=Indicator.objects.get(code="X.01"))
    assert (str(made.value.normalize()), made.operator, made.document.name, made.recorded_by.username) == (
        "1250.5",
        "gte",
        "Kế hoạch 1/KH-UBND",
        "quan-tri",
    )


def test_a_unit_that_breaks_the_tree_is_refused_and_nothing_is_written(keeper):
    table = (
        "system,code,name,kind,parent_code,valid_from,valid_to,is_confirmed\n"
        "internal,LC-MOI,Sở Mới,department,12,01/01/2026,,yes\n"
        "internal,LC-CON,Phòng của huyện cũ,department,108,01/01/2026,,yes\n"
    )
    said = tried(keeper, "unit", table.encode("utf-8-sig"), "csv")
    assert "108" in said or "Huyện Sìn Hồ" in said
    assert "Nothing was written." in said
    assert not UnitCode.objects.filter(code__in=["LC-MOI", "LC-CON"]).exists()
