"""Acts on a task: who reports, who confirms, who moves the deadline, and what is refused."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from indicators import tasks
from indicators.clock import today
from indicators.models import Membership, Role, Task, TaskAct
from indicators.refusals import ContentChanged, Refused
from tests import people
from tests.factories import Province
from tests.tasks import claim, confirm, done, progress, task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
EVERYBODY = ("reporter", "unit_leader", "verifier", "approver", "leader", "outsider", "superuser", "both")


@pytest.fixture
def everybody(province: Province) -> Province:
    """`both` decides for the office and reads for the lead unit."""
    province.superuser = people.superuser()
    province.both = people.person("both", province.office, Role.VERIFIER)
    Membership.objects.create(user=province.both, unit=province.department, role=Role.READER)
    return province


def who_may(province: Province, act) -> set[str]:
    """Each in a savepoint of its own, so that everybody meets the same task."""
    may = set()
    for name in EVERYBODY:
        try:
            with transaction.atomic():
                act(getattr(province, name))
                may.add(name)
                raise _TakeBack
        except (Refused, _TakeBack):
            pass
    return may


class _TakeBack(Exception):
    pass


class TestWhoMay:
    def test_the_lead_unit_reports(self, everybody: Province) -> None:
        about = task(everybody, supporting=[everybody.sister])
        assert who_may(everybody, lambda user: progress(about, by=user)) == {"reporter", "unit_leader"}
        assert who_may(everybody, lambda user: claim(about, by=user)) == {"reporter", "unit_leader"}

    def test_who_decides_for_the_unit_that_follows_it_up_confirms(self, everybody: Province) -> None:
        about = claim(task(everybody), by=everybody.reporter)
        assert who_may(everybody, lambda user: confirm(about, by=user)) == {"verifier"}
        said = {"read": about.version, "reason": "Chưa có nghiệm thu"}
        assert who_may(everybody, lambda user: tasks.refuse(about, by=user, **said)) == {"verifier"}

    def test_who_follows_it_up_or_set_it_moves_its_deadline(self, everybody: Province) -> None:
        given = {"given_by": everybody.leader, "given_at": "2026-11-01T00:00:00Z"}
        about = task(everybody, due_on=today(), **given)
        later = today() + timedelta(days=9)
        said = {"reason": "Chờ kinh phí"}
        may = who_may(everybody, lambda user: tasks.move_deadline(about, later, by=user, **said))
        assert may == {"verifier", "leader", "superuser"}  # who keeps tasks does so by table too

    def test_who_reported_it_as_done_does_not_confirm_it(self, province: Province) -> None:
        """Though of the unit that follows it up by now, and no more of the lead unit."""
        about = claim(task(province), by=province.reporter)
        Membership.objects.filter(user=province.reporter).update(unit=province.office, role=Role.VERIFIER)
        with pytest.raises(Refused, match="Whoever reported the task as done does not confirm it"):
            confirm(about, by=province.reporter)

    def test_who_sees_a_task(self, everybody: Province) -> None:
        task(everybody)
        supported = task(everybody, "NV.02", supporting=[everybody.sister])
        other = people.person("other", everybody.sister, Role.READER)
        seen = {name: Task.objects.visible_to(getattr(everybody, name)).count() for name in EVERYBODY}
        assert seen == dict.fromkeys(EVERYBODY, 2) | {"outsider": 1}
        assert Task.objects.visible_to(other).get() == supported
        assert not Task.objects.visible_to(people.person("nobody")).exists()


class TestReporting:
    def test_progress_is_a_row_and_changes_nothing_else(self, province: Province) -> None:
        about = progress(task(province), by=province.reporter)
        row = TaskAct.objects.get()
        assert (row.kind, row.number, row.text, row.by) == ("progress", 1, "Đang triển khai", province.reporter)
        assert (about.state, about.version) == ("under_way", 1)

    def test_done_waits_for_its_confirmation_and_counts_by_its_own_day(self, province: Province) -> None:
        due = today() - timedelta(days=5)
        about = claim(task(province, due_on=due), by=province.reporter, on=due, document="Biên bản số 12/BB")
        assert (about.state, about.claimed_on) == ("claimed", due)
        about = confirm(about, by=province.verifier)
        assert (about.state, about.claimed_on, about.done_on) == ("done", None, due)
        kinds = TaskAct.objects.order_by("number").values_list("number", "kind", "done_on", "document")
        assert list(kinds) == [(1, "claimed", due, "Biên bản số 12/BB"), (2, "confirmed", due, "")]

    def test_what_is_not_accepted_goes_on_and_says_why(self, province: Province) -> None:
        about = claim(task(province, due_on=today() - timedelta(days=1)), by=province.reporter)
        tasks.refuse(about, by=province.verifier, read=about.version, reason="Chưa nghiệm thu")
        about.refresh_from_db()
        assert (about.state, about.claimed_on) == ("overdue", None)
        assert TaskAct.objects.latest("number").text == "Chưa nghiệm thu"
        assert claim(about, by=province.unit_leader).state == "claimed"

    def test_a_page_sent_twice_reports_once(self, province: Province) -> None:
        about, said = task(province), tasks.Report("Đang triển khai")
        assert tasks.report(about, said, by=province.reporter, key="k")
        assert not tasks.report(about, said, by=province.reporter, key="k")
        assert TaskAct.objects.count() == 1

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"text": " "}, "Say how the task stands."),
            ({"text": "x" * 2_001}, "The text is too long."),
            ({"done_on": today() + timedelta(days=1)}, "A task is not done on a day to come."),
        ],
    )
    def test_what_says_nothing_is_refused(self, province: Province, said, sentence: str) -> None:
        with pytest.raises(Refused) as refused:
            tasks.report(task(province), tasks.Report(**said), by=province.reporter)
        assert refused.value.sentence == sentence

    def test_what_is_reported_as_done_is_not_reported_again(self, province: Province) -> None:
        about = claim(task(province), by=province.reporter)
        with pytest.raises(Refused, match="reported as done already"):
            claim(about, by=province.unit_leader)
        confirm(about, by=province.verifier)
        with pytest.raises(Refused, match="confirmed as done on"):
            progress(about, by=province.reporter)


class TestAnswering:
    def test_nothing_is_confirmed_that_was_not_reported(self, province: Province) -> None:
        with pytest.raises(Refused, match="not reported as done"):
            confirm(task(province), by=province.verifier)

    def test_nothing_is_confirmed_twice(self, province: Province) -> None:
        with pytest.raises(Refused, match="confirmed as done on"):
            confirm(done(province), by=province.verifier)

    def test_what_changed_since_it_was_read_is_not_confirmed(self, province: Province) -> None:
        about = claim(task(province), by=province.reporter)
        read = about.version
        progress(about, by=province.unit_leader, text="Bổ sung biên bản")
        with pytest.raises(ContentChanged):
            tasks.confirm(about, by=province.verifier, read=read)

    def test_a_refusal_gives_its_reason(self, province: Province) -> None:
        about = claim(task(province), by=province.reporter)
        with pytest.raises(Refused, match="Say why the task is not accepted"):
            tasks.refuse(about, by=province.verifier, read=about.version, reason=" ")


class TestTheDeadline:
    def test_is_moved_for_a_reason_that_stays_in_the_history(self, province: Province, history_told) -> None:
        due, later = today(), today() + timedelta(days=30)
        about = task(province, due_on=due)
        tasks.move_deadline(about, later, by=province.verifier, reason="Chờ kinh phí")
        row = TaskAct.objects.get()
        assert (row.kind, row.due_before, row.due_on, row.text) == ("moved", due, later, "Chờ kinh phí")
        past = Task.history.order_by("history_id").values_list("due_on", "history_change_reason")
        assert list(past)[-1] == (later, "Chờ kinh phí")

    @pytest.mark.parametrize(
        ("days", "reason", "sentence"), [(9, " ", "Say why"), (0, "Chờ", "the deadline of the task already")]
    )
    def test_is_not_moved_for_nothing(self, province: Province, days: int, reason: str, sentence: str) -> None:
        about = task(province, due_on=today())
        with pytest.raises(Refused, match=sentence):
            tasks.move_deadline(about, today() + timedelta(days=days), by=province.verifier, reason=reason)

    def test_of_what_is_done_stays(self, province: Province) -> None:
        with pytest.raises(Refused, match="confirmed as done on"):
            tasks.move_deadline(done(province), today(), by=province.verifier, reason="Chờ")


def test_the_database_refuses_a_task_that_its_own_unit_follows_up(province: Province) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        task(province, follower=province.department)


def test_the_database_holds_one_task_a_programme_and_code(province: Province) -> None:
    task(province)
    with pytest.raises(IntegrityError), transaction.atomic():
        task(province)
