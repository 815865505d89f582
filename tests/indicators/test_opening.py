"""Opening a round: its own copy of the form's lines, and one expected report a unit (domain.md 24)."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from indicators import calendars
from indicators.calendars import quarter
from indicators.models import (
    Definition,
    FormLine,
    Indicator,
    ReportingForm,
    Round,
    RoundLine,
    SpecialDay,
    Submission,
    Unit,
)
from indicators.opening import open_due_rounds, open_round, period_of
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


def test_two_forms_may_ask_different_units_about_themselves(province, asked):
    opened(asked)
    opened(form(province.office, holders={}, indicators=[Indicator.objects.get(code="HT.02")], subject="self"))
    assert Round.objects.count() == 2


def test_two_forms_that_would_contribute_the_same_figure_are_refused_and_both_named(province, asked):
    opened(asked)
    other = form(province.office, holders={}, indicators=[Indicator.objects.get(code="HT.02")])
    with pytest.raises(Refused) as refused:
        opened(other)
    assert refused.value.sentence == (
        "Two forms would contribute the same figure of indicator HT.02 in this period: 01/CĐS and 02/CĐS. "
        "One source contributes; name it in the definition."
    )
    assert (Round.objects.count(), Submission.objects.count()) == (1, 2)


def test_a_second_form_may_cross_check_the_contributing_source(province):
    asked = [indicator("HT.01", source_unit=province.department)]
    opened(form(province.department, holders={}, indicators=asked))
    opened(form(province.sister, holders={}, indicators=asked))
    assert Round.objects.count() == 2


def test_a_source_that_changed_between_two_openings_does_not_contribute_beside_the_old_one(province):
    asked = indicator("HT.01", source_unit=province.department)
    opened(form(province.department, holders={}, indicators=[asked]))
    Definition.objects.filter(indicator=asked).update(source_unit=None, source_kind="department")
    other = form(province.sister, holders={}, indicators=[asked])
    with pytest.raises(Refused, match="would contribute the same figure"):
        opened(other)


def test_in_another_period_another_form_may_contribute(province, asked):
    opened(asked)
    opened(form(province.office, holders={}, indicators=[Indicator.objects.get(code="HT.02")]), quarter(2026, 4))
    assert Round.objects.count() == 2


def test_prose_of_one_section_may_be_asked_of_different_units_by_two_forms(province):
    section = indicator("TM.01", value_kind="text", over_units="none", source_kind="")
    opened(form(province.department, holders={}, indicators=[section], subject="province"))
    opened(form(province.sister, holders={}, indicators=[section], subject="province"))
    assert Round.objects.count() == 2


def test_a_form_without_lines_or_living_units_opens_nothing(province, asked):
    lineless = form(province.department, holders={}, indicators=[])
    asked.units.clear()
    for nothing_to_ask in (lineless, asked):
        with pytest.raises(Refused, match=r"has no line, or none of its units lives on 14/09/2026\."):
            opened(nothing_to_ask)
    assert Round.objects.count() == 0


def test_a_period_of_the_other_calendar_is_refused(asked):
    window = calendars.window("2026-Q3-TK")
    with pytest.raises(Refused, match="01/CĐS reports by another calendar than"):
        open_round(asked, period_of(window, "tk"))


# --- The due date by the form's rule


@pytest.mark.parametrize(
    ("days", "in_working_days", "due"),
    [
        (2, True, date(2026, 9, 16)),  # the cut-off, 14/9/2026, is a Monday
        (5, True, date(2026, 9, 21)),
        (5, False, date(2026, 9, 19)),
        (0, True, date(2026, 9, 14)),
        (-3, True, date(2026, 9, 9)),
    ],
)
def test_the_due_date_follows_the_rule_of_the_form(asked, days, in_working_days, due):
    asked.due_after, asked.due_in_working_days = days, in_working_days
    round_ = open_round(asked, period(THIRD))
    assert round_.due_on == due
    assert set(round_.submissions.values_list("due_on", flat=True)) == {due}


def test_holidays_and_swapped_days_move_the_due_date(asked):
    SpecialDay.objects.create(day=date(2026, 9, 15), kind="holiday", name="Nghỉ bù")
    SpecialDay.objects.create(day=date(2026, 9, 19), kind="swapped", name="Làm bù")
    asked.due_after = 4
    assert open_round(asked, period(THIRD)).due_on == date(2026, 9, 19)


def test_a_round_may_open_some_days_after_its_period_began(asked):
    asked.opens_after = 30
    assert opened(asked).opens_on == THIRD.first_day + timedelta(days=30)


# --- Opening by the timer


def test_the_timer_opens_what_is_due_and_catches_up_after_days_off(asked):
    asked.opens_itself_from = date(2026, 1, 1)
    asked.save()
    labels = [r.period.label for r in open_due_rounds(date(2026, 9, 20))]
    assert labels == ["2026-Q2", "2026-Q3", "2026-Q4"]
    assert Round.objects.get(period__label="2026-Q4").events.get().by is None


def test_the_timer_run_again_opens_nothing_more(asked):
    asked.opens_itself_from = date(2026, 1, 1)
    asked.save()
    assert len(list(open_due_rounds(date(2026, 9, 20)))) == 3
    assert list(open_due_rounds(date(2026, 9, 20))) == []


@pytest.mark.parametrize(("on", "opened"), [(date(2026, 9, 24), 0), (date(2026, 9, 25), 1)])
def test_the_timer_waits_for_the_opening_day(asked, on, opened):
    asked.opens_itself_from, asked.opens_after = date(2026, 9, 15), 10
    asked.save()
    assert len(list(open_due_rounds(on))) == opened


def test_a_form_without_a_first_day_is_left_to_people(asked):
    assert list(open_due_rounds(date(2030, 1, 1))) == []


def test_a_refusal_stops_no_other_form(province, asked):
    broken = form(province.department, holders={}, indicators=[])
    ReportingForm.objects.update(opens_itself_from=date(2026, 9, 15))
    ReportingForm.objects.filter(pk=broken.pk).update(code="00/CĐS")
    refused, opened_ = open_due_rounds(date(2026, 9, 20))
    assert "00/CĐS has no line" in refused.sentence
    assert opened_.form == asked


def test_the_timer_opens_with_gaps_and_keeps_them_in_the_history(asked):
    asked.opens_itself_from = date(2026, 9, 15)
    asked.save()
    (round_,) = open_due_rounds(date(2026, 9, 20))
    assert round_.events.get().reason == (
        "Nobody who signs off: Sở Tài chính. "
        "Nobody who may verify the report of: Sở Khoa học và Công nghệ, Sở Tài chính. "
        "Nobody who may approve the report of: Sở Khoa học và Công nghệ, Sở Tài chính."
    )


def test_the_command_says_what_is_missing_and_does_not_fail(asked, clock, capsys):
    clock.set(2026, 9, 20)
    ReportingForm.objects.filter(pk=asked.pk).update(opens_itself_from=date(2026, 9, 15))
    call_command("open_rounds")
    assert "Còn thiếu: Nobody who signs off: Sở Tài chính." in capsys.readouterr().out


def test_a_form_whose_units_have_all_ended_is_told_and_stops_no_other(province, asked, clock, capsys):
    clock.set(2026, 9, 20)
    ended = form(province.office, holders={}, indicators=[indicator("X")], opens_itself_from=date(2026, 9, 15))
    ReportingForm.objects.filter(pk=ended.pk).update(code="00/CĐS")
    Unit.objects.filter(pk=province.office.pk).update(ended=date(2026, 10, 1))
    ReportingForm.objects.filter(pk=asked.pk).update(opens_itself_from=date(2026, 9, 15))
    with pytest.raises(CommandError):
        call_command("open_rounds")
    told = capsys.readouterr()
    assert "00/CĐS has no line, or none of its units lives on 14/12/2026" in told.err
    assert "Đã mở: Báo cáo chuyển đổi số" in told.out
    assert Round.objects.get().form == asked


@pytest.mark.parametrize(
    ("on", "labels"),
    [
        (date(2026, 9, 14), []),  # the last day of the third quarter, which began before the first day asked for
        (date(2026, 9, 15), ["2026-Q4"]),
        (date(2026, 12, 14), ["2026-Q4"]),
        (date(2026, 12, 15), ["2026-Q4", "2027-Q1"]),
        (date(2027, 12, 31), ["2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4", "2028-Q1"]),
    ],
)
def test_the_timer_opens_on_the_first_day_of_a_period_and_not_before(asked, on, labels):
    asked.opens_itself_from = date(2026, 6, 16)  # one day after the third quarter began
    asked.save()
    assert [r.period.label for r in open_due_rounds(on)] == labels


def test_what_was_opened_by_hand_is_left_alone_by_the_timer(asked):
    asked.opens_itself_from = date(2026, 9, 15)
    asked.save()
    opened(asked, quarter(2027, 1))
    assert [r.period.label for r in open_due_rounds(date(2026, 12, 20))] == ["2026-Q4"]


def test_the_command_tells_what_it_opened_and_fails_on_a_refusal(province, asked, clock, capsys):
    clock.set(2026, 9, 20)
    ReportingForm.objects.filter(pk=asked.pk).update(opens_itself_from=date(2026, 9, 15))
    call_command("open_rounds")
    assert "hạn gửi 16/12/2026" in capsys.readouterr().out
    form(province.department, holders={}, indicators=[], opens_itself_from=date(2026, 9, 15))
    with pytest.raises(CommandError, match="1 đợt báo cáo chưa mở được"):
        call_command("open_rounds")
    assert "has no line" in capsys.readouterr().err
