"""Evidence before those who decide, its downloads before those who answer for them, and forms that ask for it."""

import pytest
from django.urls import reverse

from indicators.models import Download, FormLine, ReportingForm
from indicators.resources import FormResource
from tests import factories, people
from tests.factories import cell, indicator, perform, type_in
from tests.indicators import papers
from tests.indicators.pages import browser, seen
from tests.indicators.papers import attach, download
from tests.indicators.resources.sheets import bring, leave, types
from tests.indicators.resources.test_forms import SHEET
from tests.indicators.test_admin_scope import keeper

pytestmark = pytest.mark.usefixtures("english", "media", "db")
LINK = "https://laichau.gov.vn/van-ban/5"


@pytest.fixture
def submission(province):
    report = province.submission(indicator("HT.01"), indicator("HT.02"))
    return type_in(report, cell("5"), cell("6"), by=province.reporter)


def review(submission, by):
    return browser(by).get(reverse("admin:indicators_submission_change", args=[submission.pk]))


# --- The review page


def test_each_line_shows_what_was_handed_in_with_it(province, submission):
    file = attach(submission, province.reporter, name="Biên bản.pdf", description="Trang 2")
    link = attach(submission, province.reporter, LINK, place=1)
    submission = province.walk(submission, "submit", "sign")
    answer = review(submission, province.verifier)
    first, second = answer.context["page"].lines
    assert [(i.name, i.description) for i in first.evidence] == [("Biên bản.pdf", "Trang 2")]
    assert [i.name for i in second.evidence] == [LINK]
    html = answer.content.decode()
    assert f'href="/submissions/{submission.pk}/evidence/{file.pk}/"' in html
    assert f'href="/submissions/{submission.pk}/evidence/{link.pk}/"' in html
    assert "noopener noreferrer" in html
    assert download(file, province.verifier).status_code == 200


def test_a_draft_s_evidence_never_shows(province, submission):
    handed_in = attach(submission, province.reporter, name="đã gửi.pdf")
    submission = province.walk(submission, "submit", "sign", "withdraw")
    attach(submission, province.reporter, papers.pdf("nháp"), "nháp.pdf")
    papers.evidence.remove(submission, handed_in.pk, by=province.reporter)
    for moves in ((), ("submit",)):  # a draft, and one that waits for its signature
        submission = province.walk(submission, *moves)
        words = seen(review(submission, province.verifier))
        assert ("đã gửi.pdf" in words, "nháp.pdf" in words) == (True, False)
    submission = province.walk(submission, "sign")
    words = seen(review(submission, province.verifier))
    assert ("đã gửi.pdf" in words, "nháp.pdf" in words) == (False, True)


def test_a_paper_that_changed_after_it_was_read_is_named_before_the_decision(province, submission):
    """The figures are the same, so nothing else would tell."""
    attach(submission, province.reporter, name="một.pdf")
    submission = province.walk(submission, "submit", "sign")
    read = submission.revisions.get().sha256
    submission = province.walk(submission, "withdraw")
    attach(submission, province.reporter, papers.pdf("hai"), "hai.pdf")
    submission = province.walk(submission, "submit", "sign")
    address = reverse("admin:indicators_submission_change", args=[submission.pk])
    answer = browser(province.verifier).post(address, {"action": "verify", "comment": "", "revision": read})
    assert answer.status_code == 409
    assert [line.evidence_changed for line in answer.context["page"].lines] == [True, False]
    changed = answer.content.decode().split('id="changed"')[1].split("</ul>")[0]
    assert "một.pdf, hai.pdf" in " ".join(changed.split())
    perform("verify", submission, by=province.verifier)


def test_the_evidence_costs_the_review_page_no_query(province, submission, django_assert_num_queries):
    for n in range(3):
        attach(submission, province.reporter, f"{LINK}/{n}")
    submission = province.walk(submission, "submit", "sign")
    client = browser(province.verifier)
    with django_assert_num_queries(26):
        client.get(reverse("admin:indicators_submission_change", args=[submission.pk]))


# --- The log of downloads


