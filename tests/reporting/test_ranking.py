"""The ranking: who holds a place, who stands apart, and where there is none and why (domain.md 33, 41, 47)."""

import re

import pytest
from django.urls import reverse

from indicators.calendars import quarter
from indicators.drafts import Cell
from indicators.models import Definition, Indicator, Round, Unit
from tests import people
from tests.factories import cell, perform, publish, ratio, type_in, unit
from tests.factories import indicator as make_indicator
from tests.reporting.conftest import Site, text_of

CANARY = "37"  # of a unit whose figure must not show
Q2, Q3 = quarter(2025, 2), quarter(2025, 3)


class Contest:
    """Communes that report a ratio about themselves, and are ranked by it."""

    def __init__(self, site: Site, names: str = "ABC") -> None:
        self.site = site
        self.communes = [unit(f"Xã {n}", "commune", code=n, parent=site.province.root) for n in names]

    def ranked(self, code: str = "XH.02", **facts) -> Indicator:
        measured = {"source_kind": "commune", "numerator_name": "Số hộ được phủ", "denominator_name": "Tổng số hộ"}
        asked = ratio(code, **measured | facts)
        Indicator.objects.filter(pk=asked.pk).update(is_ranked=True)
        return asked

    def report(self, asked: Indicator, *shares: str | dict | None, window=Q3, publishes=False, units=None):
        """Shares of 1000, in the order of the communes; None: nothing is handed in; a dict: facts of the cell."""
        units = units or self.communes
        made = self.open(asked, units, window=window, asks_publication=publishes)
        for each, share in zip(units, shares, strict=True):
            if share is not None:
                facts = share if isinstance(share, dict) else {"of": (share, "1000")}
                self.approve(made, each, cell(**facts))
        return made

    def open(self, asked: Indicator, units: list[Unit], **facts) -> Round:
        short = {"asks_sign_off": False, "asks_verification": False, "subject": "self", "window": Q3}
        return self.site.province.round(asked, units=units, **short | facts)

    def approve(self, made: Round, of: Unit, *cells: Cell) -> None:
        report, (by, _signer) = made.submissions.get(unit=of), self.site.people_of(of)
        report = perform("submit", type_in(report, *cells, by=by), by=by)
        perform("approve", report, by=self.site.province.approver)

    def page(self, **query):
        return self.site.client.get(reverse("ranking"), {"indicator": "XH.02", "period": Q3.label} | query)


@pytest.fixture
def contest(site: Site) -> Contest:
    return Contest(site)


def places(response) -> list[tuple[str, ...]]:
    """(rank, unit, figure, movement where it is shown)"""
    body = response.content.decode().partition('id="places"')[2].partition("</table>")[0]
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", body.partition("<tbody>")[2], re.S):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        texts = [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in cells]
        found.append((*texts[:2], *texts[3:]))
    return found


