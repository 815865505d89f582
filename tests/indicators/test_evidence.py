"""Evidence beside a cell: who attaches it and when, what a hand-in freezes of it, what is kept and what goes."""

import json

import pytest
from django.db import IntegrityError, transaction

from indicators import evidence, figures_kind, files, workflow
from indicators.models import Evidence, Revision, RoundLine, StoredFile
from indicators.opening import open_round
from indicators.refusals import ContentChanged, Refused
from indicators.validation import expected_cells, problems
from tests import factories
from tests.factories import cell, indicator, perform, type_in
from tests.indicators import papers
from tests.indicators.papers import MARKED, attach, in_rows, on_disk

pytestmark = pytest.mark.usefixtures("english", "media", "db")
ALREADY = "This evidence is attached to the line already."
PAGE = "https://laichau.gov.vn/van-ban/5"


@pytest.fixture
def submission(province):
    return type_in(
        province.submission(indicator("HT.01"), indicator("HT.02")), cell("5"), cell("6"), by=province.reporter
    )


def refusal(act, *args, **said) -> str:
    before = (list(Evidence.objects.order_by("pk").values()), in_rows(), on_disk())
    with pytest.raises(Refused) as refused:
        act(*args, **said)
    assert (list(Evidence.objects.order_by("pk").values()), in_rows(), on_disk()) == before
    return refused.value.sentence


def names(submission) -> list[str]:
    return [item.name for items in evidence.attached(submission).values() for item in items]


# --- Attaching


def test_a_file_stands_beside_its_cell(province, submission):
    item = attach(submission, province.reporter, name="Biên bản số 5.pdf", place=1, description="  Trang  2 ")
    assert item.cell == list(expected_cells(submission))[1]
    assert (item.name, item.description, item.link) == ("Biên bản số 5.pdf", "Trang 2", "")
    assert (item.added_by, item.removed_at, item.file.added_by) == (province.reporter, None, province.reporter)
    assert on_disk() == in_rows() == [item.file.stored_as]
    assert (
        evidence.attached(submission)[item.cell][0].address == f"/submissions/{submission.pk}/evidence/{item.pk}/"
    )


def test_a_link_stands_beside_its_cell_and_keeps_no_file(province, submission):
    item = attach(submission, province.reporter, "HTTPS://laichau.gov.vn/van-ban/5")
    (shown,) = evidence.attached(submission)[item.cell]
    address = f"/submissions/{submission.pk}/evidence/{item.pk}/"
    assert (item.link, shown.address, shown.is_link, shown.name) == (PAGE, address, True, PAGE)
    assert on_disk() == []


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "ftp://a.vn/b",
        "file:///etc/passwd",
        "data:text/html,x",
        "laichau.gov.vn",
        "https://",
        "",
    ],
)
def test_a_link_leads_to_the_web_alone(province, submission, link):
    sentence = "A link begins with https:// or http:// and names a page."
    assert refusal(evidence.attach_link, submission, (1, 1), link, description="", by=province.reporter) == sentence


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"description": "x" * 301}, "The description is longer than 300 characters."),
        ({"description": "Tài liệu TỐI MẬT"}, MARKED),
    ],
)
def test_what_is_said_of_it_is_short_and_unmarked(province, submission, said, sentence):
    assert refusal(attach, submission, province.reporter, **said) == sentence
    assert refusal(attach, submission, province.reporter, PAGE, **said) == sentence


def test_a_link_has_an_end(province, submission):
    assert (
        refusal(attach, submission, province.reporter, PAGE + "x" * 500)
        == "The link is longer than 500 characters."
    )


@pytest.mark.parametrize("who", ["unit_leader", "verifier", "approver", "leader", "outsider"])
def test_only_those_who_enter_figures_attach_and_remove(province, submission, who):
    item = attach(submission, province.reporter)
    sentence = "Evidence is attached and removed by those who enter figures for the unit."
    assert refusal(attach, submission, getattr(province, who), papers.pdf("khác")) == sentence
    assert refusal(attach, submission, getattr(province, who), PAGE) == sentence
    assert refusal(evidence.remove, submission, item.pk, by=getattr(province, who)) == sentence


def test_nothing_is_attached_or_removed_once_the_report_is_sent(province, submission):
    item = attach(submission, province.reporter)
    sent = province.walk(submission, "submit")
    for act in (
        lambda: attach(sent, province.reporter, PAGE),
        lambda: evidence.remove(sent, item.pk, by=province.reporter),
    ):
        assert refusal(act).startswith("Waiting for a signature since")
    stale = submission  # read before the hand-in, by somebody whose page was still open
    assert refusal(attach, stale, province.reporter, papers.pdf("khác")).startswith("Waiting for a signature since")


