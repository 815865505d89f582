"""What the summary says of a figure against the province's targets: whose, along which way, and why not."""

from datetime import date

import pytest

from indicators.calendars import Window, quarter, window
from indicators.models import Definition, Document, Indicator, Programme, ProgrammeIndicator
from reporting.tracking import year_of
from tests.factories import cell, indicator, ratio, unit
from tests.reporting.conftest import Site, cells_of, text_of

YEAR, LAST_YEAR = window("2025"), window("2024")


def report(site: Site, asked: Indicator, *figures: tuple[Window, str], **facts) -> None:
    for when, value in figures:
        made = site.province.round(asked, window=when)
        site.approve(made.submissions.get(), cell(value, **facts))


def status(site: Site, code: str, **query) -> str:
    return cells_of(site.summary(**query), code)["status"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("42.75", "On track"),  # 95 % of 45, the way from 40 in 2020 to 80 in 2028 one year and a quarter on
        ("30", "Behind the plan"),
        ("80", "Target already met"),
    ],
)
def test_before_the_date_a_figure_is_compared_with_the_way(site: Site, aim, begin, value: str, said: str) -> None:
    asked = indicator("HT.01", decimals=2)
    begin(asked, 2024, "40")
    aim(asked, 2028, "80")
    report(site, asked, (quarter(2025, 2), value))
    assert status(site, "HT.01") == said


@pytest.mark.parametrize(
    ("value", "said"),
    [("79", "Target not met"), ("80", "Target met"), ("84", "Target met"), ("85", "Target exceeded")],
)
def test_on_the_years_cut_off_its_target_is_met_or_not(site: Site, aim, begin, value: str, said: str) -> None:
    asked = indicator("HT.01")
    aim(asked, 2025, "80")
    report(site, asked, (YEAR, value))
    assert status(site, "HT.01") == said


def test_a_falling_indicator_is_late_above_its_way(site: Site, aim, begin) -> None:
    asked = indicator("HT.01", direction="down")
    begin(asked, 2024, "30")
    aim(asked, 2026, "10", "lte")
    report(site, asked, (YEAR, "22"))  # 20 are planned
    page = site.summary()
    assert status(site, "HT.01") == "Behind the plan"
    late = text_of(page).partition("1 indicator is late")[2]
    assert "22 km 20 +2 ≤ 10 2026 −12" in late


def test_the_table_shows_the_years_plan_and_the_programmes_target(site: Site, aim) -> None:
    asked = ratio("XH.01")
    aim(asked, 2025, "60")
    aim(asked, 2027, "75.5", "gt")
    report(site, asked, (YEAR, "53.8"))
    cells = cells_of(site.summary(), "XH.01")
    assert (cells["plan"], cells["target"]) == ("≥ 60% 2025", "> 75,5% 2027")


class TestWhoseTargets:
    def test_those_of_the_chosen_programme(self, site: Site, aim, document: Document) -> None:
        asked = indicator("HT.01")
        group = ProgrammeIndicator.objects.get().group
        other = Programme.objects.create(code="Q", name="Kế hoạch khác", first_year=2000, last_year=2010)
        ProgrammeIndicator.objects.create(programme=other, group=group, indicator=asked)
        aim(asked, 2025, "80")
        aim(asked, 2025, "5", programme=other, document=Document.objects.create(name="Văn bản khác"))
        report(site, asked, (YEAR, "50"))
        assert status(site, "HT.01") == "Target not met"
        page = site.summary(programme="Q")
        assert cells_of(page, "HT.01")["status"] == "Target exceeded"
        assert "Kế hoạch khác · status against the planned way on the cut-off day, band ±5%" in text_of(page)

    def test_those_of_no_programme_where_the_chosen_one_has_none(self, site: Site, aim) -> None:
        asked = indicator("HT.01")
        aim(asked, 2025, "40", programme=None)
        report(site, asked, (YEAR, "50"))
        assert status(site, "HT.01") == "Target exceeded"
        aim(asked, 2025, "60", document=Document.objects.create(name="Văn bản khác"))
        assert status(site, "HT.01") == "Target not met"

    def test_of_two_documents_the_one_signed_last(self, site: Site, aim) -> None:
        asked = indicator("HT.01")
        later = Document.objects.create(name="Điều chỉnh", signed_on=date(2024, 1, 1))
        undated = Document.objects.create(name="Không ghi ngày")
        for by, value in ((later, "45"), (undated, "70"), (None, "60")):
            aim(asked, 2025, value, **({"document": by} if by else {}))
        report(site, asked, (YEAR, "50"))
        assert status(site, "HT.01") == "Target exceeded"

    def test_a_national_one_is_never_the_provinces(self, site: Site, aim) -> None:
        asked = indicator("HT.01")
        aim(asked, 2025, "80", level="national")
        report(site, asked, (YEAR, "50"))
        page = site.summary()
        assert cells_of(page, "HT.01")["status"] == "No target"
        assert "Beside the country and other places" in text_of(page)
        assert "HT.01 50 km ≥ 80 2025 Nghị quyết 09-NQ/TU" in text_of(page)
        assert "1 of 1 indicators have data; the province's targets have not been entered." in text_of(page)


