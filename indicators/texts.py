"""What every entrance makes of a text. Plain values, and nothing of Django: the process that reads uploads needs it
too."""

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_WIDE_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def normalise(text: str) -> str:
    """NFC, nothing invisible, plain spaces, trimmed (domain.md 29)."""
    if text.isascii():  # nothing of all that is ASCII, and most cells of a table are
        return text.strip()
    visible = _WIDE_SPACE.sub(" ", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", visible).strip()


def holds_invisible(text: str) -> bool:
    """Characters that nobody sees, and spaces that look like plain ones."""
    return not text.isascii() and bool(_INVISIBLE.search(text) or _WIDE_SPACE.search(text))


def is_decomposed(text: str) -> bool:
    """Letters apart from their tones, as macOS writes them."""
    return not unicodedata.is_normalized("NFC", text)
