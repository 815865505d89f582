"""An indicator's page: its definition in words, its published figures, and where each of them comes from."""

import re

import pytest

from indicators.calendars import quarter
from indicators.check_codes import short
from indicators.clock import today
from indicators.models import Observation, Submission, Unit
from tests import people
from tests.factories import cell, indicator, perform, ratio, unit
from tests.reporting.conftest import Site, text_of

SECRET = "987654"
SHOWN_SECRET = "987.654"


SERIES = "Published figures of the province"
SOURCES = "Who reported what"


def rows(response, caption: str) -> list[list[str]]:
    """The body of the table whose caption begins so, cells as text."""
    tables = re.findall(r"<caption[^>]*>(.*?)</caption>.*?<tbody>(.*?)</tbody>", response.content.decode(), re.S)
    [body] = [body for said, body in tables if said.startswith(caption)]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in re.findall(r"<tr.*?</tr>", body, re.S)]
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells
    ]  # folds no-break spaces


def column(response, caption: str, number: int = 0) -> list[str]:
    return [row[number] for row in rows(response, caption)]


def test_an_unknown_indicator_is_not_found(site: Site) -> None:
    assert site.indicator("XX.99").status_code == 404
    assert site.client.get("/indicators/%00/").status_code == 404


def test_says_how_the_indicator_is_measured(site: Site) -> None:
    asked = ratio(
        "XH.01",
        description="Tính trên thuê bao di động.",
        numerator_name="Thuê bao dùng điện thoại thông minh",
        denominator_name="Tổng số thuê bao",
        source_unit=site.province.department,
        lead_unit=site.province.sister,
    )
    site.province.submission(asked)
    said = text_of(site.indicator("XH.01"))
    assert (
        "Definition Tính trên thuê bao di động. Numerator Thuê bao dùng điện thoại thông minh "
        "Denominator Tổng số thuê bao Unit of measure % "
        "Over units Ratio of sums: numerators over denominators Over time Stock: the last cut-off "
        "Direction Higher is better Source of the figure Sở Khoa học và Công nghệ "
        "Lead unit Sở Tài chính Programmes Chương trình" in said
    )


def test_stands_before_any_round_has_asked(site: Site) -> None:
    indicator("HT.01", lead_unit=site.province.sister)
    said = text_of(site.indicator("HT.01"))
    assert "No round has asked for this indicator yet." in said
    assert "Nothing has been published yet." in said
    assert "Lead unit Sở Tài chính" in said


def test_stands_without_a_definition(site: Site) -> None:
    indicator("HT.01").definitions.all().delete()
    assert "No definition has been entered yet." in text_of(site.indicator("HT.01"))


def test_every_figure_of_the_summary_opens_to_its_source(site: Site) -> None:
    submission = site.approve(site.province.submission(indicator("HT.01")), cell("14433", note="Đã đối chiếu."))
    label = submission.round.period.label
    assert f'href="/indicators/HT.01/?period={label}"' in site.summary().content.decode()
    given = Observation.objects.get()
    day = f"{given.approved_at.astimezone():%d/%m/%Y}"
    [source] = rows(site.indicator("HT.01", period=label), SOURCES)
    assert source[:4] == ["Sở Khoa học và Công nghệ", "14.433 km", "–", "Đã đối chiếu."]
    assert source[4:] == [day, day, short(given.revision.sha256)]
    assert "Shown as the one source reported it" in text_of(site.indicator("HT.01", period=label))


def test_an_adjusted_figure_keeps_what_stood_before_and_why(site: Site) -> None:
    submission = site.approve(site.province.submission(indicator("HT.01")), cell("14433"))
    submission = perform("reopen", submission, by=site.province.approver, comment="Đếm trùng.")
    site.approve(submission, cell("14400"))
    [source] = rows(site.indicator("HT.01"), SOURCES)
    assert source[1] == "14.400 km"
    assert re.fullmatch(r"Adjusted on [\d/]+: 14.433 km to 14.400 km. Reason: Đếm trùng.", source[3])


def test_the_official_figure_after_an_estimate_is_no_adjustment(site: Site) -> None:
    submission = site.approve(site.province.submission(indicator("HT.01")), cell("14000", status="estimate"))
    submission = perform("reopen", submission, by=site.province.approver)
    site.approve(submission, cell("14433"))
    [source] = rows(site.indicator("HT.01"), SOURCES)
    assert re.fullmatch(r"Official figure since [\d/]+: 14.000 km to 14.433 km.", source[3])


