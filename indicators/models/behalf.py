"""Entering on behalf (nhập thay, domain.md 21): where roads or lines are cut, a person of the verifying unit types
what a unit sent on paper. The act stands on a reason and on the scan of the signed document."""

from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..calendars import show_day
from ..clock import now
from .evidence import StoredFile
from .people import User
from .submissions import Revision, Submission
from .units import Unit, UnitSlice


class OnBehalfQuerySet(models.QuerySet["OnBehalf"]):
    def open(self) -> "OnBehalfQuerySet":
        return self.filter(ended_at__isnull=True)

    def with_unit_name(self) -> "OnBehalfQuerySet":
        """`unit_name`: what the unit that enters was called on the last day of the report's period."""
        slices = UnitSlice.objects.filter(
            unit=OuterRef("unit"), valid_from__lt=OuterRef("submission__round__period__day_after_last")
        )
        return self.annotate(unit_name=Subquery(slices.order_by("-valid_from").values("name")[:1]))

    def that_stands(self, submission: Any) -> "OnBehalfQuerySet":
        """At most one: the act that is open, else the one that the report's last hand-in rests on. `submission` may
        be an OuterRef."""
        revisions = Revision.objects.filter(submission=OuterRef("submission")).order_by("-number")
        is_of_last = Q(pk=Subquery(revisions.values("on_behalf")[:1]))
        found = self.filter(Q(ended_at__isnull=True) | is_of_last, submission=submission)
        return found.order_by(F("ended_at").desc(nulls_first=True), "-pk")


class OnBehalf(models.Model):
    """Append-only but for its end, which the hand-in writes, or whoever takes the right back before that."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="on_behalf", verbose_name=_("report"))
    version = models.PositiveIntegerField(_("version"))  # of the report, once the act was done
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit that enters"))
    reason = models.TextField(_("reason"))
    number = models.CharField(_("number of the document"), max_length=100, blank=True)
    signed_on = models.DateField(_("signed on"))
    signer = models.CharField(_("signer"), max_length=150)
    signer_title = models.CharField(_("title of the signer"), max_length=150)
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="on_behalf", verbose_name=_("signed scan"))
    at = models.DateTimeField(_("at"), default=now)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = OnBehalfQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry on behalf of a unit")
        verbose_name_plural = _("entries on behalf of units")
        ordering = ["submission", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(ended_at__isnull=True),
                name="one_open_on_behalf_a_submission",
                violation_error_message=_("Somebody enters this report on behalf of the unit already."),
            ),
            models.CheckConstraint(
                name="on_behalf_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("State why the unit cannot enter its figures itself."),
            ),
            models.CheckConstraint(
                name="on_behalf_names_the_signer",
                condition=~Q(signer="") & ~Q(signer_title=""),
                violation_error_message=_("State who signed the document, and in which position."),
            ),
            models.CheckConstraint(
                name="on_behalf_end_is_whole",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                violation_error_message=_("An end has a moment and a person."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def document(self) -> str:
        """The signed document in words."""
        said = {
            "number": self.number,
            "date": show_day(self.signed_on),
            "signer": self.signer,
            "title": self.signer_title,
        }
        if self.number:
            return gettext("Document %(number)s of %(date)s, signed by %(signer)s (%(title)s)") % said
        return gettext("Document of %(date)s, signed by %(signer)s (%(title)s)") % said

    def as_json(self) -> dict[str, Any]:
        """What a hand-in freezes of it: the check code binds an approval to the very scan."""
        return {
            "by": self.by_id,
            "name": str(self.by),
            "unit": self.unit_id,
            "reason": self.reason,
            "number": self.number,
            "signed_on": self.signed_on.isoformat(),
            "signer": self.signer,
            "signer_title": self.signer_title,
            "sha256": self.file.sha256,
        }
