"""The text of a cell with its markers replaced. It may stand in several runs, each in a font of its own: whatever a
marker does not stand in stays byte for byte."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from .markers import key_of, markers_in
from .spans import Element, elements

Replaced = tuple[int, int, str]  # from, to, by what

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LIKE_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NAMED = re.compile(rb"</?([^\s/>]+)")
_KEPT = b' xml:space="preserve"'
_WRAP = b"<w>%s</w>"
_WRAPPED = 3  # bytes before what is wrapped


def plain(text: str, prefix: bytes) -> bytes:
    """One run without a font."""
    return b"<%st%s>%s</%st>" % (prefix, _KEPT, _escaped(text), prefix)


def refilled(inner: bytes, texts: Mapping[str, str], prefix: bytes) -> bytes:
    """`inner`: what stands within <si> or <is>; `prefix`: of the part that it goes to. `texts`: marker → text."""
    runs = _runs(inner)
    whole = "".join(run.text for run in runs)
    found = [(m.start(), m.end(), texts[key]) for m in markers_in(whole) if (key := key_of(m)) in texts]
    new = _replaced([run.text for run in runs], found)
    if not _fits(inner, prefix):
        return plain("".join(new), prefix)
    pieces, place = [], 0
    for run, text in zip(runs, new, strict=True):
        if text != run.text:
            begin = inner[run.start : run.inside]
            kept = b"" if b"xml:space" in begin else _KEPT
            pieces += [inner[place : run.start], begin[:-1], kept, b">", _escaped(text)]
            place = run.end
    return b"".join([*pieces, inner[place:]])


def _runs(inner: bytes) -> list[Element]:
    """The texts in their order; how a text is pronounced is none of it."""
    found = elements(_WRAP % inner, lambda tag, _attributes: tag in ("t", "rPh"))
    aside = [(each.start, each.after) for each in found if each.tag == "rPh"]
    runs = [t for t in found if t.tag == "t" and not any(a < t.start < b for a, b in aside)]
    for run in runs:
        run.start, run.inside = run.start - _WRAPPED, run.inside - _WRAPPED
        run.end, run.after = run.end - _WRAPPED, run.after - _WRAPPED
    return runs


def _replaced(texts: list[str], found: list[Replaced]) -> list[str]:
    """Each text with its share: what replaces a marker stands where the marker begins."""
    new, place = [], 0
    for text in texts:
        pieces, at = [], 0
        for begins, ends, instead in found:
            first, last = begins - place, ends - place
            if last <= 0 or first >= len(text):
                continue
            pieces.append(text[at : max(first, 0)])
            if first >= 0:
                pieces.append(instead)
            at = min(last, len(text))
        new.append("".join([*pieces, text[at:]]))
        place += len(text)
    return new


def _fits(inner: bytes, prefix: bytes) -> bool:
    """Whether the part knows the names in it: texts that cells share come from another one."""
    names = _NAMED.findall(inner)
    return all(name == prefix + name.rpartition(b":")[2] for name in names)


def _escaped(text: str) -> bytes:
    """Without what XML cannot hold; a text that looks like an escaped character stays itself."""
    return escape(_LIKE_ESCAPED.sub("_x005F_", _NO_XML.sub("", text))).encode()
