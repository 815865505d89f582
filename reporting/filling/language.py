"""What a marker in a form asks for: {{indicator}}, {{indicator|period}} or {{indicator|period|unit}}."""

from dataclasses import dataclass

MOST_PARTS = 3


@dataclass(frozen=True)
class Wanted:
    """`period` is a label, or empty for the one chosen on the page; `unit` a code, or empty for the province."""

    indicator: str
    period: str = ""
    unit: str = ""


def read(marker: str) -> Wanted | None:
    """`marker` with its braces. None where it is not written so."""
    parts = [part.strip() for part in marker.removeprefix("{{").removesuffix("}}").split("|")]
    if not parts[0] or len(parts) > MOST_PARTS:
        return None
    indicator, period, unit = [*parts, "", ""][:MOST_PARTS]
    return Wanted(indicator, period.upper(), unit)
