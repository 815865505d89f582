"""What the figures of an indicator's page mean: ways of measuring, programmes, targets and references."""

import re
from datetime import date
from decimal import Decimal

import pytest

from indicators import targets
from indicators.calendars import quarter
from indicators.models import Definition, Document, Indicator, Programme, ProgrammeIndicator
from tests.factories import cell, indicator, ratio
from tests.reporting.conftest import Site, row_of, text_of

CHANGED = date(2025, 6, 15)


def aims(response) -> list[str]:
    """The rows of the table of targets, cells as text."""
    body = response.content.decode().partition('id="targets"')[2].partition("</table>")[0]
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.S)[1:]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()).replace(" ,", ",") for row in found]


def redefined(asked: Indicator, **facts) -> Definition:
    old = asked.definitions.get()
    kept = ("value_kind", "unit_of_measure", "decimals", "direction", "over_units", "over_time", "source_kind")
    same = {name: getattr(old, name) for name in kept}
    return Definition.objects.create(indicator=asked, valid_from=CHANGED, **same | facts)


class TestWays:
    @pytest.fixture
    def asked(self) -> Indicator:
        asked = ratio("XH.02", description="Trong vùng phục vụ.", denominator_name="Tổng số hộ")
        redefined(asked, description="Có đường cáp quang đến nhà.", denominator_name="Hộ thường trú")
        return asked

    def test_the_page_of_a_period_says_how_it_was_measured_then(self, site: Site, asked: Indicator) -> None:
        for number in (2, 3):
            site.province.round(asked, window=quarter(2025, number))
        new = text_of(site.indicator("XH.02", period="2025-Q3"))
        assert "Way of measuring Way 2, from 15/06/2025 Definition Có đường cáp quang đến nhà." in new
        assert "Measured differently at other times Way 1, until 14/06/2025 Definition Trong vùng phục vụ." in new
        old = text_of(site.indicator("XH.02", period="2025-Q2"))
        assert "Way of measuring Way 1, until 14/06/2025 Definition Trong vùng phục vụ." in old
        assert "other times Way 2, from 15/06/2025 Definition Có đường cáp quang đến nhà." in old

    def test_both_denominators_stand_on_the_page(self, site: Site, asked: Indicator) -> None:
        said = text_of(site.indicator("XH.02"))
        assert "Denominator Hộ thường trú" in said
        assert "Denominator Tổng số hộ" in said

    def test_another_source_alone_is_no_other_way(self, site: Site) -> None:
        asked = indicator("HT.01", valid_from=date(2022, 1, 1))
        redefined(asked, measured_since=date(2022, 1, 1), lead_unit=site.province.sister)
        said = text_of(site.indicator("HT.01"))
        assert "Measured this way since 01/01/2022" in said
        assert "Measured differently" not in said
        assert "Lead unit Sở Tài chính" in said

    def test_a_beginning_that_is_not_known_is_not_said(self, site: Site) -> None:
        indicator("HT.01")
        said = text_of(site.indicator("HT.01"))
        assert "Measured this way since" not in said
        assert "1900" not in said


def test_all_programmes_that_hold_it_are_named(site: Site) -> None:
    asked = indicator("HT.01")
    newer = Programme.objects.create(code="N", name="Kế hoạch 2026-2030", first_year=2026, last_year=2030)
    place = asked.programme_places.get()
    ProgrammeIndicator.objects.create(programme=newer, group=place.group, indicator=asked)
    Programme.objects.create(code="X", name="Chương trình khác")
    assert "Programmes Kế hoạch 2026-2030 Chương trình " in text_of(site.indicator("HT.01"))
    assert "Chương trình khác" not in text_of(site.indicator("HT.01"))


def test_an_indicator_of_no_programme_says_so(site: Site) -> None:
    indicator("HT.01").programme_places.all().delete()
    assert "No programme holds this indicator." in text_of(site.indicator("HT.01"))


