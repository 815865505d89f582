"""What would keep a unit's report from going its way: nobody who enters, signs, verifies or approves. Shown before
a round opens, so that it never opens with such a gap in silence (domain.md 21, 24)."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import F, Q
from django.utils.translation import gettext as _

from .clock import today
from .models import Membership, ReportingForm, Role, Step, StepHolder, Succession, Unit, authorised_on


class Gap(StrEnum):
    REPORTER = "reporter"
    SIGNER = "signer"
    VERIFIER = "verifier"
    APPROVER = "approver"


@dataclass(frozen=True)
class Asked:
    """A unit that a round would ask, named as on the cut-off day, and what is missing for its report."""

    unit: Unit
    gaps: tuple[Gap, ...]

    @property
    def words(self) -> list[str]:
        said = {
            Gap.REPORTER: _("no account that enters figures"),
            Gap.SIGNER: _("nobody who signs off"),
            Gap.VERIFIER: _("nobody who may verify"),
            Gap.APPROVER: _("nobody who may approve"),
        }
        return [said[gap] for gap in self.gaps]


@dataclass(frozen=True)
class _People:
    """Who has which role where, today; only accounts that are in use."""

    holding: dict[tuple[int, str], set[int]]  # (unit, role) → accounts
    belonging: dict[int, set[int]]  # unit → accounts with any role in it
    holders: dict[tuple[int | None, str], int]  # (reporting unit, or None for all others; step) → unit


def units_asked(form: ReportingForm, day: date, *, is_archival: bool = False) -> list[Asked]:
    """The form's units that live on the cut-off day. Four queries, however many units."""
    named = Unit.objects.alive_on(day).filter(forms=form).with_slice(day)
    return looked_at(form, list(named.order_by(F("sort_on_day"), "pk")), is_archival=is_archival)


def looked_at(form: ReportingForm, units: Sequence[Unit], *, is_archival: bool = False) -> list[Asked]:
    heirs = _heirs(units) if is_archival else {}
    people = _people(form, {unit.pk for unit in units} | {heir for of in heirs.values() for heir in of})
    return [Asked(unit, _gaps(form, {unit.pk, *heirs.get(unit.pk, ())}, unit.pk, people)) for unit in units]


def in_words(asked: Iterable[Asked]) -> list[str]:
    """One sentence a kind of gap, naming the units."""
    units: dict[Gap, list[str]] = defaultdict(list)
    for each in asked:
        for gap in each.gaps:
            units[gap].append(str(each.unit))
    sentences = {
        Gap.REPORTER: _("No account that enters figures: %(units)s."),
        Gap.SIGNER: _("Nobody who signs off: %(units)s."),
        Gap.VERIFIER: _("Nobody who may verify the report of: %(units)s."),
        Gap.APPROVER: _("Nobody who may approve the report of: %(units)s."),
    }
    return [sentences[gap] % {"units": ", ".join(units[gap])} for gap in Gap if gap in units]


def fingerprint(asked: Iterable[Asked]) -> str:
    """Says whether the gaps are still those that were shown; empty where there are none."""
    said = [(each.unit.pk, *each.gaps) for each in asked if each.gaps]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16] if said else ""


def _gaps(form: ReportingForm, units: set[int], reporting: int, people: _People) -> tuple[Gap, ...]:
    """Nobody verifies or approves a report of the unit that he or she works for (domain.md 21)."""

    def some(role: Role) -> bool:
        return any(people.holding.get((unit, role)) for unit in units)

    def decides(step: Step, role: Role) -> bool:
        holder = people.holders.get((reporting, step), people.holders.get((None, step)))
        able = people.holding.get((holder, role), set()) if holder else set()
        return bool(able.difference(*(people.belonging.get(unit, set()) for unit in units)))

    asked: list[tuple[Gap, bool, Callable[[], bool]]] = [
        (Gap.REPORTER, True, lambda: some(Role.REPORTER)),
        (Gap.SIGNER, form.asks_sign_off, lambda: some(Role.SIGNER)),
        (Gap.VERIFIER, form.asks_verification, lambda: decides(Step.VERIFY, Role.VERIFIER)),
        (Gap.APPROVER, True, lambda: decides(Step.APPROVE, Role.APPROVER)),
    ]
    return tuple(gap for gap, is_asked, is_there in asked if is_asked and not is_there())


def _people(form: ReportingForm, units: set[int]) -> _People:
    rows = StepHolder.objects.filter(form=form).order_by("pk").values_list("reporting_unit", "step", "holder")
    holders: dict[tuple[int | None, str], int] = {(unit, step): holder for unit, step, holder in rows}
    held = Membership.objects.on(today()).filter(unit__in=units | set(holders.values()), user__is_active=True)
    held = held.annotate(acts=~Q(role=Role.SIGNER) | authorised_on(today()))
    holding: dict[tuple[int, str], set[int]] = defaultdict(set)
    belonging: dict[int, set[int]] = defaultdict(set)
    for unit, role, user, acts in held.order_by("pk").values_list("unit", "role", "user", "acts"):
        if acts:
            holding[unit, role].add(user)
        belonging[unit].add(user)
    return _People(holding, belonging, holders)


def _heirs(units: Iterable[Unit]) -> dict[int, set[int]]:
    """Whose people enter figures of the past for a unit that has ended (permissions.standing)."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Succession.objects.filter(predecessor__in=[unit.pk for unit in units], effective_on__lte=today())
    for ended, heir in rows.order_by("pk").values_list("predecessor", "successor"):
        found[ended].add(heir)
    return found
