"""Two people at once at one report, at two sisters, at one draft, with one form (racing.py says how)."""

from contextlib import suppress

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from indicators import drafts, keys, totals, workflow
from indicators.models import Entry, EntryChange, Observation, Period, Role, Submission, Total, UsedKey
from indicators.refusals import Refused
from tests import people
from tests.factories import cell, indicator, type_in
from tests.indicators.racing import (
    act_of,
    at_once,
    attempt,
    meanwhile,
    province,
    take_compare_and_swap_away,
    take_locks_away,
)

__all__ = ["province"]  # the fixture, on real connections

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def verified(province):
    submission = province.submission(indicator("HT.01"), indicator("HT.02"))
    submission = type_in(submission, cell("14433"), cell("7"), by=province.reporter)
    return province.walk(submission, "submit", "sign", "verify")


def approvals_of(submission):
    return submission.events.filter(move="approve").count()


# --- Two approvals of one report


def race_two_approvals(monkeypatch, province, verified):
    second = people.person("second approver", province.root, Role.APPROVER)
    other = meanwhile(monkeypatch, workflow, "latest_revision", act_of("approve", verified, second))
    return attempt(act_of("approve", verified, province.approver)), other.outcome()


def test_of_two_approvals_at_once_one_wins_and_is_written_once(monkeypatch, province, verified):
    first, second = race_two_approvals(monkeypatch, province, verified)
    assert (first.state, type(second)) == ("approved", Refused)
    assert (approvals_of(verified), Observation.objects.count()) == (1, 2)
    assert Submission.objects.get().version == verified.version + 1


def test_without_the_lock_the_compare_and_swap_alone_lets_one_approval_win(monkeypatch, province, verified):
    take_locks_away(monkeypatch)
    first, second = race_two_approvals(monkeypatch, province, verified)
    assert (type(first), second.state) == (Refused, "approved")
    assert (approvals_of(verified), Observation.objects.count()) == (1, 2)


def test_control_without_any_guard_both_approve(monkeypatch, province, verified):
    take_locks_away(monkeypatch)
    take_compare_and_swap_away(monkeypatch)
    first, second = race_two_approvals(monkeypatch, province, verified)
    assert (first.state, second.state) == ("approved", "approved")
    assert (approvals_of(verified), Observation.objects.count()) == (2, 4)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a mode of SQLite")
def test_control_in_deferred_mode_sqlite_answers_with_an_error(monkeypatch, province, verified):
    """A DEFERRED transaction that has read may not write once another has: 'database is locked', at once."""
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    monkeypatch.setattr(connections["default"], "transaction_mode", "DEFERRED")
    first, second = race_two_approvals(monkeypatch, province, verified)
    assert (type(first), second.state) == (OperationalError, "approved")


# --- An approval against the unit's own withdrawal


def race_approval_against_withdrawal(monkeypatch, province, verified):
    withdraw = act_of("withdraw", verified, province.reporter)
    other = meanwhile(monkeypatch, workflow, "latest_revision", withdraw)
    return attempt(act_of("approve", verified, province.approver)), other.outcome()


def test_a_withdrawal_that_comes_during_an_approval_is_too_late(monkeypatch, province, verified):
    approval, withdrawal = race_approval_against_withdrawal(monkeypatch, province, verified)
    assert (approval.state, type(withdrawal)) == ("approved", Refused)
    assert (verified.events.last().move, Observation.objects.count()) == ("approve", 2)


def test_an_approval_that_comes_during_a_withdrawal_finds_nothing_to_approve(monkeypatch, province, verified):
    approve = act_of("approve", verified, province.approver)
    other = meanwhile(monkeypatch, workflow, "latest_revision", approve)
    withdrawal = act_of("withdraw", verified, province.reporter)()
    assert (withdrawal.state, type(other.outcome())) == ("draft", Refused)
    assert (verified.events.last().move, Observation.objects.count()) == ("withdraw", 0)


