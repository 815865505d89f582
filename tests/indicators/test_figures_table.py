"""What a table of figures is understood to say: good rows, bad rows, and every refusal with its cell."""

import re
import unicodedata
from datetime import date

import pytest

from indicators import drafts, rounds
from indicators.calendars import window
from indicators.clock import now
from indicators.figures_table.columns import LABELS, read
from indicators.figures_table.understanding import understand
from indicators.models import Definition, FormCheck, Round, SubjectRule, UnitCode
from indicators.opening import open_round
from indicators.refusals import Refused
from indicators.validation import problems
from tests import factories
from tests.factories import cell, indicator, ratio, type_in, unit
from tests.indicators.figure_tables import HEADINGS, importer, stored, table, understood
from tests.indicators.sheets import workbook

APPROVE = ("submit", "verify", "approve")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def asked(province) -> Round:
    units = [province.department, province.sister]
    return province.round(
        indicator("HT.01", decimals=2), ratio("HT.02"), indicator("HT.03"), units=units, subject="self"
    )


@pytest.fixture
def by(province):
    return importer(province.root)


@pytest.fixture
def q(asked) -> str:
    return asked.period.label


def sentence(plan) -> str:
    (one,) = plan.faults
    return one


def news(plan) -> list[tuple[int, str]]:
    return [(row.number, row.line.new) for row in plan.changed]


# --- What is understood


def test_every_row_is_told_beside_what_stands_and_nothing_is_written(by, asked, q, province):
    report = type_in(asked.submissions.get(unit=province.department), cell("1"), by=province.reporter)
    before = stored()
    plan = understood(by, f"LC-SKHCN,{q},HT.01,2", f"LC-STC,{q},HT.01,3", f"LC-STC,{q},HT.03,14433")
    assert news(plan) == [(2, "2 km"), (3, "3 km"), (4, "14.433 km")]
    assert [row.line.old for row in plan.changed] == ["1 km", "Not entered", "Not entered"]
    assert (len(plan.rows), plan.figures, plan.totals, plan.faults) == (3, 3, ["14.438 km"], [])
    assert plan.versions == {report.pk: 1, asked.submissions.get(unit=province.sister).pk: 0}
    assert stored() == before


def test_all_columns_are_read_as_on_the_page(by, q):
    plan = understood(
        by,
        f"LC-SKHCN,,{q},HT.01,gần 400,,,,estimate,,Theo văn bản",
        f"LC-SKHCN,LC-SKHCN,{q},HT.02,,7,13,reported,,about,",
        f"LC-SKHCN,,{q},HT.03,,,,not_available,,,Chưa có nguồn",
        f"LC-STC,,{q},HT.03,,,,Does not concern this unit,,,",
        headings=HEADINGS,
    )
    assert plan.faults == []
    assert news(plan) == [
        (2, "nearly 400 km; Estimate; “Theo văn bản”"),
        (3, "7 / 13 = about 53,8%"),
        (4, "Could not be collected; “Chưa có nguồn”"),
        (5, "Does not concern this unit"),
    ]


def test_headings_are_taken_by_code_or_name_whatever_their_case_and_tones(by, q):
    folded = "DON VI BAO CAO,Phạm vi số liệu,KỲ BÁO CÁO,chỉ tiêu,So lieu,Ghi chú"
    plan = understood(by, f"LC-SKHCN,,{q},HT.01,2,x", headings=folded)
    assert news(plan) == [(2, "2 km; “x”")]
    names = ",".join(str(label).upper() for label in LABELS.values())
    assert news(understood(by, f"LC-SKHCN,,{q},ht.01,2,,,,,,", headings=names)) == [(2, "2 km")]


def test_an_empty_cell_clears_nothing_and_a_figure_is_one_thing(by, asked, q, province):
    report = asked.submissions.get(unit=province.department)
    type_in(report, cell("1", note="cũ"), cell("53.8", of=("7", "13")), by=province.reporter)
    plan = understood(
        by,
        f"LC-SKHCN,{q},HT.01,,mới",
        f"LC-SKHCN,{q},HT.02,60,",
        f"LC-SKHCN,{q},HT.03,,",
        headings="reporting_unit,period,indicator,value,note",
    )
    assert news(plan) == [(2, "1 km; “mới”"), (3, "60%")]
    assert [row.number for row in plan.unchanged] == [4]


