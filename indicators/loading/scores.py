"""Score frameworks of a folder: put in force as they stand there, since a set is issued before it is loaded."""

from decimal import Decimal

from .. import frameworks
from ..clock import today
from ..models import Document, Indicator, ScoreFramework, ScoreItem
from .files import Files, Row, yes
from .ledger import Ledger
from .units import Register

SETS, PARTS = "Bộ chỉ số", "Nhóm, thành phần của bộ chỉ số"


def load_scores(
    files: Files,
    documents: dict[str, Document],
    indicators: dict[str, Indicator],
    register: Register,
    ledger: Ledger,
) -> None:
    parts = files.rows("score_items")
    for row in files.rows("score_sets"):
        key = {"code": row["code"], "version": int(row["version"])}
        name = f"{row['code']} ({row['version']})"
        framework, is_new = ledger.settle(SETS, ScoreFramework, key, _facts(row, documents), name=name)
        mine = [part for part in parts if (part["set"], part["version"]) == (row["code"], row["version"])]
        for order, part in enumerate(mine, 1):
            on = {"framework": framework, "code": part["code"]}
            facts = {"order": order, **_of_part(part, indicators, register)}
            ledger.hang(PARTS, ScoreItem, on, facts, name=f"{name} {part['code']}", on_new=is_new)
        if is_new:
            frameworks.issue(framework)


def _facts(row: Row, documents: dict[str, Document]) -> dict[str, object]:
    return {
        **{name: row[name] for name in ("name", "kinds", "scale", "levels")},
        **{name: yes(row[name]) for name in ("is_ranked", "is_illustrative")},
        "document": documents[row["document"]] if row["document"] else None,
        "first_year": int(row["first_year"]),
        "last_year": int(row["last_year"]) if row["last_year"] else None,
        "decimals": int(row["decimals"]),
    }


def _of_part(row: Row, indicators: dict[str, Indicator], register: Register) -> dict[str, object]:
    """Units are those of today, as those of forms."""
    named = {name: indicators[row[name]] if row[name] else None for name in ("indicator", "base_indicator")}
    units = {name: register.on_or_none(row[name], today()) for name in ("lead_unit", "verifying_unit")}
    return {
        **{name: row[name] for name in ("name", "rule", "steps", "evidence", "data_source")},
        **named,
        **units,
        "parent_code": row["part_of"],
        "maximum": Decimal(row["maximum"]),
        "full_at": Decimal(row["full_at"]) if row["full_at"] else None,
        "when_zero": row["when_zero"] or "no_value",
        "may_not_apply": yes(row["may_not_apply"]),
    }