class TestTargets:
    @pytest.fixture
    def asked(self, site: Site) -> Indicator:
        asked = ratio("XH.02")
        site.approve(site.province.submission(asked), cell(of=("7", "13")))
        return asked

    def record(self, asked: Indicator, level: str, year: int, value: str, **facts):
        document, _ = Document.objects.get_or_create(
            name=facts.pop("document", "Nghị quyết 09-NQ/TU"), defaults={"signed_on": date(2022, 2, 25)}
        )
        facts = {"operator": "gte", "unit": None, "by": None} | facts
        return targets.record_target(
            indicator=asked, level=level, year=year, value=Decimal(value), document=document, **facts
        )

    def test_none_are_said_to_be_none(self, site: Site, asked: Indicator) -> None:
        page = site.indicator("XH.02")
        assert aims(page) == [
            "Targets of the province",
            "There is no target of the province yet.",
            "Starting value",
            "No starting value has been entered.",
        ]
        assert "No target" in text_of(page)

    def test_the_provinces_own_stand_under_their_programmes(self, site: Site, asked: Indicator) -> None:
        programme = Programme.objects.get()
        self.record(asked, "province", 2030, "90.5", programme=programme)
        self.record(asked, "province", 2026, "55", programme=programme)
        self.record(asked, "province", 2027, "60", operator="about")
        baseline = {"year": 2020, "value": Decimal("21.5"), "document": Document.objects.get(), "by": None}
        targets.record_baseline(indicator=asked, unit=None, **baseline)
        assert aims(site.indicator("XH.02")) == [
            "Targets of the province Chương trình",
            "2026 ≥ 55% Nghị quyết 09-NQ/TU, 25/02/2022",
            "2030 ≥ 90,5% Nghị quyết 09-NQ/TU, 25/02/2022",
            "Targets of the province in no programme",
            "2027 about 60% Nghị quyết 09-NQ/TU, 25/02/2022",
            "Starting value",
            "2020 21,5% Nghị quyết 09-NQ/TU, 25/02/2022",
        ]

    def test_a_national_one_is_a_reference_with_its_document_and_gives_no_status(
        self, site: Site, asked: Indicator
    ) -> None:
        self.record(asked, "national", 2025, "80", document="Quyết định 411/QĐ-TTg")
        page = site.indicator("XH.02")
        assert aims(page)[-2:] == [
            "National references not targets of the province",
            "2025 ≥ 80% Quyết định 411/QĐ-TTg, 25/02/2022",
        ]
        assert "There is no target of the province yet." in text_of(page)
        assert row_of(site.summary(), "XH.02")[3] == "No target"
        assert "the province's targets have not been entered." in text_of(site.summary())

    def test_one_of_the_province_gives_a_status_on_both_pages(self, site: Site, asked: Indicator) -> None:
        self.record(asked, "province", 2050, "0.5")
        met = '<span class="status met">Target already met</span>'
        assert met in site.indicator("XH.02").content.decode()
        assert met in site.summary().content.decode()
        assert "1 of 1 indicators have data: 1 have met the target" in text_of(site.summary())

    def test_one_that_was_withdrawn_is_gone(self, site: Site, asked: Indicator) -> None:
        targets.withdraw_target(self.record(asked, "province", 2026, "55"), reason="Nhầm.", by=None)
        page = site.indicator("XH.02")
        assert "There is no target of the province yet." in aims(page)
        assert "No target" in text_of(page)
        assert row_of(site.summary(), "XH.02")[3] == "No target"

    def test_one_of_a_unit_is_not_the_provinces(self, site: Site, asked: Indicator) -> None:
        self.record(asked, "unit", 2026, "55", unit=site.province.department)
        assert "There is no target of the province yet." in aims(site.indicator("XH.02"))
        assert row_of(site.summary(), "XH.02")[3] == "No target"

    @pytest.mark.parametrize("count", [1, 3])
    def test_take_the_same_queries_for_one_and_three(
        self, site: Site, asked: Indicator, after_an_approval, count: int
    ) -> None:
        for year in range(2026, 2026 + count):
            self.record(asked, "province", year, "55", programme=Programme.objects.get())
            self.record(asked, "national", year, "80", document=f"Quyết định {year}")
        page = after_an_approval(6, lambda: site.indicator("XH.02"))
        assert len(aims(page)) == 2 * count + 4
