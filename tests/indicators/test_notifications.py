"""Whom a report waits for, and that each is told once (domain.md 19, 21, 24)."""

from datetime import date, timedelta

import pytest

from indicators import behalf, drafts, notifications, returns, rounds, task_reminders, workflow
from indicators.clock import now, today
from indicators.models import Membership, Notice, NoticeKind, Role, State, StepHolder, Submission, Succession, Unit
from indicators.notifications import DUTIES, find, find_again
from indicators.opening import open_round
from tests import factories, people
from tests.factories import cell, enter_on_behalf, indicator, perform, type_in

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def report(province):
    """Typed, ready to be handed in; what its round told is out of the way."""
    made = type_in(province.submission(indicator("HT.01")), cell("14433"), by=province.reporter)
    Notice.objects.all().delete()
    return made


def told(kind=None):
    """Who was told of what, and has still to act."""
    rows = Notice.objects.filter(done_at=None).order_by("kind", "user__username")
    rows = rows.filter(kind=kind) if kind else rows
    return [(notice.kind, str(notice.user)) for notice in rows.select_related("user")]


def give(user, unit, role, **days):
    return Membership.objects.create(user=user, unit=unit, role=role, **days)


def in_days(days):
    return today() + timedelta(days=days)


# --- A move tells whoever acts next


def test_each_move_tells_the_person_of_the_next_step_and_ends_what_was_told_before(province, report):
    report = province.walk(report, "submit")
    assert told() == [("to_sign", "unit leader")]
    report = province.walk(report, "sign")
    assert told() == [("to_verify", "verifier")]
    report = province.walk(report, "verify")
    assert told() == [("to_approve", "approver")]
    province.walk(report, "approve")
    assert told() == []
    assert Notice.objects.count() == 3


def test_without_verification_the_approver_is_told_at_once(province):
    report = province.submission(indicator("HT.01"), asks_verification=False, asks_sign_off=False)
    province.walk(type_in(report, cell("1"), by=province.reporter), "submit")
    assert told() == [("to_approve", "approver")]


def test_a_return_tells_the_units_reporters_with_the_event_that_gives_the_reason(province, report):
    second = people.person("second reporter", province.department, Role.REPORTER)
    report = province.walk(report, "submit", "sign")
    perform("return", report, by=province.verifier, comment="Mẫu số khác kỳ trước")
    assert told() == [("returned", "reporter"), ("returned", "second reporter")]
    assert {n.event.reason for n in Notice.objects.filter(user=second)} == {"Mẫu số khác kỳ trước"}


def test_a_day_for_sending_again_is_kept_with_the_notice_of_the_return(province, report):
    report = province.walk(report, "submit", "sign")
    read, asked = report.revisions.get().sha256, returns.Asked({}, in_days(9))
    workflow.perform("return", report, by=province.verifier, comment="Sai", revision=read, asked=asked)
    assert Notice.objects.get(kind="returned").due_on == in_days(9)


def test_a_reopened_report_is_a_return_too(province, report):
    province.walk(report, "submit", "sign", "verify", "approve", "reopen")
    assert told() == [("returned", "reporter")]


def test_whoever_made_the_move_is_not_told_of_it(province, report):
    give(province.unit_leader, province.department, Role.REPORTER)
    perform("return", province.walk(report, "submit"), by=province.unit_leader)
    assert told() == [("returned", "reporter")]


def test_withdrawing_tells_nobody_and_ends_what_was_told(province, report):
    province.walk(report, "submit", "withdraw")
    assert told() == []


def test_a_second_round_through_the_steps_is_another_matter(province, report):
    report = province.walk(report, "submit", "withdraw", "submit")
    assert Notice.objects.filter(kind="to_sign", user=province.unit_leader).count() == 2


def test_a_move_that_is_undone_tells_nobody(province, report, monkeypatch):
    def fail(*_args, **_facts):
        raise ZeroDivisionError

    monkeypatch.setattr(Submission, "refresh_from_db", fail)
    with pytest.raises(ZeroDivisionError):
        workflow.perform("submit", report, by=province.reporter)
    assert Notice.objects.count() == 0


