"""The document by which reports of a round were approved together."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..clock import now
from .people import User
from .rounds import Round


class Decision(models.Model):
    """Append-only: one act of approval over many reports. Every event of it points here and holds the document's
    number and day in its hash (`as_json`); `key` is the one-time key of the page that it was pressed on."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="decisions", verbose_name=_("round"))
    number = models.CharField(_("number of the decision"), max_length=100)
    decided_on = models.DateField(_("day of the decision"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=now)
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("decision on a round")
        verbose_name_plural = _("decisions on rounds")
        ordering = ["round", "at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="one_decision_a_press"),
            models.CheckConstraint(
                name="decision_has_a_number",
                condition=~Q(number=""),
                violation_error_message=_("Give the number of the decision."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.decided_on:%d/%m/%Y})"

    def as_json(self) -> dict[str, Any]:
        """What the hash of an event covers of it."""
        return {"pk": self.pk, "number": self.number, "decided_on": self.decided_on.isoformat()}
