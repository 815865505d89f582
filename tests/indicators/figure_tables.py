"""Tables of figures as administrators upload them, and who uploads them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from indicators.figures_table.columns import read
from indicators.figures_table.understanding import Plan, understand
from indicators.models import Entry, EntryChange, Submission, Unit, User
from indicators.roles import ensure_groups, group
from tests import people
from tests.indicators.pages import browser
from tests.indicators.sheets import csv

PAGE = "/admin/indicators/submission/import/"
HEADINGS = "reporting_unit,subject_unit,period,indicator,value,numerator,denominator,state,status,qualifier,note"


def importer(unit: Unit, name: str = "importer") -> User:
    """Administers the unit and holds the right: both are needed."""
    ensure_groups()
    made = people.person(name, unit, "administrator", is_staff=True)
    made.groups.add(group("figures"))
    return made


def table(*rows: str, headings: str = "reporting_unit,period,indicator,value") -> bytes:
    return csv(headings, *rows)


def understood(by: User, *rows: str, headings: str = "reporting_unit,period,indicator,value") -> Plan:
    return understand([read(table(*rows, headings=headings), "t.csv")], by=by)


def upload(by: User, data: bytes, name: str = "t.csv"):
    return browser(by).post(PAGE, {"file": SimpleUploadedFile(name, data)})


def confirm(by: User, page, **posted: str):
    """`row_2_keep="theirs"` leaves the figure of row 2 to the other person."""
    fields = {name.replace("_", "-"): value for name, value in posted.items()}
    return browser(by).post(PAGE, {"action": "write", "kept": page.context["kept"]} | fields)


def stored() -> list[tuple]:
    """Everything that an import may write."""
    entries = Entry.objects.order_by("submission", "line", "subject")
    facts = ("value", "numerator", "denominator", "state", "status", "qualifier", "decimals", "text", "note")
    return [
        *entries.values_list("submission", "line__indicator__code", *facts),
        *EntryChange.objects.order_by("pk").values_list("submission", "version", "by"),
        *Submission.objects.order_by("pk").values_list("pk", "version", "state"),
    ]


def figures() -> dict[tuple[str, str], object]:
    """(code of the reporting unit, indicator) → value."""
    rows = Entry.objects.order_by("pk").values_list(
        "submission__unit__codes__code", "line__indicator__code", "value"
    )
    return {(unit, code): value for unit, code, value in rows}
