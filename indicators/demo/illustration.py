"""Made-up rounds, marked as such: communes since they began, and a newest round with reports in every state."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from zlib import crc32

from indicators import calendars, clock, rounds
from indicators.calendars import Window
from indicators.clock import today
from indicators.models import ReportingForm, Round, Step, StepHolder, Submission, Unit, User
from indicators.opening import open_round, opening_day, period_of

from . import aims
from .people import EXTRA_REPORTER, EXTRA_SIGNER
from .walk import Fields, moment, move, people, publish, type_in

COMMUNES_BEGAN = date(2025, 7, 1)
YEARS = 2
PUBLISHED_FORM = "03/CĐS"
DAYS_TO_PUBLISH = 10
STATES = ("", "draft", "awaiting", "submitted", "verified", "returned", "approved", "approved")
STEPS = {  # what is done to a report so that it stands in a state
    "": (),
    "draft": ("type",),
    "awaiting": ("type", "submit"),
    "submitted": ("type", "submit", "sign"),
    "returned": ("type", "submit", "sign", "return"),
    "verified": ("type", "submit", "sign", "verify"),
    "approved": ("type", "submit", "sign", "verify", "approve"),
}
OWN = {"03388": "draft", "03390": "", "03394": "returned", "03405": "draft"}  # of those who can log in
REMARK = "Mẫu số khác với kỳ trước; đề nghị rà soát tổng số hộ và ghi rõ nguồn."


def enter() -> int:
    """How many rounds were opened; those that stand are left as they are."""
    windows = list(_windows())
    _ask_for_publication()
    rounds_of_communes = sum(_commune_round(window, windows) for window in windows)
    return rounds_of_communes + aims.enter(windows) + sum(_newest_rounds(windows[-1]))


def _ask_for_publication() -> None:
    """The communes' rounds are published as a step of their own; every other form publishes on approval."""
    form, office = ReportingForm.objects.get(code=PUBLISHED_FORM), Unit.objects.get(codes__code="LC-VPUBND")
    holder = StepHolder.objects.get_or_create(form=form, step=Step.PUBLISH, defaults={"holder": office})
    if holder[1]:
        form.asks_publication = True
        form.save(update_fields=["asks_publication"])


def _windows() -> Iterator[Window]:
    """The quarters of the last two years in which today's communes report, the running one last."""
    quarter, first = calendars.Frequency.QUARTER, calendars.quarter_of(today() - timedelta(days=365 * YEARS))
    for window in calendars.windows_between(quarter, calendars.REPORTING, first.first_day, today()):
        if window.last_day >= COMMUNES_BEGAN:
            yield window


def _open(code: str, window: Window) -> Round | None:
    """The round that was opened, on its day; None where it stands."""
    form = ReportingForm.objects.get(code=code)
    period = period_of(window, form.calendar)
    if Round.objects.filter(form=form, period=period).exists():
        return None
    with clock.at(moment(opening_day(form, period.first_day), 8)):
        return open_round(form, period, is_illustrative=True)


