from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from indicators import notifications, outbox, task_reminders
from indicators.models import Delivery


class Command(BaseCommand):
    help = "Find what is due soon or overdue, and send each person one mail about what waits; safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        """What one address was refused is told and tried again later; a server that is not reached is a failure."""
        if found := notifications.remind() + task_reminders.remind():
            self.stdout.write(_("New notices of due dates and opened rounds: %(count)s") % {"count": found})
        tally = outbox.send_all()
        for delivery in Delivery:
            if count := tally.count.get(delivery):
                self.stdout.write(_("%(state)s: %(count)s") % {"state": delivery.label, "count": count})
        for error in tally.errors:
            self.stderr.write(error)
        if tally.unreachable:
            raise CommandError(_("The mail server was not reached: %(error)s") % {"error": tally.unreachable})
