"""The tables made at once are those that the steps make one after the other."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SQUASHED = "indicators/migrations/0001_squashed_0025_legal_acts.py"
ROOMS = ("config", "indicators", "reporting", "templates")
OURS = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql <> '' ORDER BY name"

pytestmark = pytest.mark.long


def migrated(root: Path, database: Path) -> dict[str, list[str]]:
    """Each table and index with its parts, which stand in the order in which they were added."""
    facts = {"SECRET_KEY": "x", "DATABASE_URL": f"sqlite:///{database}"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v", "0"], cwd=root, check=True, env=os.environ | facts
    )
    with sqlite3.connect(database) as opened:
        return {name: parts(sql) for name, sql in opened.execute(OURS)}


def parts(sql: str) -> list[str]:
    """What stands between the commas of the outer parentheses, sorted."""
    found, depth = [""], 0
    for letter in sql[sql.index("(") + 1 : sql.rindex(")")]:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return sorted(part.strip() for part in found)


def test_the_steps_and_the_squashed_migration_make_the_same_tables(tmp_path: Path) -> None:
    steps = tmp_path / "steps"
    for room in ROOMS:
        shutil.copytree(settings.ROOT / room, steps / room)
    shutil.copy(settings.ROOT / "manage.py", steps)
    (steps / SQUASHED).unlink()
    at_once = migrated(settings.ROOT, tmp_path / "at-once.sqlite3")
    assert len(at_once) > 100
    assert migrated(steps, tmp_path / "steps.sqlite3") == at_once
