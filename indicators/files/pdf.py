"""The lines of a PDF, as far as the standard library reaches: uncompressed and Flate streams (ASCII85 around them
too), in fonts that say by a ToUnicode map which letters they draw, as Word, LibreOffice and browsers write them.

Not seen: pictures, so no scan; fonts without such a map; letters that are drawn as outlines; what comes after the
limits below. Pages are not looked up: the fonts of a name are those that any page calls so, and where there are
several, the text is read once by each.

The file may be hostile: every expression here reads a text in one go, and every loop has its limit.
"""

import base64
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

MAX_INFLATED = 20_000_000  # bytes, all streams together
MAX_READ = 2_000_000  # bytes of text, all streams and all readings together: some 200 pages
MAX_OBJECTS = 20_000
MAX_BODY = 4_000  # bytes that an object says of itself; a list of fonts has some hundred
MAX_MAP = 1_000_000
MAX_CODES = 70_000  # of one map: a font has at most 65,536
MAX_FONTS_OF_A_NAME = 8
UNREADABLE = "0"  # stands where a letter is not known: what is read around it is then no marking

_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_NUMBER = re.compile(rb"(\d{1,10})\s{1,4}\d{1,5}\s{1,4}\Z")
_NO_TEXT = (b"/Image", b"/FontFile", b"/Length1", b"/XRef", b"/DCTDecode", b"/JPXDecode", b"/CCITTFaxDecode")
_FIRST = re.compile(rb"/First\s+(\d+)")
_LETTERS_OF_FONT = re.compile(rb"/ToUnicode\s+(\d+)\s+\d+\s+R")
_FONTS = re.compile(rb"/Font\s*<<")
_FONTS_ELSEWHERE = re.compile(rb"/Font\s+(\d+)\s+\d+\s+R")
_NAMED = re.compile(rb"/([^\s/<>\[\]()]+)\s+(\d+)\s+\d+\s+R")
_STRING = rb"\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*+\))*+\)|<[0-9A-Fa-f\s]*+>"
_MOVES = rb"T[dDm*](?!\w)|BT(?!\w)|ET(?!\w)|['\"]"
_SHOWN = re.compile(_STRING + rb"|/([^\s/<>\[\]()]+)\s+[-.\d]+\s+Tf\b|" + _MOVES, re.DOTALL)
_DESCRIBED = re.compile(rb"/(?:Title|Subject|Keywords|Contents)\s*(" + _STRING + rb")", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f\s]+)>|\[([^\[\]]*+)\])")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}


@dataclass(frozen=True)
class Object:
    """`content` is that of a stream, unpacked."""

    number: int
    body: bytes
    content: bytes = b""


@dataclass(frozen=True)
class Font:
    codes: Mapping[bytes, str]

    @cached_property
    def widths(self) -> list[int]:
        return sorted({len(code) for code in self.codes}, reverse=True) or [1]


def is_encrypted(data: bytes) -> bool:
    return bool(_ENCRYPTED.search(data))


def pages(data: bytes) -> Iterator[list[str]]:
    """The lines of each stream, in the order in which they are drawn; and titles and notes."""
    objects = list(_objects(data))
    yield [line for each in objects for line in _descriptions(each.body)]
    fonts = _fonts_by_name(objects)
    ways = max((len(each) for each in fonts.values()), default=0)
    room = MAX_READ
    for each in objects:
        if b"Tj" in each.content or b"TJ" in each.content:
            for way in range(ways):
                yield _lines(each.content[:room], _chosen(fonts, way))
                room = max(0, room - len(each.content))


# --- Objects


def _objects(data: bytes) -> Iterator[Object]:
    """Those of the file, one behind the other, and those that are packed together in a stream."""
    room, left, place = MAX_INFLATED, MAX_OBJECTS, 0
    while left > 0 and (begin := data.find(b"obj", place)) >= 0:
        number = _NUMBER.search(data[max(0, begin - 24) : begin])
        if number is None:
            place = begin + 3
            continue
        body, packed, place = _parts(data, begin + 3)
        content = _unpacked(body, packed, room)
        room -= len(content)
        left -= 1
        yield Object(int(number[1]), body, content)
        for each in _packed(body, content, left):
            left -= 1
            yield each


