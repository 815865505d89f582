"""Rows changed behind the application's back, with the triggers gone: each is found, and named in a sentence."""

import json

import pytest
from django.db.models import F

from indicators import sealing, workflow
from indicators.clock import today
from indicators.models import (
    Decision,
    EntryChange,
    Flags,
    Observation,
    Return,
    Revision,
    Signature,
    Submission,
    SubmissionEvent,
)
from indicators.proof import reading
from indicators.proof.chain import hash_of
from tests.factories import cell, indicator, type_in
from tests.indicators.proof_of import adjusted, behind_the_back, counted, told

pytestmark = pytest.mark.usefixtures("english")
HEAD = "Report #{pk} (01/CĐS, {period}, Sở Khoa học và Công nghệ): "


@pytest.fixture
def report(province):
    return adjusted(province)


def named(report, sentence):
    return [HEAD.format(pk=report.pk, period=report.round.period) + sentence]


def changed(report, model, number, **facts):
    """Of a row that bears a number."""
    with behind_the_back():
        assert model.objects.filter(submission=report, number=number).update(**facts) == 1


def test_a_history_that_nobody_touched_is_whole(province, report):
    province.submission(indicator("HT.09"))  # nothing has happened to it yet
    assert told() == []
    assert vars(counted()) == {
        "reports": 2,
        "events": 12,
        "revisions": 3,
        "observations": 4,
        "seals": 0,
        "broken": 0,
    }


@pytest.mark.parametrize(
    "facts", [{"reason": "Lý do khác"}, {"at": "2020-01-01T00:00:00+00:00"}, {"address": "10.0.0.7"}]
)
def test_what_an_event_says_was_changed(report, facts):
    changed(report, SubmissionEvent, 3, **facts)
    assert told() == named(
        report,
        "Event 3 (return): it was changed; what it says (person, moment, states, version, reason, address) does "
        "not give its check code.",
    )


def test_a_signature_was_changed(report):
    with behind_the_back():
        Signature.objects.filter(revision__number=1).update(title="Giám đốc")
    assert "Event 2 (sign): it was changed" in told()[0]


def test_who_did_it_was_changed(report, province):
    changed(report, SubmissionEvent, 2, by=province.outsider)
    assert "Event 2 (sign): it was changed" in told()[0]


def test_a_state_of_an_event_was_changed(report):
    changed(report, SubmissionEvent, 3, from_state="verified")
    assert told() == named(
        report,
        "Event 3 (return): it says that the report stood at “Verified, waiting for approval”, but the "
        "events before it lead to “Sent, waiting for verification”.",
    )


def test_a_move_that_no_rule_allows(report):
    changed(report, SubmissionEvent, 2, to_state="approved")
    assert told() == named(report, "Event 2 (sign): no rule leads from “Waiting for signature” to “Approved”.")


def test_a_version_that_goes_back(report):
    changed(report, SubmissionEvent, 3, version=1)
    assert told() == named(
        report, "Event 3 (return): its version 1 does not come after version 3 of the event before."
    )


def test_an_event_forged_with_its_own_check_code_no_longer_leads_to_the_next(report):
    event = report.events.get(number=3)
    event.reason = "Lý do khác"
    changed(report, SubmissionEvent, 3, reason=event.reason, hash=hash_of(event))
    assert told() == named(
        report, "Event 4 (submit): it does not follow from event 3, whose check code it names otherwise."
    )


def test_an_event_taken_out_of_the_middle(report):
    with behind_the_back():
        report.events.filter(number=3)._raw_delete("default")
    assert told() == named(report, "Event 3 is missing: event 2 is followed by event 4.")


def test_the_first_event_taken_out(report):
    with behind_the_back():
        report.events.filter(number=1)._raw_delete("default")
    assert told() == named(report, "Event 1 is missing: event 0 is followed by event 2.")


def test_an_event_taken_out_and_the_others_counted_anew(report):
    with behind_the_back():
        report.events.filter(number=3)._raw_delete("default")
        for event in report.events.filter(number__gt=3).order_by("number"):
            report.events.filter(pk=event.pk).update(number=event.number - 1)
    assert told() == named(
        report,
        "Event 3 (submit): it says that the report stood at “Returned for completion”, but the "
        "events before it lead to “Sent, waiting for verification”.",
    )


def test_two_events_that_changed_places(report):
    with behind_the_back():
        for number, other in ((6, 99), (7, 6), (99, 7)):
            report.events.filter(number=number).update(number=other)
    assert told() == named(
        report,
        "Event 6 (approve): it says that the report stood at “Verified, waiting for approval”, but the "
        "events before it lead to “Sent, waiting for verification”.",
    )


def test_the_last_event_taken_out_with_the_state_left(report):
    with behind_the_back():
        report.events.filter(number=12)._raw_delete("default")
    assert told() == named(
        report, "The report stands at “Approved”, but its 11 events lead to “Verified, waiting for approval”."
    )


def test_the_state_of_the_report_changed(report):
    row = Submission.objects.filter(pk=report.pk)
    row.update(state="returned")
    assert told() == named(
        report, "The report stands at “Returned for completion”, but its 12 events lead to “Approved”."
    )


def test_the_moment_of_the_hand_in_changed(report, clock):
    Submission.objects.filter(pk=report.pk).update(handed_in_at=None)
    (sentence,) = told()
    assert "The report was handed in at – by its own word, at " in sentence


def test_a_withdrawal_clears_the_moment_of_the_hand_in(province):
    mine = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    mine = province.walk(mine, "submit", "withdraw", "submit", "sign", "withdraw", "submit", "sign", "return")
    assert mine.handed_in_at is not None
    assert told() == []