def test_a_kept_figure_stays_kept_beside_a_new_note_and_not_beside_another_figure(by, asked, q, province):
    kept = cell("5", kept=True)
    type_in(asked.submissions.get(unit=province.department), cell(), cell(), kept, by=province.reporter)
    heads = "reporting_unit,period,indicator,value,note"
    (noted,) = understood(by, f"LC-SKHCN,{q},HT.03,,Như kỳ trước", headings=heads).changed
    assert (noted.line.mine.value, noted.line.mine.kept, noted.line.mine.note) == (5, True, "Như kỳ trước")
    (other,) = understood(by, f"LC-SKHCN,{q},HT.03,6,", headings=heads).changed
    assert (other.line.mine.value, other.line.mine.kept) == (6, False)


def test_a_dash_is_zero_and_dots_are_not_available_and_both_are_told(by, q):
    plan = understood(by, f"LC-SKHCN,{q},HT.03,-", f"LC-STC,{q},HT.03,…")
    assert news(plan) == [(2, "0 km"), (3, "Could not be collected")]
    assert plan.notes == [
        "Row 2: “-” is understood as 0: nothing occurred.",
        "Row 3: “…” is understood as: could not be collected.",
    ]


def test_a_line_about_each_commune_names_its_subject(by, province):
    communes = [unit(f"Xã {n}", "commune", code=f"0310{n}", parent=province.root) for n in (1, 2)]
    asked = province.round(indicator("HT.09"), subject=SubjectRule.EACH_COMMUNE)
    label = asked.period.label
    heads = "reporting_unit,subject_unit,period,indicator,value"
    plan = understood(by, f"LC-SKHCN,03101,{label},HT.09,5", f"LC-SKHCN,,{label},HT.09,6", headings=heads)
    assert [(row.subject, row.line.name) for row in plan.changed] == [("Xã 1", "HT.09@03101")]
    assert plan.changed[0].line.slot.key[1] == communes[0].pk
    assert sentence(plan) == "Cell B3: This line is about several units: name one by its code."
    plan = understood(by, f"LC-SKHCN,LC-STC,{label},HT.09,5", headings=heads)
    assert sentence(plan) == "Cell B2: The line HT.09 of this report is not about Sở Tài chính."


def test_the_preview_says_what_a_report_would_still_lack(by, asked, q, province):
    Definition.objects.filter(indicator__code="HT.01").update(never_falls=True)
    plan = understood(by, f"LC-SKHCN,{q},HT.01,2", f"LC-STC,{q},HT.03,…")
    titles = [f"01/CĐS, {asked.period}, {name}" for name in ("Sở Khoa học và Công nghệ", "Sở Tài chính")]
    assert [(report.title, report.problems) for report in plan.reports] == [
        (titles[0], ("2 of 3 lines are still empty.",)),
        (titles[1], ("2 of 3 lines are still empty.", "“Chỉ tiêu HT.03”: state why it could not be collected.")),
    ]


def test_what_it_says_of_a_report_is_what_the_report_says_once_written(by, province):
    """Rules against the past, between lines and over the communes of a grid, without a query of their own."""
    unit("Xã Mường So", "commune", code="03101", parent=province.root)
    form = factories.form(
        province.department,
        holders={"verify": province.office, "approve": province.root},
        indicators=[indicator("HT.01", never_falls=True), indicator("HT.02", change_limit=5), indicator("HT.03")],
        subject=SubjectRule.EACH_COMMUNE,
        asks_sign_off=False,
    )
    FormCheck.objects.create(form=form, left="HT.03", comparison="lte", right="HT.01")
    reports = [
        open_round(form, factories.period(window(label)), opens_on=date(2020, 1, 1)).submissions.get()
        for label in ("2026-Q1", "2026-Q2")
    ]
    province.walk(type_in(reports[0], cell("9"), cell("9"), cell("9"), by=province.reporter), *APPROVE)
    reports[1].round.lines.filter(indicator__code="HT.03").update(asks_evidence=True)
    heads = "reporting_unit,subject_unit,period,indicator,value"
    rows = [f"LC-SKHCN,03101,2026-Q2,HT.0{line},{figure}" for line, figure in ((1, 5), (2, 20), (3, 6))]
    plan = understood(by, *rows, headings=heads)
    drafts.save_imported(plan.cells(), by=by, versions=plan.versions)
    written = tuple(problem.in_full for problem in problems(reports[1]))
    assert plan.reports[0].problems == written
    assert [re.search("cannot fall|Give the reason|at most|attach evidence", text)[0] for text in written] == [
        "cannot fall",
        "Give the reason",
        "at most",
        "attach evidence",
    ]
    assert all("Xã Mường So" in text for text in written)