def test_a_line_of_another_report_takes_nothing(province, submission):
    other = province.submission(indicator("DL.01"))
    upload = files.accept(papers.pdf("a"), "a.pdf")
    for key in (next(iter(expected_cells(other))), (0, 0)):
        sentence = refusal(evidence.attach_file, submission, key, upload, description="", by=province.reporter)
        assert sentence == "This line is not part of the report."


def test_the_same_content_is_attached_to_a_line_once(province, submission):
    attach(submission, province.reporter, papers.pdf("a"), "một.pdf")
    attach(submission, province.reporter, PAGE)
    assert refusal(attach, submission, province.reporter, papers.pdf("a"), "hai.pdf") == ALREADY
    assert refusal(attach, submission, province.reporter, PAGE) == ALREADY
    attach(submission, province.reporter, papers.pdf("a"), "một.pdf", place=1)
    assert len(on_disk()) == 2


def test_a_page_that_is_sent_twice_attaches_once(province, submission):
    key = next(iter(expected_cells(submission)))
    upload = files.accept(papers.pdf("a"), "a.pdf")
    said = {"description": "", "by": province.reporter, "key": "k1"}
    assert evidence.attach_file(submission, key, upload, **said)
    assert not evidence.attach_file(submission, key, upload, **said)
    assert evidence.attach_link(submission, key, PAGE, **{**said, "key": "k2"})
    assert not evidence.attach_link(submission, key, PAGE, **{**said, "key": "k2"})
    assert (names(submission), len(on_disk())) == (["a.pdf", PAGE], 1)


def test_a_line_and_a_report_take_so_much_and_no_more(province, submission, monkeypatch):
    monkeypatch.setattr(evidence, "MAX_A_CELL", 2)
    monkeypatch.setattr(evidence, "MAX_A_REPORT", 3)
    for n in range(2):
        attach(submission, province.reporter, f"{PAGE}/{n}")
    assert refusal(attach, submission, province.reporter) == "A line takes at most 2 pieces of evidence."
    attach(submission, province.reporter, PAGE, place=1)
    assert refusal(attach, submission, province.reporter, place=1) == "A report takes at most 3 pieces of evidence."
    evidence.remove(submission, Evidence.objects.order_by("pk").first().pk, by=province.reporter)
    attach(submission, province.reporter)


# --- What a hand-in freezes


def test_a_hand_in_freezes_the_check_code_and_the_link(province, submission):
    file = attach(submission, province.reporter, description="Trang 2")
    link = attach(submission, province.reporter, PAGE, place=1)
    (line, subject), (other, _same) = expected_cells(submission)
    said = {"subject": subject, "sha256": "", "link": "", "description": ""}
    assert figures_kind.content(submission)["evidence"] == [
        said
        | {
            "id": file.pk,
            "line": line,
            "name": "Biên bản.pdf",
            "description": "Trang 2",
            "sha256": file.file.sha256,
        },
        said | {"id": link.pk, "line": other, "name": PAGE, "link": PAGE},
    ]


def test_an_approval_is_bound_to_the_evidence(province, submission):
    """The figures are the same, the paper is another: what the approver read is no longer what stands."""
    attach(submission, province.reporter, papers.pdf("một"))
    submission = province.walk(submission, "submit", "sign", "verify")
    read = Revision.objects.get().sha256
    submission = province.walk(submission, "withdraw")
    attach(submission, province.reporter, papers.pdf("hai"))
    submission = province.walk(submission, "submit", "sign", "verify")
    with pytest.raises(ContentChanged):
        workflow.perform("approve", submission, by=province.approver, revision=read)
    perform("approve", submission, by=province.approver)


def test_what_was_handed_in_before_there_was_evidence_holds_none(province, submission):
    assert evidence.frozen(None) == {}
    assert evidence.frozen(Revision(submission=submission, content='{"cells":[]}')) == {}


# --- Removing


def test_what_no_revision_names_is_deleted_with_its_file(province, submission, django_capture_on_commit_callbacks):
    item = attach(submission, province.reporter)
    with django_capture_on_commit_callbacks(execute=True):
        assert evidence.remove(submission, item.pk, by=province.reporter)
    assert (Evidence.objects.count(), StoredFile.objects.count(), on_disk()) == (0, 0, [])
    sentence = refusal(evidence.remove, submission, item.pk, by=province.reporter)
    assert sentence == "This evidence was removed already."


def test_what_a_revision_names_is_withdrawn_and_its_file_kept(province, submission, clock):
    item = attach(submission, province.reporter)
    submission = province.walk(submission, "submit", "withdraw")
    at = clock.set(2026, 11, 24, 9, 30)
    assert not evidence.remove(submission, item.pk, by=province.reporter)
    item.refresh_from_db()
    assert (item.removed_at, item.removed_by) == (at, province.reporter)
    assert on_disk() == in_rows() == [item.file.stored_as]
    assert (names(submission), figures_kind.content(submission)["evidence"]) == ([], [])
    assert [each.number for each in evidence.withdrawn(submission)[item.cell]] == [item.pk]
    assert json.loads(Revision.objects.get().content)["evidence"][0]["sha256"] == item.file.sha256
    assert (
        refusal(evidence.remove, submission, item.pk, by=province.reporter) == "This evidence was removed already."
    )