def test_a_version_of_the_report_that_its_history_has_passed(report):
    Submission.objects.filter(pk=report.pk).update(version=F("version") - 1)
    assert told() == named(
        report, f"The report has version {report.version - 1}, but its history goes to version {report.version}."
    )


def test_a_change_of_an_entry_newer_than_the_report(report):
    change = EntryChange.objects.filter(submission=report).last()
    change.pk, change.version = None, 99
    change.save(force_insert=True)
    assert "its history goes to version 99" in told()[0]


# --- Revisions


def test_the_content_of_a_revision_changed(report):
    content = Revision.objects.get(submission=report, number=3).content.replace("14500", "24500")
    changed(report, Revision, 3, content=content)
    assert told() == named(report, "Revision 3: its content was changed; it does not give its check code.")


def test_the_content_changed_with_its_check_code(report):
    content = Revision.objects.get(submission=report, number=1).content.replace("14433", "24433")
    changed(report, Revision, 1, content=content, sha256=sealing.sha256(content))
    assert told() == named(report, "Revision 1: its check code is not the one of event 1, which handed it in.")


def test_the_content_of_another_report_put_in_with_all_its_check_codes(report):
    said = json.loads(Revision.objects.get(submission=report, number=1).content) | {"submission": 77}
    content = sealing.canonical(said)
    changed(report, Revision, 1, content=content, sha256=sealing.sha256(content))
    event = report.events.get(number=1)
    event.revision_sha256 = sealing.sha256(content)
    changed(report, SubmissionEvent, 1, revision_sha256=event.revision_sha256, hash=hash_of(event))
    assert told() == named(report, "Revision 1: its content was changed; it does not give its check code.")


def test_a_revision_taken_out_with_its_figures(report):
    with behind_the_back():
        Observation.objects.filter(submission=report, revision__number=3)._raw_delete("default")
        Flags.objects.filter(revision__submission=report, revision__number=3)._raw_delete("default")
        SubmissionEvent.objects.filter(signature__revision__number=3).update(signature=None)
        Signature.objects.filter(revision__number=3)._raw_delete("default")
        Revision.objects.filter(submission=report, number=3)._raw_delete("default")
    assert told() == named(report, "Event 9 (submit): the revision that was handed in is missing.")


def test_a_revision_that_nobody_handed_in(report, province):
    last = workflow.latest_revision(report)
    last.pk, last.number = None, 4
    last.save(force_insert=True)
    assert told() == named(report, "Revision 4 belongs to no hand-in.")


def test_the_person_of_a_revision_changed(report, province):
    changed(report, Revision, 1, by=province.outsider)
    assert told() == named(report, "Revision 1: person or moment differ from event 1, which handed it in.")


def test_a_decision_about_another_content(report):
    other = Revision.objects.get(submission=report, number=3).sha256
    event = report.events.get(number=6)
    event.revision_sha256 = other
    changed(report, SubmissionEvent, 6, revision_sha256=other, hash=hash_of(event))
    assert told() == named(report, "Event 6 (verify): it is bound to another content than the one handed in last.")


# --- One report, and many


def test_one_report_alone_is_asked_for(report, province):
    other = type_in(province.submission(indicator("HT.09")), cell("1"), by=province.reporter)
    other = province.walk(other, "submit", "sign")
    Submission.objects.filter(pk=other.pk).update(version=0)
    assert told(report.pk) == []
    assert len(told(other.pk)) == 1
    assert told() == told(other.pk)


@pytest.mark.parametrize("n", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_reports(province, django_assert_num_queries, n):
    for number in range(n):
        mine = type_in(province.submission(indicator(f"HT.0{number}")), cell("1"), by=province.reporter)
        province.walk(mine, "submit", "sign", "verify", "approve")
    with django_assert_num_queries(13):
        assert counted().broken == 0


def test_reports_beyond_one_batch_are_all_read(province, monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 1)
    for number in range(3):
        province.walk(
            type_in(province.submission(indicator(f"HT.0{number}")), cell("1"), by=province.reporter), "submit"
        )
    Submission.objects.filter(pk=Submission.objects.order_by("pk").last().pk).update(version=0)
    assert (counted().reports, counted().broken) == (3, 1)


def test_a_break_is_told_only_where_it_stands_after_a_second_look(province, report, monkeypatch):
    """Between two queries of a batch somebody may have moved the report."""
    read = reading._with_rows
    torn = []

    def at_first_without_the_last_event(batch):
        found = read(batch)
        if not torn:
            torn.append(found[0].events.pop())
        return found

    monkeypatch.setattr(reading, "_with_rows", at_first_without_the_last_event)
    assert told() == []
    assert [event.number for event in torn] == [12]


def test_what_a_return_asked_was_changed(report):
    with behind_the_back():
        Return.objects.filter(submission=report).update(content='{"lines":[]}')
    assert told() == named(report, "Event 3 (return): what it asks is missing, or was changed.")


def test_a_return_without_what_it_asked(report):
    with behind_the_back():
        Return.objects.filter(submission=report)._raw_delete("default")
    assert told() == named(report, "Event 3 (return): what it asks is missing, or was changed.")


def test_the_decision_by_which_a_report_was_approved_was_changed(province):
    round_ = province.round(indicator("HT.01"))
    report = type_in(round_.submissions.get(), cell("5"), by=province.reporter)
    province.walk(report, "submit", "sign", "verify")
    number = Decision.objects.create(round=round_, number="12/QĐ-UBND", decided_on=today(), by=province.approver)
    read = report.revisions.get().sha256
    workflow.perform("approve", report, by=province.approver, revision=read, decision=number)
    assert told() == []
    with behind_the_back():
        Decision.objects.update(number="13/QĐ-UBND")
    (sentence,) = told()
    assert "Event 4 (approve): it was changed" in sentence
