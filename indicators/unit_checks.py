"""What of the units is not settled: faults of their structure, units that ended without a successor, days between a
unit and its successor, successions and names that no document establishes, codes that may mean two units, open
reports of ended units (domain.md 1-4). For the page of administrators and the command `check_units` alike."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from . import structure
from .calendars import show_day
from .clock import today
from .models import State, Submission, Succession, UnitSlice
from .structure import Life, holds, lives


class Kind(StrEnum):
    """The gravest first; `command` fails for the first three, which the program cannot have written."""

    FAULT = "fault"
    TWO_UNITS = "two_units"  # one code means two units on a day
    GAP = "gap"
    NO_SUCCESSOR = "no_successor"
    OPEN_REPORT = "open_report"
    UNCONFIRMED = "unconfirmed"


BROKEN = (Kind.FAULT, Kind.TWO_UNITS, Kind.GAP)


@dataclass(frozen=True)
class Passing:
    """A succession, as plain values."""

    gone: int
    heir: int
    day: date
    is_confirmed: bool


@dataclass(frozen=True)
class Finding:
    kind: Kind
    sentence: str
    unit: int | None = None


def findings(day: date | None = None) -> list[Finding]:
    """Six queries, however many units. `day`: today."""
    units = {life.unit: life for life in lives()}
    rows = Succession.objects.order_by("effective_on", "pk")
    passings = [
        Passing(*row) for row in rows.values_list("predecessor", "successor", "effective_on", "is_confirmed")
    ]
    faults = [Finding(Kind.FAULT, sentence) for sentence in structure.faults_of(units.values())]
    return [
        *faults,
        *two_units(units.values()),
        *gaps(units, passings),
        *without_successor(units, passings),
        *_open_reports(units, day or today()),
        *_unconfirmed(units, passings),
    ]


def two_units(units: Iterable[Life]) -> Iterator[Finding]:
    """On the days on which something begins, which are the only ones on which that can come about."""
    bearers: dict[tuple[str, str], list[Life]] = {}
    for life in units:
        for system, code in dict.fromkeys((coded.system, coded.code) for coded in life.codes):
            bearers.setdefault((system, code), []).append(life)
    for (system, code), several in sorted(bearers.items(), key=lambda each: each[0]):
        days = {coded.valid_from for life in several for coded in life.codes}
        for day in sorted(days) if len(several) > 1 else ():
            meant = [life for life in several if life.lives_on(day) and holds(life, system, code, day)]
            if len(meant) > 1:
                said = {"code": code, "date": show_day(day), "units": _names(meant, day)}
                yield Finding(Kind.TWO_UNITS, _("On %(date)s the code %(code)s means %(units)s.") % said)
                break


def gaps(units: dict[int, Life], passings: Sequence[Passing]) -> Iterator[Finding]:
    """A successor that begins later than its predecessor ends, or a succession on another day than either."""
    for each in passings:
        gone, heir = units[each.gone], units[each.heir]
        if gone.ended == each.day and heir.began <= each.day and (heir.ended is None or heir.ended > each.day):
            continue
        said = {"unit": gone.name_on(each.day), "heir": heir.name_on(each.day), "date": show_day(each.day)}
        sentence = _(
            "%(heir)s takes over from %(unit)s on %(date)s, when the one does not end or the other not live."
        )
        yield Finding(Kind.GAP, sentence % said, each.gone)


def without_successor(units: dict[int, Life], passings: Sequence[Passing]) -> Iterator[Finding]:
    """It may have been dissolved: that is for a person to say."""
    passed = {each.gone for each in passings}
    for life in units.values():
        if life.ended and life.unit not in passed:
            said = {"unit": life.name_on(life.ended), "date": show_day(life.ended)}
            yield Finding(Kind.NO_SUCCESSOR, _("%(unit)s ended on %(date)s without a successor.") % said, life.unit)


def _open_reports(units: dict[int, Life], day: date) -> Iterator[Finding]:
    waiting = Submission.objects.filter(unit__ended__lte=day, ending="", round__is_archival=False)
    waiting = waiting.exclude(state__in=[State.APPROVED, State.CLOSED])
    for unit in waiting.order_by("unit").values_list("unit", flat=True).distinct():
        said = {"unit": units[unit].name_on(day)}
        yield Finding(
            Kind.OPEN_REPORT, _("%(unit)s ended, and left a report open about which nobody decided.") % said, unit
        )


def _unconfirmed(units: dict[int, Life], passings: Sequence[Passing]) -> Iterator[Finding]:
    for each in passings:
        if not each.is_confirmed:
            said = {"unit": units[each.gone].name_on(each.day), "heir": units[each.heir].name_on(each.day)}
            yield Finding(
                Kind.UNCONFIRMED, _("No act confirms that %(heir)s took over from %(unit)s.") % said, each.gone
            )
    doubtful = UnitSlice.objects.filter(is_confirmed=False).order_by("valid_from", "unit", "pk")
    for unit, name, since in doubtful.values_list("unit", "name", "valid_from"):
        sentence = _("Name and place of %(unit)s from %(date)s are not confirmed.")
        yield Finding(Kind.UNCONFIRMED, sentence % {"unit": name, "date": show_day(since)}, unit)


def _names(units: Iterable[Life], day: date) -> str:
    return ", ".join(sorted(life.name_on(day) for life in units))
