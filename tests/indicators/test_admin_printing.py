"""What a cell says on the review page: every kind of value, how far it moved, and what changed between hand-ins."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

from indicators.admin.printing import Change, Difference, Printed, change, difference, printed
from indicators.admin.review import short, told
from indicators.drafts import EMPTY, Cell, cell_from
from indicators.models import Definition, Observation, Submission
from tests import factories
from tests.factories import Province, cell

NUMBER = Definition(pk=1, value_kind="number", unit_of_measure="km")
BARE = Definition(pk=1, value_kind="number", unit_of_measure="")
PERCENT = Definition(pk=1, value_kind="ratio", unit_of_measure="%")
PER_HEAD = Definition(pk=1, value_kind="ratio", unit_of_measure="thuê bao/100 dân")
YES_NO = Definition(pk=1, value_kind="yes_no")
NAMED = Definition(pk=1, value_kind="yes_no", yes_words="Đã có", no_words="Chưa có")
TEXT = Definition(pk=1, value_kind="text")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("said", "definition", "shown"),
    [
        (cell("14433"), NUMBER, "14.433 km"),
        (cell("53.80"), NUMBER, "53,80 km"),
        (cell("-0.38"), BARE, "−0,38"),
        (cell("0"), NUMBER, "0 km"),
        (cell("400", qualifier="nearly"), NUMBER, "nearly 400 km"),
        (cell("400", qualifier="over", status="estimate"), NUMBER, "over 400 km [Estimate]"),
        (cell("95", qualifier="about"), PERCENT, "about 95%"),
        (cell("72.9", of=("729", "1000")), PERCENT, "72,9% (729/1.000)"),
        (cell("72.9", of=("729", "1000"), status="provisional"), PERCENT, "72,9% (729/1.000) [Provisional]"),
        (cell("53.8", of=("7.50", "13.0")), PER_HEAD, "53,8 thuê bao/100 dân (7,5/13)"),
        (cell("1"), YES_NO, "Yes"),
        (cell("0"), YES_NO, "No"),
        (cell("1"), NAMED, "Đã có"),
        (cell("0", status="provisional"), NAMED, "Chưa có [Provisional]"),
        (Cell(state="reported", text="Đã ban hành"), TEXT, "Đã ban hành"),
        (Cell(state="not_available"), NUMBER, "Could not be collected"),
        (Cell(state="not_applicable"), PERCENT, "Not applicable"),
        (EMPTY, NUMBER, "No data"),
        (EMPTY, YES_NO, "No data"),
    ],
)
def test_each_kind_of_value_reads_as_it_was_written(said, definition, shown):
    assert str(printed(said, definition)) == shown


def test_a_figure_its_unit_its_parts_and_its_status_stand_apart():
    said = cell("53.8", of=("7", "13"), status="estimate")
    assert printed(said, PER_HEAD) == Printed("53,8", "thuê bao/100 dân", "7/13", "Estimate")
    assert printed(said, PERCENT) == Printed("53,8%", "", "7/13", "Estimate")


def test_words_never_pose_as_a_figure():
    assert printed(cell("0"), YES_NO) == Printed(words="No")
    assert printed(Cell(state="not_available", value=Decimal(7)), NUMBER) == Printed(words="Could not be collected")


def before(value: str | None, *, definition: Definition = NUMBER, qualifier: str = "") -> Observation:
    places = len((value or "").partition(".")[2])
    number = None if value is None else Decimal(value)
    return Observation(definition=definition, state="reported", value=number, decimals=places, qualifier=qualifier)


@pytest.mark.parametrize(
    ("then", "now", "definition", "moved"),
    [
        ("14120", "14433", NUMBER, Change("+313")),
        ("14433", "1443", NUMBER, Change("−12.990")),
        ("5.25", "5.5", NUMBER, Change("+0,25")),
        ("-1", "1", NUMBER, Change("+2")),
        ("53.80", "53.8", NUMBER, Change(words="unchanged")),
        ("0", "0", NUMBER, Change(words="unchanged")),
        ("69.8", "72.9", PERCENT, Change("+3,1", "percentage points")),
        ("72.9", "69.8", PERCENT, Change("−3,1", "percentage points")),
        ("53.8", "54", PER_HEAD, Change("+0,2")),
        ("0", "1", YES_NO, Change()),
    ],
)
def test_a_move_is_said_with_its_sign_and_the_finer_decimals(then, now, definition, moved):
    assert change(cell(now), before(then, definition=definition), definition) == moved


def test_nothing_is_compared_with_what_is_missing_or_about_right():
    assert change(Cell(state="not_available"), before("5"), NUMBER) == Change()
    assert change(cell("5"), before(None), NUMBER) == Change()
    assert change(cell("5", qualifier="nearly"), before("4"), NUMBER) == Change()
    assert change(cell("5"), before("4", qualifier="about"), NUMBER) == Change()


def test_another_definition_is_named_by_its_first_day_even_for_words():
    other = Definition(pk=2, value_kind="text", valid_from=date(2025, 4, 3))
    words = "Not comparable: the definition changed on 03/04/2025."
    assert change(Cell(state="reported", text="x"), before(None), other) == Change(words=words)


def test_a_new_lead_unit_breaks_no_series():
    began = NUMBER.valid_from
    later = Definition(pk=2, value_kind="number", valid_from=date(2025, 3, 1), measured_since=began)
    assert change(cell("14433"), before("14120"), later) == Change("+313")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (cell("5"), cell("5"), Difference()),
        (None, None, Difference()),
        (None, EMPTY, Difference()),
        (None, cell("5"), Difference(figure=("No data", "5 km"))),
        (cell("5"), None, Difference(figure=("5 km", "No data"))),
        (cell("5"), cell("5.0"), Difference(figure=("5 km", "5,0 km"))),
        (cell("5"), cell("5", status="estimate"), Difference(figure=("5 km", "5 km [Estimate]"))),
        (cell("5"), Cell(state="not_available"), Difference(figure=("5 km", "Could not be collected"))),
        (cell("5"), cell("5", note="Rà soát"), Difference(note=("", "Rà soát"))),
        (cell("5", note="a"), cell("6", note="b"), Difference(figure=("5 km", "6 km"), note=("a", "b"))),
    ],
)
def test_what_changed_is_told_and_nothing_else(old, new, found):
    assert difference(old, new, NUMBER) == found
    assert bool(difference(old, new, NUMBER)) == (found != Difference())


def test_other_parts_of_the_same_ratio_are_a_change():
    old, new = cell("50.0", of=("1", "2")), cell("50.0", of=("2", "4"))
    assert difference(old, new, PERCENT) == Difference(figure=("50,0% (1/2)", "50,0% (2/4)"))


def test_a_frozen_cell_thaws_as_it_was():
    said = cell("53.8", of=("7", "13"), status="estimate", qualifier="nearly", note="Ghi chú")
    assert cell_from({**said.as_json(), "line": 1, "subject": 2}) == said
    assert cell_from(Cell(state="not_applicable").as_json()) == Cell(state="not_applicable")


def test_a_check_code_is_shortened_to_two_groups():
    assert short("0123" + "f" * 60) == "26KZ-ZZZZ"
    assert short("") == ""


@pytest.mark.parametrize(
    ("move", "sentence"),
    [
        ("verify", "Verified and forwarded for approval: Q – U."),
        ("approve", "Approved: Q – U."),
        ("return", "Returned for completion: Q – U."),
        ("reopen", "Reopened: Q – U."),
    ],
)
def test_the_queue_says_what_was_decided(move, sentence):
    assert told(move, "Q – U") == sentence


def page_of(user, submission: Submission):
    client = Client()
    client.force_login(user)
    return client.get(f"/admin/indicators/submission/{submission.pk}/change/").context["page"]


def test_the_second_hand_in_marks_only_the_lines_that_changed(province: Province):
    report = province.submission(*(factories.indicator(f"HT.0{n}") for n in (1, 2, 3)))
    factories.type_in(report, cell("1"), cell("2"), cell("3"), by=province.reporter)
    province.walk(report, "submit", "sign")
    first = page_of(province.verifier, report)
    assert (first.number, first.has_earlier, [bool(line.since) for line in first.lines]) == (1, False, [False] * 3)
    province.walk(report, "return")
    factories.type_in(report, cell("1"), cell("4"), cell("3", note="Đúng"), by=province.reporter)
    province.walk(report, "submit", "sign")
    second = page_of(province.verifier, report)
    assert (second.number, second.has_earlier) == (2, True)
    assert [(line.since.figure, line.since.note) for line in second.lines] == [
        (None, None),
        (("2 km", "4 km"), None),
        (None, ("", "Đúng")),
    ]
    assert [line.note for line in second.lines] == ["", "", "Đúng"]


def test_the_page_says_when_the_report_is_with_its_unit_again(province: Province):
    report = province.submission(factories.indicator("HT.01"))
    factories.type_in(report, cell("1"), by=province.reporter)
    seen = []
    for move in ("submit", "sign", "return", "submit", "sign", "verify", "approve", "reopen"):
        report = province.walk(report, move)
        seen.append((move, page_of(province.approver, report).is_with_the_unit))
    assert seen == [
        ("submit", True),
        ("sign", False),
        ("return", True),
        ("submit", True),
        ("sign", False),
        ("verify", False),
        ("approve", False),
        ("reopen", True),
    ]
