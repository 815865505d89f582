"""What stands in the fields of a review page that is drawn again, because it was refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..drafts import CellKey


@dataclass(frozen=True)
class Posted:
    comment: str = ""
    note: str = ""
    remarks: Mapping[CellKey, str] = field(default_factory=dict)
    to_mend: frozenset[CellKey] = frozenset()
    resend_on: str | None = None  # None: nothing was typed yet, and the usual day stands there
    fault: str = ""  # what is wrong with that day