# --- Whom


def test_a_move_in_silence_ends_what_was_told_and_tells_nobody(province, report):
    report = province.walk(report, "submit")
    with notifications.in_silence():
        report = province.walk(report, "sign")
    assert (told(), Notice.objects.count()) == ([], 1)
    province.walk(report, "verify")
    assert told() == [("to_approve", "approver")]


def test_memberships_count_on_the_day_of_the_move(province, report):
    for name, days in (
        ("gone", {"valid_until": today()}),
        ("coming", {"valid_from": in_days(1)}),
        ("here", {"valid_until": in_days(1)}),
    ):
        give(people.person(name), province.department, Role.SIGNER, **days)
    province.walk(report, "submit")
    assert told() == [("to_sign", "here"), ("to_sign", "unit leader")]


def test_a_holder_named_for_the_unit_comes_before_the_one_for_all_others(province, report):
    give(people.person("other verifier"), province.sister, Role.VERIFIER)
    form = report.round.form
    StepHolder.objects.create(form=form, step="verify", reporting_unit=province.department, holder=province.sister)
    province.walk(report, "submit", "sign")
    assert told() == [("to_verify", "other verifier")]


def test_people_of_another_unit_and_readers_are_not_told(province, report):
    people.person("other signer", province.sister, Role.SIGNER)
    province.walk(report, "submit")
    assert told() == [("to_sign", "unit leader")]


def test_an_account_that_is_switched_off_or_has_no_address_has_its_notice_all_the_same(province, report):
    people.person("off", province.department, Role.SIGNER, is_active=False)
    province.walk(report, "submit")
    assert told() == [("to_sign", "off"), ("to_sign", "unit leader")]


def test_in_an_archival_round_the_successors_people_are_told(province):
    old = factories.unit("Sở Thông tin và Truyền thông", code="LC-STTTT", parent=province.root)
    Succession.objects.create(predecessor=old, successor=province.department, effective_on=date(2025, 3, 1))
    form = factories.form(
        old, holders={"verify": province.office, "approve": province.root}, indicators=[indicator("HT.01")]
    )
    Unit.objects.filter(pk=old.pk).update(ended=date(2027, 1, 1))
    round_ = open_round(form, factories.period(), archive="Báo cáo 2023", opens_on=date(2020, 1, 1))
    assert told() == [("opened", "reporter")]
    report = type_in(round_.submissions.get(), cell("5"), by=province.reporter)
    report = province.walk(report, "submit")
    assert told() == [("to_sign", "unit leader")]
    give(province.unit_leader, province.office, Role.VERIFIER)
    province.walk(report, "sign")
    assert told() == [("to_verify", "verifier")]  # and not the leader, who belongs to the successor


# --- Four eyes, as the workflow decides them


def scenes(province):
    """People who hold the next step, some of whom four eyes keep from it; each with the moves that lead there."""
    give(province.reporter, province.department, Role.SIGNER)
    give(province.reporter, province.office, Role.VERIFIER)
    give(province.reporter, province.root, Role.APPROVER)
    give(province.verifier, province.root, Role.APPROVER)
    give(province.unit_leader, province.office, Role.VERIFIER)
    for role, unit in (
        (Role.SIGNER, province.department),
        (Role.VERIFIER, province.office),
        (Role.APPROVER, province.root),
    ):
        give(people.person(f"free {role}"), unit, role)
    return [
        ("sign", ("submit",)),
        ("verify", ("submit", "sign")),
        ("approve", ("submit", "sign", "verify")),
        ("verify", ("submit", "sign", "verify", "approve", "reopen", "submit", "sign")),
    ]


@pytest.mark.parametrize("scene", range(4))
def test_told_is_exactly_who_finds_the_move_open(province, report, scene):
    move, way = scenes(province)[scene]
    report = province.walk(report, *way)
    everybody = {membership.user for membership in Membership.objects.select_related("user").order_by("pk")}
    may = sorted(str(user) for user in everybody if workflow.refusals(report, user)[move] is None)
    assert may
    assert [who for kind, who in told()] == may
    assert {kind for kind, who in told()} == {f"to_{move}"}


