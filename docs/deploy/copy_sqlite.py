"""A whole copy of a SQLite database that may be in use: copy_sqlite.py FROM TO."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

source, target = (Path(name).resolve() for name in sys.argv[1:])
if target.exists():
    sys.exit(f"{target} exists already.")
with (
    closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as original,
    closing(sqlite3.connect(target)) as copy,
):
    original.backup(copy)
    copy.execute("PRAGMA journal_mode=DELETE")  # one file, without -wal and -shm beside it
    found = copy.execute("PRAGMA integrity_check").fetchone()[0]
if found != "ok":
    sys.exit(f"{source} is damaged: {found}")
