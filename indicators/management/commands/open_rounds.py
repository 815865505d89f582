from typing import Any

from django.core.management.base import BaseCommand, CommandError

from indicators.models import Round, RoundAct
from indicators.opening import open_due_rounds


class Command(BaseCommand):
    help = "Open the rounds whose day has come, for every form that opens by itself; safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        """A refusal is told and stops no other form; the exit code tells the timer."""
        refused = 0
        for outcome in open_due_rounds():
            if isinstance(outcome, Round):
                self.stdout.write(f"Đã mở: {outcome}, hạn gửi {outcome.due_on:%d/%m/%Y}")
                self.tell_gaps(outcome)
            else:
                refused += 1
                self.stderr.write(outcome.sentence)
        if refused:
            raise CommandError(f"{refused} đợt báo cáo chưa mở được, lý do ở trên.")

    def tell_gaps(self, opened: Round) -> None:
        """It is open all the same: units go on reporting while the administrator gives out accounts and steps."""
        if missing := opened.events.get(act=RoundAct.OPENED).reason:
            self.stdout.write(f"  Còn thiếu: {missing}")
