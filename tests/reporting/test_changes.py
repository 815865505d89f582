"""Adjusted figures are marked where they are read: old, new, day and reason; an update is called one (domain.md 12,
22), and a unit's reason is told to nobody who may not see what the unit reported (domain.md 41)."""

import pytest
from django.urls import reverse

from indicators.models import Submission
from tests import people
from tests.factories import cell, indicator, perform, publish, ratio, unit
from tests.reporting.conftest import Site, row_of, text_of

REASON = "Gõ nhầm một chữ số"
WAY = ("submit", "sign", "verify", "approve")


@pytest.fixture
def site(site: Site, clock) -> Site:
    clock.set(2026, 9, 16, 8, 0)
    site.clock = clock
    return site


def adjust(site: Site, report: Submission, *cells, day: int = 18, reason: str = REASON) -> Submission:
    site.clock.set(2026, 9, day, 8, 0)
    report = Submission.objects.get(pk=report.pk)
    perform("reopen", report, by=site.province.approver, comment=reason)
    return site.approve(Submission.objects.get(pk=report.pk), *cells)


def status(site: Site, code: str = "HT.01", **query) -> str:
    return row_of(site.summary(**query), code)[3]


def on_unit(site: Site, code: str = "LC-SKHCN", **query) -> str:
    return text_of(site.client.get(reverse("unit", args=[code]), query))


def alone(site: Site, *cells, **definition) -> Submission:
    facts = {"asks_publication": definition.pop("asks_publication", False)}
    return site.approve(site.province.submission(indicator("HT.01", **definition), **facts), *cells)


def both(site: Site, one: str, other: str, *, units=None, wanted=None, **definition) -> tuple[Submission, ...]:
    units = units or [site.province.department, site.province.sister]
    made = site.province.round(wanted or indicator("HT.01", **definition), units=units, subject="self")
    return tuple(
        site.approve(made.submissions.get(unit=each), cell(value))
        for each, value in zip(units, (one, other), strict=True)
    )


class TestOneSource:
    def test_an_adjusted_figure_says_from_what_to_what_when_and_why(self, site: Site) -> None:
        adjust(site, alone(site, cell("14433")), cell("14500"))
        said = f"Adjusted on 18/09/2026: 14.433 km to 14.500 km. Reason: {REASON}"
        assert status(site) == f"No target {said}"
        assert said in on_unit(site)

    def test_a_figure_that_was_never_adjusted_says_nothing(self, site: Site) -> None:
        alone(site, cell("14433"))
        assert "Adjusted" not in text_of(site.summary()) + on_unit(site)

    def test_an_approval_that_repeats_the_figure_is_no_adjustment(self, site: Site) -> None:
        adjust(site, alone(site, cell("14433")), cell("14433"))
        assert "Adjusted" not in text_of(site.summary()) + on_unit(site)

    def test_of_two_adjustments_the_last_is_told_there(self, site: Site) -> None:
        report = adjust(site, alone(site, cell("1")), cell("2"), day=18)
        adjust(site, report, cell("3"), day=20, reason="Đối chiếu lại")
        assert status(site) == "No target Adjusted on 20/09/2026: 2 km to 3 km. Reason: Đối chiếu lại"
        assert "18/09/2026: 1 km" not in on_unit(site)

    def test_the_official_figure_after_an_estimate_is_an_update(self, site: Site) -> None:
        adjust(site, alone(site, cell("5", status="estimate")), cell("6"))
        said = "Official figure since 18/09/2026: 5 km to 6 km."
        assert status(site) == f"No target {said}"
        assert (said in on_unit(site), "Adjusted" in on_unit(site)) == (True, False)

    def test_another_estimate_after_an_estimate_is_an_adjustment(self, site: Site) -> None:
        adjust(site, alone(site, cell("5", status="estimate")), cell("6", status="estimate"))
        assert status(site).startswith("No target Adjusted on 18/09/2026: 5 km to 6 km.")

    def test_a_figure_taken_away_says_what_stood_there(self, site: Site) -> None:
        adjust(site, alone(site, cell("5")), cell(state="not_available", note="Mất sổ"))
        assert status(site) == f"No data Mất sổ Adjusted on 18/09/2026: 5 km to No data. Reason: {REASON}"

    def test_a_long_reason_is_cut_there_and_stands_in_full_on_the_page_of_the_indicator(self, site: Site) -> None:
        adjust(site, alone(site, cell("5")), cell("6"), reason="x" * 300)
        assert status(site).endswith("x" * 199 + "…")
        assert "x" * 300 in text_of(site.indicator("HT.01"))

    def test_before_the_day_nothing_was_adjusted(self, site: Site) -> None:
        adjust(site, alone(site, cell("5")), cell("6"))
        site.clock.set(2026, 9, 20, 8, 0)
        for day, marked in (("2026-09-17", False), ("2026-09-18", True)):
            assert ("Adjusted" in text_of(site.summary(as_of=day))) is marked
            assert ("Adjusted" in on_unit(site, as_of=day)) is marked

    def test_with_a_publication_of_its_own_it_is_marked_once_it_is_published(self, site: Site) -> None:
        report = alone(site, cell("5"), asks_publication=True)
        publish(report.round, by=site.province.publisher)
        adjust(site, report, cell("6"))
        assert "Adjusted" not in text_of(site.summary()) + on_unit(site)
        site.log_in(site.province.approver)
        assert "Adjusted on 18/09/2026: 5 km to 6 km." in status(site, figures="latest")
        site.clock.set(2026, 9, 20, 8, 0)
        publish(report.round, by=site.province.publisher)
        site.log_in(site.province.leader)  # two days later the session has ended
        assert status(site).startswith("No target Adjusted on 20/09/2026: 5 km to 6 km.")


