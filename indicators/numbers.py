"""Vietnamese numbers and text: reading, printing, folding for search, keys for sorting. Plain values only."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.utils.translation import gettext, gettext_noop

from .texts import normalise

MAX_DIGITS = 12  # SQLite keeps 15 significant digits; a total needs room above its entries
MAX_DECIMALS = 6
MINUS = "\N{MINUS SIGN}"

NOT_A_NUMBER = gettext_noop('"%(text)s" is not a number. Where there is none, choose a state on the right.')
TWO_READINGS = gettext_noop('"%(text)s" can be read as %(a)s or %(b)s. Choose one.')
NOT_WHOLE = gettext_noop(
    '"%(text)s" is not a whole number. Only whole numbers are taken here; '
    "dots separate groups of three digits, as in 14.433."
)
MISPLACED = gettext_noop(
    'The dots or commas in "%(text)s" are misplaced: dots separate groups of three digits, '
    "one comma separates the decimals, as in 1.250,5."
)
NOT_A_PERCENTAGE = gettext_noop('"%(text)s" carries a percent sign, but this figure is not a percentage.')
TOO_MANY_DECIMALS = gettext_noop(
    '"%(text)s" has %(found)s decimals; at most %(allowed)s are kept here, and nothing is rounded silently.'
)
TOO_MANY_DIGITS = gettext_noop(
    '"%(text)s" is too long: a figure has at most %(digits)s digits, %(decimals)s of them decimals. '
    "Use a larger unit of measure, for example billion instead of million."
)

_QUALIFIERS = {"gần": "nearly", "trên": "over", "khoảng": "about"}
_PHRASES = {
    "nearly": gettext_noop("nearly %(number)s"),
    "over": gettext_noop("over %(number)s"),
    "about": gettext_noop("about %(number)s"),
}

_FIGURE = re.compile(
    r"(?:(?P<word>gần|trên|khoảng) )?(?P<minus>[-−]?)(?P<body>[0-9][0-9., ]*?) ?(?P<percent>%?)",
    re.IGNORECASE,
)
_VIETNAMESE = re.compile(r"([0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+)(?:,([0-9]+))?")
_DOT_AS_COMMA = re.compile(r"([0-9]+)\.([0-9]+)")
_GROUP_OR_DECIMALS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_POINTS_TO_COMMAS = str.maketrans(",.", ".,")

_D = str.maketrans("đð", "dd")  # ð: old documents write Ð (eth) for Đ

_SYMBOLS = "0123456789abcdefghijklmnopqrstuvwxyz"
_END, _SPACE, _NUMBER = "0", "1", "2"
_RANKS = dict(zip("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", _SYMBOLS[3:], strict=True))
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_WORD = re.compile("(?:[^\\W_][\u0300-\u036f]*)+")
_LETTER_OR_NUMBER = re.compile(r"[0-9]{1,35}|[^0-9]")


class Unreadable(ValueError):
    """A text that is not taken as a figure; `sentence` says why in the reader's language."""

    def __init__(self, message: str, **params: str | int) -> None:
        super().__init__(message, params)
        self.message = message
        self.params = params

    @property
    def sentence(self) -> str:
        return gettext(self.message) % self.params

    def __str__(self) -> str:
        return self.sentence


class TwoReadings(Unreadable):
    """Each of `readings` is a text that `parse` reads one way only."""

    def __init__(self, text: str, readings: tuple[str, str]) -> None:
        super().__init__(TWO_READINGS, text=text, a=readings[0], b=readings[1])
        self.readings = readings


class Number(NamedTuple):
    value: Decimal
    decimals: int  # as written: 53,80 has two
    qualifier: str = ""


def parse(text: str, *, decimals: int | None, percent: bool = False) -> Number:
    """Read a figure as written, or raise Unreadable; never guess between two readings (domain.md 12, 28).

    `decimals` is the definition's; None where none is at hand: up to MAX_DECIMALS, counted as written.
    Groups of three may be set off by dots or by spaces. A single dot that cannot set off a group (53.33,
    0.125, 1234.569) is the decimal comma. A minus touches its number: "- 5" may be an item of a list.
    """
    if text.isascii() and text.isdigit():  # most cells of a table: one reading, whatever the definition
        _refuse_excess(text, "", text, decimals)
        return Number(Decimal(text), 0)
    written = " ".join(normalise(text).split())
    match = _FIGURE.fullmatch(written)
    if match is None:
        raise Unreadable(NOT_A_NUMBER, text=written)
    if match["percent"] and not percent:
        raise Unreadable(NOT_A_PERCENTAGE, text=written)
    if decimals != 0 and _GROUP_OR_DECIMALS.fullmatch(match["body"]):
        raise TwoReadings(written, _readings(match, percent=percent))
    whole, fraction = _split(match["body"], written, decimals)
    _refuse_excess(whole, fraction, written, decimals)
    value = Decimal(f"{whole}.{fraction}")
    qualifier = _QUALIFIERS[match["word"].lower()] if match["word"] else ""
    return Number(-value if match["minus"] else value, len(fraction), qualifier)


