"""What the official report says of one figure, from plain values (words.md 69-72). No database.

Of a figure that is only about right or partial nothing is compared: whoever asks leaves those parts out, and the
sentence says nothing of them. Names and reasons are the texts of others and stay as they are, but for the first
letter within a sentence.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators import numbers
from indicators.calendars import show_day

from . import phrases
from .phrases import Gap, Held, Since, Way

SHARE_DECIMALS = 1
_FIRST_WORDS = re.compile(r"([^\W\d_]+)(?: ([^\W\d_]+))?")
_NO_SYLLABLE = re.compile(r"[fjwz]|(.)\1|.{8}", re.IGNORECASE)  # in Vietnamese: Internet, Viettel
_SAID_BECAUSE = re.compile(r"^(?:nguyên nhân:?\s+|lý do:?\s+)?(?:là\s+)?do\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Move:
    """How far a figure moved, in per cent or in points; never below 0."""

    way: Way
    by: str


@dataclass(frozen=True)
class Share:
    """Of which plan or target an amount is how much, in per cent. `year`: of a target; None of the year's plan."""

    percent: str
    year: int | None = None


@dataclass(frozen=True)
class Distance:
    """Of a percentage to its target, in points; never below 0."""

    gap: Gap
    by: str
    year: int


@dataclass(frozen=True)
class Late:
    """Behind what was planned for `on`, or past the `year` of the target without meeting it. `reason`: what was
    accepted with the figure; empty where nobody said why."""

    name: str
    figure: str
    lead: str
    aim: str
    on: date | None = None
    year: int | None = None
    reason: str = ""


def moved(amount: Decimal, decimals: int) -> Move:
    way = Way.UP if amount > 0 else Way.DOWN if amount < 0 else Way.SAME
    return Move(way, numbers.show(abs(amount), decimals))


def share_of(figure: Decimal, aim: Decimal, year: int | None = None) -> Share | None:
    """ "91%", "91,4%"; None of an aim of 0: of nothing there is no per cent."""
    if aim == 0:
        return None
    percent = numbers.ratio(figure, aim, base=100, decimals=SHARE_DECIMALS)
    return Share(f"{numbers.show(percent, 0 if percent == percent.to_integral_value() else SHARE_DECIMALS)}%", year)


def distance_to(figure: Decimal, aim: Decimal, decimals: int, year: int) -> Distance:
    """Of percentages; exact."""
    apart = figure - aim
    gap = Gap.ABOVE if apart > 0 else Gap.BELOW if apart < 0 else Gap.EQUAL
    return Distance(gap, numbers.show(abs(apart), decimals), year)


def amount(
    name: str,
    figure: str,
    up_to: date | None,
    *,
    in_a_year: Move | None = None,
    on_last: Move | None = None,
    share: Share | None = None,
) -> str:
    """ "Tổng … đến hết ngày … là …": on the same period of last year, else on the last period. Without a day, as
    archived documents say none, only the figure."""
    said = {"name": name, "figure": figure}
    if up_to is None:
        return _(phrases.UNDATED) % said
    since = Since.YEAR if in_a_year else Since.LAST if on_last else None
    move = in_a_year or on_last
    held = (Held.PLAN if share.year is None else Held.TARGET) if share else None
    facts = {
        "date": show_day(up_to),
        "move": f"{move.by}%" if move else "",
        "share": share.percent if share else "",
        "year": share.year if share else "",
    }
    return _(phrases.AMOUNTS[move.way if move else None, since, held]) % {**said, **facts}


def ratio(name: str, figure: str, *, on_last: Move | None = None, distance: Distance | None = None) -> str:
    """ "Tỷ lệ … đạt …", in points on the last period and to the target."""
    key = (on_last.way if on_last else None, distance.gap if distance else None)
    facts = {
        "move": on_last.by if on_last else "",
        "gap": distance.by if distance else "",
        "year": distance.year if distance else "",
    }
    return _(phrases.RATIOS[key]) % {"name": name, "figure": figure, **facts}


def in_words(name: str, figure: str) -> str:
    return _(phrases.IN_WORDS) % {"name": name, "figure": without_stop(figure)}


def missing(name: str, supplier: str) -> str:
    return _(phrases.MISSING) % {"name": lower_first(name), "unit": supplier}


def without_figure(phrase: str, name: str) -> str:
    """`phrase`: one of NOT_COMPUTABLE, BY_UNIT, NOT_APPLICABLE."""
    return _(phrase) % {"name": lower_first(name)}


def late(of: Late) -> str:
    reason = because(of.reason)
    facts = {"name": of.name, "figure": of.figure, "lead": of.lead, "reason": reason}
    if of.on is not None:
        phrase = phrases.BEHIND_BECAUSE if reason else phrases.BEHIND
        return _(phrase) % {**facts, "planned": of.aim, "date": show_day(of.on)}
    phrase = phrases.MISSED_BECAUSE if reason else phrases.MISSED
    return _(phrase) % {**facts, "target": of.aim, "year": of.year}


def not_reported(units: Iterable[str], on: date) -> str:
    """Empty where all have."""
    names = list(units)
    if not names:
        return ""
    sentence = ngettext(
        "%(n)s unit had not reported by %(date)s: %(names)s.",
        "%(n)s units had not reported by %(date)s: %(names)s.",
        len(names),
    )
    return sentence % {"n": len(names), "date": show_day(on), "names": ", ".join(names)}


def because(reason: str) -> str:
    """As it goes on after "do": without a "do" of its own and without its full stop."""
    return lower_first(_SAID_BECAUSE.sub("", without_stop(reason)))


def without_stop(text: str) -> str:
    return " ".join(text.split()).rstrip(" .;")


def lower_first(text: str) -> str:
    """Within a sentence; "LGSP", "2G", "Internet" and "Lai Châu" keep their capital."""
    found = _FIRST_WORDS.match(text)
    if found is None:
        return text
    word, following = found[1], found[2] or ""
    is_short = len(word) > 1 and word != word.capitalize()
    is_name = is_short or (len(following) > 1 and following == following.capitalize())
    return text if is_name or _NO_SYLLABLE.search(word) else text[0].lower() + text[1:]
