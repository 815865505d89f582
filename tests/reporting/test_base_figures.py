"""What readers are told of a denominator that is a base figure, and that totals are added up as ever."""

import io

import openpyxl
import pytest

from indicators.clock import today
from indicators.models import Submission, Total
from tests.factories import cell, unit
from tests.indicators.bases import corrected, covered, households
from tests.reporting.conftest import Site, text_of

TOLD = "The denominator is a base figure: Households as of 01/04/2026, source: Cục Thống kê."


@pytest.fixture(autouse=True)
def _in_november(clock) -> None:
    clock.set(2026, 11, 24, 9, 42)


def approved(site: Site, report: Submission, part: int, base) -> None:
    """So many of the households that the register has."""
    value = f"{part * 100 / base.value:.1f}"
    site.approve(report, cell(value, of=(str(part), str(base.value)), base_id=base.pk))


@pytest.fixture
def communes(site: Site) -> list[Submission]:
    """Two that report 450 of 900 households and 40 of 100."""
    both = [unit(f"Xã {n}", "commune", code=f"0{n}", parent=site.province.root) for n in (1, 2)]
    round_ = site.province.round(covered(source_kind="commune"), units=both, subject="self")
    reports = list(round_.submissions.order_by("pk"))
    for report, whole, part in zip(reports, (900, 100), (450, 40), strict=True):
        approved(site, report, part, households(report.unit, whole))
    return reports


def test_where_a_figure_comes_from_names_the_base_figure(site: Site, communes) -> None:
    said = text_of(site.indicator("XH.02"))
    assert said.count(TOLD) == 2


def test_a_base_figure_that_was_corrected_since_is_told_as_it_was_approved(site: Site, communes) -> None:
    corrected(communes[0].unit.base_figures.get(), 950)
    said = text_of(site.indicator("XH.02"))
    assert said.count(TOLD) == 2
    assert "950" not in said


def test_the_definition_says_so_in_words(site: Site, communes) -> None:
    sentence = (
        "From the register of base figures: Households, the newest figure dated on or before the cut-off day."
    )
    assert f"Denominator Tổng số hộ {sentence}" in text_of(site.indicator("XH.02"))


def test_a_typed_denominator_is_told_as_ever(site: Site) -> None:
    report = site.province.submission(covered(denominator_kind=""), subject="self")
    site.approve(report, cell("50.0", of=("450", "900")))
    said = text_of(site.indicator("XH.02"))
    assert "base figure" not in said


def test_the_total_is_the_ratio_of_the_sums(site: Site, communes) -> None:
    total = Total.objects.get(subject=site.province.root, stage="approved", period__day_after_last__gt=today())
    assert (total.numerator, total.denominator, total.n_reported) == (490, 1000, 2)


def test_the_file_of_the_page_says_the_same(site: Site, communes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(site.client.get("/indicators/XH.02.xlsx").content))
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert sum(TOLD in text for text in texts) == 2
