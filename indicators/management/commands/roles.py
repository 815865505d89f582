from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from indicators.roles import KEEPERS, Changed, ensure_groups


class Command(BaseCommand):
    help = "Make the groups of the role table with exactly their permissions; safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        changes = ensure_groups()
        for changed in changes:
            self.tell(changed)
        if not changes:
            self.stdout.write(_("All %(count)s groups stand as the table says.") % {"count": len(KEEPERS)})

    def tell(self, changed: Changed) -> None:
        heading = _("New group: %(name)s") if changed.is_new else _("Group: %(name)s")
        self.stdout.write(heading % {"name": changed.group})
        for sign, codenames in (("+", changed.given), ("-", changed.taken)):
            for codename in codenames:
                self.stdout.write(f"  {sign} {codename}")
