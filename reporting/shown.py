"""What stands in the place of a figure, ready to be printed: of a total, or of one figure as it was written."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from indicators import numbers
from indicators.models import Definition, FigureStatus, Observation, OverUnits, ValueKind

from . import figures, wording
from .figures import Coverage, Reason, Standing, Sums

NOBODY = Coverage(0, 0)
BARRED = {
    Standing.NOT_COMPUTABLE: Reason.WITHOUT_PARTS,
    Standing.NO_RULE: Reason.NO_RULE,
    Standing.BY_UNIT: Reason.BY_UNIT,
}


@dataclass(frozen=True)
class Shown:
    standing: Standing
    value: Decimal | None = None
    decimals: int = 0
    qualifier: str = ""
    words: str = ""  # instead of a number: yes, no, or a text
    unit: str = ""
    parts: str = ""  # 729/1.000
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    status: str = ""  # of an estimate or a provisional figure
    coverage: Coverage = NOBODY
    derived: str = ""  # from which parts of a longer period, in words
    reason: Reason | None = None  # why a derived figure has no value

    @property
    def is_reported(self) -> bool:
        return self.standing == Standing.REPORTED

    @property
    def is_empty(self) -> bool:
        return self.standing in (*figures.WITHOUT_DATA, Standing.NOT_APPLICABLE)

    @property
    def is_percent(self) -> bool:
        return self.unit.startswith("%")

    @property
    def word(self) -> tuple[str, str]:
        return wording.of_standing(self.standing)

    @property
    def barred(self) -> Reason | None:
        """Why it may be compared with nothing although something was said; None of a number and of nothing."""
        if self.reason:
            return self.reason
        if self.standing in BARRED:
            return BARRED[self.standing]
        if not self.is_reported or self.value is not None:
            return None
        return Reason.NO_NUMBER if self.words else Reason.NO_DENOMINATOR

    def __str__(self) -> str:
        """In one line, for a sentence: "gần 400 tỷ đồng"."""
        if not self.is_reported:
            return str(self.word[1])
        if self.words or self.value is None:
            return self.words
        return numbers.show_with_unit(self.value, self.decimals, self.unit, self.qualifier)


def of_total(definition: Definition, sums: Sums) -> Shown:
    standing = figures.standing_of_total(definition.over_units, sums)
    shown = Shown(
        standing,
        decimals=0 if definition.over_units == OverUnits.COUNT else definition.decimals,
        unit=definition.unit_of_measure,
        coverage=figures.coverage(sums),
    )
    if standing != Standing.REPORTED:
        return shown
    is_ratio = definition.over_units == OverUnits.RATIO
    return replace(
        shown,
        value=_ratio(definition, sums.numerator, sums.denominator) if is_ratio else sums.value,
        parts=of_parts(sums.numerator, sums.denominator),
        numerator=sums.numerator,
        denominator=sums.denominator,
    )


def of_observation(given: Observation, definition: Definition, *, n_expected: int = 1) -> Shown:
    """As written. `n_expected` units should have said something about the same subject."""
    counts = Sums(
        n_expected=max(1, n_expected),
        n_reported=int(given.state == "reported"),
        n_not_available=int(given.state == "not_available"),
        n_not_applicable=int(given.state == "not_applicable"),
    )
    if given.state != "reported":
        return Shown(figures.standing_of_nothing(counts), coverage=figures.coverage(counts))
    value, decimals = given.value, given.decimals
    if value is None and given.has_parts:
        value, decimals = _ratio(definition, given.numerator, given.denominator), definition.decimals
    return Shown(
        Standing.REPORTED,
        value=value,
        decimals=decimals,
        qualifier=given.qualifier,
        words=_words(given, definition),
        unit=definition.unit_of_measure,
        parts=of_parts(given.numerator, given.denominator),
        numerator=given.numerator,
        denominator=given.denominator,
        status="" if given.status == FigureStatus.OFFICIAL else given.get_status_display(),
        coverage=figures.coverage(counts),
    )


def _ratio(definition: Definition, numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    if numerator is None or not denominator:
        return None
    return numbers.ratio(numerator, denominator, base=definition.ratio_base, decimals=definition.decimals)


def _words(given: Observation, definition: Definition) -> str:
    if definition.value_kind == ValueKind.TEXT:
        return given.text
    if definition.value_kind == ValueKind.YES_NO and given.value is not None:
        return (definition.yes_words or _("Yes")) if given.value else (definition.no_words or _("No"))
    return ""


def of_parts(numerator: Decimal | None, denominator: Decimal | None) -> str:
    if numerator is None or denominator is None:
        return ""
    return "/".join(numbers.show(n, figures.places(n)) for n in (numerator, denominator))
