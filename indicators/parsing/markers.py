"""A marker in a cell: {{…}}, which a figure takes the place of. What stands between the braces is not read here."""

import re

from ..texts import normalise

MARKER = re.compile(r"\{\{[^{}]*\}\}")


def markers_in(text: str) -> list[re.Match[str]]:
    return list(MARKER.finditer(text))


def key_of(marker: re.Match[str]) -> str:
    """The marker as it is asked about: in NFC, without what nobody sees."""
    return normalise(marker[0])
