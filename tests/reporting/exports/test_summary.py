"""The overview as a file: the rows of the page, real numbers, and all that qualifies them beside them."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from indicators.calendars import quarter
from indicators.models import Round, Submission
from reporting.exports.xlsx import tab_of
from tests.factories import cell, indicator, publish, ratio
from tests.reporting.conftest import Site, text_of
from tests.reporting.exports.books import cell_of, columns_of, head_of, records_of, rows_of, sheet_of, titles_of


def take(site: Site, ending: str = "xlsx", **query):
    return site.client.get(reverse(f"summary_{ending}"), query)


def approved(site: Site, *figures, **facts) -> Submission:
    return site.approve(site.province.submission(*figures, window=quarter(2026, 3)), cell(**facts))


def test_a_figure_is_a_number_with_the_decimals_it_was_written_with(site: Site) -> None:
    figure = {"value": "53.80", "qualifier": "nearly", "status": "estimate"}
    approved(site, indicator("KT.02", unit_of_measure="tỷ đồng", decimals=2, name="Doanh thu"), **figure)
    sheet = sheet_of(take(site))
    assert rows_of(sheet) == [
        {
            "Code": "KT.02",
            "Indicator": "Doanh thu",
            "Group of indicators": "Nhóm HT",
            "Unit of measure": "tỷ đồng",
            "Qualifier": "nearly",
            "Figure": 53.8,
            "Status of the figure": "Estimate",
            "Period": "Quarter III/2026",
            "Units that reported": 1,
            "Units expected": 1,
            "Status": "No target",
        }
    ]
    written = cell_of(sheet, 1, "Figure")
    assert (written.data_type, written.number_format) == ("n", "#,##0.00")


@pytest.mark.parametrize(("value", "shown"), [("14433", "#,##0"), ("0", "#,##0")])
def test_a_whole_number_has_no_decimals(site: Site, value: str, shown: str) -> None:
    approved(site, indicator("HT.01"), value=value)
    written = cell_of(sheet_of(take(site)), 1, "Figure")
    assert (written.value, written.number_format) == (int(value), shown)


def test_the_parts_of_a_ratio_are_numbers_too(site: Site) -> None:
    approved(site, ratio("DL.02"), value="72.9", of=("729", "1000"))
    row = rows_of(sheet_of(take(site)))[0]
    assert (row["Figure"], row["Unit of measure"], row["Numerator"], row["Denominator"]) == (72.9, "%", 729, 1000)


def test_why_there_is_no_figure_is_said_in_words(site: Site) -> None:
    approved(site, indicator("HT.07"), state="not_available", note="Nguồn nêu tên, không nêu số.")
    row = rows_of(sheet_of(take(site)))[0]
    assert "Figure" not in row
    assert row["Why there is no figure"] == "No data; Nguồn nêu tên, không nêu số."
    assert (row["Units that reported"], row["Units expected"]) == (0, 1)


def test_a_partial_total_names_who_is_missing(site: Site) -> None:
    units = [site.province.department, site.province.sister]
    made = site.province.round(indicator("DL.01"), units=units, subject="self")
    site.approve(made.submissions.get(unit=units[0]), cell("11"))
    row = rows_of(sheet_of(take(site)))[0]
    assert (row["Figure"], row["Units that reported"], row["Units expected"]) == (11, 1, 2)
    assert row["Notes"] == "Partial: from 1 of 2; missing: Sở Tài chính"


def test_the_head_says_which_figures_these_are(site: Site, clock, settings) -> None:
    settings.BASE_URL = "https://so.example.vn"
    submission = approved(site, indicator("HT.01"), value="5")
    clock.set(2026, 11, 24, 9, 30)
    at = Submission.objects.get(pk=submission.pk).observations.get().published_at
    assert head_of(sheet_of(take(site, period="2026-Q3"))) == [
        "Tỉnh Lai Châu. Overview of Quarter III/2026",
        "Chương trình",
        "Quarter III/2026. Figures from 15/06/2026 to the end of 14/09/2026",
        f"Published on {at.astimezone():%d/%m/%Y}",
        "Figures of 1 of 1 units",
        "Only approved and published figures are shown.",
        "Source: Digital progress, https://so.example.vn/summary/?period=2026-Q3",
        "Taken at 24/11/2026 09:30",
    ]


def test_what_is_not_published_is_called_so(site: Site) -> None:
    site.province.submission(indicator("HT.01"), window=quarter(2026, 3))
    assert "Not published yet" in head_of(sheet_of(take(site)))


def test_a_numbered_publication_is_cited(site: Site) -> None:
    submission = site.province.submission(indicator("HT.01"), asks_publication=True)
    site.approve(submission, cell("5"))
    publish(submission.round, by=site.province.publisher)
    head = head_of(sheet_of(take(site)))
    assert next(line for line in head if line.startswith("Published, issue 1, ")).count("15/TB-UBND") == 1


def test_made_up_figures_carry_their_band(site: Site) -> None:
    approved(site, indicator("HT.01"), value="5")
    assert not head_of(sheet_of(take(site)))[0].startswith("Illustration")
    Round.objects.update(is_illustrative=True)
    assert head_of(sheet_of(take(site)))[0].startswith("Illustration – The figures of this period are made up")
    assert records_of(take(site, "csv"))[0][0].startswith("Illustration – ")


def test_the_newest_figures_are_for_whoever_may_see_them(site: Site) -> None:
    site.approve(site.province.submission(indicator("HT.01"), asks_publication=True), cell("987654"))
    newest = sheet_of(take(site, figures="latest"))
    assert rows_of(newest)[0]["Figure"] == 987654
    assert any(line.startswith("Newest figures (not published)") for line in head_of(newest))
    site.log_in(site.province.outsider)
    assert "Figure" not in rows_of(sheet_of(take(site, figures="latest")))[0]


def test_a_day_gone_by_is_said(site: Site) -> None:
    approved(site, indicator("HT.01"), value="5")
    sheet = sheet_of(take(site, as_of="2026-10-01"))
    assert "Figure" not in rows_of(sheet)[0]
    assert "As known at the end of 01/10/2026 – What was published later is not in these figures." in head_of(sheet)


def test_the_csv_says_the_same_for_vietnamese_excel(site: Site) -> None:
    approved(site, indicator("KT.02", decimals=2, name="Doanh thu; cả năm"), value="1234.50")
    answer = take(site, "csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    records = records_of(answer)
    sheet = sheet_of(take(site))
    assert [r[0] for r in records[: records.index([])]][:-2] == head_of(sheet)[:-2]
    names, row = records[records.index([]) + 1 :]
    assert names == columns_of(sheet)
    told = {n: v for n, v in zip(names, row, strict=True) if v}
    assert (told["Indicator"], told["Figure"], told["Units expected"]) == ("Doanh thu; cả năm", "1234,50", "1")


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_no_text_is_taken_for_a_formula(site: Site, ending: str) -> None:
    approved(site, indicator("HT.01", name='=HYPERLINK("http://a.b")', unit_of_measure="@km"), value="5")
    answer = take(site, ending)
    if ending == "csv":
        texts = [text for record in records_of(answer) for text in record]
    else:
        texts = [c.value for row in sheet_of(answer).iter_rows() for c in row if isinstance(c.value, str)]
    assert {'\'=HYPERLINK("http://a.b")', "'@km"} <= set(texts)
    assert [text for text in texts if text.startswith(("=", "+", "-", "@"))] == []


def test_the_sheet_is_set_up_for_paper(site: Site) -> None:
    approved(site, indicator("HT.01"), value="5")
    sheet = sheet_of(take(site))
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
    assert sheet.freeze_panes == f"A{int(sheet.print_title_rows.split('$')[-1]) + 1}"
    assert sheet.column_dimensions["B"].width > 35


def test_a_row_is_as_high_as_its_longest_text(site: Site) -> None:
    approved(site, indicator("HT.01", name="Tỷ lệ hồ sơ được giải quyết trực tuyến toàn trình " * 3), value="5")
    sheet = sheet_of(take(site))
    place = int(sheet.print_title_rows.split("$")[-1]) + 1
    assert sheet.row_dimensions[place].height == 15 * 4


@pytest.mark.parametrize("address", ["/summary", "/completeness", "/indicators/HT.01", "/units/LC-SKHCN"])
def test_every_page_can_be_taken_in_vietnamese(site: Site, address: str) -> None:
    """Excel takes 31 letters for the name of a sheet, and Vietnamese asks for more than English."""
    approved(site, indicator("HT.01"), value="5")
    site.client.cookies["django_language"] = "vi"
    answer = site.client.get(f"{address}.xlsx")
    assert answer.status_code == 200
    assert all(0 < len(title) <= 31 for title in titles_of(answer))


@pytest.mark.parametrize(
    ("title", "tab"),
    [
        ("Tình trạng theo đơn vị và kỳ báo cáo", "Tình trạng theo đơn vị và kỳ…"),
        ("a/b: [c]*?", "a b c"),
        ("'x'", "x"),
        ("m" * 40, "m" * 30 + "…"),
    ],
)
def test_a_name_that_excel_does_not_take_is_made_one(title: str, tab: str) -> None:
    assert tab_of(title) == tab


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("query", [{"period": "2026-Q9"}, {"programme": "none"}, {"as_of": "yesterday"}])
def test_what_cannot_be_shown_is_said_on_a_page(site: Site, ending: str, query: dict[str, str]) -> None:
    approved(site, indicator("HT.01"), value="5")
    answer = take(site, ending, **query)
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "There is no" in text_of(answer) or "is not a day" in text_of(answer)


def test_without_a_round_there_is_no_file(site: Site) -> None:
    answer = take(site)
    assert (answer.status_code, "No round has been opened yet" in text_of(answer)) == (404, True)


def test_the_page_leads_to_its_files_by_the_same_filters(site: Site) -> None:
    approved(site, indicator("HT.01"), value="5")
    page = site.summary(period="2026-Q3", figures="latest", print="1").content.decode()
    for ending in ("xlsx", "csv"):
        assert f'href="/summary.{ending}?period=2026-Q3&amp;figures=latest"' in page


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("count", [1, 3])
def test_takes_the_queries_of_the_page(site: Site, after_an_approval, ending: str, count: int) -> None:
    asked = [indicator(f"HT.{n}") for n in range(count)]
    units = [site.province.department, site.province.sister][: 1 + (count > 1)]
    made = site.province.round(*asked, units=units, subject="self")
    site.approve(made.submissions.get(unit=units[0]), *[cell("5")] * count)
    assert after_an_approval(6, lambda: len(take(site, ending).content) > 500)


@pytest.mark.parametrize("name", ["summary", "completeness"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_strangers_are_sent_to_the_login(client: Client, db, name: str, ending: str) -> None:
    assert client.get(reverse(f"{name}_{ending}")).status_code == 302


def test_a_file_is_only_taken(site: Site) -> None:
    assert site.client.post(reverse("summary_xlsx")).status_code == 405
    approved(site, indicator("HT.01"), value="5")
    answer = take(site)
    assert answer["Content-Disposition"] == 'attachment; filename="overview-2026-q3.xlsx"'
    assert answer["Cache-Control"] == "private, no-store"
    assert Decimal(answer["Content-Length"]) == len(answer.content)
