"""Where a figure comes from: who reported what, what stood there before, and who may see it."""

from datetime import date

import pytest
from django.utils import translation

from indicators.calendars import quarter
from indicators.check_codes import short
from indicators.clock import today
from indicators.models import Indicator, Observation, Round, Unit
from reporting import asked
from reporting.figures import Standing
from reporting.sources import Change, Scope, SourceRow, said_about, sources_of
from tests import people
from tests.factories import cell, enter_on_behalf, indicator, perform, type_in, unit
from tests.reporting.conftest import Site, text_of

ALL = Scope(sees_all=True)
NOBODYS = Scope(sees_all=False)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def sources(made: Round, found: Indicator, scope: Scope = ALL) -> tuple[list[SourceRow], bool]:
    field = asked.field_of(made.period, [made])
    [line] = asked.lines_of([made], field, found)
    return sources_of(line, said_about(found, made.period, None, field.top), field, scope)


def said(rows: list[SourceRow]) -> list[tuple[str, str]]:
    return [(row.unit, str(row.shown)) for row in rows]


@pytest.mark.parametrize(
    ("scope", "reporter", "expected"),
    [
        (Scope(sees_all=True), 1, True),
        (Scope(sees_all=False, units=frozenset({1})), 1, True),
        (Scope(sees_all=False, units=frozenset({1})), 2, False),
        (Scope(sees_all=False), 1, False),
    ],
)
def test_a_scope_holds_all_units_or_the_own(scope: Scope, reporter: int, expected: bool) -> None:
    assert scope.holds(reporter) == expected


class TestRows:
    @pytest.fixture
    def both(self, site: Site) -> list[Unit]:
        return [site.province.department, site.province.sister]

    def test_are_there_before_anything_is_published(self, site: Site, both) -> None:
        wanted = indicator("A")
        rows, hidden = sources(site.province.round(wanted, units=both, subject="self"), wanted)
        assert said(rows) == [("Sở Khoa học và Công nghệ", "No data"), ("Sở Tài chính", "No data")]
        assert {(r.approved_at, r.published_at, r.revision, r.explanation) for r in rows} == {(None, None, "", "")}
        assert not hidden

    def test_carry_the_explanation_the_moments_and_the_check_code(self, site: Site) -> None:
        wanted = indicator("A")
        made = site.province.round(wanted)
        site.approve(made.submissions.get(), cell("5", note="Đã đối chiếu."))
        [row], _hidden = sources(made, wanted)
        given = Observation.objects.select_related("revision").get()
        assert (row.explanation, row.approved_at, row.published_at, row.revision) == (
            "Đã đối chiếu.",
            given.approved_at,
            given.published_at,
            short(given.revision.sha256),
        )

    def test_say_who_entered_them_for_the_unit_and_on_which_paper(self, site: Site, media) -> None:
        wanted = indicator("A")
        made = site.province.round(wanted)
        helper = people.person("helper", site.province.office, "verifier")
        report = enter_on_behalf(made.submissions.get(), by=helper)
        report = perform("submit", type_in(report, cell("5"), by=helper), by=helper)
        [row], _hidden = sources(made, wanted)
        assert (str(row.shown), row.on_behalf, row.on_behalf_document) == ("No data", "", "")
        site.province.walk(report, "verify", "approve")
        [row], _hidden = sources(made, wanted)
        paper = f"Document 15/UBND of {today():%d/%m/%Y}, signed by Lò Văn Pâng (Chủ tịch)"
        assert (row.unit, row.on_behalf, row.on_behalf_document) == (
            "Sở Khoa học và Công nghệ",
            "Văn phòng UBND tỉnh",
            paper,
        )
        said = text_of(site.indicator("A"))
        assert f"Entered on behalf of the unit by Văn phòng UBND tỉnh. {paper}" in said
        assert "helper" not in said  # who it was is for the staff

    def test_of_the_unit_s_own_say_nothing_of_it(self, site: Site) -> None:
        wanted = indicator("A")
        made = site.province.round(wanted)
        site.approve(made.submissions.get(), cell("5"))
        assert "on behalf" not in text_of(site.indicator("A"))

    def test_come_in_vietnamese_order_with_cross_checks_last(self, site: Site) -> None:
        made_units = [unit(name, parent=site.province.root) for name in ("Sở Ê", "Sở Đa", "Sở Da")]
        check = unit("Công ty A", "company", parent=site.province.root)
        wanted = indicator("A")
        made = site.province.round(wanted, units=[*made_units, check], subject="self")
        for number, each in enumerate([*made_units, check]):
            site.approve(made.submissions.get(unit=each), cell(str(number)))
        rows, _hidden = sources(made, wanted)
        assert said(rows) == [("Sở Da", "2 km"), ("Sở Đa", "1 km"), ("Sở Ê", "0 km"), ("Công ty A", "3 km")]
        assert [row.contributes for row in rows] == [True, True, True, False]

    def test_say_about_whom_only_where_it_is_another_unit(self, site: Site) -> None:
        unit("Xã Mù Cả", "commune", parent=site.province.root)
        for code, rule, about in (("A", "self", ""), ("B", "province", ""), ("C", "each_commune", "Xã Mù Cả")):
            wanted = indicator(code)
            rows, _hidden = sources(site.province.round(wanted, subject=rule), wanted)
            assert [(row.unit, row.about) for row in rows] == [("Sở Khoa học và Công nghệ", about)]

    def test_of_others_are_hidden_and_said_to_be(self, site: Site, both) -> None:
        wanted = indicator("A")
        made = site.province.round(wanted, units=both, subject="self")
        site.approve(made.submissions.get(unit=both[0]), cell("5"))
        rows, hidden = sources(made, wanted, Scope(sees_all=False, units=frozenset({both[1].pk})))
        assert (said(rows), hidden) == ([("Sở Tài chính", "No data")], True)
        assert sources(made, wanted, NOBODYS) == ([], True)

    def test_of_all_own_units_hide_nothing(self, site: Site, both) -> None:
        wanted = indicator("A")
        made = site.province.round(wanted, units=both, subject="self")
        scope = Scope(sees_all=False, units=frozenset(u.pk for u in both))
        assert (len(sources(made, wanted, scope)[0]), sources(made, wanted, scope)[1]) == (2, False)

    def test_of_the_one_source_about_the_province_are_everybodys(self, site: Site) -> None:
        wanted = indicator("A")
        made = site.province.round(wanted)
        assert [r.shown.standing for r in sources(made, wanted, NOBODYS)[0]] == [Standing.MISSING]
        site.approve(made.submissions.get(), cell("5"))
        rows, hidden = sources(made, wanted, NOBODYS)
        assert (said(rows), hidden) == ([("Sở Khoa học và Công nghệ", "5 km")], False)

    def test_of_one_unit_about_itself_are_not(self, site: Site) -> None:
        wanted = indicator("A")
        made = site.province.round(wanted, subject="self")
        site.approve(made.submissions.get(), cell("5"))
        assert sources(made, wanted, NOBODYS) == ([], True)

    def test_cross_checks_beside_the_one_source_stay_hidden(self, site: Site, both) -> None:
        wanted = indicator("A", source_unit=both[1])
        made = site.province.round(wanted, units=both)
        for each, figure in zip(both, ("6", "5"), strict=True):
            site.approve(made.submissions.get(unit=each), cell(figure))
        rows, hidden = sources(made, wanted, NOBODYS)
        assert (said(rows), hidden) == ([("Sở Tài chính", "5 km")], True)

    def test_of_a_unit_that_is_gone_by_the_cut_off_day_have_no_name(self, site: Site) -> None:
        wanted = indicator("A")
        made = site.province.round(wanted, window=quarter(2025, 3))
        site.approve(made.submissions.get(), cell("5"))
        Unit.objects.filter(pk=site.province.department.pk).update(ended=date(2025, 9, 14))
        rows, _hidden = sources(made, wanted)
        assert said(rows) == [("", "5 km")]

    def test_of_another_period_are_left_out(self, site: Site) -> None:
        wanted = indicator("A")
        old = site.province.round(wanted, window=quarter(2025, 2))
        site.approve(old.submissions.get(), cell("5"))
        new = site.province.round(wanted, window=quarter(2025, 3))
        assert said(sources(new, wanted)[0]) == [("Sở Khoa học và Công nghệ", "No data")]


