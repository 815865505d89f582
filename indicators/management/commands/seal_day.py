import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from indicators.proof import seals

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Seal the history of today, tell its check code and mail it; safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        seal, _is_new = seals.seal_day()
        self.stdout.write(seals.told(seal))
        try:
            seals.mail(seal)
        except OSError as refused:  # smtplib's own errors are OSErrors too
            logger.warning("the seal of %s was not mailed: %s", seal.day, refused)
            raise CommandError(
                _("The seal stands, but its code could not be mailed: %(why)s") % {"why": refused}
            ) from refused
