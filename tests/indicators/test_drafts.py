"""Saving what is typed: one save is one version, and nothing is overwritten unseen."""

import pytest
from django.utils import translation

from indicators import drafts
from indicators.drafts import EMPTY
from indicators.models import Entry, EntryChange
from indicators.refusals import Refused
from indicators.validation import expected_cells
from tests import people
from tests.factories import cell, indicator


@pytest.fixture
def submission(province):
    return province.submission(indicator("HT.01"), indicator("HT.02"))


@pytest.fixture
def keys(submission):
    return list(expected_cells(submission))


@pytest.fixture
def other(province):
    return people.person("other", province.department, "reporter")


def values(submission):
    entries = Entry.objects.filter(submission=submission).order_by("line__order")
    return list(entries.values_list("value", flat=True))


def test_one_save_is_one_version_whatever_it_changed(province, submission, keys):
    typed = dict(zip(keys, [cell("1"), cell("2")], strict=True))
    saved = drafts.save(submission, typed, by=province.reporter, version=0)
    submission.refresh_from_db()
    assert (saved.version, saved.changed, saved.conflicts, submission.version) == (1, 2, {}, 1)


def test_what_is_the_same_is_not_written_again(province, submission, keys):
    drafts.save(submission, {keys[0]: cell("1")}, by=province.reporter, version=0)
    saved = drafts.save(submission, {keys[0]: cell("1"), keys[1]: EMPTY}, by=province.reporter, version=1)
    assert (saved.version, saved.changed) == (1, 0)
    assert EntryChange.objects.count() == 1


def test_a_change_keeps_the_old_and_the_new_text(province, submission, keys):
    drafts.save(submission, {keys[0]: cell("1")}, by=province.reporter, version=0)
    drafts.save(submission, {keys[0]: cell(state="not_available")}, by=province.reporter, version=1)
    first, second = EntryChange.objects.order_by("version")
    assert (first.old["state"], first.new["value"]) == ("", "1")
    assert (second.old["value"], second.new["value"], second.new["state"]) == ("1", None, "not_available")
    assert (second.by, second.version) == (province.reporter, 2)


def test_what_another_person_changed_meanwhile_is_given_back(province, submission, keys, other):
    drafts.save(submission, {keys[0]: cell("1")}, by=other, version=0)
    typed = {keys[0]: cell("9"), keys[1]: cell("2")}
    saved = drafts.save(submission, typed, by=province.reporter, version=0)
    [(key, conflict)] = saved.conflicts.items()
    assert key == keys[0]
    assert (conflict.theirs.value, conflict.mine.value, conflict.by) == (1, 9, "other")
    assert values(submission) == [1, 2]


def test_a_field_left_as_it_was_drawn_does_not_undo_what_another_person_saved(province, submission, keys, other):
    drafts.save(submission, {keys[0]: cell("1")}, by=other, version=0)
    saved = drafts.save(submission, {keys[0]: EMPTY, keys[1]: cell("2")}, by=province.reporter, version=0)
    assert saved.conflicts == {}
    assert values(submission) == [1, 2]


def test_two_people_who_type_the_same_do_not_disagree(province, submission, keys, other):
    drafts.save(submission, {keys[0]: cell("1")}, by=other, version=0)
    assert drafts.save(submission, {keys[0]: cell("1")}, by=province.reporter, version=0).conflicts == {}


@pytest.mark.parametrize("state", ["awaiting_sign_off", "submitted", "verified", "approved"])
def test_nothing_is_saved_once_the_report_has_been_sent(province, submission, keys, state):
    typed = dict.fromkeys(keys, cell("1"))
    drafts.save(submission, typed, by=province.reporter, version=0)
    moves = ["submit", "sign", "verify", "approve"]
    moves = moves[: ["awaiting_sign_off", "submitted", "verified", "approved"].index(state) + 1]
    submission = province.walk(submission, *moves)
    assert submission.state == state
    with pytest.raises(Refused):
        drafts.save(submission, {keys[0]: cell("9")}, by=province.reporter, version=submission.version)
    assert values(submission) == [1, 1]


def test_a_stale_object_in_hand_does_not_open_a_sent_report(province, submission, keys):
    stale = type(submission).objects.select_related("round__form").get(pk=submission.pk)
    drafts.save(submission, dict.fromkeys(keys, cell("1")), by=province.reporter, version=0)
    province.walk(submission, "submit")
    with translation.override("en"), pytest.raises(Refused) as refused:
        drafts.save(stale, {keys[0]: cell("9")}, by=province.reporter, version=0)
    assert refused.value.sentence.startswith("Waiting for a signature since")
