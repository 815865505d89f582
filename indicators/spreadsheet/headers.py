"""Which column of a file is which column of the table."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from .. import numbers
from ..refusals import Refused


def map_headers(headers: Iterable[str], labels: Mapping[str, Any], required: Iterable[str]) -> list[str]:
    """The code of each column, given by its code or by its label in any of our languages; case, tones and "_" do
    not count. Raises Refused for unknown, repeated and missing columns: no field is reached by accident."""
    known = _known(labels)
    headers = list(headers)
    unknown = [header for header in headers if _key(header) not in known]
    if unknown:
        every = {"names": ", ".join(unknown), "known": _said(labels, labels)}
        raise Refused(_("Unknown columns: %(names)s. The columns of this table are: %(known)s.") % every)
    codes = [known[_key(header)] for header in headers]
    twice = [code for code in labels if codes.count(code) > 1]
    if twice:
        raise Refused(_("Columns given more than once: %(names)s.") % {"names": _said(twice, labels)})
    missing = [code for code in required if code not in codes]
    if missing:
        raise Refused(_("Columns missing: %(names)s.") % {"names": _said(missing, labels)})
    return codes


def _known(labels: Mapping[str, Any]) -> dict[str, str]:
    """What may stand above a column → its code. The code goes first: "unit" is never another column's label."""
    known: dict[str, str] = {_key(code): code for code in labels}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, label in labels.items():
                known.setdefault(_key(str(label)), code)
    return known


def _key(header: str) -> str:
    return numbers.fold(header.replace("_", " "))


def _said(codes: Iterable[str], labels: Mapping[str, Any]) -> str:
    return ", ".join(f"{labels[code]} ({code})" for code in codes)
