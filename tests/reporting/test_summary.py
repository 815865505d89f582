"""The province at a glance: what stands published is shown as written, and nothing else is."""

from datetime import timedelta

import pytest

from indicators.calendars import quarter
from indicators.clock import today
from indicators.models import Submission, Unit, UnitSlice
from tests.factories import cell, indicator, perform, ratio, type_in, unit
from tests.reporting.conftest import Site, row_of, text_of

CANARY = "987654"  # a figure that must not show
SHOWN_CANARY = "987.654"


@pytest.mark.parametrize("moves", [(), ("submit",), ("submit", "sign"), ("submit", "sign", "verify")])
def test_a_figure_that_is_not_approved_never_shows(site: Site, moves: tuple[str, ...]) -> None:
    submission = site.province.submission(indicator("HT.01"))
    type_in(submission, cell(CANARY, note=f"ghi chú {CANARY}"), by=site.province.reporter)
    site.province.walk(submission, *moves)
    for page in (site.summary(), site.indicator("HT.01")):
        assert page.status_code == 200
        assert CANARY not in page.content.decode()
        assert SHOWN_CANARY not in page.content.decode()
    assert row_of(site.summary(), "HT.01")[1:4] == ["–", "0/1", "No data"]


def test_an_approved_figure_that_is_not_published_never_shows(site: Site) -> None:
    submission = site.province.submission(indicator("HT.01"), asks_publication=True)
    site.approve(submission, cell(CANARY, note=f"ghi chú {CANARY}"))
    for page in (site.summary(), site.indicator("HT.01")):
        assert CANARY not in page.content.decode()
        assert SHOWN_CANARY not in page.content.decode()
    assert "not published yet; 0 of 1 units" in text_of(site.summary())


def test_a_published_figure_is_shown_as_written(site: Site) -> None:
    submission = site.province.submission(indicator("HT.01", name="Tổng chiều dài cáp quang"))
    site.approve(submission, cell("14433"))
    page = site.summary()
    assert row_of(page, "HT.01") == ["Tổng chiều dài cáp quang HT.01", "14.433 km", "1/1", "No target", "–"]
    assert "1 of 1 indicators have data; the province's targets have not been entered." in text_of(page)


def test_the_qualifier_and_the_decimals_are_kept(site: Site) -> None:
    asked = indicator("KT.02", unit_of_measure="tỷ đồng", decimals=2)
    site.approve(site.province.submission(asked), cell("53.80", qualifier="nearly"))
    assert row_of(site.summary(), "KT.02")[1] == "nearly 53,80 tỷ đồng"


def test_an_estimate_says_so(site: Site) -> None:
    site.approve(site.province.submission(indicator("HT.01")), cell("5", status="estimate"))
    assert row_of(site.summary(), "HT.01")[1] == "5 km Estimate"


def test_zero_is_a_value(site: Site) -> None:
    site.approve(site.province.submission(indicator("HT.01")), cell("0"))
    assert row_of(site.summary(), "HT.01")[1:4] == ["0 km", "1/1", "No target"]


def test_a_yes_is_shown_in_the_words_of_its_definition(site: Site) -> None:
    asked = indicator("NT.01", value_kind="yes_no", unit_of_measure="", yes_words="Đã vận hành", over_units="none")
    site.approve(site.province.submission(asked), cell("1"))
    assert row_of(site.summary(), "NT.01")[1] == "Đã vận hành"


def test_what_could_not_be_collected_has_no_data_and_its_reason(site: Site) -> None:
    site.approve(
        site.province.submission(indicator("HT.07")),
        cell(state="not_available", note="Nguồn nêu tên, không nêu số."),
    )
    assert row_of(site.summary(), "HT.07")[1:4] == ["–", "0/1", "No data Nguồn nêu tên, không nêu số."]
    assert "0 of 1 indicators" in text_of(site.summary())


def test_what_does_not_concern_the_province_is_not_counted(site: Site) -> None:
    site.approve(site.province.submission(indicator("HT.07")), cell(state="not_applicable"))
    assert row_of(site.summary(), "HT.07")[1:4] == ["–", "–", "Not applicable"]
    assert "0 of 0 indicators" in text_of(site.summary())


