"""What may pass to the successors of the units that an act ended: memberships, places in forms and in open rounds,
steps of forms (domain.md 2, 21). Nothing passes by itself: each is proposed, and a person who may keep it confirms.

What was confirmed stands in the histories of the rows, and of a round among its events, with the act as the reason.
The old memberships end on the act's day, so that nobody belongs to two units for the same figures; the history of
the old units stays readable for the successors' people (Submission.objects.visible_to).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from . import members
from .left_reports import heirs_of, named, units_ended_by
from .models import LegalAct, Membership, ReportingForm, Role, StepHolder, Submission, Unit, User
from .refusals import Refused


class What(StrEnum):
    """In the order in which they are carried out: a round asks the units of its form."""

    MEMBERSHIP = "membership"
    FORM = "form"
    HOLDER = "holder"  # holds a step of a form
    REPORTING = "reporting"  # a step that another unit holds for its reports
    ROUND = "round"


PERMISSIONS = {
    What.MEMBERSHIP: "indicators.change_membership",
    What.FORM: "indicators.change_reportingform",
    What.HOLDER: "indicators.change_stepholder",
    What.REPORTING: "indicators.change_stepholder",
    What.ROUND: "indicators.change_round",
}


@dataclass(frozen=True)
class Proposal:
    """`row` passes from `old` to `heir`; `words` say what it is. `key` names it on the page."""

    what: What
    row: Any
    old: Unit
    heir: Unit
    words: str

    @property
    def key(self) -> str:
        return f"{self.what}-{self.row.pk}-{self.old.pk}-{self.heir.pk}"


def proposals(act: LegalAct, user: User) -> list[Proposal]:
    """What is left to confirm of what this person may keep; as many queries for a hundred units as for one."""
    ended = units_ended_by(act)
    eve = act.effective_on - timedelta(days=1)
    old = Unit.objects.with_slice(eve).in_bulk(ended)
    heirs = heirs_of(set(ended), act.effective_on)
    asked: dict[What, Callable[[], Iterator[tuple[Any, int, str]]]] = {
        What.MEMBERSHIP: partial(_memberships, act, ended, user),
        What.FORM: partial(_forms, ended),
        What.HOLDER: partial(_steps, ended, "holder"),
        What.REPORTING: partial(_steps, ended, "reporting_unit"),
        What.ROUND: partial(_rounds, act, ended),
    }
    found = []
    taken = _asked_units(act, ended)
    for what, rows in asked.items():
        if not user.has_perm(PERMISSIONS[what]):
            continue
        for row, unit, words in rows():
            new = [heir for heir in heirs[unit] if what != What.ROUND or (row.pk, heir.pk) not in taken]
            found += [Proposal(what, row, old[unit], heir, words) for heir in new]
    return found


def _memberships(act: LegalAct, ended: list[int], user: User) -> Iterator[tuple[Any, int, str]]:
    """In force today or later, and not ended with the act already. An authorisation is for the unit that it names:
    it passes to nobody."""
    rows = Membership.objects.from_today().visible_to(user).filter(unit__in=ended)
    rows = rows.filter(models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=act.effective_on))
    for row in rows.select_related("user").order_by("user__full_name", "user__username", "pk"):
        if not row.is_authorised:
            yield row, row.unit_id, f"{row.user}: {row.get_role_display()}"


def _forms(ended: list[int]) -> Iterator[tuple[Any, int, str]]:
    through = ReportingForm.units.through.objects.filter(unit__in=ended).select_related("reportingform")
    for row in through.order_by("reportingform__code", "unit"):
        yield row.reportingform, row.unit_id, str(row.reportingform)


def _steps(ended: list[int], column: str) -> Iterator[tuple[Any, int, str]]:
    rows = StepHolder.objects.filter(**{f"{column}__in": ended}).select_related("form")
    for row in rows.order_by("form__code", "step", "pk"):
        yield row, getattr(row, f"{column}_id"), f"{row.get_step_display()}: {row.form}"


def _open_reports(act: LegalAct, ended: list[int]) -> Any:
    """Of rounds whose cut-off day the ended units did not live to see."""
    return Submission.objects.filter(
        unit__in=ended,
        round__period__day_after_last__gt=act.effective_on,
        round__is_archival=False,
        round__locked_at__isnull=True,
    )


def _rounds(act: LegalAct, ended: list[int]) -> Iterator[tuple[Any, int, str]]:
    rows = _open_reports(act, ended).select_related("round__form", "round__period")
    for row in rows.order_by("round__period__day_after_last", "round__form__code", "unit", "pk"):
        yield row.round, row.unit_id, str(row.round)


def _asked_units(act: LegalAct, ended: list[int]) -> set[tuple[int, int]]:
    rounds = _open_reports(act, ended).order_by().values("round")
    return set(Submission.objects.filter(round__in=rounds).order_by("pk").values_list("round", "unit"))


# --- Confirmed


@transaction.atomic
def confirm(act: LegalAct, keys: Collection[str], *, by: User) -> int:
    """How many proposals were carried out. All or none: raises Refused where one is not there any more, or not this
    person's, or where two units would hold one step."""
    LegalAct.objects.select_for_update(of=("self",)).get(pk=act.pk)
    known = {each.key: each for each in proposals(act, by)}
    if not keys:
        raise Refused(_("Nothing was chosen."))
    if set(keys) - known.keys():
        raise Refused(_("What is proposed changed meanwhile. Nothing was done; look again."))
    chosen = [proposal for key, proposal in known.items() if key in keys]
    _refuse_two_holders(chosen)
    told = _Told(act, by)
    _pass_on(told, [each for each in chosen if each.what == What.MEMBERSHIP])
    _replace_in_forms(told, [each for each in chosen if each.what == What.FORM])
    for proposal in chosen:
        if proposal.what in (What.HOLDER, What.REPORTING):
            _move_step(told, proposal)
    joined = {(each.row.pk, each.heir.pk): each for each in chosen if each.what == What.ROUND}
    for proposal in joined.values():  # named once for each unit that it takes over from
        members.add(proposal.row, proposal.heir, reason=told.reason, by=by)
    return len(chosen)


