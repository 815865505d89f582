"""The lines of the review page: what stands first and why, and what stands beside each figure."""

from datetime import date, timedelta

import pytest

from indicators.calendars import quarter_of, windows_of_year
from indicators.clock import today
from indicators.drafts import Cell
from indicators.models import Document, Target
from tests import factories, people
from tests.factories import Province, cell

from .pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")


def response_of(user, submission):
    return browser(user).get(f"/admin/indicators/submission/{submission.pk}/change/")


def page_of(user, submission):
    return response_of(user, submission).context["page"]


def why(line) -> list[str]:
    return [str(said.word) for said in line.why]


def quarter_before(n: int = 1):
    window = quarter_of(today())
    for _ in range(n):
        window = quarter_of(window.first_day - timedelta(days=1))
    return window


def approved(province: Province, indicator, value: str, *, window=None, **facts):
    submission = province.submission(indicator, window=window or quarter_before())
    factories.type_in(submission, cell(value, **facts), by=province.reporter)
    return province.walk(submission, "submit", "sign", "verify", "approve")


def sent(province: Province, indicators, *cells: Cell):
    submission = province.submission(*indicators)
    factories.type_in(submission, *cells, by=province.reporter)
    return province.walk(submission, "submit", "sign")


# --- What stands first


def test_a_line_with_nothing_to_look_at_is_folded_under_its_number(province):
    odd, plain = factories.indicator("HT.01", change_limit=10), factories.indicator("HT.02")
    approved(province, odd, "100")
    submission = sent(province, [plain, odd], cell("1"), cell("200", note="Mở rộng tuyến"))
    page = page_of(province.verifier, submission)
    assert [(line.code, why(line)) for line in page.striking] == [("HT.01", ["Large change"])]
    assert [line.code for line in page.quiet] == ["HT.02"]
    shown = response_of(province.verifier, submission)
    assert "1 of 2 lines to look at." in seen(shown)
    assert "1 line with nothing to look at" in seen(shown)
    assert shown.content.decode().index('id="HT.01"') < shown.content.decode().index("<details")


def test_where_nothing_strikes_the_lines_stand_open(province):
    submission = sent(province, [factories.indicator("HT.01")], cell("1"))
    assert '<details class="quiet-lines" open>' in response_of(province.verifier, submission).content.decode()


def test_a_figure_that_could_not_be_collected_is_to_be_looked_at(province):
    submission = sent(
        province,
        [factories.indicator("HT.01"), factories.indicator("HT.02"), factories.indicator("HT.03")],
        Cell(state="not_available", note="Doanh nghiệp chưa tách được"),
        Cell(state="not_applicable"),
        cell("1", note="Theo biên bản"),
    )
    page = page_of(province.verifier, submission)
    assert [(line.code, why(line)) for line in page.striking] == [
        ("HT.01", ["No figure"]),
        ("HT.03", ["Note of the unit"]),
    ]