class TestATotal:
    def test_says_what_it_was_and_which_unit_gave_which_reason(self, site: Site) -> None:
        one, _other = both(site, "5", "10")
        adjust(site, one, cell("7"))
        said = f"Adjusted on 18/09/2026: 15 km to 17 km. Reason: Sở Khoa học và Công nghệ: {REASON}"
        assert status(site) == f"No target {said}"
        assert f"Adjusted on 18/09/2026: 5 km to 7 km. Reason: {REASON}" in on_unit(site)
        assert "Adjusted" not in on_unit(site, "LC-STC")

    def test_of_a_ratio_is_told_by_its_parts(self, site: Site) -> None:
        units = [site.province.department, site.province.sister]
        made = site.province.round(ratio("HT.01"), units=units, subject="self")
        one, _other = (site.approve(made.submissions.get(unit=u), cell("50", of=("5", "10"))) for u in units)
        adjust(site, one, cell("100", of=("10", "10")))
        assert "Adjusted on 18/09/2026: 50,0% to 75,0%." in status(site)

    def test_a_late_first_report_is_no_adjustment(self, site: Site) -> None:
        units = [site.province.department, site.province.sister]
        made = site.province.round(indicator("HT.01"), units=units, subject="self")
        for each, day in zip(units, (16, 19), strict=True):
            site.clock.set(2026, 9, day, 8, 0)
            site.approve(made.submissions.get(unit=each), cell("5"))
        assert "Adjusted" not in text_of(site.summary())

    def test_what_came_after_the_adjustment_is_not_ascribed_to_it(self, site: Site) -> None:
        units = [site.province.department, site.province.sister]
        made = site.province.round(indicator("HT.01"), units=units, subject="self")
        one = site.approve(made.submissions.get(unit=units[0]), cell("5"))
        adjust(site, one, cell("7"))
        site.clock.set(2026, 9, 20, 8, 0)
        site.approve(made.submissions.get(unit=units[1]), cell("100"))
        assert row_of(site.summary(), "HT.01")[1] == "107 km"
        assert "Adjusted on 18/09/2026: 5 km to 7 km." in status(site)

    def test_adjustments_that_leave_the_total_are_not_told_of_it(self, site: Site) -> None:
        one, _other = both(site, "5", "10")
        adjust(site, one, cell("5", qualifier="about"))
        assert "Adjusted" not in text_of(site.summary())
        assert "Adjusted" in on_unit(site)

    def test_all_updates_make_an_update(self, site: Site) -> None:
        units = [site.province.department, site.province.sister]
        made = site.province.round(indicator("HT.01"), units=units, subject="self")
        one = site.approve(made.submissions.get(unit=units[0]), cell("5", status="estimate"))
        site.approve(made.submissions.get(unit=units[1]), cell("10"))
        adjust(site, one, cell("5"))
        assert status(site) == "No target Official figure since 18/09/2026: 15 km to 15 km."


class TestWhoReadsTheReason:
    @pytest.mark.parametrize("breakdown", ["state", "unit"])
    def test_where_the_breakdown_is_not_public_the_overview_tells_no_reason(
        self, site: Site, breakdown: str
    ) -> None:
        one, _other = both(site, "5", "10", breakdown=breakdown)
        adjust(site, one, cell("7"))
        assert status(site) == "No target Adjusted on 18/09/2026: 15 km to 17 km."
        assert REASON not in text_of(site.summary())

    def test_of_one_source_the_figure_is_told_and_the_reason_is_its_own(self, site: Site) -> None:
        adjust(site, alone(site, cell("5"), breakdown="unit"), cell("7"))
        for page in (site.summary(), site.indicator("HT.01")):
            assert "Adjusted on 18/09/2026: 5 km to 7 km." in text_of(page)
            assert REASON not in page.content.decode()
        assert REASON not in on_unit(site)
        for user in (site.people_of(site.province.department)[0], site.province.verifier):
            site.log_in(user)
            assert REASON in text_of(site.indicator("HT.01"))
            assert REASON in on_unit(site)

    def test_a_companys_reason_is_not_on_the_overview(self, site: Site) -> None:
        companies = [unit(name, "company", parent=site.province.root) for name in ("VNPT", "Viettel")]
        wanted = indicator("HT.01", source_kind="company")
        one, _other = both(site, "5", "10", units=companies, wanted=wanted)
        adjust(site, one, cell("7"))
        assert status(site) == "No target Adjusted on 18/09/2026: 15 km to 17 km."
        for reader, sees in ((people.person("officer", companies[1], "reporter"), False), (None, True)):
            site.log_in(reader or site.people_of(companies[0])[0])
            assert (REASON in on_unit(site, "VNPT")) is sees


class TestCosts:
    @pytest.mark.parametrize("n", [1, 3])
    def test_the_same_queries_for_one_adjusted_line_and_three(self, site: Site, after_an_approval, n) -> None:
        asked = [indicator(f"HT.0{number}") for number in range(1, n + 1)]
        units = [site.province.department, site.province.sister]
        made = site.province.round(*asked, units=units, subject="self")
        for each in units:
            adjust(site, site.approve(made.submissions.get(unit=each), *[cell("5")] * n), *[cell("7")] * n)
        page = after_an_approval(6, lambda: site.summary())
        assert page.content.decode().count("Adjusted on") == n
        assert after_an_approval(6, lambda: on_unit(site).count("Adjusted on") == n)
