from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators import files


class Command(BaseCommand):
    help = "Compare the rows of stored files with the files: missing, changed, and files that no row names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--remove-orphans",
            action="store_true",
            help="delete files that no row names and that are older than an hour",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = files.check()
        self._tell(found)
        removed = files.remove_orphans(found) if options["remove_orphans"] else []
        for name in removed:
            self.stdout.write(_("Removed: %(name)s") % {"name": name})
        left = len(found.missing) + len(found.changed) + len(found.orphans) - len(removed)
        if left:
            sentence = ngettext(
                "%(count)s file is not as it should be.", "%(count)s files are not as they should be.", left
            )
            raise CommandError(sentence % {"count": left})
        self.stdout.write(_("All %(count)s stored files are whole.") % {"count": found.rows})

    def _tell(self, found: files.Findings) -> None:
        for sentence, names in (
            (_("Missing: %(name)s"), found.missing),
            (_("Changed: %(name)s"), found.changed),
            (_("No row names it: %(name)s"), found.orphans),
            (_("No row names it yet, younger than an hour: %(name)s"), found.young),
        ):
            for name in names:
                self.stdout.write(sentence % {"name": name})
