"""The page "history" of a row: who changed what, when, from where, old → new; of the row itself and of the rows
that stand within it (the definitions of an indicator, the lines of a form). One query a table, not one a row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .. import numbers
from ..calendars import show_day, show_moment
from ..clock import today
from ..fields import FoldedField, SortKeyField
from ..models import Unit

Within = Sequence[tuple[type[models.Model], str]]  # a model, and its key to the row that the page is about
PER_PAGE = 100
NONE = "–"


@dataclass(frozen=True)
class Fact:
    """One thing that changed; `old` is empty where the row was made, `new` where it was deleted."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Act:
    at: datetime
    who: str
    address: str
    what: str
    done: str
    facts: tuple[Fact, ...] = ()
    reason: str = ""
    link: str = ""  # to the row as it was then


@dataclass
class Row:
    """A row of a history, with what its relations to many held."""

    past: Any
    many: dict[str, set[int]]


def page(
    admin: Any, request: HttpRequest, pk: int, *, within: Within = (), more: Iterable[Act] = ()
) -> HttpResponse:
    """Whoever calls this has looked whether the row is in scope. A row that is gone is told by its history."""
    row = admin.get_queryset(request).filter(pk=pk).first() or _last(admin.model, pk)
    if row is None:
        raise Http404
    if not admin.has_view_history_or_change_history_permission(request, row):
        raise PermissionDenied
    told = [*acts(admin.model, pk, within, admin=admin), *more]
    told.sort(key=lambda act: act.at, reverse=True)
    paginator = Paginator(told, PER_PAGE)
    page_obj = paginator.get_page(request.GET.get(PAGE_VAR))
    context = {
        **admin.admin_site.each_context(request),
        "title": _("History: %(row)s") % {"row": row},
        "object": row,
        "opts": admin.opts,
        "module_name": capfirst(str(admin.opts.verbose_name_plural)),
        "object_history_list_template": admin.object_history_list_template,
        "page_obj": page_obj,
        "page_range": paginator.get_elided_page_range(page_obj.number),
        "page_var": PAGE_VAR,
        "pagination_required": paginator.num_pages > 1,
        "revert_disabled": True,
    }
    return admin.render_history_view(request, admin.object_history_template, context)


def _last(model: Any, pk: int) -> Any:
    past = model.history.filter(id=pk).order_by("-history_date", "-history_id").first()
    return past.history_object if past else None


def acts(model: type[models.Model], pk: int, within: Within = (), *, admin: Any = None) -> Iterator[Act]:
    """In no order among the tables; within one, as they were done."""
    tables: list[tuple[Any, str, list[Row]]] = [(model, "", _rows(model, {"id": pk}))]
    tables += [(child, key, _rows(child, {f"{key}_id": pk})) for child, key in within]
    names = _names_of(tables)
    for of, key, rows in tables:
        before: dict[int, Row] = {}
        for row in rows:
            facts = tuple(_facts(of, key, before.get(row.past.id), row, names))
            before[row.past.id] = row
            if facts or row.past.history_type != "~":
                yield _act(of, row, facts, is_within=bool(key), admin=admin)


def _act(of: Any, row: Row, facts: tuple[Fact, ...], *, is_within: bool, admin: Any) -> Act:
    past = row.past
    link = ""
    if admin is not None and admin.shows_past_form and not is_within:
        name = f"admin:{admin.opts.app_label}_{admin.opts.model_name}_simple_history"
        link = reverse(name, args=[past.id, past.pk])
    return Act(
        at=past.history_date,
        who=str(past.history_user) if past.history_user else "",
        address=past.address or "",
        what=f"{capfirst(str(of._meta.verbose_name))}: {past.history_object}" if is_within else "",
        done=past.get_history_type_display(),
        facts=facts,
        reason=past.history_change_reason or "",
        link=link,
    )


# --- Reading


def _rows(model: Any, which: dict[str, Any]) -> list[Row]:
    found = (
        model.history.filter(**which).select_related("history_user").order_by("id", "history_date", "history_id")
    )
    rows = {past.pk: Row(past, {}) for past in found}
    for field in model.history.model._history_m2m_fields:
        _add_many(model.history.model, field, rows)
    return list(rows.values())


def _add_many(history: Any, field: Any, rows: dict[int, Row]) -> None:
    """Through the table that the library keeps beside a history for each relation to many."""
    for row in rows.values():
        row.many[field.name] = set()
    kept = getattr(history, field.name).model._default_manager.filter(history__in=list(rows)).order_by("pk")
    for of, target in kept.values_list("history_id", f"{field.m2m_reverse_field_name()}_id"):
        rows[of].many[field.name].add(target)


Names = dict[Any, dict[int, str]]


def _names_of(tables: Iterable[tuple[Any, str, list[Row]]]) -> Names:
    """Of everything that the rows point to: one query a model."""
    wanted: dict[Any, set[int]] = defaultdict(set)
    for of, key, rows in tables:
        for row in rows:
            for field in _told_fields(of, key):
                if field.is_relation and (pk := getattr(row.past, field.attname)) is not None:
                    wanted[field.related_model].add(pk)
            for name, targets in row.many.items():
                wanted[of._meta.get_field(name).related_model] |= targets
    return {model: {each.pk: str(each) for each in _named(model, pks)} for model, pks in wanted.items()}


def _named(model: Any, pks: set[int]) -> Any:
    rows = model._default_manager.filter(pk__in=pks).order_by("pk")
    if model is Unit:
        return rows.with_slice(today())
    return rows.select_related("content_type") if model is Permission else rows


def _told_fields(of: Any, key: str) -> list[Any]:
    """Neither numbers of rows nor what is derived; and not the row that the page is about."""
    derived = (FoldedField, SortKeyField)
    tracked = of.history.model.tracked_fields
    return [each for each in tracked if not (each.primary_key or each.name == key or isinstance(each, derived))]


# --- Telling


def _facts(of: Any, key: str, before: Row | None, row: Row, names: Names) -> Iterator[Fact]:
    """Where the library first met a row long after it was made, there is no before, and nothing to compare."""
    kind = row.past.history_type
    if kind == "~" and before is None:
        return
    for field in _told_fields(of, key):
        old = _shown(field, getattr(before.past, field.attname), names) if before and kind == "~" else ""
        new = _shown(field, getattr(row.past, field.attname), names)
        if kind != "~" and new == NONE:
            continue
        if kind == "-":
            old, new = new, ""
        if old != new:
            yield Fact(capfirst(str(field.verbose_name)), old, new)
    yield from _of_many(of, before if kind == "~" else None, row, names) if kind != "-" else ()


def _of_many(of: Any, before: Row | None, row: Row, names: Names) -> Iterator[Fact]:
    """Only who came and who went: a form has more than a hundred units."""
    for name, now in row.many.items():
        field = of._meta.get_field(name)
        then, told = before.many[name] if before else set(), names.get(field.related_model, {})
        gone, come = (", ".join(sorted(told.get(pk, f"#{pk}") for pk in pks)) for pks in (then - now, now - then))
        if gone or come:
            yield Fact(capfirst(str(field.verbose_name)), gone or NONE if before else "", come or NONE)


def _shown(field: Any, value: Any, names: Names) -> str:
    if value is None or value == "":
        return NONE
    if field.is_relation:
        return names.get(field.related_model, {}).get(value, f"#{value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return show_moment(value)
    if isinstance(value, date):
        return show_day(value)
    if isinstance(value, Decimal):
        return numbers.show(value, max(0, -int(value.normalize().as_tuple().exponent)), "")
    return str(value)
