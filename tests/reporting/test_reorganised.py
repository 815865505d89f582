"""Units change by law, and the figures stay true: Lai Châu's own reorganisation across two years of monthly
figures, each total and each restated figure against an independent calculation (domain.md 1-4, 7-9)."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from indicators.clock import today
from indicators.models import Observation, Reader, Stage, Submission, Total, Unit
from reporting import asked, queries, spans
from reporting.known import TODAY
from reporting.queries import restated
from tests.indicators.pages import browser, seen
from tests.indicators.reorganisation.acts import MERGER

from .reorganised import BEFORE, MONTHS, Reorganised

pytestmark = pytest.mark.django_db
FULL = Reader(works_for_state=True, reviews=True)


def test_every_figure_of_two_years_is_what_an_independent_calculation_gives():
    with translation.override("en"):
        compare(Reorganised())


def compare(figures: Reorganised) -> None:
    assert [len(MONTHS), len(BEFORE)] == [24, 12]
    base_periods(figures)
    derived_periods(figures)
    history_is_intact(figures)
    restated_communes(figures)
    restated_pages(figures)


def base_periods(figures: Reorganised) -> None:
    for month in MONTHS:
        for each in figures.indicators:
            for stage in Stage:
                total = Total.objects.get(
                    indicator=each, period__label=month.label, subject=figures.top, stage=stage
                )
                value, numerator, denominator, n = figures.sums(each.code, month.label)
                assert (total.n_expected, total.n_reported, n) == (n, n, 106 if month in BEFORE else 38)
                if each.code == "DL.01":
                    assert (total.numerator, total.denominator) == (numerator, denominator)
                else:
                    assert total.value == value
    assert Total.objects.filter(subject__slices__kind="district", period__label=MONTHS[-1].label).count() == 0
    assert Total.objects.filter(subject__slices__kind="district", period__label=BEFORE[-1].label).exists()


def derived_periods(figures: Reorganised) -> None:
    """Flows add up, of anything else the last month stands: before the act, across it and after."""
    rounds = asked.rounds()
    longer = [each.period for each in spans.all_offered(rounds) if each.is_derived]
    labels = {period.label for period in longer}
    assert labels >= {"2025-Q1", "2025-Q2", "2025-Q3", "2025-H1", "2025-H2", "2025-9M", "2025"}
    for label in ("2025-Q2", "2025-Q3", "2025-H2", "2025-9M", "2025"):
        period = next(each for each in longer if each.label == label)
        months = [m for m in MONTHS if period.first_day <= m.first_day and m.last_day <= period.last_day]
        page = queries.summary(period, rounds, on=today())
        rows = {row.code: row.shown for group in page.groups for row in group.rows}
        assert len(rows) == 5
        for code, shown in rows.items():
            last = figures.sums(code, months[-1].label)
            if code == "KT.01":
                assert shown.value == sum(figures.sums(code, m.label)[0] for m in months)
            elif code == "DL.01":
                assert (shown.numerator, shown.denominator) == (last[1], last[2])
            else:
                assert shown.value == last[0]


def history_is_intact(figures: Reorganised) -> None:
    """Of old submissions: whose they were, what they say."""
    old = Submission.objects.filter(round__period__label=BEFORE[0].label)
    assert old.count() == 106
    assert not old.exclude(unit__began__lt=MERGER).exists()
    codes = {pk: code for code, pk in figures.communes(BEFORE[0].last_day).items()}
    for o in Observation.objects.filter(period__label=BEFORE[0].label).select_related("indicator").order_by("pk"):
        value, numerator, denominator = figures.said[o.indicator.code, BEFORE[0].label, codes[o.subject_id]]
        assert (o.numerator, o.denominator) == (numerator, denominator)
        assert o.value == value or o.indicator.code == "DL.01"


def restated_communes(figures: Reorganised) -> None:
    """Every commune of today at the last month before the act, against the shipped table."""
    went, month = figures.went_into(), BEFORE[-1].label
    assert (len(went), sum(len(old) for old in went.values())) == (38, 106)
    period = figures.form.rounds.get(period__label=month).period
    for each in figures.indicators:
        page = restated.restated_indicator(each, period, on=date(2025, 9, 1), reader=FULL, known=TODAY)
        assert (page.n_then, page.n_now, len(page.places), page.left) == (106, 38, 38, [])
        for place in page.places:
            shown, old = place.row.restated.shown, went[place.code]
            said = [figures.said[each.code, month, code] for code in old]
            assert shown.coverage.m == len(old)
            if each.code == "DL.01":
                assert shown.numerator == sum(n for _v, n, _d in said)
                assert shown.denominator == sum(d for _v, _n, d in said)
            else:
                assert shown.value == sum((value for value, _n, _d in said), Decimal(0))


def restated_pages(figures: Reorganised) -> None:
    """The page of one commune over time, with its break."""
    unit = Unit.objects.with_code("03388", MERGER).with_slice(MERGER).get()
    page = restated.restated_unit(unit, on=date(2025, 9, 1), reader=FULL, known=TODAY)
    went = figures.went_into()["03388"]
    assert [each.indicator.code for each in page.series] == ["DL.01", "HT.01", "KT.01", "KT.02", "NL.01"]
    for series in page.series:
        after, before = series.stretches
        assert (len(after), len(before)) == (12, 12)
        assert all(row.is_own for row in after)
        assert {len(row.members) for row in before} == {len(went)}
    flow = page.series[2].stretches[1]
    assert [row.restated.shown.value for row in flow] == [
        sum(figures.said["KT.01", month.label, code][0] for code in went) for month in reversed(BEFORE)
    ]
    client = browser(figures.by)
    shown = seen(client.get("/units/03388/restated/"))
    assert "Phường Đoàn Kết: Restated on the units of today" in shown
    assert "Break: the units were reorganised here. 01/07/2025 · Nghị quyết 1670/NQ-UBTVQH15" in shown
    assert "Phường Quyết Tiến" in shown
    answer = client.get(f"/indicators/KT.01/restated/?period={BEFORE[-1].label}")
    assert "Commune, ward or township: 106 at the end of Month 6/2025, 38 today." in seen(answer)
    assert "This unit has ended, so nothing is restated on it." in seen(client.get("/units/107/restated/"))
