"""Errors and warnings over stored cells: against the unit's own past, and by the rules of the form."""

from datetime import date

import pytest

from indicators import workflow
from indicators.calendars import windows_of_year
from indicators.drafts import cells_of
from indicators.models import Definition, FormCheck, Observation, RoundCheck
from indicators.opening import open_round
from indicators.refusals import Refused
from indicators.validation import expected_cells, findings, problems
from tests import factories
from tests.factories import cell, indicator, ratio, type_in

pytestmark = pytest.mark.usefixtures("english")

APPROVE = ("submit", "sign", "verify", "approve")
MONTHS = [w for year in (2025, 2026) for w in windows_of_year(year, "month")]


@pytest.fixture(autouse=True)
def _in_november(clock) -> None:
    clock.set(2026, 11, 24, 9, 42)


def form(province, *indicators, **facts):
    holders = {"verify": province.office, "approve": province.root}
    return factories.form(province.department, holders=holders, indicators=list(indicators), **facts)


def opened(asked, window=MONTHS[-1]):
    return open_round(asked, factories.period(window), due_on=date(2026, 12, 16)).submissions.get()


def with_past(province, asked, *figures, **facts):
    """The report of a month, with one approved figure of the first line in each of the months before it."""
    for window, figure in zip(MONTHS, figures, strict=False):
        report = type_in(opened(asked, window), cell(figure, note="Lý do", **facts), by=province.reporter)
        province.walk(report, *APPROVE)
    return opened(asked, MONTHS[len(figures)])


def said(submission):
    found = findings(submission, expected_cells(submission), cells_of(submission))
    return [(str(each.severity), each.in_full, each.answer) for each in found]


def sentences(submission):
    return [problem.in_full for problem in problems(submission)]


# --- Against the last figure


def changed(pct, old="100 km"):
    return f"Chỉ tiêu HT.01: Changed by {pct} against last period ({old}). Give the reason."


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("110", []),
        ("111", [("warning", changed("+11%"), "")]),
        ("90", []),
        ("89", [("warning", changed("−11%"), "")]),
        ("100", []),
        ("133", [("warning", changed("+33%"), "")]),
    ],
)
def test_a_change_beyond_the_usual_one_asks_for_its_reason(province, now, expected):
    submission = with_past(province, form(province, indicator("HT.01", change_limit=10)), "100")
    assert said(type_in(submission, cell(now), by=province.reporter)) == expected


def test_the_per_cent_of_a_change_is_rounded_to_two_decimals(province):
    submission = with_past(province, form(province, indicator("HT.01", change_limit=10)), "3")
    submission = type_in(submission, cell("4"), by=province.reporter)
    assert said(submission) == [("warning", changed("+33,33%", "3 km"), "")]


def test_from_nothing_there_is_no_change_in_per_cent(province):
    submission = with_past(province, form(province, indicator("HT.01", change_limit=10)), "0")
    assert said(type_in(submission, cell("400"), by=province.reporter)) == []


def test_a_qualified_figure_is_compared_by_its_value_and_shown_as_it_was_written(province):
    asked = form(province, indicator("HT.01", change_limit=10))
    submission = with_past(province, asked, "100", qualifier="nearly", status="estimate")
    submission = type_in(submission, cell("111", qualifier="over"), by=province.reporter)
    assert said(submission) == [("warning", changed("+11%", "nearly 100 km"), "")]


def test_a_ratio_moves_by_its_value(province):
    asked = form(province, ratio("HT.01", change_limit=10))
    submission = with_past(province, asked, "50.0", of=("1", "2"))
    submission = type_in(submission, cell("75.0", of=("3", "4")), by=province.reporter)
    assert said(submission) == [("warning", changed("+50%", "50,0%"), "")]


FALLS = (
    "Chỉ tiêu HT.01: This figure cannot fall, but it fell from 100 km (Month 1/2025) to %s km. "
    "Where the earlier figure is wrong, it has to be adjusted first."
)


