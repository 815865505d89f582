"""What everybody may read without an account."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .catalogue import Programme
from .history import recorded


class PublicPageQuerySet(models.QuerySet["PublicPage"]):
    def open(self) -> "PublicPageQuerySet":
        return self.filter(is_open=True)


class PublicPage(models.Model):
    """A programme whose published figures stand on the public page while it is open (domain.md 36). A row is never
    deleted: its history tells since when, and who opened and closed it."""

    programme = models.OneToOneField(
        Programme,
        models.PROTECT,
        related_name="public_page",
        verbose_name=_("programme"),
        error_messages={"unique": _("This programme is in the list already; open or close it there.")},
    )
    is_open = models.BooleanField(_("open to the public"), default=False)

    objects = PublicPageQuerySet.as_manager()
    history = recorded()

    class Meta:
        verbose_name = _("public page of a programme")
        verbose_name_plural = _("public page")
        ordering = ["programme__code", "pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"