def test_what_changed_since_the_return_stands_first_of_all(province):
    odd, plain = factories.indicator("HT.01", change_limit=10), factories.indicator("HT.02")
    approved(province, odd, "100")
    submission = sent(province, [odd, plain], cell("200", note="Mở rộng"), cell("1"))
    assert page_of(province.verifier, submission).changed == []
    province.walk(submission, "return")
    factories.type_in(submission, cell("200", note="Mở rộng"), cell("2"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    page = page_of(province.verifier, submission)
    assert [(line.code, why(line)) for line in page.changed] == [("HT.02", ["Changed"])]
    assert [line.code for line in page.striking] == ["HT.01"]
    body = response_of(province.verifier, submission).content.decode()
    assert body.index('id="HT.02"') < body.index('id="HT.01"')


def test_a_line_without_the_evidence_it_asks_for_says_so(province):
    submission = sent(province, [factories.indicator("HT.01")], cell("1"))
    submission.round.lines.update(asks_evidence=True)
    (line,) = page_of(province.verifier, submission).striking
    assert why(line) == ["Evidence missing"]


# --- Beside the figure


def test_the_course_is_drawn_from_approved_figures_and_the_reported_one(province):
    indicator = factories.indicator("HT.01")
    approved(province, indicator, "13050", window=quarter_before(2))
    approved(province, indicator, "14120")
    submission = sent(province, [indicator], cell("14433"))
    (line,) = page_of(province.verifier, submission).lines
    words = [said.split(": ")[1] for said in line.beside.spark.words.split("; ")]
    assert words == ["13.050 km", "14.120 km", "14.433 km"]
    assert (
        f"<title>{line.beside.spark.words}</title>" in response_of(province.verifier, submission).content.decode()
    )


def test_the_course_leaves_out_other_units_other_measures_and_other_frequencies(province):
    indicator = factories.indicator("HT.01", source_unit=province.department)
    other = province.round(indicator, units=[province.sister], window=quarter_before(), asks_sign_off=False)
    factories.type_in(other.submissions.get(), cell("777"), by=province.outsider)
    for move, by in (("submit", province.outsider), ("verify", province.verifier), ("approve", province.approver)):
        factories.perform(move, other.submissions.get(), by=by)
    months = windows_of_year(today().year - 1, "month")
    last = [month for month in months if month.day_after_last < quarter_of(today()).first_day][-1]
    approved(province, indicator, "888", window=last)
    submission = sent(province, [indicator], cell("1"))
    assert page_of(province.verifier, submission).lines[0].beside.spark is None
    definition = indicator.definitions.get()
    approved(province, indicator, "999", window=quarter_before(2))
    assert page_of(province.verifier, submission).lines[0].beside.spark is not None
    definition.pk, definition.valid_from = None, date(2010, 1, 1)
    definition.save()
    submission.round.lines.update(definition=definition)
    assert page_of(province.verifier, submission).lines[0].beside.spark is None


@pytest.fixture
def document(db) -> Document:
    return Document.objects.create(name="Kế hoạch 1/KH-UBND")


def aim(indicator, document, level: str, value: int, *, year: int | None = None, **facts) -> Target:
    return Target.objects.create(
        indicator=indicator,
        level=level,
        year=year or today().year + 1,
        operator="gte",
        value=value,
        document=document,
        **facts,
    )


def aims(province, submission) -> list[tuple]:
    found = [line.beside.aim for line in page_of(province.verifier, submission).lines]
    return [(each.figure, each.year, each.is_national) if each else None for each in found]


def test_the_next_target_of_the_province_stands_beside_its_figure(province, document):
    indicator = factories.indicator("HT.01")
    aim(indicator, document, "national", 99)
    submission = sent(province, [indicator], cell("1"))
    year = today().year + 1
    assert aims(province, submission) == [("≥ 99 km", year, True)]
    aim(indicator, document, "province", 20_000, year=2099)
    aim(indicator, document, "province", 15_000)
    aim(indicator, document, "province", 1, year=2001)
    aim(indicator, document, "unit", 5, unit=province.department)
    assert aims(province, submission) == [("≥ 15.000 km", year, False)]


def test_a_figure_about_the_unit_has_the_unit_s_own_target_and_no_other(province, document):
    indicator = factories.indicator("HT.01")
    aim(indicator, document, "province", 15_000)
    aim(indicator, document, "unit", 7, unit=province.sister)
    submission = province.submission(indicator, subject="self")
    factories.type_in(submission, cell("1"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    assert aims(province, submission) == [None]
    aim(indicator, document, "unit", 12, unit=province.department)
    assert [each[0] for each in aims(province, submission)] == ["≥ 12 km"]


def cross_check(province, indicator, value: str, note: str = ""):
    other = province.round(indicator, units=[province.sister], asks_sign_off=False).submissions.get()
    factories.type_in(other, cell(value, note=note), by=province.outsider)
    for move, by in (("submit", province.outsider), ("verify", province.verifier), ("approve", province.approver)):
        factories.perform(move, other, by=by)


def test_another_source_stands_beside_with_the_difference_and_its_reason(province):
    indicator = factories.indicator("HT.01", source_unit=province.department)
    cross_check(province, indicator, "14000", "Chưa tính tuyến mới")
    submission = sent(province, [indicator], cell("14433"))
    (line,) = page_of(province.verifier, submission).striking
    assert why(line) == ["Sources differ"]
    (other,) = line.beside.others
    assert (other.unit, other.said.figure, other.change.figure) == ("Sở Tài chính", "14.000", "+433")
    page = seen(response_of(province.verifier, submission))
    assert "Chưa tính tuyến mới" in page


def test_another_source_that_says_the_same_is_told_and_strikes_nobody(province):
    indicator = factories.indicator("HT.01", source_unit=province.department)
    cross_check(province, indicator, "14433")
    submission = sent(province, [indicator], cell("14433"))
    (line,) = page_of(province.verifier, submission).quiet
    assert (why(line), line.beside.others[0].is_same) == ([], True)
    assert "the same figure" in seen(response_of(province.verifier, submission))


def test_no_button_of_the_admin_strays_onto_the_page(province):
    submission = sent(province, [factories.indicator("HT.01")], cell("1"))
    for user in (province.verifier, people.superuser()):
        body = response_of(user, submission).content.decode()
        for name in ("_save", "_continue", "_addanother", "deletelink", "historylink", "viewsitelink"):
            assert name not in body


def test_a_draft_of_another_source_is_not_shown(province):
    indicator = factories.indicator("HT.01", source_unit=province.department)
    other = province.round(indicator, units=[province.sister], asks_sign_off=False).submissions.get()
    factories.type_in(other, cell("98765"), by=province.outsider)
    factories.perform("submit", other, by=province.outsider)
    submission = sent(province, [indicator], cell("14433"))
    body = response_of(province.verifier, submission).content.decode()
    assert "98.765" not in body
    assert "98765" not in body