def test_an_approval_that_repeats_the_figure_is_no_adjustment(site: Site) -> None:
    submission = site.approve(site.province.submission(indicator("HT.01")), cell("14433"))
    submission = perform("reopen", submission, by=site.province.approver)
    site.approve(submission, cell("14433"))
    assert rows(site.indicator("HT.01"), SOURCES)[0][3] == "–"


def test_a_former_figure_that_was_never_published_does_not_show(site: Site) -> None:
    submission = site.province.submission(indicator("HT.01"), asks_publication=True)
    submission = site.approve(submission, cell(SECRET))
    submission = perform("reopen", submission, by=site.province.approver)
    site.approve(submission, cell("5"))
    assert SHOWN_SECRET not in text_of(site.indicator("HT.01"))


def test_a_figure_taken_back_is_no_data_and_keeps_what_stood_before(site: Site) -> None:
    made = site.province.round(indicator("HT.01"))
    made.lines.update(is_mandatory=False)
    submission = site.approve(made.submissions.get(), cell("14433"))
    submission = perform("reopen", submission, by=site.province.approver, comment="Nhầm.")
    site.approve(submission, cell(state=""))
    [source] = rows(site.indicator("HT.01"), SOURCES)
    assert source[1] == "No data"
    assert re.fullmatch(r"Adjusted on [\d/]+: 14.433 km to No data. Reason: Nhầm.", source[3])


def test_a_sum_says_how_it_came_about(site: Site) -> None:
    two_departments(site, indicator("DL.01"), "11", "7")
    assert "Sum of 2 reports." in text_of(site.indicator("DL.01"))


def test_a_cross_check_stands_beside_and_is_not_counted(site: Site) -> None:
    asked = indicator("HT.01", source_unit=site.province.sister)
    made = site.province.round(asked, units=[site.province.department, site.province.sister])
    site.approve(made.submissions.get(unit=site.province.department), cell("6"))
    site.approve(made.submissions.get(unit=site.province.sister), cell("5"))
    page = site.indicator("HT.01")
    assert [row[:2] for row in rows(page, SOURCES)] == [
        ["Sở Tài chính", "5 km"],
        [
            "Sở Khoa học và Công nghệ Cross-check, not counted: +1 km against the figure that counts",
            "6 km",
        ],
    ]
    assert column(page, SERIES, 1) == ["5 km"]


def test_a_percentage_alone_names_its_unit(site: Site) -> None:
    made = site.province.round(
        ratio("XH.01"), units=[site.province.department, site.province.sister], subject="self"
    )
    site.approve(made.submissions.get(unit=site.province.department), cell(of=("1", "10")))
    site.approve(made.submissions.get(unit=site.province.sister), cell("53.8"))
    page = site.indicator("XH.01")
    assert "Cannot be computed: Sở Tài chính reported only a percentage." in text_of(page)
    assert column(page, SERIES, 1) == ["Cannot be computed"]
    assert [row[:2] for row in rows(page, SOURCES)] == [
        ["Sở Khoa học và Công nghệ", "10,0%"],
        ["Sở Tài chính", "53,8%"],
    ]


def two_departments(site: Site, asked, *figures: str, units: list[Unit] | None = None, **facts) -> None:
    units = units or [site.province.department, site.province.sister]
    made = site.province.round(asked, units=units, subject="self", **facts)
    for each, figure in zip(units, figures, strict=False):
        site.approve(made.submissions.get(unit=each), cell(figure, note=f"{figure} là số của riêng đơn vị"))


