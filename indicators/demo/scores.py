"""Made-up years of the example sets of points: closed ones that are verified, published and locked, and the running
year with drafts. Which units say nothing, to whom something does not apply, and who is corrected is written here.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from indicators import assessing, calendars, clock, evidence, notifications, rounds, totals
from indicators.calendars import Window
from indicators.clock import today
from indicators.models import Round, Unit

from . import adjusting
from .illustration import COMMUNES_BEGAN, DAYS_TO_PUBLISH, due_of, open_made_up, reports_of
from .people import EXTRA_REPORTER, EXTRA_SIGNER, open_extras
from .score_figures import OF_COMMUNES, OF_DEPARTMENTS, of_commune, of_department
from .walk import Fields, assess, moment, move, people, publish, type_in

DEPARTMENTS, COMMUNES = "SN-MH", "XP-MH"
PLAN = "SN.03"  # whose evidence is asked for
LINK = "https://vanban.example.gov.vn/ke-hoach-chuyen-doi-so"
N_DRAFTS = 2
FIRST_YEAR = 5  # departments that sent a report in the closed year before the last
CORRECTED = {  # form → unit, line, what the reviewer has instead, why, and what the unit says to it
    DEPARTMENTS: (
        ("LC-STC", "SN.04", ("16", "20"), "Một nhiệm vụ hoàn thành sau thời hạn.", ""),
        ("LC-SYT", "SN.01", ("3",), "Một cuộc họp không do người đứng đầu chủ trì.",
         "Giám đốc chủ trì phần kết luận; đề nghị xem lại biên bản."),
    ),
    COMMUNES: (
        ("03394", "XP.01", ("12",), "Nhật ký phát thanh chỉ ghi 12 lượt.", "Hai lượt phát lại chưa ghi nhật ký."),
        ("03405", "XP.11", ("4",), "Một sản phẩm đã hết hạn chứng nhận OCOP.", ""),
    ),
}  # fmt: skip
ADJUSTED = {  # form → unit, what is typed anew once the round is published
    DEPARTMENTS: ("LC-SXD", {"SN.05-numerator": "31", "SN.05-denominator": "40"}),
    COMMUNES: ("03390", {"XP.04-numerator": "22", "XP.04-denominator": "26"}),
}


def enter(units: dict[str, Unit], *, years: int) -> int:
    """How many rounds were opened; those that stand are left as they are. `years`: of the closed ones."""
    open_extras([units[code] for code in OF_DEPARTMENTS])
    return sum(_year(window) for window in _windows(years))


def _windows(years: int) -> list[Window]:
    """The closed years, oldest first, and the running one."""
    year, first = calendars.Frequency.YEAR, date(today().year - years - 1, 1, 1)
    windows = list(calendars.windows_between(year, calendars.REPORTING, first, today()))
    return windows[-years - 1 :]


def _year(window: Window) -> int:
    forms = [DEPARTMENTS] if window.last_day < COMMUNES_BEGAN else [DEPARTMENTS, COMMUNES]
    is_running = window.last_day >= today()
    return sum(_round(code, window, is_running=is_running) for code in forms)


def _round(code: str, window: Window, *, is_running: bool) -> int:
    """People are told of the running year alone."""
    if is_running:
        if (round_ := open_made_up(code, window)) is None:
            return 0
        _draft(code, round_)
        return 1
    with notifications.in_silence(), totals.once():
        if (round_ := open_made_up(code, window)) is None:
            return 0
        _take(code, round_)
    with notifications.in_silence():
        _close(code, round_)
    return 1


def _draft(code: str, round_: Round) -> None:
    """Some have begun."""
    drafted = list(_reporting(code, round_))[:N_DRAFTS]
    with clock.at(moment(today(), 8)):
        for report, fields in drafted:
            lines = list(dict.fromkeys(name.partition("-")[0] for name in fields))
            begun = lines[: len(lines) // 2]
            typed = {name: text for name, text in fields.items() if name.partition("-")[0] in begun}
            type_in(report, typed, by=people()[EXTRA_REPORTER.name])


def _take(code: str, round_: Round) -> None:
    """From the draft to the approval."""
    users, due = people(), due_of(round_)
    typist, signer = users[EXTRA_REPORTER.name], users[EXTRA_SIGNER.name]
    for number, (report, fields) in enumerate(_reporting(code, round_)):
        day = due - timedelta(days=number % 4)
        with clock.at(moment(day, 9)):
            type_in(report, fields, by=typist)
            _attach(report, typist)
            move(report, "submit", by=typist)
            move(report, "sign", by=signer)
        _correct(code, report, day + timedelta(days=1))
        with clock.at(moment(day + timedelta(days=2))):
            move(report, "verify", by=users["verifier-skhcn"])
            move(report, "approve", by=users["approver"])


def _reporting(code: str, round_: Round) -> Iterator[tuple[Any, Fields]]:
    """Of the units that say something, in the order of their codes; what they say grows with the years."""
    year = round_.period.last_day.year
    said, of = (OF_DEPARTMENTS, of_department) if code == DEPARTMENTS else (OF_COMMUNES, of_commune)
    sent = [report for report in reports_of(round_) if said.get(report.code_on_day) is not None]
    for report in sent if year >= _newest_closed() else sent[-FIRST_YEAR:]:
        yield report, of(report.code_on_day, year)


def _attach(report: Any, by: Any) -> None:
    """Beside the line that asks for it, unless it says that there is nothing to show."""
    line = report.round.lines.filter(asks_evidence=True).order_by("pk").first()
    if line is not None:
        evidence.attach_link(report, (line.pk, report.unit_id), LINK, description="Kế hoạch (minh họa)", by=by)
        report.refresh_from_db()


def _correct(code: str, report: Any, day: date) -> None:
    """A reviewer's own figure, and what the unit says to it."""
    users = people()
    for unit, line, figure, reason, explanation in CORRECTED.get(code, ()):
        if report.code_on_day != unit:
            continue
        names = ("value",) if len(figure) == 1 else ("numerator", "denominator")
        typed = {f"{line}-{name}": text for name, text in zip(names, figure, strict=True)}
        with clock.at(moment(day, 8)):
            row = assess(report, line, typed, reason=reason, by=users["verifier-skhcn"])
        if explanation:
            with clock.at(moment(day, 14)):
                assessing.explain(report, {row.pk: explanation}, by=users[EXTRA_REPORTER.name])
                report.refresh_from_db()


def _close(code: str, round_: Round) -> None:
    """Published, in one year adjusted and published again, and locked: what is measured by the best unit stands."""
    users, due = people(), due_of(round_)
    publish(round_, by=users["publisher"], on=due + timedelta(days=DAYS_TO_PUBLISH))
    if code in ADJUSTED and round_.period.last_day.year == _newest_closed():
        unit, fields = ADJUSTED[code]
        report = next(each for each in reports_of(round_) if each.code_on_day == unit)
        with clock.at(moment(due + timedelta(days=DAYS_TO_PUBLISH + 3))):
            adjusting.change_published(report, fields, users, signer=users[EXTRA_SIGNER.name])
        publish(round_, by=users["publisher"], on=due + timedelta(days=DAYS_TO_PUBLISH + 6))
    with clock.at(moment(due + timedelta(days=DAYS_TO_PUBLISH + 7))):
        rounds.lock_round(round_, by=users["admin"])


def _newest_closed() -> int:
    return _windows(1)[0].last_day.year