class TestBand:
    """90 of 100 planned."""

    @pytest.fixture
    def asked(self, site: Site, aim, begin) -> Indicator:
        asked = indicator("HT.01")
        begin(asked, 2024, "100")
        aim(asked, 2027, "100")
        report(site, asked, (YEAR, "90"))
        return asked

    @pytest.mark.parametrize(
        ("of_programme", "of_indicator", "said"),
        [
            (None, None, "Behind the plan"),
            ("15", None, "On track"),
            ("15", "2", "Behind the plan"),
            (None, "10", "On track"),
            ("10", "0", "Behind the plan"),
        ],
    )
    def test_of_the_indicator_goes_before_the_programmes(
        self, site: Site, asked, of_programme, of_indicator, said: str
    ) -> None:
        Programme.objects.update(band=of_programme)
        ProgrammeIndicator.objects.update(band=of_indicator)
        page = site.summary()
        assert cells_of(page, "HT.01")["status"] == said
        assert f"band ±{of_programme or 5}%" in text_of(page)
        assert f'">{said}</span>' in site.indicator("HT.01").content.decode()


class TestNotComparable:
    def test_without_a_starting_value(self, site: Site, aim) -> None:
        asked = indicator("HT.01")
        aim(asked, 2027, "80")
        report(site, asked, (YEAR, "50"))
        assert status(site, "HT.01") == "Not comparable No starting value has been entered."

    def test_where_the_start_was_measured_another_way(self, site: Site, aim, begin) -> None:
        asked = indicator("HT.01")
        Definition.objects.update(valid_from=date(2025, 1, 1))
        begin(asked, 2024, "40")
        aim(asked, 2027, "80", document=Document.objects.create(name="Kế hoạch", signed_on=date(2025, 2, 1)))
        report(site, asked, (YEAR, "50"))
        assert status(site, "HT.01").startswith("Not comparable The way of measuring changed")

    def test_where_the_target_was_set_for_another_way(self, site: Site, aim) -> None:
        asked = indicator("HT.01")
        Definition.objects.update(valid_from=date(2025, 1, 1))
        aim(asked, 2025, "80")
        report(site, asked, (YEAR, "50"))
        assert status(site, "HT.01").startswith("Not comparable The way of measuring changed")

    def test_a_sum_that_lacks_a_unit_is_not_called_late(self, site: Site, aim) -> None:
        asked = indicator("DL.01")
        aim(asked, 2025, "80")
        both = [site.province.department, site.province.sister]
        made = site.province.round(asked, units=both, subject="self", window=YEAR)
        site.approve(made.submissions.get(unit=both[0]), cell("50"))
        assert status(site, "DL.01").startswith("Not comparable Not all units are in the sum yet.")

    @pytest.mark.parametrize(("reported", "said"), [(1, "Not comparable Too few units"), (2, "Target not met")])
    def test_a_share_over_fewer_than_half_of_the_units_tells_of_them_alone(
        self, site: Site, aim, reported: int, said: str
    ) -> None:
        asked = ratio("XH.01")
        aim(asked, 2025, "80")
        three = [site.province.department, site.province.sister, unit("Sở Xây dựng", parent=site.province.root)]
        made = site.province.round(asked, units=three, subject="self", window=YEAR)
        for each in three[:reported]:
            site.approve(made.submissions.get(unit=each), cell(of=("1", "2")))
        assert status(site, "XH.01").startswith(said)

    def test_what_could_not_be_collected_has_no_data(self, site: Site, aim) -> None:
        asked = ratio("XH.01")
        aim(asked, 2025, "80")
        made = site.province.round(asked, window=YEAR)
        site.approve(made.submissions.get(), cell(state="not_available", note="Chưa có."))
        assert status(site, "XH.01") == "No data Chưa có."

    def test_a_percentage_alone_is_not_compared(self, site: Site, aim) -> None:
        asked, both = ratio("XH.01"), [site.province.department, site.province.sister]
        aim(asked, 2025, "80")
        made = site.province.round(asked, units=both, subject="self", window=YEAR)
        for each, said in zip(both, (cell(of=("1", "2")), cell("53.8")), strict=True):
            site.approve(made.submissions.get(unit=each), said)
        assert status(site, "XH.01").startswith("Not comparable Cannot be computed: only a percentage")


