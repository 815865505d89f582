"""What stands in the fields of a review page that is drawn again, because it was refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..drafts import CellKey
from ..forms import Typed


@dataclass(frozen=True)
class OwnTyped:
    """A reviewer's own figure as it stands in its fields; `choices` are the readings of an ambiguous one."""

    typed: Typed = field(default_factory=Typed)
    reason: str = ""
    faults: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


NOTHING = OwnTyped()


@dataclass(frozen=True)
class Posted:
    comment: str = ""
    note: str = ""
    remarks: Mapping[CellKey, str] = field(default_factory=dict)
    to_mend: frozenset[CellKey] = frozenset()
    resend_on: str | None = None  # None: nothing was typed yet, and the usual day stands there
    fault: str = ""  # what is wrong with that day
    own: Mapping[CellKey, OwnTyped] = field(default_factory=dict)

    @property
    def own_faults(self) -> dict[CellKey, OwnTyped]:
        return {key: typed for key, typed in self.own.items() if typed.faults}
