from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.unit_checks import BROKEN, findings


class Command(BaseCommand):
    help = "Name what of the units is broken or not settled; fails where something is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        found = findings()
        for each in found:
            self.stdout.write(each.sentence)
        broken = sum(each.kind in BROKEN for each in found)
        if broken:
            sentence = ngettext("%(count)s fault was found.", "%(count)s faults were found.", broken)
            raise CommandError(sentence % {"count": broken})
        self.stdout.write(_("The units stand together."))
