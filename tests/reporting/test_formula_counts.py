"""Formulas that count in registers: at the cut-off of the page, at a unit of what it owns, never a silent zero."""

import pytest
from django.urls import reverse

from indicators.calendars import quarter
from tests import lists
from tests.factories import cell
from tests.lists import approve, facts, list_form, submission
from tests.reporting.conftest import Site, cells_of, text_of
from tests.reporting.exports.books import rows_of, sheet_of
from tests.reporting.test_formulas import BY_FORMULA, formula, publish

THIRD, FOURTH = quarter(2025, 3), quarter(2025, 4)
SHARE = "count(NEN-TANG; LGSP = yes) ÷ count(NEN-TANG) × 100"


@pytest.fixture
def asked(site: Site):
    return list_form(site.province, lists.register())


def rows(report, n: int, *, connected: int, **said) -> dict:
    return {
        f"A{each:02}": facts(report, f"Ứng dụng {each}", **{"via_lgsp": each <= connected} | said)
        for each in range(1, n + 1)
    }


@pytest.fixture
def listed(site: Site, asked):
    """Of 13 applications 7 are connected at the third quarter."""
    report = submission(site.province, asked, window=THIRD)
    return approve(site.province, report, **rows(report, 13, connected=7))


@pytest.fixture
def opened(site: Site) -> None:
    """Pages open on both quarters."""
    for window in (THIRD, FOURTH):
        publish(site, ("HT.01", cell("26")), when=window)


def value_of(site: Site, code: str, window=THIRD) -> str:
    return cells_of(site.summary(period=window.label), code)["value"]


def test_a_share_of_rows_is_counted_by_its_formula(site: Site, listed, opened) -> None:
    formula("TM.01", SHARE)
    found = cells_of(site.summary(period=THIRD.label), "TM.01")
    assert (found["value"], found["coverage"]) == (f"53,8% {BY_FORMULA}", "1/1")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("count(NEN-TANG)", 13),
        ("count(NEN-TANG; LGSP = no)", 6),
        ("count(NEN-TANG; LGSP ≠ yes)", 6),
        ("count(NEN-TANG; audience ≠ business)", 13),
        ("count(NEN-TANG; audience = business)", 0),
        ("HT.01 ÷ count(NEN-TANG)", 2),
        ("HT.01 − count(NEN-TANG; audience = government; LGSP = yes)", 19),
        ("TM.02 × 2", 26),
    ],
)
def test_counts_are_figures_like_others(site: Site, asked, opened, text: str, value: int) -> None:
    report = submission(site.province, asked, window=THIRD)
    approve(site.province, report, **rows(report, 13, connected=7, audience="government"))
    formula("TM.02", "count(NEN-TANG)", unit_of_measure="", decimals=0)
    formula("TM.01", text, unit_of_measure="", decimals=0)
    assert value_of(site, "TM.01") == f"{value} {BY_FORMULA}"


def test_each_cut_off_has_its_own_rows_and_the_figure_moves(site: Site, asked, listed, opened) -> None:
    later = submission(site.province, asked, window=FOURTH)
    approve(site.province, later, A08=facts(later, "Ứng dụng 8", via_lgsp=True), A13="off")
    formula("TM.01", SHARE)
    assert value_of(site, "TM.01") == f"53,8% {BY_FORMULA}"
    found = cells_of(site.summary(period=FOURTH.label), "TM.01")
    assert (found["value"], found["moved"]) == (f"66,7% {BY_FORMULA}", "+12,9 pp")


@pytest.mark.parametrize("text", [SHARE, "0 × count(NEN-TANG)", "HT.01 + count(NEN-TANG)"])
def test_without_an_approved_list_there_is_no_figure(site: Site, asked, opened, text: str) -> None:
    report = submission(site.province, asked, window=FOURTH)
    lists.write(report, by=site.province.reporter, A=facts(report))
    formula("TM.01", text)
    found = cells_of(site.summary(period=THIRD.label), "TM.01")
    assert found["value"] == f"Cannot be computed {BY_FORMULA}"
    assert "no list of Danh mục NEN-TANG is approved up to the cut-off." in found["status"]