def apart(response) -> list[str]:
    body = response.content.decode().partition('id="apart"')[2].partition("</ul>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in re.findall(r"<li>(.*?)</li>", body, re.S)]


class TestPlaces:
    def test_the_greatest_is_first_and_the_field_stands_beside_each_rank(self, contest: Contest) -> None:
        contest.report(contest.ranked(), "410", "657", "228")
        assert places(contest.page()) == [
            ("1/3", "Xã B", "65,7% 657/1.000"),
            ("2/3", "Xã A", "41,0% 410/1.000"),
            ("3/3", "Xã C", "22,8% 228/1.000"),
        ]

    def test_of_a_falling_indicator_the_least_is_first(self, contest: Contest) -> None:
        contest.report(contest.ranked(direction="down"), "410", "657", "228")
        assert [row[1] for row in places(contest.page())] == ["Xã C", "Xã A", "Xã B"]
        assert "the least is first" in text_of(contest.page())

    def test_equals_to_the_published_decimal_share_a_place(self, site: Site) -> None:
        contest = Contest(site, "ABCD")
        near = ({"of": ("38210", "100000")}, {"of": ("38240", "100000")})
        contest.report(contest.ranked(), "500", *near, "100")
        assert [row[:2] for row in places(contest.page())] == [
            ("1/4", "Xã A"),
            ("2/4", "Xã B shared place"),
            ("2/4", "Xã C shared place"),
            ("4/4", "Xã D"),
        ]

    def test_the_page_names_field_formula_publication_and_the_whole_province(self, contest: Contest) -> None:
        made = contest.report(contest.ranked(), "410", "657", None, publishes=True)
        publish(made, by=contest.site.province.publisher, number="15/TB-UBND")
        said = text_of(contest.page())
        assert "2 units are ranked, issue 1; without data: 1." in said
        assert "Số hộ được phủ / Tổng số hộ · the greatest is first" in said
        assert "Document 15/TB-UBND" in said
        assert "The whole province, from 2 of 3 units: 53,4%." in said  # (410 + 657) / 2000
        assert "The upright line is the whole province." in said
        assert "Ranked on the published figure with 1 decimal;" in said

    def test_a_share_over_few_units_is_no_mark_of_the_province(self, site: Site) -> None:
        contest = Contest(site, "ABCDE")
        contest.report(contest.ranked(), "410", "657", None, None, None)
        said = text_of(contest.page())
        assert ("from 2 of 5 units: 53,4%." in said, "The upright line" in said) == (True, False)

    def test_a_reader_of_a_unit_reads_its_place_in_a_sentence(self, contest: Contest) -> None:
        contest.report(contest.ranked(), "410", "657", None)
        contest.site.log_in(people.person("own", contest.communes[0], "reader"))
        assert "Xã A: Rank 2 of 2; without data: 1" in text_of(contest.page())

    def test_the_last_place_looks_like_every_other(self, contest: Contest) -> None:
        contest.report(contest.ranked(), "410", "657", "0")
        body = contest.page().content.decode().partition("<main")[2]
        assert places(contest.page())[-1] == ("3/3", "Xã C", "0,0% 0/1.000")  # a reported zero is a figure
        assert re.findall(r'class="[^"]*(?:behind|missed|doubt)', body) == []


class TestApart:
    """Neither last nor at 0."""

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            (None, "No data"),
            ({"state": "not_available", "note": "Chưa điều tra"}, "No data Chưa điều tra"),
            ({"state": "not_applicable"}, "Not applicable"),
            (
                {"of": ("300", "1000"), "status": "estimate"},
                "30,0% 300/1.000 Estimate An estimate; the official figure is still to come.",
            ),
            (
                {"value": "30.0", "qualifier": "nearly"},
                "nearly 30,0% One of the two figures is only about right.",
            ),
        ],
    )
    def test_what_is_no_exact_official_figure_holds_no_place(self, contest: Contest, said, why: str) -> None:
        contest.report(contest.ranked(), "410", "657", said)
        assert [row[:2] for row in places(contest.page())] == [("1/2", "Xã B"), ("2/2", "Xã A")]
        assert apart(contest.page()) == [f"Xã C · {why}"]

    def test_a_unit_about_which_not_all_have_reported_holds_no_place(self, contest: Contest) -> None:
        companies = [unit(n, "company", parent=contest.site.province.root) for n in ("VNPT", "Viettel")]
        asked = contest.ranked(source_kind="company")
        made = contest.open(asked, companies, subject="communes")
        shares = [cell(of=(share, "1000")) for share in ("100", "200", "300")]
        contest.approve(made, companies[0], *shares)
        contest.approve(made, companies[1], *shares[:2], cell(state="not_available", note="Mất sóng"))
        assert [row[1:] for row in places(contest.page())] == [
            ("Xã B", "20,0% 400/2.000"),
            ("Xã A", "10,0% 200/2.000"),
        ]
        assert apart(contest.page()) == ["Xã C · 30,0% 300/1.000 1/2 Not all units are in the sum yet."]

    def test_what_waits_for_its_publication_is_no_figure_yet(self, contest: Contest) -> None:
        made = contest.report(contest.ranked(), "410", "657", None, publishes=True)
        publish(made, by=contest.site.province.publisher)
        contest.approve(made, contest.communes[2], cell(of=(CANARY, "1000")))
        assert apart(contest.page()) == ["Xã C · No data"]
        assert "3,7%" not in contest.page().content.decode()


