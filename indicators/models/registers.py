"""The lists that departments keep: databases, platforms, applications, data services (domain.md 17).

A list is handed in like figures. What a unit drafts are departures from the list that stood at the cut-off before;
an approval writes them as rows that are never rewritten. Indicators that count such things are counted from these
rows at the cut-off, and never stored.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, IntegerField, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from .catalogue import Indicator
from .history import recorded
from .people import User
from .rounds import Period
from .submissions import Revision, Submission
from .units import Unit


class RegisterKind(models.TextChoices):
    DATABASES = "databases", _("Databases")
    PLATFORMS = "platforms", _("Platforms")
    APPLICATIONS = "applications", _("Applications")
    SERVICES = "services", _("Data services")


class Audience(models.TextChoices):
    """Whom a thing serves; blank where the list does not say."""

    GOVERNMENT = "government", _("Government")
    BUSINESS = "business", _("Business")
    CITIZENS = "citizens", _("Citizens")
    INFRASTRUCTURE = "infrastructure", _("Shared infrastructure")


class RowStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    TRIAL = "trial", _("On trial")
    IN_USE = "in_use", _("In official use")
    STOPPED = "stopped", _("No longer used")


class RowChange(models.TextChoices):
    """What an approved list did to a row."""

    ADDED = "added", _("Added")
    CHANGED = "changed", _("Changed")
    TAKEN_OFF = "taken_off", _("Taken off")


class Register(models.Model):
    """A list of one kind. `is_public` opens what is approved of it to everybody, without a login."""

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9-]+\Z", _("Letters without accents, digits and hyphens."))],
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=RegisterKind)
    is_public = models.BooleanField(
        _("open to the public"),
        default=False,
        help_text=_("Everybody may read the approved rows, without logging in."),
    )

    history = recorded()

    class Meta:
        verbose_name = _("register")
        verbose_name_plural = _("registers")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="register_kind_known", condition=Q(kind__in=RegisterKind.values))
        ]

    def __str__(self) -> str:
        return self.name


class Facts(models.Model):
    """What a register holds of one thing. None of a yes or no: the list does not say."""

    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=300, blank=True)
    owner = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner unit")
    )
    audience = models.CharField(_("audience"), max_length=20, choices=Audience, blank=True)
    kind = models.CharField(_("kind of system"), max_length=100, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=RowStatus, blank=True)
    status_since = models.DateField(_("in this status since"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    shares_data = models.BooleanField(_("shares data"), null=True, blank=True)
    via_lgsp = models.BooleanField(_("connected through LGSP"), null=True, blank=True)
    in_official_use = models.BooleanField(_("NDXP service in official use"), null=True, blank=True)
    approved_list = models.CharField(_("approved list it belongs to"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        abstract = True


FACTS = (
    "name",
    "owner_id",
    "audience",
    "kind",
    "status",
    "status_since",
    "address",
    "shares_data",
    "via_lgsp",
    "in_official_use",
    "approved_list",
    "note",
)


class DraftRow(Facts):
    """A departure from the list that stood before, while it is written: a row added or changed, or taken off."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="draft_rows")
    is_off = models.BooleanField(_("taken off the list"), default=False)

    class Meta:
        verbose_name = _("row of a list being written")
        verbose_name_plural = _("rows of lists being written")
        ordering = ["submission", "code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "code"],
                name="one_draft_row_a_code",
                violation_error_message=_("This code is already in the list."),
            ),
            models.CheckConstraint(
                name="draft_row_has_code_and_name",
                condition=~Q(code="") & ~Q(name=""),
                violation_error_message=_("Give the code and the name."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class DraftRowChange(models.Model):
    """Append-only: who changed which row of a list from what to what (None: nothing departed), in which version of
    the submission. Four eyes rest on it."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="row_changes")
    version = models.PositiveIntegerField()
    code = models.CharField(max_length=60)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of a row")
        verbose_name_plural = _("changes of rows")
        ordering = ["submission", "version", "pk"]
        indexes = [models.Index(fields=["submission", "code", "version"])]

    def __str__(self) -> str:
        return f"#{self.pk}"


class RegisterListQuerySet(models.QuerySet["RegisterList"]):
    def known(self, until: datetime | None = None) -> "RegisterListQuerySet":
        """Approved and not superseded today, or just before a moment."""
        if until is None:
            return self.filter(superseded_at__isnull=True)
        return self.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gte=until), approved_at__lt=until)


class RegisterList(models.Model):
    """Append-only but for `superseded_at`: one approved hand-in of a unit's list at a cut-off. It stands there
    whether rows changed or not, so that an empty list is told from none."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="lists", verbose_name=_("register"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", verbose_name=_("period"))
    reporter = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("reporting unit"))
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="register_lists")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="register_lists")
    approved_at = models.DateTimeField(_("approved at"))
    superseded_at = models.DateTimeField(_("superseded at"), null=True)

    objects = RegisterListQuerySet.as_manager()

    class Meta:
        verbose_name = _("approved list")
        verbose_name_plural = _("approved lists")
        ordering = ["register", "-period__day_after_last", "reporter", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["register", "period", "reporter"],
                condition=Q(superseded_at__isnull=True),
                name="one_current_list",
                violation_error_message=_("This unit has an approved list of that cut-off already."),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class RegisterRowQuerySet(models.QuerySet["RegisterRow"]):
    def known(self, cut_off: date, until: datetime | None = None) -> "RegisterRowQuerySet":
        """Every version written for a cut-off up to this one, as known today or just before a moment."""
        lists = RegisterList.objects.known(until).order_by()
        day_after = cut_off + timedelta(days=1)
        return self.filter(listed__in=lists.filter(period__day_after_last__lte=day_after).values("pk"))

    def standing(self, cut_off: date, until: datetime | None = None) -> "RegisterRowQuerySet":
        """The rows at the end of a cut-off day, as known today or just before a moment: of each code the version of
        the last cut-off that says something of it, unless that took it off. Where one unit takes a row off and
        another takes it over at the same cut-off, it stands."""
        same = RegisterRow.objects.known(cut_off, until).filter(
            listed__register=OuterRef("listed__register"), code=OuterRef("code")
        )
        last = same.order_by("-listed__period__day_after_last", _off_last(), "-pk")
        found = self.known(cut_off, until).filter(pk=Subquery(last.values("pk")[:1]))
        return found.exclude(change=RowChange.TAKEN_OFF)


def _off_last() -> Case:
    return Case(When(change=RowChange.TAKEN_OFF, then=Value(1)), default=Value(0), output_field=IntegerField())


class RegisterRow(Facts):
    """Append-only: what an approved list says of a row that it added, changed or took off."""

    listed = models.ForeignKey(RegisterList, models.PROTECT, related_name="rows", verbose_name=_("approved list"))
    change = models.CharField(_("what became of it"), max_length=10, choices=RowChange)

    objects = RegisterRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a register")
        verbose_name_plural = _("rows of registers")
        ordering = ["code", "pk"]
        indexes = [models.Index(fields=["code"])]
        constraints = [
            models.UniqueConstraint(fields=["listed", "code"], name="one_row_a_list_and_code"),
            models.CheckConstraint(name="register_row_change_known", condition=Q(change__in=RowChange.values)),
        ]

    def __str__(self) -> str:
        return self.code


class CountPart(models.TextChoices):
    """What of an indicator a count is: the whole of it, or one side of its ratio."""

    VALUE = "value", _("Value")
    NUMERATOR = "numerator", _("Numerator")
    DENOMINATOR = "denominator", _("Denominator")


class RegisterCount(models.Model):
    """How an indicator is counted from a register: the rows that are as said here; what is left blank is not asked.
    A number and a yes or no have one count (yes: there is such a row), a ratio has two."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="register_counts", verbose_name=_("indicator")
    )
    part = models.CharField(_("part"), max_length=15, choices=CountPart, default=CountPart.VALUE)
    register = models.ForeignKey(Register, models.PROTECT, related_name="counts", verbose_name=_("register"))
    code = models.CharField(_("code"), max_length=60, blank=True)
    audience = models.CharField(_("audience"), max_length=20, choices=Audience, blank=True)
    kind = models.CharField(_("kind of system"), max_length=100, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=RowStatus, blank=True)
    shares_data = models.BooleanField(_("shares data"), null=True, blank=True)
    via_lgsp = models.BooleanField(_("connected through LGSP"), null=True, blank=True)
    in_official_use = models.BooleanField(_("NDXP service in official use"), null=True, blank=True)

    history = recorded()

    class Meta:
        verbose_name = _("count over a register")
        verbose_name_plural = _("counts over registers")
        ordering = ["indicator", "part", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "part"],
                name="one_count_a_part",
                violation_error_message=_("This part of the indicator is counted already."),
            ),
            models.CheckConstraint(name="count_part_known", condition=Q(part__in=CountPart.values)),
        ]

    def __str__(self) -> str:
        return self.get_part_display()


def facts_of(row: Facts) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FACTS}