def _readings(match: re.Match[str], *, percent: bool) -> tuple[str, str]:
    before = match.string[: match.start("body")].replace("-", MINUS)
    as_decimal = before + match["body"].replace(".", ",") + ("%" if percent else "")
    return as_decimal, before + match["body"].replace(".", "")


def _split(body: str, written: str, decimals: int | None) -> tuple[str, str]:
    """The digits before and behind the decimal comma."""
    match = _VIETNAMESE.fullmatch(body)
    if decimals == 0:
        if match is None or match[2]:
            raise Unreadable(NOT_WHOLE, text=written)
    else:
        match = match or _DOT_AS_COMMA.fullmatch(body)
        if match is None:
            raise Unreadable(MISPLACED, text=written)
    return match[1].replace(".", "").replace(" ", ""), match[2] or ""


def _refuse_excess(whole: str, fraction: str, written: str, decimals: int | None) -> None:
    """At most MAX_DIGITS with the definition's decimals counted, written or not; nothing is rounded."""
    allowed = MAX_DECIMALS if decimals is None else decimals
    if len(fraction) > allowed:
        raise Unreadable(TOO_MANY_DECIMALS, text=written, found=len(fraction), allowed=allowed)
    counted = len(fraction) if decimals is None else decimals
    if len(whole.lstrip("0")) + counted > MAX_DIGITS:
        raise Unreadable(TOO_MANY_DIGITS, text=written, digits=MAX_DIGITS, decimals=counted)


def show(value: Decimal, decimals: int, qualifier: str = "") -> str:
    """One form in every language, "14.433" and "−0,38": a figure does not change its shape (domain.md 27)."""
    rounded = value.quantize(Decimal((0, (1,), -decimals)), ROUND_HALF_UP)
    number = f"{rounded.copy_abs():,f}".translate(_POINTS_TO_COMMAS)
    if rounded < 0:
        number = MINUS + number
    return gettext(_PHRASES[qualifier]) % {"number": number} if qualifier else number


def show_with_unit(value: Decimal, decimals: int, unit: str, qualifier: str = "") -> str:
    return with_unit(show(value, decimals, qualifier), unit)


def with_unit(number: str, unit: str) -> str:
    """ "53,8%" without a space, "14.433 km" with one (domain.md 27)."""
    if not number or not unit:
        return number
    return f"{number}{unit}" if unit.startswith("%") else f"{number} {unit}"


def show_in_input(value: Decimal, decimals: int, *, allowed: int | None) -> str:
    """As `show`, without the dot that `parse(decimals=allowed)` would refuse for its two readings."""
    shown = show(value, decimals)
    if allowed != 0 and _GROUP_OR_DECIMALS.fullmatch(shown.lstrip(MINUS)):
        return shown.replace(".", "")
    return shown


def ratio(numerator: Decimal, denominator: Decimal, *, base: int, decimals: int) -> Decimal:
    """numerator / denominator x base (100 for a percentage), exact until it is rounded once, half up."""
    (a, under_a), (b, under_b) = numerator.as_integer_ratio(), denominator.as_integer_ratio()
    above, below = a * under_b * base * 10**decimals, b * under_a
    units = (2 * abs(above) + abs(below)) // (2 * abs(below))
    return Decimal(units if above * below > 0 else -units).scaleb(-decimals)


def fold(text: str) -> str:
    """For search: "doan ket" finds "Đoàn Kết" (domain.md 29)."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFD", normalise(text).casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.casefold().translate(_D).split())


def sort_key(text: str) -> str:
    """[0-9a-z] alone, whose plain order is the Vietnamese one: alphabet first, tones last (domain.md 29).

    A letter is one symbol; a space comes before digits and digits before letters; a number is led by its
    length, so that Xã 2 precedes Xã 10. A word has one tone wherever it is typed: "hoà" and "hòa" are one.
    """
    decomposed = unicodedata.normalize("NFD", normalise(text).lower().replace("ð", "đ"))
    words = _WORD.findall(decomposed)
    tones = "".join(max(_TONES.get(character, "0") for character in word) for word in words)
    return _SPACE.join(map(_rank_word, words)) + _END + tones.rstrip("0")


def _rank_word(word: str) -> str:
    toneless = "".join(character for character in word if character not in _TONES)
    parts = _LETTER_OR_NUMBER.findall(unicodedata.normalize("NFC", toneless))
    return "".join(_rank_number(part) if part[0] in "0123456789" else _rank_letter(part) for part in parts)


def _rank_number(digits: str) -> str:
    significant = digits.lstrip("0")
    return _NUMBER + _SYMBOLS[len(significant)] + significant


def _rank_letter(letter: str) -> str:
    """A letter of no Vietnamese alphabet ranks as its base (ü as u) or not at all."""
    return _RANKS.get(letter) or "".join(_RANKS.get(base, "") for base in fold(letter))