def test_a_figure_follows_its_adjustments(site: Site) -> None:
    submission = site.approve(site.province.submission(indicator("HT.01")), cell("14433"))
    submission = perform("reopen", submission, by=site.province.approver)
    assert row_of(site.summary(), "HT.01")[1] == "14.433 km"  # what was published stands until the new approval
    site.approve(submission, cell(state="not_available", note="Đang rà soát."))
    said = f"Adjusted on {today():%d/%m/%Y}: 14.433 km to No data. Reason: Lý do"
    assert row_of(site.summary(), "HT.01")[1:4] == ["–", "0/1", f"No data Đang rà soát. {said}"]
    submission = perform("reopen", Submission.objects.get(), by=site.province.approver)
    site.approve(submission, cell("14500"))
    assert row_of(site.summary(), "HT.01")[1] == "14.500 km"


def test_a_return_leaves_the_published_figure_alone(site: Site) -> None:
    submission = site.approve(site.province.submission(indicator("HT.01")), cell("14433"))
    submission = perform("reopen", submission, by=site.province.approver)
    type_in(submission, cell(CANARY), by=site.people_of(submission.unit)[0])
    submission = site.province.walk(
        submission, "submit", "sign", "return", reporter=site.people_of(submission.unit)[0]
    )
    assert submission.state == "returned"
    assert row_of(site.summary(), "HT.01")[1] == "14.433 km"


class TestOverUnits:
    @pytest.fixture
    def departments(self, site: Site) -> list[Unit]:
        return [site.province.department, site.province.sister]

    def reports(self, site: Site, asked, departments: list[Unit], **facts) -> list[Submission]:
        made = site.province.round(asked, units=departments, subject="self", **facts)
        return [made.submissions.get(unit=u) for u in departments]

    def test_a_sum_covers_both_departments(self, site: Site, departments: list[Unit]) -> None:
        for submission, figure in zip(
            self.reports(site, indicator("DL.01"), departments), ("11", "7"), strict=True
        ):
            site.approve(submission, cell(figure))
        assert row_of(site.summary(), "DL.01")[1:4] == ["18 km", "2/2", "No target"]

    def test_a_sum_over_some_says_who_is_missing(self, site: Site, departments: list[Unit]) -> None:
        first, _second = self.reports(site, indicator("DL.01"), departments)
        site.approve(first, cell("11"))
        assert row_of(site.summary(), "DL.01")[1:4] == [
            "11 km",
            "1/2",
            "No target Partial: from 1 of 2; missing: Sở Tài chính",
        ]

    def test_a_ratio_is_of_the_sums_and_not_the_average(self, site: Site, departments: list[Unit]) -> None:
        parts = (("1", "10"), ("90", "100"))  # 10 % and 90 %: average 50 %, ratio of sums 82,7 %
        for submission, part in zip(self.reports(site, ratio("XH.01"), departments), parts, strict=True):
            site.approve(submission, cell(of=part))
        assert row_of(site.summary(), "XH.01")[1] == "82,7% 91/110"

    def test_a_percentage_alone_makes_the_ratio_incomputable(self, site: Site, departments: list[Unit]) -> None:
        first, second = self.reports(site, ratio("XH.01"), departments)
        site.approve(first, cell(of=("1", "10")))
        site.approve(second, cell("53.8"))
        assert row_of(site.summary(), "XH.01")[1:4] == [
            "Cannot be computed",
            "2/2",
            "No target Cannot be computed: Sở Tài chính reported only a percentage.",
        ]

    def test_those_it_does_not_concern_are_not_waited_for(self, site: Site, departments: list[Unit]) -> None:
        first, second = self.reports(site, indicator("DL.01"), departments)
        site.approve(first, cell("11"))
        site.approve(second, cell(state="not_applicable"))
        assert row_of(site.summary(), "DL.01")[1:4] == ["11 km", "1/1", "No target"]

    def test_reasons_of_units_stay_with_them_where_the_breakdown_does(
        self, site: Site, departments: list[Unit]
    ) -> None:
        asked = indicator("DL.01", breakdown="unit")
        for submission in self.reports(site, asked, departments):
            site.approve(submission, cell(state="not_available", note=f"mất {CANARY} số"))
        assert row_of(site.summary(), "DL.01")[3] == "No data"

    def test_many_missing_units_are_abridged(self, site: Site, departments: list[Unit]) -> None:
        more = [unit(f"Sở {n}", parent=site.province.root) for n in range(5)]
        first, *_ = self.reports(site, indicator("DL.01"), departments + more)
        site.approve(first, cell("11"))
        said = row_of(site.summary(), "DL.01")[3]
        assert said == "No target Partial: from 1 of 7; missing: Sở 0, Sở 1, Sở 2, Sở 3 and 2 more"