def test_the_same_may_be_attached_again_after_a_withdrawal(province, submission):
    item = attach(submission, province.reporter, PAGE)
    submission = province.walk(submission, "submit", "withdraw")
    evidence.remove(submission, item.pk, by=province.reporter)
    attach(submission, province.reporter, PAGE)
    assert names(submission) == [PAGE]


def test_evidence_of_another_report_is_not_removed(province, submission):
    other = type_in(province.submission(indicator("DL.01")), cell("1"), by=province.reporter)
    item = attach(other, province.reporter)
    assert (
        refusal(evidence.remove, submission, item.pk, by=province.reporter) == "This evidence was removed already."
    )


# --- A form that asks for it


def asking(submission, *places: int):
    for place, (line, _subject) in enumerate(expected_cells(submission)):
        RoundLine.objects.filter(pk=line).update(asks_evidence=place in places)
    return submission


def sentences(submission) -> list[str]:
    return [problem.in_full for problem in problems(submission)]


def test_a_line_that_asks_for_evidence_blocks_the_hand_in_until_it_is_there(province, submission):
    asking(submission, 1)
    assert sentences(submission) == ["“Chỉ tiêu HT.02”: attach evidence."]
    assert refusal(perform, "submit", submission, by=province.reporter) == "“Chỉ tiêu HT.02”: attach evidence."
    item = attach(submission, province.reporter, place=1)
    assert sentences(submission) == []
    submission = province.walk(submission, "submit", "withdraw")
    evidence.remove(submission, item.pk, by=province.reporter)
    assert sentences(submission) == ["“Chỉ tiêu HT.02”: attach evidence."]


def test_only_a_figure_needs_its_proof(province, submission):
    asking(submission, 0, 1)
    submission = type_in(
        submission, cell(state="not_applicable"), cell(state="not_available", note="Mất điện"), by=province.reporter
    )
    assert sentences(submission) == []


def test_a_grid_line_asks_for_each_commune_and_names_it(province):
    for name in ("Bum Tở", "Mù Cả"):
        factories.unit(name, "commune", parent=province.root)
    grid = asking(province.submission(indicator("HT.01"), subject="each_commune"), 0)
    grid.round.lines.update(asks_evidence=True)
    grid = type_in(grid, cell("1"), cell("2"), by=province.reporter)
    attach(grid, province.reporter, place=0)
    (problem,) = problems(grid)
    assert problem.key == list(expected_cells(grid))[1]
    assert problem.in_full == "Mù Cả: “Chỉ tiêu HT.01”: attach evidence."


def test_a_round_keeps_what_its_form_asked(province):
    form = factories.form(
        province.department,
        holders={"verify": province.office, "approve": province.root},
        indicators=[indicator("HT.01"), indicator("HT.02")],
    )
    form.lines.filter(order=2).update(asks_evidence=True)
    round_ = open_round(form, factories.period())
    form.lines.update(asks_evidence=False)
    assert list(round_.lines.order_by("order").values_list("asks_evidence", flat=True)) == [False, True]


def test_asking_costs_one_query_and_not_asking_none(province, submission, django_assert_num_queries):
    problems(submission)  # round and period are read once
    with django_assert_num_queries(4):
        problems(submission)
    asking(submission, 0, 1)
    with django_assert_num_queries(5):
        problems(submission)


# --- The database refuses nonsense

BOTH = "evidence_is_a_file_or_a_link"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"link": ""}, BOTH),
        ({"link": "https://a.vn", "with_file": True}, BOTH),
        ({"link": "javascript:alert(1)"}, "evidence_link_is_of_the_web"),
        ({"removed_at": "2026-01-01T00:00:00Z"}, "evidence_withdrawal_is_whole"),
    ],
)
def test_the_database_refuses_what_is_neither_or_both(province, submission, change, constraint):
    item = attach(submission, province.reporter, PAGE)
    change = dict(change)
    if change.pop("with_file", False):
        change["file"] = attach(submission, province.reporter, place=1).file
    with pytest.raises(IntegrityError, match=f"{constraint}|UNIQUE") as refused, transaction.atomic():
        Evidence.objects.filter(pk=item.pk).update(**change)
    assert constraint in str(refused.value)


def test_a_stored_file_has_content_and_a_name(province, submission):
    attach(submission, province.reporter)
    for change in ({"size": 0}, {"name": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StoredFile.objects.update(**change)
