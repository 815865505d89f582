"""The rows that tell who changed what: one row a change, with when, from which address and what it was then. They
are append-only (append_only.py), and admin/past.py shows them."""

from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from ..source import address


class Sourced(models.Model):
    """What every row of a history holds beside the library's own columns."""

    address = models.GenericIPAddressField(_("address"), null=True, default=address)

    class Meta:
        abstract = True


class Past(HistoryManager):
    """The library makes a class anew each time somebody asks an object for its history, which every save does."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


def recorded(**facts: Any) -> HistoricalRecords:
    return HistoricalRecords(bases=[Sourced], history_manager=Past, **facts)


class OfAccounts(HistoricalRecords):
    """Every login saves the account; a save that leaves all that is kept as it was has nothing to tell."""

    def create_historical_record(self, instance: Any, history_type: str, using: Any = None) -> None:
        if history_type != "~" or self._is_new(instance):
            super().create_historical_record(instance, history_type, using=using)

    def _is_new(self, instance: Any) -> bool:
        last = instance.history.first()
        if last is None:
            return True
        names = [field.attname for field in self.fields_included(instance)]
        if any(getattr(last, name) != getattr(instance, name) for name in names):
            return True
        return any(self._many(last, field) != self._held(instance, field) for field in last._history_m2m_fields)

    def _many(self, last: Any, field: Any) -> set[int]:
        target = f"{field.m2m_reverse_field_name()}_id"
        return set(getattr(last, field.name).order_by().values_list(target, flat=True))

    def _held(self, instance: Any, field: Any) -> set[int]:
        return set(getattr(instance, field.name).order_by("pk").values_list("pk", flat=True))
