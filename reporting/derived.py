"""The figure of a longer period out of those of its months or quarters: a flow adds, a stock and a running total
take the last cut-off due (domain.md 9, 19). Over units first, each part with the units of its own day, then over
time. Plain values: nothing is read here."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from indicators.calendars import Frequency
from indicators.models import Definition, OverTime, Period

from . import figures, wording
from .figures import Coverage, Part, Reason, Standing
from .shown import Shown, of_parts
from .trend import Then

ZERO = Decimal(0)
FIRST_NAMES = 4
BARRED = (Standing.NOT_COMPUTABLE, Standing.NO_RULE, Standing.BY_UNIT)


def _first(names: Sequence[str]) -> str:
    first, more = ", ".join(names[:FIRST_NAMES]), len(names) - FIRST_NAMES
    return _("%(names)s and %(count)s more") % {"names": first, "count": more} if more > 0 else first


@dataclass(frozen=True)
class Piece:
    """One part of a longer period. `then` is its figure of the province, or of one unit; None where nothing stands.
    `n_expected`: from how many units it was asked for, as far as that is known."""

    period: Period
    is_asked: bool
    then: Then | None = None
    n_expected: int | None = None
    missing: list[str] = field(default_factory=list)  # whose report nobody has published

    @property
    def shown(self) -> Shown:
        return self.then.shown if self.then else Shown(Standing.MISSING, coverage=self.coverage or Coverage(0, 0))

    @property
    def coverage(self) -> Coverage | None:
        if self.then:
            return self.then.shown.coverage
        return None if self.n_expected is None else Coverage(0, self.n_expected)

    @property
    def is_known(self) -> bool:
        """A round asked for it; what nobody was asked for is missing in the sum like any other."""
        return self.is_asked or self.then is not None

    @property
    def is_partial(self) -> bool:
        return self.then is None or self.then.shown.coverage.is_partial

    @property
    def said(self) -> str:
        """How much of it there is: "Month 2/2026: 36/38; missing: Xã Pa Ủ"."""
        told = {"period": self.period, "coverage": self.coverage, "names": _first(self.missing)}
        if self.coverage is None or not self.coverage.m:
            return _("%(period)s: no data") % told
        if self.missing:
            return _("%(period)s: %(coverage)s; missing: %(names)s") % told
        return _("%(period)s: %(coverage)s") % told


@dataclass(frozen=True)
class Derived:
    """`last` is the part whose figure it is: of a stock or a running total, None of a sum."""

    shown: Shown
    pieces: list[Piece]
    frequency: Frequency
    last: Piece | None = None

    @property
    def is_sum(self) -> bool:
        return self.last is None

    @property
    def behind(self) -> list[Period]:
        """The parts that the figure rests on, newest first."""
        return [piece.period for piece in ([self.last] if self.last else self.pieces[::-1])]

    @property
    def notes(self) -> list[str]:
        """Why there is no value, and what is missing in it: never silently partial (domain.md 11)."""
        found = [of_reason(self.shown.reason)] if self.shown.reason else []
        if not self.shown.coverage.is_partial:
            return found
        counted = {"n": self.shown.coverage.n, "m": self.shown.coverage.m, "parts": self._lacking}
        if self.is_sum:
            return [*found, _("Partial: from %(n)s of %(m)s unit-periods. %(parts)s") % counted]
        return [*found, _("Partial: from %(n)s of %(m)s. %(parts)s") % counted]

    @property
    def notes_without_names(self) -> list[str]:
        found = [of_reason(self.shown.reason)] if self.shown.reason else []
        if not self.shown.is_reported or not self.shown.coverage.is_partial:
            return found
        counted = {"n": self.shown.coverage.n, "m": self.shown.coverage.m}
        words = _("Partial: from %(n)s of %(m)s unit-periods") if self.is_sum else _("Partial: from %(n)s of %(m)s")
        return [*found, words % counted]

    @property
    def rests_on(self) -> list[Period]:
        """The parts that have a figure in it, oldest first."""
        return [p.period for p in ([self.last] if self.last else self.pieces) if p.then]

    @property
    def _lacking(self) -> str:
        """Which parts, and whose; those that nobody was asked for at the end, together."""
        partial = [piece for piece in ([self.last] if self.last else self.pieces) if piece.is_partial]
        said = [piece.said for piece in partial if piece.is_known]
        if unasked := [str(piece.period) for piece in partial if not piece.is_known]:
            said.append(_("Not asked for: %(periods)s") % {"periods": _first(unasked)})
        return "; ".join(said)

    @property
    def measured_since(self) -> date | None:
        return next((p.then.measured_since for p in reversed(self.pieces) if p.then), None)

    def then(self, period: Period) -> Then | None:
        """As the figure of the longer period among those of others; None where no part has any."""
        return Then(period, self.shown, self.measured_since) if self.measured_since else None


def derive(measured: Definition, frequency: Frequency, pieces: Sequence[Piece], *, on: date) -> Derived:
    """`pieces`: every part, oldest first; `on`: the day as of which cut-offs are due."""
    parts = list(pieces)
    if measured.over_time != OverTime.FLOW:
        last = _last_due(parts, on)
        shown = last.shown if last else Shown(Standing.MISSING)
        return Derived(replace(shown, derived=_label(frequency, last)), parts, frequency, last)
    coverage = figures.over_periods([piece.coverage for piece in parts])
    blank = Shown(
        Standing.NOT_COMPUTABLE,
        decimals=measured.decimals,
        unit=measured.unit_of_measure,
        coverage=coverage,
        derived=_label(frequency),
    )
    return Derived(_added(measured, blank, [piece.shown for piece in parts], parts), parts, frequency)


def _last_due(pieces: Sequence[Piece], on: date) -> Piece | None:
    """The last part that was asked for and whose cut-off day is over, or whose figure stands before that. One that
    is due and has none is never replaced by an older one."""
    asked = [piece for piece in pieces if piece.is_asked or piece.then]
    due = [piece for piece in asked if piece.period.last_day < on or piece.then]
    return next(iter((due or asked)[::-1]), None)


def _label(frequency: Frequency, last: Piece | None = None) -> str:
    is_month = frequency == Frequency.MONTH
    if last is None:
        return _("computed from the months") if is_month else _("computed from the quarters")
    said = {"period": last.period}
    return _("from the months: %(period)s") % said if is_month else _("from the quarters: %(period)s") % said


def _added(measured: Definition, blank: Shown, said: Sequence[Shown], pieces: Sequence[Piece]) -> Shown:
    """A flow over the parts; `blank` with the reason where they do not add up."""
    known = [shown for shown in said if shown.is_reported]
    if reason := _why_not(measured, said, known, pieces):
        is_by_unit = reason == Reason.BY_UNIT
        return replace(blank, standing=Standing.BY_UNIT) if is_by_unit else replace(blank, reason=reason)
    if not known:
        return replace(blank, standing=_of_nothing(said))
    total = figures.spanned(
        measured.over_time,
        [Part(ZERO if shown.value is None else shown.value, shown.numerator, shown.denominator) for shown in known],
        is_ratio=measured.is_ratio,
        base=measured.ratio_base,
        decimals=measured.decimals,
    )
    if isinstance(total, Reason):
        return replace(blank, reason=total)
    above, below = (_summed(known, name) if measured.is_ratio else None for name in ("numerator", "denominator"))
    return replace(
        blank,
        standing=Standing.REPORTED,
        value=total.value,
        decimals=measured.decimals if measured.is_ratio else max(shown.decimals for shown in known),
        parts=of_parts(above, below),
        numerator=above,
        denominator=below,
        status=next((shown.status for shown in known if shown.status), ""),
    )


def _summed(known: Sequence[Shown], name: str) -> Decimal:
    return sum((getattr(shown, name) or ZERO for shown in known), ZERO)


def _why_not(
    measured: Definition, said: Sequence[Shown], known: Sequence[Shown], pieces: Sequence[Piece]
) -> Reason | None:
    """Why parts of which something is known are no sum."""
    barred = next((shown.barred for shown in said if shown.standing in BARRED), None)
    if barred or not known:
        return barred
    if len({p.then.measured_since for p in pieces if p.then and p.then.shown.is_reported}) > 1:
        return Reason.DEFINITION_CHANGED
    if any(shown.words for shown in known):
        return Reason.NO_NUMBER
    if any(shown.qualifier for shown in known):
        return Reason.ABOUT
    is_share_alone = any(shown.numerator is None for shown in known)
    return Reason.WITHOUT_PARTS if (measured.is_ratio or measured.is_percent) and is_share_alone else None


def _of_nothing(said: Sequence[Shown]) -> Standing:
    standings = {shown.standing for shown in said}
    if standings == {Standing.NOT_APPLICABLE}:
        return Standing.NOT_APPLICABLE
    return Standing.NOT_AVAILABLE if Standing.NOT_AVAILABLE in standings else Standing.MISSING


def of_reason(reason: Reason) -> str:
    """In a sentence, of a sum over periods."""
    sentences = {
        Reason.DEFINITION_CHANGED: _("Cannot be added up: the way of measuring changed within the period."),
        Reason.ABOUT: _("Cannot be added up: a figure of one of its parts is only about right."),
        Reason.WITHOUT_PARTS: _("Cannot be computed: of one of its parts only a percentage is known."),
    }
    return sentences.get(reason) or wording.of_reason(reason)