def _parts(data: bytes, begin: int) -> tuple[bytes, bytes, int]:
    """What an object says of itself, its stream as it is packed, and where it ends."""
    end = data.find(b"endobj", begin, begin + MAX_BODY)
    end = end if end >= 0 else min(len(data), begin + MAX_BODY)
    stream = data.find(b"stream", begin, end)
    if stream < 0:
        return data[begin:end], b"", end
    stop = data.find(b"endstream", stream)
    stop = stop if stop >= 0 else len(data)
    return data[begin:stream], data[stream + len(b"stream") : stop].removeprefix(b"\r").removeprefix(b"\n"), stop


def _unpacked(body: bytes, content: bytes, room: int) -> bytes:
    """As much as there is room for; what is not packed in a known way says nothing."""
    if room <= 0 or any(word in body for word in _NO_TEXT):
        return b""
    if b"/ASCII85Decode" in body or b"/A85" in body:
        with suppress(ValueError):
            content = base64.a85decode(content.strip().removesuffix(b"~>"))
    if b"/FlateDecode" in body or b"/Fl" in body:
        try:
            return zlib.decompressobj().decompress(content, room)
        except zlib.error:
            return b""
    return content[:room]


def _packed(said: bytes, content: bytes, left: int) -> Iterator[Object]:
    """The stream begins with pairs: the number of an object, and where it begins behind the pairs."""
    first = _FIRST.search(said)
    if b"/ObjStm" not in said or not first:
        return
    words = [int(word) for word in content[: int(first[1])].split()[: 2 * left] if word.isdigit()]
    begins = [int(first[1]) + place for place in words[1::2]]
    room = MAX_INFLATED
    for number, begin, end in zip(words[::2], begins, [*begins[1:], len(content)], strict=False):
        body = content[begin : min(end, begin + MAX_BODY)]
        room -= len(body)
        if room > 0:
            yield Object(number, body)


def _descriptions(body: bytes) -> list[str]:
    """They need no font: UTF-16 or UTF-8, each with its mark."""
    return [_described(_bytes_of(found)) for found in _DESCRIBED.findall(body)]


