"""From a text to a tree. Whatever is typed, the answer is a tree or one sentence that names the place."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext, gettext_noop

from ..numbers import MINUS, Unreadable, parse
from ..texts import normalise
from .tree import IS_NOT, OVER, PLUS, TIMES, Chain, Code, Condition, Count, Figure, Formula, Negative, OrZero

MAX_LENGTH = 500  # characters: half a page, and nothing that takes long to read or to compute
MAX_DEPTH = 20  # brackets within brackets

EMPTY = gettext_noop("The formula is empty.")
TOO_LONG = gettext_noop("The formula has %(found)s characters; at most %(allowed)s are taken.")
TOO_DEEP = gettext_noop("Character %(at)s: more than %(allowed)s brackets lie within each other.")
STRANGE = gettext_noop(
    'Character %(at)s: "%(found)s" is not understood. A formula holds numbers, codes of indicators, +, −, ×, ÷ and '
    "brackets."
)
NOT_A_NUMBER = gettext_noop("Character %(at)s: %(sentence)s")
OPERAND = gettext_noop(
    'Character %(at)s: a number, the code of an indicator or "(" is expected here, not "%(found)s".'
)
OPERATOR = gettext_noop('Character %(at)s: +, −, × or ÷ is expected before "%(found)s".')
ENDS_EARLY = gettext_noop(
    'The formula ends after character %(at)s, where a number, the code of an indicator or "(" is expected.'
)
NOT_CLOSED = gettext_noop('The "%(found)s" at character %(at)s is not closed.')
NOT_OPENED = gettext_noop('The ")" at character %(at)s closes nothing.')
NO_FUNCTION = gettext_noop('Character %(at)s: there is no function "%(found)s". There is or0(code).')
OR0 = gettext_noop('Character %(at)s: or0 takes the code of one indicator, as in or0(HT.02), not "%(found)s".')
REGISTER = gettext_noop(
    'Character %(at)s: count begins with the name of a register, as in count(applications), not with "%(found)s".'
)
CONDITION = gettext_noop(
    'Character %(at)s: a condition is a column, = or ≠, and a value, as in LGSP = yes; "%(found)s" is in its place.'
)

_SIGNS = {
    "+": PLUS,
    "-": MINUS,
    MINUS: MINUS,
    "\N{EN DASH}": MINUS,
    "*": TIMES,
    TIMES: TIMES,
    "\N{DOT OPERATOR}": TIMES,
    "\N{MIDDLE DOT}": TIMES,
    "/": OVER,
    ":": OVER,
    OVER: OVER,
}
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>[0-9]+(?:[.,][0-9]+)*)(?![^\W_])
  | (?P<name>[^\W\d_][^\W]*(?:\.[^\W]+)*)
  | \[(?P<bracketed>[^\[\]"]*[^\s\[\]"][^\[\]"]*)\]
  | "(?P<quoted>[^"]*)"
  | (?P<sign>[-+*/:×÷−–⋅·])
  | (?P<equals><>|!=|[=≠])
  | (?P<mark>[();,])
    )""",
    re.VERBOSE,
)
_CURLY = str.maketrans("“”„", '"""')


class NotAFormula(ValueError):
    """`sentence` says in the reader's language what is wrong, and where; `at` is that character, from 1."""

    def __init__(self, message: str, *, at: int = 1, **params: str | int) -> None:
        super().__init__(message, at, params)
        self.message = message
        self.at = at
        self.params = params

    @property
    def sentence(self) -> str:
        params = {"at": self.at, **self.params}
        if isinstance(self.__cause__, Unreadable):
            params["sentence"] = self.__cause__.sentence
        return gettext(self.message) % params

    def __str__(self) -> str:
        return self.sentence


class Token(NamedTuple):
    kind: str
    text: str
    at: int


END = ""
END_OF_ALL = Token(END, "", 0)
_HYPHENATED = ("name", "number")


def read(text: str) -> Formula:
    """A tree, or NotAFormula. Numbers are read as everywhere else: 12,5 and 12.5 are one, 1.250 has two readings
    and is refused with both (domain.md 28)."""
    plain = normalise(text).translate(_CURLY)
    if not plain:
        raise NotAFormula(EMPTY)
    if len(plain) > MAX_LENGTH:
        raise NotAFormula(TOO_LONG, at=MAX_LENGTH + 1, found=len(plain), allowed=MAX_LENGTH)
    reader = _Reader(_tokens(plain), last=len(plain))
    formula = reader.sum()
    reader.expect_end()
    return formula


def _tokens(text: str) -> list[Token]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _strange(text, at)
        kind = match.lastgroup
        start = match.start(kind) - (kind in ("bracketed", "quoted"))
        found.append(Token(kind, match[kind], start + 1))
        at = match.end()
    return found


def _strange(text: str, at: int) -> NotAFormula:
    """The first character that begins nothing, shown with the letters and digits that touch it."""
    at += len(text[at:]) - len(text[at:].lstrip())
    if text[at] in '["':
        return NotAFormula(NOT_CLOSED, at=at + 1, found=text[at])
    touching = re.match(r"[\w.,]{1,20}", text[at:])
    return NotAFormula(STRANGE, at=at + 1, found=touching[0] if touching else text[at])


