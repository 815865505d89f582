"""The page of a report in the shape of the issued form: head, numbered lines, what stood before, paper."""

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.conf import settings

from indicators import check_codes, targets
from indicators.calendars import quarter, window
from indicators.models import Definition, Document, ReportingForm, Round, User
from indicators.opening import open_round
from tests import factories
from tests.factories import cell, indicator, ratio, type_in
from tests.indicators.pages import at, browser, press, seen

BEFORE, NOW = 4, 5
APPROVE = ("submit", "sign", "verify", "approve")


def table(response) -> list[list[str]]:
    """The rows of the form's table, as it stands on paper: STT, name, unit, plan, before, in the period, since the
    start of the year, on the same period, note."""
    body = response.content.decode().partition('<table class="figures stack issued">')[2].partition("</table>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body.partition("</thead>")[2], re.S)
    return [[words(c) for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def page(submission, by):
    return browser(by).get(at(submission))


@pytest.fixture(autouse=True)
def _in_november(clock) -> None:
    clock.set(2026, 11, 24, 9, 42)


# --- The head


def test_the_issuing_document_stands_under_the_code_where_there_is_one(province):
    submission = province.submission(indicator("HT.01"))
    assert "Form 01/CĐS Reporting unit" in seen(page(submission, province.reporter))
    ReportingForm.objects.update(issued_by="Quyết định 12/QĐ-UBND")
    assert "Form 01/CĐS Quyết định 12/QĐ-UBND Reporting unit" in seen(page(submission, province.reporter))


def test_an_archival_report_names_its_document_and_no_due_date(province):
    asked = factories.form(province.department, holders={}, indicators=[indicator("HT.01")])
    round_ = open_round(asked, factories.period(window("2023")), archive="Công văn 12/2023")
    said = seen(page(round_.submissions.get(), province.reporter))
    assert "Entered from an archived document: Công văn 12/2023" in said
    assert "Due date No due date Entered 0/1" in said


def test_a_made_up_round_carries_its_band(province):
    submission = province.submission(indicator("HT.01"))
    assert "Illustration" not in seen(page(submission, province.reporter))
    Round.objects.update(is_illustrative=True)
    assert "Illustration – The figures of this period are made up" in seen(page(submission, province.reporter))


# --- Lines


def test_lines_are_numbered_through_their_groups_and_the_narrative_is_last(province):
    text = {"value_kind": "text", "source_kind": "", "lower_bound": None}
    told = factories.indicator("TM.01", name="Tồn tại", group="TM", **text)
    submission = province.submission(indicator("HT.01"), told, ratio("XH.01", group="XH"), indicator("HT.02"))
    type_in(submission, cell("5"), cell(state="reported", text="Thiếu cán bộ"), by=province.reporter)
    response = page(submission, province.reporter)
    assert [row[:2] for row in table(response) if len(row) > 1] == [
        ["1", "Chỉ tiêu HT.01 HT.01 · to the end of 14/12/2026"],
        ["2", "Chỉ tiêu HT.02 HT.02 · to the end of 14/12/2026"],
        ["3", "Chỉ tiêu XH.01 XH.01 · to the end of 14/12/2026"],
    ]
    assert re.findall(r"<h2 id=\"group-\d\">(.*?)</h2>", response.content.decode()) == [
        "Nhóm HT",
        "Nhóm XH",
        "Narrative part",
    ]
    assert "Narrative part Tồn tại Thiếu cán bộ" in seen(response)


def test_the_cells_of_a_grid_share_one_number(province):
    for code, name in (("03387", "Phường Dân Chủ"), ("03388", "Phường Đoàn Kết")):
        factories.unit(name, "commune", code=code, parent=province.root)
    submission = province.submission(indicator("HT.01"), indicator("HT.02"), subject="each_commune")
    rows = table(page(submission, province.reporter))
    assert [row[:2] for row in rows[1:4]] == [
        ["1", "Chỉ tiêu HT.01 HT.01 · to the end of 14/12/2026"],
        ["", "Phường Dân Chủ"],
        ["", "Phường Đoàn Kết"],
    ]
    assert rows[4][0] == "2"


def test_the_table_says_figure_parts_status_and_note(province):
    submission = province.submission(indicator("HT.01"), ratio("XH.01"), indicator("HT.03"))
    estimate = cell("14433", qualifier="nearly", status="estimate", note="Chưa có số của VNPT")
    missing = cell(state="not_available", note="Đường bị cắt")
    type_in(submission, estimate, cell("53.8", of=("7", "13")), missing, by=province.reporter)
    assert [row[2:] for row in table(page(submission, province.reporter))[1:]] == [
        ["km", "–", "–", "nearly 14.433 Estimate", "–", "–", "Chưa có số của VNPT"],
        ["%", "–", "–", "53,8% 7/13", "–", "–", ""],
        ["km", "–", "–", "Could not be collected", "–", "–", "Đường bị cắt"],
    ]


def test_the_table_shows_the_year_around_a_figure(province):
    flow, running = indicator("HT.01", over_time="flow"), indicator("HT.02", over_time="running")
    asked = factories.form(
        province.department,
        holders={"verify": province.office, "approve": province.root},
        indicators=[flow, running],
        subject="self",
    )
    for label in ("2025-Q2", "2026-Q1"):
        report = open_round(asked, factories.period(window(label)), due_on=date(2026, 12, 16)).submissions.get()
        province.walk(type_in(report, cell("8"), cell("8"), by=province.reporter), *APPROVE)
    plan = {"level": "unit", "unit": province.department, "operator": "gte", "year": 2026, "value": Decimal(40)}
    targets.record_target(indicator=flow, document=Document.objects.create(name="Kế hoạch 1"), by=None, **plan)
    now = open_round(asked, factories.period(window("2026-Q2")), due_on=date(2026, 12, 16)).submissions.get()
    type_in(now, cell("10"), cell("18"), by=province.reporter)
    first, second = table(page(now, province.reporter))[1:]
    assert first[2:] == ["km", "≥ 40", "8 Quarter I/2026", "10", "18", "+25,0%", ""]
    assert second[2:] == ["km", "–", "8 Quarter I/2026", "–", "18", "+125,0%", ""]


# --- The previous period


@pytest.fixture
def earlier(province):
    """Approved for the third quarter: 14.000 km, and 7 of 13."""
    report = province.submission(indicator("HT.01"), ratio("XH.01"), window=quarter(2026, 3))
    type_in(report, cell("14000"), cell("53.8", of=("7", "13")), by=province.reporter)
    return province.walk(report, *APPROVE)


def asked_again(province, earlier, number=4):
    period = factories.period(quarter(2026, number))
    return open_round(earlier.round.form, period, due_on=date(2026, 12, 16)).submissions.get()


def test_the_unit_s_own_approved_figure_stands_beside_with_its_period(province, earlier):
    response = page(asked_again(province, earlier), province.reporter)
    assert [row[BEFORE] for row in table(response)[1:]] == ["14.000 Quarter III/2026", "53,8% Quarter III/2026"]
    assert "Previous period 14.000 Quarter III/2026" in seen(response)


def test_neither_a_draft_nor_a_later_period_is_the_previous_one(province, earlier):
    draft = asked_again(province, earlier)
    type_in(draft, cell("15000"), by=province.reporter)
    assert [row[BEFORE] for row in table(page(asked_again(province, earlier, 2), province.reporter))[1:]] == [
        "–",
        "–",
    ]
    assert table(page(draft, province.reporter))[1][BEFORE] == "14.000 Quarter III/2026"


def test_what_another_unit_reported_is_not_its_previous_figure(province, earlier):
    period = factories.period(quarter(2026, 4))
    earlier.round.form.units.set([province.sister])
    theirs = open_round(earlier.round.form, period, due_on=date(2026, 12, 16)).submissions.get()
    assert [row[BEFORE] for row in table(page(theirs, province.outsider))[1:]] == ["–", "–"]


def test_a_figure_measured_another_way_is_not_set_beside(province, earlier):
    old = Definition.objects.get(indicator__code="HT.01")
    facts = {f.name: getattr(old, f.name) for f in Definition._meta.fields if f.name != "id"}
    Definition.objects.create(**facts | {"valid_from": date(2026, 10, 1)})
    (row, _) = table(page(asked_again(province, earlier), province.reporter))[1:]
    assert row[BEFORE] == "Not comparable: the definition changed on 01/10/2026. Quarter III/2026"


def test_a_state_without_a_figure_is_said_in_words(province):
    report = province.submission(indicator("HT.01"), window=quarter(2026, 3))
    type_in(report, cell(state="not_applicable"), by=province.reporter)
    province.walk(report, *APPROVE)
    (row,) = table(page(asked_again(province, report), province.reporter))[1:]
    assert row[BEFORE] == "Does not concern this unit Quarter III/2026"


# --- Paper


@pytest.fixture
def filled(province):
    return type_in(province.submission(indicator("HT.01")), cell("14433"), by=province.reporter)


def paper(response) -> str:
    return words(response.content.decode().partition('class="signatures"')[2].partition("<section")[0])


def test_a_draft_says_on_paper_that_it_is_one(province, filled):
    printed = paper(page(filled, province.reporter))
    assert "Draft: not handed in, the figures may still change. Printed at 24/11/2026 09:42." in printed
    assert "check code" not in printed


def test_what_was_handed_in_carries_its_check_code_and_who_sent_and_signed_it(province, filled):
    signed = province.walk(filled, "submit", "sign")
    code = check_codes.of(signed.revisions.get().sha256, 1)
    printed = paper(page(filled, province.reporter))
    assert (
        f"Hand-in 1, check code {code}. To be checked at {settings.BASE_URL}/check/. Printed at 24/11/2026 09:42."
        in printed
    )
    assert "(signature, full name) reporter" in printed
    assert "unit leader Signed off on the system at 24/11/2026 09:42" in printed


def test_an_earlier_signature_does_not_stand_under_a_report_sent_again(province, filled):
    province.walk(filled, "submit", "sign", "withdraw", "submit")
    printed = paper(page(filled, province.reporter))
    assert "Hand-in 2" in printed
    assert "Signed off" not in printed


def test_paper_shows_what_is_stored_while_the_screen_gives_back_what_was_typed(province, filled):
    response = press(filled, province.reporter, "save", HT_01_value="x")
    assert table(response)[1][NOW] == "14.433"
    assert 'value="x"' in response.content.decode()


@pytest.mark.parametrize("is_sent", [True, False])
def test_the_table_is_left_to_paper_where_fields_stand_on_the_screen(province, filled, is_sent):
    if is_sent:
        province.walk(filled, "submit")
    html = page(filled, province.reporter).content.decode()
    before = html.partition('<table class="figures stack issued">')[0]
    assert before.rstrip().endswith('<div class="print-only">') is not is_sent


# --- History


def test_each_step_says_who_when_why_and_over_which_figures(province, filled):
    User.objects.filter(username="unit leader").update(position="Phó Giám đốc")
    sent = province.walk(filled, "submit")
    factories.perform("return", sent, by=province.unit_leader, comment="Thiếu một xã")
    code = check_codes.short(sent.revisions.get().sha256)
    told = words(page(filled, province.reporter).content.decode().partition('id="history"')[2])
    said = f"24/11/2026 09:42 Returned for completion unit leader Phó Giám đốc Thiếu một xã {code}"
    assert said in told
    assert f"24/11/2026 09:42 Sent for signature reporter Lý do {code}" in told