def test_control_without_any_guard_a_withdrawn_report_is_approved(monkeypatch, province, verified):
    take_locks_away(monkeypatch)
    take_compare_and_swap_away(monkeypatch)
    approval, withdrawal = race_approval_against_withdrawal(monkeypatch, province, verified)
    assert (approval.state, withdrawal.state) == ("approved", "draft")
    assert list(verified.events.values_list("from_state", "to_state"))[-2:] == [
        ("verified", "draft"),
        ("verified", "approved"),  # though the state before was draft
    ]


# --- The first approvals of two sister units, into a total that does not exist yet


def ready_sister(province, round_, unit, reporter, figure):
    submission = type_in(round_.submissions.get(unit=unit), cell(str(figure)), by=reporter)
    return province.walk(submission, "submit", reporter=reporter)


@pytest.fixture
def round_(province):
    """Two departments report about the province."""
    units = [province.department, province.sister]
    return province.round(indicator("HT.01"), units=units, asks_sign_off=False, asks_verification=False)


@pytest.fixture
def sisters(province, round_):
    return [
        ready_sister(province, round_, province.department, province.reporter, 100),
        ready_sister(province, round_, province.sister, province.outsider, 23),
    ]


def race_two_sisters(monkeypatch, province, sisters):
    """The first stands still in the recomputing: it has read what there is to add up and not yet written it."""
    department, sister = sisters
    other = meanwhile(monkeypatch, totals, "given_at", act_of("approve", sister, province.approver))
    first = attempt(act_of("approve", department, province.approver))
    assert (first.state, other.outcome().state) == ("approved", "approved")
    return Total.objects.values_list("value", "n_reported", "n_expected").get(stage="approved")


def test_two_first_approvals_of_sister_units_make_one_complete_total(monkeypatch, province, sisters):
    assert race_two_sisters(monkeypatch, province, sisters) == (123, 2, 2)


def test_control_without_the_periods_lock_the_total_lacks_a_figure(monkeypatch, province, sisters):
    take_locks_away(monkeypatch)
    assert race_two_sisters(monkeypatch, province, sisters) == (100, 1, 2)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_control_the_periods_lock_alone_keeps_the_total_whole(monkeypatch, province, sisters):
    monkeypatch.setattr(totals, "lock_period", lambda pk: Period.objects.get(pk=pk))
    assert race_two_sisters(monkeypatch, province, sisters) == (100, 1, 2)


# --- Two saves of one draft, from the same version, into the same cell


@pytest.fixture
def draft(province):
    submission = province.submission(indicator("HT.01"), indicator("HT.02"))
    return type_in(submission, cell("1"), by=province.reporter)


def save_of(submission, user, code, figure):
    """From the version that `submission` was when the page was drawn."""
    line, version = submission.round.lines.get(indicator__code=code), submission.version
    typed = {(line.pk, submission.entries.get().subject_id): cell(figure)}
    return lambda: drafts.save(submission, typed, by=user, version=version)


def race_two_saves(monkeypatch, province, draft, mine, theirs):
    colleague = people.person("colleague", province.department, Role.REPORTER)
    first = save_of(draft, province.reporter, *mine)
    other = meanwhile(monkeypatch, drafts, "changes_since", save_of(draft, colleague, *theirs))
    return attempt(first), other.outcome()


def stored(draft):
    return dict(Entry.objects.filter(submission=draft).values_list("line__indicator__code", "value"))


def test_of_two_saves_into_one_cell_the_second_is_given_back_with_both_texts(monkeypatch, province, draft):
    first, second = race_two_saves(monkeypatch, province, draft, ("HT.01", "2"), ("HT.01", "3"))
    assert (first.changed, second.changed) == (1, 0)
    (conflict,) = second.conflicts.values()
    assert (conflict.theirs.value, conflict.mine.value, conflict.by) == (2, 3, "reporter")
    assert stored(draft) == {"HT.01": 2}
    assert (Submission.objects.get().version, EntryChange.objects.count()) == (2, 2)


