"""What the file of the overview says of changes and targets, and which rows it holds."""

import pytest
from django.urls import reverse

from indicators.calendars import window
from indicators.models import Programme, Round
from tests.factories import cell, indicator, ratio
from tests.reporting.conftest import Site
from tests.reporting.exports.books import cell_of, head_of, records_of, rows_of, sheet_of


def take(site: Site, ending: str = "xlsx", **query):
    return site.client.get(reverse(f"summary_{ending}"), query)


@pytest.fixture
def moved(site: Site, aim, begin) -> Site:
    """A percentage two years running, half way from 2023 to 2026; and a number without a target."""
    asked = [ratio("DL.02"), indicator("HT.01", group="XH")]
    begin(asked[0], 2023, "10")
    aim(asked[0], 2025, "60")
    aim(asked[0], 2026, "85.5", "gt")
    for year, figures in (("2024", ("30.5", "200")), ("2025", ("43.8", "190"))):
        made = site.province.round(*asked, window=window(year))
        site.approve(made.submissions.get(), *map(cell, figures))
    return site


def test_changes_and_targets_are_numbers_beside_what_they_are_measured_in(moved: Site) -> None:
    sheet = sheet_of(take(moved))
    percentage, amount = rows_of(sheet)
    told = ("On the last period", "Unit of the changes", "Operator of the year's plan", "Year's plan")
    assert [percentage[name] for name in told] == [13.3, "percentage points", "≥", 60]
    told = ("Operator of the target", "Programme's target", "Year of the target", "Planned for the day")
    assert [percentage[name] for name in told] == [">", 85.5, "2026", 60]
    assert (percentage["Against the plan"], percentage["Status"]) == (-16.2, "Behind the plan")
    assert (amount["On the last period"], amount["Unit of the changes"]) == (-5, "%")
    assert [name for name in amount if "plan" in name or "target" in name] == []
    assert cell_of(sheet, 1, "On the last period").number_format == "#,##0.0"


def test_where_figures_are_not_compared_it_is_said_in_the_place_of_the_number(site: Site) -> None:
    asked = indicator("HT.01")
    for year, value in (("2024", "0"), ("2025", "7")):
        site.approve(site.province.round(asked, window=window(year)).submissions.get(), cell(value))
    row = rows_of(sheet_of(take(site)))[0]
    assert (row["On the last period"], "Unit of the changes" in row) == ("from 0 before", False)


def test_the_head_says_what_a_status_is_held_against(moved: Site) -> None:
    held = "Chương trình · status against the planned way on the cut-off day, band ±5%"
    assert head_of(sheet_of(take(moved)))[1] == held
    assert records_of(take(moved, "csv"))[1] == [held]


@pytest.mark.parametrize(
    ("query", "codes"), [({"late": "1"}, ["DL.02"]), ({"group": "XH"}, ["HT.01"]), ({"kind": "commune"}, [])]
)
def test_a_file_holds_the_rows_that_were_chosen_and_says_of_how_many(moved: Site, query, codes) -> None:
    sheet = sheet_of(take(moved, **query))
    assert [row["Code"] for row in rows_of(sheet) if "Indicator" in row] == codes
    assert f"{len(codes)} of 2 indicators" in head_of(sheet)
    assert not any("of 2 indicators" in line for line in head_of(sheet_of(take(moved))))


def test_what_matches_nothing_is_said_in_the_table(moved: Site) -> None:
    said = [cell.value for row in sheet_of(take(moved, kind="commune")).iter_rows() for cell in row]
    assert "No indicator is both asked for in this period and of what was chosen." in said


def test_made_up_targets_carry_the_band_too(moved: Site) -> None:
    Programme.objects.update(is_illustrative=True)
    Round.objects.update(is_illustrative=True)
    band = head_of(sheet_of(take(moved)))[0]
    assert band == (
        "Illustration – The figures of this period are made up to show the system; they are nobody's report. "
        "The targets of this programme are made up to show the system; nobody set them."
    )
    Round.objects.update(is_illustrative=False)
    band = head_of(sheet_of(take(moved, programme="P")))[0]
    assert band.removeprefix("Illustration – ").startswith("The targets of this programme are made up")
