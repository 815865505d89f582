"""Figures of many units and periods from a table, for whoever runs the server: more rows than the page takes.

What it does is what the page does (`figures_table`), with the rights of the account that `--by` names.
"""

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from indicators import bulk, drafts, spreadsheet
from indicators.figures_table.columns import File, read
from indicators.figures_table.telling import summary, whole, written
from indicators.figures_table.understanding import Plan, understand
from indicators.models import User
from indicators.permissions import IMPORT
from indicators.refusals import Refused

MOST_ROWS = 100_000
SHOWN = 50  # sentences of a kind; a table with one mistake in every row says it as well with fifty


class Progress:
    """Rows done, how many a second, and how long the rest takes; at most once a second."""

    def __init__(self, out: Any, doing: str, total: int) -> None:
        self.out, self.doing, self.total = out, doing, total
        self.began = self.said = monotonic()

    def __call__(self, done: int) -> None:
        at = monotonic()
        if done < self.total and at - self.said < 1:
            return
        self.said = at
        rate = done / max(at - self.began, 0.001)
        sentence = _("%(doing)s: %(done)s of %(total)s rows, %(rate)s rows a second, %(left)s s left")
        facts = {
            "doing": self.doing,
            "done": whole(done),
            "total": whole(self.total),
            "rate": whole(round(rate)),
        }
        self.out.write(sentence % {**facts, "left": whole(round((self.total - done) / max(rate, 0.001)))})


class Command(BaseCommand):
    help = "Import figures of many units and periods into the drafts of their reports, all of them or none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="XLSX or CSV; several are one table"
        )
        parser.add_argument("--by", required=True, metavar="USERNAME", help="who imports, and with whose rights")
        parser.add_argument("--dry-run", action="store_true", help="only tell what would be written")
        parser.add_argument("--yes", action="store_true", help="write without asking")

    @bulk.no_collection()
    def handle(self, *args: Any, **options: Any) -> None:
        by = self.importer(options["by"])
        try:
            files = read_all(options["files"])
            total = sum(len(file.rows) for file in files)
            plan = understand(files, by=by, tell=Progress(self.stderr, _("Read"), total))
            self.tell(plan)
            if plan.faults:
                raise CommandError(_("Nothing was written."))
            if options["dry_run"] or not plan.changed:
                return
            if not options["yes"] and not self.agreed():
                raise CommandError(_("Nothing was written."))
            self.write(plan, by)
        except Refused as refused:
            raise CommandError(f"{refused.sentence} {_('Nothing was written.')}") from refused

    def importer(self, username: str) -> User:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(_("There is no active account %(name)s.") % {"name": username})
        if not user.has_perm(IMPORT):
            raise CommandError(_("%(name)s has no right to import figures.") % {"name": username})
        return user

    def agreed(self) -> bool:
        """Where nobody can be asked, --yes says it."""
        if not sys.stdin.isatty():
            self.stderr.write(_("To write these figures, run the command again with --yes."))
            return False
        return input(_("Write these figures? Type yes: ")).strip().lower() in ("yes", "y", "có", "co")

    def write(self, plan: Plan, by: User) -> None:
        tell = Progress(self.stderr, _("Written"), len(plan.changed))
        saved = drafts.save_imported(plan.cells(), by=by, versions=plan.versions, tell=tell)
        if saved.conflicts:
            for row in plan.with_conflicts(saved.conflicts).conflicts:
                self.stdout.write(f"{_row(row.number, plan, row.file)}: {row.line.conflict_sentence}")  # type: ignore[union-attr]
            raise CommandError(_("The data changed after the table was read. Nothing was written."))
        self.stdout.write(written(saved.changed, saved.reports))

    def tell(self, plan: Plan) -> None:
        """What was understood, and why it is refused where it is."""
        for line in told(plan):
            self.stdout.write(line)


def read_all(paths: list[Path]) -> list[File]:
    """Raises Refused, with the name of the file where there are several."""
    files = [_read(path, is_one=len(paths) == 1) for path in paths]
    if sum(len(file.rows) for file in files) > MOST_ROWS:
        sentence = _("The table has more than %(most)s rows. Import it in several parts.")
        raise Refused(sentence % {"most": whole(MOST_ROWS)})
    return files


def _read(path: Path, *, is_one: bool) -> File:
    try:
        with path.open("rb") as file:
            return read(file.read(spreadsheet.MAX_BYTES + 1), path.name)  # enough to see that it is too large
    except OSError as missing:
        raise Refused(_("The file %(file)s cannot be read.") % {"file": path}) from missing
    except Refused as refused:
        if is_one:
            raise
        raise Refused(_("%(file)s: %(sentence)s") % {"file": path.name, "sentence": refused.sentence}) from refused


def told(plan: Plan) -> Iterator[str]:
    several = len({row.file for row in plan.rows}) > 1
    faults = [
        _("%(file)s: %(sentence)s") % {"file": row.file, "sentence": sentence} if several else sentence
        for row in plan.refused
        for sentence in row.faults
    ]
    yield from _some(plan.notes)
    yield from _some([f"{report.title}: {said}" for report in plan.reports for said in report.problems])
    yield from summary(plan)
    yield from _some(faults)


def _some(sentences: list[str]) -> Iterator[str]:
    yield from islice(sentences, SHOWN)
    if len(sentences) > SHOWN:
        yield _("… and %(count)s more.") % {"count": whole(len(sentences) - SHOWN)}


def _row(number: int, plan: Plan, file: str) -> str:
    several = len({row.file for row in plan.rows}) > 1
    row = _("Row %(row)s") % {"row": number}
    return f"{file}, {row}" if several else row
