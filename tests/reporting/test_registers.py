"""The registers' pages: what stands at a cut-off, where a row comes from, and what everybody may read."""

import pytest
from django.test import Client
from pytest_django.asserts import assertNumQueries

from indicators.calendars import quarter
from indicators.models import Register
from tests import lists
from tests.indicators.pages import browser, seen
from tests.lists import approve, facts, list_form, submission, write

THIRD, FOURTH = quarter(2025, 3), quarter(2025, 4)
PAGE = "/registers/NEN-TANG/"


@pytest.fixture
def kept(province) -> Register:
    return lists.register()


@pytest.fixture
def asked(province, kept):
    return list_form(province, kept)


@pytest.fixture
def report(province, asked):
    """Three platforms at the third quarter, of which one does not say whom it serves."""
    first = submission(province, asked, window=THIRD)
    served = {"audience": "government", "kind": "nền tảng tích hợp", "status": "in_use", "via_lgsp": True}
    rows = {
        "PL.LGSP": facts(first, "Nền tảng tích hợp, chia sẻ dữ liệu", **served),
        "PL.DKXD": facts(first, "Nền tảng đăng ký xây dựng", audience="business", via_lgsp=False),
        "PL.VOSO": facts(first, "Sàn voso.vn", owner_id=province.sister.pk),
    }
    return approve(province, first, **rows)


def codes(client, **query) -> tuple[list[str], list[str]]:
    """As asked, and those that do not say."""
    page = client.get(PAGE, query).context["page"]
    return [row.code for row in page.rows], [row.code for row in page.undecided]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, (["PL.DKXD", "PL.LGSP", "PL.VOSO"], [])),
        ({"audience": "government"}, (["PL.LGSP"], ["PL.VOSO"])),
        ({"via_lgsp": "no"}, (["PL.DKXD"], ["PL.VOSO"])),
        ({"status": "in_use", "kind": "nền tảng tích hợp"}, (["PL.LGSP"], ["PL.DKXD", "PL.VOSO"])),
        ({"owner": "LC-STC"}, (["PL.VOSO"], [])),
        ({"q": "dang ky"}, (["PL.DKXD"], [])),
        ({"q": "pl.voso"}, (["PL.VOSO"], [])),
        ({"q": "khong co"}, ([], [])),
        ({"cut_off": "2025-01-01"}, ([], [])),
    ],
)
def test_rows_are_found_by_what_is_asked(province, report, query, found):
    assert codes(browser(province.leader), **query) == found


@pytest.mark.parametrize("query", [{"audience": "x"}, {"owner": "LC-XX"}, {"cut_off": "hôm qua"}, {"as_of": "x"}])
def test_a_filter_that_nobody_offers_is_no_page(province, report, query):
    assert browser(province.leader).get(PAGE, query).status_code == 404


def test_what_was_taken_off_stands_at_the_cut_off_before(province, asked, report):
    approve(province, submission(province, asked, window=FOURTH), **{"PL.VOSO": "off"})
    client = browser(province.leader)
    assert codes(client) == (["PL.DKXD", "PL.LGSP"], [])
    assert codes(client, cut_off=THIRD.last_day.isoformat())[0] == ["PL.DKXD", "PL.LGSP", "PL.VOSO"]
    assert codes(client, cut_off="2025-10-20")[0] == ["PL.DKXD", "PL.LGSP", "PL.VOSO"]


def test_as_known_on_a_day_before_anything_was_approved(province, report):
    page = browser(province.leader).get(PAGE, {"as_of": "2020-01-01"}).context["page"]
    assert (page.cut_off, page.rows) == (None, [])


def test_a_draft_leaks_nowhere(province, asked, report):
    later = submission(province, asked, window=FOURTH)
    write(later, by=province.reporter, **{"PL.MAT": facts(later, "Canary")})
    province.walk(later, "submit", "sign", "verify")
    Register.objects.update(is_public=True)
    client = browser(province.leader)
    addresses = ["/registers/", PAGE, f"{PAGE}PL.LGSP/", "/registers/NEN-TANG.csv", "/public/registers/NEN-TANG/"]
    for address in addresses:
        assert b"Canary" not in client.get(address).content, address
    assert client.get(f"{PAGE}PL.MAT/").status_code == 404


