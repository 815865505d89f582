"""What the summary costs, as a ratio to a logged-in page that shows nothing: machines differ, ratios hardly.

A year's round of sixty lines over forty units is made in a transaction that is rolled back. Both pages are asked
for in turn, so that whatever disturbs the machine disturbs both.
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

from indicators import calendars, totals
from indicators.clock import now, today
from indicators.models import (
    Definition,
    Indicator,
    IndicatorGroup,
    Observation,
    Period,
    Programme,
    ProgrammeIndicator,
    ReportingForm,
    Revision,
    Round,
    RoundLine,
    Submission,
    Unit,
    UnitSlice,
    User,
)

LINES, UNITS = 60, 40
LABEL = "BENCH"


@login_required
def empty(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [path("bench/empty/", empty), path("", include(settings.ROOT_URLCONF))]


class Command(BaseCommand):
    help = "Measure the summary against an empty logged-in page; leaves nothing behind."

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
            client = self.reader()
            publish_a_round()
            ratio = measure(client, options["rounds"])
            transaction.set_rollback(True)
        self.stdout.write(f"summary: {ratio:.1f} x an empty logged-in page")

    def reader(self) -> Client:
        user = User(username="bench reader")
        user.set_unusable_password()
        user.save()
        client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0].lstrip("*.") or "localhost")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client


def measure(client: Client, rounds: int) -> float:
    """Median time of the summary over the median time of the empty page."""
    times: dict[str, list[float]] = {"/bench/empty/": [], f"/summary/?period={LABEL}": []}
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


def publish_a_round() -> None:
    """Forty departments that each report sixty figures of their own; all but four are approved and published."""
    window = calendars.quarter_of(today())
    period = Period.objects.create(label=LABEL, first_day=window.first_day, day_after_last=window.day_after_last)
    units = make_units()
    form = ReportingForm.objects.create(code=LABEL, name="Bench", contact="Bench")
    form.units.set(units)
    asked = Round.objects.create(
        form=form,
        period=period,
        opens_on=window.first_day,
        due_on=window.day_after_last,
        asks_sign_off=False,
        asks_verification=False,
        asks_publication=False,
    )
    lines = make_lines(asked)
    reporting = Submission.objects.bulk_create(Submission(round=asked, unit=unit) for unit in units)
    author = User.objects.get(username="bench reader")
    for report in reporting[4:]:
        revision = Revision.objects.create(submission=report, number=1, content="", sha256="0", by=author, at=now())
        Observation.objects.bulk_create(figure(line, report, revision, period) for line in lines)
    totals.recompute(period.pk, [line.indicator_id for line in lines])


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


def make_lines(asked: Round) -> list[RoundLine]:
    programme = Programme.objects.create(code=LABEL, name="Bench")
    groups = [IndicatorGroup.objects.create(code=f"{LABEL}{n}", name=f"Nhóm {n}", order=n) for n in range(5)]
    lines = []
    for number in range(LINES):
        indicator = Indicator.objects.create(code=f"{LABEL}.{number:02}", name=f"Tỷ lệ thứ {number} của tỉnh")
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
        state="reported",
        value=Decimal("72.9"),
        numerator=Decimal(729),
        denominator=Decimal(1000),
        decimals=1,
        submission=report,
        revision=revision,
        approved_at=at,
        published_at=at,
    )
