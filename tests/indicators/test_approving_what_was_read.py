"""Two hundred attempts to approve something other than what was read (domain.md 23): every way of changing a report
against every way of approving it, through the pages. None succeeds, each is told what changed."""

import random
import re
from itertools import product

import pytest
from django.urls import reverse

from indicators.clock import today
from indicators.models import Evidence, Observation, Role, Submission
from tests import factories, people
from tests.factories import cell, indicator, type_in
from tests.indicators import figure_tables, papers, workbooks
from tests.indicators.pages import browser, press
from tests.indicators.test_behalf_views import begin

pytestmark = pytest.mark.usefixtures("english", "media", "kept_files")

CODES = ("HT.01", "HT.02")
Figures = dict[str, int]  # indicator → what stands, or is to stand, in the report


class Desk:
    """Two departments whose reports wait for one approver. The first is the one that changes behind his back."""

    def __init__(self, province) -> None:
        self.province = province
        asked = [indicator(code) for code in CODES]
        units = [province.department, province.sister]
        self.round = province.round(*asked, units=units, subject="self", asks_sign_off=False)
        self.colleague = people.person("colleague", province.office, Role.VERIFIER, is_staff=True)
        self.importer = figure_tables.importer(province.root)
        self.pk = self._ready(province.department, province.reporter)
        self.sister = self._ready(province.sister, province.outsider)
        self.attachments = 0

    def _ready(self, unit, reporter) -> int:
        report = type_in(self.round.submissions.get(unit=unit), cell("1"), cell("2"), by=reporter)
        return self.province.walk(report, "submit", "verify", reporter=reporter).pk

    @property
    def report(self) -> Submission:
        return Submission.objects.select_related("round__form", "round__period", "unit").get(pk=self.pk)

    def set_out_the_sister(self) -> None:
        """Waiting for approval, as at the beginning."""
        sister = Submission.objects.get(pk=self.sister)
        if sister.state == "approved":
            self.province.walk(sister, "reopen", "submit", "verify", reporter=self.province.outsider)

    def at(self) -> str:
        return reverse("admin:indicators_submission_change", args=[self.pk])

    def at_round(self) -> str:
        return reverse("admin:indicators_submission_round", args=[self.round.pk])

    def review(self, by, action: str, **typed: str):
        """One press on the review page by somebody who reads it now."""
        client = browser(by)
        read = re.search(r'name="revision" value="(\w+)"', client.get(self.at()).content.decode())[1]
        return lambda: client.post(self.at(), {"action": action, "revision": read, "comment": "Lý do"} | typed)

    def decide(self, action: str, *, all_of_them: bool):
        """One press on the page of the round by somebody who reads it now."""
        client = browser(self.province.approver)
        shown = client.get(self.at_round())
        waiting = [r for r in shown.context["page"].waiting if all_of_them or r.pk == self.pk]
        typed = {"number": "12/QĐ-UBND", "decided_on": f"{today():%d/%m/%Y}", "comment": "Lý do"}
        chosen = {"report": [f"{r.pk}:{r.read}" for r in waiting], "key": shown.context["form"]["key"].value()}
        return lambda: client.post(self.at_round(), {"action": action} | typed | chosen)

    def unit_presses(self, action: str, figures: Figures | None = None) -> None:
        typed = {f"{code.replace('.', '_')}_value": str(figure) for code, figure in (figures or {}).items()}
        done(press(self.report, self.province.reporter, action, **typed))


def done(response):
    assert response.status_code == 302, response.content.decode()
    return response


# --- Ways of changing what was read; each ends with the report handed in again


def by_form(desk: Desk, figures: Figures) -> None:
    desk.unit_presses("withdraw")
    desk.unit_presses("submit", figures)


def by_workbook(desk: Desk, figures: Figures) -> None:
    desk.unit_presses("withdraw")
    book = workbooks.book_of(desk.report, desk.province.reporter)
    for code, figure in figures.items():
        workbooks.fill(book, code, value=figure)
    shown = workbooks.upload(desk.report, desk.province.reporter, book)
    done(workbooks.confirm(desk.report, desk.province.reporter, shown))
    desk.unit_presses("submit")


def by_table(desk: Desk, figures: Figures) -> None:
    desk.unit_presses("withdraw")
    rows = [f"LC-SKHCN,{desk.round.period.label},{code},{figure}" for code, figure in figures.items()]
    shown = figure_tables.upload(desk.importer, figure_tables.table(*rows))
    done(figure_tables.confirm(desk.importer, shown))
    desk.unit_presses("submit")


def by_return_of_many(desk: Desk, figures: Figures) -> None:
    done(desk.decide("return", all_of_them=False)())
    desk.unit_presses("submit", figures)


def by_return_of_lines(desk: Desk, figures: Figures) -> None:
    beside = {f"{code}-remark": "Kiểm tra lại" for code in figures} | {f"{code}-mend": "1" for code in figures}
    done(desk.review(desk.province.approver, "return", **beside)())
    desk.unit_presses("submit", figures)