class TestBreakdown:
    def company(self, site: Site, name: str = "VNPT") -> Unit:
        return unit(name, "company", parent=site.province.root)

    def test_a_public_one_is_shown_with_those_who_are_missing(self, site: Site) -> None:
        two_departments(site, indicator("DL.01"), "11")
        page = site.indicator("DL.01")
        assert [row[:2] for row in rows(page, SOURCES)] == [
            ["Sở Khoa học và Công nghệ", "11 km"],
            ["Sở Tài chính", "No data"],
        ]
        assert "Partial: from 1 of 2; missing: Sở Tài chính" in text_of(page)

    def test_a_public_one_is_shown_to_companies(self, site: Site) -> None:
        two_departments(site, indicator("DL.01"), "11", SECRET)
        site.log_in(self.officer(site))
        assert SHOWN_SECRET in text_of(site.indicator("DL.01"))

    def officer(self, site: Site, company: Unit | None = None):
        return people.person("officer of VNPT", company or self.company(site), "reporter")

    def test_one_for_state_bodies_is_hidden_from_companies(self, site: Site) -> None:
        two_departments(site, indicator("DL.01", breakdown="state"), "11", SECRET)
        assert SHOWN_SECRET in text_of(site.indicator("DL.01"))  # the leader works for the province
        site.log_in(self.officer(site))
        said = text_of(site.indicator("DL.01"))
        assert "is shown to state bodies; other units see their own figures." in said
        assert SHOWN_SECRET not in said
        assert SECRET not in said
        assert "987.665 km" in said  # the published total of the province is everybody's

    def test_one_of_the_unit_is_shown_to_it_and_to_reviewers_alone(self, site: Site) -> None:
        two_departments(site, indicator("DL.01", breakdown="unit"), "11", SECRET)
        own = site.people_of(site.province.sister)[0]
        sees = {site.province.leader: False, site.people_of(site.province.department)[0]: False, own: True}
        for who, is_shown in (sees | {site.province.verifier: True, people.superuser(): True}).items():
            site.log_in(who)
            said = text_of(site.indicator("DL.01"))
            assert ((SHOWN_SECRET in said), (f"{SECRET} là số" in said)) == (is_shown, is_shown), who.username
        site.log_in(own)
        assert column(site.indicator("DL.01"), SOURCES) == ["Sở Tài chính"]

    def test_the_one_source_of_the_province_hides_nothing(self, site: Site) -> None:
        site.approve(site.province.submission(indicator("HT.01", breakdown="unit")), cell("14433"))
        page = site.indicator("HT.01")
        assert [row[:2] for row in rows(page, SOURCES)] == [["Sở Khoa học và Công nghệ", "14.433 km"]]
        assert "is shown to that unit" not in text_of(page)

    def test_a_cross_check_is_hidden_with_the_breakdown(self, site: Site) -> None:
        asked = indicator("HT.01", source_unit=site.province.sister, breakdown="unit")
        made = site.province.round(asked, units=[site.province.department, site.province.sister])
        site.approve(made.submissions.get(unit=site.province.department), cell(SECRET))
        site.approve(made.submissions.get(unit=site.province.sister), cell("5"))
        assert SHOWN_SECRET not in text_of(site.indicator("HT.01"))

    @pytest.mark.parametrize(("companies", "is_shown"), [(2, False), (3, True)])
    def test_a_public_one_over_few_companies_is_for_state_bodies(
        self, site: Site, companies: int, is_shown: bool
    ) -> None:
        asked = indicator("HT.05", source_kind="company")
        units = [self.company(site, name) for name in ("VNPT", "Viettel", "MobiFone")[:companies]]
        two_departments(site, asked, SECRET, "7", "3", units=units)
        assert SHOWN_SECRET in text_of(site.indicator("HT.05"))
        site.log_in(people.person("nobody's", self.company(site, "Bưu điện"), "reader"))
        said = text_of(site.indicator("HT.05"))
        assert (SHOWN_SECRET in said) == is_shown
        assert ("Fewer than three companies reported" in said) != is_shown


