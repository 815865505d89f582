"""Where the faults of a refused workbook stand in the form that goes back."""

from .understanding import Preview
from .writing import Marked


def marked_of(preview: Preview) -> Marked:
    """Of a line that came twice the first one is what was typed."""
    fillings = {line.key: line.contents for line in reversed(preview.filled.lines)}
    faults: dict[tuple[str, str], list[str]] = {}
    for fault in preview.faults:
        if fault.field:
            faults.setdefault((fault.line, fault.field), []).append(fault.sentence)
    return Marked(fillings, faults, [fault.sentence for fault in preview.faults if not fault.field])
