"""One seal a day over the heads of all reports: what is taken out after it is missed, and so is a seal itself."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from indicators.models import Flags, Seal, SealedHead, Signature, Submission, SubmissionEvent
from indicators.proof import reading, seals
from tests.factories import cell, indicator, type_in
from tests.indicators.proof_of import behind_the_back, counted, told

pytestmark = pytest.mark.usefixtures("english")
DAY = (2026, 11, 24)


@pytest.fixture
def report(province, clock):
    clock.set(*DAY, 8, 0)
    mine = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    return province.walk(mine, "submit", "sign")


def seal(clock, *when):
    clock.set(*when)
    made, is_new = seals.seal_day()
    assert is_new
    return made


@pytest.fixture
def two(province, report, clock):
    """Of the hand-in, and of the approval on the day after."""
    first = seal(clock, *DAY, 9, 0)
    province.walk(report, "verify", "approve")
    return first, seal(clock, 2026, 11, 25, 0, 5)


def sealed(made):
    return list(made.sealed.order_by("submission").values_list("submission", "number"))


def test_a_seal_holds_the_heads_that_moved_and_follows_the_one_before(two, report):
    first, second = two
    assert (first.number, first.day, first.heads, first.previous_hash) == (1, date(*DAY), 1, "")
    assert (second.number, second.day, second.heads) == (2, date(2026, 11, 25), 1)
    assert second.previous_hash == first.hash
    assert (sealed(first), sealed(second)) == ([(report.pk, 2)], [(report.pk, 4)])
    assert told() == []
    assert counted().seals == 2


def test_a_day_is_sealed_once(two, province, report):
    province.walk(report, "reopen")
    assert seals.seal_day() == (two[1], False)
    assert Seal.objects.count() == 2


def test_days_on_which_nothing_ran_are_caught_up_by_one_seal(two, province, report, clock):
    clock.set(2026, 11, 26, 8, 0)
    province.walk(report, "reopen")
    made = seal(clock, 2026, 12, 1, 0, 5)
    assert (made.number, made.day, sealed(made)) == (3, date(2026, 12, 1), [(report.pk, 5)])


def test_a_day_on_which_nothing_moved_is_sealed_too(two, clock):
    made = seal(clock, 2026, 11, 26, 0, 5)
    assert (made.heads, sealed(made)) == (0, [])
    assert made.previous_hash == two[1].hash
    assert told() == []


def test_the_day_is_the_provinces(report, clock):
    """00:30 in Lai Châu is the evening before in UTC."""
    assert seal(clock, 2026, 11, 25, 0, 30).day == date(2026, 11, 25)


def test_who_seals_at_the_same_moment_gets_the_seal_that_stands(report, clock, monkeypatch):
    stands = seal(clock, *DAY, 9, 0)
    first = Seal.objects.filter
    asked = []

    def not_seen_at_first(**facts):
        asked.append(facts)
        return Seal.objects.none() if len(asked) == 1 else first(**facts)

    monkeypatch.setattr(Seal.objects, "filter", not_seen_at_first)
    assert seals.seal_day() == (stands, False)
    assert Seal.objects.count() == 1


def test_the_database_holds_one_seal_a_day(two):
    with pytest.raises(IntegrityError):
        Seal.objects.create(number=3, day=two[1].day, at=two[1].at, heads=0, hash="0" * 64)


# --- What the seals show


def test_the_last_event_taken_out_with_everything_else_put_back(two, province, report):
    """The report and the rest of its history say nothing; the seal does."""
    with behind_the_back():
        province_events = SubmissionEvent.objects.filter(submission=report)
        province_events.filter(number=4)._raw_delete("default")
        report.observations.all()._raw_delete("default")
    Submission.objects.filter(pk=report.pk).update(state="verified", version=4)
    assert told() == [f"Report #{report.pk}: event 4, which seal 2 of 25/11/2026 holds, is gone."]
    assert told(report.pk) == told()


def test_a_whole_way_written_anew_is_not_the_one_that_was_sealed(two, province, report):
    """Every check code fits the others, since all were made again."""
    with behind_the_back():
        report.observations.all()._raw_delete("default")
        report.events.all()._raw_delete("default")
        Flags.objects.filter(revision__submission=report)._raw_delete("default")
        Signature.objects.filter(revision__submission=report)._raw_delete("default")
        report.revisions.all()._raw_delete("default")
    Submission.objects.filter(pk=report.pk).update(state="draft", handed_in_at=None)
    province.walk(report, "submit", "sign", "verify", "approve")
    assert told() == [f"Report #{report.pk}: event 2 is not the one that seal 1 of 24/11/2026 holds."]


@pytest.mark.parametrize("fact", [{"at": "2026-11-24T00:00:00+00:00"}, {"heads": 7}, {"hash": "0" * 64}])
def test_a_seal_that_was_changed(two, fact):
    with behind_the_back():
        Seal.objects.filter(number=2).update(**fact)
    assert told() == ["Seal 2 of 25/11/2026: it was changed; what it holds does not give its check code."]


def test_a_sealed_head_that_was_taken_out(two):
    with behind_the_back():
        SealedHead.objects.filter(seal=two[1])._raw_delete("default")
    assert told() == ["Seal 2 of 25/11/2026: it was changed; what it holds does not give its check code."]


def test_a_seal_made_anew_leaves_the_next_without_the_one_before(two, report):
    with behind_the_back():
        first = two[0]
        first.at += timedelta(hours=1)
        code = seals.seal_hash(first, [(report.pk, 2, report.events.get(number=2).hash)])
        Seal.objects.filter(number=1).update(at=first.at, hash=code)
    assert told() == ["Seal 2 of 25/11/2026: it does not follow from seal 1."]


def test_a_seal_taken_out(two):
    with behind_the_back():
        SealedHead.objects.filter(seal=two[0])._raw_delete("default")
        Seal.objects.filter(number=1)._raw_delete("default")
    assert told() == ["Seal 2 of 25/11/2026: the seal before it is missing; 0 is the last one."]


def test_a_day_put_forward(two):
    with behind_the_back():
        Seal.objects.filter(number=1).update(day=date(2026, 12, 1))
    assert told() == [
        "Seal 1 of 01/12/2026: it was changed; what it holds does not give its check code.",
        "Seal 2 of 25/11/2026: its day does not come after that of seal 1.",
    ]


# --- The commands


def run(name, *arguments):
    said = StringIO()
    try:
        call_command(name, *arguments, stdout=said)
    except CommandError as failed:
        return said.getvalue() + str(failed), 1
    return said.getvalue(), 0


def test_the_command_tells_the_code_and_who_keeps_it_however_often_it_runs(report, clock, settings):
    settings.SEAL_KEEPER = "Văn phòng UBND tỉnh"
    clock.set(*DAY, 9, 0)
    first, again = run("seal_day"), run("seal_day")
    made = Seal.objects.get()
    assert first == again
    assert first == (
        f"Seal 1 of 24/11/2026, made at 24/11/2026 09:00\nCheck code: {made.code}\nIn full: {made.hash}\n"
        "Kept outside the system by: Văn phòng UBND tỉnh\n",
        0,
    )
    assert made.hash.startswith(made.code.replace(" ", ""))
    assert len(made.code) == 24
    assert mail.outbox == []


def test_the_code_is_mailed_once(report, settings):
    settings.SEAL_MAIL = ["luu.tru@example.gov.vn", "vpubnd@example.gov.vn"]
    run("seal_day"), run("seal_day")
    (sent,) = mail.outbox
    made = Seal.objects.get()
    assert sent.to == settings.SEAL_MAIL
    assert sent.body == seals.told(made)
    assert made.mailed_at is not None


def test_mail_that_fails_is_told_leaves_the_seal_and_is_tried_again(report, settings, monkeypatch):
    settings.SEAL_MAIL = ["luu.tru@example.gov.vn"]

    def refuse(*_args, **_options):
        raise ConnectionRefusedError("no server")

    with monkeypatch.context() as broken:
        broken.setattr(seals, "send_mail", refuse)
        said, code = run("seal_day")
    made = Seal.objects.get()
    assert said.endswith("The seal stands, but its code could not be mailed: no server")
    assert code == 1
    assert made.mailed_at is None
    assert run("seal_day")[1] == 0
    assert len(mail.outbox) == 1


def test_the_check_says_what_it_looked_at(two):
    assert run("verify_history") == (
        "Checked: 1 reports, 4 events, 1 revisions, 1 approved figures, 2 seals.\nThe history is whole.\n",
        0,
    )


def test_the_check_of_a_broken_history_names_it_and_fails(two, report):
    Submission.objects.filter(pk=report.pk).update(version=0)
    with behind_the_back():
        Seal.objects.filter(number=2).update(heads=7)
    said, code = run("verify_history")
    lines = said.splitlines()
    assert lines[0].startswith(f"Report #{report.pk} (01/CĐS, ")
    assert lines[1].startswith("Seal 2 of 25/11/2026: ")
    assert (lines[-1], code) == ("2 breaks were found.", 1)


def test_one_report_is_checked_alone(two, report):
    assert run("verify_history", "--submission", str(report.pk))[0].startswith("Checked: 1 reports, 4 events")
    assert run("verify_history", "--submission", "999") == ("There is no report #999.", 1)


def test_a_printed_code_finds_its_seal(two):
    said, code = run("verify_history", "--code", two[0].code.upper())
    assert (f"Check code {two[0].code} is that of seal 1 of 24/11/2026.\n" in said, code) == (True, 0)
    assert run("verify_history", "--code", two[0].code[:9])[1] == 1


def test_a_printed_code_misses_the_seal_that_was_taken_off_the_end(two):
    """Nothing inside the database could tell."""
    with behind_the_back():
        SealedHead.objects.filter(seal=two[1])._raw_delete("default")
        Seal.objects.filter(number=2)._raw_delete("default")
    assert counted().broken == 0
    said, code = run("verify_history", "--code", two[1].code)
    assert (said.splitlines()[-1], code) == (f"No seal has the check code {two[1].code}.", 1)


@pytest.mark.parametrize("n", [1, 3])
def test_sealing_and_checking_seals_take_the_same_queries_for_more_reports(
    province, clock, django_assert_num_queries, n
):
    clock.set(*DAY, 8, 0)
    for number in range(n):
        mine = type_in(province.submission(indicator(f"HT.0{number}")), cell("1"), by=province.reporter)
        province.walk(mine, "submit")
    with django_assert_num_queries(7):
        assert seals.seal_day()[0].heads == n
    with django_assert_num_queries(14):
        assert counted().broken == 0


def test_a_seal_made_while_seals_are_checked_is_left_to_the_next_check(two, province, report, clock, monkeypatch):
    read = reading.seals

    def and_then_another_is_made():
        stand = list(read())
        province.walk(report, "reopen")
        seal(clock, 2026, 11, 26, 0, 5)
        return iter(stand)

    monkeypatch.setattr(reading, "seals", and_then_another_is_made)
    assert (counted().seals, Seal.objects.count()) == (2, 3)
    monkeypatch.undo()
    clock.set(2026, 11, 26, 8, 0)
    assert told() == []