class TestChanges:
    @pytest.fixture
    def history(self, site: Site, clock):
        """Approves one cell a day from 1/9/2026 on and gives the changes that the page then shows."""

        def changes(*cells, reasons=("Một", "Hai", "Ba")) -> list[Change]:
            clock.set(2026, 9, 1, 9)
            wanted = indicator("A")
            made = site.province.round(wanted, window=quarter(2026, 3))
            made.lines.update(is_mandatory=False)
            submission = made.submissions.get()
            for place, each in enumerate(cells):
                clock.set(2026, 9, 1 + place, 9)
                if place:
                    submission = perform(
                        "reopen", submission, by=site.province.approver, comment=reasons[place - 1]
                    )
                submission = site.approve(submission, each)
            [row], _hidden = sources(made, wanted)
            return row.changes

        return changes

    def test_are_none_of_a_first_figure(self, history) -> None:
        assert history(cell("5")) == []

    def test_come_newest_first_each_with_its_day_and_reason(self, history) -> None:
        found = history(cell("5"), cell("6"), cell("7"))
        assert [(c.old, c.new, c.reason, c.is_official_update) for c in found] == [
            ("6 km", "7 km", "Hai", False),
            ("5 km", "6 km", "Một", False),
        ]
        assert [c.at.astimezone().date() for c in found] == [date(2026, 9, 3), date(2026, 9, 2)]

    def test_leave_out_an_approval_that_repeats_the_figure(self, history) -> None:
        assert [(c.old, c.new, c.reason) for c in history(cell("5"), cell("5"), cell("6"))] == [
            ("5 km", "6 km", "Hai")
        ]

    @pytest.mark.parametrize(
        ("before", "after", "is_update"),
        [
            ("estimate", "official", True),
            ("provisional", "official", True),
            ("estimate", "provisional", False),
            ("official", "provisional", False),
            ("official", "official", False),
        ],
    )
    def test_of_an_estimate_to_the_official_figure_are_no_adjustment(
        self, history, before: str, after: str, is_update: bool
    ) -> None:
        [change] = history(cell("5", status=before), cell("6", status=after))
        assert (change.old, change.new, change.is_official_update) == ("5 km", "6 km", is_update)

    def test_tell_when_an_estimate_became_official_unchanged(self, history) -> None:
        [change] = history(cell("5", status="estimate"), cell("5"))
        assert (change.old, change.new, change.is_official_update) == ("5 km", "5 km", True)

    def test_show_qualifiers_and_decimals_as_they_were(self, history) -> None:
        [change] = history(cell("400", qualifier="nearly"), cell("400"))
        assert (change.old, change.new) == ("nearly 400 km", "400 km")

    def test_show_states_as_words(self, history) -> None:
        found = history(cell(state="not_available", note="Chưa có."), cell("6"), cell(state="not_applicable"))
        assert [(c.old, c.new) for c in found] == [("6 km", "Not applicable"), ("No data", "6 km")]

    def test_go_on_after_a_figure_was_taken_back(self, history) -> None:
        [change] = history(cell("5"), cell(state=""))
        assert (change.old, change.new, change.reason) == ("5 km", "No data", "Một")
