"""Made-up rounds, marked as such: communes since they began, and a newest round with reports in every state."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any
from zlib import crc32

from indicators import assessing, calendars, clock, notifications, rounds, totals
from indicators.calendars import Window
from indicators.clock import today
from indicators.models import (
    CountingFigure,
    Indicator,
    ReportingForm,
    Round,
    State,
    Step,
    StepHolder,
    Submission,
    Unit,
    User,
)
from indicators.opening import open_round, opening_day, period_of

from . import adjusting, aims, bases
from .people import EXTRA_REPORTER, EXTRA_SIGNER
from .walk import Fields, assess, moment, move, people, publish, type_in

COMMUNES_BEGAN = date(2025, 7, 1)
YEARS = 2
PUBLISHED_FORM = "03/CĐS"
RANKED_BY = "XH.02"
DAYS_TO_PUBLISH = 10
LONG_AGO = timedelta(days=40)
BEFORE = timedelta(minutes=2)  # within which a company's report is approved, and changed twice since
STATES = ("", "draft", "awaiting", "submitted", "verified", "returned", "approved", "approved")
ASSESSED = {"03388"}  # whose last finished report a reviewer corrected, which it explained
WAITING = len(STATES) + STATES.index("submitted")  # in the newest round: the second report that waits, nobody's OWN
ASSESSED_LINE = "HT.03"
OWN_REASON = "Danh sách trạm thu phát sóng của doanh nghiệp viễn thông còn thiếu 1 thôn, bản so với số báo cáo."
EXPLANATION = "Trạm mới phát sóng ngày cuối kỳ, doanh nghiệp chưa cập nhật danh sách; xã đề nghị đối chiếu lại."
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


def newest() -> Window:
    """The quarter that is running."""
    return list(_windows())[-1]


def enter() -> int:
    """How many rounds were opened; those that stand are left as they are."""
    windows = list(_windows())
    bases.enter(COMMUNES_BEGAN)
    _ask_for_publication()
    _rank_units()
    rounds_of_communes = sum(_commune_round(window, windows) for window in windows)
    return rounds_of_communes + aims.enter(windows) + sum(_newest_rounds(windows[-1]))


def _ask_for_publication() -> None:
    """The communes' rounds are published as a step of their own, and a reviewer's own figure counts there; every
    other form publishes on approval, and the reported figure counts."""
    form, office = ReportingForm.objects.get(code=PUBLISHED_FORM), Unit.objects.get(codes__code="LC-VPUBND")
    holder = StepHolder.objects.get_or_create(form=form, step=Step.PUBLISH, defaults={"holder": office})
    if holder[1]:
        form.asks_publication, form.counting_figure = True, CountingFigure.ASSESSED
        form.save(update_fields=["asks_publication", "counting_figure"])


def _rank_units() -> None:
    """By one indicator whose breakdown everybody may see."""
    for indicator in Indicator.objects.filter(code=RANKED_BY, is_ranked=False).order_by("pk"):
        indicator.is_ranked = True
        indicator.save(update_fields=["is_ranked"])


def _windows() -> Iterator[Window]:
    """The quarters of the last two years in which today's communes report, the running one last."""
    quarter, first = calendars.Frequency.QUARTER, calendars.quarter_of(today() - timedelta(days=365 * YEARS))
    for window in calendars.windows_between(quarter, calendars.REPORTING, first.first_day, today()):
        if window.last_day >= COMMUNES_BEGAN:
            yield window


