"""The page on which is confirmed what passes to the successors of ended units (inheritance.py)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..inheritance import Proposal, What, proposals
from ..models import LegalAct, User

TITLES = {
    What.MEMBERSHIP: gettext_lazy("Memberships"),
    What.FORM: gettext_lazy("Forms that ask the unit"),
    What.HOLDER: gettext_lazy("Steps of forms that the unit holds"),
    What.REPORTING: gettext_lazy("Steps of forms for its reports"),
    What.ROUND: gettext_lazy("Open rounds of periods that go on after the act"),
}


@dataclass(frozen=True)
class Group:
    title: str
    rows: list[tuple[Proposal, bool]]  # with whether it is ticked


def context(act: LegalAct, user: User, chosen: Collection[str]) -> dict[str, Any]:
    found = proposals(act, user)
    groups = []
    for what, title in TITLES.items():
        rows = [(each, each.key in chosen) for each in found if each.what == what]
        if rows:
            groups.append(Group(str(title), rows))
    return {"groups": groups, "title": _("What may pass to the successors")}