@pytest.fixture
def taken(province, submission):
    item = attach(submission, province.reporter, name="Biên bản.pdf")
    download(item, province.unit_leader)
    return Download.objects.get()


def log(pk: int | None = None, act: str = "change") -> str:
    return (
        reverse(f"admin:indicators_download_{act}", args=[pk])
        if pk
        else reverse("admin:indicators_download_changelist")
    )


def test_the_province_s_administrator_reads_the_log_and_changes_nothing(province, taken):
    client = browser(keeper("admin", province.root, "province"))
    for address in (log(), log(taken.pk)):
        words = seen(client.get(address))
        assert [word in words for word in ("Biên bản.pdf", "127.0.0.1", "unit leader")] == [True] * 3
    assert client.get(reverse("admin:indicators_download_add")).status_code == 403
    assert client.post(log(taken.pk, "delete"), {"post": "yes"}).status_code == 403
    assert client.post(log(taken.pk), {"name": "khác.pdf"}).status_code == 403
    assert Download.objects.values_list("name", flat=True).get() == "Biên bản.pdf"


@pytest.mark.parametrize("group", ["unit", "catalogue"])
def test_other_keepers_do_not_see_the_log(province, taken, group):
    client = browser(keeper("keeper", province.root, group))
    assert client.get(log()).status_code == 403
    assert client.get(log(taken.pk)).status_code == 403


def test_the_log_is_read_by_person_and_by_report(province, submission, taken):
    other = province.submission(factories.indicator("DL.09"))
    download(attach(other, province.reporter, name="Khác.pdf"), province.reporter)
    client = browser(keeper("admin", province.root, "province"))
    for query, names in (
        (f"?by__id__exact={province.reporter.pk}", ["Khác.pdf"]),
        (f"?report={submission.pk}", ["Biên bản.pdf"]),
        (f"?by__id__exact={province.reporter.pk}&report={submission.pk}", []),
        ("?report=x", ["Khác.pdf", "Biên bản.pdf"]),
    ):
        listed = client.get(log() + query).context["cl"]
        assert [row.name for row in listed.result_list] == names
    (person, report) = (listed.filter_specs[n] for n in (1, 2))
    assert {label for _pk, label in person.lookup_choices} == {"reporter", "unit leader"}
    assert [pk for pk, _label in report.lookup_choices] == [str(other.pk), str(submission.pk)]
    assert report.lookup_choices[0][1].startswith("Sở Khoa học và Công nghệ: ")


# --- Forms that ask for evidence


def test_the_page_of_a_form_offers_to_ask_for_evidence(province, submission):
    client = browser(keeper("admin", province.root, "province"))
    form = submission.round.form
    html = client.get(reverse("admin:indicators_reportingform_change", args=[form.pk])).content.decode()
    assert 'name="lines-0-asks_evidence"' in html
    form.lines.filter(order=1).update(asks_evidence=True)
    preview = client.get(reverse("admin:indicators_reportingform_preview", args=[form.pk]))
    assert seen(preview).count("evidence must be attached") == 1
    submission.round.lines.filter(order=1).update(asks_evidence=True)
    page = client.get(reverse("admin:indicators_round_change", args=[submission.round_id]))
    assert seen(page).count("evidence must be attached") == 1


def test_a_table_says_which_lines_ask_for_evidence(province):
    for code in ("HT.01", "HT.02"):
        factories.indicator(code)
    factories.unit("Phường Đoàn Kết", "commune", code="03388", parent=province.root)
    admin = people.superuser()
    sheet = [{**row, "asks_evidence": text} for row, text in zip(SHEET, ("có", "", "không"), strict=True)]
    assert types(bring(FormResource, sheet, by=admin)) == ["new"] * 3
    lines = FormLine.objects.order_by("form__code", "order")
    assert list(lines.values_list("asks_evidence", flat=True)) == [True, False, False]
    assert types(bring(FormResource, leave(FormResource, by=admin), by=admin)) == ["skip"] * 3
    assert types(bring(FormResource, SHEET, by=admin)) == ["skip"] * 3  # a table without the column leaves it
    assert ReportingForm.objects.get(code="01/CĐS").lines.get(order=1).asks_evidence
