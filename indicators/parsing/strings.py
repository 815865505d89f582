"""The texts that the cells of a workbook share, and how Excel writes characters that XML does not hold."""

import re

from .xml import Attributes, Walk

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Strings:
    """`all` of them, by their place. A text in several fonts is one text; how it is pronounced is none."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self.pieces: list[str] = []
        self.is_aside = False

    def walk(self, namespaces: tuple[str, ...]) -> Walk:
        starts = {"si": self._begin, "rPh": self._step_aside}
        return Walk(namespaces, starts, {"t": self._take, "rPh": self._come_back, "si": self._finish})

    def _begin(self, _attributes: Attributes) -> None:
        self.pieces = []

    def _step_aside(self, _attributes: Attributes) -> None:
        self.is_aside = True

    def _come_back(self, _text: str) -> None:
        self.is_aside = False

    def _take(self, text: str) -> None:
        if not self.is_aside:
            self.pieces.append(text)

    def _finish(self, _text: str) -> None:
        self.all.append(unescaped("".join(self.pieces)))


def unescaped(text: str) -> str:
    """ "_x000D_" is a line's end; a character that no text may hold stays as it is written."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character.isprintable() or character in "\t\n\r" else match[0]
