"""Carrying out what was read: units end and begin, names, places and codes begin to hold, successions come."""

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from .. import bulk
from ..calendars import show_moment
from ..clock import now
from ..models import LegalAct, State, Submission, Succession, Unit, UnitCode, UnitSlice, User
from ..refusals import ContentChanged, Refused
from ..sealing import canonical, sha256
from ..structure import Life, faults, refuse_faults
from .plan import Plan, plan
from .planning import Reorganised

REASON_LENGTH = 100  # of a row of a history


@transaction.atomic
def apply(act: LegalAct, *, by: User, read: str) -> LegalAct:
    """`read` is the check code of the plan that the person saw. Raises Refused with the first reason, or because it
    was applied already; ContentChanged where the act, the units or what stands on them is no longer what was read.

    The act is locked, then every open report and every unit, always in one order; and it is claimed by a
    compare-and-swap, which holds on SQLite too. All is taken back where the units do not stand together afterwards.
    """
    act = refuse_applied(act)
    _wait_for_moves()
    list(Unit.objects.select_for_update().order_by("pk").values_list("pk"))
    proposal = plan(act)
    if proposal.sha256 != read:
        raise ContentChanged(
            _("The act, or what it touches, changed after this page was opened. Nothing was applied; read again.")
        )
    if not proposal.can_be_applied:
        raise Refused(proposal.refusals[0].sentence)
    known = faults()
    _claim(act, proposal, by)
    _write(act, proposal.found, by)
    refuse_faults(known=known)
    act.refresh_from_db()
    return act


def _wait_for_moves() -> None:
    """Of every open report, in the order in which they are locked: what is saved or decided just now was so before
    the act, and whoever waited here reads that the unit has ended (drafts.lock). Before the units: whoever holds a
    report asks for the units that it names at its commit, and the two would wait for each other for ever."""
    waiting = Submission.objects.exclude(state__in=[State.APPROVED, State.CLOSED])
    list(waiting.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def refuse_applied(act: LegalAct) -> LegalAct:
    """The act under its lock, inside the transaction of whoever changes the draft. Raises Refused."""
    locked = (
        LegalAct.objects.select_for_update(of=("self",)).select_related("document", "applied_by").get(pk=act.pk)
    )
    if locked.is_applied:
        raise already_applied(locked)
    return locked


def already_applied(act: LegalAct) -> Refused:
    said = {"who": str(act.applied_by), "time": show_moment(act.applied_at) if act.applied_at else ""}
    return Refused(_("This act was applied already, by %(who)s at %(time)s; nothing was done again.") % said)


def _claim(act: LegalAct, proposal: Plan, by: User) -> None:
    """The lines rest first: their trigger asks them alone."""
    at, content = now(), canonical(proposal.picture)
    act.changes.update(applied_at=at)
    told = {"applied_at": at, "applied_by": by, "content": content, "sha256": sha256(content)}
    if not LegalAct.objects.filter(pk=act.pk, applied_at__isnull=True).update(**told):
        raise already_applied(LegalAct.objects.select_related("applied_by").get(pk=act.pk))


def _write(act: LegalAct, found: Reorganised, by: User) -> None:
    told = {"default_user": by, "default_change_reason": str(act)[:REASON_LENGTH]}
    new = (Unit(began=found.day) for _unit in found.begun)
    stored = dict(zip(found.begun, bulk.create_kept(Unit, new, **told), strict=True))
    numbers = {unit: made.pk for unit, made in stored.items()}
    _end(found, **told)
    touched = [*found.begun, *found.changed]
    bulk.create_kept(UnitSlice, _slices(act, found, touched, numbers), **told)
    bulk.create_kept(UnitCode, _codes(found, touched, numbers), **told)
    successions = (
        Succession(
            predecessor_id=gone,
            successor_id=numbers.get(heir, heir),
            effective_on=found.day,
            act=act.document,
            is_confirmed=act.document is not None,
        )
        for gone, heir in found.successions
    )
    bulk.create_kept(Succession, successions, **told)


def _end(found: Reorganised, **told: object) -> None:
    units = list(Unit.objects.filter(pk__in=found.ended).order_by("pk"))
    for unit in units:
        unit.ended = found.day
    if units:
        bulk_update_with_history(units, Unit, ["ended"], **told)


def _slices(
    act: LegalAct, found: Reorganised, units: Iterable[int], numbers: dict[int, int]
) -> Iterable[UnitSlice]:
    for unit in units:
        for place in _new(found, unit).places:
            above = place.parent
            yield UnitSlice(
                unit_id=numbers.get(unit, unit),
                valid_from=place.valid_from,
                name=place.name,
                kind=place.kind,
                parent_id=numbers.get(above, above) if above is not None else None,
                is_confirmed=act.document is not None,
                source=str(act.document or ""),
            )


def _codes(found: Reorganised, units: Iterable[int], numbers: dict[int, int]) -> Iterable[UnitCode]:
    for unit in units:
        for coded in _new(found, unit).codes:
            yield UnitCode(
                unit_id=numbers.get(unit, unit), system=coded.system, code=coded.code, valid_from=coded.valid_from
            )


def _new(found: Reorganised, unit: int) -> Life:
    """The places and codes alone that the unit did not have before."""
    after, before = found.after[unit], found.before.get(unit)
    if before is None:
        return after
    places = tuple(place for place in after.places if place not in before.places)
    return replace(after, places=places, codes=tuple(coded for coded in after.codes if coded not in before.codes))
