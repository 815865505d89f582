"""How often what pages are drawn from has changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangeCount(models.Model):
    """Written by triggers alone (counters.py), so that no way of writing is forgotten."""

    name = models.CharField(_("name"), max_length=20, primary_key=True)
    value = models.BigIntegerField(_("changes so far"), default=0)

    class Meta:
        verbose_name = _("count of changes")
        verbose_name_plural = _("counts of changes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