def test_the_page_says_how_complete_it_is(province, asked, report):
    asked.units.add(province.sister)
    approve(province, submission(province, asked, window=FOURTH))
    page = seen(browser(province.leader).get(PAGE))
    assert "As it stood at the end of 14/12/2025." in page
    assert "Lists of 1 of 2 units approved for this cut-off." in page


def test_a_row_opens_to_where_it_comes_from(province, asked, report):
    later = submission(province, asked, window=FOURTH)
    approve(province, later, **{"PL.VOSO": facts(later, "Sàn Voso")})
    page = browser(province.leader).get(f"{PAGE}PL.VOSO/").context["page"]
    told = [(str(v.row.change), v.row.name, v.row.reporter_name, v.approved_by) for v in page.versions]
    assert told == [
        ("changed", "Sàn Voso", "Sở Khoa học và Công nghệ", province.approver),
        ("added", "Sàn voso.vn", "Sở Khoa học và Công nghệ", province.approver),
    ]
    assert [v.submission for v in page.versions] == [None, None]  # a reader opens no report
    mine = browser(province.verifier).get(f"{PAGE}PL.VOSO/").context["page"]
    assert [v.submission for v in mine.versions] == [later.pk, report.pk]


def test_a_row_that_was_taken_off_is_still_told(province, asked, report):
    approve(province, submission(province, asked, window=FOURTH), **{"PL.VOSO": "off"})
    response = browser(province.leader).get(f"{PAGE}PL.VOSO/")
    assert "It does not stand in the register any more." in seen(response)


def test_as_a_file(province, report):
    answer = browser(province.leader).get("/registers/NEN-TANG.csv", {"audience": "government"})
    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = [line.split(";")[0] for line in text.splitlines() if line.startswith("PL.")]
    assert rows == ["PL.LGSP", "PL.VOSO"]
    assert browser(province.leader).get("/registers/NEN-TANG.xlsx").content[:2] == b"PK"


@pytest.mark.parametrize(("address", "queries"), [("/registers/", 4), (PAGE, 6), (f"{PAGE}N0/", 6)])
@pytest.mark.parametrize("n", [1, 3])
def test_as_many_queries_however_long_the_list(province, asked, n, address, queries):
    first = submission(province, asked, window=THIRD)
    approve(province, first, **{f"N{i}": facts(first, f"N{i}") for i in range(n)})
    client = browser(province.leader)
    with assertNumQueries(queries):
        client.get(address)


@pytest.mark.parametrize("address", ["/registers/", PAGE, f"{PAGE}PL.VOSO/", "/registers/NEN-TANG.xlsx"])
def test_a_stranger_is_sent_to_the_login(report, address):
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("address", ["/registers/KHAC/", f"{PAGE}PL.KHAC/", "/public/registers/KHAC/"])
def test_what_is_not_there(province, report, address):
    assert browser(province.leader).get(address).status_code == 404


def test_without_any_list_the_page_says_so(province, kept):
    assert "Nothing was approved yet." in seen(browser(province.leader).get(PAGE))
    assert "Nothing was approved yet." in seen(browser(province.leader).get("/registers/"))


class TestThePublicList:
    ADDRESS = "/public/registers/NEN-TANG/"

    def test_is_closed_until_an_administrator_opens_it(self, report):
        assert Client().get(self.ADDRESS).status_code == 404
        Register.objects.update(is_public=True)
        answer = Client().get(self.ADDRESS, {"language": "en"})
        assert answer.status_code == 200
        assert "PL.VOSO" in seen(answer)
        assert "public" in answer["Cache-Control"]
        assert answer.cookies == {}

    def test_tells_nobody_who_approved(self, report, province):
        Register.objects.update(is_public=True)
        assert str(province.approver) not in seen(Client().get(self.ADDRESS, {"language": "en"}))