def test_a_percentage_about_the_province_is_shown_as_written(site: Site) -> None:
    site.approve(site.province.submission(ratio("DL.02")), cell("53.8"))
    assert row_of(site.summary(), "DL.02")[1] == "53,8%"


def test_the_parts_stand_beside_a_ratio(site: Site) -> None:
    site.approve(site.province.submission(ratio("DL.02")), cell("72.9", of=("729", "1000")))
    assert row_of(site.summary(), "DL.02")[1] == "72,9% 729/1.000"


def test_a_cross_check_is_never_the_figure_of_the_province(site: Site) -> None:
    asked = indicator("HT.01", source_unit=site.province.sister)
    both = [site.province.department, site.province.sister]
    made = site.province.round(asked, units=both)
    site.approve(made.submissions.get(unit=site.province.department), cell(CANARY))
    assert row_of(site.summary(), "HT.01")[1:4] == ["–", "0/1", "No data"]
    site.approve(made.submissions.get(unit=site.province.sister), cell("5"))
    assert row_of(site.summary(), "HT.01")[1:4] == ["5 km", "1/1", "No target"]
    assert SHOWN_CANARY not in text_of(site.summary())


def test_an_indicator_without_a_rule_over_units_is_shown_by_unit_only(site: Site) -> None:
    made = site.province.round(indicator("HT.09", over_units="none"), subject="self")
    site.approve(made.submissions.get(), cell("5"))
    assert row_of(site.summary(), "HT.09")[1:4] == ["By unit only", "–", "No target"]


def test_groups_come_in_the_order_of_the_programme(site: Site) -> None:
    from indicators.models import IndicatorGroup

    site.province.round(indicator("XH.01", group="XH"), indicator("HT.02"), indicator("HT.01"))
    IndicatorGroup.objects.filter(code="HT").update(order=2)
    IndicatorGroup.objects.filter(code="XH").update(order=1)
    text = text_of(site.summary()).partition("All 3 indicators")[2]
    found = [
        text.index(name) for name in ("Nhóm XH", "Chỉ tiêu XH.01", "Nhóm HT", "Chỉ tiêu HT.02", "Chỉ tiêu HT.01")
    ]
    assert found == sorted(found)


def test_long_names_are_escaped(site: Site) -> None:
    site.province.round(indicator("HT.01", name="<b>Tỷ lệ & số</b>"))
    assert "&lt;b&gt;Tỷ lệ &amp; số&lt;/b&gt;" in site.summary().content.decode()


def test_without_a_province_the_page_says_so(site: Site) -> None:
    site.approve(site.province.submission(indicator("HT.01")), cell("5"))
    UnitSlice.objects.filter(unit=site.province.root).update(kind="department")
    page = site.summary()
    assert "No province is entered for this day" in text_of(page)
    assert row_of(page, "HT.01")[1] == "–"


def test_without_a_round_there_is_a_sentence(site: Site) -> None:
    assert "No round has been opened yet" in text_of(site.summary())


