"""The sentences of the official report, whole, as the province writes them (words.md 69-72): one msgid a case, so
that no translator meets a sentence in pieces."""

from enum import StrEnum

from django.utils.translation import gettext_noop


class Way(StrEnum):
    UP = "up"
    DOWN = "down"
    SAME = "same"


class Since(StrEnum):
    YEAR = "year"  # the same period of last year
    LAST = "last"  # the period before


class Held(StrEnum):
    """What an amount is a share of."""

    PLAN = "plan"  # of the year
    TARGET = "target"  # of a later year


class Gap(StrEnum):
    """Where a percentage lies to its target."""

    BELOW = "below"
    ABOVE = "above"
    EQUAL = "equal"


AMOUNTS = {  # an amount; its move in per cent
    (None, None, None): gettext_noop("%(name)s up to %(date)s is %(figure)s."),
    (None, None, Held.PLAN): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, equal to %(share)s of the year's plan."
    ),
    (None, None, Held.TARGET): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, equal to %(share)s of the target of %(year)s."
    ),
    (Way.UP, Since.YEAR, None): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, up %(move)s on the same period last year."
    ),
    (Way.UP, Since.YEAR, Held.PLAN): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, up %(move)s on the same period last year, "
        "equal to %(share)s of the year's plan."
    ),
    (Way.UP, Since.YEAR, Held.TARGET): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, up %(move)s on the same period last year, "
        "equal to %(share)s of the target of %(year)s."
    ),
    (Way.DOWN, Since.YEAR, None): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, down %(move)s on the same period last year."
    ),
    (Way.DOWN, Since.YEAR, Held.PLAN): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, down %(move)s on the same period last year, "
        "equal to %(share)s of the year's plan."
    ),
    (Way.DOWN, Since.YEAR, Held.TARGET): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, down %(move)s on the same period last year, "
        "equal to %(share)s of the target of %(year)s."
    ),
    (Way.SAME, Since.YEAR, None): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, unchanged on the same period last year."
    ),
    (Way.SAME, Since.YEAR, Held.PLAN): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, unchanged on the same period last year, "
        "equal to %(share)s of the year's plan."
    ),
    (Way.SAME, Since.YEAR, Held.TARGET): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, unchanged on the same period last year, "
        "equal to %(share)s of the target of %(year)s."
    ),
    (Way.UP, Since.LAST, None): gettext_noop("%(name)s up to %(date)s is %(figure)s, up %(move)s on last period."),
    (Way.UP, Since.LAST, Held.PLAN): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, up %(move)s on last period, equal to %(share)s of the year's plan."
    ),
    (Way.UP, Since.LAST, Held.TARGET): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, up %(move)s on last period, "
        "equal to %(share)s of the target of %(year)s."
    ),
    (Way.DOWN, Since.LAST, None): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, down %(move)s on last period."
    ),
    (Way.DOWN, Since.LAST, Held.PLAN): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, down %(move)s on last period, "
        "equal to %(share)s of the year's plan."
    ),
    (Way.DOWN, Since.LAST, Held.TARGET): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, down %(move)s on last period, "
        "equal to %(share)s of the target of %(year)s."
    ),
    (Way.SAME, Since.LAST, None): gettext_noop("%(name)s up to %(date)s is %(figure)s, unchanged on last period."),
    (Way.SAME, Since.LAST, Held.PLAN): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, unchanged on last period, equal to %(share)s of the year's plan."
    ),
    (Way.SAME, Since.LAST, Held.TARGET): gettext_noop(
        "%(name)s up to %(date)s is %(figure)s, unchanged on last period, "
        "equal to %(share)s of the target of %(year)s."
    ),
}
RATIOS = {  # a percentage; its move on the last period in points
    (None, None): gettext_noop("%(name)s reached %(figure)s."),
    (None, Gap.BELOW): gettext_noop(
        "%(name)s reached %(figure)s, %(gap)s percentage points below the target of %(year)s."
    ),
    (None, Gap.ABOVE): gettext_noop(
        "%(name)s reached %(figure)s, %(gap)s percentage points above the target of %(year)s."
    ),
    (None, Gap.EQUAL): gettext_noop("%(name)s reached %(figure)s, equal to the target of %(year)s."),
    (Way.UP, None): gettext_noop("%(name)s reached %(figure)s, up %(move)s percentage points on last period."),
    (Way.UP, Gap.BELOW): gettext_noop(
        "%(name)s reached %(figure)s, up %(move)s percentage points on last period, "
        "%(gap)s percentage points below the target of %(year)s."
    ),
    (Way.UP, Gap.ABOVE): gettext_noop(
        "%(name)s reached %(figure)s, up %(move)s percentage points on last period, "
        "%(gap)s percentage points above the target of %(year)s."
    ),
    (Way.UP, Gap.EQUAL): gettext_noop(
        "%(name)s reached %(figure)s, up %(move)s percentage points on last period, "
        "equal to the target of %(year)s."
    ),
    (Way.DOWN, None): gettext_noop("%(name)s reached %(figure)s, down %(move)s percentage points on last period."),
    (Way.DOWN, Gap.BELOW): gettext_noop(
        "%(name)s reached %(figure)s, down %(move)s percentage points on last period, "
        "%(gap)s percentage points below the target of %(year)s."
    ),
    (Way.DOWN, Gap.ABOVE): gettext_noop(
        "%(name)s reached %(figure)s, down %(move)s percentage points on last period, "
        "%(gap)s percentage points above the target of %(year)s."
    ),
    (Way.DOWN, Gap.EQUAL): gettext_noop(
        "%(name)s reached %(figure)s, down %(move)s percentage points on last period, "
        "equal to the target of %(year)s."
    ),
    (Way.SAME, None): gettext_noop("%(name)s reached %(figure)s, unchanged on last period."),
    (Way.SAME, Gap.BELOW): gettext_noop(
        "%(name)s reached %(figure)s, unchanged on last period, "
        "%(gap)s percentage points below the target of %(year)s."
    ),
    (Way.SAME, Gap.ABOVE): gettext_noop(
        "%(name)s reached %(figure)s, unchanged on last period, "
        "%(gap)s percentage points above the target of %(year)s."
    ),
    (Way.SAME, Gap.EQUAL): gettext_noop(
        "%(name)s reached %(figure)s, unchanged on last period, equal to the target of %(year)s."
    ),
}
UNDATED = gettext_noop("%(name)s is %(figure)s.")  # an amount of a document that says no day
IN_WORDS = gettext_noop("%(name)s: %(figure)s.")  # a yes, a no or a text
MISSING = gettext_noop("In this period there is no data on %(name)s (supplier: %(unit)s).")
NOT_COMPUTABLE = gettext_noop("The province's figure of %(name)s cannot be computed.")
BY_UNIT = gettext_noop("Of %(name)s there are figures of units only, and none of the province.")
NOT_APPLICABLE = gettext_noop("In this period nobody has to report on %(name)s.")
BEHIND = gettext_noop(
    "%(name)s is behind the plan: %(figure)s, where %(planned)s was planned for %(date)s (lead unit: %(lead)s)."
)
BEHIND_BECAUSE = gettext_noop(
    "%(name)s is behind the plan: %(figure)s, where %(planned)s was planned for %(date)s, "
    "because of %(reason)s (lead unit: %(lead)s)."
)
MISSED = gettext_noop(
    "%(name)s has not met the target of %(year)s: %(figure)s, where %(target)s was aimed at (lead unit: %(lead)s)."
)
MISSED_BECAUSE = gettext_noop(
    "%(name)s has not met the target of %(year)s: %(figure)s, where %(target)s was aimed at, "
    "because of %(reason)s (lead unit: %(lead)s)."
)
