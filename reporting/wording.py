"""Statuses and reasons in words: what `figures` decides as a code, said as a reader reads it (domain.md 16).

A status is a class of the stylesheet, which draws its shape, and a word. Only what was compared has a colour.
"""

from django.utils.translation import gettext as _

from .figures import WITHOUT_DATA, Reason, Standing, Status
from .figures.restating import Barred

CLASSES = {
    Status.ALREADY_MET: "met",
    Status.ON_TRACK: "on-path",
    Status.LATE: "behind",
    Status.REACHED: "met",
    Status.EXCEEDED: "exceeded",
    Status.MISSED: "missed",
    Status.NO_DATA: "no-data",
    Status.NO_TARGET: "no-target",
    Status.NOT_COMPARABLE: "not-comparable",
}


def of_status(status: Status) -> tuple[str, str]:
    """(class, word)."""
    words = {
        Status.ALREADY_MET: _("Target already met"),
        Status.ON_TRACK: _("On track"),
        Status.LATE: _("Behind the plan"),
        Status.REACHED: _("Target met"),
        Status.EXCEEDED: _("Target exceeded"),
        Status.MISSED: _("Target not met"),
        Status.NO_DATA: _("No data"),
        Status.NO_TARGET: _("No target"),
        Status.NOT_COMPARABLE: _("Not comparable"),
    }
    return CLASSES[status], words[status]


def of_standing(standing: Standing) -> tuple[str, str]:
    """(class, word) of a figure that is compared with nothing: no colour, and never red (domain.md 15)."""
    if standing in WITHOUT_DATA:
        return of_status(Status.NO_DATA)
    if standing == Standing.NOT_APPLICABLE:
        return "not_applicable", _("Not applicable")
    return of_status(Status.NO_TARGET)


def of_barred(barred: Barred) -> str:
    """Why a figure is not restated on the units of today."""
    sentences = {
        Barred.SPLIT: _("a former unit was split, and nothing is apportioned"),
        Barred.NOBODY: _("no unit of that day went into it"),
        Barred.CROSSED: _("the figure is about districts, whose lines the units of today cross"),
        Barred.NO_RULE: _("the indicator is not added over units"),
        Barred.PERCENT_ONLY: _("only a percentage was reported, without its parts"),
        Barred.SEVERAL_MEASURES: _("the former units measured in different ways"),
        Barred.MISSING: _("no former unit has a figure of that period"),
        Barred.HIDDEN: _("the figures of the former units are not shown to every reader"),
    }
    return sentences[barred]


def of_reason(reason: Reason) -> str:
    """A sentence; empty for a reason that the place of the figure already says."""
    sentences = {
        Reason.NO_NUMBER: _("What was reported is not a number."),
        Reason.NO_DENOMINATOR: _("Cannot be computed: the denominator is 0."),
        Reason.NO_RULE: _("Several figures were reported, and no rule makes them one."),
        Reason.BY_UNIT: _("There is no figure of the province, only of units."),
        Reason.WITHOUT_PARTS: _("Cannot be computed: only a percentage was reported."),
        Reason.NOT_ADDED: _("By its rule over time the indicator is not added up."),
        Reason.PARTIAL: _("Not all units are in the sum yet."),
        Reason.ABOUT: _("One of the two figures is only about right."),
        Reason.FROM_ZERO: _("It was 0 before, so there is no percentage."),
        Reason.NEW_YEAR: _("The running total began anew this year."),
        Reason.DEFINITION_CHANGED: _("The way of measuring changed, so the two are not compared."),
        Reason.NO_BASELINE: _("No starting value has been entered."),
        Reason.BEFORE_START: _("The figure is older than the starting value."),
        Reason.NO_WAY: _("The starting value is the target."),
        Reason.PART_OF_YEAR: _("The target is of a whole year, and this period is not a part of it that adds up."),
        Reason.REACHED: _("The target is met."),
        Reason.DATE_PASSED: _("No period is left before the date of the target."),
        Reason.STANDS_STILL: _("At the present pace it is never reached."),
        Reason.TOO_FAR: _("At the present pace it takes more than a hundred years."),
        Reason.TOO_FEW_UNITS: _("Too few units have a figure."),
        Reason.NOT_SWITCHED_ON: _("Whoever answers for this indicator has not switched a ranking on."),
        Reason.NOT_PUBLISHED: _("Only published figures are ranked."),
        Reason.RAW_COUNT: _("The figure is a count without the size of the unit, so nobody is ranked by it."),
        Reason.NO_DIRECTION: _("Neither more nor less is better here, so nobody is ahead."),
        Reason.OF_COMPANIES: _("Companies supply figures and are ranked with nobody."),
        Reason.NOT_ASKED: _("In this period no unit of this kind was asked for it."),
        Reason.HIDDEN: _("What each unit reported is not shown to this account."),
        Reason.ESTIMATE: _("An estimate; the official figure is still to come."),
        Reason.OTHER_LENGTH: _("The two periods are not equally long."),
        Reason.FIELD_CHANGED: _("Not the same units had a figure."),
    }
    return sentences.get(reason, "")


def in_short(reason: Reason) -> str:
    """For a cell of a table; empty where a dash says enough."""
    words = {
        Reason.DEFINITION_CHANGED: _("measured differently"),
        Reason.PARTIAL: _("units missing"),
        Reason.TOO_FEW_UNITS: _("too few units"),
        Reason.ABOUT: _("not exact"),
        Reason.NEW_YEAR: _("a new year began"),
        Reason.FROM_ZERO: _("from 0 before"),
    }
    return words.get(reason, "")
