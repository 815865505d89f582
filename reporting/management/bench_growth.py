"""Whether the summary of one period grows with what was reported before it: the same page over one year of months,
over more than ten years of them, and over ten times as many units that ended before."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.db import connection
from django.db.models import Model

from indicators import calendars
from indicators.models import (
    Observation,
    Period,
    Revision,
    Round,
    RoundLine,
    Submission,
    Total,
    Unit,
    UnitSlice,
)
from indicators.opening import period_of

YEAR, MONTHS = 12, 126  # rounds of the past
MORE_UNITS = 420
OWN, ENDED = 0, 1  # whose figures are copied: those of the round's units, those of units that ended


def grown(now: Round) -> Iterator[int]:
    """Yields the number of observations, each time there are about ten times as many."""
    _pair_units(now)
    months = _months(now)
    for more, wave in ((YEAR, OWN), (MONTHS - YEAR, OWN), (0, ENDED)):
        for each in list(islice(months, more)) or _past(now):
            _copy(now, each, wave)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield Observation.objects.count()


def _past(now: Round) -> list[Round]:
    return list(Round.objects.filter(form=now.form).exclude(pk=now.pk).select_related("period").order_by("pk"))


def _months(now: Round) -> Iterator[Round]:
    """Newest first, from the year before on."""
    last = now.period.first_day.year - 1
    for year in range(last, last - 1 - MONTHS // 12, -1):
        for window in reversed(calendars.windows_of_year(year, calendars.Frequency.MONTH)):
            yield _round(now, period_of(window, calendars.REPORTING))


def _round(now: Round, period: Period) -> Round:
    return Round.objects.create(
        form=now.form,
        period=period,
        opens_on=period.first_day,
        due_on=period.day_after_last,
        asks_sign_off=False,
        asks_verification=False,
        asks_publication=False,
    )


def _pair_units(now: Round) -> None:
    """A table of who copies whom: each unit itself, and units that ended, one after another the reporting ones."""
    reporting = list(
        Observation.objects.filter(period=now.period)
        .order_by("reporter")
        .values_list("reporter", flat=True)
        .distinct()
    )
    province = UnitSlice.objects.filter(kind="province").order_by("pk")[0].unit
    ended = now.period.first_day - timedelta(days=1)
    units = Unit.objects.bulk_create(Unit(ended=ended) for _ in range(MORE_UNITS))
    UnitSlice.objects.bulk_create(
        UnitSlice(unit=unit, name=f"Xã {number:03}", kind="commune", parent=province)
        for number, unit in enumerate(units)
    )
    pairs = [(unit.pk, reporting[number % len(reporting)], ENDED) for number, unit in enumerate(units)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_pair (unit_id bigint, of_id bigint, wave int)")
        rows = [*pairs, *((unit, unit, OWN) for unit in reporting)]
        cursor.executemany("INSERT INTO bench_pair VALUES (%s, %s, %s)", rows)


def _copy(now: Round, past: Round, wave: int) -> None:
    """The round with its reports and figures as they are now, in another period; set by set. The province's totals
    stay those of the round's own units: a page reads as many, whatever is in them."""
    given = {"now": now.pk, "past": past.pk, "of": now.period_id, "period": past.period_id, "wave": wave}
    pair = "JOIN bench_pair p ON p.wave = %(wave)s AND p.of_id"
    own = "JOIN indicators_submission n ON n.round_id = %(past)s AND n.unit_id = p.unit_id"
    if wave == OWN:
        copy_rows(RoundLine, {"round_id": "%(past)s"}, "WHERE s.round_id = %(now)s", given)
        copy_rows(Total, {"period_id": "%(period)s"}, "WHERE s.period_id = %(of)s", given)
    copy_rows(
        Submission,
        {"round_id": "%(past)s", "unit_id": "p.unit_id"},
        f"{pair} = s.unit_id WHERE s.round_id = %(now)s",
        given,
    )
    copy_rows(
        Revision,
        {"submission_id": "n.id"},
        f"JOIN indicators_submission o ON o.id = s.submission_id {pair} = o.unit_id {own}"
        " WHERE o.round_id = %(now)s",
        given,
    )
    of_unit = {"period_id": "%(period)s", "subject_id": "p.unit_id", "reporter_id": "p.unit_id"}
    copy_rows(
        Observation,
        {**of_unit, "submission_id": "n.id", "revision_id": "v.id"},
        f"{pair} = s.reporter_id {own} JOIN indicators_revision v ON v.submission_id = n.id"
        " WHERE s.period_id = %(of)s",
        given,
    )


def copy_rows(model: type[Model], other: dict[str, str], rest: str, given: dict[str, int]) -> None:
    """Rows of a table (`s`) once more, some columns apart."""
    quote, table = connection.ops.quote_name, model._meta.db_table
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    values = [other.get(column, f"s.{quote(column)}") for column in columns]
    into = ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({into}) SELECT {', '.join(values)} FROM {table} s {rest}", given)  # noqa: S608
