"""What was asked of whom, as the units stood on the cut-off day."""

from datetime import date, timedelta

import pytest

from indicators.calendars import quarter
from indicators.models import (
    Indicator,
    IndicatorGroup,
    Period,
    Programme,
    ProgrammeIndicator,
    Round,
    Submission,
    Unit,
    UnitSlice,
)
from reporting import asked, facts, plan_lines
from tests.factories import cell, indicator, unit
from tests.reporting.conftest import Site

CUT_OFF = date(2025, 9, 14)  # the last day of 2025-Q3
Q3 = quarter(2025, 3)


def field_of(*found: Round) -> asked.Field:
    return asked.field_of(found[0].period, list(found))


def lines_of(*found: Round, indicator: Indicator | None = None) -> list[asked.Line]:
    if indicator is not None:
        return asked.lines_of(list(found), field_of(*found), indicator)
    return plan_lines.plan_lines(found[0].period, list(found), field_of(*found)).lines


class TestRounds:
    def test_come_newest_period_first(self, site: Site) -> None:
        made = {n: site.province.round(indicator(f"HT.{n}"), window=quarter(2025, n)) for n in (2, 4, 1)}
        assert asked.rounds() == [made[4], made[2], made[1]]

    def test_of_an_indicator_are_those_that_ask_for_it(self, site: Site) -> None:
        wanted = indicator("HT.01")
        one = site.province.round(wanted, window=quarter(2025, 1))
        site.province.round(indicator("HT.02"), window=quarter(2025, 2))
        assert asked.rounds(wanted) == [one]
        assert len(asked.rounds()) == 2

    def test_are_published_when_a_figure_of_the_period_is(self, site: Site) -> None:
        first, second = indicator("HT.01"), indicator("HT.02")
        done = site.province.round(first, window=Q3)
        waiting = site.province.round(second, window=Q3)
        assert [o.is_published for o in asked.offered(asked.rounds())] == [False]
        site.approve(done.submissions.get(), cell("5"))
        assert [o.is_published for o in asked.offered(asked.rounds())] == [True]
        assert [r.is_published for r in asked.rounds(second)] == [False]
        assert waiting in asked.rounds()

    def test_offer_a_period_once_and_only_where_one_asks(self, site: Site) -> None:
        for number in (1, 2):
            site.province.round(indicator(f"HT.0{number}"), window=Q3)
        Period.objects.create(label="2020-Q1", first_day="2019-12-15", day_after_last="2020-03-15")
        assert [o.period.label for o in asked.offered(asked.rounds())] == ["2025-Q3"]

    def test_offer_nothing_where_there_are_none(self, db) -> None:
        assert asked.offered(asked.rounds()) == []


class TestField:
    @pytest.mark.parametrize(
        ("facts", "lives"),
        [
            ({"ended": CUT_OFF}, False),
            ({"ended": CUT_OFF + timedelta(days=1)}, True),
            ({"began": CUT_OFF}, True),
            ({"began": CUT_OFF + timedelta(days=1)}, False),
        ],
    )
    def test_holds_the_units_that_live_on_the_cut_off_day(self, site: Site, facts: dict, lives: bool) -> None:
        other = unit("Huyện Mường Tè", "district", parent=site.province.root)
        Unit.objects.filter(pk=other.pk).update(**facts)
        field = field_of(site.province.round(indicator("HT.01"), window=Q3))
        assert (other.pk in field.units) == lives
        assert field.name(other.pk) == ("Huyện Mường Tè" if lives else "")

    def test_leaves_out_the_report_of_a_unit_that_had_ended(self, site: Site) -> None:
        both = [site.province.department, site.province.sister]
        made = site.province.round(indicator("HT.01"), units=both, window=Q3)
        Unit.objects.filter(pk=both[1].pk).update(ended=CUT_OFF)
        assert [r.unit for r in field_of(made).reports] == [both[0].pk]

    def test_knows_the_province_of_the_day(self, site: Site) -> None:
        field = field_of(site.province.round(indicator("HT.01"), window=Q3))
        assert (field.top, field.name(field.top)) == (site.province.root.pk, "Tỉnh Lai Châu")

    def test_names_nobody_for_none(self, site: Site) -> None:
        assert field_of(site.province.round(indicator("HT.01"), window=Q3)).name(None) == ""

    def test_names_units_in_vietnamese_order_and_leaves_out_unknown_ones(self, site: Site) -> None:
        made = [unit(name, "commune", parent=site.province.root) for name in ("Xã Ê", "Xã Đa", "Xã 10", "Xã 2")]
        field = field_of(site.province.round(indicator("HT.01"), window=Q3))
        assert field.names([*(u.pk for u in made), 999_999]) == ["Xã 2", "Xã 10", "Xã Đa", "Xã Ê"]

    def test_has_a_report_for_each_round_that_was_asked_for(self, site: Site) -> None:
        one = site.province.round(indicator("HT.01"), window=Q3)
        two = site.province.round(indicator("HT.02"), window=Q3)
        assert [r.round for r in field_of(one, two).reports] == [one, two]
        assert [r.round for r in field_of(two).reports] == [two]

    def test_tells_handed_in_from_published(self, site: Site) -> None:
        made = site.province.round(indicator("HT.01"), window=Q3, asks_publication=True)
        assert [(r.handed_in_at, r.published_at) for r in field_of(made).reports] == [(None, None)]
        site.approve(made.submissions.get(), cell("5"))
        [report] = field_of(made).reports
        assert report.handed_in_at == Submission.objects.get().handed_in_at
        assert report.handed_in_at is not None
        assert report.published_at is None

    def test_needs_two_queries_and_one_where_the_units_are_kept(
        self, site: Site, django_assert_num_queries
    ) -> None:
        made = site.province.round(indicator("HT.01"), window=Q3)
        with facts.under({"catalogue": 1}):
            for count in (2, 1):
                with django_assert_num_queries(count):
                    field_of(made)


