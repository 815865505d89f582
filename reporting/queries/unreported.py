"""Who of a round has not reported, and whom to call: for those who hold a step of it, or see the whole province.

Of a report this tells who must act next, never what stands in it.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators import wording
from indicators.calendars import show_day
from indicators.clock import today
from indicators.models import (
    Membership,
    Role,
    Round,
    State,
    Submission,
    Succession,
    UnitCode,
    UnitKind,
    UnitSlice,
    User,
    authorised_on,
)
from indicators.wording import Said

from ..completeness import Report
from .completeness import report_of, with_extension

LOOKS_AFTER_ROUNDS = "indicators.view_round"


@dataclass(frozen=True)
class Contact:
    name: str
    position: str
    telephone: str


@dataclass(frozen=True)
class Missing:
    """A report that has not come: `contacts` are those whose turn it is, by their accounts of today."""

    unit: str
    code: str
    state: Said
    report: Report
    due_on: date | None
    contacts: list[Contact]

    @property
    def days(self) -> int:
        """Overdue; 0 where it is not due yet."""
        return self.report.days


@dataclass(frozen=True)
class Unreported:
    round: Round
    on: date
    n_expected: int
    missing: list[Missing]

    @property
    def headline(self) -> str:
        said = {"date": show_day(self.on), "n": len(self.missing), "all": self.n_expected}
        if not self.missing:
            return _("By %(date)s all %(all)s units have reported.") % said
        return (
            ngettext(
                "By %(date)s, %(n)s of %(all)s units has not reported.",
                "By %(date)s, %(n)s of %(all)s units have not reported.",
                len(self.missing),
            )
            % said
        )

    @property
    def text(self) -> str:
        """To be copied into a message: no telephone numbers, since it is passed around."""
        head = [f"{self.round.form.name} ({self.round.form.code}), {self.round.period}", self.headline]
        return "\n".join([*head, *(f"{n}. {row.unit}: {row.report.word}" for n, row in enumerate(self.missing, 1))])


def rounds_to_chase(user: User) -> QuerySet[Round]:
    """All of them for those who look after rounds or work for the province itself; else those of which the user's
    unit holds a step."""
    if _sees_province(user):
        return Round.objects.all()
    mine = Submission.objects.to_review(user).filter(round=OuterRef("pk"))
    return Round.objects.filter(Exists(mine))


def chased_among(user: User, rounds: Collection[Round]) -> set[int]:
    found = rounds_to_chase(user).filter(pk__in=[each.pk for each in rounds]) if rounds else Round.objects.none()
    return set(found.order_by("pk").values_list("pk", flat=True))


def _sees_province(user: User) -> bool:
    if user.is_superuser:
        return True
    slices = UnitSlice.objects.filter(unit=OuterRef("unit"), valid_from__lte=today()).order_by("-valid_from")
    mine = Membership.objects.on(today()).filter(user=user)
    of_province = mine.alias(kind=Subquery(slices.values("kind")[:1])).filter(kind=UnitKind.PROVINCE)
    return of_province.exists() or user.has_perm(LOOKS_AFTER_ROUNDS)


def unreported(round_: Round, user: User, *, on: date) -> Unreported:
    """Worst first. As many queries for one unit as for all."""
    reports = Submission.objects.expected().filter(round=round_)
    if not _sees_province(user):
        reports = Submission.objects.to_review(user).expected().filter(round=round_)
    rows = list(_named(reports.filter(handed_in_at__isnull=True), round_))
    contacts = _contacts(rows, round_)
    missing = [_missing(row, round_, contacts, on) for row in rows]
    missing.sort(key=lambda each: -each.days)  # stable: within a day by name
    return Unreported(round_, on, reports.count(), missing)


def _named(reports: QuerySet[Submission], round_: Round) -> QuerySet[Any]:
    """By name and code of the period's last day."""
    end = round_.period.day_after_last
    slices = UnitSlice.objects.filter(unit=OuterRef("unit"), valid_from__lt=end).order_by("-valid_from")
    codes = UnitCode.objects.filter(unit=OuterRef("unit"), valid_from__lt=end).order_by("-valid_from", "system")
    return (
        with_extension(reports)
        .annotate(
            name_then=Subquery(slices.values("name")[:1]),
            sort_then=Subquery(slices.values("sort_key")[:1]),
            code_then=Subquery(codes.values("code")[:1]),
        )
        .order_by(F("sort_then"), "pk")
    )


def _missing(row: Any, round_: Round, contacts: dict[tuple[int, str], list[Contact]], on: date) -> Missing:
    """Whose turn it is: the signer where the report waits for a signature, else who enters."""
    turn = Role.SIGNER if row.state == State.AWAITING_SIGN_OFF else Role.REPORTER
    return Missing(
        unit=row.name_then or "",
        code=row.code_then or "",
        state=wording.state_of(row.state, round_, is_started=row.version > 0, tells_lock=False),
        report=report_of(row, round_, on),
        due_on=row.due_on,
        contacts=contacts.get((row.unit_id, turn), []),
    )


def _contacts(rows: list[Any], round_: Round) -> dict[tuple[int, str], list[Contact]]:
    """(unit, role) → its people; of an ended unit those of its successors, who enter its figures of the past."""
    stands_for = _stands_for(rows, round_)
    held = Membership.objects.on(today()).filter(
        Q(role=Role.REPORTER) | Q(authorised_on(today()), role=Role.SIGNER),
        unit__in=stands_for,
        user__is_active=True,
    )
    found: dict[tuple[int, str], list[Contact]] = defaultdict(list)
    for each in held.select_related("user").order_by("user__full_name", "user__username", "pk"):
        contact = Contact(str(each.user), each.user.position, each.user.telephone)
        for unit in stands_for[each.unit_id]:
            found[unit, each.role].append(contact)
    return found


def _stands_for(rows: list[Any], round_: Round) -> dict[int, list[int]]:
    """Whose people are asked → for which units."""
    units = [row.unit_id for row in rows]
    found: dict[int, list[int]] = defaultdict(list)
    for unit in units:
        found[unit].append(unit)
    handed = {row.unit_id: row.heir_id for row in rows if row.heir_id}
    for ended, heir in handed.items():
        found[heir].append(ended)
    if round_.is_archival:
        took_over = Succession.objects.filter(predecessor__in=units, effective_on__lte=today()).order_by("pk")
        for ended, heir in took_over.values_list("predecessor", "successor"):
            found[heir].append(ended)
    return found