def test_two_saves_into_different_cells_are_both_kept(monkeypatch, province, draft):
    first, second = race_two_saves(monkeypatch, province, draft, ("HT.01", "2"), ("HT.02", "3"))
    assert (first.version, second.version) == (2, 3)
    assert (first.conflicts, second.conflicts) == ({}, {})
    assert stored(draft) == {"HT.01": 2, "HT.02": 3}


def test_without_the_lock_the_compare_and_swap_alone_stops_the_slower_save(monkeypatch, province, draft):
    take_locks_away(monkeypatch)
    first, second = race_two_saves(monkeypatch, province, draft, ("HT.01", "2"), ("HT.01", "3"))
    assert (type(first), second.changed) == (Refused, 1)
    assert stored(draft) == {"HT.01": 3}
    assert list(EntryChange.objects.order_by("pk").values_list("version", flat=True)) == [1, 2]


def test_control_without_any_guard_a_save_is_overwritten_unseen(monkeypatch, province, draft):
    take_locks_away(monkeypatch)
    write = drafts._write

    def write_whatever_stands(submission, *rest):
        submission.refresh_from_db(fields=["version"])  # so that the comparison compares with itself
        write(submission, *rest)

    monkeypatch.setattr(drafts, "_write", write_whatever_stands)
    first, second = race_two_saves(monkeypatch, province, draft, ("HT.01", "2"), ("HT.01", "3"))
    assert (first.changed, first.conflicts, second.changed) == (1, {}, 1)
    assert stored(draft) == {"HT.01": 2}  # the colleague was told that 3 is saved


# --- The same form sent twice


class Act:
    """Something to be done once, under a key."""

    def __init__(self, user):
        self.user, self.done = user, []

    def work(self, name):
        self.done.append(name)

    def once(self, name, *, breaks_off=False):
        with transaction.atomic():
            if earlier := keys.use("k", by=self.user, result=name):
                return earlier
            self.work(name)
            if breaks_off:
                raise RuntimeError("the power went")
        return name

    def once_by_looking(self, name):
        """The control: looking whether the key is there, and writing it down after the work."""
        if earlier := UsedKey.objects.filter(key="k").first():
            return earlier.result
        self.work(name)
        with suppress(IntegrityError):
            UsedKey.objects.create(user=self.user, key="k", result=name, used_at=self.user.date_joined)
        return name


def test_a_form_sent_twice_at_once_is_done_once_and_answered_alike(monkeypatch, province):
    act = Act(province.reporter)
    other = meanwhile(monkeypatch, act, "work", lambda: act.once("second"))
    assert (act.once("first"), other.outcome()) == ("first", "first")
    assert (act.done, UsedKey.objects.count()) == (["first"], 1)


def test_the_second_is_done_anew_where_the_first_broke_off(monkeypatch, province):
    act = Act(province.reporter)
    other = meanwhile(monkeypatch, act, "work", lambda: act.once("second"))
    with pytest.raises(RuntimeError):
        act.once("first", breaks_off=True)
    assert (other.outcome(), UsedKey.objects.get().result) == ("second", "second")


def test_control_looking_before_doing_does_it_twice(monkeypatch, province):
    act = Act(province.reporter)
    other = meanwhile(monkeypatch, act, "work", lambda: act.once_by_looking("second"))
    assert (act.once_by_looking("first"), other.outcome()) == ("first", "second")
    assert act.done == ["first", "second"]


# --- Many times, no widened window


@pytest.mark.long
def test_two_hundred_times_two_sisters_make_a_complete_total(province, round_):
    """Approve both at once, reopen both, and again: the total is whole after every round."""
    for number in range(200):
        reports = [
            ready_sister(province, round_, province.department, province.reporter, number),
            ready_sister(province, round_, province.sister, province.outsider, number * 1000),
        ]
        outcomes = at_once(*(act_of("approve", report, province.approver) for report in reports))
        assert [o.state for o in outcomes] == ["approved", "approved"]
        standing = Total.objects.values_list("stage", "value", "n_reported")
        assert set(standing) == {(stage, number * 1001, 2) for stage in ("approved", "published")}
        for report in outcomes:
            province.walk(report, "reopen")
