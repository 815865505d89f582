"""What the triggers cannot hold, the chain of hashes shows."""

import pytest

from indicators import event_chain, sealing
from indicators.models import Revision, SubmissionEvent
from tests.factories import cell, indicator, perform, type_in
from tests.indicators.proof_of import behind_the_back


@pytest.fixture
def history(province):
    """An approved report."""
    submission = type_in(province.submission(indicator("HT.01")), cell("14433"), by=province.reporter)
    return province.walk(submission, "submit", "sign", "verify", "approve")


def broken_links(submission):
    """The numbers of the events whose hash is not that of what they say, or that do not follow the one before."""
    broken, before = [], ""
    for event in submission.events.order_by("number"):
        said = event_chain.facts_of(event)
        is_own = event.hash == event_chain.event_hash(event.submission_id, event.by_id, event.at, said)
        if not is_own or event.previous_hash != before:
            broken.append(event.number)
        before = event.hash
    return broken


def test_every_hash_can_be_recomputed_from_what_is_stored(province, history):
    history = perform("reopen", history, by=province.approver, comment="Số liệu: “53,8 %” → 53,33")
    assert history.events.count() == 5
    assert broken_links(history) == []


def test_a_hash_does_not_depend_on_the_zone_in_which_the_moment_was_held(province, clock):
    """now() may come in any zone; from the database a moment comes back in UTC."""
    clock.set(2026, 9, 15, 16, 20)
    submission = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    assert broken_links(province.walk(submission, "submit", "sign")) == []


@pytest.mark.parametrize(
    "forged",
    [
        {"reason": "another"},
        {"move": "return"},
        {"from_state": "draft"},
        {"to_state": "draft"},
        {"version": 99},
        {"revision_sha256": "0" * 64},
        {"details_sha256": "0" * 64},
        {"signature": None},
        {"at": "2020-01-01T00:00:00+00:00"},
        {"by": "somebody else"},
    ],
    ids=lambda forged: next(iter(forged)),
)
def test_a_row_altered_behind_the_triggers_breaks_its_link(province, history, forged):
    if "by" in forged:
        forged = {"by": province.outsider}
    with behind_the_back():
        SubmissionEvent.objects.filter(number=2).update(**forged)
    assert broken_links(history) == [2]


def test_a_row_taken_out_behind_the_triggers_breaks_the_next_link(history):
    with behind_the_back():
        SubmissionEvent.objects.filter(number=2)._raw_delete("default")
    assert broken_links(history) == [3]


def test_a_row_forged_together_with_its_hash_breaks_the_next_link(history):
    event = history.events.get(number=2)
    said = {"number": 2, "version": 99, "move": "sign", "from_state": "draft", "to_state": "draft", "reason": ""}
    said |= {"revision_sha256": "", "previous_hash": event.previous_hash}
    forged = event_chain.event_hash(history.pk, event.by_id, event.at, said)
    with behind_the_back():
        SubmissionEvent.objects.filter(number=2).update(**said, signature=None, hash=forged)
    assert broken_links(history) == [3]


def test_a_revision_altered_behind_the_triggers_no_longer_has_its_hash(history):
    with behind_the_back():
        Revision.objects.update(content='{"cells":[]}')
    revision = Revision.objects.get()
    assert sealing.sha256(revision.content) != revision.sha256
    assert revision.sha256 == history.events.get(number=1).revision_sha256
