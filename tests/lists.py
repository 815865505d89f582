"""A register, and reports of its list, for tests."""

from datetime import date, timedelta

from indicators import register_drafts
from indicators.calendars import Window
from indicators.clock import today
from indicators.models import Register, Submission, Unit, User
from indicators.opening import open_round
from indicators.register_drafts import Drafted, Facts
from tests.factories import Province, form, period
from tests.people import untold


@untold()
def register(code: str = "NEN-TANG", kind: str = "platforms", **facts) -> Register:
    return Register.objects.create(code=code, name=f"Danh mục {code}", kind=kind, **facts)


def list_form(province: Province, kept: Register, *units: Unit, **facts):
    holders = {"verify": province.office, "approve": province.root}
    said = {"kind": "register", "register": kept, "indicators": [], "holders": holders}
    return form(*(units or [province.department]), **said | facts)


def submission(province: Province, asked, *, window: Window | None = None, unit: Unit | None = None) -> Submission:
    due_on, opens_on = today() + timedelta(days=10), date(2020, 1, 1)
    round_ = open_round(asked, period(window), due_on=due_on, opens_on=opens_on)
    return round_.submissions.get(unit=unit or province.department)


def facts(report: Submission, name: str = "Nền tảng", **said) -> Facts:
    return register_drafts.blank(report) | {"name": name} | said


def write(report: Submission, *, by: User, **rows: Facts | str | None) -> Submission:
    """A=facts(...) adds or changes a row, A="off" takes it off, A=None takes back what was drafted of it."""
    stood = register_drafts.before(report)
    typed = {
        code: Drafted(stood[code], is_off=True) if said == "off" else said and Drafted(said)  # type: ignore[arg-type]
        for code, said in rows.items()
    }
    register_drafts.save(report, typed, by=by, version=report.version)
    report.refresh_from_db()
    return report


def approve(province: Province, report: Submission, **rows: Facts | str | None) -> Submission:
    """Written by the reporter and taken all the way."""
    return province.walk(write(report, by=province.reporter, **rows), "submit", "sign", "verify", "approve")
