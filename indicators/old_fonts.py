"""Vietnamese text of the fonts before Unicode (TCVN3, VNI) that came into a Unicode file (domain.md 29).

Such a file shows "Lai Ch©u" or "Tænh" where the font is missing. A word is taken for one of them only if it is no
Vietnamese syllable as it stands and a well-formed one once decoded, unlike Noël, Müller or São. Plain values only.
"""

import re
import unicodedata
from collections.abc import Iterable

_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ăâêôơưđăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_VNI_LETTERS = dict(zip("ñôöíìæóòî", "đơưíìỉĩịỵ", strict=True))
_VNI_TONES = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_MARKS = {
    "â": "\u0302",
    "ê": "\u0306",
    **dict(zip("áàåãä", ("\u0302" + tone for tone in _VNI_TONES.values()), strict=True)),
    **dict(zip("éèúüë", ("\u0306" + tone for tone in _VNI_TONES.values()), strict=True)),
}
_VNI_BASES = dict.fromkeys("aeo", _VNI_TONES | _VNI_MARKS) | dict.fromkeys("uyôö", _VNI_TONES)

_WORD = re.compile("[A-Za-z\u00a1-\u024f\u1e00-\u1eff]+")
_OLD = re.compile("[\u00a1-\u00ff]")
# Beside letters these occur in other texts too: µm, N·m, a footnote¹, § 3, Mª.
_SIGNS = frozenset("¡¢£¤¥¦¨©«¬\u00ad®¶¸»¼½¾")
_MISPLACED_CAPITAL = re.compile("[a-z][\u00c0-\u00de]|[A-Z][\u00c0-\u00de][a-z]")

_ONSET = "(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
_NUCLEUS = (
    "a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iêu|iu|oa|oă|oai|oao|oay|oe|oeo|oi|ôi|ơi|oo|ua|uâ|uây"
    "|uê|ui|uô|uôi|ưa|ưi|ưu|ươ|ươi|ươu|uơ|uy|uya|uyê|uyu|yê|yêu"
)
_SYLLABLE = re.compile(f"{_ONSET}(?P<nucleus>{_NUCLEUS})(?P<final>ch|ng|nh|[cmnpt])?")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_SHARP_OR_HEAVY = "\u0301\u0323"
_MARKED = frozenset("ăâêôơư")


def are_used_in(texts: Iterable[str]) -> bool:
    """One word that nothing else explains is enough. Of words that might be foreign names (Thaï, Loïc) it takes two
    that outnumber the foreign words around them."""
    accented = {word for text in texts if _OLD.search(text) for word in _words(text)}
    old = {word for word in accented if is_old(word)}
    if any(map(_is_beyond_doubt, old)):
        return True
    foreign = {word for word in accented - old if not _may_be_vietnamese(word)}
    return len(old) > max(1, len(foreign))


def is_used_in(text: str) -> bool:
    """Where to look, once `are_used_in` has said that there is something to be found."""
    return _OLD.search(text) is not None and any(map(is_old, _words(text)))


def _words(text: str) -> list[str]:
    """Those that an old font may have left behind: letters of Latin-1, not all of them ASCII."""
    words = _WORD.findall(unicodedata.normalize("NFC", text))
    return [word for word in words if not word.isascii() and max(word) <= "\u00ff"]


def is_old(word: str) -> bool:
    """Whether it says nothing as it stands and is a Vietnamese syllable once decoded."""
    if _may_be_vietnamese(word) or not re.search("[A-Za-z]", word):
        return False
    return _is_syllable(_from_tcvn3(word)) or _is_syllable(_from_vni(word))


def _is_beyond_doubt(word: str) -> bool:
    """No name holds a sign, or an accented capital among small letters, as in TØnh and kÕt."""
    return not _SIGNS.isdisjoint(word) or _MISPLACED_CAPITAL.search(word) is not None


def _from_tcvn3(word: str) -> str:
    return "".join(_TCVN3.get(letter, letter) for letter in word).lower()


def _from_vni(word: str) -> str:
    """A tone or mark stands behind the vowel that carries it."""
    read, base = "", ""
    for letter in word.lower():
        read += _VNI_BASES.get(base, {}).get(letter) or _VNI_LETTERS.get(letter, letter)
        base = letter
    return unicodedata.normalize("NFC", read)


def _may_be_vietnamese(word: str) -> bool:
    """Loosely, so that no word somebody typed in Unicode is doubted: "hoà" and "hòa", "LÝ", "côt", "Pô"."""
    bare, tones = _without_tones(word.lower())
    match = _SYLLABLE.fullmatch(bare)
    return match is not None and _places(match) >= set(tones)


def _is_syllable(word: str) -> bool:
    """Well formed: one tone at most, on the vowel that carries it; a stop at the end allows two tones only."""
    bare, tones = _without_tones(word)
    match = _SYLLABLE.fullmatch(bare)
    if match is None or len(tones) > 1 or not _places(match) >= set(tones):
        return False
    stops = match["final"] in ("c", "ch", "p", "t")
    return not stops or any(tone in _SHARP_OR_HEAVY for tone in tones.values())


def _places(syllable: re.Match[str]) -> set[int]:
    """Where in the word its tone may stand; "hoà" and "hòa" are both written."""
    nucleus, start = syllable["nucleus"], syllable.start("nucleus")
    marked = [place for place, letter in enumerate(nucleus) if letter in _MARKED]
    if marked:
        return {start + marked[-1]}
    if syllable["final"]:
        return {start + len(nucleus) - 1}
    if len(nucleus) == 3:
        return {start + 1}
    return {start, start + 1} if nucleus in ("oa", "oe", "uy") else {start}


def _without_tones(word: str) -> tuple[str, dict[int, str]]:
    """The word with its circumflexes, breves and horns, and its tones by the place of their letter."""
    bare, tones = "", {}
    for character in unicodedata.normalize("NFD", word):
        if character in _TONES:
            tones[len(unicodedata.normalize("NFC", bare)) - 1] = character
        else:
            bare += character
    return unicodedata.normalize("NFC", bare), tones