@dataclass(frozen=True)
class _Told:
    """Who confirmed, and by which act: as every history says it."""

    act: LegalAct
    by: User

    @property
    def reason(self) -> str:
        return named(self.act)

    def keep(self, row: Any) -> None:
        row._history_user, row._change_reason = self.by, self.reason[: _longest_reason(row)]
        row.save()


def _longest_reason(row: Any) -> int | None:
    field: Any = row.history.model._meta.get_field("history_change_reason")
    return field.max_length


def _refuse_two_holders(chosen: list[Proposal]) -> None:
    held = [(each.what, each.row.pk) for each in chosen if each.what in (What.HOLDER, What.REPORTING)]
    if len(held) != len(set(held)):
        raise Refused(_("A step is held by one unit: choose one of the successors."))


def _pass_on(told: _Told, chosen: list[Proposal]) -> None:
    """The same role in the successor from the act's day; who had it in several old units gets it once. The old one
    ends on that day, or after its first where it began later."""
    day = told.act.effective_on
    standing = {
        (row.user_id, row.unit_id, row.role)
        for row in Membership.objects.from_today().filter(unit__in={each.heir.pk for each in chosen}).order_by("pk")
    }
    rows = {each.row.pk: each.row for each in chosen}
    until = {pk: row.valid_until for pk, row in rows.items()}
    for row in rows.values():
        row.valid_until = max(day, row.valid_from + timedelta(days=1))
        told.keep(row)
    for proposal in chosen:
        row, heir = proposal.row, proposal.heir
        if (place := (row.user_id, heir.pk, row.role)) in standing:
            continue
        standing.add(place)
        facts = row.capacity_facts() if row.role == Role.SIGNER else {}
        told.keep(
            Membership(
                user=row.user,
                unit=heir,
                role=row.role,
                valid_from=max(day, row.valid_from),
                valid_until=until[row.pk],
                is_contact=row.is_contact,
                **facts,
            )
        )


def _replace_in_forms(told: _Told, chosen: list[Proposal]) -> None:
    """One row of the form's history, however many of its units change."""
    of_form: dict[int, list[Proposal]] = defaultdict(list)
    for each in chosen:
        of_form[each.row.pk].append(each)
    for changes in of_form.values():
        form = changes[0].row
        units = set(form.units.order_by("pk").values_list("pk", flat=True))
        units = (units - {each.old.pk for each in changes}) | {each.heir.pk for each in changes}
        form._history_user, form._change_reason = told.by, told.reason[: _longest_reason(form)]
        form.units.set(units)


def _move_step(told: _Told, proposal: Proposal) -> None:
    step = StepHolder.objects.get(pk=proposal.row.pk)
    if proposal.what == What.HOLDER:
        step.holder = proposal.heir
    else:
        step.reporting_unit = proposal.heir
    try:
        with transaction.atomic():
            told.keep(step)
    except IntegrityError as twice:
        said = {"step": proposal.words, "unit": proposal.heir}
        raise Refused(_("%(step)s: for %(unit)s another holder is named already.") % said) from twice
