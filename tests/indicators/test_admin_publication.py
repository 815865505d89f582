"""The pages where rounds are published: who sees them, what they show, and the press."""

import re

import pytest

from indicators import check_codes, publishing
from indicators.models import Observation, Publication
from tests import factories, people
from tests.factories import Province, cell, indicator, publish, ratio, type_in
from tests.indicators.pages import browser, seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LIST = "/admin/indicators/publication/rounds/"
ASKS = {"asks_sign_off": False, "asks_publication": True}


def address(round_) -> str:
    return f"{LIST}{round_.pk}/"


def approve(province: Province, round_, *cells, sister: bool = False) -> None:
    unit, by = (province.sister, province.outsider) if sister else (province.department, province.reporter)
    report = type_in(round_.submissions.get(unit=unit), *cells, by=by)
    province.walk(report, "submit", "verify", "approve", reporter=by)


@pytest.fixture
def round_(province: Province):
    both = [province.department, province.sister]
    made = province.round(indicator("HT.01"), ratio("DL.01"), units=both, **ASKS)
    approve(province, made, cell("14433"), cell("53.8", of=("7", "13")))
    return made


def test_a_publisher_lands_on_the_rounds_that_wait(province: Province, round_) -> None:
    client = browser(province.publisher)
    assert client.get("/").url == LIST
    page = client.get(LIST)
    assert "1 report" in seen(page)
    assert address(round_) in page.content.decode()


def test_the_page_names_figures_reports_and_who_is_missing(province: Province, round_) -> None:
    words = seen(browser(province.publisher).get(address(round_)))
    assert "14.433 km 1/2" in words
    assert "53,8% (7/13) 1/2" in words
    assert "Missing, and named in the publication: Sở Tài chính." in words
    assert "Sở Khoa học và Công nghệ 1 Approved, not published" in words


def test_the_second_issue_shows_what_moves(province: Province, round_) -> None:
    publish(round_, by=province.publisher)
    approve(province, round_, cell("1000"), cell("50", of=("1", "2")), sister=True)
    words = seen(browser(province.publisher).get(address(round_)))
    assert "14.433 km 15.433 km 2/2" in words
    assert "53,8% (7/13) 53,3% (8/15) 2/2" in words
    assert "2 (supplement)" in words


def press(client, round_, *, document: str = "15/TB-UBND", day: str = "01/02/2026", read: str | None = None):
    shown = client.get(address(round_)).content.decode()
    code = re.search(r'name="read" value="(\w+)"', shown)
    read = read if read is not None else code[1] if code else ""
    return client.post(address(round_), {"document": document, "document_date": day, "read": read})


def test_a_press_publishes_and_names_the_check_code(province: Province, round_) -> None:
    client = browser(province.publisher)
    answer = press(client, round_)
    assert answer.url == LIST
    made = Publication.objects.get()
    assert (made.document, made.by, f"{made.document_date:%d/%m/%Y}") == (
        "15/TB-UBND",
        province.publisher,
        "01/02/2026",
    )
    assert check_codes.short(made.sha256) in seen(client.get(LIST))


def test_what_waits_for_its_publication_is_called_so_everywhere(province: Province, round_) -> None:
    """In the unit's own list and form, in the reviewers' queue and on the page of the report."""
    report = round_.submissions.get(unit=province.department)
    places = [
        (province.reporter, "/submissions/"),
        (province.reporter, f"/submissions/{report.pk}/"),
        (province.approver, "/admin/indicators/submission/?queue=all"),
        (province.approver, f"/admin/indicators/submission/{report.pk}/change/"),
    ]
    waits = ["Approved, not published" in seen(browser(who).get(path)) for who, path in places]
    publish(round_, by=province.publisher)
    still = ["Approved, not published" in seen(browser(who).get(path)) for who, path in places]
    assert (waits, still) == ([True] * 4, [False] * 4)


def test_a_second_press_is_refused_with_the_issue_that_stands(province: Province, round_) -> None:
    client = browser(province.publisher)
    read = publishing.propose(round_).sha256
    press(client, round_, read=read)
    answer = press(client, round_, read=read)
    assert (answer.status_code, Publication.objects.count()) == (409, 1)
    assert "Everything approved is published already: issue 1" in seen(answer)


def test_what_changed_since_is_409_and_what_was_typed_stays(province: Province, round_) -> None:
    answer = press(browser(province.publisher), round_, read="0" * 64)
    assert answer.status_code == 409
    assert 'value="15/TB-UBND"' in answer.content.decode()
    assert "Read it again" in seen(answer)
    assert not Observation.objects.filter(published_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"document": " "}, "State the number of the document"),
        ({"day": ""}, "State the date of the document"),
        ({"day": "31/12/2999"}, "cannot be dated after today"),
        ({"day": "32/01/2026"}, "Enter the date as day/month/year"),
    ],
)
def test_bad_input_is_named_and_nothing_is_published(province: Province, round_, typed, sentence: str) -> None:
    answer = press(browser(province.publisher), round_, **typed)
    assert (answer.status_code, Publication.objects.count()) == (200, 0)
    assert sentence in seen(answer)


@pytest.mark.parametrize("who", ["verifier", "approver"])
def test_reviewers_have_no_such_page(province: Province, round_, who: str) -> None:
    client = browser(getattr(province, who))
    assert [client.get(LIST).status_code, client.get(address(round_)).status_code] == [403, 403]


def test_a_round_that_another_unit_publishes_is_not_there(province: Province, round_) -> None:
    client = browser(people.person("other", province.sister, "publisher", is_staff=True))
    assert (client.get(LIST).status_code, client.get(address(round_)).status_code) == (200, 404)
    assert client.post(address(round_), {}).status_code == 404


def test_a_superuser_looks_on_and_cannot_press(province: Province, round_) -> None:
    client = browser(people.superuser())
    page = client.get(address(round_))
    assert "Only the unit that holds publication" in seen(page)
    assert "<button" not in page.content.decode().partition('id="content"')[2]
    answer = press(client, round_, read=publishing.propose(round_).sha256)
    assert (answer.status_code, Publication.objects.count()) == (409, 0)


def test_figures_of_single_units_are_not_listed(province: Province, round_) -> None:
    """What each unit reported is not the publisher's to read where the indicator keeps it (domain.md 41)."""
    approve(province, round_, cell("1000"), cell("50", of=("1", "2")), sister=True)
    words = seen(browser(province.publisher).get(address(round_)))
    assert "15.433" in words
    assert "14.433" not in words


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_round_and_three(
    province: Province, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        made = province.round(indicator(f"HT.{number}"), **ASKS)
        approve(province, made, cell("1"))
    client = browser(province.publisher)
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_round_takes_the_same_queries_for_one_unit_and_three(
    province: Province, count: int, django_assert_num_queries
) -> None:
    units = [factories.unit(f"Sở {n}", parent=province.root) for n in range(count)]
    made = province.round(indicator("HT.01"), units=units, **ASKS)
    for each in units:
        by = people.person(f"of {each.pk}", each, "reporter")
        report = type_in(made.submissions.get(unit=each), cell("1"), by=by)
        province.walk(report, "submit", "verify", "approve", reporter=by)
    client = browser(province.publisher)
    client.get(LIST)
    with django_assert_num_queries(33):
        client.get(address(made))
