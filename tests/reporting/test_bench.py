"""The bench says its ratios and leaves nothing behind."""

import re
from io import StringIO

import pytest
from django.core.management import call_command

from indicators.models import (
    ChangeCount,
    Entry,
    EntryChange,
    Observation,
    Period,
    Round,
    Submission,
    Total,
    Unit,
    User,
)
from reporting.management import bench_acts, bench_data, bench_growth, bench_round, bench_table

TABLES = (Entry, EntryChange, Observation, Period, Round, Submission, Total, Unit, User)
MORE = r"of other figures \d+\.\d x, 304 \d+\.\d\d x"
COST = rf"\d+\.\d\d x an empty logged-in page \(first after an approval \d+\.\d x, {MORE}\)"


def said_by(*options: str) -> str:
    """What the bench prints; it leaves nothing behind."""
    before = [*(model.objects.count() for model in TABLES), *ChangeCount.objects.order_by("pk").values_list()]
    said = StringIO()
    call_command("bench", *options, rounds=2, stdout=said)
    assert [
        *(model.objects.count() for model in TABLES),
        *ChangeCount.objects.order_by("pk").values_list(),
    ] == before
    return said.getvalue()


@pytest.mark.filterwarnings("ignore:No directory at")
@pytest.mark.parametrize("has_province", [True, False])
def test_prints_one_line_a_page_and_rolls_everything_back(db, monkeypatch, request, has_province: bool) -> None:
    if has_province:
        request.getfixturevalue("province")
    monkeypatch.setattr(bench_data, "LINES", 3)
    monkeypatch.setattr(bench_data, "UNITS", 6)
    monkeypatch.setattr(bench_data, "FORM_LINES", 4)
    monkeypatch.setattr(bench_table, "UNITS", 2)
    monkeypatch.setattr(bench_table, "LINES", 3)
    monkeypatch.setattr(bench_round, "REPORTS", 2)
    monkeypatch.setattr(bench_round, "LINES", 3)
    said = said_by()
    assert re.findall(rf"^(.+): {COST}$", said, re.M) == ["summary", "list of 6 units", "indicator"]
    assert re.findall(r"^(.+): \d+\.\d x an empty logged-in page$", said, re.M) == ["form of 4 lines"]
    table = r"^table import: \d+\.\d\d x the speed of a bare bulk upsert \(\d+\.\d\d once the file is read\)$"
    assert len(re.findall(table, said, re.M)) == 1
    approval = r"^approval of a round of 2: \d+\.\d x the totals of one approval$"
    assert len(re.findall(approval, said, re.M)) == 1


@pytest.mark.filterwarnings("ignore:No directory at")
def test_the_past_grows_by_months_and_then_by_units_that_ended(db, monkeypatch) -> None:
    sizes = {(bench_data, "LINES"): 3, (bench_data, "UNITS"): 6, (bench_growth, "YEAR"): 2}
    sizes |= {(bench_growth, "MONTHS"): 4, (bench_growth, "MORE_UNITS"): 5}
    for (module, name), size in sizes.items():
        monkeypatch.setattr(module, name, size)
    counts = re.findall(
        rf"^summary at (\d+) observations, made in \d+ s: {COST}; growth", said_by("--growth"), re.M
    )
    of_a_round = 2 * 3  # units that reported, by lines
    assert counts == [str(of_a_round * n) for n in (3, 5)] + [str(of_a_round * 5 + 5 * 3 * 4)]


@pytest.mark.filterwarnings("ignore:No directory at")
def test_an_act_is_measured_in_times_of_the_totals_of_one_period(db, monkeypatch) -> None:
    for name, small in (("OLD", 6), ("NEW", 2), ("DISTRICTS", 2), ("LINES", 2), ("PERIODS", 3), ("TIMES", 1)):
        monkeypatch.setattr(bench_acts, name, small)
    monkeypatch.setattr(bench_data, "LINES", 2)
    monkeypatch.setattr(bench_data, "UNITS", 6)
    said = r"^applying 6 → 2 with 36 observations: \d+\.\d x rebuilding one period's totals$"
    assert len(re.findall(said, said_by("--acts"), re.M)) == 1