def open_made_up(code: str, window: Window) -> Round | None:
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
    if (round_ := open_made_up(PUBLISHED_FORM, window)) is None:
        return 0
    is_running, age = window == windows[-1], len(windows) - windows.index(window)
    reports, users = reports_of(round_), people()
    published = len(reports) // 2 + 1 if is_running else len(reports)

    def take(numbers: range) -> None:
        with totals.once(), nullcontext() if is_running else notifications.in_silence():
            for number in numbers:
                report = reports[number]
                code = report.code_on_day
                state = OWN.get(code, STATES[number % len(STATES)]) if is_running else "approved"
                is_late = number % 9 == age % 9
                if not is_running and number % 19 == age % 19:
                    state = ""
                own = number == WAITING if is_running else age == 2 and code in ASSESSED
                typed, day = _of_commune(code, window), _day(round_, number, is_late=is_late)
                if is_running and own:
                    typed[f"{bases.INDICATOR}-objection"] = bases.OBJECTION
                _take(report, state, typed, day=day, users=users, own=own, explains=not is_running)

    take(range(published))
    publish(round_, by=users["publisher"], on=due_of(round_) + timedelta(days=DAYS_TO_PUBLISH))
    take(range(published, len(reports)))
    if age == 2:
        _extend(round_)
    if is_running:
        _ask_to_adjust(reports)
    if window == _newest_long_published(windows):
        _adjust(round_, reports, window)
    return 1


def _newest_long_published(windows: list[Window]) -> Window | None:
    """Whose publication, and an adjustment some days after it, lie in the past."""
    long_ago = [window for window in windows[:-1] if window.last_day + LONG_AGO <= today()]
    return long_ago[-1] if long_ago else None


def _adjust(round_: Round, reports: list[Any], window: Window) -> None:
    """One commune counted a village too few; published as the round's next issue."""
    report, users = next(each for each in reports if each.state == State.APPROVED), people()
    typed = _of_commune(report.code_on_day, window)
    number = min(int(typed["HT.03-numerator"]) + 1, int(typed["HT.03-denominator"]))
    fields = {"HT.03-numerator": str(number), "HT.03-denominator": typed["HT.03-denominator"]}
    with clock.at(moment(due_of(round_) + timedelta(days=DAYS_TO_PUBLISH + 3))):
        adjusting.change_published(report, fields, users, signer=users[EXTRA_SIGNER.name])
    publish(round_, by=users["publisher"], on=due_of(round_) + timedelta(days=DAYS_TO_PUBLISH + 5))


def _ask_to_adjust(reports: list[Any]) -> None:
    """Of the first report that is approved."""
    approved = next(report for report in reports if report.state == State.APPROVED)
    by = people()[EXTRA_REPORTER.name]
    adjusting.ask(approved, "HT.03", by=by, at=clock.now(), wished="97,1%")


def reports_of(round_: Round) -> list[Any]:
    units = {unit.pk: unit.code_on_day for unit in Unit.objects.with_slice(round_.period.last_day).order_by("pk")}
    reports: list[Any] = list(round_.submissions.order_by("pk"))
    for report in reports:
        report.code_on_day = units[report.unit_id]
    return sorted(reports, key=lambda report: report.code_on_day)


def _day(round_: Round, number: int, *, is_late: bool) -> date:
    """Most hand in some days before the due day, some after it; nobody in the future."""
    due = due_of(round_)
    return due + timedelta(days=number % 3 + 1) if is_late else due - timedelta(days=number % 6)


def due_of(round_: Round) -> date:
    return round_.due_on or round_.period.last_day


def _take(
    report: Submission,
    state: str,
    fields: Fields,
    *,
    day: date,
    users: dict[str, User],
    own: bool = False,
    explains: bool = False,
) -> None:
    """`own`: a reviewer enters another figure once it is signed; `explains`: the unit says something to it."""
    for offset, step in enumerate(STEPS[state]):
        with clock.at(moment(day + timedelta(days=max(0, offset - 2)), 8 + offset)):
            if step == "type":
                type_in(report, fields, by=users[EXTRA_REPORTER.name])
            else:
                move(report, step, by=_by(step, users), comment=REMARK if step == "return" else "")
        if own and step == "sign":
            _assess(report, fields, users, day=day + timedelta(days=1), explains=explains)