def test_who_began_to_enter_on_behalf_is_not_asked_to_verify(province, report, media):
    second = people.person("second verifier", province.office, Role.VERIFIER)
    report = enter_on_behalf(report, by=province.verifier)
    behalf.end(report, report.on_behalf.get().pk, by=second)
    province.walk(Submission.objects.get(), "submit", "sign")
    assert told() == [("to_verify", "second verifier")]


def test_every_kind_and_every_state_has_its_duty():
    assert {duty.kind for duty in DUTIES} == set(NoticeKind) - set(task_reminders.KINDS)
    assert {state for duty in DUTIES for state in duty.states} == set(State) - {
        State.CLOSED
    }  # which nobody acts on


# --- A round that opens


def test_opening_a_round_tells_the_reporters_of_its_units(province):
    province.round(indicator("HT.01"), units=[province.department, province.sister])
    assert told() == [("opened", "outsider"), ("opened", "reporter")]


def test_a_round_opened_twice_tells_once(province):
    round_ = province.round(indicator("HT.01"))
    open_round(round_.form, round_.period)
    assert Notice.objects.count() == 1


def test_what_is_taken_out_of_the_round_takes_its_notices_along(province):
    province.submission(indicator("HT.01")).delete()
    assert Notice.objects.count() == 0


# --- What is true still


def still(kind):
    return [str(n.user) for n in find_again(list(Notice.objects.filter(kind=kind).select_related("user")))]


def test_a_notice_is_true_until_the_report_moves_on(province, report):
    report = province.walk(report, "submit")
    assert still("to_sign") == ["unit leader"]
    report = province.walk(report, "sign")
    assert (still("to_sign"), still("to_verify")) == ([], ["verifier"])
    province.walk(report, "withdraw", "submit")
    assert still("to_sign") == ["unit leader"]  # the second of the two


def test_a_notice_is_true_for_those_who_still_have_the_step(province, report):
    province.walk(report, "submit")
    Membership.objects.filter(user=province.unit_leader).update(valid_until=today())
    assert still("to_sign") == []


def test_a_lock_suspends_what_it_bars(province, report):
    province.walk(report, "submit")
    rounds.lock_round(report.round, by=province.approver)
    assert still("to_sign") == []
    rounds.unlock_round(report.round, by=province.approver, reason="Mở lại")
    assert still("to_sign") == ["unit leader"]


def test_a_lock_leaves_verification_open(province, report):
    province.walk(report, "submit", "sign")
    rounds.lock_round(report.round, by=province.approver)
    assert still("to_verify") == ["verifier"]


# --- Kept for a year


def test_notices_are_kept_a_year(province, clock):
    clock.set(2025, 11, 1, 9)
    report = province.submission(indicator("HT.01"))
    clock.set(2025, 12, 1, 9)
    province.walk(type_in(report, cell("1"), by=province.reporter), "submit")
    clock.set(2026, 11, 15, 9)
    assert notifications.purge() == 1
    assert [n.kind for n in Notice.objects.all()] == ["to_sign"]


# --- Cost


def signers(province, count):
    for n in range(count - 1):
        people.person(f"signer {n}", province.department, Role.SIGNER)


@pytest.mark.parametrize("count", [1, 3])
def test_a_move_costs_three_queries_more_however_many_are_told(province, report, count, django_assert_num_queries):
    signers(province, count)
    report = drafts.lock(province.walk(report, "submit"))
    Notice.objects.all().delete()
    with django_assert_num_queries(3):  # what was told ends; whom to tell; their notices
        notifications.tell(report, report.state, by=province.reporter, at=now())
    assert Notice.objects.count() == count


@pytest.mark.parametrize("count", [1, 3])
def test_finding_again_costs_the_same_queries(province, count, django_assert_num_queries):
    for n in range(count):
        province.submission(indicator(f"HT.{n:02}"))
    notices = list(Notice.objects.all())
    with django_assert_num_queries(2):
        assert len(find_again(notices)) == count


def test_nothing_is_asked_for_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert (find_again([]), find([])) == ([], [])
