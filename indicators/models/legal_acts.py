"""Acts of law that change the units: what they order, line by line, and whether it was carried out (domain.md 2).

Lines name units by code, as the annex of an act does: a source as on the day before the act takes effect, a target
or a parent as on that day, where it may be a unit that the same act creates.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .documents import Document
from .history import recorded
from .people import User
from .units import CodeSystem, UnitKind


class ChangeKind(models.TextChoices):
    MERGE = "merge", _("Merges into another unit")
    SPLIT = "split", _("Is split among other units")
    RENAME = "rename", _("New name")
    PARENT = "parent", _("New parent unit")
    CODE = "code", _("New code")
    KIND = "kind", _("New kind")
    DISSOLUTION = "dissolution", _("Dissolved without successor")
    CREATION = "creation", _("Is created")


WORDS = ("source", "target", "code_system", "code", "name", "unit_kind", "parent")
FILLED = {  # what a line of each kind fills in; the rest stays empty
    ChangeKind.MERGE: ("source", "target"),
    ChangeKind.SPLIT: ("source", "target"),
    ChangeKind.RENAME: ("source", "name"),
    ChangeKind.PARENT: ("source", "parent"),
    ChangeKind.CODE: ("source", "code_system", "code"),
    ChangeKind.KIND: ("source", "unit_kind"),
    ChangeKind.DISSOLUTION: ("source",),
    ChangeKind.CREATION: ("code_system", "code", "name", "unit_kind"),
}
MAY_BE_FILLED = {ChangeKind.CREATION: ("parent",)}  # a province stands under nobody
ASKED = {
    ChangeKind.MERGE: _("A merge names the unit that ends and the unit that takes over, and nothing else."),
    ChangeKind.SPLIT: _("A split names, on each line, the unit that ends and one that takes over a part of it."),
    ChangeKind.RENAME: _("A new name stands beside the code of the unit, and nothing else."),
    ChangeKind.PARENT: _("A new parent unit stands beside the code of the unit, and nothing else."),
    ChangeKind.CODE: _("A new code stands with its code system beside the present code of the unit."),
    ChangeKind.KIND: _("A new kind stands beside the code of the unit, and nothing else."),
    ChangeKind.DISSOLUTION: _("A dissolution names the unit that ends, and nothing else."),
    ChangeKind.CREATION: _("A unit is created with a code, its code system, a name, a kind and a parent unit."),
}


def _filled(kind: ChangeKind) -> Q:
    free = MAY_BE_FILLED.get(kind, ())
    rule = Q()
    for word in WORDS:
        if word in FILLED[kind]:
            rule &= ~Q(**{word: ""})
        elif word not in free:
            rule &= Q(**{word: ""})
    return rule


class LegalAct(models.Model):
    """A draft until it is applied; from then on it rests, and `content` is what was read and done."""

    title = models.CharField(
        _("what it orders"), max_length=200, help_text=_("For example: Arrangement of communes in 2025.")
    )
    document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="legal_acts",
        verbose_name=_("document"),
        help_text=_("Its number and day. Without it, what the act changes is shown as not confirmed."),
    )
    issued_by = models.CharField(_("issuing body"), max_length=200, blank=True)
    effective_on = models.DateField(_("effective on"), help_text=_("The first day on which the change holds."))
    applied_at = models.DateTimeField(_("applied at"), null=True, editable=False)
    applied_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("applied by")
    )
    content = models.TextField(_("what was applied"), blank=True, editable=False)
    sha256 = models.CharField(_("check code"), max_length=64, blank=True, editable=False)

    history = recorded(excluded_fields=["content"])

    class Meta:
        verbose_name = _("legal act on units")
        verbose_name_plural = _("legal acts on units")
        ordering = ["-effective_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "effective_on"],
                name="one_legal_act_a_document_and_day",
                violation_error_message=_("This document is entered for that day already."),
            ),
            models.CheckConstraint(
                name="legal_act_applied_in_full",
                condition=Q(applied_at__isnull=True, applied_by__isnull=True, content="", sha256="")
                | (Q(applied_at__isnull=False, applied_by__isnull=False) & ~Q(content="") & ~Q(sha256="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_applied(self) -> bool:
        return self.applied_at is not None


class UnitChange(models.Model):
    """One line of an act. All lines hold at once on the day of the act: their order says nothing."""

    act = models.ForeignKey(LegalAct, models.CASCADE, related_name="changes", verbose_name=_("legal act"))
    kind = models.CharField(_("kind of change"), max_length=20, choices=ChangeKind)
    source = models.CharField(_("code of the unit"), max_length=40, blank=True)
    target = models.CharField(_("code of the unit that takes over"), max_length=40, blank=True)
    code_system = models.CharField(_("code system"), max_length=20, choices=CodeSystem, blank=True)
    code = models.CharField(_("new code"), max_length=40, blank=True)
    name = models.CharField(_("new name"), max_length=200, blank=True)
    unit_kind = models.CharField(_("new kind"), max_length=20, choices=UnitKind, blank=True)
    parent = models.CharField(_("code of the parent unit"), max_length=40, blank=True)
    applied_at = models.DateTimeField(null=True, editable=False)  # with its act: then it rests

    class Meta:
        verbose_name = _("change of a unit")
        verbose_name_plural = _("changes of units")
        ordering = ["act", "pk"]
        constraints = [
            models.CheckConstraint(
                name=f"unit_change_{kind}_is_whole",
                condition=~Q(kind=kind.value) | _filled(kind),
                violation_error_message=ASKED[kind],
            )
            for kind in ChangeKind
        ] + [
            models.UniqueConstraint(
                fields=["act", "kind", "source", "target", "code_system", "code"],
                name="one_line_a_change",
                violation_error_message=_("This line stands in the act already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.source or self.code}"
