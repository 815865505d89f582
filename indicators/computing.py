"""Formulas of indicators as an administrator writes them: what may be asked for, and since when one is only shown.
A refusal is one sentence."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from . import register_words
from .formulas import NotAFormula, codes, counts, cycle_through, read, read_saved
from .models import BEGINNING, Definition, Indicator, RoundAct, RoundEvent, RoundLine, ValueKind

Dated = tuple[str, date, str]  # (code of the indicator, valid from, formula)


def refusal(text: str, *, code: str, valid_from: date | None, also: Collection[str] = ()) -> str:
    """Why the text cannot be the formula of the indicator from that day on; empty where it can. `also`: codes of
    indicators that are about to be. Three queries, and those of what it counts."""
    try:
        formula = read(text)
    except NotAFormula as wrong:
        return wrong.sentence
    asked = codes(formula)
    if code in asked:
        return _("The formula of %(code)s asks for itself.") % {"code": code}
    there = set(Indicator.objects.filter(code__in=asked).values_list("code", flat=True).order_by())
    if unknown := sorted(set(asked) - there - set(also)):
        return _("There is no indicator with the code %(codes)s.") % {"codes": ", ".join(unknown)}
    if why := register_words.refusal(counts(formula)):
        return why
    if prose := _texts(asked):
        return _("Nothing can be computed from a text: %(codes)s.") % {"codes": ", ".join(prose)}
    if way := _circle(code, valid_from or BEGINNING, text):
        return _("The formulas run in a circle: %(way)s.") % {"way": " → ".join(way)}
    return ""


def _texts(asked: Iterable[str]) -> list[str]:
    found = Definition.objects.filter(indicator__code__in=asked, value_kind=ValueKind.TEXT).order_by("indicator")
    return list(found.values_list("indicator__code", flat=True).distinct())


def _circle(code: str, valid_from: date, text: str) -> tuple[str, ...]:
    """On any day on which this formula would hold, with the formulas of that day."""
    rows = Definition.objects.order_by("indicator__code", "valid_from")
    stored: list[Dated] = list(rows.values_list("indicator__code", "valid_from", "formula"))
    held = [each for each in stored if each[:2] != (code, valid_from)] + [(code, valid_from, text)]
    until = min((day for of, day, _text in held if of == code and day > valid_from), default=date.max)
    days = {valid_from, *(day for _of, day, formula in held if formula and valid_from < day < until)}
    return next(filter(None, (cycle_through(code, asks_on(day, held)) for day in sorted(days))), ())


def asks_on(day: date, held: Iterable[Dated]) -> dict[str, tuple[str, ...]]:
    """What the formulas that hold on a day ask for, by indicator; one that cannot be read asks for nothing."""
    newest: dict[str, str] = {}
    for code, valid_from, text in sorted(held, key=lambda each: each[1]):
        if valid_from <= day:
            newest[code] = text
    return {code: _asked(text) for code, text in newest.items() if text}


def _asked(text: str) -> tuple[str, ...]:
    formula = read_saved(text)
    return codes(formula) if formula else ()


def asked_by(code: str) -> list[str]:
    """Codes of the indicators of which some formula, of whatever day, asks for this one."""
    rows = Definition.objects.computed().order_by("indicator__code").values_list("indicator__code", "formula")
    return list(dict.fromkeys(asking for asking, text in rows if code in _asked(text)))


def counting_in(register: str) -> list[str]:
    """Codes of the indicators of which some formula, of whatever day, counts in the register of this code."""
    rows = Definition.objects.computed().order_by("indicator__code").values_list("indicator__code", "formula")
    return list(dict.fromkeys(code for code, text in rows if register in _counted(text)))


def _counted(text: str) -> tuple[str, ...]:
    formula = read_saved(text)
    return tuple(each.register for each in counts(formula)) if formula else ()


def is_in_use(definition: Definition) -> bool:
    """Whether a round that asks for a figure of the formula, or for a list that it counts, was opened since the
    formula was recorded. One query."""
    asked = RoundLine.objects.filter(indicator__code__in=_asked(definition.formula))
    opened = RoundEvent.objects.filter(
        Q(round__in=asked.values("round")) | Q(round__form__register__code__in=_counted(definition.formula)),
        act=RoundAct.OPENED,
        at__gt=definition.recorded_at,
        round__period__day_after_last__gt=definition.valid_from,
    )
    return bool(definition.formula) and opened.exists()
