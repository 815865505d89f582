"""What a formula is once it was read: nodes that cannot change, and how they are shown again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from ..numbers import MINUS, show

PLUS, TIMES, OVER = "+", "\N{MULTIPLICATION SIGN}", "\N{DIVISION SIGN}"
IS, IS_NOT = "=", "\N{NOT EQUAL TO}"


@dataclass(frozen=True)
class Figure:
    """A number that stands in the formula itself, with its decimals as written."""

    value: Decimal
    decimals: int = 0


@dataclass(frozen=True)
class Code:
    """The figure of an indicator."""

    code: str
    at: int = field(default=0, compare=False)  # the character of the text where it begins, from 1


@dataclass(frozen=True)
class OrZero:
    """The figure of an indicator, or 0 where none was reported: the one way to say that missing means zero."""

    of: Code


@dataclass(frozen=True)
class Condition:
    """A column of a register and what it holds, or must not hold."""

    column: str
    value: str
    is_not: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Count:
    """How many rows of a register fulfil every condition; what that means is the caller's."""

    register: str
    conditions: tuple[Condition, ...] = ()
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Negative:
    of: "Formula"


@dataclass(frozen=True)
class Chain:
    """Of one rank, from left to right: + and −, or × and ÷. Flat, so that a long sum is not a deep tree."""

    first: "Formula"
    rest: tuple[tuple[str, "Formula"], ...]

    @property
    def is_sum(self) -> bool:
        return self.rest[0][0] in (PLUS, MINUS)


Formula = Figure | Code | OrZero | Count | Negative | Chain


class Piece(NamedTuple):
    """A part of a shown formula; of an indicator's figure its code, of a count the count, for whoever links it."""

    text: str
    code: str = ""
    counts: "Count | None" = None


def _walk(formula: Formula) -> Iterator[Formula]:
    yield formula
    if isinstance(formula, Chain):
        for each in (formula.first, *(part for _sign, part in formula.rest)):
            yield from _walk(each)
    elif isinstance(formula, Negative | OrZero):
        yield from _walk(formula.of)


def codes(formula: Formula) -> tuple[str, ...]:
    """Of the indicators that it asks for, each once, in the order of the text."""
    return tuple(dict.fromkeys(each.code for each in _walk(formula) if isinstance(each, Code)))


def counts(formula: Formula) -> tuple[Count, ...]:
    return tuple(dict.fromkeys(each for each in _walk(formula) if isinstance(each, Count)))


def pieces(formula: Formula) -> list[Piece]:
    """As it is shown: one shape for every sign, whatever was typed; reading it again gives the same formula."""
    match formula:
        case Figure():
            return [Piece(_shown(formula))]
        case Code():
            return [Piece(_named(formula.code), formula.code)]
        case OrZero():
            return [Piece("or0("), *pieces(formula.of), Piece(")")]
        case Count():
            said = "; ".join([_quoted(formula.register), *map(_condition, formula.conditions)])
            return [Piece(f"count({said})", counts=formula)]
        case Negative():
            return [Piece(MINUS), *_bracketed(formula.of, isinstance(formula.of, Chain | Negative))]
        case Chain():
            return _chained(formula)


def _chained(chain: Chain) -> list[Piece]:
    found = _bracketed(chain.first, _stands_in_brackets(chain.first, chain))
    for sign, part in chain.rest:
        needs = isinstance(part, Negative) or _stands_in_brackets(part, chain)
        found += [Piece(f" {sign} "), *_bracketed(part, needs)]
    return found


def _stands_in_brackets(part: Formula, chain: Chain) -> bool:
    """Only a product within a sum needs none. A bracket at the beginning is kept as read."""
    return isinstance(part, Chain) and (part.is_sum or not chain.is_sum)


def _bracketed(formula: Formula, needs: bool) -> list[Piece]:
    shown = pieces(formula)
    return [Piece("("), *shown, Piece(")")] if needs else shown


def _shown(figure: Figure) -> str:
    """Without dots: 1.250 has two readings where it is read again."""
    return show(figure.value, figure.decimals).replace(".", "")


def is_plain(code: str) -> bool:
    """Whether a word needs neither brackets nor quotes: letters, digits, _ and single dots, a letter first."""
    bare = code.replace(".", "").replace("_", "")
    return bool(code) and code[0].isalpha() and code[-1] != "." and ".." not in code and bare.isalnum()


def _named(code: str) -> str:
    return code if is_plain(code) else f"[{code}]"


def _quoted(text: str) -> str:
    """A word within count: hyphens between plain words need no quotes."""
    return text if all(is_plain(each) or _is_digits(each) for each in text.split("-")) else f'"{text}"'


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _condition(condition: Condition) -> str:
    sign = IS_NOT if condition.is_not else IS
    return f"{_quoted(condition.column)} {sign} {_quoted(condition.value)}"
