"""Which figures a page reads: those published, the newest approved for whoever may see them, or those of a day gone
by. What waits for its publication is looked for on every page as everybody else (domain.md 12, 22, 36)."""

import pytest

from indicators.models import Observation
from tests import people
from tests.factories import Province, cell, indicator, publish, type_in, unit

from .conftest import Site, row_of, text_of

pytestmark = pytest.mark.django_db
ASKS = {"asks_sign_off": False, "asks_publication": True}
WAY = ("submit", "verify", "approve")
LATEST = {"figures": "latest"}
LABEL = "Newest figures (not published) –"
SECRET = "77.777"


class Story:
    """HT.01 of two departments: 14.433 published on 16/9/2026 as issue 1, adjusted to 77.777 on 18/9, which is
    issue 2 of 20/9; the clock stands on 22/9."""

    def __init__(self, site: Site, clock, *, second_issue: bool = True) -> None:
        self.site, self.clock, self.province = site, clock, site.province
        self.clock.set(2026, 9, 15, 8, 0)
        both = [self.province.department, self.province.sister]
        self.round = self.province.round(indicator("HT.01"), units=both, **ASKS)
        self.approve("14433")
        self.clock.set(2026, 9, 16, 8, 0)
        publish(self.round, by=self.province.publisher)
        self.clock.set(2026, 9, 18, 8, 0)
        self.approve("77777", again=True)
        if second_issue:
            self.clock.set(2026, 9, 20, 23, 59)
            publish(self.round, by=self.province.publisher, number="20/TB-UBND")
        self.clock.set(2026, 9, 22, 8, 0)

    def approve(self, value: str, *, again: bool = False) -> None:
        report = self.round.submissions.get(unit=self.province.department)
        if again:
            report = self.province.walk(report, "reopen")
        type_in(report, cell(value), by=self.province.reporter)
        self.province.walk(report, *WAY)

    def pages(self, **query):
        client = self.site.client
        addresses = ("/summary/", "/indicators/HT.01/", "/units/LC-SKHCN/")
        return [client.get(address, query) for address in addresses]


@pytest.fixture
def waiting(site: Site, clock) -> Story:
    return Story(site, clock, second_issue=False)


@pytest.fixture
def story(site: Site, clock) -> Story:
    return Story(site, clock)


def reader(province: Province, who: str):
    return {
        "leader": lambda: province.leader,
        "verifier": lambda: province.verifier,
        "approver": lambda: province.approver,
        "publisher": lambda: province.publisher,
        "superuser": people.superuser,
        "reporter": lambda: province.reporter,
        "signer": lambda: province.unit_leader,
        "other unit": lambda: province.outsider,
        "reader of a unit": lambda: people.person("r", province.department, "reader"),
        "former approver": lambda: former(province),
        "rival": lambda: people.person("rival", unit("VNPT", "company", parent=province.root), "reporter"),
    }[who]()


def former(province: Province):
    province.approver.memberships.update(valid_until="2026-09-01")
    return province.approver


@pytest.mark.parametrize("who", ["leader", "verifier", "approver", "publisher", "superuser"])
def test_who_decides_publishes_or_reads_the_province_may_switch(waiting: Story, who: str) -> None:
    waiting.site.log_in(reader(waiting.province, who))
    for page in waiting.pages():
        assert (SECRET in text_of(page), LABEL in text_of(page)) == (False, False)
        assert 'name="figures"' in page.content.decode()
    for page in waiting.pages(**LATEST):
        assert (SECRET in text_of(page), LABEL in text_of(page)) == (True, True)


@pytest.mark.parametrize("query", [{}, LATEST, {"figures": "approved"}, LATEST | {"print": "1"}])
@pytest.mark.parametrize(
    "who", ["reporter", "signer", "other unit", "reader of a unit", "former approver", "rival"]
)
def test_nobody_else_ever_sees_what_waits_for_its_publication(waiting: Story, who: str, query) -> None:
    waiting.site.log_in(reader(waiting.province, who))
    for page in waiting.pages(**query):
        html = page.content.decode()
        assert ("77777" in html, SECRET in html, LABEL in text_of(page)) == (False, False, False)
        assert 'name="figures"' not in html


def test_links_stay_with_the_figures_that_are_read(waiting: Story) -> None:
    html = waiting.site.summary(**LATEST).content.decode()
    assert "&amp;figures=latest" in html.partition('id="HT.01"')[2]
    html = waiting.site.summary(as_of="2026-09-17").content.decode()
    assert "&amp;as_of=2026-09-17" in html.partition('id="HT.01"')[2]
    assert "as_of=2" not in waiting.site.summary().content.decode()


def test_the_label_stands_on_paper_too(waiting: Story) -> None:
    html = waiting.site.summary(**LATEST, print="1").content.decode()
    assert '<p class="notice ask reading">' in html
    assert "Approved figures are shown, published or not." in html
    assert "Only approved and published" not in html


def test_tables_of_the_newest_figures_do_not_call_them_published(waiting: Story) -> None:
    for page in (waiting.site.indicator("HT.01", **LATEST), waiting.site.client.get("/units/LC-SKHCN/", LATEST)):
        assert "<caption" in page.content.decode()
        assert "Published figures of the province" not in page.content.decode()
        assert "Published figures that the unit" not in page.content.decode()