# --- Units by code


def test_lost_zeros_are_put_back_and_said(by, province):
    commune = unit("Phường Đoàn Kết", "commune", code="03388", parent=province.root)
    label = province.round(indicator("HT.05"), indicator("HT.06"), units=[commune], subject="self").period.label
    plan = understood(by, f"3388,{label},HT.05,2", f"3388,{label},HT.06,3", f"03388,{label},HT.06,3")
    assert plan.notes == ["3388 was read as 03388 (Phường Đoàn Kết) in 2 rows, first in row 2."]
    assert sentence(plan).startswith("Cell C4: Row 4 repeats row 3: both are ")


def test_zeros_that_could_be_of_two_units_are_not_put_back(by, province):
    units = [unit("Xã A", "commune", code="0388"), unit("Xã B", "commune", code="00388")]
    label = province.round(indicator("HT.05"), units=units, subject="self").period.label
    plan = understood(by, f"388,{label},HT.05,2")
    assert sentence(plan).startswith("Cell A2: “388” may mean several units on ")


def test_a_code_means_the_unit_that_had_it_on_the_last_day_of_the_period(by, province, asked, q):
    code = UnitCode.objects.get(unit=province.sister)
    UnitCode.objects.create(unit=province.sister, system=code.system, code="NEW", valid_from=now().date())
    UnitCode.objects.create(
        unit=province.office, system=code.system, code=code.code, valid_from=asked.period.day_after_last
    )
    assert understood(by, f"NEW,{q},HT.01,2").changed[0].title.endswith("Sở Tài chính")


# --- Bad tables: each refused as a whole, with the cell


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        ("reporting_unit,period,indicator,is_superuser", "Unknown columns: is_superuser."),
        ("reporting_unit,period,indicator,value,submission_state", "Unknown columns: submission_state."),
        ("reporting_unit,period,value", "Columns missing: indicator (indicator)."),
        ("reporting_unit,period,indicator,value,giá trị", "Columns given more than once: value (value)."),
        ("Xã,Số", "Unknown columns: Xã, Số."),
    ],
)
def test_other_columns_than_those_of_the_table_are_refused(headings, said):
    with pytest.raises(Refused) as refused:
        read(table("1,2,3,4,5", headings=headings), "t.csv")
    assert refused.value.sentence.startswith(said) or "outside the table" in refused.value.sentence


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("LC-SKHCN,{q},HT.01,1.250", 'Cell D2: "1.250" can be read as 1,250 or 1250. Choose one.'),
        ("LC-SKHCN,{q},HT.03,14.43", 'Cell D2: "14.43" is not a whole number.'),
        ("LC-SKHCN,{q},HT.01,15/09/2026", "Cell D2: Excel holds the day 15/09/2026 here, not a figure."),
        ("LC-SKHCN,{q},HT.01,không rõ", 'Cell D2: "không rõ" is not a number.'),
        ("LC-SKHCN,{q},HT.01,-5", "Cell D2: The figure cannot be below 0 km."),
        ("LC-XXX,{q},HT.01,5", "Cell A2: No unit that may be named here has the code “LC-XXX”."),
        ("LC-SKHCN,{q},HT.99,5", "Cell C2: No indicator has the code “HT.99”."),
        ("LC-SKHCN,quý 3,HT.01,5", "Cell B2: “quý 3” is no period of a round."),
        (",{q},HT.01,5", "Cell A2: This cell must be filled in."),
        ("LC-SKHCN,{q},,5", "Cell C2: This cell must be filled in."),
        ("LC-VPUBND,{q},HT.01,5", "Cell A2: No round of "),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named(by, q, row, said):
    plan = understood(by, row.format(q=q), f"LC-STC,{q},HT.01,1")
    assert sentence(plan).startswith(said)
    assert (plan.can_be_written, len(plan.changed)) == (False, 1)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("LC-SKHCN,,{q},HT.02,,7,,,,,", "Cell G2: Both parts are needed"),
        ("LC-SKHCN,,{q},HT.02,50,7,13,,,,", "Cell E2: The figure typed (50) differs from the computed one"),
        ("LC-SKHCN,,{q},HT.02,,13,7,,,,", "Cell F2: The part (13) is larger than the whole (7)."),
        ("LC-SKHCN,,{q},HT.03,5,1,2,,,,", "Cell F2: This line takes nothing in this column. Empty the cell."),
        ("LC-SKHCN,,{q},HT.03,5,,,approved,,,", "Cell H2: Choose one of the listed values."),
        ("LC-SKHCN,,{q},HT.03,5,,,not_available,,,", "Cell H2: A figure was typed, but the state says"),
    ],
)
def test_parts_and_states_are_held_to_the_rules_of_the_page(by, q, row, said):
    found = understood(by, row.format(q=q), headings=HEADINGS).faults
    assert found[0].startswith(said)


