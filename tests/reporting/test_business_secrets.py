"""A rival company's account finds no figure, no word and no document of its competitors, on any page, in any table
that leaves, by any search (domain.md 41)."""

import io
import re
from html import unescape

import openpyxl
import pytest
from django.test import Client
from docx import Document as read_docx

from indicators.models import Breakdown, Indicator, Observation, Submission, Unit, User
from indicators.roles import ensure_groups, group
from tests import people
from tests.factories import Province, cell, indicator, perform, type_in, unit
from tests.indicators.pages import browser

FIGURES = {"VNPT": ("4815162", "Ẩn số của VNPT"), "MobiFone": ("2718281", "Ẩn số của MobiFone")}
WORDS = tuple(
    spelt for value, note in FIGURES.values() for spelt in (value, f"{int(value):,}".replace(",", "."), note)
)
MOST_PAGES = 60


class Market:
    """Three companies, each with a figure of its own for an indicator of each rule; of one indicator two alone."""

    def __init__(self, province: Province) -> None:
        self.province = province
        self.companies = {n: unit(n, "company", parent=province.root) for n in ("VNPT", "Viettel", "MobiFone")}
        self.officers = {n: people.person(f"of {n}", u, "reporter") for n, u in self.companies.items()}
        self.rival = self.officers["Viettel"]
        rules = {"UNIT.1": Breakdown.UNIT, "STATE.1": Breakdown.STATE}
        self.indicators = {code: self.publish(code, rule, self.companies) for code, rule in rules.items()}
        few = {n: u for n, u in self.companies.items() if n != "MobiFone"}
        self.indicators["FEW.1"] = self.publish("FEW.1", Breakdown.PUBLIC, few)
        self.drafts = self.open("DRAFT.1", self.companies)

    def publish(self, code: str, rule: str, units: dict[str, Unit]) -> Indicator:
        asked = indicator(code, source_kind="company", breakdown=rule)
        for report in self.reports(asked, units):
            by = self.officers[str(report.unit.codes.get().code)]
            perform("approve", perform("submit", self.fill(report), by=by), by=self.province.approver)
        return asked

    def open(self, code: str, units: dict[str, Unit]) -> list[Submission]:
        asked = indicator(code, source_kind="company", breakdown=Breakdown.PUBLIC)
        return [self.fill(report) for report in self.reports(asked, units)]

    def reports(self, asked: Indicator, units: dict[str, Unit]) -> list[Submission]:
        made = self.province.round(
            asked, units=list(units.values()), subject="self", asks_sign_off=False, asks_verification=False
        )
        return list(made.submissions.order_by("pk"))

    def fill(self, report: Submission) -> Submission:
        name = report.unit.codes.get().code
        value, note = FIGURES.get(name, ("1000", "của mình"))
        return type_in(report, cell(value, note=note), by=self.officers[name])


@pytest.fixture
def market(province) -> Market:
    return Market(province)


def links(html: str) -> set[str]:
    found = {unescape(link).partition("#")[0] for link in re.findall(r'(?:href|action)="(/[^"]*)"', html)}
    return {link for link in found if not link.startswith(("/static/", "/accounts/", "/i18n/", "/admin/jsi18n"))}


def shape(address: str) -> tuple[str, ...]:
    """Of addresses that ask a page for the same things, one is enough."""
    path, _mark, query = address.partition("?")
    return (path, *sorted(part.partition("=")[0] for part in query.split("&")))


def crawl(client: Client, *begin: str) -> dict[str, str]:
    """Every page that links lead to, with what it answered; tables that are downloaded too."""
    seen: dict[str, str] = {}
    known, waiting = {shape(address) for address in begin}, list(begin)
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        response = client.get(address)
        seen[address] = response.content.decode(errors="replace")
        here = address.partition("?")[0]
        found = {here + unescape(query) for query in re.findall(r'href="(\?[^"#]*)', seen[address])}
        found |= {response["Location"]} if response.has_header("Location") else links(seen[address])
        fresh = {shape(each): each for each in sorted(found, reverse=True) if shape(each) not in known}
        known |= fresh.keys()
        waiting += sorted(fresh.values())
    return seen


def begin(market: Market) -> list[str]:
    units = [f"/units/{name}/" for name in market.companies]
    found = [f"/search/?q={text}" for text in ("vnpt", "mobifone", "cong+ty", "DRAFT")]
    indicators = [f"/indicators/{code}/" for code in market.indicators]
    return ["/", "/summary/", "/completeness/", *indicators, *units, *found]


def taken_along(market: Market) -> list[str]:
    """Of these the pages that are files too."""
    return [each for each in begin(market) if each != "/" and not each.startswith("/search/")]