class TestWhereThereIsNone:
    def barred(self, contest: Contest, **query) -> str:
        page = contest.page(**query)
        assert (page.status_code, places(page)) == (200, [])
        return text_of(page).partition("There is no ranking here. ")[2]

    def test_it_is_off_unless_it_was_switched_on(self, contest: Contest) -> None:
        asked = ratio("XH.02", source_kind="commune")
        assert asked.is_ranked is False
        contest.report(asked, "410", "657", "228")
        assert self.barred(contest).startswith("Whoever answers for this indicator has not switched a ranking on.")
        assert "XH.02" not in contest.site.client.get(reverse("ranking")).content.decode()

    @pytest.mark.parametrize(
        ("facts", "why"),
        [
            ({"value_kind": "number", "unit_of_measure": "km", "over_units": "sum"}, "The figure is a count"),
            ({"value_kind": "yes_no", "unit_of_measure": "", "over_units": "none"}, "What was reported is not"),
            ({"direction": "none"}, "Neither more nor less is better here"),
        ],
    )
    def test_some_figures_rank_nobody(self, contest: Contest, facts: dict, why: str) -> None:
        asked = make_indicator("XH.02", source_kind="commune", **{"value_kind": "ratio"} | facts)
        Indicator.objects.filter(pk=asked.pk).update(is_ranked=True)
        figure = {"of": ("1", "2")} if asked.definitions.get().is_ratio else {"value": "1"}
        contest.report(asked, figure, figure, figure)
        assert self.barred(contest).startswith(why)

    def test_unpublished_figures_rank_nobody_for_anybody(self, contest: Contest) -> None:
        contest.report(contest.ranked(), "410", "657", "228", publishes=True)
        assert self.barred(contest, figures="latest").startswith("Only published figures are ranked.")
        assert self.barred(contest).startswith("Too few units have a figure.")

    def test_one_alone_is_no_field(self, contest: Contest) -> None:
        contest.report(contest.ranked(), "410", None, None)
        assert self.barred(contest).startswith("Too few units have a figure.")
        assert apart(contest.page())[0] == "Xã A · 41,0% 410/1.000"

    def test_nobody_was_asked_in_that_period(self, contest: Contest) -> None:
        contest.report(contest.ranked(), "410", "657", "228")
        contest.site.province.round(make_indicator("HT.01"), window=Q2)
        assert self.barred(contest, period=Q2.label).startswith("In this period no unit of this kind was asked")

    def test_companies_are_ranked_with_nobody(self, contest: Contest) -> None:
        companies = [unit(n, "company", parent=contest.site.province.root) for n in ("VNPT", "Viettel")]
        contest.report(contest.ranked(source_kind="company"), "410", "657", units=companies)
        assert self.barred(contest, kind="company").startswith("Companies supply figures")
        assert self.barred(contest).startswith("In this period no unit of this kind was asked")

    def test_kinds_of_unit_are_ranked_apart(self, contest: Contest) -> None:
        asked = contest.ranked()
        contest.report(asked, "410", "657", "228")
        assert self.barred(contest, kind="department").startswith("In this period no unit of this kind was asked")

    @pytest.mark.parametrize("query", [{"indicator": "XX"}, {"kind": "planet"}, {"period": "never"}])
    def test_what_is_unknown_is_not_found(self, contest: Contest, query: dict) -> None:
        contest.report(contest.ranked(), "410", "657", "228")
        assert contest.page(**query).status_code == 404

    def test_nothing_switched_on_is_said(self, site: Site) -> None:
        page = site.client.get(reverse("ranking"))
        assert (page.status_code, "No ranking has been switched on" in text_of(page)) == (200, True)


class TestMovement:
    def test_places_are_counted_against_the_period_before(self, contest: Contest) -> None:
        asked = contest.ranked()
        contest.report(asked, "300", "200", "100", window=Q2)
        contest.report(asked, "300", "250", "310")
        assert [row[1:] for row in places(contest.page())] == [
            ("Xã C", "31,0% 310/1.000", "up 2"),
            ("Xã A", "30,0% 300/1.000", "down 1"),
            ("Xã B", "25,0% 250/1.000", "down 1"),
        ]

    @pytest.mark.parametrize(
        "before", [("300", "200", None), ("300", "200", {"value": "9.0", "qualifier": "over"})]
    )
    def test_none_is_shown_where_the_field_was_another(self, contest: Contest, before: tuple) -> None:
        asked = contest.ranked()
        contest.report(asked, *before, window=Q2)
        contest.report(asked, "300", "250", "310")
        assert [len(row) for row in places(contest.page())] == [3, 3, 3]
        assert "No movement against the period before is shown. Not the same units" in text_of(contest.page())

    def test_none_is_shown_where_it_was_measured_otherwise(self, contest: Contest) -> None:
        asked = contest.ranked()
        contest.report(asked, "300", "200", "100", window=Q2)
        old = Definition.objects.get(indicator=asked)
        Definition.objects.create(
            **{
                field.attname: getattr(old, field.attname)
                for field in old._meta.concrete_fields
                if field.attname not in ("id", "valid_from")
            },
            valid_from=Q3.first_day,
        )
        contest.report(asked, "300", "250", "310")
        assert "The way of measuring changed" in text_of(contest.page())
        assert [len(row) for row in places(contest.page())] == [3, 3, 3]

    def test_the_first_ranking_has_none(self, contest: Contest) -> None:
        contest.report(contest.ranked(), "300", "250", "310")
        assert "there is no ranking of the period before" in text_of(contest.page())


