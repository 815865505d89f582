"""What an act on units costs that makes 38 communes of 106, over the figures of years, in times of what rebuilding
the totals of one period costs."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection, transaction

from indicators import calendars, reorganisation, totals
from indicators.clock import now, today
from indicators.models import (
    CodeSystem,
    LegalAct,
    Observation,
    Period,
    Revision,
    Round,
    Submission,
    Unit,
    UnitChange,
    UnitCode,
    UnitSlice,
    User,
)
from indicators.opening import period_of
from indicators.reorganisation import plan

from . import bench_data
from .bench_growth import copy_rows

OLD, NEW, DISTRICTS = 106, 38, 8
LINES, PERIODS = 60, 55
TIMES = 3
CODE = "BENCHACT"


def measure(author: User) -> tuple[float, int]:
    """The ratio of the medians, and over how many figures; each act is taken back before the next."""
    communes = _communes()
    asked = _report(author, communes)
    act, indicators = _act(), list(asked.lines.order_by("pk").values_list("indicator", flat=True))
    applied, rebuilt = [], []
    for _time in range(TIMES):
        rebuilt.append(_timed(partial(totals.recompute, asked.period_id, indicators)))
        with transaction.atomic():
            read = plan(act).sha256
            applied.append(_timed(partial(reorganisation.apply, act, by=author, read=read)))
            transaction.set_rollback(True)
        act.refresh_from_db()
    return median(applied) / median(rebuilt), Observation.objects.filter(subject__in=communes).count()


def _timed(act: Any) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start


def _communes() -> list[Unit]:
    """Under districts of a province of its own, so that no other figure is in its totals."""
    province = _unit("12", "province", None)
    districts = [_unit(f"H{n}", "district", province) for n in range(DISTRICTS)]
    return [_unit(f"X{n}", "commune", districts[n % DISTRICTS]) for n in range(OLD)]


def _unit(code: str, kind: str, parent: Unit | None) -> Unit:
    made = Unit.objects.create()
    UnitSlice.objects.create(unit=made, name=f"{CODE} {code}", kind=kind, parent=parent)
    UnitCode.objects.create(unit=made, system=CodeSystem.INTERNAL, code=f"{CODE}{code}")
    return made


def _report(author: User, communes: list[Unit]) -> Round:
    """The newest month before today as approved reports, and its figures once more in every month before."""
    months = _months()
    asked = bench_data.open_a_round(CODE, next(months), communes)
    lines = bench_data.make_lines(asked, LINES)
    for line in lines:
        line.definition.source_kind = "commune"
        line.definition.save(update_fields=["source_kind"])
    reports = Submission.objects.bulk_create(
        Submission(round=asked, unit=unit, due_on=asked.due_on, state="approved") for unit in communes
    )
    facts: dict[str, Any] = {"number": 1, "content": "", "sha256": "0", "by": author, "at": now()}
    revisions = Revision.objects.bulk_create(Revision(submission=each, **facts) for each in reports)
    Observation.objects.bulk_create(
        bench_data.figure(line, revision.submission, revision, asked.period)
        for revision in revisions
        for line in lines
    )
    for period in islice(months, PERIODS - 1):
        given = {"of": asked.period_id, "period": period.pk, "round": asked.pk}
        own = "JOIN indicators_submission n ON n.id = s.submission_id AND n.round_id = %(round)s"
        copy_rows(Observation, {"period_id": "%(period)s"}, f"{own} WHERE s.period_id = %(of)s", given)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return asked


def _months() -> Iterator[Period]:
    """Newest first, those that ended before today."""
    for year in range(today().year, today().year - 2 - PERIODS // 12, -1):
        for window in reversed(calendars.windows_of_year(year, calendars.Frequency.MONTH)):
            if window.last_day < today():
                yield period_of(window, calendars.REPORTING)


def _act() -> LegalAct:
    act = LegalAct.objects.create(title=CODE, effective_on=today())
    new = {"kind": "creation", "code_system": CodeSystem.INTERNAL, "unit_kind": "commune", "parent": f"{CODE}12"}
    lines = [{**new, "code": f"{CODE}M{n}", "name": f"{CODE} M{n}"} for n in range(NEW)]
    lines += [{"kind": "merge", "source": f"{CODE}X{n}", "target": f"{CODE}M{n % NEW}"} for n in range(OLD)]
    lines += [{"kind": "dissolution", "source": f"{CODE}H{n}"} for n in range(DISTRICTS)]
    UnitChange.objects.bulk_create(UnitChange(act=act, **line) for line in lines)
    return act
