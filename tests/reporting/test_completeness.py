"""Who has reported: what became of each expected report, in word and shape, and who may see it."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import translation

from indicators import rounds
from indicators.calendars import quarter
from indicators.clock import now, today
from indicators.models import ReportingForm, Round, Submission, Unit, UnitSlice
from reporting.completeness import Outcome, Report, Tally, report, tally
from tests import people
from tests.factories import Province, cell, indicator, type_in, unit
from tests.reporting.conftest import Site, text_of

DUE = date(2026, 9, 16)


def page_of(site: Site, **query):
    return site.client.get(reverse("completeness"), query)


def matrix(response) -> list[list[str]]:
    """Head, bodies and foot of the matrix, cells as text; groups are rows of two."""
    table = re.search(r'<table class="figures matrix">(.*?)</table>', response.content.decode(), re.S)[1]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in re.findall(r"<tr.*?</tr>", table, re.S)]
    return [[" ".join(unescape(re.sub(r"<[^>]+>", " ", c)).split()) for c in row] for row in cells]


def row(response, name: str) -> list[str]:
    [found] = [cells[1:] for cells in matrix(response) if cells[0] == name]
    return found


def names(response) -> list[str]:
    """Of the units, in their order."""
    return [cells[0] for cells in matrix(response)[1:-2] if len(cells) > 2]


def sent(made: Round, owner: Unit, *, days_late: int = 0) -> Submission:
    """As if handed in so many days after the due date."""
    at = now() + (made.due_on - today() + timedelta(days=days_late))
    Submission.objects.filter(round=made, unit=owner).update(handed_in_at=at)
    return Submission.objects.get(round=made, unit=owner)


class TestOutcome:
    @pytest.mark.parametrize(
        ("due", "sent_on", "on", "facts", "expected"),
        [
            (DUE, DUE, DUE, {}, Report(Outcome.ON_TIME)),
            (DUE, DUE, DUE, {"is_extended": True}, Report(Outcome.ON_TIME, extended_to=DUE)),
            (DUE, DUE + timedelta(3), DUE + timedelta(9), {}, Report(Outcome.LATE, 3)),
            (DUE, DUE + timedelta(3), DUE + timedelta(9), {"is_locked": True}, Report(Outcome.LATE, 3)),
            (DUE, None, DUE, {}, Report(Outcome.NOT_DUE)),
            (DUE, None, DUE, {"is_extended": True}, Report(Outcome.EXTENDED, extended_to=DUE)),
            (DUE, None, DUE + timedelta(1), {}, Report(Outcome.OVERDUE, 1)),
            (DUE, None, DUE + timedelta(1), {"is_extended": True}, Report(Outcome.OVERDUE, 1, extended_to=DUE)),
            (DUE, None, DUE, {"is_locked": True}, Report(Outcome.LOCKED)),
            (None, DUE, DUE, {}, Report(Outcome.SENT)),
            (None, None, DUE, {}, Report(Outcome.OPEN_ENDED)),
            (None, None, DUE, {"is_locked": True}, Report(Outcome.LOCKED)),
        ],
    )
    def test_follows_the_due_date_the_hand_in_and_the_lock(self, due, sent_on, on, facts, expected) -> None:
        assert report(due, sent_on, today=on, **facts) == expected

    @pytest.mark.parametrize(
        ("given", "word", "shape"),
        [
            (Report(Outcome.ON_TIME), "On time", "done"),
            (Report(Outcome.LATE, 1), "1 day late", "late"),
            (Report(Outcome.LATE, 2), "2 days late", "late"),
            (Report(Outcome.SENT), "Sent", "done"),
            (Report(Outcome.OVERDUE, 1), "Overdue by 1 day", "missing"),
            (Report(Outcome.OVERDUE, 9), "Overdue by 9 days", "missing"),
            (Report(Outcome.LOCKED), "Not sent, locked", "closed"),
            (Report(Outcome.EXTENDED), "Extended", "extended"),
            (Report(Outcome.NOT_DUE), "Not yet due", "not-due"),
            (Report(Outcome.OPEN_ENDED), "No due date", "not-due"),
        ],
    )
    def test_has_a_word_and_a_shape(self, given: Report, word: str, shape: str) -> None:
        with translation.override("en"):
            assert (given.word, given.shape) == (word, shape)

    def test_counts_what_is_sent_on_time_due_and_missing(self) -> None:
        counted = tally(Report(outcome) for outcome in Outcome)
        assert counted == Tally(sent=3, expected=8, on_time=1, due=4, missing=2)
        assert (counted.completeness, counted.timeliness) == ("3/8", "1/4")

    def test_counts_nothing_as_a_dash(self) -> None:
        assert (tally([]).completeness, tally([]).timeliness) == ("–", "–")
        assert tally([Report(Outcome.SENT)]).timeliness == "–"


class TestMatrix:
    @pytest.fixture
    def both(self, site: Site) -> list[Unit]:
        return [site.province.department, site.province.sister]

    def test_says_of_each_report_what_became_of_it(self, site: Site, both: list[Unit]) -> None:
        old = site.province.round(indicator("A"), units=both, due_in=-40, window=quarter(2026, 2))
        new = site.province.round(indicator("B"), units=both, due_in=-3, window=quarter(2026, 3))
        for made, late in ((old, 0), (new, 2)):
            sent(made, both[0], days_late=late)
        page = page_of(site)
        head = matrix(page)[0]
        assert head == [
            "Reporting unit",
            f"Quarter III/2026 due {today() - timedelta(3):%d/%m/%Y}",
            f"Quarter II/2026 due {today() - timedelta(40):%d/%m/%Y}",
            "Sent",
            "On time",
        ]
        assert row(page, "Sở Khoa học và Công nghệ") == ["2 days late", "On time", "2/2", "1/2"]
        assert row(page, "Sở Tài chính") == ["Overdue by 3 days", "Overdue by 40 days", "0/2", "0/2"]
        assert row(page, "Sent")[:2] == ["1/2", "1/2"]
        assert row(page, "On time")[:2] == ["0/2", "1/2"]
        assert "Quarter III/2026: 1 of 2 reports sent, 0 on time; 1 missing" in text_of(page)

    def test_the_worst_come_first_then_the_late_then_the_name(self, site: Site) -> None:
        units = [unit(name, parent=site.province.root) for name in ("Sở Ê", "Sở Đa", "Sở Da", "Sở An", "Sở Bê")]
        made = site.province.round(indicator("A"), units=units, due_in=-3)
        for each, late in zip(units[:4], (0, 0, 0, 1), strict=True):
            sent(made, each, days_late=late)
        assert names(page_of(site)) == ["Sở Bê", "Sở An", "Sở Da", "Sở Đa", "Sở Ê"]

    def test_a_draft_counts_as_not_sent_until_it_is_handed_in(self, site: Site) -> None:
        submission = site.province.submission(indicator("A"))
        type_in(submission, cell("5"), by=site.province.reporter)
        assert row(page_of(site), "Sở Khoa học và Công nghệ") == ["Not yet due", "0/1", "–"]
        site.province.walk(submission, "submit", "sign")
        assert row(page_of(site), "Sở Khoa học và Công nghệ") == ["On time", "1/1", "1/1"]
        assert "all 1 reports sent, 1 on time" in text_of(page_of(site))

    def test_an_extension_of_one_unit_is_named_and_its_report_is_not_late(
        self, site: Site, both: list[Unit]
    ) -> None:
        made = site.province.round(indicator("A"), units=both, due_in=-3)
        until = today() + timedelta(2)
        rounds.extend(made, units=[both[1]], due_on=until, reason="Lũ quét.", by=people.superuser())
        page = page_of(site)
        assert row(page, "Sở Khoa học và Công nghệ")[0] == "Overdue by 3 days"
        assert row(page, "Sở Tài chính") == [f"Extended extended to {until:%d/%m/%Y}", "0/1", "–"]
        Submission.objects.filter(unit=both[1]).update(handed_in_at=now())
        assert row(page_of(site), "Sở Tài chính") == [f"On time extended to {until:%d/%m/%Y}", "1/1", "1/1"]

    def test_an_extension_of_all_is_everybodys_and_no_other_rounds(self, site: Site, both: list[Unit]) -> None:
        made = site.province.round(indicator("A"), units=both, due_in=1, window=quarter(2026, 3))
        site.province.round(indicator("B"), units=both, due_in=1, window=quarter(2026, 2))
        until = today() + timedelta(2)
        rounds.extend(made, due_on=until, reason="Lũ quét.", by=people.superuser())
        said = f"Extended extended to {until:%d/%m/%Y}"
        assert [row(page_of(site), str(name))[:2] for name in ("Sở Khoa học và Công nghệ", "Sở Tài chính")] == [
            [said, "Not yet due"]
        ] * 2

    def test_a_locked_round_says_so_and_counts_as_missing(self, site: Site) -> None:
        rounds.lock_round(site.province.round(indicator("A"), due_in=-3), by=people.superuser())
        page = page_of(site)
        assert row(page, "Sở Khoa học và Công nghệ") == ["Not sent, locked", "0/1", "0/1"]
        assert "1 report is missing" in text_of(page)
        assert "Round locked" in text_of(page)

    def test_two_reports_of_a_period_stand_in_one_cell_with_their_forms(self, site: Site) -> None:
        for code, due in (("A", 5), ("B", -1)):
            site.province.round(indicator(code), due_in=due)
        found = row(page_of(site), "Sở Khoa học và Công nghệ")
        assert found == ["Not yet due 01/CĐS Overdue by 1 day 02/CĐS", "0/2", "0/1"]

    def test_who_is_not_asked_has_a_dash(self, site: Site, both: list[Unit]) -> None:
        for each, number in zip(both, (3, 2), strict=True):
            site.province.round(indicator(f"A{number}"), units=[each], window=quarter(2026, number))
        assert row(page_of(site), "Sở Khoa học và Công nghệ")[:2] == ["Not yet due", "–"]
        assert row(page_of(site), "Sở Tài chính")[:2] == ["–", "Not yet due"]

    def test_a_unit_is_called_as_in_its_newest_period_and_links_to_that_day(self, site: Site) -> None:
        mine = site.province.department
        UnitSlice.objects.create(unit=mine, name="Sở Công nghệ số", kind="department", valid_from="2026-08-01")
        site.province.round(indicator("A"), window=quarter(2026, 2))
        assert names(page_of(site)) == ["Sở Khoa học và Công nghệ"]
        site.province.round(indicator("B"), window=quarter(2026, 3))
        page = page_of(site)
        assert names(page) == ["Sở Công nghệ số"]
        assert 'href="/units/LC-SKHCN/?on=2026-09-14"' in page.content.decode()

    def test_a_unit_that_ended_says_when(self, site: Site) -> None:
        site.province.round(indicator("A"), window=quarter(2026, 1))
        Unit.objects.filter(pk=site.province.department.pk).update(ended=date(2026, 7, 1))
        assert names(page_of(site)) == ["Sở Khoa học và Công nghệ ended on 01/07/2026"]

    def test_archival_and_illustrative_rounds_are_named(self, site: Site) -> None:
        made = site.province.round(indicator("A"), window=quarter(2022, 4))
        Round.objects.filter(pk=made.pk).update(
            is_archival=True, due_on=None, source_document="Báo cáo số 9/BC-SKHCN", is_illustrative=True
        )
        Submission.objects.update(due_on=None)
        page = page_of(site)
        assert matrix(page)[0][1] == "Quarter IV/2022 archived documents Illustration"
        assert row(page, "Sở Khoa học và Công nghệ") == ["No due date", "0/1", "–"]
        said = text_of(page)
        assert "Quarter IV/2022, 01/CĐS: entered from archived documents: Báo cáo số 9/BC-SKHCN" in said
        assert "made up to show the system" in said
        assert "Quarter IV/2022: 0 of 1 reports sent" in said

    def test_the_headline_is_of_the_newest_period_that_was_due(self, site: Site, both: list[Unit]) -> None:
        old = site.province.round(indicator("A"), units=both, due_in=-3, window=quarter(2026, 2))
        site.province.round(indicator("B"), units=both, due_in=9, window=quarter(2026, 3))
        for each in both:
            sent(old, each)
        assert "Quarter II/2026: all 2 reports sent, 2 on time" in text_of(page_of(site))

    def test_whom_to_call_stands_with_the_names(self, site: Site, both: list[Unit]) -> None:
        site.province.round(indicator("A"), units=both, due_in=-3, window=quarter(2026, 3))
        said = text_of(page_of(site))
        assert "2 reports are missing" in said
        call = (
            "01/CĐS · Quarter III/2026 2 Sở Khoa học và Công nghệ, Sở Tài chính Phòng Chuyển đổi số, 02133 000 000"
        )
        assert call in said

    def test_names_are_escaped(self, site: Site) -> None:
        site.province.round(indicator("A"), due_in=-3)
        hostile = "<script>alert('x')</script>"
        ReportingForm.objects.update(name=hostile, contact=hostile)
        UnitSlice.objects.update(name=hostile)
        html = page_of(site).content.decode()
        assert "<script>alert" not in html
        assert html.count("&lt;script&gt;alert(&#x27;x&#x27;)") == 5  # choice; unit; called unit, form, contact


class TestFilters:
    @pytest.fixture
    def mixed(self, site: Site) -> Site:
        """A department in Q3/2026 and a commune in Q4/2025, with a form each."""
        commune = unit("Xã Mù Cả", "commune", code="03451", parent=site.province.root)
        site.province.round(indicator("A"), window=quarter(2026, 3))
        site.province.round(indicator("B"), units=[commune], window=quarter(2025, 4))
        return site

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({}, ["Sở Khoa học và Công nghệ", "Xã Mù Cả"]),
            ({"kind": "commune"}, ["Xã Mù Cả"]),
            ({"kind": "department"}, ["Sở Khoa học và Công nghệ"]),
            ({"year": "2025"}, ["Xã Mù Cả"]),
            ({"form": "01/CĐS"}, ["Sở Khoa học và Công nghệ"]),
            ({"kind": "commune", "year": "2025", "form": "02/CĐS"}, ["Xã Mù Cả"]),
        ],
    )
    def test_choose_units_and_rounds(self, mixed: Site, query: dict, expected: list[str]) -> None:
        page = page_of(mixed, **query)
        assert names(page) == expected
        assert len(matrix(page)[0]) == 3 + len(expected)

    @pytest.mark.parametrize("query", [{"kind": "company"}, {"kind": "commune", "year": "2026"}])
    def test_that_match_nothing_say_so(self, mixed: Site, query: dict) -> None:
        page = page_of(mixed, **query)
        assert page.status_code == 200
        assert "No round expects such reports." in text_of(page)

    @pytest.mark.parametrize(
        "query", [{"kind": "x"}, {"kind": "\0"}, {"year": "1999"}, {"form": "'"}, {"form": "<script>"}]
    )
    def test_that_do_not_exist_are_not_found_and_say_so(self, mixed: Site, query: dict) -> None:
        page = page_of(mixed, **query)
        assert page.status_code == 404
        assert "There is no such choice." in text_of(page)
        assert "<script>" not in page.content.decode()

    def test_six_periods_stand_on_a_page_and_older_ones_on_the_next(self, site: Site) -> None:
        for number in range(8):
            site.province.round(indicator(f"A{number}"), window=quarter(2025 - number // 4, 4 - number % 4))
        first, second = page_of(site), page_of(site, page="2", year="")
        assert [cells.split(" due")[0] for cells in matrix(first)[0][1:-2]] == [
            "Quarter IV/2025",
            "Quarter III/2025",
            "Quarter II/2025",
            "Quarter I/2025",
            "Quarter IV/2024",
            "Quarter III/2024",
        ]
        assert [cells.split(" due")[0] for cells in matrix(second)[0][1:-2]] == [
            "Quarter II/2024",
            "Quarter I/2024",
        ]
        assert 'rel="next" href="?page=2"' in first.content.decode()
        assert 'rel="prev" href="?page=1&amp;year="' in second.content.decode()
        assert page_of(site, page="99").status_code == 200


def test_without_a_round_there_is_a_sentence(site: Site) -> None:
    assert "No round has been opened yet" in text_of(page_of(site))


class TestWhoSees:
    @pytest.fixture
    def companies(self, site: Site) -> dict[str, Unit]:
        named = {name: unit(name, "company", parent=site.province.root) for name in ("VNPT", "Viettel")}
        site.province.round(indicator("A"), units=[*named.values(), site.province.department], due_in=-3)
        site.province.round(indicator("B"), units=[named["Viettel"]], due_in=-3, window=quarter(2024, 1))
        return named

    def test_state_bodies_see_companies_too(self, site: Site, companies: dict[str, Unit]) -> None:
        assert names(page_of(site)) == ["Sở Khoa học và Công nghệ", "Viettel", "VNPT"]
        assert "own units" not in text_of(page_of(site))

    @pytest.mark.parametrize("role", ["reporter", "reader"])
    def test_a_company_sees_itself_alone(self, site: Site, companies: dict[str, Unit], role: str) -> None:
        site.log_in(people.person("officer of VNPT", companies["VNPT"], role))
        page = page_of(site)
        said = text_of(page)
        assert names(page) == ["VNPT"]
        assert len(matrix(page)[0]) == 4  # the period that asked Viettel alone does not show
        assert "Only the reports of the reader's own units are shown here." in said
        assert ("Viettel" in said, "Sở Khoa học" in said) == (False, False)
        assert row(page, "Sent")[0] == "0/1"

    def test_an_account_without_a_unit_sees_nothing(self, site: Site, companies: dict[str, Unit]) -> None:
        site.log_in(people.person("nobody"))
        assert "No round expects such reports." in text_of(page_of(site))

    def test_who_reviews_sees_all(self, site: Site, companies: dict[str, Unit]) -> None:
        site.log_in(people.superuser())
        assert len(names(page_of(site))) == 3

    def test_strangers_are_sent_to_the_login(self, client, province: Province) -> None:
        page = client.get("/completeness/")
        assert (page.status_code, page["Location"]) == (302, "/accounts/login/?next=/completeness/")

    def test_it_is_read_only_and_linked_from_every_page(self, site: Site) -> None:
        assert site.client.post("/completeness/").status_code == 405
        assert 'href="/completeness/"' in site.summary().content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_takes_the_same_queries_for_one_unit_and_three(site: Site, after_an_approval, count: int) -> None:
    units = [unit(f"Sở {n}", parent=site.province.root) for n in range(count)]
    for number in range(1, count + 1):
        site.province.round(indicator(f"A{number}"), units=units, due_in=-3, window=quarter(2026, number))
    page = after_an_approval(6, lambda: page_of(site))
    assert (len(names(page)), len(matrix(page)[0])) == (count, 3 + count)