@pytest.mark.parametrize(("now", "falls"), [("99", True), ("100", False), ("101", False)])
def test_a_stock_that_cannot_fall_blocks_the_hand_in_where_it_fell(province, now, falls):
    submission = with_past(province, form(province, indicator("HT.01", never_falls=True)), "100")
    submission = type_in(submission, cell(now, note="Rà soát lại"), by=province.reporter)
    assert said(submission) == ([("error", FALLS % now, "")] if falls else [])
    assert sentences(submission) == ([FALLS % now] if falls else [])  # a note mends nothing


def test_where_it_fell_and_cannot_no_reason_is_asked_as_well(province):
    submission = with_past(province, form(province, indicator("HT.01", never_falls=True, change_limit=1)), "100")
    assert said(type_in(submission, cell("50"), by=province.reporter)) == [("error", FALLS % 50, "")]
    assert said(type_in(submission, cell("150"), by=province.reporter)) == [("warning", changed("+50%"), "")]


def test_in_the_first_period_nothing_is_compared(province):
    asked = form(province, indicator("HT.01", never_falls=True, change_limit=1, outliers="min_max"))
    assert said(type_in(opened(asked), cell("5"), by=province.reporter)) == []


def test_after_a_new_way_of_measuring_nothing_is_compared(province):
    asked = form(province, indicator("HT.01", never_falls=True, change_limit=1))
    with_past(province, asked, "100")
    old = Definition.objects.get()
    facts = {f.name: getattr(old, f.name) for f in Definition._meta.fields if f.name != "id"}
    Definition.objects.create(**facts | {"valid_from": date(2025, 3, 1)})
    assert said(type_in(opened(asked, MONTHS[1]), cell("50"), by=province.reporter)) != []
    assert said(type_in(opened(asked, MONTHS[3]), cell("50"), by=province.reporter)) == []


@pytest.mark.parametrize("entry", [cell(), cell(state="not_available", note="x"), cell(state="not_applicable")])
def test_no_figure_is_compared_with_nothing(province, entry):
    asked = form(province, indicator("HT.01", never_falls=True, change_limit=1))
    assert said(type_in(with_past(province, asked, "100"), entry, by=province.reporter)) == []


# --- Beside the whole history


@pytest.mark.parametrize("method", ["z", "modified_z", "min_max"])
def test_an_unusual_figure_asks_for_its_reason_from_twelve_periods_on(province, method):
    asked = form(province, indicator("HT.01", outliers=method))
    eleven = with_past(province, asked, *["10", "14"] * 5, "12")
    assert said(type_in(eleven, cell("99"), by=province.reporter)) == []
    province.walk(type_in(eleven, cell("12"), by=province.reporter), *APPROVE)
    twelve = opened(asked, MONTHS[12])
    assert said(type_in(twelve, cell("13"), by=province.reporter)) == []
    assert said(type_in(twelve, cell("99"), by=province.reporter)) == [
        (
            "warning",
            "Chỉ tiêu HT.01: Unusual beside the 12 earlier periods (from 10 km to 14 km). Give the reason.",
            "",
        )
    ]


# --- Between lines


def checked(province, left, comparison, right, **facts):
    """A report of the lines HT.01, HT.02 and HT.03 under one rule."""
    subject = facts.pop("subject", "province")
    asked = form(province, *(indicator(f"HT.0{n}") for n in (1, 2, 3)), subject=subject)
    asked.lines.update(is_mandatory=False)
    FormCheck.objects.create(form=asked, left=left, comparison=comparison, right=right, **facts)
    return opened(asked)


