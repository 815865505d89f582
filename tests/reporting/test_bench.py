"""The bench says a ratio and leaves nothing behind."""

import re
from io import StringIO

import pytest
from django.core.management import call_command

from indicators.models import Observation, Period, Unit, User
from reporting.management.commands import bench


@pytest.mark.filterwarnings("ignore:No directory at")
@pytest.mark.parametrize("has_province", [True, False])
def test_prints_one_line_and_rolls_everything_back(db, monkeypatch, request, has_province: bool) -> None:
    if has_province:
        request.getfixturevalue("province")
    monkeypatch.setattr(bench, "LINES", 3)
    monkeypatch.setattr(bench, "UNITS", 6)
    tables = (Observation, Period, Unit, User)
    before = [model.objects.count() for model in tables]
    said = StringIO()
    call_command("bench", rounds=2, stdout=said)
    assert re.fullmatch(r"summary: \d+\.\d x an empty logged-in page\n", said.getvalue())
    assert [model.objects.count() for model in tables] == before
