"""Lai Châu's own reorganisations of 2025, applied as acts onto the units of the day before, give what its shipped
table of units gives: 106 communes become 38, eight districts end, departments merge and are split."""

from collections import Counter
from datetime import timedelta

import pytest

from indicators.loading.files import Files
from indicators.loading.ledger import Ledger
from indicators.loading.units import load_units
from indicators.management.commands.load_lai_chau import FOLDER
from indicators.models import Document, Succession, Unit, UnitAlias, UnitCode, UnitSlice
from indicators.reorganisation import apply, plan
from indicators.structure import faults
from tests import people

from .acts import DEPARTMENTS, MERGER, act, lines_of_the_table

pytestmark = pytest.mark.django_db
RESOLUTION = "Nghị quyết 1670/NQ-UBTVQH15"
EVE = MERGER - timedelta(days=1)


@pytest.fixture(scope="module")
def table():
    return Files(FOLDER).rows("units")


class Before:
    """The shipped table as it would have been written before the first of its days of change."""

    def __init__(self, folder, table) -> None:
        self.folder, self.table = folder, table

    def rows(self, name):
        old = [row for row in self.table if (row["valid_from"] or "1900") < DEPARTMENTS.isoformat()]
        return [row | {"valid_to": "", "successor_codes": "", "act": ""} for row in old]


def load(files) -> None:
    load_units(files, {RESOLUTION: Document.objects.get_or_create(name=RESOLUTION)[0]}, Ledger())


def picture():
    """Every unit by its codes and days, with its places and successions, whatever its number."""
    codes = {}
    for row in UnitCode.objects.order_by("unit", "system", "valid_from", "pk").select_related("unit"):
        codes.setdefault(row.unit_id, []).append((row.system, row.code, row.valid_from))
    who = {unit.pk: (*codes[unit.pk], unit.began, unit.ended) for unit in Unit.objects.order_by("pk")}
    slices = {
        (who[row.unit_id], row.valid_from, row.name, row.kind, row.parent_id and who[row.parent_id])
        for row in UnitSlice.objects.order_by("pk")
    }
    successions = {
        (who[row.predecessor_id], who[row.successor_id], row.effective_on, row.act_id, row.is_confirmed)
        for row in Succession.objects.order_by("pk")
    }
    return set(who.values()), slices, successions


def who(code, day):
    return Unit.objects.with_code(code, day).with_slice(day).get()


def told_apart():
    """What the acts say otherwise: whether a name is confirmed and where it is established."""
    rows = UnitSlice.objects.filter(valid_from__in=[DEPARTMENTS, MERGER]).order_by("name", "pk")
    return {(row.name, row.valid_from, row.is_confirmed) for row in rows}


def reorganise(by):
    """The whole of 2025 by two acts."""
    departments = act(*lines_of_the_table(DEPARTMENTS), effective_on=DEPARTMENTS, title="Sắp xếp các sở")
    apply(departments, by=by, read=plan(departments).sha256)
    paper = Document.objects.get(name=RESOLUTION)
    communes = act(*lines_of_the_table(MERGER), document=paper, title="Sắp xếp ĐVHC cấp xã")
    apply(communes, by=by, read=plan(communes).sha256)


def test_the_acts_give_exactly_the_units_of_the_shipped_table(table):
    load(Before(FOLDER, table))
    reorganise(people.superuser())
    applied, said = picture(), told_apart()
    everything = (Succession, UnitCode, UnitSlice, UnitAlias, Unit)
    stored = [model.objects.count() for model in everything]
    load(Files(FOLDER))  # finds all of it, and writes nothing
    assert [model.objects.count() for model in everything] == stored
    for model in everything:
        model.objects.all().delete()
    load(Files(FOLDER))
    assert [len(part) for part in applied] == [183, 185, 160]
    assert picture() == applied
    # Only an act that names its document confirms; one department of 1/3/2025 was confirmed by its own site.
    assert told_apart() ^ said == {
        ("Sở Dân tộc và Tôn giáo", DEPARTMENTS, True),
        ("Sở Dân tộc và Tôn giáo", DEPARTMENTS, False),
    }


def test_what_is_read_before_it_is_applied(table):
    load(Before(FOLDER, table))
    shown = plan(act(*lines_of_the_table(MERGER)))
    assert shown.refusals == ()
    counts = {row["kind"]: (row["before"], row["after"]) for row in shown.picture["counts"]}
    assert counts["commune"] == (106, 38)
    assert counts["district"] == (8, 0)
    assert [len(shown.picture[part]) for part in ("ended", "begun")] == [112, 36]
    renamed = [row for row in shown.picture["passed"] if row["before"] != row["after"]]
    assert len(renamed) == 21
    assert {"code": "03388", "before": "Phường Quyết Tiến", "after": "Phường Đoàn Kết"} in renamed
    changed = [(row["name"], row["what"], row["after"]) for row in shown.picture["changed"]]
    assert changed == [
        ("Xã Mù Cả", "parent", "Tỉnh Lai Châu (12)"),
        ("Xã Mù Cả", "took_over", "Huyện Mường Tè"),
        ("Xã Tà Tổng", "parent", "Tỉnh Lai Châu (12)"),
        ("Xã Tà Tổng", "took_over", "Huyện Mường Tè"),
    ]


def test_each_code_means_the_right_unit_on_each_day_and_nobody_is_lost(table):
    load(Before(FOLDER, table))
    reorganise(people.superuser())
    rows = [row for row in table if row["valid_from"] == MERGER.isoformat()]
    assert len(rows) == 38
    for row in rows:
        then, now = who(row["code"], EVE), who(row["code"], MERGER)
        old = next(o["name"] for o in table if o["code"] == row["code"] and not o["valid_from"])
        assert (now.name_on_day, then.name_on_day) == (row["name"], old)
        assert (now.pk == then.pk) == (row["code"] in ("03451", "03463"))
    assert faults() == []
    gone = Unit.objects.filter(ended__isnull=False).order_by("pk")
    assert {unit.pk for unit in gone} == set(
        Succession.objects.order_by("pk").values_list("predecessor", flat=True)
    )
    kinds = Counter(unit.kind_on_day for unit in Unit.objects.alive_on(MERGER).with_slice(MERGER).order_by("pk"))
    assert (kinds["commune"], kinds["district"]) == (38, 0)
    rows = Succession.objects.filter(predecessor=who("LC-SLDTBXH", DEPARTMENTS - timedelta(days=1))).order_by("pk")
    heirs = UnitCode.objects.filter(unit__in=rows.values("successor")).order_by("code")
    assert [row.code for row in heirs] == ["LC-SDTTG", "LC-SGDDT", "LC-SNV", "LC-SYT"]
    assert {(row.act, row.is_confirmed) for row in rows} == {(None, False)}