@pytest.mark.parametrize(
    ("comparison", "holds_for", "sentence"),
    [
        ("eq", "5", "HT.01 + HT.02 (%s) must be equal to HT.03 (5)."),
        ("lte", "5", "HT.01 + HT.02 (%s) must be at most HT.03 (5)."),
        ("lt", "4", "HT.01 + HT.02 (%s) must be less than HT.03 (5)."),
        ("gte", "5", "HT.01 + HT.02 (%s) must be at least HT.03 (5)."),
        ("gt", "6", "HT.01 + HT.02 (%s) must be greater than HT.03 (5)."),
    ],
)
def test_each_comparison_says_what_it_found(province, comparison, holds_for, sentence):
    submission = checked(province, "HT.01 + HT.02", comparison, "HT.03")
    broken = {"eq": "6", "lte": "6", "lt": "5", "gte": "4", "gt": "5"}[comparison]
    type_in(submission, cell(holds_for), cell("0"), cell("5"), by=province.reporter)
    assert said(submission) == []
    submission.refresh_from_db()
    type_in(submission, cell(broken), cell("0"), cell("5"), by=province.reporter)
    assert said(submission) == [("error", sentence % broken, "")]


def test_a_number_may_stand_on_the_right(province):
    submission = checked(province, "HT.01", "lte", "1250,5")
    type_in(submission, cell("1251"), by=province.reporter)
    assert said(submission) == [("error", "HT.01 (1.251) must be at most 1.250,5.", "")]


@pytest.mark.parametrize(
    ("if_missing", "missing_one", "missing_side"),
    [("skip_any", False, False), ("skip_all", True, False), ("never", True, True)],
)
def test_each_strategy_for_missing_figures(province, if_missing, missing_one, missing_side):
    submission = checked(province, "HT.01 + HT.02", "lte", "HT.03", if_missing=if_missing)
    type_in(submission, cell("9"), cell(state="not_applicable"), cell("5"), by=province.reporter)
    assert bool(said(submission)) is missing_one
    submission.refresh_from_db()
    type_in(submission, cell("9"), cell("1"), cell(), by=province.reporter)
    assert bool(said(submission)) is missing_side


@pytest.mark.parametrize(
    ("kind", "right", "sentence"),
    [
        ("together", cell(state="not_available", note="x"), "Where HT.01 has a figure, HT.02 must have one too."),
        ("exclusive", cell("0"), "HT.01 and HT.02 cannot both have a figure."),
    ],
)
def test_compulsory_and_exclusive_pairs(province, kind, right, sentence):
    submission = checked(province, "HT.01", "", "HT.02", kind=kind)
    type_in(submission, cell("0"), right, by=province.reporter)
    assert said(submission) == [("error", sentence, "")]


def test_the_officer_reads_the_sentence_of_the_rule_where_it_has_one(province):
    submission = checked(province, "HT.01", "lt", "HT.02", sentence="Số xã không quá số xã của tỉnh.")
    type_in(submission, cell("2"), cell("1"), by=province.reporter)
    assert sentences(submission) == ["Số xã không quá số xã của tỉnh."]


def test_a_grid_is_checked_commune_by_commune(province):
    for name in ("Bum Tở", "Mù Cả"):
        factories.unit(name, "commune", parent=province.root)
    submission = checked(province, "HT.01", "lte", "HT.02", subject="each_commune")
    type_in(submission, *(cell(n) for n in ("5", "7", "5", "6")), by=province.reporter)
    assert said(submission) == [("error", "Mù Cả: HT.01 (7) must be at most HT.02 (6).", "")]


def test_a_change_in_a_grid_names_its_commune(province):
    factories.unit("Bum Tở", "commune", parent=province.root)
    asked = form(province, indicator("HT.01", change_limit=10), subject="each_commune")
    submission = type_in(with_past(province, asked, "100"), cell("200"), by=province.reporter)
    assert said(submission) == [
        ("warning", changed("+100%").replace("HT.01:", "HT.01, Bum Tở:"), ""),
    ]


def test_rules_are_those_of_the_round_as_it_opened(province):
    submission = checked(province, "HT.01", "lt", "HT.02", order=3, severity="warning", if_missing="never")
    copied, original = RoundCheck.objects.get(), FormCheck.objects.get()
    own = ("order", "kind", "left", "comparison", "right", "if_missing", "severity", "sentence")
    assert [getattr(copied, f) for f in own] == [getattr(original, f) for f in own]
    FormCheck.objects.all().delete()
    type_in(submission, cell("2"), cell("1"), by=province.reporter)
    assert [severity for severity, _sentence, _answer in said(submission)] == ["warning"]


