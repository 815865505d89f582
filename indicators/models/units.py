"""Who there is to report: a unit is a legal identity; names, parents and codes hold from a day (domain.md 1-5)."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from ..clock import today
from ..fields import FoldedField, SortKeyField
from .documents import Document
from .history import recorded

if TYPE_CHECKING:
    from .people import User

BEGINNING = date(1900, 1, 1)  # "not known since when": dates that open a stretch of time are never NULL


class UnitKind(models.TextChoices):
    PROVINCE = "province", _("Province")
    DISTRICT = "district", _("District")
    COMMUNE = "commune", _("Commune, ward or township")
    DEPARTMENT = "department", _("Department or agency")
    COMPANY = "company", _("Company")


class CodeSystem(models.TextChoices):
    GSO = "gso", _("General Statistics Office")
    AGENCY = "agency", _("Agency code (Decision 20/2020)")
    INTERNAL = "internal", _("Code of this system")


class UnitQuerySet(models.QuerySet["Unit"]):
    def alive_on(self, day: date) -> "UnitQuerySet":
        return self.filter(began__lte=day).filter(Q(ended__isnull=True) | Q(ended__gt=day))

    def visible_to(self, user: "User") -> "UnitQuerySet":
        """For the admin: who administers the province (and a superuser) sees every unit, the administrator of a
        unit that unit and those directly below it today, anybody else none."""
        if user.is_superuser:
            return self.all()
        day = today()
        mine = Unit.objects.filter(
            Q(memberships__valid_until__isnull=True) | Q(memberships__valid_until__gt=day),
            memberships__user=user,
            memberships__role="administrator",
            memberships__valid_from__lte=day,
        )
        kinds = {unit.pk: unit.kind_on_day for unit in mine.with_slice(day).order_by("pk")}
        if UnitKind.PROVINCE in kinds.values():
            return self.all()
        under_them: dict[str, Any] = {"parent_on_day__in": list(kinds)}
        below = Unit.objects.with_slice(day).filter(**under_them).order_by()
        return self.filter(Q(pk__in=list(kinds)) | Q(pk__in=below.values("pk")))

    def with_slice(self, day: date) -> "UnitQuerySet":
        """Adds the name, kind, parent and code that hold on `day`, in two sub-selects and no further query."""
        slices = UnitSlice.objects.filter(unit=OuterRef("pk"), valid_from__lte=day).order_by("-valid_from")
        codes = UnitCode.objects.filter(unit=OuterRef("pk"), valid_from__lte=day)
        return self.annotate(
            name_on_day=Subquery(slices.values("name")[:1]),
            sort_on_day=Subquery(slices.values("sort_key")[:1]),
            kind_on_day=Subquery(slices.values("kind")[:1]),
            parent_on_day=Subquery(slices.values("parent")[:1]),
            confirmed_on_day=Subquery(slices.values("is_confirmed")[:1]),
            code_on_day=Subquery(codes.order_by("-valid_from", "system").values("code")[:1]),
        )

    def with_code(self, code: str, day: date, *, system: str = "") -> "UnitQuerySet":
        """The unit a code means on a day (at most one in each system): the newest holder of the code that still
        lives and has taken no newer code. 03388 was Phường Quyết Tiến, and is Phường Đoàn Kết (domain.md 1)."""
        held = UnitCode.objects.filter(code=code).held_on(day)
        if system:
            held = held.filter(system=system)
        return self.alive_on(day).filter(pk__in=held.values("unit"))


class Unit(models.Model):
    """The legal identity that submissions and observations point to; what it is called lives in its slices."""

    began = models.DateField(_("began on"), default=BEGINNING)
    ended = models.DateField(_("ended on (first day without it)"), null=True, blank=True)

    # brought along by with_slice(day)
    name_on_day: str | None
    sort_on_day: str | None
    kind_on_day: str
    parent_on_day: int | None
    confirmed_on_day: bool | None
    code_on_day: str | None

    objects = UnitQuerySet.as_manager()
    history = recorded()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.CheckConstraint(
                name="unit_ends_after_it_began",
                condition=Q(ended__isnull=True) | Q(ended__gt=F("began")),
                violation_error_message=_("A unit ends after the day it began."),
            )
        ]

    def __str__(self) -> str:
        """The name where the query brought it along (`with_slice`); never a query of its own."""
        return getattr(self, "name_on_day", None) or f"#{self.pk}"


class UnitSlice(models.Model):
    """What a unit is called and where it belongs, from a day until the next slice begins or the unit ends."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="slices", verbose_name=_("unit"))
    valid_from = models.DateField(_("valid from"), default=BEGINNING)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    parent = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="child_slices",
        verbose_name=_("parent unit"),
    )
    is_confirmed = models.BooleanField(
        _("confirmed"), default=True, help_text=_("Established from a document; otherwise shown as not confirmed.")
    )
    source = models.CharField(_("where it is established"), max_length=300, blank=True)
    search = FoldedField(source="name", max_length=200)
    sort_key = SortKeyField(source="name", max_length=600)

    history = recorded()

    class Meta:
        verbose_name = _("name and place of a unit")
        verbose_name_plural = _("names and places of units")
        ordering = ["unit", "valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "valid_from"],
                name="one_slice_a_unit_and_day",
                violation_error_message=_("This unit already has a name beginning on that day."),
            ),
            models.CheckConstraint(
                name="slice_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("unit")),
                violation_error_message=_("A unit cannot stand under itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitCodeQuerySet(models.QuerySet["UnitCode"]):
    def held_on(self, day: date) -> "UnitCodeQuerySet":
        """Codes that mean their unit on a day: nobody has taken them over, and the unit has taken no newer one."""
        later: dict[str, Any] = {"system": OuterRef("system"), "valid_from__gt": OuterRef("valid_from")}
        since = UnitCode.objects.filter(**later, valid_from__lte=day)
        taken_over = since.filter(code=OuterRef("code"))
        renumbered = since.filter(unit=OuterRef("unit"))
        return self.filter(~Exists(taken_over), ~Exists(renumbered), valid_from__lte=day)


class UnitCode(models.Model):
    """A code in one system means a unit from a day on. Codes are text: "03388" keeps its zero (domain.md 5)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="codes", verbose_name=_("unit"))
    system = models.CharField(_("code system"), max_length=20, choices=CodeSystem)
    code = models.CharField(_("code"), max_length=40)
    valid_from = models.DateField(_("valid from"), default=BEGINNING)

    objects = UnitCodeQuerySet.as_manager()
    history = recorded()

    class Meta:
        verbose_name = _("code of a unit")
        verbose_name_plural = _("codes of units")
        ordering = ["system", "code", "valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "code", "valid_from"],
                name="one_unit_a_code_and_day",
                violation_error_message=_("This code already names a unit from that day."),
            )
        ]

    def __str__(self) -> str:
        return self.code


class UnitAlias(models.Model):
    """Another spelling of a unit's name, for search and import (domain.md 29)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="aliases", verbose_name=_("unit"))
    name = models.CharField(_("name"), max_length=200)
    search = FoldedField(source="name", max_length=200)

    history = recorded()

    class Meta:
        verbose_name = _("other spelling of a unit's name")
        verbose_name_plural = _("other spellings of units' names")
        ordering = ["unit", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="one_alias_a_unit_and_name",
                violation_error_message=_("This unit already has that spelling."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """`successor` took over from `predecessor`, all of it or a part: a unit with several successors was split,
    one with several predecessors merged (domain.md 2). Where the act is not established it is not confirmed."""

    predecessor = models.ForeignKey(
        Unit, models.PROTECT, related_name="to_successors", verbose_name=_("predecessor")
    )
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="to_predecessors", verbose_name=_("successor"))
    effective_on = models.DateField(_("effective on"))
    act = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("legal act")
    )
    is_confirmed = models.BooleanField(_("confirmed"), default=False)

    history = recorded()

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["effective_on", "predecessor", "successor", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="one_succession_a_pair",
                violation_error_message=_("This succession is already recorded."),
            ),
            models.CheckConstraint(
                name="nobody_succeeds_itself",
                condition=~Q(predecessor=F("successor")),
                violation_error_message=_("A unit cannot succeed itself."),
            ),
            models.CheckConstraint(
                name="confirmed_succession_names_its_act",
                condition=Q(is_confirmed=False) | Q(act__isnull=False),
                violation_error_message=_("A confirmed succession names its legal act."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