class TestWhoHasNotReported:
    def test_names_the_unit_and_whom_to_call(self, site: Site) -> None:
        site.province.submission(indicator("HT.01"))
        text = text_of(site.summary())
        assert "1 report has not been sent" in text
        due = f"{today() + timedelta(days=10):%d/%m/%Y}"
        assert f"Sở Khoa học và Công nghệ Báo cáo chuyển đổi số Not yet due {due} Phòng Chuyển đổi số" in text

    def test_calls_a_late_report_late_and_puts_it_first(self, site: Site) -> None:
        site.province.round(indicator("HT.01"), units=[site.province.department], due_in=5)
        site.province.round(indicator("HT.02"), units=[site.province.sister], due_in=-3)
        text = text_of(site.summary())
        assert "2 reports have not been sent" in text
        assert text.index("Sở Tài chính Báo cáo chuyển đổi số Overdue by 3 days, still open") < text.index(
            "Not yet due"
        )

    def test_is_not_late_on_the_day_it_is_due(self, site: Site) -> None:
        site.province.round(indicator("HT.01"), due_in=0)
        assert "Not yet due" in text_of(site.summary())

    def test_leaves_out_who_has_handed_in(self, site: Site) -> None:
        submission = site.province.submission(indicator("HT.01"))
        type_in(submission, cell(CANARY), by=site.province.reporter)
        site.province.walk(submission, "submit", "sign")
        text = text_of(site.summary())
        assert "All units have sent their reports." in text
        assert "not published yet; 0 of 1 units" in text

    def test_names_more_than_ten_in_a_line(self, site: Site) -> None:
        units = [unit(f"Sở {n:02}", parent=site.province.root) for n in range(12)]
        site.province.round(indicator("HT.01"), units=units)
        text = text_of(site.summary())
        assert "12 reports have not been sent" in text
        assert "Also: Sở 10, Sở 11" in text


class TestPeriod:
    def test_opens_on_the_newest_published_period(self, site: Site) -> None:
        asked = indicator("HT.01")
        old = site.province.round(asked, window=quarter(2025, 3))
        site.approve(old.submissions.get(), cell("11"))
        site.province.round(asked, window=quarter(2026, 1))
        assert row_of(site.summary(), "HT.01")[1] == "11 km"
        assert row_of(site.summary(period="2026-Q1"), "HT.01")[1] == "–"

    def test_opens_on_the_newest_period_while_nothing_is_published(self, site: Site) -> None:
        for window in (quarter(2025, 3), quarter(2026, 1), quarter(2025, 4)):
            site.province.round(indicator(f"HT.{window.label}"), window=window)
        page = site.summary()
        assert '<option value="2026-Q1" selected>' in page.content.decode()
        assert "up to the end of 14/03/2026; not published yet" in text_of(page)

    @pytest.mark.parametrize("label", ["2026-Q9", "' OR 1=1", "2019-Q1", "\0", "<script>"])
    def test_an_unknown_one_is_not_found_and_says_so(self, site: Site, label: str) -> None:
        site.province.submission(indicator("HT.01"))
        for page in (site.summary(period=label), site.indicator("HT.01", period=label)):
            assert page.status_code == 404
            assert "There is no reporting period" in text_of(page)
            assert "<script>" not in page.content.decode()

    def test_an_empty_one_is_the_default(self, site: Site) -> None:
        site.province.submission(indicator("HT.01"))
        assert site.summary(period="").status_code == 200


@pytest.mark.parametrize("path", ["/summary/", "/indicators/HT.01/"])
def test_strangers_are_sent_to_the_login(client, db, path: str) -> None:
    page = client.get(path)
    assert (page.status_code, page["Location"]) == (302, f"/accounts/login/?next={path}")


@pytest.mark.parametrize("path", ["/summary/", "/indicators/HT.01/"])
def test_pages_are_read_only(site: Site, path: str) -> None:
    assert site.client.post(path).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_takes_six_queries_however_many_lines(site: Site, after_an_approval, count: int) -> None:
    asked = [indicator(f"HT.{n}") for n in range(count)]
    units = [site.province.department, site.province.sister][: 1 + (count > 1)]
    made = site.province.round(*asked, units=units, subject="self")
    site.approve(made.submissions.get(unit=units[0]), *[cell("5")] * count)
    # session, account; what stands of rounds; reports; totals; figures
    after_an_approval(6, lambda: site.summary())


def test_a_full_page_weighs_little(site: Site) -> None:
    import gzip

    from django.conf import settings

    units = [unit(f"Xã {n}", "commune", parent=site.province.root) for n in range(38)]
    site.province.round(
        *[indicator(f"HT.{n:02}", name=f"Tỷ lệ thứ {n} của một chỉ tiêu có tên dài") for n in range(60)],
        units=units,
        subject="self",
    )
    sheet = (settings.ROOT / "static" / "site.css").read_bytes()
    assert len(gzip.compress(site.summary().content)) + len(gzip.compress(sheet)) <= 25_000
