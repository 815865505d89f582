"""One figure against another: by how much, where the two may be compared at all."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from indicators import numbers

from .shown import Shown


@dataclass(frozen=True)
class Difference:
    value: Decimal
    decimals: int
    unit: str

    def __str__(self) -> str:
        """Always with its sign, and of percentages in percentage points: "+2,7 điểm %"."""
        sign = "+" if self.value > 0 else ""
        number = f"{sign}{numbers.show(self.value, self.decimals)}"
        if self.unit == "%":
            return _("%(number)s pp") % {"number": number}
        return numbers.with_unit(number, self.unit)


def difference(new: Shown, old: Shown) -> Difference | None:
    """None where one of them is no exact number: of "gần 400" only the reader knows how near (domain.md 12)."""
    if new.value is None or old.value is None or new.words or old.words or new.qualifier or old.qualifier:
        return None
    return Difference(new.value - old.value, max(new.decimals, old.decimals), new.unit)