class TestOverTime:
    @pytest.fixture
    def published(self, site: Site) -> Site:
        asked = indicator("HT.01")
        for number, figure in ((1, "13000"), (3, "14433"), (2, "20000")):
            made = site.province.round(asked, window=quarter(2025, number))
            site.approve(made.submissions.get(), cell(figure))
        return site

    def test_the_newest_period_comes_first_and_is_the_big_figure(self, published: Site) -> None:
        page = published.indicator("HT.01")
        assert column(page, SERIES) == ["Quarter III/2025", "Quarter II/2025", "Quarter I/2025"]
        assert column(page, SERIES, 1) == ["14.433 km", "20.000 km", "13.000 km"]
        said = f"Quarter III/2025, up to the end of 14/09/2025; published on {today():%d/%m/%Y} 14.433 km"
        assert said in text_of(page)

    def test_a_chosen_period_is_the_big_figure(self, published: Site) -> None:
        said = text_of(published.indicator("HT.01", period="2025-Q1"))
        assert f"Quarter I/2025, up to the end of 14/03/2025; published on {today():%d/%m/%Y} 13.000 km" in said

    def test_a_period_without_data_says_so(self, published: Site) -> None:
        published.province.round(published_indicator(), window=quarter(2025, 4))
        said = text_of(published.indicator("HT.01", period="2025-Q4"))
        assert "Quarter IV/2025, up to the end of 14/12/2025; not published yet No data" in said

    @pytest.mark.parametrize(
        ("key", "expected"),
        [
            ("period", ["Quarter I/2025", "Quarter II/2025", "Quarter III/2025"]),
            ("value", ["Quarter I/2025", "Quarter III/2025", "Quarter II/2025"]),
            ("approved", ["Quarter I/2025", "Quarter III/2025", "Quarter II/2025"]),  # in the order of the fixture
            ("published", ["Quarter I/2025", "Quarter III/2025", "Quarter II/2025"]),
        ],
    )
    def test_sorts_both_ways(self, published: Site, key: str, expected: list[str]) -> None:
        assert column(published.indicator("HT.01", **{"series-sort": key}), SERIES) == expected
        assert column(published.indicator("HT.01", **{"series-sort": f"-{key}"}), SERIES) == expected[::-1]

    def test_sorts_by_coverage_both_ways(self, site: Site) -> None:
        asked = indicator("DL.01")
        two_departments(site, asked, "1", window=quarter(2025, 1))
        two_departments(site, asked, "1", "2", window=quarter(2025, 2))
        for key, expected in (("coverage", ["1/2", "2/2"]), ("-coverage", ["2/2", "1/2"])):
            assert column(site.indicator("DL.01", **{"series-sort": key}), SERIES, 2) == expected

    def test_is_paged(self, site: Site, monkeypatch) -> None:
        monkeypatch.setattr("reporting.views.PER_PAGE", 2)
        asked = indicator("HT.01")
        for number in (1, 2, 3):
            site.approve(site.province.round(asked, window=quarter(2025, number)).submissions.get(), cell("5"))
        assert "Page 1 of 2" in text_of(site.indicator("HT.01"))
        assert column(site.indicator("HT.01", **{"series-page": 2}), SERIES) == ["Quarter I/2025"]
        assert site.indicator("HT.01", **{"series-page": "99"}).status_code == 200


def published_indicator():
    return Submission.objects.order_by("pk").first().round.lines.get().indicator


@pytest.mark.parametrize("key", ["unit", "value", "remarks", "approved", "published", "revision"])
def test_sources_sort_both_ways(site: Site, key: str) -> None:
    two_departments(site, indicator("DL.01"), "11", "17")
    up = column(site.indicator("DL.01", **{"sources-sort": key}), SOURCES)
    down = column(site.indicator("DL.01", **{"sources-sort": f"-{key}"}), SOURCES)
    assert sorted(up) == ["Sở Khoa học và Công nghệ", "Sở Tài chính"]
    assert down == up[::-1]


def test_sources_with_and_without_a_figure_sort_together(site: Site) -> None:
    two_departments(site, indicator("DL.01"), "11")
    for key in ("value", "-value", "approved", "-approved"):
        assert len(column(site.indicator("DL.01", **{"sources-sort": key}), SOURCES)) == 2


def test_a_commune_of_a_grid_is_named_beside_its_reporter(site: Site) -> None:
    communes = [unit(name, "commune", parent=site.province.root) for name in ("Xã Mù Cả", "Xã Tà Tổng")]
    made = site.province.round(indicator("XH.02"), subject="each_commune")
    site.approve(made.submissions.get(), cell("3"), cell("4"))
    page = site.indicator("XH.02")
    assert column(page, SERIES, 1) == ["7 km"]
    assert column(page, SOURCES) == [
        f"Sở Khoa học và Công nghệ about {name}" for name in ("Xã Mù Cả", "Xã Tà Tổng")
    ]
    assert len(communes) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_takes_the_same_queries_for_one_row_and_three(site: Site, after_an_approval, count: int) -> None:
    asked = indicator("DL.01")
    units = [unit(f"Sở {n}", parent=site.province.root) for n in range(count)]
    for number in range(1, count + 1):
        two_departments(site, asked, *["5"] * count, units=units, window=quarter(2025, number))
    page = after_an_approval(6, lambda: site.indicator("DL.01"))
    assert (len(rows(page, SERIES)), len(rows(page, SOURCES))) == (count, count)