def test_an_adjusted_figure_moves_its_unit(contest: Contest) -> None:
    made = contest.report(contest.ranked(), "300", "250", "310")
    perform("reopen", made.submissions.get(unit=contest.communes[1]), by=contest.site.province.approver)
    contest.approve(made, contest.communes[1], cell(of=("900", "1000")))
    assert places(contest.page())[0][:2] == ("1/3", "Xã B")


class TestSecrets:
    """A place tells what a unit reported (domain.md 41)."""

    @pytest.mark.parametrize(
        ("breakdown", "who", "is_ranked"),
        [
            ("public", "commune", True),
            ("public", "company", True),
            ("state", "commune", True),
            ("state", "company", False),
            ("unit", "commune", False),
            ("unit", "company", False),
            ("unit", "verifier", True),
        ],
    )
    def test_it_is_shown_to_whoever_may_read_the_breakdown(
        self, contest: Contest, breakdown: str, who: str, is_ranked: bool
    ) -> None:
        contest.report(contest.ranked(breakdown=breakdown), CANARY, "657", "228")
        company = unit("VNPT", "company", parent=contest.site.province.root)
        readers: dict[str, Unit] = {"commune": contest.communes[2], "company": company}
        user = contest.site.province.verifier
        if who in readers:
            user = people.person(who, readers[who], "reader")
        contest.site.log_in(user)
        answers = [contest.page(), contest.site.client.get(reverse("ranking_csv"), {"indicator": "XH.02"})]
        seen = [CANARY + "/1.000" in r.content.decode() or ";3,7;" in r.content.decode() for r in answers]
        assert seen == [is_ranked, is_ranked]
        assert ("Xã A" in answers[0].content.decode()) == is_ranked
        assert ("not shown to this account" in text_of(answers[0])) == (not is_ranked)

    def test_of_two_companies_each_would_know_the_others_figure(self, contest: Contest) -> None:
        companies = [unit(n, "company", parent=contest.site.province.root) for n in ("VNPT", "Viettel")]
        made = contest.open(contest.ranked(source_kind="company"), companies, subject="communes")
        for each in companies:
            contest.approve(made, each, *[cell(of=(share, "1000")) for share in (CANARY, "200", "300")])
        assert len(places(contest.page())) == 3
        contest.site.log_in(people.person("rival", companies[1], "reader"))
        assert (places(contest.page()), "not shown to this account" in text_of(contest.page())) == ([], True)


def test_as_of_a_day_it_is_as_it_was_known_then(contest: Contest, clock) -> None:
    clock.set(2025, 10, 1, 9, 0)
    made = contest.report(contest.ranked(), "300", "250", None)
    clock.set(2025, 10, 5, 9, 0)
    contest.approve(made, contest.communes[2], cell(of=("900", "1000")))
    assert [row[1] for row in places(contest.page())] == ["Xã C", "Xã A", "Xã B"]
    assert [row[1] for row in places(contest.page(as_of="2025-10-02"))] == ["Xã A", "Xã B"]


@pytest.mark.parametrize("count", [2, 4])
def test_takes_the_same_queries_however_many_units(site: Site, count: int, after_an_approval) -> None:
    contest = Contest(site, "ABCD"[:count])
    asked = contest.ranked()
    for window in (Q2, Q3):
        contest.report(asked, *["100"] * count, window=window)
    after_an_approval(6, lambda: contest.page())


class TestLinks:
    def link(self, contest: Contest, **query) -> bool:
        return (
            f"/ranking/?indicator=XH.02&amp;period={Q3.label}"
            in contest.site.indicator("XH.02", period=Q3.label, **query).content.decode()
        )

    def test_the_indicator_leads_to_it_where_there_is_one(self, contest: Contest) -> None:
        contest.report(contest.ranked(breakdown="state"), "410", "657", None)
        assert (self.link(contest), self.link(contest, figures="latest")) == (True, False)
        company = unit("VNPT", "company", parent=contest.site.province.root)
        contest.site.log_in(people.person("of VNPT", company, "reader"))
        assert self.link(contest) is False

    def test_and_not_where_there_is_none(self, contest: Contest) -> None:
        contest.report(contest.ranked(), "410", None, None)
        assert self.link(contest) is False

    def test_the_overview_leads_to_it(self, contest: Contest) -> None:
        contest.report(contest.ranked(), None, None, None)
        body = contest.site.summary().content.decode()
        assert ('href="/ranking/?indicator="' in body, f'href="/compare/?period={Q3.label}' in body) == (True, True)
