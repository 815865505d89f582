"""Evidence for a figure (domain.md 37): a file or a link beside one cell of a report, and who took files away.

The bytes of a file stand in MEDIA_ROOT/evidence under a generated name (indicators/files); a row is all that knows
what it was called.
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..clock import now
from .people import User
from .rounds import RoundLine
from .submissions import Submission
from .units import Unit


class StoredFile(models.Model):
    """What an upload was found to be. `stored_as` is its name on the disk and says nothing of its content."""

    name = models.CharField(_("name of the file"), max_length=200)
    content_type = models.CharField(_("kind of file"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("check code"), max_length=64)
    stored_as = models.CharField(_("stored as"), max_length=40, unique=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added at"), default=now)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="stored_file_has_content",
                condition=Q(size__gt=0),
                violation_error_message=_("The file is empty."),
            ),
            models.CheckConstraint(
                name="stored_file_has_a_name",
                condition=~Q(name=""),
                violation_error_message=_("The file has no name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def standing(self) -> "EvidenceQuerySet":
        """What has not been withdrawn."""
        return self.filter(removed_at__isnull=True)


class Evidence(models.Model):
    """A file or a link for one cell. What a revision names is withdrawn and kept; anything else is deleted."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="evidence", verbose_name=_("report"))
    line = models.ForeignKey(RoundLine, models.PROTECT, related_name="+", verbose_name=_("line"))
    subject = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("about whom"))
    file = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("file")
    )
    link = models.CharField(_("link"), max_length=500, blank=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added at"), default=now)
    removed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    removed_at = models.DateTimeField(_("withdrawn at"), null=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["submission", "line__order", "subject", "pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_is_a_file_or_a_link",
                condition=Q(file__isnull=False, link="") | Q(Q(file__isnull=True), ~Q(link="")),
                violation_error_message=_("Evidence is either a file or a link."),
            ),
            models.CheckConstraint(
                name="evidence_link_is_of_the_web",
                condition=Q(link="") | Q(link__startswith="https://") | Q(link__startswith="http://"),
                violation_error_message=_("A link begins with https:// or http://."),
            ),
            models.CheckConstraint(
                name="evidence_withdrawal_is_whole",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                violation_error_message=_("A withdrawal has a moment and a person."),
            ),
            models.UniqueConstraint(
                fields=["submission", "line", "subject", "link"],
                condition=~Q(link="") & Q(removed_at__isnull=True),
                name="one_standing_link_a_cell",
                violation_error_message=_("This link is attached to the line already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The file's own name, or the link itself."""
        return self.file.name if self.file else self.link

    @property
    def cell(self) -> tuple[int, int]:
        return self.line_id, self.subject_id

    def as_json(self) -> dict[str, Any]:
        """What a hand-in freezes of it: the check code binds the approval to the very bytes."""
        return {
            "id": self.pk,
            "line": self.line_id,
            "subject": self.subject_id,
            "name": self.name,
            "description": self.description,
            "sha256": self.file.sha256 if self.file else "",
            "link": self.link,
        }


class Download(models.Model):
    """Append-only: who took which file or followed which link, when, and from which address (domain.md 37). It
    names the file in words, so that it outlives one deleted before any hand-in; a link has no check code."""

    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="downloads", verbose_name=_("report")
    )
    task = models.ForeignKey(
        "Task", models.PROTECT, null=True, related_name="downloads", verbose_name=_("task of a programme")
    )
    number = models.PositiveBigIntegerField(_("number of the file"))
    name = models.CharField(_("name of the file"), max_length=200)
    sha256 = models.CharField(_("check code"), max_length=64, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=now)
    address = models.GenericIPAddressField(_("address"), null=True)

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="download_of_a_report_or_a_task",
                condition=Q(submission__isnull=False, task__isnull=True)
                | Q(submission__isnull=True, task__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name
