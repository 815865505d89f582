"""The lines of an act out of a table: what is read, which zeros come back, and each fault with its row."""

from datetime import date

import pytest

from indicators import spreadsheet
from indicators.refusals import Refused
from indicators.reorganisation import table
from indicators.reorganisation.plan import lines_of
from tests import factories

from .acts import MERGER, act, merge

pytestmark = pytest.mark.usefixtures("english")
HEADERS = list(table.LABELS)


def sheet(*rows: dict) -> bytes:
    return spreadsheet.write_xlsx(HEADERS, [[row.get(name, "") for name in HEADERS] for row in rows])


def read(*rows: dict) -> table.Read:
    return table.read(sheet(*rows), "act.xlsx", MERGER)


@pytest.fixture
def communes(province):
    for code, name in (("03388", "Phường Quyết Tiến"), ("03389", "Phường Đoàn Kết"), ("388", "Mã Ngắn")):
        factories.unit(name, "commune", code=code, parent=province.root)
    return province


def test_words_of_the_screen_are_read_in_either_language(communes):
    created = {"kind": "Thành lập", "code": "1", "name": "Xã Mới", "parent": "12", "unit_kind": "commune"}
    found = read(
        {"kind": "merges into ANOTHER unit", "source": "03388", "target": "03389"},
        created | {"kind": "is created", "code_system": "General Statistics Office"},
    )
    assert found.faults == []
    assert [(row["kind"], row["code_system"]) for row in found.rows] == [("merge", ""), ("creation", "gso")]


def test_zeros_come_back_where_one_code_alone_can_be_meant(communes):
    found = read(
        {"kind": "merge", "source": "3389", "target": "3388"},
        {"kind": "merge", "source": "388", "target": "03388"},
        {"kind": "dissolution", "source": "77"},
    )
    assert [row["source"] for row in found.rows] == ["03389", "388", "77"]
    assert found.notes == ["Row 2: 3389 was read as 03389.", "Row 2: 3388 was read as 03388."]


def test_a_new_code_takes_back_the_zero_of_the_code_that_it_repeats(communes):
    facts = {"code_system": "gso", "name": "Phường Mới", "unit_kind": "commune", "parent": "12"}
    found = read(
        {"kind": "creation", "code": "3388", **facts}, {"kind": "merge", "source": "3389", "target": "3388"}
    )
    assert [row["code"] or row["target"] for row in found.rows] == ["03388", "03388"]


def test_each_fault_is_told_with_its_row(communes):
    found = read({"kind": "sáp nhập hết", "source": "03388"}, {"kind": "merge", "source": "03388"})
    words = "Merges into another unit, Is split among other units, New name, New parent unit, New code, New kind, "
    words += "Dissolved without successor, Is created"
    assert found.faults == [
        f"Row 2: “sáp nhập hết” is not known in the column “kind of change”; use one of: {words}.",
    ]
    again = {"kind": "dissolution", "source": "03388"}
    assert read({"kind": "merge", "source": "03388"}, again, again).faults == [
        "Row 2: A merge names the unit that ends and the unit that takes over, and nothing else.",
        "Row 4: it repeats row 3.",
    ]
    assert len(read(*({"kind": f"x{number}"} for number in range(30))).faults) == table.MOST_FAULTS


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (sheet(), "The table holds no rows."),
        (spreadsheet.write_xlsx(["kind", "applied_at"], [["merge", "1"]]), "Unknown columns: applied_at"),
        (spreadsheet.write_xlsx(["source"], [["03388"]]), "Columns missing: kind of change"),
        (b"PK\x03\x04 no workbook", "."),
    ],
    ids=["no rows", "unknown column", "missing column", "no workbook"],
)
def test_a_file_that_is_no_such_table_is_refused(db, data, sentence):
    with pytest.raises(Refused, match=sentence):
        table.read(data, "act.xlsx", date(2025, 7, 1))


def test_a_table_takes_the_place_of_the_lines_of_a_draft_and_of_no_other_act(communes):
    draft, other = act(merge("03388", "388")), act(merge("388", "03388"), title="Khác")
    assert table.write(draft, read(merge("03388", "03389"), merge("388", "03389")).rows) == 2
    assert [(line.source, line.target) for line in lines_of(draft)] == [("03388", "03389"), ("388", "03389")]
    assert len(lines_of(other)) == 1


def test_every_column_is_explained(english):
    assert [(column.code, bool(column.explanation)) for column in table.described()] == [(n, True) for n in HEADERS]
