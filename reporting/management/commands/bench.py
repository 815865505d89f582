"""What the summary and the form cost, as ratios to a logged-in page that shows nothing, and the import of a table
as a share of a bare bulk write (`bench_table`), and the approval of a round in times of the totals of one approval
(`bench_round`): machines differ, ratios hardly.

A year's round of sixty lines over forty units, and a report of a hundred lines, half of them entered, are made in a
transaction that is rolled back. The pages are asked for in turn: whatever disturbs the machine disturbs them all.
"""

from decimal import Decimal
from statistics import median
from time import perf_counter
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, override_settings
from django.urls import include, path

from indicators import calendars, counters, totals
from indicators.clock import now, today
from indicators.models import (
    Definition,
    Entry,
    Indicator,
    IndicatorGroup,
    Membership,
    Observation,
    Period,
    Programme,
    ProgrammeIndicator,
    ReportingForm,
    Revision,
    Role,
    Round,
    RoundLine,
    Submission,
    Unit,
    UnitSlice,
    User,
)
from reporting.management import bench_round, bench_table

LINES, UNITS = 60, 40
FORM_LINES = 100
LABEL = "BENCH"
PERIOD = "8999-A01"  # a label that pages can read, and that no province has
SHARE: dict[str, Any] = {
    "state": "reported",
    "value": Decimal("72.9"),
    "numerator": Decimal(729),
    "denominator": Decimal(1000),
    "decimals": 1,
}


@login_required
def empty(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [path("bench/empty/", empty), path("", include(settings.ROOT_URLCONF))]


class Command(BaseCommand):
    help = "Measure the summary and the form against an empty logged-in page; leaves nothing behind."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=40)

    def handle(self, *args: Any, **options: Any) -> None:
        plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
        pages_only = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
        with (
            transaction.atomic(),
            override_settings(
                ROOT_URLCONF=__name__, STORAGES={**settings.STORAGES, **plain}, MIDDLEWARE=pages_only
            ),
        ):
            reader = account("bench reader")
            publish_a_round(reader)
            summary = measure(browser(reader), f"/summary/?period={PERIOD}", options["rounds"])
            form = measure_the_form(options["rounds"])
            alone, guarded = bench_table.measure()
            approved = bench_round.measure()
            transaction.set_rollback(True)
        self.stdout.write(f"summary: {summary:.1f} x an empty logged-in page")
        self.stdout.write(f"form of {FORM_LINES} lines: {form:.1f} x an empty logged-in page")
        self.stdout.write(
            f"table import: {guarded:.2f} x the speed of a bare bulk upsert ({alone:.2f} once the file is read)"
        )
        self.stdout.write(
            f"approval of a round of {bench_round.REPORTS}: {approved:.1f} x the totals of one approval"
        )


def account(name: str) -> User:
    user = User(username=name)
    user.set_unusable_password()
    user.save()
    return user


def browser(user: User) -> Client:
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0].lstrip("*.") or "localhost")
    client.force_login(user, backend="config.backends.Accounts")
    return client


def measure_the_form(rounds: int) -> float:
    reporter = account("bench reporter")
    address = f"/submissions/{a_report(reporter).pk}/"
    with counters.settled():
        return measure(browser(reporter), address, rounds)


def measure(client: Client, address: str, rounds: int) -> float:
    """Median time of a page over the median time of the empty page."""
    times: dict[str, list[float]] = {"/bench/empty/": [], address: []}
    for number in range(rounds + 3):
        for address, taken in times.items():
            start = perf_counter()
            answer = client.get(address, secure=settings.IS_HTTPS)
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status_code}")
            if number >= 3:  # the first rounds fill the template cache
                taken.append(perf_counter() - start)
    nothing, page = (median(taken) for taken in times.values())
    return page / nothing


def publish_a_round(author: User) -> None:
    """Forty departments that each report sixty figures of their own; all but four are approved and published."""
    window = calendars.quarter_of(today())
    period = Period.objects.create(label=PERIOD, first_day=window.first_day, day_after_last=window.day_after_last)
    units = make_units()
    asked = open_a_round(LABEL, period, units)
    lines = make_lines(asked, LINES)
    reporting = Submission.objects.bulk_create(
        Submission(round=asked, unit=unit, due_on=asked.due_on) for unit in units
    )
    for report in reporting[4:]:
        revision = Revision.objects.create(submission=report, number=1, content="", sha256="0", by=author, at=now())
        Observation.objects.bulk_create(figure(line, report, revision, period) for line in lines)
    totals.recompute(period.pk, [line.indicator_id for line in lines])


def a_report(reporter: User) -> Submission:
    """A report of a hundred lines in its unit's draft; every second one is entered, with its parts."""
    unit = Unit.objects.filter(slices__name="Sở 00").order_by("-pk")[0]
    Membership.objects.create(user=reporter, unit=unit, role=Role.REPORTER)
    asked = open_a_round(f"{LABEL}F", Period.objects.get(label=PERIOD), [unit])
    report = Submission.objects.create(round=asked, unit=unit, due_on=asked.due_on)
    Entry.objects.bulk_create(
        Entry(submission=report, line=line, subject=unit, **SHARE) for line in make_lines(asked, FORM_LINES)[::2]
    )
    return report


def open_a_round(code: str, period: Period, units: list[Unit]) -> Round:
    form = ReportingForm.objects.create(code=code, name="Bench", contact="Bench")
    form.units.set(units)
    return Round.objects.create(
        form=form,
        period=period,
        opens_on=period.first_day,
        due_on=period.day_after_last,
        asks_sign_off=False,
        asks_verification=False,
        asks_publication=False,
    )


def make_units() -> list[Unit]:
    """Under the province that is there, or one made for the purpose."""
    known = UnitSlice.objects.filter(kind="province").first()
    province = known.unit if known else Unit.objects.create()
    if not known:
        UnitSlice.objects.create(unit=province, name="Bench", kind="province")
    units = [Unit.objects.create() for _ in range(UNITS)]
    for number, unit in enumerate(units):
        UnitSlice.objects.create(unit=unit, name=f"Sở {number:02}", kind="department", parent=province)
    return units


def make_lines(asked: Round, count: int) -> list[RoundLine]:
    code = asked.form.code
    programme = Programme.objects.create(code=code, name="Bench")
    groups = [IndicatorGroup.objects.create(code=f"{code}{n}", name=f"Nhóm {n}", order=n) for n in range(5)]
    lines = []
    for number in range(count):
        indicator = Indicator.objects.create(code=f"{code}.{number:02}", name=f"Tỷ lệ thứ {number} của tỉnh")
        definition = Definition.objects.create(
            indicator=indicator,
            value_kind="ratio",
            unit_of_measure="%",
            decimals=1,
            direction="up",
            over_units="ratio",
            over_time="stock",
            source_kind="department",
        )
        ProgrammeIndicator.objects.create(
            programme=programme, group=groups[number % 5], indicator=indicator, order=number
        )
        lines.append(
            RoundLine.objects.create(
                round=asked, order=number, indicator=indicator, definition=definition, subject_rule="self"
            )
        )
    return lines


def figure(line: RoundLine, report: Submission, revision: Revision, period: Period) -> Observation:
    at = now()
    return Observation(
        indicator_id=line.indicator_id,
        definition_id=line.definition_id,
        period=period,
        subject_id=report.unit_id,
        reporter_id=report.unit_id,
        contributes=True,
        **SHARE,
        submission=report,
        revision=revision,
        approved_at=at,
        published_at=at,
    )
