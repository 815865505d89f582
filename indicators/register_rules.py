"""Which rows of a register are meant, and how many there are (domain.md 17). Plain values: no database.

`asked` names attributes of a row and what they must be, or must not be: {"audience": "government",
"via_lgsp": True, "status": IsNot("stopped")}. {} asks for every row. Missing is not no (domain.md 10): a row that
does not say what was asked is neither in nor out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

FILTERS = ("code", "audience", "kind", "status", "shares_data", "via_lgsp", "in_official_use")
OWNER = "owner_id"  # of whom the rows are counted, where it is not the whole province

Asked = Mapping[str, Any]


@dataclass(frozen=True)
class IsNot:
    """Whatever a row says, but for this."""

    value: Any


@dataclass(frozen=True)
class Counted:
    """`n` rows are as asked; of `undecided` more the list does not say. Only where that is 0 the count is sure."""

    n: int
    undecided: int

    @property
    def is_sure(self) -> bool:
        return not self.undecided


def counted(rows: Iterable[Any], asked: Asked) -> Counted:
    """How many of the rows are as asked. `rows` are those that stand at a cut-off (RegisterRow.objects.standing),
    or any objects with the attributes that `asked` names. Raises ValueError for a name that is no filter."""
    if unknown := asked.keys() - {*FILTERS, OWNER}:
        raise ValueError(f"no filter of a register: {', '.join(sorted(unknown))}")
    found = [matches(row, asked) for row in rows]
    return Counted(found.count(True), found.count(None))


def matches(row: Any, asked: Asked) -> bool | None:
    """None where nothing contradicts, but the row leaves open something that was asked."""
    said = [(getattr(row, name), wanted) for name, wanted in asked.items()]
    if any(has not in ("", None) and _contradicts(has, wanted) for has, wanted in said):
        return False
    return None if any(has in ("", None) for has, _wanted in said) else True


def _contradicts(has: Any, wanted: Any) -> bool:
    return bool(has == wanted.value if isinstance(wanted, IsNot) else has != wanted)
