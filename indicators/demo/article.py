"""The article's figures: typed from the archived document, under the units and years of those days."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from indicators import bulk, calendars
from indicators.models import (
    Calendar,
    FormLine,
    Frequency,
    Indicator,
    ReportingForm,
    Round,
    Step,
    StepHolder,
    SubjectRule,
    Unit,
)
from indicators.opening import open_round, period_of

from .files import rows
from .walk import Fields, move, people, type_in

OLD_DEPARTMENT = "LC-STTTT"
ARCHIVE_FORM = "LT/CĐS"
STEPS = (  # of a report, by whom
    ("submit", "reporter"),
    ("sign", "signer"),
    ("verify", "verifier"),
    ("approve", "approver"),
)
AT_THE_DEPARTMENT = {
    "reporter": "reporter-skhcn",
    "signer": "leader-skhcn",
    "verifier": "verifier",
    "approver": "approver",
}
AT_THE_AGENCIES = {
    "reporter": "reporter-nganh",
    "signer": "leader-nganh",
    "verifier": "verifier-skhcn",
    "approver": "approver",
}


def enter(folder: Path, units: dict[str, Unit]) -> int:
    """How many rounds were entered; those that stand are left as they are."""
    _prepare_forms(units)
    documents = {row["year"]: row["document"] for row in rows(folder / "article_sources.csv")}
    return sum(
        _enter(ReportingForm.objects.get(code=form), year, fields, documents[year])
        for (form, year), fields in sorted(_figures(folder).items())
    )


def _figures(folder: Path) -> dict[tuple[str, str], Fields]:
    """(form, year) → what is typed into its fields."""
    typed: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in rows(folder / "article.csv"):
        cell = typed[row["form"], row["year"]]
        for field in ("value", "state", "note"):
            if row[field]:
                cell[f"{row['indicator']}-{field}"] = row[field]
    return dict(typed)


def _enter(form: ReportingForm, year: str, fields: Fields, document: str) -> int:
    period = period_of(calendars.window(year), Calendar.REPORTING)
    if Round.objects.filter(form=form, period=period).exists():
        return 0
    users = people()
    round_ = open_round(form, period, archive=document, by=users["admin"])
    for report in round_.submissions.select_related("unit").order_by("pk"):
        is_old = report.unit.codes.filter(code=OLD_DEPARTMENT).exists()
        who = {name: users[user] for name, user in (AT_THE_DEPARTMENT if is_old else AT_THE_AGENCIES).items()}
        type_in(report, fields, by=who["reporter"])
        for step, person in STEPS:
            move(report, step, by=who[person])
    return 1


def _prepare_forms(units: dict[str, Unit]) -> None:
    """The article's own form, of the department of those days; and that department among those who report revenue.
    Its people work today for the department that verifies all others, so the office of UBND verifies."""
    old, office = units[OLD_DEPARTMENT], units["LC-VPUBND"]
    facts = {
        "name": "Số liệu chuyển đổi số đã công bố (nhập từ tài liệu lưu)",
        "contact": "Phòng Chuyển đổi số, Sở Khoa học và Công nghệ",
        "frequency": Frequency.YEAR,
    }
    form, is_new = ReportingForm.objects.get_or_create(code=ARCHIVE_FORM, defaults=facts)
    if is_new:
        form.units.add(old)
        StepHolder.objects.create(form=form, step=Step.APPROVE, holder=units["12"])
        asked = Indicator.objects.filter(code__regex=r"^(HT|DL|NT|XH)\.").order_by("code")
        lines = enumerate(asked, 1)
        about: dict[str, Any] = {"form": form, "subject_rule": SubjectRule.PROVINCE}
        bulk.create_kept(FormLine, (FormLine(order=order, indicator=each, **about) for order, each in lines))
    revenue = ReportingForm.objects.get(code="08/CĐS")
    revenue.units.add(old)
    for each in (form, revenue):
        StepHolder.objects.get_or_create(
            form=each, step=Step.VERIFY, reporting_unit=old, defaults={"holder": office}
        )
