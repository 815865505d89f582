"""How a report was signed off for its unit (domain.md 21): by whom, in which capacity, on the system or paper."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..calendars import show_day
from .capacities import FACTS, SignsAs, Way
from .evidence import StoredFile
from .submissions import Revision


class Signature(SignsAs):
    """Append-only: as it was at that moment, whatever becomes of the membership. The event of the move points here
    and covers `as_json` with its hash; who pressed, or attached the document, and when stands in the event."""

    revision = models.OneToOneField(
        Revision, models.PROTECT, related_name="signature", verbose_name=_("revision"), primary_key=True
    )
    way = models.CharField(_("way of signing"), max_length=10, choices=Way)
    signer = models.CharField(_("signer"), max_length=150)
    number = models.CharField(_("number of the document"), max_length=100, blank=True)
    signed_on = models.DateField(_("signed on"), null=True)
    code_compared = models.BooleanField(_("the check code on the paper was compared"), default=False)
    file = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, related_name="signature", verbose_name=_("signed document")
    )

    class Meta(SignsAs.Meta):
        abstract = False
        verbose_name = _("signature on a report")
        verbose_name_plural = _("signatures on reports")
        ordering = ["pk"]
        constraints = [
            *SignsAs.Meta.constraints,
            models.CheckConstraint(
                name="signature_names_its_signer",
                condition=~Q(signer=""),
                violation_error_message=_("State who signed the document."),
            ),
            models.CheckConstraint(
                name="signature_on_paper_is_whole",
                condition=Q(way=Way.SYSTEM, number="", signed_on__isnull=True, file__isnull=True)
                | (
                    Q(way=Way.PAPER, signed_on__isnull=False, file__isnull=False)
                    & ~Q(number="")
                    & ~Q(title="")
                    & ~Q(capacity="")
                ),
                violation_error_message=_(
                    "A signed document has its number, its day, the signer's title and capacity, and its file."
                ),
            ),
            models.CheckConstraint(
                name="signature_within_its_authorisation",
                condition=Q(signed_on__isnull=True)
                | Q(authorised_from__isnull=True)
                | Q(signed_on__gte=F("authorised_from"), signed_on__lte=F("authorised_to")),
                violation_error_message=_("The document was signed outside the days of the authorisation."),
            ),
        ]

    def __str__(self) -> str:
        return self.signer

    @property
    def is_on_paper(self) -> bool:
        return self.way == Way.PAPER

    @property
    def document(self) -> str:
        """Of a signature on paper, as `OnBehalf.document` says it; empty of any other."""
        if not self.is_on_paper or self.signed_on is None:
            return ""
        said = {"number": self.number, "date": show_day(self.signed_on)}
        return gettext("Document %(number)s of %(date)s") % said

    @property
    def authority(self) -> str:
        """What the capacity rests on, in words."""
        if not (self.authority_number and self.authority_date):
            return self.authority_number
        said = {"number": self.authority_number, "date": show_day(self.authority_date)}
        if self.authorised_from is None or self.authorised_to is None:
            return gettext("Document %(number)s of %(date)s") % said
        days = {"first": show_day(self.authorised_from), "last": show_day(self.authorised_to)}
        return gettext("Document %(number)s of %(date)s, from %(first)s to the end of %(last)s") % (said | days)

    def as_json(self) -> dict[str, Any]:
        """What the hash of the event covers."""
        days = ("authority_date", "authorised_from", "authorised_to", "signed_on")
        names = (*FACTS, "way", "signer", "number", "signed_on", "code_compared")
        said = {name: getattr(self, name) for name in names}
        said |= {name: said[name].isoformat() for name in days if said[name]}
        return said | {"revision": self.revision_id, "sha256": self.file.sha256 if self.file else ""}
