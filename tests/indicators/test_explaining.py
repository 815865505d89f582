"""The unit's explanation of a reviewer's own figure: by whom, until when, once, and who is told of it."""

from datetime import timedelta

import pytest
from django.core import mail

from indicators import assessing, notifications, outbox
from indicators.assessing import Own
from indicators.clock import now, today
from indicators.models import Assessment, Explanation, Notice, NoticeKind, Submission, SubmissionEvent
from indicators.opening import working_days
from indicators.permissions import Standing
from indicators.proof import verifying
from indicators.refusals import Refused
from tests.factories import Province
from tests.indicators.test_assessing import enter, handed_in, keys, own

pytestmark = pytest.mark.usefixtures("english")
SAID = "Đã tính cả các tuyến nhánh theo biên bản ngày 10/9"


@pytest.fixture
def submitted(province: Province) -> Submission:
    submission = handed_in(province)
    Notice.objects.all().delete()
    enter(submission, {keys(submission)[0]: own("14000")}, by=province.verifier)
    return submission


def number() -> int:
    return Assessment.objects.latest("pk").pk


def told(**facts) -> list:
    rows = Notice.objects.filter(kind=NoticeKind.ASSESSED, **facts)
    return sorted(rows.values_list("user__username", flat=True))


def after(clock, day, hour: int = 9) -> None:
    clock.set(day.year, day.month, day.day, hour)


# --- Explaining


@pytest.mark.parametrize("who", ["reporter", "unit_leader"])
def test_the_unit_s_people_explain_a_figure(province, submitted, who):
    by = getattr(province, who)
    assert assessing.explain(submitted, {number(): f" {SAID} "}, by=by)
    said = Explanation.objects.get()
    assert (said.text, said.by, said.assessment_id) == (SAID, by, number())
    event = SubmissionEvent.objects.latest("number")
    assert (event.move, event.reason, event.version) == ("explain", "HT.01", said.version)
    assert Submission.objects.get().state == "submitted"


@pytest.mark.parametrize("who", ["verifier", "approver", "leader", "outsider"])
def test_nobody_else_explains_it(province, submitted, who):
    with pytest.raises(Refused, match="Only those who enter figures for the unit"):
        assessing.explain(submitted, {number(): SAID}, by=getattr(province, who))


def test_each_figure_is_explained_once(province, submitted):
    assessing.explain(submitted, {number(): SAID}, by=province.reporter)
    with pytest.raises(Refused, match=r"HT\.01: This figure was explained already \(reporter"):
        assessing.explain(submitted, {number(): "Khác"}, by=province.unit_leader)
    assert Explanation.objects.get().text == SAID


def test_the_same_page_sent_twice_explains_once(province, submitted):
    done = [assessing.explain(submitted, {number(): SAID}, by=province.reporter, key="k") for _ in range(2)]
    assert (done, Explanation.objects.count()) == ([True, False], 1)


def test_a_page_that_was_refused_may_be_sent_again_with_its_key(province, submitted):
    with pytest.raises(Refused, match="The explanation is empty"):
        assessing.explain(submitted, {number(): "  "}, by=province.reporter, key="k")
    assert assessing.explain(submitted, {number(): SAID}, by=province.reporter, key="k")


def test_the_last_day_counts_in_working_days_and_the_day_after_is_too_late(province, submitted, clock):
    last = working_days().add(today(), 3)
    after(clock, last, 23)
    assert assessing.closed(submitted, Assessment.objects.get()) == ""
    after(clock, last + timedelta(days=1), 0)
    with pytest.raises(Refused, match=f"could be explained until the end of {last:%d/%m/%Y}") as refused:
        assessing.explain(submitted, {number(): SAID}, by=province.reporter)
    assert "02133 000 000" in refused.value.in_full  # whom to call
    assert not Explanation.objects.exists()


def test_an_approval_ends_it(province, submitted):
    province.walk(submitted, "verify", "approve")
    with pytest.raises(Refused, match="The report is approved"):
        assessing.explain(submitted, {number(): SAID}, by=province.reporter)


def test_a_returned_report_may_be_explained_still(province, submitted):
    province.walk(submitted, "return")
    assert assessing.explain(submitted, {number(): SAID}, by=province.reporter)


def test_what_was_taken_back_or_changed_meanwhile_is_told(province, submitted):
    old = number()
    enter(submitted, {keys(submitted)[0]: own("13000")}, by=province.verifier)
    with pytest.raises(Refused, match="is another by now"):
        assessing.explain(submitted, {old: SAID}, by=province.reporter)