def _assess(report: Submission, fields: Fields, users: dict[str, User], *, day: date, explains: bool) -> None:
    """One unit less in the numerator, by the verifier, before he or she verifies the report."""
    parts = dict(fields)
    parts[f"{ASSESSED_LINE}-numerator"] = str(int(fields[f"{ASSESSED_LINE}-numerator"]) - 1)
    with clock.at(moment(day, 8)):
        row = assess(report, ASSESSED_LINE, parts, reason=OWN_REASON, by=users["verifier-skhcn"])
    if explains:
        with clock.at(moment(day, 10)):
            assessing.explain(report, {row.pk: EXPLANATION}, by=users[EXTRA_REPORTER.name])
            report.refresh_from_db()


def _by(step: str, users: dict[str, User]) -> User:
    names = {
        "submit": EXTRA_REPORTER.name,
        "sign": EXTRA_SIGNER.name,
        "approve": "approver",
        "verify": "verifier-skhcn",
        "return": "verifier-skhcn",
    }
    return users[names[step]]


def _of_commune(code: str, window: Window) -> dict[str, str]:
    """The same figures for a commune and quarter on every run; they grow with the quarters."""
    seed = crc32(code.encode())
    quarters = (window.last_day.year - COMMUNES_BEGAN.year) * 4 + window.last_day.month // 3
    share = min(35 + seed % 40 + 2 * quarters, 97)
    counts = {"HT.03": 12 + seed % 25, "XH.02": bases.households(code), "XH.03": 2600 + seed % 6400}
    lead = {"HT.03": 20, "XH.02": 0, "XH.03": 12}
    typed: dict[str, str] = {}
    for indicator, whole in counts.items():
        typed[f"{indicator}-numerator"] = str(whole * min(share + lead[indicator], 99) // 100)
        typed[f"{indicator}-denominator"] = str(whole)
    return typed


def _extend(round_: Round) -> None:
    """One commune was cut off by floods."""
    report = reports_of(round_)[-1]
    due = report.due_on + timedelta(days=5)
    with clock.at(moment(report.due_on - timedelta(days=1))):
        rounds.extend(round_, due_on=due, reason="Mưa lũ, mất liên lạc", by=people()["admin"], units=[report.unit])


def _newest_rounds(window: Window) -> Iterator[int]:
    """The departments' and the operators' forms of the running quarter, half done."""
    if (round_ := open_made_up("01/CĐS", window)) is not None:
        (report,) = reports_of(round_)
        with clock.at(moment(today(), 8)):
            type_in(report, DRAFT_OF_THE_DEPARTMENT, by=people()["reporter-skhcn"])
        yield 1
    if (round_ := open_made_up("02/CĐS", window)) is not None:
        reports = {report.code_on_day: report for report in reports_of(round_)}
        day = min(today(), round_.due_on or today())
        with clock.at(moment(day, 8)):
            type_in(reports["LC-VNPT"], DRAFT_OF_VNPT, by=people()["reporter-vnpt"])
        _take_of_company(reports["LC-VIETTEL"], ("submit", "verify", "approve"), day, fields=adjusting.ESTIMATED)
        _change_of_company(reports["LC-VIETTEL"], day)
        _take_of_company(reports["LC-MOBI"], ("submit",), day)
        yield 1


def _take_of_company(
    report: Submission, steps: tuple[str, ...], day: date, *, fields: Fields = MappingProxyType({})
) -> None:
    users = people()
    with clock.at(moment(day, 9) - BEFORE):
        type_in(report, {**OF_ANOTHER_COMPANY, **fields}, by=users[EXTRA_REPORTER.name])
        for step in steps:
            move(report, step, by=_by(step, users))


def _change_of_company(report: Submission, day: date) -> None:
    """After its approval, and never in the future."""
    users = people()
    since = moment(day, 9) - BEFORE / 2
    adjusting.change_twice(report, users, by=users[EXTRA_REPORTER.name], since=since)


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
