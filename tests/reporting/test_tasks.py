"""Tasks of programmes on readers' pages: their list, its counts and files, and what other pages say of them."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from indicators.clock import today
from indicators.models import ChangeCount, Programme, Task
from indicators.task_states import Tally
from tests import people
from tests.factories import cell, indicator
from tests.reporting.conftest import Site, text_of
from tests.tasks import claim, done, progress, task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
YESTERDAY = today() - timedelta(days=1)


@pytest.fixture
def english():
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture
def all_states(site: Site) -> Site:
    """One task in each state; the department leads them, but for the one of the sister."""
    province = site.province
    task(province, "NV.01", due_on=YESTERDAY)
    claim(task(province, "NV.02"), by=province.reporter)
    done(province, "NV.03", due_on=YESTERDAY, on=YESTERDAY)
    done(province, "NV.04", due_on=YESTERDAY)
    task(province, "NV.05", lead=province.sister)
    return site


def codes(page) -> list[str]:
    return [row.task.code for row in page.context["shown"]]


class TestTheList:
    def test_shows_all_to_who_reads_the_province_what_presses_first(self, all_states: Site) -> None:
        page = all_states.client.get("/tasks/")
        assert codes(page) == ["NV.01", "NV.02", "NV.05", "NV.03", "NV.04"]
        assert "2/5 tasks are done, 1 are overdue." in text_of(page)

    def test_shows_a_unit_what_it_leads_supports_or_follows_up(self, all_states: Site) -> None:
        all_states.log_in(all_states.province.outsider)
        assert codes(all_states.client.get("/tasks/")) == ["NV.05"]
        all_states.log_in(people.person("nobody"))
        page = all_states.client.get("/tasks/")
        assert (codes(page), "There is no task here yet." in text_of(page)) == ([], True)

    def test_counts_by_unit_and_by_programme(self, all_states: Site) -> None:
        page = all_states.client.get("/tasks/").context["page"]
        assert [(each.name, each.tally) for each in page.by_unit] == [
            ("Sở Khoa học và Công nghệ", Tally(total=4, done=1, done_late=1, claimed=1, overdue=1)),
            ("Sở Tài chính", Tally(total=1)),
        ]
        assert [(each.code, each.tally.total) for each in page.by_programme] == [("P", 5)]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"state": "overdue"}, ["NV.01"]),
            ({"state": "claimed"}, ["NV.02"]),
            ({"state": "done"}, ["NV.03"]),
            ({"state": "done_late"}, ["NV.04"]),
            ({"unit": "LC-STC"}, ["NV.05"]),
            ({"unit": "LC-STC", "state": "overdue"}, []),
            ({"programme": "P", "state": "under_way"}, ["NV.05"]),
        ],
    )
    def test_is_narrowed(self, all_states: Site, asked, found) -> None:
        assert codes(all_states.client.get("/tasks/", asked)) == found

    @pytest.mark.parametrize("asked", [{"state": "x"}, {"unit": "LC-KHONG"}, {"programme": "Q"}])
    def test_what_nobody_offers_is_not_there(self, all_states: Site, asked) -> None:
        assert all_states.client.get("/tasks/", asked).status_code == 404

    @pytest.mark.parametrize("n", [1, 3])
    def test_costs_the_same_whatever_its_length(self, site: Site, django_assert_num_queries, n: int) -> None:
        for number in range(n):
            task(site.province, f"NV.0{number}", supporting=[site.province.sister])
        with django_assert_num_queries(5):
            site.client.get("/tasks/")

    def test_is_paged_and_a_file_holds_every_row(self, site: Site) -> None:
        for number in range(51):
            task(site.province, f"NV.{number:02}")
        assert [len(codes(site.client.get("/tasks/", {"page": n}))) for n in (1, 2)] == [50, 1]
        file = site.client.get("/tasks.csv").content.decode("utf-8-sig")
        assert sum("NV." in ",".join(row) for row in csv.reader(StringIO(file), delimiter=";")) in (51, 51)
        assert site.client.get("/tasks.xlsx").status_code == 200

    def test_a_file_holds_what_the_page_shows_that_reader(self, all_states: Site) -> None:
        all_states.log_in(all_states.province.outsider)
        file = all_states.client.get("/tasks.csv").content.decode("utf-8-sig")
        assert ("NV.05" in file, "NV.01" in file) == (True, False)

    def test_marks_what_is_made_up(self, site: Site) -> None:
        task(site.province, is_illustrative=True)
        assert "Illustration" in text_of(site.client.get("/tasks/"))
        assert "Illustration" in site.client.get("/tasks.csv").content.decode("utf-8-sig")


class TestOtherPages:
    @pytest.fixture
    def figure(self, all_states: Site) -> Site:
        made = indicator("HT.01")
        all_states.approve(all_states.province.submission(made), cell("14433"))
        Task.objects.filter(code__in=("NV.03", "NV.05")).update(indicator=made)
        return all_states

    def test_the_summary_counts_what_is_confirmed_of_its_programme(self, figure: Site) -> None:
        other = Programme.objects.create(code="Q", name="Khác")
        task(figure.province, "NV.09", programme=other, due_on=YESTERDAY)
        page = figure.summary(programme="P")
        assert "2/5 tasks are done, 1 are overdue." in text_of(page)
        assert 'href="/tasks/?programme=P"' in page.content.decode()

    def test_the_summary_of_a_programme_without_tasks_says_nothing_of_them(self, site: Site) -> None:
        site.approve(site.province.submission(indicator("HT.01")), cell("14433"))
        assert "tasks are done" not in text_of(site.summary())

    def test_an_approval_asks_nothing_more_for_them(self, figure: Site, after_an_approval) -> None:
        page = after_an_approval(6, figure.summary)
        assert "2/5 tasks" in text_of(page)

    @pytest.mark.django_db(transaction=True)
    def test_a_kept_page_is_drawn_anew_once_a_task_stands_otherwise(self, figure: Site) -> None:
        """On PostgreSQL a transaction counts when it is committed."""

        def counted() -> int:
            return ChangeCount.objects.get(name="tasks").value

        assert "2/5" in text_of(figure.summary())
        before = counted()
        progress(Task.objects.get(code="NV.01"), by=figure.province.reporter)
        assert counted() == before  # what no page shows is not counted
        done(figure.province, "NV.06")
        assert "3/6" in text_of(figure.summary())

    def test_an_indicator_shows_its_open_tasks(self, figure: Site) -> None:
        page = figure.indicator("HT.01")
        said = text_of(page)
        assert ("NV.05" in said, "NV.03" in said) == (True, False)

    def test_a_unit_shows_its_tasks_to_who_may_see_them(self, figure: Site) -> None:
        said = text_of(figure.client.get("/units/LC-SKHCN/"))
        assert [code for code in ("NV.01", "NV.04", "NV.05") if code in said] == ["NV.01", "NV.04"]
        figure.log_in(figure.province.outsider)
        assert "NV.01" not in text_of(figure.client.get("/units/LC-SKHCN/"))
        assert "NV.05" in text_of(figure.client.get("/units/LC-STC/"))

    @pytest.mark.parametrize(("who", "is_led"), [("leader", True), ("approver", True), ("verifier", False)])
    def test_a_leader_is_led_from_an_indicator_to_a_directive(self, figure: Site, who: str, is_led: bool) -> None:
        figure.log_in(getattr(figure.province, who))
        page = figure.indicator("HT.01").content.decode()
        assert ('href="/tasks/new/?indicator=HT.01"' in page) is is_led