class TestLines:
    def test_come_by_programme_group_and_place(self, site: Site) -> None:
        made = site.province.round(
            *[indicator(code, group=group) for code, group in (("A", "XH"), ("B", "HT"), ("C", "HT"), ("D", "DL"))],
            window=Q3,
        )
        for code, order in (("XH", 2), ("HT", 1), ("DL", 1)):
            IndicatorGroup.objects.filter(code=code).update(order=order)
        ProgrammeIndicator.objects.filter(indicator__code="B").update(order=9)
        found = [(line.group, line.indicator.code) for line in lines_of(made)]
        assert found == [("Nhóm DL", "D"), ("Nhóm HT", "C"), ("Nhóm HT", "B"), ("Nhóm XH", "A")]

    def test_stand_in_the_group_of_the_first_programme(self, site: Site) -> None:
        wanted = indicator("A", group="HT")
        other = Programme.objects.create(code="A-first", name="Trước")
        group = IndicatorGroup.objects.create(code="ZZ", name="Nhóm của chương trình trước")
        ProgrammeIndicator.objects.create(programme=other, group=group, indicator=wanted)
        made = site.province.round(wanted, window=Q3)
        assert [line.group for line in lines_of(made)] == ["Nhóm của chương trình trước"]

    def test_of_no_programme_have_no_group_and_keep_the_order_of_the_form(self, site: Site) -> None:
        made = site.province.round(*[indicator(code) for code in ("B", "A", "C")], window=Q3)
        ProgrammeIndicator.objects.exclude(indicator__code="C").delete()
        found = [(line.indicator.code, line.group) for line in lines_of(made)]
        assert found == [("C", "Nhóm HT"), ("B", ""), ("A", "")]

    @pytest.mark.parametrize("is_illustrative", [True, False])
    def test_stand_in_a_made_up_programme_only_where_the_figures_are_made_up(
        self, site: Site, is_illustrative: bool
    ) -> None:
        wanted = indicator("A")
        made_up = Programme.objects.create(
            code="MH", name="Minh họa", first_year=2024, last_year=2030, is_illustrative=True
        )
        group = IndicatorGroup.objects.create(code="ZZ", name="Nhóm minh họa")
        ProgrammeIndicator.objects.create(programme=made_up, group=group, indicator=wanted)
        made = site.province.round(wanted, window=Q3)
        made.is_illustrative = is_illustrative
        expected = "Nhóm minh họa" if is_illustrative else "Nhóm HT"
        assert [line.group for line in lines_of(made)] == [expected]
        assert [line.group for line in lines_of(made, indicator=wanted)] == [expected]

    def test_of_one_indicator_are_one(self, site: Site) -> None:
        wanted = indicator("A")
        made = site.province.round(wanted, indicator("B"), window=Q3)
        assert [line.indicator for line in lines_of(made, indicator=wanted)] == [wanted]

    def test_of_two_rounds_about_the_same_are_one_with_the_units_of_both(self, site: Site) -> None:
        wanted, here, there = indicator("A"), site.province.department, site.province.sister
        both = [site.province.round(wanted, units=[u], window=Q3, subject="self") for u in (here, there)]
        [line] = lines_of(*both)
        assert line.expected == {here.pk: {here.pk}, there.pk: {there.pk}}

    def test_are_mandatory_when_each_round_says_so(self, site: Site) -> None:
        wanted, here, there = indicator("A"), site.province.department, site.province.sister
        both = [site.province.round(wanted, units=[u], window=Q3, subject="self") for u in (here, there)]
        assert [line.is_mandatory for line in lines_of(*both)] == [True]
        both[1].lines.update(is_mandatory=False)
        assert [line.is_mandatory for line in lines_of(*both)] == [False]

    def test_count_as_answered_who_published_a_mandatory_one(self, site: Site) -> None:
        wanted, here, there = indicator("A"), site.province.department, site.province.sister
        both = [site.province.round(wanted, units=[u], window=Q3, subject="self") for u in (here, there)]
        both[1].lines.update(is_mandatory=False)
        for made in both:
            site.approve(made.submissions.get(), cell("5"))
        assert [line.answered for line in lines_of(*both)] == [{here.pk}]

    def test_carry_the_published_total_of_the_province(self, site: Site) -> None:
        both = [site.province.department, site.province.sister]
        made = site.province.round(indicator("A"), units=both, subject="self", window=Q3)
        site.approve(made.submissions.get(unit=both[0]), cell("5"))
        [line] = lines_of(made)
        assert (line.sums.value, line.sums.n_expected, line.sums.n_reported) == (5, 2, 1)


