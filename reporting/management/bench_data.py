"""The round that the bench measures the readers' pages by, and the report that it measures the form by."""

from decimal import Decimal
from typing import Any

from indicators import calendars, totals
from indicators.clock import now, today
from indicators.models import (
    Definition,
    Entry,
    Indicator,
    IndicatorGroup,
    Membership,
    Observation,
    Period,
    Programme,
    ProgrammeIndicator,
    ReportingForm,
    Revision,
    Role,
    Round,
    RoundLine,
    Submission,
    Total,
    Unit,
    UnitSlice,
    User,
)

LINES, UNITS = 60, 50
FORM_LINES = 100
LABEL = "BENCH"
PERIOD = "8999-A01"  # a label that pages can read, and that no province has
SHARE: dict[str, Any] = {
    "state": "reported",
    "value": Decimal("72.9"),
    "numerator": Decimal(729),
    "denominator": Decimal(1000),
    "decimals": 1,
}


def publish_a_round(author: User) -> Round:
    """Fifty departments that each report sixty figures of their own; all but four are approved and published."""
    window = calendars.quarter_of(today())
    period = Period.objects.create(label=PERIOD, first_day=window.first_day, day_after_last=window.day_after_last)
    units = make_units()
    asked = open_a_round(LABEL, period, units)
    lines = make_lines(asked, LINES)
    reporting = Submission.objects.bulk_create(
        Submission(round=asked, unit=unit, due_on=asked.due_on) for unit in units
    )
    for report in reporting[4:]:
        revision = Revision.objects.create(submission=report, number=1, content="", sha256="0", by=author, at=now())
        Observation.objects.bulk_create(figure(line, report, revision, period) for line in lines)
    totals.recompute(period.pk, [line.indicator_id for line in lines])
    return asked


def let_see_the_province(reader: User) -> None:
    """As a leader does, who reads what every unit reported."""
    province = UnitSlice.objects.filter(kind="province").order_by("pk")[0].unit
    Membership.objects.create(user=reader, unit=province, role=Role.READER)


def a_report(reporter: User) -> Submission:
    """A report of a hundred lines in its unit's draft; every second one is entered, with its parts."""
    unit = Unit.objects.filter(slices__name="Sở 00").order_by("-pk")[0]
    Membership.objects.create(user=reporter, unit=unit, role=Role.REPORTER)
    asked = open_a_round(f"{LABEL}F", Period.objects.get(label=PERIOD), [unit])
    report = Submission.objects.create(round=asked, unit=unit, due_on=asked.due_on)
    Entry.objects.bulk_create(
        Entry(submission=report, line=line, subject=unit, **SHARE) for line in make_lines(asked, FORM_LINES)[::2]
    )
    return report


def open_a_round(code: str, period: Period, units: list[Unit]) -> Round:
    form = ReportingForm.objects.create(code=code, name="Bench", contact="Bench")
    form.units.set(units)
    return Round.objects.create(
        form=form,
        period=period,
        opens_on=period.first_day,
        due_on=period.day_after_last,
        asks_sign_off=False,
        asks_verification=False,
        asks_publication=False,
    )


def make_units() -> list[Unit]:
    """Under the province that is there, or one made for the purpose."""
    known = UnitSlice.objects.filter(kind="province").first()
    province = known.unit if known else Unit.objects.create()
    if not known:
        UnitSlice.objects.create(unit=province, name="Bench", kind="province")
    units = [Unit.objects.create() for _ in range(UNITS)]
    for number, unit in enumerate(units):
        UnitSlice.objects.create(unit=unit, name=f"Sở {number:02}", kind="department", parent=province)
    return units


def make_lines(asked: Round, count: int) -> list[RoundLine]:
    code = asked.form.code
    programme = Programme.objects.create(code=code, name="Bench")
    groups = [IndicatorGroup.objects.create(code=f"{code}{n}", name=f"Nhóm {n}", order=n) for n in range(5)]
    lines = []
    for number in range(count):
        line = make_line(asked, number, f"Tỷ lệ thứ {number} của tỉnh", source_kind="department")
        ProgrammeIndicator.objects.create(
            programme=programme, group=groups[number % 5], indicator=line.indicator, order=number
        )
        lines.append(line)
    return lines


def make_line(asked: Round, number: int, name: str, *, source_kind: str) -> RoundLine:
    """A share that each unit is asked about itself."""
    indicator = Indicator.objects.create(code=f"{asked.form.code}.{number:02}", name=name)
    definition = Definition.objects.create(
        indicator=indicator,
        value_kind="ratio",
        unit_of_measure="%",
        decimals=1,
        direction="up",
        over_units="ratio",
        over_time="stock",
        source_kind=source_kind,
    )
    return RoundLine.objects.create(
        round=asked, order=number, indicator=indicator, definition=definition, subject_rule="self"
    )


def move_the_totals(to: int) -> None:
    """As an approval does that answers every line."""
    Total.objects.filter(period__label=PERIOD).update(numerator=Decimal(to))


def figure(line: RoundLine, report: Submission, revision: Revision, period: Period) -> Observation:
    at = now()
    return Observation(
        indicator_id=line.indicator_id,
        definition_id=line.definition_id,
        period=period,
        subject_id=report.unit_id,
        reporter_id=report.unit_id,
        contributes=True,
        **SHARE,
        submission=report,
        revision=revision,
        approved_at=at,
        published_at=at,
    )
