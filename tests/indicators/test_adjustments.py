"""Adjusting approved figures as acts: asked for, taken back, accepted or declined (domain.md 12, 21, 22)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from indicators import adjustments, drafts, returns, rounds
from indicators.adjustments import Asking, Decision
from indicators.clock import now, today
from indicators.models import (
    AdjustmentRequest,
    Membership,
    Notice,
    Observation,
    Return,
    Role,
    Submission,
    Unit,
)
from indicators.proof.verifying import verify
from indicators.refusals import Refused
from indicators.validation import expected_cells
from tests import people
from tests.factories import ask_to_adjust, cell, decide, indicator, perform, type_in

pytestmark = pytest.mark.usefixtures("english")
REASON = "Gõ nhầm một chữ số"


@pytest.fixture
def report(province):
    made = type_in(province.submission(indicator("HT.01")), cell("14433"), by=province.reporter)
    return province.walk(made, "submit", "sign", "verify", "approve")


@pytest.fixture
def estimated(province):
    cells = cell("14433", status="estimate"), cell("7")
    made = province.submission(indicator("HT.01"), indicator("HT.02"))
    return province.walk(type_in(made, *cells, by=province.reporter), "submit", "sign", "verify", "approve")


def told():
    rows = Notice.objects.filter(done_at=None).order_by("kind", "user__username").select_related("user")
    return [(notice.kind, str(notice.user)) for notice in rows]


def moves(report):
    return list(report.events.order_by("number").values_list("move", flat=True))[4:]


def asking(report, **said):
    usual = {"kind": "mistake", "lines": dict.fromkeys(expected_cells(report), ""), "reason": REASON}
    return Asking(**usual | said)


def refusal(act, *args, **said):
    before = moves(Submission.objects.get()), AdjustmentRequest.objects.count()
    with pytest.raises(Refused) as refused:
        act(*args, **said)
    assert (moves(Submission.objects.get()), AdjustmentRequest.objects.count()) == before
    return refused.value.sentence


# --- The whole way


def test_an_adjustment_goes_from_the_request_to_the_new_figure(province, report):
    request = ask_to_adjust(report, by=province.reporter, wished="14.500 km")
    assert (request.side, request.kind, request.is_open, moves(report)) == (
        "unit",
        "mistake",
        True,
        ["adjust_asked"],
    )
    reopened = decide(request, "accept", by=province.approver, answer="Đồng ý")
    assert (reopened.state, moves(report)) == ("returned", ["adjust_asked", "reopen"])
    request.refresh_from_db()
    assert (request.outcome, request.decided_by, request.answer) == ("accepted", province.approver, "Đồng ý")
    assert request.decided_version == reopened.version
    reopened = type_in(reopened, cell("14500"), by=province.reporter)
    assert Observation.objects.get().value == 14433
    province.walk(reopened, "submit", "sign", "verify", "approve")
    assert list(Observation.objects.filter(superseded_at=None).values_list("value", flat=True)) == [14500]


def test_the_report_is_reopened_for_the_reason_that_was_given_and_names_the_lines(province, report):
    request = ask_to_adjust(report, by=province.unit_leader, wished="14.500 km")
    day = today() + timedelta(days=9)
    decide(request, "accept", by=province.approver, resend_on=day)
    asked = Return.objects.get()
    assert (report.events.last().reason, report.events.last().details_sha256) == (REASON, asked.sha256)
    assert asked.lines == dict.fromkeys(expected_cells(report), f"{REASON}\n→ 14.500 km")
    assert asked.resend_due_on == day


def test_without_a_wished_figure_the_line_bears_the_reason_and_the_usual_day_stands(province, report):
    decide(ask_to_adjust(report, by=province.reporter), "accept", by=province.approver)
    assert set(Return.objects.get().lines.values()) == {REASON}
    assert Return.objects.get().resend_due_on == returns.usual_day()


def test_what_was_remarked_before_the_approval_is_not_asked_for_again(province, report):
    other = province.submission(indicator("HT.02"))
    other = province.walk(type_in(other, cell("1"), by=province.reporter), "submit", "sign")
    key = next(iter(expected_cells(other)))
    other.revisions.get().remarks.create(
        line_id=key[0], subject_id=key[1], text="Đối chiếu lại", by=province.verifier, at=now()
    )
    other = province.walk(other, "verify", "approve")
    decide(ask_to_adjust(other, by=province.reporter), "accept", by=province.approver)
    assert set(Return.objects.get().lines.values()) == {REASON}


def test_declining_leaves_the_report_approved_and_says_why(province, report):
    request = ask_to_adjust(report, by=province.reporter)
    declined = decide(request, "decline", by=province.approver, answer="Số đã khớp với tài liệu")
    assert (declined.state, moves(report)) == ("approved", ["adjust_asked", "adjust_declined"])
    assert report.events.last().reason == "Số đã khớp với tài liệu"
    request.refresh_from_db()
    assert (request.outcome, request.answer) == ("declined", "Số đã khớp với tài liệu")
    assert ask_to_adjust(report, by=province.reporter).is_open


def test_a_request_is_taken_back_by_the_side_that_asked(province, report):
    request = ask_to_adjust(report, by=province.reporter)
    adjustments.withdraw(report, request.pk, by=province.unit_leader)
    assert moves(report) == ["adjust_asked", "adjust_withdrawn"]
    request.refresh_from_db()
    assert (request.outcome, request.decided_by) == ("withdrawn", province.unit_leader)


def test_a_reviewer_begins_one_and_another_decides(province, report):
    request = ask_to_adjust(report, by=province.verifier)
    assert request.side == "reviewer"
    assert decide(request, "accept", by=province.approver).state == "returned"


def test_an_update_is_called_so_all_along(province, estimated):
    key = next(iter(expected_cells(estimated)))
    request = ask_to_adjust(estimated, by=province.reporter, kind="update", lines={key: ""})
    decide(request, "decline", by=province.approver, answer="Chưa có số chính thức")
    assert moves(estimated) == ["update_asked", "update_declined"]


def test_a_document_is_kept_with_its_day(province, report):
    request = ask_to_adjust(report, by=province.reporter, document="15/CV-SKHCN", document_date=today())
    assert (request.document, request.document_date) == ("15/CV-SKHCN", today())


def test_what_is_sent_twice_is_asked_once(province, report):
    assert adjustments.ask(report, asking(report), by=province.reporter, key="k") is True
    assert adjustments.ask(report, asking(report), by=province.reporter, key="k") is False
    assert AdjustmentRequest.objects.count() == 1


# --- Refusals of a request

ONLY_THEY = "Only the unit's own people, and those who verify or approve its reports, ask for an adjustment."


@pytest.mark.parametrize("who", ["leader", "outsider"])
def test_strangers_ask_for_nothing(province, report, who):
    assert refusal(ask_to_adjust, report, by=getattr(province, who)) == ONLY_THEY


def test_a_superuser_without_a_role_asks_for_nothing(province, report):
    assert refusal(ask_to_adjust, report, by=people.superuser()) == ONLY_THEY


def test_a_reviewer_who_works_for_the_unit_in_another_part_asks_for_nothing(province, report):
    Membership.objects.create(user=province.verifier, unit=province.department, role=Role.READER)
    assert refusal(ask_to_adjust, report, by=province.verifier) == ONLY_THEY


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"lines": {}}, "Choose the figures that are to be changed."),
        ({"lines": {(0, 0): ""}}, "This line is not part of the report."),
        ({"reason": "  "}, "Give the reason for the adjustment."),
        ({"reason": "x" * 2_001}, "The text is too long."),
        (
            {"document_date": today() + timedelta(days=1)},
            "The document cannot have been signed after today.",
        ),
        (
            {"kind": "update"},
            "Only an estimate or a provisional figure is updated; an error in an official one is adjusted.",
        ),
    ],
)
def test_what_is_incomplete_is_refused(province, report, said, sentence):
    assert refusal(adjustments.ask, report, asking(report, **said), by=province.reporter) == sentence


def test_an_update_names_no_figure_that_is_official_already(province, estimated):
    assert "Only an estimate" in refusal(ask_to_adjust, estimated, by=province.reporter, kind="update")


@pytest.mark.parametrize("state", ["draft", "submitted", "verified"])
def test_only_approved_figures_are_adjusted(province, state):
    made = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    steps = {"draft": (), "submitted": ("submit", "sign"), "verified": ("submit", "sign", "verify")}
    made = province.walk(made, *steps[state])
    with pytest.raises(Refused, match="Only approved figures are adjusted"):
        ask_to_adjust(made, by=province.reporter)


def test_in_a_locked_round_nothing_is_asked_and_the_page_says_whom_to_call(province, report):
    rounds.lock_round(report.round, by=province.approver, reason="Hết kỳ")
    assert "For changes call Phòng Chuyển đổi số" in refusal(ask_to_adjust, report, by=province.reporter)


def test_of_a_unit_that_ended_nothing_is_asked(province, report):
    Unit.objects.filter(pk=province.department.pk).update(ended=today())
    assert "ended on" in refusal(ask_to_adjust, report, by=province.reporter)


def test_a_second_request_waits_for_the_first(province, report):
    ask_to_adjust(report, by=province.reporter)
    assert "reporter asked for an adjustment" in refusal(ask_to_adjust, report, by=province.verifier)


# --- Refusals of a decision


def test_whoever_asked_does_not_decide(province, report):
    request = ask_to_adjust(report, by=province.approver)
    sentence = "Whoever asked for an adjustment does not decide about it; another person must do it."
    assert refusal(decide, request, "accept", by=province.approver) == sentence
    assert refusal(decide, request, "decline", by=province.approver, answer="x") == sentence


def test_nobody_decides_for_the_unit_he_or_she_works_for(province, report):
    request = ask_to_adjust(report, by=province.reporter)
    Membership.objects.create(user=province.approver, unit=province.department, role=Role.READER)
    assert "works for" in refusal(decide, request, "accept", by=province.approver)


@pytest.mark.parametrize("who", ["reporter", "unit_leader", "verifier", "outsider"])
def test_only_who_may_reopen_decides(province, report, who):
    request = ask_to_adjust(report, by=province.unit_leader)
    sentence = "Only those who approve this form's reports can reopen it."
    assert refusal(decide, request, "accept", by=getattr(province, who)) == sentence


def test_declining_needs_a_reason(province, report):
    request = ask_to_adjust(report, by=province.reporter)
    sentence = "Give the reason why the adjustment is declined."
    assert refusal(decide, request, "decline", by=province.approver, answer=" ") == sentence


def test_a_locked_round_is_not_reopened_and_the_request_may_be_declined_there(province, report):
    request = ask_to_adjust(report, by=province.reporter)
    rounds.lock_round(report.round, by=province.approver, reason="Hết kỳ")
    assert "This round was closed" in refusal(decide, request, "accept", by=province.approver)
    assert decide(request, "decline", by=province.approver, answer="Đã khóa đợt").state == "approved"
    assert told() == [("declined", "reporter"), ("declined", "unit leader")]


def test_a_past_day_for_sending_again_undoes_the_acceptance(province, report):
    request = ask_to_adjust(report, by=province.reporter)
    yesterday = today() - timedelta(days=1)
    assert "cannot lie in the past" in refusal(decide, request, "accept", by=province.approver, resend_on=yesterday)
    request.refresh_from_db()
    assert request.is_open


def test_what_was_decided_is_not_decided_again(province, report):
    request = ask_to_adjust(report, by=province.reporter)
    adjustments.withdraw(report, request.pk, by=province.reporter)
    assert "Taken back (reporter" in refusal(decide, request, "accept", by=province.approver)
    assert "Taken back (reporter" in refusal(adjustments.withdraw, report, request.pk, by=province.reporter)


def test_the_other_side_takes_nothing_back(province, report):
    request = ask_to_adjust(report, by=province.reporter)
    assert "Only the side that asked" in refusal(adjustments.withdraw, report, request.pk, by=province.verifier)


def test_a_request_of_another_report_is_not_found(province, report):
    request = ask_to_adjust(report, by=province.reporter)
    decision = Decision("accept", request.pk + 1)
    assert "does not exist" in refusal(adjustments.decide, report, decision, by=province.approver)


def test_nothing_is_reopened_past_a_request_that_waits(province, report):
    ask_to_adjust(report, by=province.reporter)
    assert "accept or decline that request" in refusal(perform, "reopen", report, by=province.approver)


def test_without_a_request_an_approver_reopens_as_before(province, report):
    assert perform("reopen", report, by=province.approver).state == "returned"
    assert not Return.objects.exists()


# --- What holds it


def test_the_database_lets_one_request_of_a_report_be_open(province, report):
    first = ask_to_adjust(report, by=province.reporter)
    first.pk, first.version = None, 99
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_the_database_wants_a_decision_in_full_and_a_reason_to_decline(province, report):
    request = ask_to_adjust(report, by=province.reporter)
    row = AdjustmentRequest.objects.filter(pk=request.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(outcome="accepted")
    decided = {"decided_by": province.approver, "decided_at": now(), "decided_version": 9}
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(outcome="declined", **decided)


def test_the_history_holds_what_was_asked_and_what_became_of_it(province, report):
    decide(ask_to_adjust(report, by=province.reporter), "decline", by=province.approver, answer="Không")
    decide(ask_to_adjust(report, by=province.reporter), "accept", by=province.approver)
    assert verify(pytest.fail).broken == 0


def test_a_draft_that_is_typed_meanwhile_is_untouched_by_a_request(province, report):
    with pytest.raises(Refused):
        ask_to_adjust(report, by=province.outsider)
    ask_to_adjust(report, by=province.reporter)
    with pytest.raises(Refused):
        drafts.save(report, {}, by=province.reporter, version=report.version)


# --- Who is told


def test_who_may_decide_is_told_and_is_told_no_more_once_it_is_decided(province, report):
    request = ask_to_adjust(report, by=province.reporter)
    assert told() == [("to_decide", "approver")]
    decide(request, "decline", by=province.approver, answer="Không")
    assert told() == [("declined", "reporter"), ("declined", "unit leader")]


def test_the_unit_is_told_once_of_an_acceptance(province, report):
    decide(ask_to_adjust(report, by=province.unit_leader), "accept", by=province.approver)
    assert told() == [("returned", "reporter")]


def test_taking_it_back_ends_what_was_told(province, report):
    request = ask_to_adjust(report, by=province.reporter)
    adjustments.withdraw(report, request.pk, by=province.reporter)
    assert told() == []


def test_an_approver_who_asked_is_not_told_to_decide_and_hears_the_answer(province, report):
    second = people.person("second approver", province.root, Role.APPROVER, is_staff=True)
    request = ask_to_adjust(report, by=province.approver)
    assert told() == [("to_decide", "second approver")]
    decide(request, "decline", by=second, answer="Không")
    assert told() == [("declined", "approver")]


def test_a_new_request_ends_the_news_of_the_last_refusal(province, report):
    decide(ask_to_adjust(report, by=province.reporter), "decline", by=province.approver, answer="Không")
    ask_to_adjust(report, by=province.reporter)
    assert told() == [("to_decide", "approver")]