def test_a_figure_of_another_report_is_none_of_this_one_s(province, submitted):
    with pytest.raises(Refused, match="is another by now"):
        assessing.explain(submitted, {number() + 1: SAID}, by=province.reporter)


def test_too_long_an_explanation_is_refused_in_words(province, submitted):
    with pytest.raises(Refused, match="at most 2000 characters"):
        assessing.explain(submitted, {number(): "x" * 2001}, by=province.reporter)


def test_the_history_replays_with_it(province, submitted):
    assessing.explain(submitted, {number(): SAID}, by=province.reporter)
    province.walk(submitted, "verify", "approve")
    found: list[str] = []
    verifying.verify(found.append)
    assert found == []


# --- Telling


def test_reporters_and_signers_are_told_once_with_the_day(province, submitted):
    assert told(done_at=None) == ["reporter", "unit leader"]
    notice = Notice.objects.filter(kind=NoticeKind.ASSESSED).first()
    assert notice.due_on == Assessment.objects.get().explain_by
    assert notice.event == SubmissionEvent.objects.latest("number")


def test_a_second_figure_is_told_and_ends_what_was_told_of_the_first(province, submitted):
    enter(submitted, {keys(submitted)[1]: own("8")}, by=province.verifier)
    assert told(done_at=None) == ["reporter", "unit leader"]
    assert told() == ["reporter", "reporter", "unit leader", "unit leader"]


def test_taking_another_back_tells_nothing_anew(province, submitted):
    both = {keys(submitted)[0]: own("13000"), keys(submitted)[1]: own("8")}
    enter(submitted, both, by=province.verifier)
    before = list(Notice.objects.order_by("pk").values_list("pk", "done_at"))
    enter(submitted, {keys(submitted)[1]: Own()}, by=province.verifier)
    assert list(Notice.objects.order_by("pk").values_list("pk", "done_at")) == before


def test_what_was_taken_back_is_no_matter_any_more(province, submitted):
    enter(submitted, {keys(submitted)[0]: Own()}, by=province.verifier)
    assert told(done_at=None) == []


def test_an_explanation_ends_the_notice_once_nothing_is_left(province, submitted):
    enter(submitted, {keys(submitted)[1]: own("8")}, by=province.verifier)
    first, second = Assessment.objects.order_by("pk").values_list("pk", flat=True)
    assessing.explain(submitted, {first: SAID}, by=province.reporter)
    assert told(done_at=None) == ["reporter", "unit leader"]
    assessing.explain(submitted, {second: SAID}, by=province.reporter)
    assert told(done_at=None) == []


@pytest.mark.parametrize(
    ("moves", "left"), [(("verify",), 2), (("verify", "approve"), 0), (("return",), 0), (("withdraw",), 0)]
)
def test_the_notice_outlives_the_verification_alone(province, submitted, moves, left):
    province.walk(submitted, *moves)
    assert len(told(done_at=None)) == left


def test_sent_again_unchanged_nothing_is_told_twice(province, submitted):
    province.walk(submitted, "return", "submit", "sign")
    assert (told(done_at=None), told()) == ([], ["reporter", "unit leader"])


def test_the_timer_ends_it_once_the_days_are_over(province, submitted, clock):
    after(clock, Assessment.objects.get().explain_by)
    notifications.remind()
    assert len(told(done_at=None)) == 2
    after(clock, Assessment.objects.get().explain_by + timedelta(days=1))
    notifications.remind()
    assert told(done_at=None) == []


def test_the_mail_names_the_lines_and_the_day_and_goes_out_once(province, submitted, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    province.reporter.email = "reporter@example.vn"
    province.reporter.save()
    for _twice in range(2):
        outbox.send_all()
    (sent,) = mail.outbox
    assert "HT.01 (verifier)" in sent.body
    assert f"{Assessment.objects.get().explain_by:%d/%m/%Y}" in sent.body


def test_a_new_colleague_is_found_and_one_who_left_is_not(province, submitted):
    notice = Notice.objects.get(kind=NoticeKind.ASSESSED, user=province.reporter)
    assert notifications.find_again([notice]) == [notice]
    province.reporter.memberships.update(valid_until=now().date())
    assert notifications.find_again([notice]) == []


def test_whoever_enters_on_behalf_of_the_unit_does_not_explain():
    where = {"reports": True, "signs": False, "verifies": True, "approves": False, "belongs": False}
    assert not assessing.may_explain(Standing(**where, on_behalf=True))
    assert assessing.may_explain(Standing(**where))
