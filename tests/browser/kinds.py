"""Every kind of page once, with who looks at it: for what must hold on all of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from playwright.sync_api import Browser, Page

from indicators import check_codes
from indicators.clock import today
from indicators.models import (
    Indicator,
    Membership,
    Programme,
    PublicPage,
    ReportingForm,
    Round,
    Submission,
    Task,
    Unit,
)
from tests.reporting.filling.conftest import form_with

from .conftest import Visitor

DAYS = b"day,kind,name\r\n17/02/2027,holiday,T\xe1\xba\xbft Nguy\xc3\xaan \xc4\x91\xc3\xa1n\r\n"
MARKED = (
    "{{HT.01|2023}}",
    "Đạt {{DL.02|2023}} hồ sơ",
    "{{HT.07|2023}}",
    "{{HT.01|2023|9-rat-dai-khong-co-o-dau-ca}}",
)
WRONG = {"HT.01-value": "rất nhiều", "DL.02-value": "8.569", "DL.03-value": "130"}


def nothing(_page: Page) -> None:
    pass


@dataclass(frozen=True)
class Kind:
    name: str
    user: str  # "" for a stranger
    path: str
    prepare: Callable[[Page], None] = nothing


def type_wrongly(page: Page) -> None:
    for name, text in WRONG.items():
        page.fill(f'[name="{name}"]', text)
    page.click('[name=action][value="save"]')
    page.wait_for_selector("#problems")


def press_unread(page: Page) -> None:
    """One report is not what was read of it; it alone is pressed for, so that nothing is decided."""
    page.evaluate(
        """() => document.querySelectorAll("[name=report]").forEach((box, number) => {
            box.checked = number === 0;
            box.value = box.value.split(":")[0] + ":0";
        })"""
    )
    page.fill("[name=number]", "12/QĐ-UBND")
    page.click("button[value=approve]")
    page.wait_for_selector(".notice.stop")


def upload(page: Page) -> None:
    page.set_input_files("input[type=file]", {"name": "days.csv", "mimeType": "text/csv", "buffer": DAYS})
    page.click(".submit-row input[type=submit]")
    page.wait_for_selector("[name=kept]", state="attached")


def fill_in(page: Page) -> None:
    made = {"name": "form.xlsx", "mimeType": "application/octet-stream", "buffer": form_with(*MARKED)}
    page.set_input_files("input[type=file]", made)
    page.click("main [enctype] button")
    page.wait_for_selector("#filled")


def ask_for_a_letter(page: Page) -> None:
    page.click("button[value=password]")
    page.wait_for_selector(".letter")


def of_readers(round_: int) -> list[Kind]:
    """Of strangers, and of who reads the whole province."""
    return [
        Kind("login", "", "/accounts/login/"),
        Kind("public page", "", "/public/"),
        Kind("public page of the article", "", "/public/?period=2023"),
        Kind("nothing published there", "", "/public/?period=never"),
        Kind("nothing to do", "leader", "/submissions/"),
        Kind("summary", "leader", "/summary/"),
        Kind("summary of the article", "leader", "/summary/?period=2023"),
        Kind("print", "leader", "/summary/?print=1"),
        Kind("indicator", "leader", "/indicators/HT.01/?period=2023"),
        Kind("indicator over communes", "leader", "/indicators/XH.02/"),
        Kind("group", "leader", "/groups/XH/"),
        Kind("ranking", "leader", "/ranking/?indicator=XH.02"),
        Kind("two periods", "leader", "/compare/"),
        Kind("two units", "leader", "/compare/?what=units&unit=03388&other=03390"),
        Kind("unit", "leader", "/units/LC-SKHCN/"),
        Kind("completeness", "leader", "/completeness/"),
        Kind("who has not reported", "leader", f"/completeness/rounds/{round_}/"),
        Kind("form with markers", "leader", "/summary/fill/"),
        Kind("form that was filled in", "leader", "/summary/fill/", fill_in),
        Kind("registers", "leader", "/registers/"),
        Kind("register", "leader", "/registers/NEN-TANG/?audience=government"),
        Kind("row of a register", "leader", "/registers/NEN-TANG/PL.VOSO/"),
        Kind("indicator beside a register", "leader", "/indicators/NT.02/?period=2023"),
        Kind("tasks", "leader", "/tasks/"),
        Kind("directive", "leader", "/tasks/new/?indicator=HT.01"),
        Kind("sets of points", "leader", "/scores/"),
        Kind("scores of a year", "leader", "/scores/XP-MH/"),
        Kind("score of a unit", "leader", "/scores/XP-MH/03388/"),
        Kind("search", "leader", "/search/?q=xa+muong"),
        Kind("search without a find", "leader", "/search/?q=khong+co"),
        Kind("no such page", "leader", "/nowhere/"),
        Kind("no such period", "leader", "/summary/?period=never"),
    ]


def of_pages(draft: Submission) -> list[Kind]:
    """By person, so that each logs in once."""
    sent = Submission.objects.filter(state="submitted", round__form__code="03/CĐS").order_by("pk")[0]
    code = check_codes.short(sent.revisions.latest("number").sha256)
    waiting = Submission.objects.filter(state="draft", round__form__code="03/CĐS").order_by("pk")[0]
    closed = Submission.objects.filter(state="approved", unit__codes__code="LC-STTTT").order_by("pk")[0]
    listed = Submission.objects.get(round__form__code="09/CĐS")
    unit = Unit.objects.with_code("LC-SKHCN", today()).get()
    indicator = Indicator.objects.get(code="HT.01")
    form, round_ = ReportingForm.objects.get(code="01/CĐS"), Round.objects.get(pk=draft.round_id)
    yearly = ReportingForm.objects.get(code="06/CĐS")
    reporter = Membership.objects.get(user__username="reporter-skhcn")
    admin = "/admin/indicators/"
    tasks = dict(Task.objects.order_by("pk").values_list("code", "pk"))
    page, _made = PublicPage.objects.get_or_create(programme=Programme.objects.order_by("pk")[0])
    PublicPage.objects.update(is_open=True)
    return [
        *of_readers(sent.round_id),
        Kind("my work", "reporter-skhcn", "/submissions/"),
        Kind("notices", "reporter-skhcn", "/notices/"),
        Kind("report", "reporter-skhcn", f"/submissions/{draft.pk}/"),
        Kind("report with faults", "reporter-skhcn", f"/submissions/{draft.pk}/", type_wrongly),
        Kind("evidence", "reporter-skhcn", f"/submissions/{draft.pk}/evidence/?line=HT.01"),
        Kind("report that is closed", "reporter-skhcn", f"/submissions/{closed.pk}/"),
        Kind("list of a register", "reporter-skhcn", f"/submissions/{listed.pk}/"),
        Kind("row of a list", "reporter-skhcn", f"/submissions/{listed.pk}/row/"),
        Kind("table of a list", "reporter-skhcn", f"/submissions/{listed.pk}/list/import/"),
        Kind("task of the unit", "reporter-skhcn", f"/tasks/{tasks['NV.02']}/"),
        Kind("accounts of a unit", "contact-skhcn", f"/unit-accounts/{unit.pk}/"),
        Kind("handing over", "contact-skhcn", f"/unit-accounts/{unit.pk}/{reporter.pk}/"),
        Kind("letter", "contact-skhcn", f"/unit-accounts/{unit.pk}/", ask_for_a_letter),
        Kind("password", "contact-skhcn", "/accounts/password/"),
        Kind("task to confirm", "verifier", f"/tasks/{tasks['NV.03']}/"),
        Kind("search among reports", "verifier-skhcn", "/search/?q=quy+iv&only=reports"),
        Kind("queue", "verifier-skhcn", f"{admin}submission/"),
        Kind("review", "verifier-skhcn", f"{admin}submission/{sent.pk}/change/"),
        Kind("printed form", "verifier-skhcn", f"/submissions/{sent.pk}/print/"),
        Kind("a check code", "verifier-skhcn", f"/check/?code={code}"),
        Kind("entering on behalf", "verifier-skhcn", f"/submissions/{waiting.pk}/on-behalf/"),
        Kind("review of a list", "approver", f"{admin}submission/{listed.pk}/change/"),
        Kind("approving a round", "approver", f"{admin}submission/round/{sent.round_id}/"),
        Kind("approving a round by halves", "approver", f"{admin}submission/round/{sent.round_id}/", press_unread),
        Kind("administration", "admin", "/admin/"),
        Kind("units", "admin", f"{admin}unit/"),
        Kind("unit in the catalogue", "admin", f"{admin}unit/{unit.pk}/change/"),
        Kind("indicator in the catalogue", "admin", f"{admin}indicator/{indicator.pk}/change/"),
        Kind("opening the public page", "admin", f"{admin}publicpage/{page.pk}/change/"),
        Kind("target", "admin", f"{admin}target/add/"),
        Kind("form", "admin", f"{admin}reportingform/{form.pk}/change/"),
        Kind("preview of a form", "admin", f"{admin}reportingform/{form.pk}/preview/"),
        Kind("opening a round", "admin", f"{admin}round/add/"),
        Kind("opening a round of a form", "admin", f"{admin}round/add/?form={yearly.pk}"),
        Kind("extending a round", "admin", f"{admin}round/{sent.round_id}/extend/"),
        Kind("locking a round", "admin", f"{admin}round/{sent.round_id}/lock/"),
        Kind("adding a unit", "admin", f"{admin}round/{sent.round_id}/add-unit/"),
        Kind("round", "admin", f"{admin}round/{round_.pk}/change/"),
        Kind("import", "admin", f"{admin}specialday/import/"),
        Kind("preview of an import", "admin", f"{admin}specialday/import/", upload),
    ]


def opened(browser: Browser, address: str, kinds: list[Kind]) -> Iterator[tuple[Kind, Page]]:
    """Each page as its person sees it; nothing that it loads is refused."""
    for user, theirs in groupby(kinds, key=lambda kind: kind.user):
        visitor = Visitor(browser, address)
        if user:
            visitor.log_in(user)
        for kind in theirs:
            page = visitor.open(kind.path)
            kind.prepare(page)
            yield kind, page
        visitor.close()
        assert visitor.refused == []
