"""The registers that departments keep, and which indicators are counted from them. Their rows are handed in."""

from typing import Any

from ..models import Indicator, Register, RegisterCount
from .files import Files, yes
from .ledger import Ledger

REGISTERS, COUNTS = "Danh mục", "Cách đếm chỉ tiêu theo danh mục"
WORDS = ("code", "audience", "status")
ANSWERS = ("via_lgsp", "in_official_use")


def load_registers(files: Files, ledger: Ledger) -> dict[str, Register]:
    return {
        row["code"]: ledger.settle(
            REGISTERS,
            Register,
            {"code": row["code"]},
            {"name": row["name"], "kind": row["kind"]},
            name=row["code"],
        )[0]
        for row in files.rows("registers")
    }


def load_counts(
    files: Files, indicators: dict[str, Indicator], registers: dict[str, Register], ledger: Ledger
) -> None:
    for row in files.rows("register_counts"):
        key = {"indicator": indicators[row["indicator"]], "part": row["part"]}
        facts: dict[str, Any] = {"register": registers[row["register"]], **{name: row[name] for name in WORDS}}
        facts |= {name: yes(row[name]) if row[name] else None for name in ANSWERS}
        ledger.settle(COUNTS, RegisterCount, key, facts, name=f"{row['indicator']} ({row['part']})")
