"""What the approval of a whole round costs, in times of what the totals of one approval cost in it."""

from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

from django.db import transaction

from indicators import calendars, deciding, totals
from indicators.clock import now, today
from indicators.deciding import Choice
from indicators.models import (
    Membership,
    ReportingForm,
    Revision,
    Role,
    Round,
    State,
    StepHolder,
    Submission,
    Unit,
    UnitSlice,
    User,
)
from indicators.opening import period_of
from indicators.sealing import canonical, sha256

from . import bench_data

REPORTS, LINES = 60, 30
TIMES = 3
CODE = "BENCHROUND"
CELL = {
    "state": "reported",
    "value": "72.9",
    "numerator": "729",
    "denominator": "1000",
    "text": "",
    "decimals": 1,
    "qualifier": "",
    "status": "official",
    "note": "",
}


def measure() -> float:
    """Medians of both; each approval is taken back before the next."""
    approver, round_ = _approver(), _round()
    read = _hand_in(round_, approver)
    choice = partial(Choice, "approve", round_, read, approver, number=CODE, decided_on=today())
    indicators = list(round_.lines.order_by("pk").values_list("indicator", flat=True))
    whole, alone = [], []
    for number in range(TIMES):
        with transaction.atomic():
            whole.append(_timed(partial(_approve, choice(key=f"{CODE}{number}"))))
            alone += [_timed(partial(totals.recompute, round_.period_id, indicators)) for _ in range(TIMES)]
            transaction.set_rollback(True)
    return median(whole) / median(alone)


def _timed(act: Any) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start


def _approve(choice: Choice) -> None:
    outcome = deciding.decide(choice)
    if len(outcome.done) != REPORTS:
        raise RuntimeError(f"{len(outcome.done)} of {REPORTS} reports: {outcome.refused[:1]}")


def _approver() -> User:
    user = User(username="bench approver")
    user.set_unusable_password()
    user.save()
    return user


def _round() -> Round:
    """Sixty communes under a province of their own, each asked thirty shares about itself."""
    province = Unit.objects.create()
    UnitSlice.objects.create(unit=province, name="Bench", kind="province")
    form = ReportingForm.objects.create(code=CODE, name="Bench", contact="Bench")
    StepHolder.objects.create(form=form, step="approve", holder=province)
    Membership.objects.create(user=User.objects.get(username="bench approver"), unit=province, role=Role.APPROVER)
    window = calendars.windows_of_year(2001, calendars.Frequency.YEAR)[0]
    round_ = Round.objects.create(
        form=form,
        period=period_of(window, calendars.REPORTING),
        opens_on=window.first_day,
        due_on=window.day_after_last,
        asks_sign_off=False,
        asks_verification=False,
        asks_publication=False,
    )
    for number in range(LINES):
        bench_data.make_line(round_, number, f"Tỷ lệ {number}", source_kind="commune")
    for number in range(REPORTS):
        unit = Unit.objects.create()
        UnitSlice.objects.create(unit=unit, name=f"Xã {number:02}", kind="commune", parent=province)
        Submission.objects.create(
            round=round_, unit=unit, due_on=round_.due_on, state=State.SUBMITTED, handed_in_at=now()
        )
    return round_


def _hand_in(round_: Round, author: User) -> dict[int, str]:
    """Report → the check code of what it froze."""
    lines = list(round_.lines.order_by("pk").values_list("pk", "indicator__code"))
    read = {}
    for report in round_.submissions.order_by("pk"):
        cells = [CELL | {"line": line, "indicator": code, "subject": report.unit_id} for line, code in lines]
        content = canonical({"submission": report.pk, "cells": cells})
        read[report.pk] = sha256(content)
        Revision.objects.create(
            submission=report, number=1, content=content, sha256=read[report.pk], by=author, at=now()
        )
    return read