@lru_cache(maxsize=1024)
def read_saved(text: str) -> Formula | None:
    """What an administrator saved could be read then; None should that no longer hold."""
    try:
        return read(text)
    except NotAFormula:
        return None


class _Reader:
    """Descends over the tokens: sum → product → signed → operand."""

    def __init__(self, tokens: list[Token], *, last: int) -> None:
        self.tokens = [*tokens, Token(END, "", last)]
        self.place = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def step(self) -> Token:
        token = self.token
        self.place += token.kind != END
        return token

    def sum(self) -> Formula:
        return self._chain(self.product, (PLUS, MINUS))

    def product(self) -> Formula:
        return self._chain(self.signed, (TIMES, OVER))

    def _chain(self, part: Callable[[], Formula], signs: tuple[str, str]) -> Formula:
        first, rest = part(), []
        while self.token.kind == "sign" and _SIGNS[self.token.text] in signs:
            sign = _SIGNS[self.step().text]
            rest.append((sign, part()))
        return Chain(first, tuple(rest)) if rest else first

    def signed(self) -> Formula:
        if self.token.kind == "sign" and _SIGNS[self.token.text] == MINUS:
            return Negative(self._deeper(self.step(), self.signed))
        return self.operand()

    def operand(self) -> Formula:
        token = self.step()
        if token.kind == "number":
            return _number(token)
        if token.kind == "bracketed":
            return Code(token.text.strip(), token.at)
        if token.kind == "name":
            return self._call(token) if self._is("(") else Code(token.text, token.at)
        if token.kind == "mark" and token.text == "(":
            inner = self._deeper(token, self.sum)
            self._close(token)
            return inner
        raise self._missing(OPERAND, token)

    def expect_end(self) -> None:
        token = self.token
        if token.kind == "mark" and token.text == ")":
            raise NotAFormula(NOT_OPENED, at=token.at)
        if token.kind != END:
            raise NotAFormula(OPERATOR, at=token.at, found=token.text)

    def _call(self, name: Token) -> Formula:
        function = {"or0": self._or_zero, "count": self._count}.get(name.text.lower())
        if function is None:
            raise NotAFormula(NO_FUNCTION, at=name.at, found=name.text)
        opening = self.step()
        called = function(name)
        self._close(opening)
        return called

    def _or_zero(self, _name: Token) -> Formula:
        token = self.step()
        if token.kind not in ("name", "bracketed") or self._is("("):
            raise self._missing(OR0, token)
        return OrZero(Code(token.text.strip(), token.at))

    def _count(self, name: Token) -> Formula:
        register = self._word(REGISTER)
        conditions = []
        while self._is(";") or self._is(","):
            self.step()
            conditions.append(self._condition())
        return Count(register.text, tuple(conditions), name.at)

    def _condition(self) -> Condition:
        column = self._word(CONDITION)
        sign = self.step()
        if sign.kind != "equals":
            raise self._missing(CONDITION, sign)
        value = self._word(CONDITION)
        return Condition(column.text, value.text, sign.text in (IS_NOT, "!=", "<>"), column.at)

    def _word(self, otherwise: str) -> Token:
        token = self.step()
        if token.kind not in ("name", "quoted", "bracketed", "number") or not token.text.strip():
            raise self._missing(otherwise, token)
        text = token.text.strip()
        while token.kind in _HYPHENATED and self._goes_on(token.at + len(text)):
            text += self.step().text + self.step().text
        return token._replace(text=text)

    def _goes_on(self, end: int) -> bool:
        """Within count a hyphen between two words that touch it belongs to one code: NEN-TANG, 2026-Q3."""
        hyphen, then = self.tokens[self.place : self.place + 2] if self.token.kind == "sign" else (END_OF_ALL,) * 2
        return (hyphen.text, hyphen.at) == ("-", end) and then.kind in _HYPHENATED and then.at == end + 1

    def _is(self, mark: str) -> bool:
        return self.token.kind == "mark" and self.token.text == mark

    def _close(self, opening: Token) -> None:
        if self.token.kind == END:
            raise NotAFormula(NOT_CLOSED, at=opening.at, found="(")
        if not self._is(")"):
            raise NotAFormula(OPERATOR, at=self.token.at, found=self.token.text)
        self.step()

    def _deeper(self, token: Token, part: Callable[[], Formula]) -> Formula:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotAFormula(TOO_DEEP, at=token.at, allowed=MAX_DEPTH)
        inner = part()
        self.depth -= 1
        return inner

    def _missing(self, otherwise: str, token: Token) -> NotAFormula:
        if token.kind == END:
            return NotAFormula(ENDS_EARLY, at=token.at)
        return NotAFormula(otherwise, at=token.at, found=token.text)


def _number(token: Token) -> Figure:
    try:
        number = parse(token.text, decimals=None)
    except Unreadable as wrong:
        raise NotAFormula(NOT_A_NUMBER, at=token.at) from wrong
    return Figure(number.value, number.decimals)