def test_an_approved_list_without_a_row_is_a_zero(site: Site, asked, opened) -> None:
    site.province.walk(submission(site.province, asked, window=THIRD), "submit", "sign", "verify", "approve")
    formula("TM.01", "count(NEN-TANG)", unit_of_measure="", decimals=0)
    formula("TM.02", SHARE)
    assert value_of(site, "TM.01") == f"0 {BY_FORMULA}"
    assert "the formula divides by 0" in cells_of(site.summary(period=THIRD.label), "TM.02")["status"]


def test_rows_that_do_not_say_what_was_asked_leave_no_figure(site: Site, listed, opened) -> None:
    formula("TM.01", "count(NEN-TANG; audience = government)")
    found = cells_of(site.summary(period=THIRD.label), "TM.01")
    assert found["value"] == f"Cannot be computed {BY_FORMULA}"
    assert "rows of Danh mục NEN-TANG do not say what the formula counts by." in found["status"]
    assert "and 13 that do not say" in text_of(site.indicator("TM.01", period=THIRD.label))


@pytest.mark.parametrize("text", ["count(CSDL)", "count(NEN-TANG; colour = red)"])
def test_what_can_no_longer_be_counted_as_written_is_no_zero(site: Site, listed, opened, text: str) -> None:
    formula("TM.01", text)
    found = cells_of(site.summary(period=THIRD.label), "TM.01")
    assert found["value"] == f"Cannot be computed {BY_FORMULA}"
    assert "there is nothing to count as written in" in found["status"]


def test_a_list_that_is_still_owed_makes_it_partial(site: Site, opened) -> None:
    both = [site.province.department, site.province.sister]
    asked = list_form(site.province, lists.register(), *both)
    report = submission(site.province, asked, window=THIRD)
    approve(site.province, report, **rows(report, 4, connected=1))
    formula("TM.01", SHARE)
    found = cells_of(site.summary(period=THIRD.label), "TM.01")
    assert (found["value"], found["coverage"]) == (f"25,0% {BY_FORMULA}", "1/2")
    assert "Partial: count(NEN-TANG; LGSP = yes) is from 1 of 2; count(NEN-TANG) is from 1 of 2." in found["status"]


class TestOnItsOwnPage:
    def test_every_count_leads_to_just_its_rows(self, site: Site, listed, opened) -> None:
        formula("TM.01", SHARE)
        page = site.indicator("TM.01", period=THIRD.label)
        told = text_of(page)
        assert "TM.01 = count(NEN-TANG; LGSP = yes) ÷ count(NEN-TANG) × 100" in told
        assert "count(NEN-TANG; LGSP = yes) Danh mục NEN-TANG 7 rows list of the cut-off 14/09/2025" in told
        part, whole = page.context["page"].figures.row.computed.counted
        assert [len(site.client.get(each.address).context["page"].rows) for each in (part, whole)] == [7, 13]
        assert part.address in page.content.decode().replace("&amp;", "&")

    @pytest.mark.parametrize("condition", ["status ≠ stopped", "kind ≠ CSDL", "kind = CSDL", "audience ≠ business"])
    def test_what_must_not_be_leads_to_its_rows_too(self, site: Site, asked, opened, condition: str) -> None:
        report = submission(site.province, asked, window=THIRD)
        said = {"kind": "CSDL", "audience": "business", "status": "stopped"}
        other = {"kind": "nền tảng", "audience": "citizens", "status": "in_use"}
        approve(site.province, report, A=facts(report, **said), B=facts(report, **other), C=facts(report, **other))
        formula("TM.01", f"count(NEN-TANG; {condition})")
        (counted,) = site.indicator("TM.01", period=THIRD.label).context["page"].figures.row.computed.counted
        page = site.client.get(counted.address).context["page"]
        assert len(page.rows) == counted.counted.n == (1 if condition == "kind = CSDL" else 2)

    def test_none_of_a_kind_leads_to_the_register(self, site: Site, listed, opened) -> None:
        formula("TM.01", "count(NEN-TANG; kind = CSDL; LGSP = yes)")
        (counted,) = site.indicator("TM.01", period=THIRD.label).context["page"].figures.row.computed.counted
        assert len(site.client.get(counted.address).context["page"].rows) == 7

    def test_what_is_only_counted_has_its_periods_and_its_series(self, site: Site, asked, listed, opened) -> None:
        later = submission(site.province, asked, window=FOURTH)
        approve(site.province, later, A13="off")
        formula("TM.01", "count(NEN-TANG)", unit_of_measure="", decimals=0)
        page = site.indicator("TM.01", period=FOURTH.label)
        series = [(row.period.label, str(row.shown)) for row in page.context["page"].series]
        assert series == [(FOURTH.label, "12"), (THIRD.label, "13")]

    def test_an_illustration_makes_it_one(self, site: Site, asked, listed, opened) -> None:
        listed.round.is_illustrative = True
        listed.round.save(update_fields=["is_illustrative"])
        formula("TM.01", SHARE)
        assert "The register's rows are an illustration." in text_of(site.indicator("TM.01", period=THIRD.label))

    def test_the_file_brings_what_was_counted(self, site: Site, listed, opened) -> None:
        formula("TM.01", f"HT.01 × {SHARE}")
        sheet = sheet_of(
            site.client.get("/indicators/TM.01.xlsx", {"period": THIRD.label}), "Figures in the formula"
        )
        assert [(row["Indicator"], row["Figure"]) for row in rows_of(sheet)] == [
            ("Chỉ tiêu HT.01", 26),
            ("count(NEN-TANG; LGSP = yes) Danh mục NEN-TANG", 7),
            ("count(NEN-TANG) Danh mục NEN-TANG", 13),
        ]


