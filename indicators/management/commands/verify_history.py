from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.models import Seal, Submission
from indicators.proof.verifying import verify


class Command(BaseCommand):
    help = "Replay every report from its events, every approved figure from what was approved, and every seal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--submission", type=int, metavar="PK", help="one report alone")
        parser.add_argument("--code", help="a printed check code: names the seal that it is of, or fails")

    def handle(self, *args: Any, **options: Any) -> None:
        pk = options["submission"]
        if pk is not None and not Submission.objects.filter(pk=pk).exists():
            raise CommandError(_("There is no report #%(pk)s.") % {"pk": pk})
        counts = verify(self.stdout.write, submission=pk)
        self.stdout.write(
            _(
                "Checked: %(reports)s reports, %(events)s events, %(revisions)s revisions, %(observations)s "
                "approved figures, %(seals)s seals."
            )
            % vars(counts)
        )
        if options["code"]:
            self._find(options["code"])
        if counts.broken:
            sentence = ngettext("%(count)s break was found.", "%(count)s breaks were found.", counts.broken)
            raise CommandError(sentence % {"count": counts.broken})
        self.stdout.write(_("The history is whole."))

    def _find(self, code: str) -> None:
        """The newest seal can be taken off the end of the chain unseen, but not its code off the paper."""
        typed = "".join(code.split()).lower()
        seal = Seal.objects.filter(hash__startswith=typed).first() if len(typed) >= 20 else None
        if seal is None:
            raise CommandError(_("No seal has the check code %(code)s.") % {"code": code})
        self.stdout.write(
            _("Check code %(code)s is that of seal %(number)s of %(date)s.")
            % {"code": seal.code, "number": seal.number, "date": f"{seal.day:%d/%m/%Y}"}
        )