def leaks(pages: dict[str, str]) -> list[tuple[str, str]]:
    return [(address, word) for address, body in pages.items() for word in WORDS if word in body]


def test_no_page_that_links_lead_a_rival_to_tells_a_secret(market):
    pages = crawl(browser(market.rival), *begin(market))
    assert len(pages) > 15
    assert leaks(pages) == []


@pytest.mark.parametrize("role", ["signer", "reader", "administrator"])
def test_nor_does_any_other_role_in_a_company(market, role):
    client = browser(people.person(f"rival {role}", market.companies["Viettel"], role))
    assert leaks({address: client.get(address).content.decode() for address in begin(market)}) == []


def test_the_own_figures_are_there(market):
    client = browser(market.officers["VNPT"])
    pages = {address: client.get(address).content.decode() for address in begin(market)}
    assert {word for _page, word in leaks(pages)} >= {"4.815.162"}
    assert not {word for _page, word in leaks(pages)} & {"2.718.281", "2718281", FIGURES["MobiFone"][1]}


def test_the_same_pages_tell_it_to_whoever_verifies(market):
    """The control: what the rival did not find is there to be found."""
    client = browser(market.province.approver)
    pages = {address: client.get(address).content.decode() for address in begin(market)}
    assert {word for _page, word in leaks(pages)} >= {"4.815.162", "2.718.281"}


def taken(client: Client, addresses: list[str]) -> dict[str, str]:
    """What the files of the pages say: workbooks by their cells, and the official report."""
    found = {}
    for address in (each.rstrip("/") for each in addresses):
        found[f"{address}.csv"] = client.get(f"{address}.csv").content.decode("utf-8-sig")
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}.xlsx").content))
        cells = (cell.value for sheet in book for row in sheet.iter_rows() for cell in row)
        found[f"{address}.xlsx"] = "\n".join(str(value) for value in cells)
    report = read_docx(io.BytesIO(client.get("/summary.docx").content))
    return found | {"/summary.docx": report.element.xml}


def test_no_file_that_a_rival_takes_along_tells_a_secret(market):
    files = taken(browser(market.rival), taken_along(market))
    assert len(files) == 2 * len(taken_along(market)) + 1
    assert leaks(files) == []


def test_the_same_files_tell_it_to_whoever_verifies(market):
    """The control of the test above."""
    found = {word for _file, word in leaks(taken(browser(market.province.approver), taken_along(market)))}
    assert found >= {"4815162", "2718281", FIGURES["VNPT"][1], FIGURES["MobiFone"][1]}


def test_reports_of_competitors_are_not_there_by_their_address(market):
    client = browser(market.rival)
    foreign = Submission.objects.exclude(unit=market.companies["Viettel"]).order_by("pk")
    parts = ("", "workbook.xlsx", "import/", "evidence/", "evidence/1/", "on-behalf/", "on-behalf/1/")
    answers = {client.get(f"/submissions/{s.pk}/{part}").status_code for s in foreign for part in parts}
    assert (foreign.count(), answers) == (7, {404})


# --- The administration: a company's account that was let in by mistake


@pytest.fixture
def let_in(market) -> User:
    """With every right of Django's over figures, but no role that reviews."""
    ensure_groups()
    user = people.person("let in", market.companies["Viettel"], "administrator", is_staff=True)
    for code in ("province", "figures"):
        user.groups.add(group(code))
    return user


FIGURE_LIST = "/admin/indicators/observation/"


def test_the_administration_tells_a_company_no_secret(market, let_in):
    client = browser(let_in)
    assert leaks(crawl(client, "/admin/", FIGURE_LIST, f"{FIGURE_LIST}?q=UNIT", f"{FIGURE_LIST}?q=vnpt")) == []


def test_no_figure_of_others_leaves_in_a_table(market, let_in):
    client = browser(let_in)
    columns = re.findall(
        r'name="(observation[^"]*|[a-z_]*resource[^"]*)"', client.get(f"{FIGURE_LIST}export/").content.decode()
    )
    posted = {"format": "0", **dict.fromkeys(columns, "on"), "resource": "0"}
    response = client.post(f"{FIGURE_LIST}export/", posted)
    assert response["Content-Type"] == "text/csv"
    body = response.content.decode()
    assert ("UNIT.1" in body, [word for word in WORDS if word in body]) == (True, [])


def test_no_figure_of_others_opens_by_its_number(market, let_in):
    client = browser(let_in)
    foreign = Observation.objects.exclude(reporter=market.companies["Viettel"]).order_by("pk")
    answers = {
        client.get(f"{FIGURE_LIST}{row.pk}/{part}/").status_code
        for row in foreign
        for part in ("change", "history")
    }
    assert answers <= {302, 403, 404}
