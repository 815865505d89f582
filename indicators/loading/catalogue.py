"""What is reported: documents, groups, programmes, indicators with definitions, targets; and the holidays."""

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from ..models import (
    DayKind,
    Definition,
    Document,
    Indicator,
    IndicatorGroup,
    Operator,
    Programme,
    ProgrammeIndicator,
    SpecialDay,
    Target,
    UnitKind,
    ValueKind,
)
from ..targets import record_target
from .files import Files, Row, day, first_day, several, yes
from .ledger import Ledger
from .units import Register

DOCUMENTS, GROUPS, PROGRAMMES = "Văn bản", "Nhóm chỉ tiêu", "Chương trình, kế hoạch"
INDICATORS, NARRATIVE = "Chỉ tiêu", "Phần thuyết minh"
DEFINITIONS, PLACES = "Cách tính của chỉ tiêu", "Chỉ tiêu trong chương trình, kế hoạch"
TARGETS, HOLIDAYS = "Mục tiêu tham chiếu", "Ngày nghỉ lễ"
NOT_CONFIRMED, NO_FIGURE, UNKNOWN = "chưa xác nhận", "không phải là số", "của chỉ tiêu không có trong danh mục"


def load_documents(files: Files, ledger: Ledger) -> dict[str, Document]:
    return {
        row["name"]: ledger.settle(
            DOCUMENTS, Document, {"name": row["name"]}, {"signed_on": day(row["signed_on"])}, name=row["name"]
        )[0]
        for row in files.rows("documents")
    }


def load_groups(files: Files, ledger: Ledger, *, after: int = 0) -> dict[str, IndicatorGroup]:
    return {
        row["code"]: ledger.settle(
            GROUPS, IndicatorGroup, {"code": row["code"]}, {"name": row["name"], "order": order}, name=row["code"]
        )[0]
        for order, row in enumerate(files.rows("groups"), after + 1)
    }


def load_programmes(
    files: Files, documents: dict[str, Document], ledger: Ledger
) -> dict[str, tuple[Programme, bool]]:
    """Each with whether it is new. A programme without a document is loaded and named."""
    found = {}
    for row in files.rows("programmes"):
        facts = {
            "name": row["name"],
            "first_year": int(row["first_year"]),
            "last_year": int(row["last_year"]),
            "document": documents[row["document"]] if row["document"] else None,
            "is_illustrative": yes(row.get("is_illustrative", "no")),
        }
        found[row["code"]] = ledger.settle(PROGRAMMES, Programme, {"code": row["code"]}, facts, name=row["code"])
    issued = [programme for programme, _ in found.values() if not programme.is_illustrative]
    undocumented = [programme.name for programme in issued if programme.document_id is None]
    ledger.remarks += [f"Chưa xác lập văn bản ban hành: {name}." for name in undocumented]
    return found


def load_indicators(
    files: Files,
    groups: dict[str, IndicatorGroup],
    programmes: dict[str, tuple[Programme, bool]],
    register: Register,
    ledger: Ledger,
) -> dict[str, Indicator]:
    sources: dict[str, list[Row]] = defaultdict(list)
    for source in files.rows("sources"):
        sources[source["indicator"]].append(source)
    found = {}
    for order, row in enumerate(files.rows("indicators"), 1):
        what = NARRATIVE if row["value_kind"] == ValueKind.TEXT else INDICATORS
        facts = {"name": row["name"], "section": row["section"]}
        indicator, is_new = ledger.settle(what, Indicator, {"code": row["code"]}, facts, name=row["code"])
        _define(indicator, row, sources[row["code"]], register, ledger, is_new=is_new)
        for code in several(row["programmes"]):
            programme, is_new_programme = programmes[code]
            ledger.hang(
                PLACES,
                ProgrammeIndicator,
                {"programme": programme, "indicator": indicator},
                {"group": groups[row["group"]], "order": order},
                name=f"{row['code']} ({code})",
                on_new=is_new or is_new_programme,
            )
        found[row["code"]] = indicator
    return found


def _define(
    indicator: Indicator, row: Row, sources: list[Row], register: Register, ledger: Ledger, *, is_new: bool
) -> None:
    """One definition a source: where only who reports or answers changes, the measure goes on without a break."""
    first = first_day(sources[0]["valid_from"])
    for source in sources:
        since = first_day(source["valid_from"])
        facts = _measure(row) | {
            "measured_since": None if since == first else first,
            "source_kind": UnitKind(source["source_kind"]) if source["source_kind"] else "",
            "source_unit": register.on_or_none(source["source_unit"], since),
            "lead_unit": register.on_or_none(source["lead_unit"], since),
        }
        key = {"indicator": indicator, "valid_from": since}
        name = f"{indicator.code} ({since:%d/%m/%Y})"
        ledger.hang(DEFINITIONS, Definition, key, facts, name=name, on_new=is_new)


def _measure(row: Row) -> dict[str, object]:
    """How an indicator is measured; a percentage is a ratio to 100."""
    return {
        "decimals": int(row["decimals"]),
        "lower_bound": Decimal(row["lower_bound"]) if row["lower_bound"] else None,
        "upper_bound": Decimal(row["upper_bound"]) if row["upper_bound"] else None,
        **{name: row[name] for name in ("value_kind", "unit_of_measure", "direction", "description", "breakdown")},
        **{name: row[name] for name in ("numerator_name", "denominator_name", "yes_words", "no_words")},
        **{name: row[name] for name in ("over_units", "over_time")},
    }


def load_targets(
    files: Files, documents: dict[str, Document], indicators: dict[str, Indicator], ledger: Ledger
) -> None:
    """Confirmed figures of known indicators. A target that was ever recorded is not recorded again: another figure
    is another row, and the replaced one stays (domain.md 15)."""
    left_out: dict[str, Counter[str]] = defaultdict(Counter)
    for row in files.rows("targets"):
        if reason := _why_not(row, indicators):
            left_out[reason][row["indicator"]] += 1
            continue
        key: dict[str, Any] = {
            "indicator": indicators[row["indicator"]],
            "level": row["level"],
            "year": int(row["year"]),
            "document": documents[row["document"]],
            "unit": None,
        }
        figure: dict[str, Any] = {"operator": row["operator"], "value": Decimal(row["value"])}
        name = f"{row['indicator']} {row['year']} ({row['document']})"
        if ledger.standing(TARGETS, Target, key, figure | {"superseded_at": None}, name=name) is None:
            record_target(**key, **figure, by=None)
            ledger.wrote(TARGETS)
    for reason, codes in left_out.items():
        named = ", ".join(f"{code} ({count})" for code, count in codes.items())
        ledger.left_out.append(f"{codes.total()} mục tiêu {reason}: {named}.")


def _why_not(row: Row, indicators: dict[str, Indicator]) -> str:
    if not yes(row["confirmed"]):
        return NOT_CONFIRMED
    if row["operator"] not in Operator.values:
        return NO_FIGURE
    return "" if row["indicator"] in indicators else UNKNOWN


def load_holidays(files: Files, ledger: Ledger) -> None:
    for row in files.rows("holidays"):
        facts = {"kind": DayKind.HOLIDAY, "name": row["name"]}
        ledger.settle(HOLIDAYS, SpecialDay, {"day": day(row["day"])}, facts, name=row["day"])
