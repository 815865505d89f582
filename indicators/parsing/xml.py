"""XML read as it streams by: nothing is built, and no document may define anything."""

from collections.abc import Callable, Mapping
from typing import IO
from xml.parsers import expat

from .refusal import Refusal

Attributes = dict[str, str]
_CHUNK = 65_536
_NO_MEMORY = expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]


class Walk:
    """Calls `starts[tag](attributes)` and `ends[tag](text)` for the tags of the given namespaces.

    `text` is what stood in the element itself; it is gathered for the tags of `ends` alone.
    """

    def __init__(
        self,
        namespaces: tuple[str, ...],
        starts: Mapping[str, Callable[[Attributes], None]],
        ends: Mapping[str, Callable[[str], None]],
    ) -> None:
        self.starts = {f"{space} {tag}": call for space in namespaces for tag, call in starts.items()}
        self.ends = {f"{space} {tag}": call for space in namespaces for tag, call in ends.items()}
        self.text: list[str] = []

    def through(self, source: IO[bytes]) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text.append
        try:
            while chunk := source.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as damaged:
            if damaged.code == _NO_MEMORY:
                raise MemoryError from damaged
            raise Refusal("no_table") from damaged

    def _start(self, name: str, attributes: Attributes) -> None:
        if call := self.starts.get(name):
            call(attributes)
        if self.text:
            self.text.clear()

    def _end(self, name: str) -> None:
        if call := self.ends.get(name):
            call("".join(self.text))
        if self.text:
            self.text.clear()


def refuse_doctype(*_declared: object) -> None:
    raise Refusal("doctype")
