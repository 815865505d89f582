"""What proves the history from outside the rows it is about: daily seals, and the log of logins."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..clock import now
from .people import User
from .submissions import Submission


class Seal(models.Model):
    """Append-only but for the moment of its mail: one a day over the last event of every report, chained to the
    seal before. `hash` covers what the seal says and the heads that moved since the seal before; those that did not
    are covered by that one."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    day = models.DateField(_("day"), unique=True)
    at = models.DateTimeField(_("sealed at"))
    heads = models.PositiveIntegerField(_("reports that moved"))
    previous_hash = models.CharField(_("check code of the seal before"), max_length=64, blank=True)
    hash = models.CharField(_("check code"), max_length=64)
    mailed_at = models.DateTimeField(_("mailed at"), null=True)

    class Meta:
        verbose_name = _("daily seal")
        verbose_name_plural = _("daily seals")
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def code(self) -> str:
        """What is printed and mailed: short enough to be copied by hand, too long to be hit by chance."""
        return " ".join(self.hash[start : start + 4] for start in range(0, 20, 4))


class SealedHead(models.Model):
    """Append-only: the last event of a report when a seal was made, if it was another than in the seal before."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="sealed")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("sealed event")
        verbose_name_plural = _("sealed events")
        ordering = ["seal", "submission"]
        constraints = [
            models.UniqueConstraint(fields=["seal", "submission"], name="one_head_a_seal_and_submission"),
            models.UniqueConstraint(fields=["submission", "number"], name="one_seal_a_head"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.number}"


class LoginAct(models.TextChoices):
    LOGGED_IN = "login", _("Logged in")
    FAILED = "failure", _("Failed to log in")
    LOGGED_OUT = "logout", _("Logged out")
    LOCKED = "locked", _("Refused: locked after failed tries")


class LoginEvent(models.Model):
    """Append-only for twelve months: who logged in, failed to, or was locked out, when and from which address."""

    act = models.CharField(_("act"), max_length=10, choices=LoginAct)
    username = models.CharField(_("username as typed"), max_length=150)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("account"))
    address = models.GenericIPAddressField(_("address"), null=True)
    agent = models.CharField(_("browser"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), default=now, db_index=True)

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("log of logins")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.username