def test_the_head_names_the_publication(story: Story) -> None:
    for page in story.pages():
        assert "Published, issue 2, 20/09/2026 · Document 20/TB-UBND" in text_of(page)
    for page in story.pages(as_of="2026-09-17"):
        assert "Published, issue 1, 16/09/2026 · Document 15/TB-UBND" in text_of(page)
    for page in story.pages(**LATEST):
        assert "Published, issue" not in text_of(page)


@pytest.mark.parametrize(
    ("day", "figure"),
    [
        ("2026-09-15", "–"),
        ("2026-09-16", "14.433 km"),
        ("2026-09-19", "14.433 km"),
        ("2026-09-20", "77.777 km"),
        ("2026-09-22", "77.777 km"),
    ],
)
def test_a_day_is_shown_as_it_was_known_at_its_end(story: Story, day: str, figure: str) -> None:
    period = story.round.period.label
    page = story.site.summary(as_of=day, period=period)
    assert row_of(page, "HT.01")[1] == figure
    assert f"As known at the end of {day[8:]}/09/2026 –" in text_of(page)
    of_indicator = text_of(story.site.indicator("HT.01", as_of=day, period=period))
    assert ("14.433" in of_indicator) == (day >= "2026-09-16")
    assert ("77.777" in of_indicator) == (day >= "2026-09-20")


def test_the_end_of_the_day_is_local(story: Story) -> None:
    """Published at 23:59 on the 20th in Lai Châu, which is 16:59 in UTC; the next day begins at 17:00 UTC."""
    assert Observation.objects.get(value=77777).published_at.strftime("%d %H:%M") == "20 16:59"
    assert "77.777" in row_of(story.site.summary(as_of="2026-09-20"), "HT.01")[1]


def test_the_change_between_two_issues_is_told_from_the_day_of_the_second(story: Story) -> None:
    said = "Adjusted on 20/09/2026: 14.433 km to 77.777 km. Reason: Lý do"
    assert said in text_of(story.site.indicator("HT.01"))
    assert "Adjusted on" not in text_of(story.site.indicator("HT.01", as_of="2026-09-19"))
    assert said in text_of(story.site.indicator("HT.01", as_of="2026-09-20"))


def test_among_the_newest_figures_the_change_is_of_the_day_of_its_approval(waiting: Story) -> None:
    said = "Adjusted on 18/09/2026: 14.433 km to 77.777 km. Reason: Lý do"
    assert said in text_of(waiting.site.indicator("HT.01", **LATEST))
    assert "Adjusted on" not in text_of(waiting.site.indicator("HT.01"))


def test_the_reason_is_that_of_the_adjustment_and_not_of_a_later_one(story: Story) -> None:
    report = story.round.submissions.get(unit=story.province.department)
    from tests.factories import perform

    perform("reopen", report, by=story.province.approver, comment="Việc khác")
    assert "Reason: Lý do" in text_of(story.site.indicator("HT.01"))


def test_a_day_owes_nobody_a_call(story: Story) -> None:
    assert "Sở Tài chính" in text_of(story.site.summary()).partition("All 1 indicators")[0]
    page = text_of(story.site.summary(as_of="2026-09-17"))
    assert "All units have sent" not in page
    assert 'aria-labelledby="owed"' not in story.site.summary(as_of="2026-09-17").content.decode()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-13-01", "is not a day that can be shown"),
        ("hôm qua", "is not a day that can be shown"),
        ("1500-01-01", "is not a day that can be shown"),
        ("2026-09-23", "has not come yet"),
        ("9999-12-31", "has not come yet"),
    ],
)
def test_a_day_that_cannot_be_shown_is_said(story: Story, text: str, sentence: str) -> None:
    for page in story.pages(as_of=text):
        assert page.status_code == 404
        assert sentence in text_of(page)


def test_a_day_comes_before_the_newest_figures(waiting: Story) -> None:
    page = waiting.site.summary(as_of="2026-09-22", **LATEST)
    assert (SECRET in text_of(page), "As known at the end of" in text_of(page)) == (False, True)


def test_vietnamese_days_are_read_too(story: Story) -> None:
    assert row_of(story.site.summary(as_of="19/09/2026"), "HT.01")[1] == "14.433 km"


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("address", "price"), [("/summary/", 19), ("/indicators/HT.1/", 23), ("/units/LC-SKHCN/", 19)]
)
def test_a_day_takes_the_same_queries_for_one_row_and_three(
    site: Site, clock, count: int, address: str, price: int, django_assert_num_queries
) -> None:
    clock.set(2026, 9, 15, 8, 0)
    units = [site.province.department, site.province.sister, site.province.office][:count]
    round_ = site.province.round(*[indicator(f"HT.{n}") for n in range(1, count + 1)], units=units, **ASKS)
    report = round_.submissions.get(unit=site.province.department)
    type_in(report, *[cell("1") for _ in range(count)], by=site.province.reporter)
    site.province.walk(report, *WAY)
    publish(round_, by=site.province.publisher)
    query = {"as_of": "2026-09-15"}
    with django_assert_num_queries(price):
        site.client.get(address, query)
