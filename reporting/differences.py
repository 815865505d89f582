"""One figure against another: by how much, where the two may be compared at all."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from indicators import numbers
from indicators.rules import signed

from . import wording
from .figures import Change, Reason, Scale
from .shown import Shown


@dataclass(frozen=True)
class Difference:
    value: Decimal
    decimals: int
    unit: str

    def __str__(self) -> str:
        """Always with its sign, and of percentages in percentage points: "+2,7 điểm %"."""
        number = signed(self.value, self.decimals)
        if self.unit == "%":
            return _("%(number)s pp") % {"number": number}
        return numbers.with_unit(number, self.unit)


def difference(new: Shown, old: Shown) -> Difference | None:
    """None where one of them is no exact number: of "gần 400" only the reader knows how near (domain.md 12)."""
    if new.value is None or old.value is None or new.words or old.words or new.qualifier or old.qualifier:
        return None
    return Difference(new.value - old.value, max(new.decimals, old.decimals), new.unit)


@dataclass(frozen=True)
class Movement:
    """How far a figure moved, or why that is not said."""

    change: Change | Reason

    @property
    def is_known(self) -> bool:
        return isinstance(self.change, Change)

    @property
    def why(self) -> str:
        return "" if isinstance(self.change, Change) else wording.in_short(self.change)

    @property
    def size(self) -> Decimal:
        """How far, whichever way; of what is known alone."""
        return abs(self.change.amount) if isinstance(self.change, Change) else Decimal(0)

    @property
    def is_points(self) -> bool:
        return isinstance(self.change, Change) and self.change.scale == Scale.POINTS

    def __str__(self) -> str:
        """Points of a percentage, per cent of an amount: "+3,8 điểm %", "−2,2%"."""
        if not isinstance(self.change, Change):
            return ""
        number = signed(self.change.amount, self.change.decimals)
        return _("%(number)s pp") % {"number": number} if self.is_points else f"{number}%"
