"""The bench says its ratios and leaves nothing behind."""

import re
from io import StringIO

import pytest
from django.core.management import call_command

from indicators.models import Entry, EntryChange, Observation, Period, Submission, Unit, User
from reporting.management import bench_round, bench_table
from reporting.management.commands import bench


@pytest.mark.filterwarnings("ignore:No directory at")
@pytest.mark.parametrize("has_province", [True, False])
def test_prints_one_line_a_page_and_rolls_everything_back(db, monkeypatch, request, has_province: bool) -> None:
    if has_province:
        request.getfixturevalue("province")
    monkeypatch.setattr(bench, "LINES", 3)
    monkeypatch.setattr(bench, "UNITS", 6)
    monkeypatch.setattr(bench, "FORM_LINES", 4)
    monkeypatch.setattr(bench_table, "UNITS", 2)
    monkeypatch.setattr(bench_table, "LINES", 3)
    monkeypatch.setattr(bench_round, "REPORTS", 2)
    monkeypatch.setattr(bench_round, "LINES", 3)
    tables = (Entry, EntryChange, Observation, Period, Submission, Unit, User)
    before = [model.objects.count() for model in tables]
    said = StringIO()
    call_command("bench", rounds=2, stdout=said)
    pages = re.findall(r"^(.+): \d+\.\d x an empty logged-in page$", said.getvalue(), re.M)
    assert pages == ["summary", "form of 4 lines"]
    table = r"^table import: \d+\.\d\d x the speed of a bare bulk upsert \(\d+\.\d\d once the file is read\)$"
    assert len(re.findall(table, said.getvalue(), re.M)) == 1
    approval = r"^approval of a round of 2: \d+\.\d x the totals of one approval$"
    assert len(re.findall(approval, said.getvalue(), re.M)) == 1
    assert [model.objects.count() for model in tables] == before
