"""Whom a task waits for is told once, on the page of notices and by mail, while it is true still."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command

from indicators import outbox, task_reminders, tasks
from indicators.clock import today
from indicators.models import Definition, Membership, Notice, Role, Task
from tests import people
from tests.factories import Province, indicator
from tests.indicators.pages import browser, seen
from tests.tasks import claim, confirm, progress, task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
SOON, LATE = today() + timedelta(days=3), today() - timedelta(days=1)


def told(**of) -> list[tuple[str, str]]:
    """Current notices: kind, and to whom."""
    rows = Notice.objects.filter(done_at=None, **of).order_by("kind", "user__username", "pk")
    return list(rows.values_list("kind", "user__username"))


class TestByTheCalendar:
    @pytest.mark.parametrize(
        ("days", "kind"),
        [(3, "task_soon"), (0, "task_soon"), (-1, "task_late"), (4, ""), (-366, "")],
        ids=["three days before", "on the day", "the day after", "too early", "long ago"],
    )
    def test_the_lead_unit_is_told_once(self, province: Province, days: int, kind: str) -> None:
        task(province, due_on=today() + timedelta(days=days))
        said = [(kind, "reporter"), (kind, "unit leader")] if kind else []
        assert (task_reminders.remind(), told()) == (len(said), said)
        assert task_reminders.remind() == 0

    def test_of_a_regular_task_and_of_one_that_waits_for_others_nobody_is(self, province: Province) -> None:
        task(province)
        claim(task(province, "NV.02", due_on=LATE), by=province.reporter)
        assert task_reminders.remind() == 0

    def test_a_moved_deadline_ends_what_was_told_of_the_old_one(self, province: Province) -> None:
        about = task(province, due_on=LATE)
        task_reminders.remind()
        tasks.move_deadline(about, SOON, by=province.verifier, reason="Chờ kinh phí")
        assert told() == []
        task_reminders.remind()
        assert told() == [("task_soon", "reporter"), ("task_soon", "unit leader")]

    def test_what_was_due_soon_is_overdue_after_its_day(self, province: Province) -> None:
        about = task(province, due_on=SOON)
        task_reminders.remind()
        Task.objects.filter(pk=about.pk).update(due_on=LATE)
        task_reminders.remind()
        assert {kind for kind, _name in told()} == {"task_late"}


class TestByAnAct:
    def test_who_confirms_is_told_that_it_is_reported_as_done(self, province: Province) -> None:
        about = task(province, due_on=LATE)
        task_reminders.remind()
        about = claim(about, by=province.reporter)
        assert told() == [("task_done", "verifier")]
        confirm(about, by=province.verifier)
        assert told() == []

    def test_whoever_four_eyes_keep_from_it_is_not(self, province: Province) -> None:
        both = people.person("both", province.office, Role.VERIFIER)
        Membership.objects.create(user=both, unit=province.department, role=Role.READER)
        claim(task(province), by=province.reporter)
        assert told() == [("task_done", "verifier")]

    def test_the_lead_unit_is_told_what_is_not_accepted_and_why(self, province: Province) -> None:
        about = claim(task(province), by=province.reporter)
        tasks.refuse(about, by=province.verifier, read=about.version, reason="Chưa nghiệm thu")
        assert told() == [("task_back", "reporter"), ("task_back", "unit leader")]
        page = seen(browser(province.reporter).get("/notices/"))
        assert "Task NV.01: Hoàn thành nền tảng NV.01" in page
        assert "Reason: Chưa nghiệm thu (verifier)" in page
        progress(about, by=province.reporter)
        assert told() == [("task_back", "reporter"), ("task_back", "unit leader")]  # until it is reported again

    def test_a_directive_is_told_to_the_unit_that_leads(self, province: Province) -> None:
        made = indicator("HT.01")
        said = tasks.Directive(
            programme=made.programme_places.get().programme,
            indicator=made,
            text="Đẩy nhanh tiến độ",
            lead=province.department,
            follower=province.office,
            due_on=today() + timedelta(days=30),
        )
        given = tasks.direct(said, by=province.leader)
        assert told(task=given) == [("task_given", "reporter"), ("task_given", "unit leader")]
        claim(given, by=province.reporter)
        assert told(task=given) == [("task_done", "verifier")]
        assert Definition.objects.get().indicator == given.indicator


class TestByMail:
    @pytest.fixture(autouse=True)
    def _addresses(self, province: Province, settings) -> None:
        for user in (province.reporter, province.verifier):
            user.email = f"{user.username}@laichau.gov.vn"
            user.save()

    def test_a_digest_says_what_waits_and_leads_there(self, province: Province, settings) -> None:
        about = claim(task(province, due_on=SOON), by=province.reporter)
        outbox.send_all()
        (message,) = mail.outbox
        assert message.to == ["verifier@laichau.gov.vn"]
        assert "NV.01" in message.body
        assert f"{settings.BASE_URL}/tasks/{about.pk}/" in message.body

    def test_what_is_done_meanwhile_is_not_sent(self, province: Province) -> None:
        confirm(claim(task(province), by=province.reporter), by=province.verifier)
        assert Notice.objects.filter(kind="task_done").exists()
        outbox.send_all()
        assert mail.outbox == []

    def test_what_waits_no_more_by_itself_is_not_sent(self, province: Province) -> None:
        """Though its notice stands: the membership ended."""
        claim(task(province), by=province.reporter)
        Membership.objects.filter(user=province.verifier).delete()
        outbox.send_all()
        assert mail.outbox == []

    def test_the_timer_finds_and_sends(self, province: Province) -> None:
        task(province, due_on=LATE)
        call_command("send_outbox")
        assert [message.to for message in mail.outbox] == [["reporter@laichau.gov.vn"]]
        call_command("send_outbox")
        assert len(mail.outbox) == 1


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_of_notices_costs_the_same_whatever_their_number(
    province: Province, n: int, django_assert_num_queries
) -> None:
    for number in range(n):
        task(province, f"NV.{number}", due_on=LATE)
    task_reminders.remind()
    client = browser(province.reporter)
    with django_assert_num_queries(7):
        client.get("/notices/")
