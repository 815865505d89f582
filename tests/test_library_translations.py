"""Vietnamese is the interface: every text a library may show is in it.

A library's texts are read from its catalogues and from its source, because catalogues lag behind;
the Vietnamese is read as Django serves it, from all catalogues merged.
"""

import ast
import gettext
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.utils.translation.template import templatize
from django.utils.translation.trans_real import DjangoTranslation

ROOT = Path(__file__).resolve().parent.parent
DJANGO = Path(django.__file__).parent
OURS = sorted((ROOT / "locale" / "libraries").rglob("*.po"))

FIELD = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)\s+((?:"(?:[^"\\]|\\.)*"\s*)+)', re.M)
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}")
UNOFFICIAL = re.compile(r"\bbạn\b|!", re.I)
PUNCTUATION = ":?.!"  # Django's list of the marks after which a label gets no colon: not a sentence
EXTRACT = ["xgettext", "--language=Python", "--from-code=UTF-8", "--keyword=_", "--keyword=gettext_lazy"]
EXTRACT += ["--keyword=ngettext_lazy:1,2", "--keyword=pgettext_lazy:1c,2", "--output=-", "-"]

Entry = dict[str, str]


def entries_of(catalogue: str) -> Iterator[Entry]:
    for block in re.split(r"\n\s*\n", catalogue):
        fields = FIELD.findall(block)
        entry = {name: "".join(map(ast.literal_eval, QUOTED.findall(value))) for name, value in fields}
        if entry.get("msgid"):  # the header has none
            yield entry


def key_of(entry: Entry) -> str | tuple[str, int]:
    """What gettext keeps the translation under; of plural forms Vietnamese has only the first."""
    text = f"{entry['msgctxt']}\x04{entry['msgid']}" if "msgctxt" in entry else entry["msgid"]
    return (text, 0) if "msgid_plural" in entry else text


def extracted(source: Path) -> str:
    """The catalogue of one source file; a template is first turned into Python, as makemessages does."""
    code = source.read_text(encoding="utf-8")
    if "trans" not in code:  # the mark of both {% translate %} and django.utils.translation
        return ""
    code = code if source.suffix == ".py" else templatize(code)
    return subprocess.run(EXTRACT, input=code, capture_output=True, text=True, check=True).stdout


def libraries() -> dict[str, Path]:
    """Django itself and every installed app that is not this project's and has texts."""
    found = {"django": DJANGO / "conf"} | {app.name: Path(app.path) for app in apps.get_app_configs()}
    return {name: path for name, path in found.items() if path.parent != ROOT and (path / "locale").is_dir()}


@cache
def texts(library: Path, domain: str) -> list[Entry]:
    complete = DJANGO in library.parents  # Django keeps a whole English catalogue; the others do not
    catalogues = (library / "locale").glob(f"{'en' if complete else '*'}/LC_MESSAGES/{domain}.po")
    found = [path.read_text(encoding="utf-8") for path in catalogues]
    if domain == "django" and not complete:
        found += [extracted(path) for path in library.rglob("*") if path.suffix in {".py", ".html", ".txt"}]
    return [entry for catalogue in found for entry in entries_of(catalogue)]


@cache
def vietnamese(domain: str) -> dict[str | tuple[str, int], str]:
    return dict(reversed(list(DjangoTranslation("vi", domain=domain)._catalog.items())))  # the first wins


def served(library: Path, domain: str) -> Iterator[tuple[Entry, str]]:
    """Each text of the library beside the Vietnamese that Django shows for it."""
    for entry in texts(library, domain):
        if text := vietnamese(domain).get(key_of(entry)):
            yield entry, text


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


of_each_library = pytest.mark.parametrize("library", libraries().values(), ids=libraries().keys())
in_each_domain = pytest.mark.parametrize("domain", ["django", "djangojs"])
of_each_catalogue = pytest.mark.parametrize("catalogue", OURS, ids=lambda path: path.name)


@of_each_library
def test_the_texts_of_a_library_are_found_at_all(library):
    assert texts(library, "django")


@of_each_library
@in_each_domain
def test_every_text_of_a_library_is_shown_in_vietnamese(library, domain):
    assert {key_of(e) for e in texts(library, domain) if not vietnamese(domain).get(key_of(e))} == set()


@of_each_library
@in_each_domain
def test_a_translation_keeps_the_placeholders_of_its_text(library, domain):
    for entry, text in served(library, domain):
        assert placeholders(text) == placeholders(entry.get("msgid_plural", entry["msgid"])), entry["msgid"]


@of_each_library
@in_each_domain
def test_a_library_neither_says_ban_nor_exclaims(library, domain):
    shown = [text for _, text in served(library, domain) if text != PUNCTUATION]
    assert [text for text in shown if UNOFFICIAL.search(text)] == []


@of_each_catalogue
def test_our_own_texts_keep_placeholders_and_the_official_tone(catalogue):
    for entry in entries_of(catalogue.read_text(encoding="utf-8")):
        text = entry.get("msgstr", "") + entry.get("msgstr[0]", "")
        assert text
        assert not UNOFFICIAL.search(text), entry["msgid"]
        assert placeholders(text) == placeholders(entry.get("msgid_plural", entry["msgid"])), entry["msgid"]


@of_each_catalogue
def test_the_compiled_catalogue_is_up_to_date_with_its_source(catalogue, tmp_path):
    fresh = tmp_path / "fresh.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", fresh, catalogue], check=True)
    with fresh.open("rb") as new, catalogue.with_suffix(".mo").open("rb") as kept:
        assert gettext.GNUTranslations(kept)._catalog == gettext.GNUTranslations(new)._catalog
