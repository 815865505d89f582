"""Why there is no value, and the one rounding at the end."""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class Reason(StrEnum):
    """An answer instead of a value; wording.py says each in a sentence."""

    NO_FIGURE = "no_figure"  # nothing was reported, or it could not be collected
    NO_NUMBER = "no_number"  # a word or a text
    NO_DENOMINATOR = "no_denominator"  # a ratio of nothing
    NO_RULE = "no_rule"  # several figures about one subject, and no rule that makes them one
    BY_UNIT = "by_unit"  # there is no figure above the unit
    WITHOUT_PARTS = "without_parts"  # only the percentage is known (domain.md 7)
    NOT_ADDED = "not_added"  # the indicator's rule over time adds nothing up
    PARTIAL = "partial"  # a sum over fewer than expected (domain.md 11)
    ABOUT = "about"  # "gần 400" is not 400 (domain.md 12)
    FROM_ZERO = "from_zero"  # of nothing there is no per cent
    NEW_YEAR = "new_year"  # a running total begins anew every year
    DEFINITION_CHANGED = "definition_changed"  # two ways of measuring (domain.md 13)
    NO_TARGET = "no_target"  # none of the province (domain.md 15)
    NO_BASELINE = "no_baseline"  # nothing says where the way starts
    BEFORE_START = "before_start"  # the figure is older than the starting value
    NO_WAY = "no_way"  # the starting value is the target
    PART_OF_YEAR = "part_of_year"  # an amount of a whole year is aimed at, and the year still runs
    REACHED = "reached"  # nothing is left to do
    DATE_PASSED = "date_passed"  # no period is left before the target's date
    STANDS_STILL = "stands_still"  # at this pace never
    TOO_FAR = "too_far"  # at this pace in more than a hundred years
    TOO_FEW_UNITS = "too_few_units"  # a ranking of one
    NOT_SWITCHED_ON = "not_switched_on"  # by whoever answers for the indicator (domain.md 47)
    NOT_PUBLISHED = "not_published"  # a ranking is of published figures alone
    RAW_COUNT = "raw_count"  # without a size: the largest unit would always be first
    NO_DIRECTION = "no_direction"  # neither more nor less is better
    OF_COMPANIES = "of_companies"  # ranked with nobody (domain.md 6)
    NOT_ASKED = "not_asked"  # not for that period, or of no such unit
    HIDDEN = "hidden"  # the breakdown is not shown to this reader (domain.md 41)
    ESTIMATE = "estimate"  # the official figure is still to come
    OTHER_LENGTH = "other_length"  # what comes in over a quarter is not held against what comes in over a year
    FIELD_CHANGED = "field_changed"  # not the same units hold places in both rankings


def rounded(exact: Fraction, decimals: int) -> Decimal:
    """Once, half up, away from zero: 0,25 becomes 0,3 and −0,25 becomes −0,3. Never "minus zero"."""
    units = (2 * abs(exact.numerator) * 10**decimals + exact.denominator) // (2 * exact.denominator)
    return Decimal(-units if exact < 0 and units else units).scaleb(-decimals)
