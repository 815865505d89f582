"""What `check_units` finds, in groups, each under its heading."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ..unit_checks import Finding, Kind, findings

TITLES = {
    Kind.FAULT: _("Units that do not stand together"),
    Kind.TWO_UNITS: _("Codes that mean two units"),
    Kind.GAP: _("Successions on a day of their own"),
    Kind.OPEN_REPORT: _("Ended units with open reports"),
    Kind.NO_SUCCESSOR: _("Units that ended without a successor"),
    Kind.UNCONFIRMED: _("Not confirmed by a document"),
}


@dataclass(frozen=True)
class Group:
    title: str
    findings: list[Finding]


def groups() -> list[Group]:
    found = findings()
    told = [Group(str(title), [each for each in found if each.kind == kind]) for kind, title in TITLES.items()]
    return [group for group in told if group.findings]
