"""Markings of state secrets: "MẬT", "TỐI MẬT", "TUYỆT MẬT" (domain.md 37). What bears one is refused.

In a text a marking stands alone, as a stamp does: in its own paragraph, cell or line, or behind "Độ mật:". Words of
every day hold the same syllable ("BẢO MẬT", "MẬT ĐỘ"), so a syllable within a sentence is none. In a name it is the
word in capitals, or in any case between separators, unless its neighbour makes one of those words of it.
"""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from .. import numbers
from ..refusals import Refused


def _spaced(word: str) -> str:
    """M Ậ T: letters of a stamp are often spaced, and a PDF may set each by itself."""
    return r"\s*".join(word)


_DEGREE = rf"(?:(?:{_spaced('TỐI')}|{_spaced('TUYỆT')})\s*)?{_spaced('MẬT')}"
_STAMP = re.compile(rf"[\W_]*{_DEGREE}[\W_]*")
_LABELLED = re.compile(r"[\W_]*độ\s+mật\s*[:.–-]\s*(?:(?:tối|tuyệt)\s+)?mật[\W_]*", re.IGNORECASE)
_APART = re.compile(r"[^\w\s]|_")
# bảo mật, bí mật, cơ mật, thân mật, độ mật, giải mật; mật độ, mật khẩu, mật mã, mật ong, mật thiết
_BEFORE = frozenset(("bảo", "bí", "cơ", "thân", "độ", "giải"))
_AFTER = frozenset(("độ", "khẩu", "mã", "ong", "thiết"))


def refuse_marked(*, name: str = "", texts: Iterable[str] = ()) -> None:
    if is_marked_name(name) or any(is_marked_text(text) for text in texts):
        raise Refused(marked())


def marked() -> str:
    return _('This file is marked "MẬT". Classified content must not be entered here.')


def is_marked_text(text: str, *, before: str = "", after: str = "") -> bool:
    """`before` and `after` are the neighbouring lines of a page that wraps: "… BẢO" and below it "MẬT"."""
    text = numbers.normalise(text)
    if _LABELLED.fullmatch(text):
        return True
    if not _STAMP.fullmatch(text):
        return False
    return not _is_a_word_of_every_day(_last(before), _first(after)) or len(re.findall(r"\w", text)) > len("MẬT")


def is_marked_name(name: str) -> bool:
    words = [(word, alone) for part in _parts(name) for word, alone in part]
    for place, (word, alone) in enumerate(words):
        before = words[place - 1][0].casefold() if place else ""
        after = words[place + 1][0].casefold() if place + 1 < len(words) else ""
        if word.casefold() != "mật":
            continue
        if before in ("tối", "tuyệt"):
            return True
        if (word == "MẬT" or alone) and not _is_a_word_of_every_day(before, after):
            return True
    return False


def _parts(name: str) -> list[list[tuple[str, bool]]]:
    """The words of a name between its separators; one that has a part to itself is marked so."""
    parts = [part.split() for part in _APART.split(numbers.normalise(name))]
    return [[(word, len(words) == 1) for word in words] for words in parts]


def _is_a_word_of_every_day(before: str, after: str) -> bool:
    return before.casefold() in _BEFORE or after.casefold() in _AFTER


def _last(line: str) -> str:
    return (numbers.normalise(line).split() or [""])[-1]


def _first(line: str) -> str:
    return (numbers.normalise(line).split() or [""])[0]
