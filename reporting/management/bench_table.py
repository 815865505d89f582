"""What the import of a table costs, as a share of the speed of a bare bulk write of the same rows."""

from collections.abc import Iterator
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

from django.db import transaction

from indicators import bulk, calendars, drafts
from indicators.drafts import CHANGE_COLUMNS, ENTRY_COLUMNS
from indicators.figures_table import columns
from indicators.figures_table.columns import File
from indicators.figures_table.understanding import understand
from indicators.models import (
    CodeSystem,
    Definition,
    Entry,
    EntryChange,
    Indicator,
    ReportingForm,
    Round,
    RoundLine,
    Submission,
    Unit,
    UnitCode,
    UnitSlice,
    User,
)
from indicators.opening import period_of
from indicators.parsing import limits

ROUNDS, UNITS, LINES = 10, 40, 49  # 19,600 rows: the guard takes 20,000 with the headings
TIMES = 3
CODE = "BENCHTABLE"


def measure() -> tuple[float, float]:
    """(without the guard, with it): time of the bare write over the time of the import. Bare are the same entries
    by upsert and the same changes, by COPY or executemany; each is taken back before the next."""
    user = User.objects.create(username="bench importer", is_superuser=True)
    data = "\r\n".join(_ask_and_answer()).encode()
    guarded = [_timed(partial(columns.read, data, "bench.csv", limits.COMMAND))[0] for _ in range(TIMES)]
    file = columns.read(data, "bench.csv", limits.COMMAND)
    taken = []
    for _ in range(TIMES):
        with transaction.atomic():
            import_time, _none = _timed(lambda: _import(file, user))
            entries, changes = _rows(Entry, ENTRY_COLUMNS), _rows(EntryChange, CHANGE_COLUMNS)
            transaction.set_rollback(True)
        with transaction.atomic():
            bare_time, _none = _timed(partial(_write, entries, changes))
            transaction.set_rollback(True)
        taken.append((import_time, bare_time))
    imported, bare = (median(times) for times in zip(*taken, strict=True))
    return bare / imported, bare / (imported + median(guarded))


def _timed(act: Any) -> tuple[float, Any]:
    start = perf_counter()
    result = act()
    return perf_counter() - start, result


@bulk.no_collection()
def _import(file: File, user: User) -> None:
    """As the command does it."""
    plan = understand([file], by=user)
    saved = drafts.save_imported(plan.cells(), by=user, versions=plan.versions)
    if plan.faults or saved.changed != len(file.rows):
        raise RuntimeError(f"{saved.changed} of {len(file.rows)} rows: {plan.faults[:1]}")


def _rows(model: Any, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """As they go to the database."""
    prepared = [model._meta.get_field(name.removesuffix("_id")) for name in names]
    own = model.objects.filter(submission__round__form__code=CODE).order_by("pk")
    return [
        tuple(_plain(field, value) for field, value in zip(prepared, row, strict=True))
        for row in own.values_list(*names)
    ]


def _plain(field: Any, value: Any) -> Any:
    if field.name == "at":
        return bulk.moment(value)
    return drafts.json.dumps(value) if field.name in ("old", "new") else value


def _write(entries: list[tuple[Any, ...]], changes: list[tuple[Any, ...]]) -> None:
    bulk.upsert(Entry, ENTRY_COLUMNS, entries, unique=ENTRY_COLUMNS[:3])
    bulk.insert(EntryChange, CHANGE_COLUMNS, changes)


def _ask_and_answer() -> Iterator[str]:
    """Rounds of months long past, and the table that fills them: numbers and ratios in turn."""
    units = [Unit.objects.create() for _ in range(UNITS)]
    for number, unit in enumerate(units):
        UnitSlice.objects.create(unit=unit, name=f"Xã {number:02}", kind="commune")
        UnitCode.objects.create(unit=unit, system=CodeSystem.INTERNAL, code=f"{CODE}{number:02}")
    asked = [_indicator(number) for number in range(LINES)]
    form = ReportingForm.objects.create(code=CODE, name="Bench", contact="Bench")
    yield ",".join(columns.LABELS)
    windows = calendars.windows_of_year(2001, calendars.Frequency.MONTH)[:ROUNDS]
    for window in windows:
        period = period_of(window, calendars.REPORTING)
        round_ = Round.objects.create(
            form=form,
            period=period,
            opens_on=window.first_day,
            due_on=window.day_after_last,
            asks_sign_off=False,
            asks_verification=False,
            asks_publication=False,
        )
        RoundLine.objects.bulk_create(
            RoundLine(round=round_, order=n, indicator=d.indicator, definition=d, subject_rule="self")
            for n, d in enumerate(asked)
        )
        Submission.objects.bulk_create(Submission(round=round_, unit=unit, due_on=round_.due_on) for unit in units)
        for row in range(UNITS * LINES):
            unit_number, line = divmod(row, LINES)
            figure = f"{14433 + row},," if line % 2 else f",{row % 97},{97 + row}"
            yield f"{CODE}{unit_number:02},,{window.label},{CODE}.{line},{figure},,,"


def _indicator(number: int) -> Definition:
    kind = {"value_kind": "number", "unit_of_measure": "km", "over_units": "sum"}
    if number % 2 == 0:
        kind = {"value_kind": "ratio", "unit_of_measure": "%", "over_units": "ratio"}
    return Definition.objects.create(
        indicator=Indicator.objects.create(code=f"{CODE}.{number}", name=f"Chỉ tiêu {number}"),
        decimals=0 if number % 2 else 1,
        direction="up",
        over_time="stock",
        source_kind="commune",
        **kind,
    )