def _commune_round(window: Window, windows: list[Window]) -> int:
    """Finished quarters are approved but for two reports that were never sent, and published; the newest has every
    state, and of what is approved a part is published and a part waits."""
    if (round_ := _open(PUBLISHED_FORM, window)) is None:
        return 0
    is_running, age = window == windows[-1], len(windows) - windows.index(window)
    reports = _reports(round_)
    for number, report in enumerate(reports):
        code = report.code_on_day
        state = OWN.get(code, STATES[number % len(STATES)]) if is_running else "approved"
        is_late = number % 9 == age % 9
        if not is_running and number % 19 == age % 19:
            state = ""
        _take(report, state, _of_commune(code, window), day=_day(round_, number, is_late=is_late))
        if number == (len(reports) // 2 if is_running else len(reports) - 1):
            publish(round_, by=people()["publisher"], on=_due(round_) + timedelta(days=DAYS_TO_PUBLISH))
    if age == 2:
        _extend(round_)
    return 1


def _reports(round_: Round) -> list[Any]:
    units = {unit.pk: unit.code_on_day for unit in Unit.objects.with_slice(round_.period.last_day).order_by("pk")}
    reports: list[Any] = list(round_.submissions.order_by("pk"))
    for report in reports:
        report.code_on_day = units[report.unit_id]
    return sorted(reports, key=lambda report: report.code_on_day)


def _day(round_: Round, number: int, *, is_late: bool) -> date:
    """Most hand in some days before the due day, some after it; nobody in the future."""
    due = _due(round_)
    return due + timedelta(days=number % 3 + 1) if is_late else due - timedelta(days=number % 6)


def _due(round_: Round) -> date:
    return round_.due_on or round_.period.last_day


def _take(report: Submission, state: str, fields: Fields, *, day: date) -> None:
    users = people() if state else {}
    for offset, step in enumerate(STEPS[state]):
        with clock.at(moment(day + timedelta(days=max(0, offset - 2)), 8 + offset)):
            if step == "type":
                type_in(report, fields, by=users[EXTRA_REPORTER.name])
            else:
                move(report, step, by=_by(step, users), comment=REMARK if step == "return" else "")


def _by(step: str, users: dict[str, User]) -> User:
    names = {
        "submit": EXTRA_REPORTER.name,
        "sign": EXTRA_SIGNER.name,
        "approve": "approver",
        "verify": "verifier-skhcn",
        "return": "verifier-skhcn",
    }
    return users[names[step]]


def _of_commune(code: str, window: Window) -> Fields:
    """The same figures for a commune and quarter on every run; they grow with the quarters."""
    seed = crc32(code.encode())
    quarters = (window.last_day.year - COMMUNES_BEGAN.year) * 4 + window.last_day.month // 3
    share = min(35 + seed % 40 + 2 * quarters, 97)
    counts = {"HT.03": 12 + seed % 25, "XH.02": 900 + seed % 2100, "XH.03": 2600 + seed % 6400}
    lead = {"HT.03": 20, "XH.02": 0, "XH.03": 12}
    typed = {}
    for indicator, whole in counts.items():
        typed[f"{indicator}-numerator"] = str(whole * min(share + lead[indicator], 99) // 100)
        typed[f"{indicator}-denominator"] = str(whole)
    return typed


def _extend(round_: Round) -> None:
    """One commune was cut off by floods."""
    report = _reports(round_)[-1]
    due = report.due_on + timedelta(days=5)
    with clock.at(moment(report.due_on - timedelta(days=1))):
        rounds.extend(round_, due_on=due, reason="Mưa lũ, mất liên lạc", by=people()["admin"], units=[report.unit])


def _newest_rounds(window: Window) -> Iterator[int]:
    """The departments' and the operators' forms of the running quarter, half done."""
    if (round_ := _open("01/CĐS", window)) is not None:
        (report,) = _reports(round_)
        with clock.at(moment(today(), 8)):
            type_in(report, DRAFT_OF_THE_DEPARTMENT, by=people()["reporter-skhcn"])
        yield 1
    if (round_ := _open("02/CĐS", window)) is not None:
        reports = {report.code_on_day: report for report in _reports(round_)}
        day = min(today(), round_.due_on or today())
        with clock.at(moment(day, 8)):
            type_in(reports["LC-VNPT"], DRAFT_OF_VNPT, by=people()["reporter-vnpt"])
        _take_of_company(reports["LC-VIETTEL"], ("submit", "verify", "approve"), day)
        _take_of_company(reports["LC-MOBI"], ("submit",), day)
        yield 1


def _take_of_company(report: Submission, steps: tuple[str, ...], day: date) -> None:
    users = people()
    with clock.at(moment(day, 9)):
        type_in(report, OF_ANOTHER_COMPANY, by=users[EXTRA_REPORTER.name])
        for step in steps:
            move(report, step, by=_by(step, users))


DRAFT_OF_THE_DEPARTMENT = {
    "HT.01-value": "15.120",
    "HT.02-numerator": "38",
    "HT.02-denominator": "38",
    "HT.04-value": "412.600",
    "DL.01-value": "21",
}
DRAFT_OF_VNPT = {"HT.01-value": "6.310", "HT.06-value": "742"}
OF_ANOTHER_COMPANY = {
    "HT.01-value": "5.480",
    "HT.02-numerator": "38",
    "HT.02-denominator": "38",
    "HT.03-numerator": "921",
    "HT.03-denominator": "956",
    "HT.04-value": "168.400",
    "HT.05-value": "17.200",
    "HT.06-value": "815",
    "HT.07-value": "121.300",
    "XH.01-numerator": "128.700",
    "XH.01-denominator": "165.900",
}