def _described(raw: bytes) -> str:
    if raw.startswith(b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    return raw.decode("utf-8-sig", "replace")


# --- Fonts


def _fonts_by_name(objects: list[Object]) -> dict[bytes, list[Font]]:
    """F1 → the fonts that some page calls F1."""
    maps = {each.number: each.content for each in objects if b"beginbf" in each.content}
    read = {number: Font(_codes_of(content[:MAX_MAP])) for number, content in maps.items()}
    by_number = {each.number: read.get(_map_of(each.body)) for each in objects}
    fonts: dict[bytes, list[Font]] = {}
    for name, number in sorted(_names(objects)):
        font = by_number.get(number)
        if font and len(fonts.setdefault(name, [])) < MAX_FONTS_OF_A_NAME:
            fonts[name].append(font)
    return fonts


def _map_of(body: bytes) -> int:
    found = _LETTERS_OF_FONT.search(body)
    return int(found[1]) if found else -1


def _names(objects: list[Object]) -> set[tuple[bytes, int]]:
    bodies = {each.number: each.body for each in objects}
    found: set[tuple[bytes, int]] = set()
    for each in objects:
        lists = [part.partition(b">>")[0] for part in _FONTS.split(each.body)[1:]]
        lists += [bodies.get(int(number), b"") for number in _FONTS_ELSEWHERE.findall(each.body)[:1]]
        found |= {(name, int(number)) for fonts in lists for name, number in _NAMED.findall(fonts)}
    return found


def _chosen(fonts: Mapping[bytes, list[Font]], way: int) -> dict[bytes, Font]:
    return {name: each[min(way, len(each) - 1)] for name, each in fonts.items() if each}


def _codes_of(content: bytes) -> dict[bytes, str]:
    """Code → letters."""
    codes: dict[bytes, str] = {}
    for part in content.split(b"beginbfchar")[1:]:
        pairs = _HEX.findall(part.partition(b"endbfchar")[0])
        codes |= {_hex(code): _letters(to) for code, to in zip(pairs[::2], pairs[1::2], strict=False)}
    room = MAX_CODES
    for part in content.split(b"beginbfrange")[1:]:
        for first, last, start, listed in _RANGE.findall(part.partition(b"endbfrange")[0]):
            ranged = _range(_hex(first), _hex(last), start, _HEX.findall(listed), room)
            room -= len(ranged) + 1
            codes |= ranged
    codes.pop(b"", None)
    return codes


def _range(first: bytes, last: bytes, start: bytes, listed: list[bytes], room: int) -> dict[bytes, str]:
    low, high = int.from_bytes(first[:4], "big"), int.from_bytes(last[:4], "big")
    places = range(low, min(high + 1, low + max(0, room)))
    if listed:
        return {_code(place, first): _letters(to) for place, to in zip(places, listed, strict=False)}
    begin = _hex(start)[-8:]
    return {_code(p, first): _letters(_plus(begin, p - low).hex().encode()) for p in places} if begin else {}


def _code(place: int, like: bytes) -> bytes:
    return place.to_bytes(max(len(like[:4]), (place.bit_length() + 7) // 8), "big")


def _plus(letters: bytes, more: int) -> bytes:
    """The last unit of UTF-16 counts on."""
    last = (int.from_bytes(letters[-2:], "big") + more) & 0xFFFF
    return letters[:-2] + last.to_bytes(2, "big")


def _letters(digits: bytes) -> str:
    return _hex(digits).decode("utf-16-be", "ignore")


def _hex(digits: bytes) -> bytes:
    text = b"".join(digits.split())
    return bytes.fromhex((text + b"0" * (len(text) % 2)).decode())


# --- Lines


def _lines(stream: bytes, fonts: Mapping[bytes, Font]) -> list[str]:
    """Strings belong to one line until the pen is moved; letters that are set one by one are put together."""
    lines: list[str] = []
    line: list[str] = []
    font = Font({})
    for token in _SHOWN.finditer(stream):
        said = token.group()
        if said[:1] in (b"(", b"<"):
            line.append(_decoded(_bytes_of(said), font))
        elif token[1] is not None:
            font = fonts.get(token[1], Font({}))
        elif line:
            lines.append("".join(line))
            line = []
    return _put_together([text for text in [*lines, "".join(line)] if text.strip()])


def _put_together(lines: list[str]) -> list[str]:
    joined: list[str] = []
    was_letter = False
    for text in lines:
        is_letter = len(text.strip()) == 1
        if is_letter and was_letter:
            joined[-1] += text
        else:
            joined.append(text)
        was_letter = is_letter
    return joined


def _decoded(raw: bytes, font: Font) -> str:
    letters, place = [], 0
    while place < len(raw):
        width = next((w for w in font.widths if raw[place : place + w] in font.codes), 0)
        letters.append(font.codes[raw[place : place + width]] if width else UNREADABLE)
        place += width or font.widths[-1]
    return "".join(letters)


def _bytes_of(written: bytes) -> bytes:
    if written.startswith(b"<"):
        return _hex(written[1:-1])
    return _ESCAPE.sub(lambda found: _unescaped(found[1], found[2]), written[1:-1])


def _unescaped(octal: bytes | None, letter: bytes | None) -> bytes:
    return bytes([int(octal, 8) & 0xFF]) if octal else _ESCAPED.get(letter or b"", letter or b"")
