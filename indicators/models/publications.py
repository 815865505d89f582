"""What was published of a round, as it was published: numbered, with its document, for good (domain.md 22)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..clock import now
from .people import User
from .rounds import Round


class Publication(models.Model):
    """Append-only. `content` is canonical JSON: all that the round had published from that moment on; `sha256` is
    its check code. The moment of its observations is `at`."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="publications", verbose_name=_("round"))
    number = models.PositiveSmallIntegerField(_("issue"))
    document = models.CharField(_("number of the document"), max_length=100)
    document_date = models.DateField(_("date of the document"))
    n_published = models.PositiveIntegerField(_("units published"))
    n_expected = models.PositiveIntegerField(_("units expected"))
    missing = models.JSONField(_("units that were missing"), default=list)  # their names on the cut-off day
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("published at"), default=now)
    content = models.TextField(_("content"))
    sha256 = models.CharField(_("check code"), max_length=64)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "number"],
                name="one_publication_a_round_and_number",
                violation_error_message=_("The round has been published with that number already."),
            ),
            models.CheckConstraint(
                name="publication_names_its_document",
                condition=~Q(document=""),
                violation_error_message=_("State the number of the document that publishes the figures."),
            ),
            models.CheckConstraint(
                name="publication_covers_at_most_all",
                condition=Q(n_published__lte=F("n_expected")),
                violation_error_message=_("No more units are published than were asked."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
