"""The unit's own approved figures of earlier periods: which of them a new figure is compared with."""

from datetime import date
from decimal import Decimal

import pytest

from indicators import history
from indicators.calendars import quarter, window
from indicators.models import Definition, Observation
from indicators.opening import open_round
from tests import factories
from tests.factories import cell, indicator, type_in

APPROVE = ("submit", "sign", "verify", "approve")


@pytest.fixture(autouse=True)
def _in_november(clock) -> None:
    clock.set(2026, 11, 24, 9, 42)


@pytest.fixture
def asked(province):
    return factories.form(
        province.department,
        holders={"verify": province.office, "approve": province.root},
        indicators=[indicator("HT.01", never_falls=True, outliers="z")],
        subject="province",
    )


def opened(form, label):
    period = factories.period(window(label))
    return open_round(form, period, due_on=date(2026, 12, 16)).submissions.get()


def approved(province, form, label, entry):
    submission = type_in(opened(form, label), entry, by=province.reporter)
    return province.walk(submission, *APPROVE)


def definitions(submission):
    return [line.definition for line in submission.round.lines.select_related("definition")]


def last(submission):
    found = history.last_figures(submission, definitions(submission))
    past = history.Past([submission.unit_id], definitions(submission))
    assert past.last_figures(submission, definitions(submission)) == found
    return [(o.value, o.period.label) for o in found.values()]


def values(submission):
    found = history.series(submission, definitions(submission))
    past = history.Past([submission.unit_id], definitions(submission))
    assert past.series(submission, definitions(submission)) == found
    return list(found.values())


def test_the_newest_earlier_figure_and_all_of_them_in_their_order(province, asked):
    for label, figure in (("2026-Q2", "30"), ("2026-Q1", "20"), ("2026-Q4", "50")):
        approved(province, asked, label, cell(figure))
    now = opened(asked, "2026-Q3")
    assert last(now) == [(Decimal(30), "2026-Q2")]
    assert values(now) == [[Decimal(20), Decimal(30)]]


def test_in_the_first_period_there_is_nothing(province, asked):
    first = opened(asked, "2026-Q1")
    assert (last(first), values(first)) == ([], [])


def test_a_period_without_a_figure_is_passed_over(province, asked):
    approved(province, asked, "2026-Q1", cell("20"))
    approved(province, asked, "2026-Q2", cell(state="not_available", note="Mất sóng"))
    now = opened(asked, "2026-Q3")
    assert last(now) == [(Decimal(20), "2026-Q1")]
    assert values(now) == [[Decimal(20)]]


def test_what_was_adjusted_counts_as_it_stands(province, asked):
    report = approved(province, asked, "2026-Q2", cell("20"))
    reopened = province.walk(report, "reopen")
    province.walk(type_in(reopened, cell("25"), by=province.reporter), *APPROVE)
    assert Observation.objects.count() == 2
    assert values(opened(asked, "2026-Q3")) == [[Decimal(25)]]


def test_neither_a_draft_nor_another_unit_is_the_unit_s_own_history(province, asked):
    type_in(opened(asked, "2026-Q1"), cell("20"), by=province.reporter)
    asked.units.set([province.sister])
    asked.asks_sign_off = False
    asked.save()
    theirs = type_in(opened(asked, "2026-Q2"), cell("30"), by=province.outsider)
    province.walk(theirs, "submit", "verify", "approve", reporter=province.outsider)
    assert Observation.objects.get().reporter == province.sister
    asked.units.set([province.department])
    now = opened(asked, "2026-Q3")
    assert (last(now), values(now)) == ([], [])


@pytest.mark.parametrize(("measured_since", "is_the_same"), [(None, False), (date(1900, 1, 1), True)])
def test_what_was_measured_another_way_is_no_history(province, asked, measured_since, is_the_same):
    approved(province, asked, "2026-Q1", cell("20"))
    old = Definition.objects.get()
    facts = {f.name: getattr(old, f.name) for f in Definition._meta.fields if f.name != "id"}
    Definition.objects.create(**facts | {"valid_from": date(2026, 4, 1), "measured_since": measured_since})
    now = opened(asked, "2026-Q2")
    assert last(now) == ([(Decimal(20), "2026-Q1")] if is_the_same else [])
    assert values(now) == ([[Decimal(20)]] if is_the_same else [])


@pytest.mark.parametrize(("over_time", "found"), [("stock", 1), ("flow", 1), ("running", 0)])
def test_a_running_total_begins_anew_with_the_year(province, asked, over_time, found):
    Definition.objects.update(over_time=over_time)
    approved(province, asked, "2025-Q4", cell("90"))
    assert len(last(opened(asked, "2026-Q1"))) == found


def test_a_running_total_is_compared_within_its_year(province, asked):
    Definition.objects.update(over_time="running")
    approved(province, asked, "2026-Q1", cell("90"))
    assert last(opened(asked, "2026-Q2")) == [(Decimal(90), "2026-Q1")]


def test_each_commune_of_a_grid_has_its_own_history(province, asked):
    communes = [factories.unit(name, "commune", parent=province.root) for name in ("Bum Tở", "Mù Cả")]
    asked.lines.update(subject_rule="each_commune")
    submission = type_in(opened(asked, "2026-Q1"), cell("3"), cell("4"), by=province.reporter)
    province.walk(submission, *APPROVE)
    now = opened(asked, "2026-Q2")
    figures = {place[1]: o.value for place, o in history.last_figures(now, definitions(now)).items()}
    assert figures == dict(zip([c.pk for c in communes], (Decimal(3), Decimal(4)), strict=True))


def test_no_definition_that_asks_means_no_query(province, django_assert_num_queries):
    submission = province.submission(indicator("HT.01"), window=quarter(2026, 4))
    asking = definitions(submission)
    with django_assert_num_queries(0):
        assert history.last_figures(submission, asking) == {}
        assert history.series(submission, asking) == {}


@pytest.mark.parametrize("lines", [1, 3])
def test_each_question_is_one_query_whatever_the_lines(province, lines, django_assert_num_queries):
    asked = [indicator(f"HT.{n:02}", change_limit=10, outliers="min_max") for n in range(lines)]
    submission = province.submission(*asked, window=quarter(2026, 4))
    asking = definitions(submission)
    with django_assert_num_queries(1):
        history.last_figures(submission, asking)
    with django_assert_num_queries(1):
        history.series(submission, asking)


def test_a_yes_or_a_text_is_compared_with_nothing(province):
    told = {"value_kind": "yes_no", "never_falls": True, "change_limit": 5, "outliers": "z"}
    asked = factories.form(
        province.department,
        holders={"verify": province.office, "approve": province.root},
        indicators=[indicator("HT.03", **told)],
    )
    approved(province, asked, "2026-Q1", cell("1"))
    now = opened(asked, "2026-Q2")
    assert (last(now), values(now)) == ([], [])
