"""The documents that targets, programmes and reorganisations rest on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..fields import FoldedField
from .history import recorded


class Document(models.Model):
    """A document by the name it is cited with: number, day and signer as far as they are known (domain.md 15)."""

    name = models.CharField(
        _("document"),
        max_length=300,
        unique=True,
        help_text=_("Kind and number as it is cited, for example Quyết định 411/QĐ-TTg."),
        error_messages={"unique": _("This document is already recorded.")},
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=200, blank=True)
    address = models.URLField(_("address of the text"), blank=True, max_length=500)
    search = FoldedField(source="name", max_length=300)

    history = recorded()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.signed_on:%d/%m/%Y})" if self.signed_on else self.name
