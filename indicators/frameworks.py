"""A score framework from draft to force: what is wrong with it, putting it in force, and another version of it.

Once in force it is only read, held by triggers (append_only.py): a year keeps the rules that it was scored by.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from . import numbers
from .clock import now
from .models import Definition, ScoreFramework, ScoreItem, ScoreRule, ValueKind
from .refusals import ContentChanged, Refused

BY_RATIO = (ScoreRule.RATIO, ScoreRule.BEST, ScoreRule.THRESHOLD)
COPIED = (
    "code",
    "name",
    "parent_code",
    "order",
    "maximum",
    "rule",
    "indicator_id",
    "base_indicator_id",
    "full_at",
    "when_zero",
    "may_not_apply",
    "steps",
    "evidence",
    "data_source",
    "lead_unit_id",
    "verifying_unit_id",
)
KEPT = ("code", "name", "document_id", "kinds", "scale", "decimals", "levels", "is_ranked", "is_illustrative")


def faults(framework: ScoreFramework) -> list[str]:
    """Why it cannot be put in force, in sentences; three queries."""
    items = list(framework.items.select_related("indicator", "base_indicator").order_by("order", "code", "pk"))
    if not items:
        return [_("The set has no parts yet.")]
    found = [*_of_the_tree(items), *_of_maxima(items)]
    measured = _definitions(framework, items)
    for item in items:
        found += _of_component(item, measured)
    return found + _of_other_versions(framework)


def _of_the_tree(items: Sequence[ScoreItem]) -> Iterator[str]:
    by_code = {item.code: item for item in items}
    for item in items:
        parent = by_code.get(item.parent_code)
        if not item.parent_code:
            continue
        if parent is None:
            yield _("%(code)s is part of %(parent)s, which the set does not hold.") % {
                "code": item.code,
                "parent": item.parent_code,
            }
        elif not parent.is_group:
            yield _("%(code)s is part of %(parent)s, which is a component and has no parts.") % {
                "code": item.code,
                "parent": parent.code,
            }
        elif _is_in_circle(item, by_code):
            yield _("%(code)s is part of itself, by way of others.") % {"code": item.code}


def _is_in_circle(item: ScoreItem, by_code: Mapping[str, ScoreItem]) -> bool:
    seen, at = {item.code}, by_code.get(item.parent_code)
    while at is not None:
        if at.code in seen:
            return at.code == item.code
        seen.add(at.code)
        at = by_code.get(at.parent_code)
    return False


def _of_maxima(items: Sequence[ScoreItem]) -> Iterator[str]:
    """Parts may come to more than their group, which then is a cap; to less they cannot."""
    below: dict[str, list[ScoreItem]] = defaultdict(list)
    for item in items:
        below[item.parent_code].append(item)
    for item in items:
        if not item.is_group:
            continue
        parts = sum((part.maximum for part in below[item.code]), Decimal(0))
        if parts < item.maximum:
            yield _("The parts of %(code)s come to %(parts)s points, of %(maximum)s.") % {
                "code": item.code,
                "parts": as_points(parts),
                "maximum": as_points(item.maximum),
            }


def as_points(value: Decimal) -> str:
    decimals = value.normalize().as_tuple().exponent
    return numbers.show(value, max(0, -decimals) if isinstance(decimals, int) else 0)


def _definitions(framework: ScoreFramework, items: Sequence[ScoreItem]) -> dict[int, Definition]:
    """By indicator, as of the end of the set's first year."""
    asked = {i for item in items for i in (item.indicator_id, item.base_indicator_id) if i}
    rows = Definition.objects.on(date(framework.first_year, 12, 31)).filter(indicator__in=asked)
    return {row.indicator_id: row for row in rows.order_by("pk")}


def _of_component(item: ScoreItem, measured: Mapping[int, Definition]) -> Iterator[str]:
    for indicator in (item.indicator, item.base_indicator):
        if indicator is None:
            continue
        definition = measured.get(indicator.pk)
        said = {"code": item.code, "indicator": indicator.code}
        if definition is None:
            yield _("%(code)s: %(indicator)s has no definition in the first year of the set.") % said
        elif definition.formula:
            yield _("%(code)s: %(indicator)s is computed by a formula; only what units report is scored.") % said
        elif sentence := _unfit(item, definition):
            yield sentence % said


