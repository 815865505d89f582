"""What other places reached stands beside the province's figure, in no total and no ranking (domain.md 42)."""

from decimal import Decimal

import pytest

from indicators import recording
from indicators.models import Document, Indicator, ReferenceFigure
from tests.factories import cell, indicator, ratio
from tests.reporting.conftest import Site, cells_of, text_of
from tests.reporting.exports.books import rows_of, sheet_of


@pytest.fixture
def reached(document: Document):
    def record(asked: Indicator, place: str, year: int, value: str) -> ReferenceFigure:
        facts = {"place": place, "year": year, "value": Decimal(value), "document": document}
        return recording.record_reference_figure(indicator=asked, **facts, by=None)

    return record


@pytest.fixture
def shown(site: Site, reached) -> Indicator:
    asked = ratio("HT.01", name="Tỷ lệ thôn có sóng")
    site.approve(site.province.submission(asked), cell(of=("3", "4")))
    for place, year, value in (("Đà Nẵng", 2022, "98.5"), ("Đà Nẵng", 2021, "90"), ("Sơn La", 2022, "70")):
        reached(asked, place, year, value)
    return asked


def test_the_overview_shows_the_newest_of_each_place_with_its_document(site: Site, shown: Indicator) -> None:
    told = text_of(site.summary())
    assert "Beside the country and other places" in told
    document = "Nghị quyết 09-NQ/TU"
    assert f"Đà Nẵng: 98,5% 2022 {document} Sơn La: 70% 2022 {document}" in told
    assert "90% 2021" not in told


def test_it_moves_no_figure_and_no_status(site: Site, shown: Indicator) -> None:
    found = cells_of(site.summary(), "HT.01")
    assert (found["value"], found["coverage"], found["status"]) == ("75,0% 3/4", "1/1", "No target")


def test_the_page_of_the_indicator_names_them_apart_from_targets(site: Site, shown: Indicator) -> None:
    told = text_of(site.indicator("HT.01"))
    assert "Other places in no total and no ranking 2022 Đà Nẵng: 98,5% Nghị quyết 09-NQ/TU" in told


def test_they_are_compared_like_references(site: Site, shown: Indicator) -> None:
    page = site.client.get("/compare/", {"what": "references"})
    assert "Đà Nẵng: 98,5% 2022 Nghị quyết 09-NQ/TU −23,5 pp" in text_of(page)
    sheet = sheet_of(site.client.get("/compare.xlsx", {"what": "references"}))
    assert [row["Difference"] for row in rows_of(sheet)] == [-23.5, 5.0]


def test_one_that_was_withdrawn_is_gone(site: Site, shown: Indicator) -> None:
    for each in ReferenceFigure.objects.order_by("pk"):
        recording.withdraw(each, reason="Nhầm", by=None)
    assert "Đà Nẵng" not in text_of(site.summary()) + text_of(site.indicator("HT.01"))


@pytest.mark.parametrize("count", [1, 3])
def test_take_no_query_of_their_own(site: Site, reached, after_an_approval, count: int) -> None:
    asked = [indicator(f"HT.{number}") for number in range(count)]
    site.approve(site.province.submission(*asked), *[cell("5")] * count)
    for each in asked:
        reached(each, "Đà Nẵng", 2022, "4")
        reached(each, "Sơn La", 2022, "4")
    after_an_approval(6, lambda: site.summary())
