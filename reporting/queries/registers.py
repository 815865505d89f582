"""Registers: what stands in them at a cut-off, as known on a day, and where each row comes from. Approved lists
alone; what a unit writes is in another table."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localdate

from indicators import numbers
from indicators.models import (
    Period,
    Register,
    RegisterList,
    RegisterRow,
    RowChange,
    Submission,
    SubmissionEvent,
    UnitCode,
    UnitSlice,
    User,
)
from indicators.register_rules import Asked, matches

from ..figures import Coverage
from ..known import TODAY, Known


@dataclass(frozen=True)
class Listed:
    """A register with what was approved of it last."""

    register: Register
    period: Period | None  # None where nothing was approved yet
    n_lists: int


@dataclass(frozen=True)
class RegisterPage:
    register: Register
    cut_off: date | None  # None where nothing was approved yet
    rows: list[Any]  # RegisterRow with owner_name, owner_code, reporter_name
    undecided: list[Any]  # rows that leave open what was asked
    n_rows: int  # that stand, whatever was asked
    coverage: Coverage  # units with an approved list of this very cut-off, of those that are asked for it
    approved_on: date | None  # the newest approval behind it
    archives: str

    @property
    def is_illustrative(self) -> bool:
        return any(row.listed.submission.round.is_illustrative for row in (*self.rows, *self.undecided))


@dataclass(frozen=True)
class Version:
    """What one approved list said of a row, and who answered for it."""

    row: Any  # RegisterRow with owner_name, reporter_name
    period: Period
    approved_at: datetime
    approved_by: User | None
    superseded_at: datetime | None
    submission: int | None  # for whoever may open the report


@dataclass(frozen=True)
class RowPage:
    register: Register
    now: Version
    versions: list[Version]  # newest first, those that were replaced among them

    @property
    def stands(self) -> bool:
        return self.now.superseded_at is None and self.now.row.change != RowChange.TAKEN_OFF


def registers() -> list[Listed]:
    """Two queries."""
    lists = RegisterList.objects.known().filter(register=OuterRef("pk")).order_by("-period__day_after_last", "-pk")
    standing = Q(lists__superseded_at__isnull=True)
    found = Register.objects.annotate(
        last_period=Subquery(lists.values("period")[:1]), n_lists=Count("lists", filter=standing)
    )
    rows = list(found.order_by("code"))
    periods = Period.objects.in_bulk([row.last_period for row in rows if row.last_period])
    return [Listed(row, periods.get(row.last_period), row.n_lists) for row in rows]


def register(code: str) -> Register | None:
    return Register.objects.select_related("form").filter(code=code).first()


def lists_of(found: Register, known: Known = TODAY) -> list[RegisterList]:
    """The approved lists, newest cut-off first; one query."""
    lists = RegisterList.objects.known(known.until).filter(register=found)
    return list(lists.select_related("period", "submission__round").order_by("-period__day_after_last", "pk"))


def periods_of(lists: Iterable[RegisterList]) -> list[Period]:
    return list(dict.fromkeys(each.period for each in lists))


def rows_at(cut_off: date, known: Known = TODAY) -> QuerySet[RegisterRow]:
    """Of all registers, at the end of the day; with the names of that day. One query."""
    return _named(RegisterRow.objects.standing(cut_off, known.until), cut_off).order_by("code", "pk")


def _named(rows: QuerySet[RegisterRow], day: date) -> QuerySet[RegisterRow]:
    said = {"unit": OuterRef("owner"), "valid_from__lte": day}
    names = UnitSlice.objects.filter(**said).order_by("-valid_from").values("name")[:1]
    codes = UnitCode.objects.filter(**said).order_by("-valid_from", "pk").values("code")[:1]
    reporting = UnitSlice.objects.filter(unit=OuterRef("listed__reporter"), valid_from__lte=day)
    return rows.select_related("listed__submission__round").annotate(
        owner_name=Subquery(names),
        owner_code=Subquery(codes),
        reporter_name=Subquery(reporting.order_by("-valid_from").values("name")[:1]),
    )


def register_page(
    found: Register,
    lists: list[RegisterList],
    cut_off: date | None,
    rows: list[Any],
    *,
    asked: Asked,
    owner: str = "",
    words: Iterable[str] = (),
) -> RegisterPage:
    """`rows` are those that stand at the cut-off; they are filtered by the rule by which indicators are counted."""
    words = list(words)
    narrowed = [row for row in rows if owner in ("", row.owner_code) and _holds(words, row)]
    decided = [(row, matches(row, asked)) for row in narrowed]
    behind = [each for each in lists if cut_off and each.period.last_day <= cut_off]
    documents = {each.submission.round.source_document for each in behind if each.submission.round.is_archival}
    return RegisterPage(
        register=found,
        cut_off=cut_off,
        rows=[row for row, is_meant in decided if is_meant],
        undecided=[row for row, is_meant in decided if is_meant is None],
        n_rows=len(rows),
        coverage=_coverage(found, cut_off, behind),
        approved_on=localdate(max(each.approved_at for each in behind)) if behind else None,
        archives=", ".join(sorted(documents)),
    )


def _holds(words: list[str], row: RegisterRow) -> bool:
    folded = numbers.fold(f"{row.code} {row.name}")
    return all(word in folded for word in words)


def _coverage(found: Register, cut_off: date | None, behind: list[RegisterList]) -> Coverage:
    """One query. 0 of 0 on a day that is no cut-off of the register."""
    if cut_off is None:
        return Coverage(0, 0)
    asked = Submission.objects.filter(round__form__register=found)
    expected = asked.filter(round__period__day_after_last=cut_off + timedelta(days=1)).count()
    return Coverage(sum(each.period.last_day == cut_off for each in behind), expected)


def row_page(found: Register, code: str, *, user: User, known: Known = TODAY) -> RowPage | None:
    """Every version that was ever approved by the day; four queries. None where there is none."""
    rows = RegisterRow.objects.filter(listed__register=found, code=code)
    if known.until:
        rows = rows.filter(listed__approved_at__lt=known.until)
    named = _named(rows, known.day or localdate()).select_related("listed__period", "listed__submission__round")
    versions = list(named.order_by("-listed__period__day_after_last", "-listed__approved_at", "-pk"))
    if not versions:
        return None
    reports = [row.listed.submission_id for row in versions]
    seen = set(Submission.objects.visible_to(user).filter(pk__in=reports).order_by().values_list("pk", flat=True))
    approvals = SubmissionEvent.objects.filter(submission__in=reports, move="approve").select_related("by")
    by = {(event.submission_id, event.at): event.by for event in approvals.order_by("pk")}
    told = [_version(row, by, seen) for row in versions]
    return RowPage(found, next((v for v in told if v.superseded_at is None), told[0]), told)


def _version(row: Any, by: dict[tuple[int, datetime], User], seen: set[int]) -> Version:
    listed: RegisterList = row.listed
    return Version(
        row=row,
        period=listed.period,
        approved_at=listed.approved_at,
        approved_by=by.get((listed.submission_id, listed.approved_at)),
        superseded_at=listed.superseded_at,
        submission=listed.submission_id if listed.submission_id in seen else None,
    )