def on_behalf(desk: Desk, figures: Figures) -> None:
    desk.unit_presses("withdraw")
    done(begin(desk.report, desk.colleague))
    typed = {f"{code.replace('.', '_')}_value": str(figure) for code, figure in figures.items()}
    done(press(desk.report, desk.colleague, "submit", **typed))


def by_evidence(desk: Desk, figures: Figures) -> None:
    """In the place of the piece before, since a line takes few."""
    desk.unit_presses("withdraw")
    desk.attachments += 1
    for item in Evidence.objects.standing().filter(submission=desk.pk):
        posted = {"action": "remove", "number": item.pk}
        done(browser(desk.province.reporter).post(papers.page(desk.report), posted))
    link = f"https://laichau.gov.vn/van-ban/{desk.attachments}"
    done(papers.upload(desk.report, desk.province.reporter, link=link, line=next(iter(figures))))
    desk.unit_presses("submit", figures)


CHANGES = (by_form, by_workbook, by_table, by_return_of_many, by_return_of_lines, on_behalf, by_evidence)


# --- Ways of approving: read now, pressed when it is called; and what the answer says of the difference

Difference = list[tuple[str, str]]  # before and now, line by line


def alone(desk: Desk):
    return desk.review(desk.province.approver, "approve")


def among_the_chosen(desk: Desk):
    return desk.decide("approve", all_of_them=False)


def with_the_whole_round(desk: Desk):
    desk.set_out_the_sister()
    return desk.decide("approve", all_of_them=True)


APPROVALS = (alone, among_the_chosen, with_the_whole_round)


def told(response, approval) -> Difference:
    if approval is alone:
        return [line.since_read.figure for line in response.context["page"].lines if line.since_read.figure]
    (barred,) = response.context["barred"]
    return [(line.before, line.now) for line in barred.changed.lines]


# --- The attempts: in one order, whichever process makes them

PAIRS = {*product(CHANGES, APPROVALS)}


def attempts(count: int) -> list[tuple]:
    """A change, an approval, the lines that change. Seven attempts make every change once, 21 every pair."""
    luck, made = random.Random(23), []
    for block in range(1 + count // len(CHANGES)):
        for change in luck.sample(CHANGES, len(CHANGES)):
            approval = APPROVALS[(CHANGES.index(change) + block) % len(APPROVALS)]
            made.append((change, approval, luck.choice([CODES[:1], CODES[1:], CODES])))
    return made[:count]


def shown(figure: int) -> str:
    return f"{figure:,} km".replace(",", ".")


def stands(desk: Desk) -> tuple:
    report = desk.report
    approvals = report.events.filter(move="approve").count()
    return report.state, report.version, approvals, Observation.objects.filter(submission=report).count()


@pytest.mark.parametrize("count", [len(CHANGES), pytest.param(200, marks=pytest.mark.long)])
def test_nothing_but_what_was_read_is_ever_approved(province, count):
    desk, standing, refused = Desk(province), dict(zip(CODES, (1, 2), strict=True)), 0
    for number, (change, approval, lines) in enumerate(attempts(count), 10):
        figures = {code: number * 10 + place for place, code in enumerate(lines)}
        press_approve = approval(desk)
        change(desk, figures)
        done(desk.review(province.verifier, "verify")())
        before = stands(desk)
        answer = press_approve()
        said = (change.__name__, approval.__name__)
        assert answer.status_code == 409, said
        expected = [(shown(standing[code]), shown(figure)) for code, figure in figures.items()]
        assert told(answer, approval) == expected, said
        assert stands(desk) == before == ("verified", before[1], 0, 0), said
        standing |= figures
        refused += 1
    assert refused == count
    assert Submission.objects.get(pk=desk.sister).state == "approved"  # whom nobody changed: the press was good


@pytest.mark.parametrize("approval", APPROVALS, ids=lambda way: way.__name__)
def test_control_what_was_read_and_did_not_change_is_approved(province, approval):
    desk = Desk(province)
    done(approval(desk)())
    assert stands(desk)[0] == "approved"
    assert stands(desk)[2:] == (1, 2)


def test_the_attempts_are_the_same_in_every_process_and_hold_every_pair():
    made = attempts(200)
    assert (len(made), made == attempts(200)) == (200, True)
    assert {change for change, *_rest in made[: len(CHANGES)]} == {*CHANGES}
    assert {(change, approval) for change, approval, _lines in made[: len(PAIRS)]} == PAIRS
    named = [(change.__name__, approval.__name__, *lines) for change, approval, lines in made[:3]]
    assert named == [
        ("by_evidence", "alone", "HT.02"),
        ("by_table", "with_the_whole_round", "HT.01", "HT.02"),
        ("by_form", "alone", "HT.02"),
    ]


def test_a_figure_typed_back_is_again_what_was_read(province):
    """The approval is bound to the content, not to the hand-in: the same figures are what was read."""
    desk = Desk(province)
    press_approve = alone(desk)
    for figures in ({"HT.01": 9}, {"HT.01": 1}):
        by_form(desk, figures)
    factories.perform("verify", desk.report, by=province.verifier)
    done(press_approve())
    assert stands(desk)[0] == "approved"
