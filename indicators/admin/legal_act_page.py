"""What the page of an act shows: the units before and after it, in the words of the screen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..models import LegalAct, UnitKind
from ..reorganisation import Refusal, plan

WHAT = {
    "name": _("name"),
    "kind": _("kind"),
    "parent": _("parent unit"),
    "code": _("code"),
    "took_over": _("takes over from"),
}


@dataclass(frozen=True)
class Page:
    """Every list is empty where nothing of it comes about. `read` is what a confirmation names."""

    day: date
    counts: list[tuple[str, int, int]]  # kind, before, after
    ended: list[Mapping[str, Any]]
    begun: list[Mapping[str, Any]]
    changed: list[Mapping[str, Any]]
    passed: list[Mapping[str, Any]]
    touched: list[Mapping[str, Any]]
    refusals: tuple[Refusal, ...] = ()
    read: str = ""
    can_be_applied: bool = False


def shown(act: LegalAct) -> Page:
    """Against the units as they stand."""
    found = plan(act)
    told = {"refusals": found.refusals, "read": found.sha256, "can_be_applied": found.can_be_applied}
    return _page(found.picture, **told)


def frozen(act: LegalAct) -> Page:
    """As it was read and applied, from that text alone."""
    return _page(json.loads(act.content))


def _page(picture: Mapping[str, Any], **told: Any) -> Page:
    return Page(
        day=date.fromisoformat(picture["effective_on"]),
        counts=[(_kind(row["kind"]), row["before"], row["after"]) for row in picture["counts"]],
        ended=picture["ended"],
        begun=[{**row, "kind": _kind(row["kind"])} for row in picture["begun"]],
        changed=[_changed(row) for row in picture["changed"]],
        passed=picture["passed"],
        touched=picture["touched"],
        **told,
    )


def _kind(kind: str) -> str:
    return str(UnitKind(kind).label) if kind else ""


def _changed(row: Mapping[str, Any]) -> Mapping[str, Any]:
    said = {**row, "label": WHAT[row["what"]]}
    if row["what"] == "kind":
        said |= {"before": _kind(row["before"]), "after": _kind(row["after"])}
    return said
