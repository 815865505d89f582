"""Remarks line by line and notes among reviewers: who writes them, on what, and what stands."""

import pytest

from indicators import remarks
from indicators.models import Membership, Remark, Revision, Submission, VerifierNote
from indicators.permissions import standing
from indicators.refusals import ContentChanged, Refused
from indicators.remarks import Typed
from indicators.validation import expected_cells
from tests import factories, people
from tests.factories import Province, cell

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def submitted(province: Province) -> Submission:
    submission = province.submission(factories.indicator("HT.01"), factories.indicator("HT.02"))
    factories.type_in(submission, cell("1"), cell("2"), by=province.reporter)
    return province.walk(submission, "submit", "sign")


@pytest.fixture
def cells(submitted: Submission) -> list:
    return list(expected_cells(submitted))


def write(submission, texts, *, by, seen: int = 0, revision: str | None = None) -> int:
    latest = Revision.objects.filter(submission=submission).latest("number")
    return remarks.write(submission, Typed(texts, seen), by=by, revision=revision or latest.sha256)


def stands(submission) -> dict:
    latest = Revision.objects.filter(submission=submission).latest("number")
    return {key: remark.text for key, remark in remarks.on_revision(latest).stands.items()}


def seen(submission) -> int:
    return remarks.on_revision(Revision.objects.filter(submission=submission).latest("number")).seen


def test_the_newest_remark_of_a_figure_stands_and_the_others_stay(province, submitted, cells):
    assert write(submitted, {cells[0]: " Đối chiếu lại ", cells[1]: ""}, by=province.verifier) == 1
    assert stands(submitted) == {cells[0]: "Đối chiếu lại"}
    write(submitted, {cells[0]: "Đã rõ"}, by=province.verifier, seen=seen(submitted))
    assert stands(submitted) == {cells[0]: "Đã rõ"}
    assert list(Remark.objects.order_by("pk").values_list("text", flat=True)) == ["Đối chiếu lại", "Đã rõ"]


def test_an_emptied_field_takes_the_remark_back(province, submitted, cells):
    write(submitted, {cells[0]: "Đối chiếu lại"}, by=province.verifier)
    assert write(submitted, {cells[0]: ""}, by=province.verifier, seen=seen(submitted)) == 1
    assert stands(submitted) == {}
    assert Remark.objects.count() == 2


def test_what_stands_already_is_not_written_again(province, submitted, cells):
    write(submitted, {cells[0]: "Đối chiếu lại"}, by=province.verifier)
    assert write(submitted, {cells[0]: "Đối chiếu lại"}, by=province.verifier, seen=seen(submitted)) == 0
    assert write(submitted, {cells[0]: "Đối chiếu lại"}, by=province.verifier) == 0  # sent twice
    assert Remark.objects.count() == 1


def test_what_another_wrote_meanwhile_is_not_overwritten_unseen(province, submitted, cells):
    colleague = people.person("colleague", province.office, "verifier", is_staff=True)
    write(submitted, {cells[0]: "Của người khác"}, by=colleague)
    with pytest.raises(Refused, match=r"colleague wrote another remark .*“Của người khác”"):
        write(submitted, {cells[0]: "Của tôi", cells[1]: "Dòng hai"}, by=province.verifier)
    assert stands(submitted) == {cells[0]: "Của người khác"}  # nothing of the page was saved
    assert write(submitted, {cells[0]: "", cells[1]: "Dòng hai"}, by=province.verifier) == 1  # left as it was drawn
    assert stands(submitted) == {cells[0]: "Của người khác", cells[1]: "Dòng hai"}


def test_an_approver_writes_remarks_too(province, submitted, cells):
    province.walk(submitted, "verify")
    assert write(submitted, {cells[0]: "Xem lại"}, by=province.approver) == 1


@pytest.mark.parametrize("who", ["reporter", "unit_leader", "leader", "outsider"])
def test_nobody_else_writes_a_remark_or_a_note(province, submitted, cells, who):
    by = getattr(province, who)
    with pytest.raises(Refused, match="Only those who verify or approve"):
        write(submitted, {cells[0]: "x"}, by=by)
    with pytest.raises(Refused, match="Only those who verify or approve"):
        remarks.note(submitted, "x", by=by)
    assert (Remark.objects.count(), VerifierNote.objects.count()) == (0, 0)


def test_a_superuser_without_a_role_writes_none(province, submitted, cells):
    with pytest.raises(Refused):
        write(submitted, {cells[0]: "x"}, by=people.superuser())


def test_a_reviewer_who_works_for_the_unit_writes_none_on_its_report(province, submitted, cells):
    Membership.objects.create(user=province.verifier, unit=province.department, role="reader")
    with pytest.raises(Refused, match="the unit he or she works for"):
        write(submitted, {cells[0]: "x"}, by=province.verifier)
    with pytest.raises(Refused, match="the unit he or she works for"):
        remarks.note(submitted, "x", by=province.verifier)


@pytest.mark.parametrize("moves", [("withdraw",), ("return",), ("verify", "approve")])
def test_remarks_wait_until_the_report_is_with_its_reviewers_again(province, submitted, cells, moves):
    submitted = province.walk(submitted, *moves)
    with pytest.raises(Refused, match="while the report waits"):
        write(submitted, {cells[0]: "x"}, by=province.verifier)
    assert remarks.barred(submitted, standing(province.verifier, submitted))


def test_a_remark_is_about_what_was_read(province, submitted, cells):
    read = Revision.objects.get().sha256
    province.walk(submitted, "withdraw")
    factories.type_in(submitted, cell("9"), cell("2"), by=province.reporter)
    province.walk(submitted, "submit", "sign")
    with pytest.raises(ContentChanged):
        write(submitted, {cells[0]: "x"}, by=province.verifier, revision=read)


def test_the_next_hand_in_begins_without_remarks(province, submitted, cells):
    write(submitted, {cells[0]: "Đối chiếu lại"}, by=province.verifier)
    province.walk(submitted, "return")
    factories.type_in(submitted, cell("9"), cell("2"), by=province.reporter)
    province.walk(submitted, "submit", "sign")
    assert stands(submitted) == {}


def test_a_cell_that_is_none_of_the_report_s_is_refused(province, submitted, cells):
    with pytest.raises(Refused, match="not part of the report"):
        write(submitted, {(cells[0][0], province.sister.pk): "x"}, by=province.verifier)


def test_too_long_a_text_is_refused_in_words(province, submitted, cells):
    with pytest.raises(Refused, match="at most 2000 characters"):
        write(submitted, {cells[0]: "x" * 2001}, by=province.verifier)
    with pytest.raises(Refused, match="at most 2000 characters"):
        remarks.note(submitted, "x" * 2001, by=province.verifier)


def test_notes_stand_newest_first_in_any_state(province, submitted):
    remarks.note(submitted, "Đã gọi cho đơn vị", by=province.verifier)
    province.walk(submitted, "verify", "approve")
    remarks.note(submitted, " Chờ văn bản ", by=province.approver)
    assert [note.text for note in remarks.notes_on(submitted)] == ["Chờ văn bản", "Đã gọi cho đơn vị"]
    with pytest.raises(Refused, match="The note is empty"):
        remarks.note(submitted, "  ", by=province.approver)