@pytest.mark.parametrize(
    ("left", "right", "why"),
    [
        ("HT.01", "XX.99", "Rule “HT.01 = XX.99”: the form has no line XX.99."),
        (
            "HT.01 +",
            "1",
            "Rule “HT.01 + = 1”: “HT.01 +” cannot be read. Enter codes joined by +, for example HT.04 + HT.05.",
        ),
        (
            "HT.01",
            "HT.02",
            "Rule “HT.01 = HT.02”: lines about each commune are not compared with lines about the whole.",
        ),
    ],
)
def test_a_round_does_not_open_with_a_rule_that_cannot_be_checked(province, left, right, why):
    asked = form(province, indicator("HT.01"), indicator("HT.02"))
    asked.lines.filter(order=2).update(subject_rule="each_commune")
    FormCheck.objects.create(form=asked, left=left, comparison="eq", right=right)
    with pytest.raises(Refused) as refused:
        opened(asked)
    assert refused.value.sentence == why


# --- Answers


@pytest.mark.parametrize(("noted", "answer"), [(0, "Chia tách"), (1, "Chia tách"), (2, "")])
def test_a_note_on_any_cell_of_the_left_side_answers(province, noted, answer):
    submission = checked(province, "HT.01 + HT.02", "eq", "HT.03", severity="warning")
    notes = ["Chia tách" if n == noted else "" for n in range(3)]
    entries = [cell(figure, note=note) for figure, note in zip(("1", "2", "4"), notes, strict=True)]
    type_in(submission, *entries, by=province.reporter)
    sentence = "HT.01 + HT.02 (3) must be equal to HT.03 (4)."
    assert said(submission) == [("warning", sentence, answer)]
    assert sentences(submission) == ([] if answer else [sentence])


def test_a_warning_blocks_the_hand_in_until_it_is_answered_and_its_answer_stands_under_the_figure(province):
    asked = form(province, indicator("HT.01", change_limit=10))
    submission = type_in(with_past(province, asked, "100"), cell("150"), by=province.reporter)
    with pytest.raises(Refused) as refused:
        workflow.perform("submit", submission, by=province.reporter)
    assert refused.value.sentence == changed("+50%")
    submission = type_in(submission, cell("150", note="Sáp nhập hai xã"), by=province.reporter)
    assert sentences(submission) == []
    province.walk(submission, *APPROVE)
    assert Observation.objects.get(submission=submission).explanation == "Sáp nhập hai xã"


def test_everything_that_blocks_is_said_with_the_gaps_first(province):
    asked = form(province, indicator("HT.01", change_limit=10), indicator("HT.02"))
    asked.lines.filter(order=2).update(is_mandatory=False)
    submission = with_past(province, asked, "100")
    RoundCheck.objects.create(round=submission.round, left="HT.01", comparison="lt", right="9")
    submission.round.lines.update(is_mandatory=True)
    type_in(submission, cell("150"), by=province.reporter)
    assert sentences(submission) == [
        "1 of 2 lines are still empty.",
        changed("+50%"),
        "HT.01 (150) must be less than 9.",
    ]


@pytest.mark.parametrize("communes", [1, 3])
def test_the_queries_do_not_grow_with_the_cells(province, communes, django_assert_num_queries):
    for n in range(communes):
        factories.unit(f"Xã {n}", "commune", parent=province.root)
    asked = indicator("HT.01", never_falls=True, outliers="z"), indicator("HT.02")
    made = form(province, *asked, subject="each_commune")
    FormCheck.objects.create(form=made, left="HT.01", comparison="lt", right="HT.02")
    submission = opened(made)
    type_in(submission, *[cell("5")] * communes * 2, by=province.reporter)
    expected, cells = expected_cells(submission), cells_of(submission)
    with django_assert_num_queries(4):  # the last figures, all figures, the rules, the names of communes
        found = findings(submission, expected, cells)
    assert len(found) == communes
