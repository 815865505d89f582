"""Lists for registers: the platforms that the article names, as of its year, and made-up rows of the newest
quarter.

The article counts 18 databases, 7 of 13 applications and 8 of 15 services and names none of them: the rows are an
illustration, and their names say so.
"""

from collections.abc import Iterator
from pathlib import Path

from indicators import calendars, clock, register_drafts
from indicators.calendars import Window
from indicators.clock import today
from indicators.models import Calendar, ReportingForm, Round, Step, StepHolder, Submission, Unit
from indicators.opening import open_round, opening_day, period_of
from indicators.register_drafts import Drafted, Facts, blank

from .article import AT_THE_DEPARTMENT, OLD_DEPARTMENT, STEPS
from .files import rows
from .walk import moment, move, people

PLATFORMS, YEAR = "10/CĐS", "2023"
DATABASES, APPLICATIONS, SERVICES = "09/CĐS", "11/CĐS", "12/CĐS"
N_DATABASES = 18
N_APPLICATIONS, N_CONNECTED = 13, 7
N_SERVICES, N_USED = 15, 8

Rows = dict[str, Facts]


def enter(folder: Path, units: dict[str, Unit], window: Window) -> int:
    """How many rounds were opened; those that stand are left as they are."""
    return _of_the_article(folder, units) + sum(_made_up(window))


def _of_the_article(folder: Path, units: dict[str, Unit]) -> int:
    """By the department of those days, whose people work today for the one that verifies all others."""
    form = ReportingForm.objects.get(code=PLATFORMS)
    form.units.add(units[OLD_DEPARTMENT])
    said = {"step": Step.VERIFY, "reporting_unit": units[OLD_DEPARTMENT]}
    StepHolder.objects.get_or_create(form=form, **said, defaults={"holder": units["LC-VPUBND"]})
    period = period_of(calendars.window(YEAR), Calendar.REPORTING)
    if Round.objects.filter(form=form, period=period).exists():
        return 0
    document = next(row["document"] for row in rows(folder / "article_sources.csv") if row["year"] == YEAR)
    round_ = open_round(form, period, archive=document, by=people()["admin"])
    report = round_.submissions.get()
    _take(report, {row.pop("code"): _unsaid(report) | row for row in rows(folder / "platforms.csv")})
    return 1


def _unsaid(report: Submission) -> Facts:
    """Who owns a platform the article does not say."""
    return blank(report) | {"owner_id": None}


def _made_up(window: Window) -> Iterator[int]:
    """Handed in this morning, so that the newest cut-off has them."""
    for code, made in ((DATABASES, _databases), (APPLICATIONS, _applications), (SERVICES, _services)):
        form = ReportingForm.objects.get(code=code)
        period = period_of(window, form.calendar)
        if Round.objects.filter(form=form, period=period).exists():
            continue
        with clock.at(moment(opening_day(form, period.first_day), 8)):
            round_ = open_round(form, period, is_illustrative=True)
        report = round_.submissions.get()
        with clock.at(moment(today(), 8)):
            _take(report, made(report))
        yield 1


def _databases(report: Submission) -> Rows:
    return {
        f"CSDL.{n:02}": blank(report) | {"name": f"Cơ sở dữ liệu {n} (minh họa)", "status": "in_use"}
        for n in range(1, N_DATABASES + 1)
    }


def _applications(report: Submission) -> Rows:
    return {
        f"UD.{n:02}": blank(report)
        | {"name": f"Ứng dụng {n} (minh họa)", "shares_data": True, "via_lgsp": n <= N_CONNECTED}
        for n in range(1, N_APPLICATIONS + 1)
    }


def _services(report: Submission) -> Rows:
    return {
        f"DV.{n:02}": blank(report) | {"name": f"Dịch vụ dữ liệu {n} (minh họa)", "in_official_use": n <= N_USED}
        for n in range(1, N_SERVICES + 1)
    }


def _take(report: Submission, listed: Rows) -> None:
    """Written and taken all the way."""
    users = people()
    typed = {code: Drafted(facts) for code, facts in listed.items()}
    register_drafts.save(report, typed, by=users[AT_THE_DEPARTMENT["reporter"]], version=report.version)
    report.refresh_from_db()
    for step, person in STEPS:
        move(report, step, by=users[AT_THE_DEPARTMENT[person]])
