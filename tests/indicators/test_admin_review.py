"""The review page: what it shows of a report, and what it must not."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.asserts import assertNumQueries

from indicators import check_codes, drafts, numbers
from indicators.calendars import quarter_of
from indicators.clock import today
from indicators.drafts import Cell
from indicators.models import Definition, Submission
from indicators.validation import expected_cells
from tests import factories, people
from tests.factories import Province, cell

CANARY = "98765"


def page_of(user, submission: Submission, status: int = 200):
    client = Client()
    client.force_login(user)
    response = client.get(f"/admin/indicators/submission/{submission.pk}/change/")
    assert response.status_code == status
    return response


def text_of(user, submission: Submission) -> str:
    return page_of(user, submission).content.decode()


def lines_of(user, submission: Submission):
    return page_of(user, submission).context["page"].lines


@pytest.fixture
def draft(province: Province) -> Submission:
    return province.submission(factories.indicator("HT.01", name="Tổng chiều dài cáp quang"))


@pytest.fixture
def submitted(province: Province, draft: Submission) -> Submission:
    factories.type_in(draft, cell("14433"), by=province.reporter)
    return province.walk(draft, "submit", "sign")


def test_a_stranger_finds_nothing(province, submitted):
    other = people.person("other", province.sister, "verifier", is_staff=True)
    page_of(other, submitted, status=404)


def test_what_is_no_number_is_not_found(province):
    client = Client()
    client.force_login(province.verifier)
    for pk in ("abc", "999999", "_5F"):
        assert client.get(f"/admin/indicators/submission/{pk}/change/").status_code == 404


def test_the_units_reporter_is_sent_to_the_login(province, submitted):
    response = page_of(province.reporter, submitted, status=302)
    assert response["Location"].startswith("/admin/login/")


def test_before_the_first_hand_in_nothing_is_shown(province, draft):
    factories.type_in(draft, cell(CANARY), by=province.reporter)
    page = page_of(province.verifier, draft)
    assert page.context["page"].lines == []
    assert CANARY not in page.content.decode()
    assert "98.765" not in page.content.decode()


def test_a_report_waiting_for_its_signature_is_still_the_units_own(province, draft):
    factories.type_in(draft, cell(CANARY), by=province.reporter)
    province.walk(draft, "submit")
    page = page_of(province.verifier, draft)
    assert page.context["page"].lines == []
    assert "98.765" not in page.content.decode()


def test_a_draft_after_a_withdrawal_never_shows(province, submitted):
    withdrawn = province.walk(submitted, "withdraw")
    factories.type_in(withdrawn, cell(CANARY, note=f"nháp {CANARY}"), by=province.reporter)
    for moves in ((), ("submit",)):
        province.walk(withdrawn, *moves)
        page = text_of(province.verifier, withdrawn)
        assert "14.433" in page
        assert CANARY not in page
        assert "98.765" not in page


def test_figures_stand_as_they_were_written(province):
    number = factories.indicator("KT.02", unit_of_measure="tỷ đồng", decimals=2)
    ratio = factories.ratio("XH.01")
    yes_no = factories.indicator(
        "HT.03", value_kind="yes_no", yes_words="Đã có", no_words="Chưa có", unit_of_measure=""
    )
    said = factories.indicator("TM.01", value_kind="text", unit_of_measure="")
    submission = province.submission(number, ratio, yes_no, said)
    factories.type_in(
        submission,
        cell("400.50", qualifier="nearly", status="estimate"),
        cell("72.9", of=("729", "1000")),
        cell("1"),
        Cell(state="reported", text="Đã ban hành kế hoạch"),
        by=province.reporter,
    )
    province.walk(submission, "submit", "sign")
    shown = [line.now for line in lines_of(province.verifier, submission)]
    assert shown[0].figure == numbers.show(factories.cell("400.50").value, 2, "nearly")
    assert (shown[0].unit, bool(shown[0].status)) == ("tỷ đồng", True)
    assert (shown[1].figure, shown[1].parts) == ("72,9%", "729/1.000")
    assert [shown[2].words, shown[3].words] == ["Đã có", "Đã ban hành kế hoạch"]


def test_each_kind_of_no_figure_has_its_own_words(province):
    lines = [factories.indicator(f"HT.0{n}") for n in range(1, 5)]
    submission = province.submission(*lines)
    submission.round.lines.filter(order=4).update(is_mandatory=False)
    factories.type_in(
        submission,
        cell("0"),
        Cell(state="not_available", note="Doanh nghiệp chưa tách được"),
        Cell(state="not_applicable"),
        by=province.reporter,
    )
    province.walk(submission, "submit", "sign")
    shown = lines_of(province.verifier, submission)
    assert shown[0].now.figure == "0"
    words = [line.now.words for line in shown[1:]]
    assert len(set(words)) == 3
    assert all(words)
    assert "Doanh nghiệp chưa tách được" in text_of(province.verifier, submission)


def test_a_grid_names_each_commune(province):
    communes = [factories.unit(name, "commune", parent=province.root) for name in ("Xã Bum Tở", "Phường Đoàn Kết")]
    submission = province.submission(factories.indicator("HT.01"), subject="each_commune")
    factories.type_in(submission, cell("3"), cell("4"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    shown = lines_of(province.verifier, submission)
    assert [(line.subject, line.now.figure) for line in shown] == [("Xã Bum Tở", "3"), ("Phường Đoàn Kết", "4")]
    assert len({line.anchor for line in shown}) == len(communes)


def earlier_period(province: Province, indicator, value: str, **facts) -> Submission:
    """An approved report of the quarter before."""
    window = quarter_of(quarter_of(today()).first_day - timedelta(days=1))
    submission = province.submission(indicator, window=window)
    factories.type_in(submission, cell(value, **facts), by=province.reporter)
    return province.walk(submission, "submit", "sign", "verify", "approve")


@pytest.mark.parametrize(
    ("before", "now", "change"), [("14120", "14433", "+313"), ("15", "14.5", "−0,5"), ("7", "7", "")]
)
def test_the_last_approved_figure_stands_beside(province, before, now, change):
    indicator = factories.indicator("HT.01", decimals=1)
    last = earlier_period(province, indicator, before)
    submission = province.submission(indicator)
    factories.type_in(submission, cell(now), by=province.reporter)
    province.walk(submission, "submit", "sign")
    (line,) = lines_of(province.verifier, submission)
    assert line.before.figure == numbers.show(factories.cell(before).value, 0)
    assert line.before_period == str(last.round.period)
    assert line.change.figure == change
    assert bool(line.change.words) == (change == "")


def test_points_of_a_percentage_are_called_points(province):
    indicator = factories.ratio("XH.01")
    earlier_period(province, indicator, "69.8")
    submission = province.submission(indicator)
    factories.type_in(submission, cell("72.9"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    (line,) = lines_of(province.verifier, submission)
    assert line.change.figure == "+3,1"
    assert line.change.unit


def test_an_approximate_figure_has_no_change(province):
    indicator = factories.indicator("KT.02")
    earlier_period(province, indicator, "380", qualifier="nearly")
    submission = province.submission(indicator)
    factories.type_in(submission, cell("400"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    (line,) = lines_of(province.verifier, submission)
    assert (line.change.figure, line.change.words) == ("", "")


def test_another_definition_is_not_compared(province):
    indicator = factories.indicator("HT.03")
    earlier_period(province, indicator, "97")
    old = Definition.objects.get(indicator=indicator)
    old.pk, old.valid_from = None, quarter_of(today()).first_day
    old.save()
    submission = province.submission(indicator)
    factories.type_in(submission, cell("95"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    (line,) = lines_of(province.verifier, submission)
    assert line.change.figure == ""
    assert f"{quarter_of(today()).first_day:%d/%m/%Y}" in line.change.words


def test_what_changed_since_the_hand_in_before_is_marked(province, submitted):
    returned = province.walk(submitted, "return")
    factories.type_in(returned, cell("14500", note="Đã rà soát"), by=province.reporter)
    again = province.walk(returned, "submit", "sign")
    page = text_of(province.verifier, again)
    assert "<del>14.433 km</del>" in page
    assert "<ins>14.500 km</ins>" in page
    assert "<ins>Đã rà soát</ins>" in page


def test_a_revision_the_leader_sent_back_is_never_compared_with(province, submitted):
    returned = province.walk(submitted, "return")
    factories.type_in(returned, cell(CANARY), by=province.reporter)
    sent_back = factories.perform("return", province.walk(returned, "submit"), by=province.unit_leader)
    factories.type_in(sent_back, cell("14500"), by=province.reporter)
    again = province.walk(sent_back, "submit", "sign")
    page = text_of(province.verifier, again)
    assert "<del>14.433 km</del>" in page
    assert "98.765" not in page
    assert page_of(province.verifier, again).context["page"].number == 2


def test_the_history_stands_newest_first_with_its_reasons(province, submitted):
    factories.perform("return", submitted, by=province.verifier, comment="Đối chiếu lại số liệu")
    history = page_of(province.verifier, submitted).context["page"].history
    assert [done.event.move for done in history] == ["return", "sign", "submit"]
    assert "Đối chiếu lại số liệu" in text_of(province.verifier, submitted)


def test_the_page_says_who_signed_and_which_revision_is_shown(province, submitted):
    page = page_of(province.verifier, submitted)
    shown = page.context["page"]
    assert shown.signed.by == province.unit_leader
    assert shown.check_code == check_codes.short(shown.revision.sha256)
    assert f'<input type="hidden" name="revision" value="{shown.revision.sha256}">' in page.content.decode()


def test_the_admins_own_history_leads_to_ours(province, submitted):
    client = Client()
    client.force_login(province.verifier)
    response = client.get(f"/admin/indicators/submission/{submitted.pk}/history/")
    assert response["Location"] == f"/admin/indicators/submission/{submitted.pk}/change/#history"
    other = people.person("other", province.sister, "verifier", is_staff=True)
    client.force_login(other)
    assert client.get(f"/admin/indicators/submission/{submitted.pk}/history/").status_code == 404


def test_markup_in_a_note_stays_text(province, draft):
    factories.type_in(draft, cell("1", note="<script>alert(1)</script>"), by=province.reporter)
    province.walk(draft, "submit", "sign")
    page = text_of(province.verifier, draft)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_price_of_the_page_does_not_grow_with_its_lines(province, count):
    submission = province.submission(*(factories.indicator(f"HT.0{n}") for n in range(count)))
    keys = expected_cells(submission)
    drafts.save(submission, {key: cell("1") for key in keys}, by=province.reporter, version=0)
    province.walk(submission, "submit", "sign")
    client = Client()
    client.force_login(province.verifier)
    with assertNumQueries(26):
        client.get(f"/admin/indicators/submission/{submission.pk}/change/")
