"""Where in the bytes of an XML part its elements stand, so that one is exchanged and nothing else touched."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers import expat

from .refusal import Refusal
from .xml import Attributes, refuse_doctype

START = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ONE_BYTE = ("utf-8", "utf8", "us-ascii", "ascii")


@dataclass
class Element:
    """`tag` without its prefix; its bytes are start:after, those of what it holds inside:end."""

    tag: str
    attributes: Attributes
    start: int
    inside: int = 0
    end: int = 0
    after: int = 0
    text: str = ""


def elements(xml: bytes, wants: Callable[[str, Attributes], bool]) -> list[Element]:
    """The wanted elements in the order in which they end. `wants` is asked about every element, in their order."""
    if xml.startswith(_UTF_16):
        raise Refusal("no_table")
    parser, found = expat.ParserCreate(), _Found(xml, wants)
    parser.buffer_text = True
    parser.XmlDeclHandler = _refuse_encoding
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = lambda name, attributes: found.begin(name, attributes, parser.CurrentByteIndex)
    parser.EndElementHandler = lambda _name: found.finish(parser.CurrentByteIndex)
    parser.CharacterDataHandler = found.take
    parser.Parse(xml, True)
    return found.all


def _refuse_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    """Places are counted in bytes of UTF-8, which every program for sheets writes."""
    if encoding and encoding.lower() not in _ONE_BYTE:
        raise Refusal("no_table")


class _Found:
    def __init__(self, xml: bytes, wants: Callable[[str, Attributes], bool]) -> None:
        self.xml, self.wants = xml, wants
        self.open: list[Element | None] = []
        self.all: list[Element] = []

    def begin(self, name: str, attributes: Attributes, place: int) -> None:
        tag = name.rpartition(":")[2]
        is_wanted = self.wants(tag, attributes)
        self.open.append(Element(tag, attributes, place) if is_wanted else None)

    def take(self, text: str) -> None:
        for element in self.open:
            if element is not None:
                element.text += text

    def finish(self, place: int) -> None:
        element = self.open.pop()
        if element is None:
            return
        begin = START.match(self.xml, element.start)
        if begin is None:
            raise Refusal("no_table")
        is_empty = begin[0].endswith(b"/>")
        element.inside = begin.end()
        element.end = element.inside if is_empty else place
        element.after = element.inside if is_empty else self.xml.index(b">", place) + 1
        self.all.append(element)