def test_every_fault_of_a_table_is_told_at_once(by, q):
    plan = understood(by, f"X,{q},HT.01,5", f"LC-STC,{q},HT.01,1.250", f"LC-STC,{q},HT.03,5", f"LC-STC,{q},Y,5")
    assert [row.number for row in plan.refused] == [2, 3, 5]


def test_one_figure_twice_is_refused_even_where_both_say_the_same(by, asked, q):
    plan = understood(by, f"LC-STC,{q},HT.01,5", f"LC-STC,{q.lower()},ht.01,5")
    key = f"01/CĐS, {asked.period}, Sở Tài chính, HT.01"
    assert sentence(plan) == f"Cell C3: Row 3 repeats row 2: both are {key}."


def test_a_formula_is_refused_by_the_guard_with_its_cell():
    with pytest.raises(Refused, match="Cell D2 holds a formula"):
        read(workbook(HEADINGS.split(",")[:4], ["LC-STC", "", "2026", "=1+1"]), "t.xlsx")


def test_decomposed_text_is_read_as_what_it_shows(by, q):
    heads = unicodedata.normalize("NFD", "đơn vị báo cáo,kỳ báo cáo,chỉ tiêu,số liệu,ghi chú")
    plan = understood(by, unicodedata.normalize("NFD", f"LC-STC,{q},HT.01,gần 400,Đoàn Kết"), headings=heads)
    assert news(plan) == [(2, "nearly 400 km; “Đoàn Kết”")]


def test_real_cells_of_excel_are_read_as_shown(by, q):
    heads = ["reporting_unit", "period", "indicator", "value", "numerator", "denominator"]
    data = workbook(heads, ["LC-STC", q, "HT.01", 8.5], ["LC-STC", q, "HT.02", None, 7, 13])
    assert news(understand([read(data, "t.xlsx")], by=by)) == [(2, "8,5 km"), (3, "7 / 13 = 53,8%")]


# --- Reports that take nothing now


def test_a_row_of_a_locked_round_is_refused(by, asked, q, province):
    rounds.lock_round(asked, by=province.approver, reason="Chốt")
    assert "Sở Tài chính: This round was closed on " in sentence(understood(by, f"LC-STC,{q},HT.01,5"))


def test_a_row_of_an_approved_report_is_refused_even_if_it_changes_nothing(by, province):
    report = province.submission(indicator("HT.07"), asks_sign_off=False)
    province.walk(type_in(report, cell("5"), by=province.reporter), "submit", "verify", "approve")
    said = sentence(understood(by, f"LC-SKHCN,{report.round.period.label},HT.07,5"))
    assert said.startswith("Cell A2: 01/CĐS, ")
    assert "These figures are approved." in said


def test_a_row_of_a_report_that_was_sent_is_refused(by, province):
    report = province.submission(indicator("HT.07"), asks_sign_off=False)
    province.walk(type_in(report, cell("5"), by=province.reporter), "submit")
    said = sentence(understood(by, f"LC-SKHCN,{report.round.period.label},HT.07,6"))
    assert "can be changed only after it is withdrawn or returned." in said


# --- Cost


def test_the_number_of_queries_grows_with_nothing(by, province, django_assert_num_queries):
    units = [unit(f"Xã {n}", "commune", code=f"0310{n}", parent=province.root) for n in range(6)]
    asked = province.round(
        *(indicator(f"HT.1{n}", never_falls=True) for n in range(4)), units=units, subject="self"
    )
    label = asked.period.label
    few = [f"03100,{label},HT.10,1"]
    many = [f"0310{n},{label},HT.1{line},1" for n in range(6) for line in range(4)]
    understood(by, *few)
    for rows in (few, many):
        file = read(table(*rows), "t.csv")
        with django_assert_num_queries(14):
            plan = understand([file], by=by)
        assert (len(plan.changed), plan.faults) == (len(rows), [])
