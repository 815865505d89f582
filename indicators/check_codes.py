"""The short code of a content on screen and paper: the first 40 bits of its SHA-256 in letters and digits of which
none reads as another, in two groups; on a printed form the number of the hand-in behind it (7KQX-M3DB-2). Plain
values."""

import re

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 or O, no 1 or I
LENGTH = 8
HEX_DIGITS = LENGTH * 5 // 4
_TYPED = re.compile(rf"([{ALPHABET}]{{{LENGTH}}})(?:N(\d{{1,4}}))?")
_BETWEEN = re.compile(r"[\s./\\_\u2010-\u2015-]+")


def short(sha256: str) -> str:
    """Of nothing it is nothing."""
    if not sha256:
        return ""
    bits = int(sha256[:HEX_DIGITS], 16)
    letters = "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return f"{letters[:4]}-{letters[4:]}"


def of(sha256: str, number: int) -> str:
    """Of a hand-in: equal figures sent again bear another number."""
    return f"{short(sha256)}-{number}"


def read(text: str) -> tuple[str, int | None] | None:
    """(the first hex digits of the SHA-256, the number of the hand-in where it was given), whatever stands between
    the groups and in whatever case; None where the text is no code."""
    parts = [part for part in _BETWEEN.split(text.strip().upper()) if part]
    letters, rest = "", parts
    while rest and len(letters) < LENGTH:
        letters, rest = letters + rest[0], rest[1:]
    found = _TYPED.fullmatch(letters + (f"N{''.join(rest)}" if rest else ""))
    if found is None:
        return None
    bits = 0
    for letter in found[1]:
        bits = bits << 5 | ALPHABET.index(letter)
    return f"{bits:0{HEX_DIGITS}x}", int(found[2]) if found[2] else None


def is_of(text: str, sha256: str, number: int) -> bool:
    said = read(text)
    return said is not None and sha256.startswith(said[0]) and said[1] in (None, number)
