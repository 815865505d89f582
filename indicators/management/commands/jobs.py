import logging
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

logger = logging.getLogger(__name__)
JOBS = (
    "open_rounds",
    "send_outbox",
    "seal_day",
    "purge_keys",
    "purge_logs",
    "purge_notices",
    "purge_uploads",
)


class Command(BaseCommand):
    help = "What a timer runs every five minutes, in one process; safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        """A job that fails stops no other; the exit code tells the timer."""
        if failed := [job for job in JOBS if not self.succeeds(job)]:
            raise CommandError(f"Failed: {', '.join(failed)}")

    def succeeds(self, job: str) -> bool:
        try:
            call_command(job, stdout=self.stdout, stderr=self.stderr)
        except CommandError as refusal:
            self.stderr.write(str(refusal))
            return False
        except Exception as crash:
            logger.exception("%s: %s", job, crash)
            return False
        return True