class TestExpected:
    @pytest.fixture
    def communes(self, site: Site) -> list[Unit]:
        return [unit(name, "commune", parent=site.province.root) for name in ("Xã Mù Cả", "Xã Tà Tổng")]

    @pytest.mark.parametrize("rule", ["self", "province", "each_commune"])
    def test_follow_the_rule_of_the_line(self, site: Site, communes: list[Unit], rule: str) -> None:
        reporter = site.province.department
        about = {"self": [reporter], "province": [site.province.root], "each_commune": communes}[rule]
        made = site.province.round(indicator("A"), subject=rule, window=Q3)
        assert [line.expected for line in lines_of(made)] == [{u.pk: {reporter.pk} for u in about}]

    def test_leave_out_communes_of_another_province_and_of_another_day(
        self, site: Site, communes: list[Unit]
    ) -> None:
        unit("Xã khác", "commune", parent=unit("Tỉnh Điện Biên", "province", code="11"))
        Unit.objects.filter(pk=communes[1].pk).update(ended=CUT_OFF)
        made = site.province.round(indicator("A"), subject="each_commune", window=Q3)
        expected = {communes[0].pk: {site.province.department.pk}}
        field = field_of(made)
        assert field.tree.subjects("each_commune", site.province.department.pk) == [communes[0].pk]
        assert [line.expected for line in lines_of(made)] == [expected]

    def test_are_nobody_where_only_cross_checks_are_asked(self, site: Site) -> None:
        made = site.province.round(indicator("A", source_unit=site.province.sister), window=Q3)
        assert [line.expected for line in lines_of(made)] == [{}]

    def test_are_only_the_units_of_the_contributing_kind(self, site: Site, communes: list[Unit]) -> None:
        asked_of = [site.province.department, *communes]
        made = site.province.round(indicator("A", source_kind="commune"), units=asked_of, subject="self", window=Q3)
        assert [line.expected for line in lines_of(made)] == [{u.pk: {u.pk} for u in communes}]

    def test_follow_the_kind_of_the_cut_off_day(self, site: Site, communes: list[Unit]) -> None:
        made = site.province.round(indicator("A"), units=communes, subject="self", window=Q3)
        assert [line.expected for line in lines_of(made)] == [{}]
        UnitSlice.objects.create(
            unit=communes[0], name="Sở", kind="department", parent=site.province.root, valid_from=CUT_OFF
        )
        assert [line.expected for line in lines_of(made)] == [{communes[0].pk: {communes[0].pk}}]