class TestOnThePageOfAUnit:
    """The rows that the unit owns, whoever lists them."""

    def unit_page(self, site: Site, code: str = "LC-SKHCN"):
        return site.client.get(reverse("unit", args=[code]), {"period": THIRD.label})

    def test_it_counts_the_rows_that_the_unit_owns(self, site: Site, asked) -> None:
        publish(site, ("HT.01", cell("26")), when=THIRD, subject="self")
        report = submission(site.province, asked, window=THIRD)
        made = rows(report, 4, connected=3)
        made["A01"]["owner_id"] = site.province.sister.pk
        approve(site.province, report, **made)
        formula("TM.01", SHARE)
        page = self.unit_page(site)
        assert "TM.01 count(NEN-TANG; LGSP = yes) ÷ count(NEN-TANG) × 100 66,7%" in text_of(page)
        (row,) = [row for row in page.context["page"].figures if row.code == "TM.01"]
        counted = [each.counted.n for each in row.computed.counted]
        assert counted == [2, 3]
        found = [len(site.client.get(each.address).context["page"].rows) for each in row.computed.counted]
        assert found == counted

    def test_a_row_without_an_owner_leaves_no_figure(self, site: Site, asked) -> None:
        publish(site, ("HT.01", cell("26")), when=THIRD, subject="self")
        report = submission(site.province, asked, window=THIRD)
        approve(site.province, report, A=facts(report), B=facts(report, owner_id=None))
        formula("TM.01", "count(NEN-TANG)")
        assert "rows of Danh mục NEN-TANG do not say what the formula counts by." in text_of(self.unit_page(site))

    def test_a_unit_that_owns_nothing_has_no_such_line(self, site: Site, asked) -> None:
        publish(site, ("HT.01", cell("26")), when=THIRD, subject="self")
        report = submission(site.province, asked, window=THIRD)
        approve(site.province, report, A=facts(report, owner_id=site.province.sister.pk))
        formula("TM.01", "count(NEN-TANG)")
        assert "TM.01" not in text_of(self.unit_page(site))


@pytest.mark.parametrize("count", [1, 3])
def test_takes_the_same_queries_for_one_count_and_three(site, after_an_approval, asked, listed, count: int) -> None:
    for window in (THIRD, FOURTH):
        publish(site, ("HT.01", cell("7")), when=window, subject="self")
    later = submission(site.province, asked, window=FOURTH)
    approve(site.province, later, **{f"B{n}": facts(later) for n in range(count)})
    for number in range(count):
        formula(f"TM.{number}", f"HT.01 + count(NEN-TANG; LGSP = yes) × {number} + count(NEN-TANG)")
    after_an_approval(9, lambda: site.summary())
    after_an_approval(11, lambda: site.indicator("TM.0"))
    after_an_approval(9, lambda: TestOnThePageOfAUnit().unit_page(site))


def test_pages_without_a_count_ask_no_register(site: Site, after_an_approval, listed, opened) -> None:
    formula("TM.01", "HT.01 × 2")
    after_an_approval(6, lambda: site.summary())