class TestAmountsOfAYear:
    def test_a_flow_is_compared_with_what_the_year_has_brought(self, site: Site, aim) -> None:
        """50 and 40 of the 182 days' share of 200; the second quarter alone would be late."""
        asked = indicator("KT.02", over_time="flow")
        aim(asked, 2025, "200")
        report(site, asked, (quarter(2025, 1), "50"), (quarter(2025, 2), "50"))
        assert status(site, "KT.02") == "On track"

    def test_a_quarter_that_is_missing_makes_no_verdict(self, site: Site, aim) -> None:
        asked = indicator("KT.02", over_time="flow")
        aim(asked, 2025, "200")
        report(site, asked, (quarter(2025, 2), "50"))
        assert status(site, "KT.02").startswith("Not comparable Not all units")

    def test_a_running_total_is_one_already(self, site: Site, aim) -> None:
        asked = indicator("KT.02", over_time="running")
        aim(asked, 2025, "200")
        report(site, asked, (quarter(2025, 2), "95"))
        assert status(site, "KT.02") == "On track"


@pytest.mark.parametrize(
    ("day", "calendar", "year"),
    [
        (date(2025, 12, 14), "nd09", 2025),
        (date(2025, 12, 15), "nd09", 2026),
        (date(2025, 12, 31), "tk", 2025),
        (date(2026, 1, 1), "tk", 2026),
    ],
)
def test_the_year_of_a_day_is_that_of_its_calendar(day: date, calendar: str, year: int) -> None:
    assert year_of(day, calendar).number == year


class TestTheHeadline:
    def test_counts_every_status_once(self, site: Site, aim, begin) -> None:
        asked = [indicator(f"HT.0{n}") for n in range(1, 7)]
        for each, value in zip(asked[:4], ("10", "100", "90", "100"), strict=True):
            aim(each, 2025, value)
        aim(asked[4], 2027, "100")
        made = site.province.round(*asked, window=YEAR)
        site.approve(made.submissions.get(), *[cell("95")] * 6)
        assert (
            "6 of 6 indicators have data: 2 have met the target, 0 are on track, 2 are late, 1 cannot be compared, "
            "1 have no target of the province."
        ) in text_of(site.summary())

    def test_says_nothing_of_comparing_where_all_can_be(self, site: Site, aim) -> None:
        asked = indicator("HT.01")
        aim(asked, 2025, "80")
        report(site, asked, (YEAR, "80"))
        assert (
            "1 of 1 indicators have data: 1 have met the target, 0 are on track, 0 are late, "
            "0 have no target of the province."
        ) in text_of(site.summary())


class TestLate:
    def test_five_worst_first_with_who_answers_and_the_accepted_reason(self, site: Site, aim) -> None:
        asked = [indicator(f"HT.0{n}", lead_unit=site.province.sister) for n in range(1, 8)]
        for each in asked[:6]:
            aim(each, 2025, "100")
        made = site.province.round(*asked, window=YEAR)
        values = ("90", "50", "70", "60", "99", "80", "1")
        site.approve(made.submissions.get(), *[cell(v, note="Mất điện." if v == "50" else "") for v in values])
        page = site.summary().content.decode()
        late = page.partition('aria-labelledby="late"')[2].partition("</section>")[0]
        found = [late.index(f"Chỉ tiêu HT.0{n}") for n in (2, 4, 3, 6, 1)]
        assert found == sorted(found)
        assert "HT.05" not in late
        assert "6 indicators are late" in late
        assert late.count("Sở Tài chính") == 5
        assert (late.count("Mất điện."), late.count("No reason was given.")) == (1, 4)

    @pytest.mark.parametrize(
        ("breakdown", "kind", "shown"),
        [("public", "department", 2), ("state", "department", 0), ("public", "company", 0)],
    )
    def test_reasons_of_several_stay_where_the_breakdown_does_and_a_companys_always(
        self, site: Site, aim, breakdown: str, kind: str, shown: int
    ) -> None:
        units = [unit(f"Đơn vị {n}", kind, parent=site.province.root) for n in range(3)]
        asked = indicator("DL.01", source_kind=kind, breakdown=breakdown)
        aim(asked, 2025, "100")
        made = site.province.round(asked, units=units, window=YEAR)
        for each in units:
            site.approve(made.submissions.get(unit=each), cell("5", note="Thiếu người."))
        late = text_of(site.summary()).partition("1 indicator is late")[2]
        assert late.count("Thiếu người.") == shown
        assert ("Đơn vị 0: Thiếu người." in late) is (shown > 0)

    def test_is_left_out_where_nothing_is(self, site: Site, aim) -> None:
        asked = indicator("HT.01")
        aim(asked, 2025, "80")
        report(site, asked, (YEAR, "80"))
        assert 'aria-labelledby="late"' not in site.summary().content.decode()
