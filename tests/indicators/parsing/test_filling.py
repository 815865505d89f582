"""Figures in the place of markers, and everything else of the workbook as it was, byte for byte."""

import base64
import io
import re
import zipfile
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from indicators.parsing.filling import cells_of
from indicators.parsing.refusal import Refusal
from indicators.parsing.rich import refilled
from indicators.refusals import Refused
from indicators.spreadsheet import MarkedBook, MarkedCell, fill, read_marked

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)
SHEET = "xl/worksheets/sheet1.xml"
WORKBOOK = "xl/workbook.xml"


def ministry_form(*, formulas: bool = False, one: str = "{{HT.01}}") -> bytes:
    """With all that a library loses or moves: pictures, a chart, fonts within a text, settings of the printer."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        first, other = book.add_worksheet("Biểu 01"), book.add_worksheet("Khác")
        bold, percent = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%", "bold": True})
        first.merge_range("A1:D1", "BIỂU MẪU BỘ", bold)
        first.write_string("B2", one, book.add_format({"num_format": "#,##0.00", "bg_color": "#ffff00"}))
        first.write_string("C3", "{{DL.02|2026-Q3}}", percent)
        first.write_rich_string("B4", "Đạt ", bold, "{{HT", ".01}}", " km, ", bold, "tăng < 5 & hơn")
        first.write_string("B5", "{{KT.99}} và {{HT.01}}")
        first.insert_image("E5", "a.png", {"image_data": io.BytesIO(PICTURE)})
        first.data_validation("B9", {"validate": "list", "source": ["Có", "Không"]})
        first.write_comment("B9", "Ghi chú")
        if formulas:
            first.write_formula("D2", "=B2*2")
        other.write_column("A1", [1, 2, 3])
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Khác!$A$1:$A$3"})
        other.insert_chart("C2", chart)
        first.set_landscape()
        first.set_paper(9)
        first.repeat_rows(0)
        book.define_name("Tong", "=Khác!$A$1:$A$3")
    return out.getvalue()


def cell_named(book: MarkedBook, name: str) -> MarkedCell:
    return next(cell for cell in book.cells if cell.name == name)


def parts_of(data: bytes) -> dict[str, bytes]:
    package = zipfile.ZipFile(io.BytesIO(data))
    assert package.testzip() is None
    return {name: package.read(name) for name in package.namelist()}


def filled(data: bytes, **instead) -> bytes:
    book = read_marked(data)
    return fill(book, {cell_named(book, name): new for name, new in instead.items()})


def test_the_cells_with_markers_are_found_with_their_format():
    book = read_marked(ministry_form())
    found = [(cell.sheet, cell.name, cell.markers, cell.number_format) for cell in book.cells]
    assert found == [
        ("Biểu 01", "B2", ["{{HT.01}}"], "#,##0.00"),
        ("Biểu 01", "C3", ["{{DL.02|2026-Q3}}"], "0.0%"),
        ("Biểu 01", "B4", ["{{HT.01}}"], "General"),
        ("Biểu 01", "B5", ["{{KT.99}}", "{{HT.01}}"], "General"),
    ]
    assert [cell.is_one_marker for cell in book.cells] == [True, True, False, False]


def test_nothing_but_the_sheet_changes():
    before = ministry_form()
    after = filled(before, B2=Decimal("14433"), C3=Decimal("0.538"), B4={"{{HT.01}}": "14.433"})
    old, new = parts_of(before), parts_of(after)
    assert list(new) == list(old)
    assert [name for name in old if old[name] != new[name]] == [SHEET]


def test_in_the_sheet_nothing_but_the_cells_changes():
    before = ministry_form()
    after = filled(before, B2=Decimal("14433"), B5={"{{HT.01}}": "14.433"})
    cell = re.compile(rb'<c r="(?:B2|B5)".*?</c>', re.S)
    old, new = parts_of(before)[SHEET], parts_of(after)[SHEET]
    assert cell.sub(b"*", new) == cell.sub(b"*", old)
    style = re.search(rb'<c r="B2" (s="\d+") t="s">', old)[1]
    assert [m[0] for m in cell.finditer(new)] == [
        b'<c r="B2" ' + style + b"><v>14433</v></c>",
        '<c r="B5" t="inlineStr"><is><t xml:space="preserve">{{KT.99}} và 14.433</t></is></c>'.encode(),
    ]


def test_the_packed_bytes_of_other_parts_are_copied():
    before = ministry_form()
    after = filled(before, B2=Decimal("14433"))
    for name in (n for n in parts_of(before) if n != SHEET):
        old, new = (zipfile.ZipFile(io.BytesIO(data)).getinfo(name) for data in (before, after))
        assert (new.CRC, new.compress_size, new.date_time) == (old.CRC, old.compress_size, old.date_time)


def test_a_number_is_a_number_in_the_style_of_its_cell():
    book = openpyxl.load_workbook(io.BytesIO(filled(ministry_form(), B2=Decimal("53.80"), C3=Decimal("0.538"))))
    sheet = book["Biểu 01"]
    assert (sheet["B2"].value, sheet["B2"].data_type, sheet["B2"].number_format) == (53.8, "n", "#,##0.00")
    assert sheet["B2"].fill.fgColor.rgb == "FFFFFF00"
    assert (sheet["C3"].value, sheet["C3"].font.bold) == (0.538, True)


def test_the_fonts_within_a_text_stay():
    data = filled(ministry_form(), B4={"{{HT.01}}": "14.433"})
    rich = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)["Biểu 01"]["B4"].value
    assert str(rich) == "Đạt 14.433 km, tăng < 5 & hơn"
    assert [run.text for run in rich if getattr(run, "font", None) and run.font.b] == ["14.433", "tăng < 5 & hơn"]


def test_formulas_are_computed_anew_when_the_file_is_opened():
    before = ministry_form(formulas=True)
    assert read_marked(before).has_formulas
    after = filled(before, B2=Decimal("5"))
    old, new = parts_of(before), parts_of(after)
    assert [name for name in old if old[name] != new[name]] == [SHEET, WORKBOOK]
    assert new[WORKBOOK].count(b"fullCalcOnLoad") == 1
    assert openpyxl.load_workbook(io.BytesIO(after))["Biểu 01"]["D2"].value == "=B2*2"
    results = openpyxl.load_workbook(io.BytesIO(after), data_only=True)["Biểu 01"]
    assert (results["D2"].value, results["B2"].value) == (None, 5)  # the old result is not shown for the new one


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<calcPr calcId="1"/>', b'<calcPr fullCalcOnLoad="1" calcId="1"/>'),
        (b'<calcPr fullCalcOnLoad="0"></calcPr>', b'<calcPr fullCalcOnLoad="1"></calcPr>'),
        (b"", b'<calcPr fullCalcOnLoad="1"/>'),
    ],
)
def test_whatever_the_workbook_says_of_computing(old, new):
    from indicators.parsing.filling import _recalculated

    xml = b'<workbook><sheets><sheet name="a"/></sheets>%s<extLst/></workbook>'
    assert _recalculated(xml % old) == xml % new
    prefixed = _recalculated(b"<x:workbook><x:sheets></x:sheets><x:definedNames/></x:workbook>")
    assert prefixed.endswith(b'<x:definedNames/><x:calcPr fullCalcOnLoad="1"/></x:workbook>')


def test_without_anything_to_fill_in_the_file_is_the_same():
    data = ministry_form()
    assert fill(read_marked(data), {}) == data


@pytest.mark.parametrize(
    ("inner", "new"),
    [
        ("<t>a {{X}} b</t>", '<t xml:space="preserve">a 5 b</t>'),
        ('<t xml:space="preserve">{{X}} </t>', '<t xml:space="preserve">5 </t>'),
        ("<r><t>{</t></r><r><rPr><b/></rPr><t>{X}} c</t></r>",
         '<r><t xml:space="preserve">5</t></r><r><rPr><b/></rPr><t xml:space="preserve"> c</t></r>'),
        ("<t>{{X}}</t><rPh sb='0' eb='1'><t>{{X}}</t></rPh>",
         "<t xml:space=\"preserve\">5</t><rPh sb='0' eb='1'><t>{{X}}</t></rPh>"),
        ("<t>{{ X }}</t>", "<t>{{ X }}</t>"),
        ("<r><t/></r><r><t>{{X}}{{X}}</t></r>", '<r><t/></r><r><t xml:space="preserve">55</t></r>'),
        ("<x:t>{{X}} a</x:t>", '<t xml:space="preserve">5 a</t>'),
        ("<t>&lt;{{X}}&gt;</t>", '<t xml:space="preserve">&lt;5&gt;</t>'),
    ],
)  # fmt: skip
def test_a_text_keeps_its_runs(inner, new):
    assert refilled(inner.encode(), {"{{X}}": "5"}, b"").decode() == new


def test_what_xml_cannot_hold_is_left_out_and_what_looks_escaped_stays():
    assert refilled(b"<t>{{X}}</t>", {"{{X}}": "a\x00_x000D_<"}, b"") == (
        b'<t xml:space="preserve">a_x005F_x000D_&lt;</t>'
    )


def test_cells_that_do_not_say_where_they_stand_are_counted():
    rows = (
        b'<row><c t="str"><v>a</v></c><c><v>1</v></c></row><row r="4"><c r="C4"><v>2</v></c><c><v>3</v></c></row>'
    )
    xml = b"<s>%s</s>" % rows
    assert [(name, cell.text) for name, cell in cells_of(xml, {"B1", "D4"})] == [("B1", "1"), ("D4", "3")]


@pytest.mark.parametrize("head", [b'<?xml version="1.0" encoding="utf-16"?>', b"\xff\xfe<\x00", b"<!DOCTYPE a>"])
def test_places_are_counted_in_utf_8_alone(head):
    with pytest.raises(Refusal):
        cells_of(head + b"<s/>", {"A1"})


def prefixed(data: bytes) -> bytes:
    """The same file as some programs write it, its sheet with a prefix before every name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, xml in parts_of(data).items():
            if name == SHEET:
                xml = re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", xml).replace(b"xmlns=", b"xmlns:x=")
            made.writestr(name, xml)
    return out.getvalue()


def test_a_sheet_with_prefixes_is_filled_too():
    data = filled(prefixed(ministry_form()), B2=Decimal("5"), B4={"{{HT.01}}": "14.433"})
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Biểu 01"]
    assert (sheet["B2"].value, sheet["B4"].value) == (5, "Đạt 14.433 km, tăng < 5 & hơn")


@pytest.mark.own_process
def test_the_process_of_its_own_fills_too():
    data = filled(ministry_form(), B2=Decimal("5"))
    assert openpyxl.load_workbook(io.BytesIO(data))["Biểu 01"]["B2"].value == 5


def test_what_is_no_workbook_is_refused():
    with pytest.raises(Refused, match="Không đọc được bảng"):
        read_marked(b"PK nothing")
