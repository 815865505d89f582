"""Opening a round: its own copy of the form's lines, and one expected report a unit (domain.md 24)."""

from datetime import date, timedelta

import pytest

from indicators.calendars import quarter
from indicators.models import Definition, FormLine, Indicator, Round, RoundLine, Submission, Unit
from indicators.opening import open_round
from indicators.refusals import Refused
from tests.factories import form, indicator, period

pytestmark = pytest.mark.usefixtures("english")

THIRD = quarter(2026, 3)  # 15/6/2026 .. 14/9/2026
LAST_DAY = date(2026, 9, 14)
DUE = date(2026, 9, 16)


@pytest.fixture
def asked(province):
    """A form of two lines for two departments."""
    lines = [indicator("HT.01"), indicator("HT.02")]
    return form(province.department, province.sister, holders={}, indicators=lines)


def opened(asked, window=THIRD, **options):
    return open_round(asked, period(window), due_on=DUE, **options)


def test_a_round_expects_one_draft_of_each_unit_before_anyone_types(province, asked):
    round_ = opened(asked)
    assert set(round_.submissions.values_list("unit", "state", "version", "handed_in_at")) == {
        (province.department.pk, "draft", 0, None),
        (province.sister.pk, "draft", 0, None),
    }


def test_a_round_opens_on_the_first_day_of_its_period_unless_told_otherwise(asked):
    assert (opened(asked).opens_on, opened(asked).due_on) == (THIRD.first_day, DUE)
    other = opened(asked, quarter(2026, 4), opens_on=date(2026, 12, 1))
    assert other.opens_on == date(2026, 12, 1)


def test_a_round_keeps_the_steps_that_its_form_asked_for_on_the_day(asked):
    asked.asks_sign_off, asked.asks_verification, asked.asks_publication = False, True, True
    asked.save()
    round_ = opened(asked)
    asked.asks_sign_off, asked.asks_verification = True, False
    asked.save()
    round_.refresh_from_db()
    assert (round_.asks_sign_off, round_.asks_verification, round_.asks_publication) == (False, True, True)


def test_opening_twice_leaves_the_round_that_stands(province, asked):
    first = opened(asked)
    asked.units.set([province.office])
    FormLine.objects.filter(form=asked, order=2).delete()
    again = open_round(asked, period(THIRD), due_on=DUE + timedelta(days=9), opens_on=date(2026, 9, 1))
    assert (again.pk, again.due_on, again.opens_on) == (first.pk, DUE, THIRD.first_day)
    counts = Round.objects.count(), RoundLine.objects.count(), Submission.objects.count()
    assert counts == (1, 2, 2)


def test_the_copied_lines_stay_when_the_form_changes(asked):
    round_ = opened(asked)
    copied = list(round_.lines.values("indicator__code", "order", "subject_rule", "is_mandatory"))
    assert copied == [
        {"indicator__code": code, "order": order, "subject_rule": "province", "is_mandatory": True}
        for order, code in enumerate(("HT.01", "HT.02"), 1)
    ]
    asked.lines.filter(order=1).delete()
    asked.lines.update(order=7, subject_rule="self", is_mandatory=False)
    FormLine.objects.create(form=asked, order=8, indicator=indicator("HT.03"), subject_rule="self")
    assert list(round_.lines.values("indicator__code", "order", "subject_rule", "is_mandatory")) == copied


@pytest.mark.parametrize(
    ("began", "ended", "reports"),
    [
        (None, LAST_DAY, False),
        (None, LAST_DAY + timedelta(days=1), True),
        (LAST_DAY, None, True),
        (LAST_DAY + timedelta(days=1), None, False),
    ],
)
def test_a_unit_reports_when_it_lives_on_the_cut_off_day(province, asked, began, ended, reports):
    life = {"began": began or date(2000, 1, 1), "ended": ended}
    Unit.objects.filter(pk=province.sister.pk).update(**life)
    assert opened(asked).submissions.filter(unit=province.sister).exists() is reports


def new_definition(asked, since):
    known = Definition.objects.get(indicator__code="HT.01")
    known.pk, known.valid_from = None, since
    known.save()
    return known


@pytest.mark.parametrize(("since", "is_used"), [(LAST_DAY, True), (LAST_DAY + timedelta(days=1), False)])
def test_the_definition_is_the_one_of_the_cut_off_day(asked, since, is_used):
    newer = new_definition(asked, since)
    used = opened(asked).lines.get(indicator__code="HT.01").definition
    assert (used == newer) is is_used


def test_a_definition_that_comes_later_does_not_change_an_opened_round(asked):
    round_ = opened(asked)
    newer = new_definition(asked, THIRD.first_day)
    assert round_.lines.get(indicator__code="HT.01").definition != newer


def test_an_indicator_without_a_definition_stops_the_opening_and_nothing_is_half_written(asked):
    undefined = Indicator.objects.create(code="XH.09", name="Chưa định nghĩa")
    FormLine.objects.create(form=asked, order=3, indicator=undefined, subject_rule="province")
    with pytest.raises(Refused) as refused:
        opened(asked)
    assert refused.value.sentence == (
        "Indicator XH.09 has no definition on 14/09/2026, so the round cannot be opened."
    )
    assert (Round.objects.count(), RoundLine.objects.count(), Submission.objects.count()) == (0, 0, 0)


def test_a_definition_that_begins_after_the_cut_off_is_none(asked):
    Definition.objects.filter(indicator__code="HT.02").update(valid_from=LAST_DAY + timedelta(days=1))
    with pytest.raises(Refused, match=r"Indicator HT\.02 has no definition on 14/09/2026"):
        opened(asked)


def test_two_forms_do_not_ask_one_unit_for_the_same_figure(province, asked):
    opened(asked)
    second = form(province.sister, holders={}, indicators=[Indicator.objects.get(code="HT.02")])
    with pytest.raises(Refused) as refusal:
        opened(second)
    assert refusal.value.sentence == (
        "Indicator HT.02 is asked of the same unit by two forms in this period: 01/CĐS and 02/CĐS."
    )
    assert Round.objects.count() == 1


def test_two_forms_may_ask_different_units_for_the_same_figure(province, asked):
    opened(asked)
    opened(form(province.office, holders={}, indicators=[Indicator.objects.get(code="HT.02")]))
    assert Round.objects.count() == 2
