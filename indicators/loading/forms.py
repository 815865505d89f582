"""The reporting forms with their lines, the units that fill them and who holds their steps."""

from collections import defaultdict

from .. import models
from ..clock import today
from ..models import FormKind, FormLine, Indicator, ReportingForm, Step, StepHolder, Unit
from .files import Files, Row, yes
from .ledger import Ledger
from .units import Register

FORMS, LINES, HOLDERS = "Biểu mẫu", "Dòng của biểu mẫu", "Cơ quan thực hiện bước xử lý"
REPORTERS = "Danh sách đơn vị báo cáo của biểu mẫu"


def load_forms(
    files: Files,
    indicators: dict[str, Indicator],
    register: Register,
    registers: dict[str, models.Register],
    ledger: Ledger,
) -> None:
    lines, units, steps = (_by_form(files.rows(name)) for name in ("form_lines", "form_units", "form_steps"))
    for row in files.rows("forms"):
        code = row["code"]
        form, is_new = ledger.settle(FORMS, ReportingForm, {"code": code}, _facts(row, registers), name=code)
        _lines(form, lines[code], indicators, ledger, is_new=is_new)
        _units(form, units[code], register, ledger, is_new=is_new)
        _steps(form, steps[code], register, ledger, is_new=is_new)


def _by_form(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["form"]].append(row)
    return found


def _facts(row: Row, registers: dict[str, models.Register]) -> dict[str, object]:
    """Rounds do not open by themselves before an administrator says from which day. A form that names a register
    collects its list."""
    flags = ("due_in_working_days", "asks_sign_off", "asks_verification", "asks_publication")
    counting = {"counting_figure": row["counting_figure"]} if "counting_figure" in row else {}
    return {
        **counting,
        **{name: row[name] for name in ("name", "contact", "calendar", "frequency")},
        **{name: yes(row[name]) for name in flags},
        "due_after": int(row["due_after"]),
        "kind": FormKind.REGISTER if row["register"] else FormKind.FIGURES,
        "register": registers[row["register"]] if row["register"] else None,
    }


def _lines(
    form: ReportingForm, rows: list[Row], indicators: dict[str, Indicator], ledger: Ledger, *, is_new: bool
) -> None:
    for order, row in enumerate(rows, 1):
        key = {"form": form, "indicator": indicators[row["indicator"]]}
        facts = {
            "order": order,
            "subject_rule": row["subject_rule"],
            "is_mandatory": yes(row["is_mandatory"]),
            "asks_evidence": yes(row.get("asks_evidence", "no")),
        }
        ledger.hang(LINES, FormLine, key, facts, name=f"{form.code} {row['indicator']}", on_new=is_new)


def _units(form: ReportingForm, rows: list[Row], register: Register, ledger: Ledger, *, is_new: bool) -> None:
    """A row names one unit by its code of today, or every unit of a kind that lives today."""
    wanted = {register.on(row["unit"], today()).pk for row in rows if row["unit"]}
    alive = Unit.objects.with_slice(today()).alive_on(today())
    kinds = {row["kind"] for row in rows if row["kind"]}
    wanted |= {unit.pk for unit in alive.order_by("pk") if unit.kind_on_day in kinds}
    if is_new:
        form.units.set(wanted)
        ledger.wrote(REPORTERS)
    else:
        standing = set(form.units.order_by("pk").values_list("pk", flat=True))
        ledger.found(REPORTERS, form.code, differs=standing != wanted)


def _steps(form: ReportingForm, rows: list[Row], register: Register, ledger: Ledger, *, is_new: bool) -> None:
    for row in rows:
        step, reporting = Step(row["step"]), register.on_or_none(row["reporting_unit"], today())
        key = {"form": form, "step": step, "reporting_unit": reporting}
        ledger.hang(
            HOLDERS,
            StepHolder,
            key,
            {"holder": register.on(row["holder"], today())},
            name=" ".join(filter(None, (form.code, step, row["reporting_unit"]))),
            on_new=is_new,
        )