def _unfit(item: ScoreItem, definition: Definition) -> str:
    kind = definition.value_kind
    if kind == ValueKind.TEXT:
        return _("%(code)s: %(indicator)s is a text, which has no points.")
    if (kind == ValueKind.YES_NO) != (item.rule == ScoreRule.YES_NO):
        return _("%(code)s: the rule “yes or no” is for an indicator that is answered so (%(indicator)s).")
    if item.rule not in BY_RATIO or item.base_indicator_id:
        return ""
    is_share = definition.is_ratio or definition.is_percent
    if not is_share and (item.rule == ScoreRule.THRESHOLD or item.full_at is None):
        return _(
            "%(code)s: %(indicator)s is a plain number; name the indicator of its denominator, or what is all."
        )
    return ""


def _of_other_versions(framework: ScoreFramework) -> list[str]:
    """Another version takes over from its first year on, so two cannot begin with the same."""
    others = ScoreFramework.objects.in_force().filter(code=framework.code, first_year=framework.first_year)
    return [
        _("Version %(version)s is in force from %(year)s on already.")
        % {"version": other.version, "year": other.first_year}
        for other in others.exclude(pk=framework.pk).order_by("version", "pk")
    ]


def fingerprint(framework: ScoreFramework) -> str:
    """Of the set with all its parts, as somebody read them; one query."""
    parts = framework.items.order_by("order", "code", "pk").values_list(*COPIED)
    own = [getattr(framework, name) for name in (*KEPT, "version", "first_year", "last_year")]
    content = json.dumps([own, *map(list, parts)], ensure_ascii=False, default=_exactly)
    return sha256(content.encode()).hexdigest()


def _exactly(value: object) -> str:
    """A figure in one way, whatever zeros its column fills it up with."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def refuse_in_force(framework: ScoreFramework) -> None:
    """Under its lock, before a part of it is written."""
    if ScoreFramework.objects.select_for_update().get(pk=framework.pk).is_in_force:
        raise only_read()


def only_read() -> Refused:
    return Refused(_("The set is in force and is only read; another version of it may be made."))


@transaction.atomic
def issue(framework: ScoreFramework, *, read: str | None = None) -> None:
    """Puts it in force. `read`: the fingerprint of what was read, where somebody read it. Raises ContentChanged
    where another stands now, Refused with all that is wrong; two at once: the second is told so."""
    held = ScoreFramework.objects.select_for_update().get(pk=framework.pk)
    list(ScoreFramework.objects.select_for_update().filter(code=held.code).order_by("pk"))
    if held.is_in_force:
        raise Refused(_("The set is in force already."))
    if read is not None and read != fingerprint(held):
        raise ContentChanged(
            _("The set changed after this page was opened. Read it again before it is put in force.")
        )
    if found := faults(held):
        raise Refused(" ".join(found))
    at = now()
    for item in held.items.order_by("pk"):
        item.issued_at = at
        item.save(update_fields=["issued_at"])
    held.issued_at = at
    held.save(update_fields=["issued_at"])


@transaction.atomic
def next_version(framework: ScoreFramework) -> ScoreFramework:
    """A draft with all the parts, one version on, from the year after."""
    list(ScoreFramework.objects.select_for_update().filter(code=framework.code).order_by("pk"))
    same = ScoreFramework.objects.filter(code=framework.code)
    newest: int = same.aggregate(newest=Max("version"))["newest"]
    copy = ScoreFramework.objects.create(
        version=newest + 1,
        first_year=(framework.last_year or framework.first_year) + 1,
        **{name: getattr(framework, name) for name in KEPT},
    )
    for item in framework.items.order_by("order", "code", "pk"):
        ScoreItem.objects.create(framework=copy, **{name: getattr(item, name) for name in COPIED})
    return copy
