"""Done once, whatever happens on the way (issue: double click, Back, a retry after a crash), from the page down."""

import pytest
from django.db import transaction

from indicators import acts, drafts, forms, hand_in, slots, workflow
from indicators.models import Entry, EntryChange, SubmissionEvent, UsedKey
from tests import people
from tests.factories import cell, indicator, type_in
from tests.indicators.pages import at, browser, press, seen, state, values

pytestmark = pytest.mark.usefixtures("english")

SENT_ALREADY = "This page had been sent already, so nothing was done again."


@pytest.fixture
def submission(province):
    return province.submission(indicator("HT.01"), indicator("HT.02"))


@pytest.fixture
def filled(province, submission):
    return type_in(submission, cell("1"), cell("2"), by=province.reporter)


def break_off(monkeypatch, module, name):
    """The process dies there, once; what comes later finds it whole again."""
    whole = getattr(module, name)

    def fail(*args, **facts):
        monkeypatch.setattr(module, name, whole)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, name, fail)


def carry_out(submission, by, **post):
    """One press, below the page: what a request does before its answer is made."""
    submission.refresh_from_db()
    data = {"version": str(submission.version), "key": "k", "action": "save"} | post
    posted = forms.read_post(data, slots.layout(submission).slots, current=submission.version)
    return acts.carry_out(posted, submission, by=by, address=at(submission))


# --- A crash in the middle: nothing is half written, and the same page does it afterwards


def test_a_save_that_broke_off_leaves_nothing_and_is_done_by_the_retry(province, submission, monkeypatch):
    break_off(monkeypatch, EntryChange.objects, "bulk_create")  # the cell is written, what tells of it is not
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        carry_out(submission, province.reporter, **{"HT.01-value": "5"})
    assert (Entry.objects.count(), UsedKey.objects.count(), submission.version) == (0, 0, 0)
    assert carry_out(submission, province.reporter, **{"HT.01-value": "5"}).is_done
    submission.refresh_from_db()
    assert (values(submission), submission.version, EntryChange.objects.count()) == ({"HT.01": 5}, 1, 1)


@pytest.mark.parametrize(("room", "where"), [(hand_in, "freeze"), (workflow, "_move"), (workflow, "_record")])
def test_a_hand_in_that_broke_off_is_neither_saved_nor_sent_until_the_retry(
    province, submission, monkeypatch, room, where
):
    typed = {"action": "submit", "HT.01-value": "5", "HT.02-value": "6"}
    break_off(monkeypatch, room, where)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        carry_out(submission, province.reporter, **typed)
    assert (state(submission), Entry.objects.count()) == ("draft", 0)
    assert (submission.revisions.count(), SubmissionEvent.objects.count(), UsedKey.objects.count()) == (0, 0, 0)
    assert carry_out(submission, province.reporter, **typed).is_done
    assert (state(submission), submission.revisions.count()) == ("awaiting_sign_off", 1)


# --- A crash after the commit: the answer never came, and the page is sent again


def test_a_save_whose_answer_was_lost_is_not_saved_twice(province, submission):
    for _ in range(2):
        response = press(submission, province.reporter, "save", version=0, key="k", HT_01_value="5")
        assert (response.status_code, response.url) == (302, at(submission))
    submission.refresh_from_db()
    assert (submission.version, EntryChange.objects.count()) == (1, 1)
    assert SENT_ALREADY in seen(response.client.get(at(submission)))


def test_the_retry_does_not_write_over_what_a_colleague_saved_in_between(province, submission):
    press(submission, province.reporter, "save", version=0, key="k", HT_01_value="5")
    press(submission, people.person("colleague", province.department, "reporter"), "save", HT_01_value="7")
    press(submission, province.reporter, "save", version=0, key="k", HT_01_value="5")
    assert values(submission) == {"HT.01": 7}


def test_the_retry_of_a_hand_in_that_was_withdrawn_meanwhile_does_not_send_it_again(province, filled):
    press(filled, province.reporter, "submit", key="k")
    press(filled, province.unit_leader, "withdraw")
    press(filled, province.reporter, "submit", key="k")
    assert state(filled) == "draft"


@pytest.mark.parametrize(
    ("move", "by", "reached"), [("sign", "unit_leader", "submitted"), ("withdraw", "reporter", "draft")]
)
def test_a_decision_sent_twice_is_made_once(province, filled, move, by, reached):
    waiting = province.walk(filled, "submit")
    read = waiting.revisions.get().sha256
    for _ in range(2):
        response = press(waiting, getattr(province, by), move, key="k", revision=read)
        assert response.status_code == 302
    assert (state(waiting), SubmissionEvent.objects.filter(move=move).count()) == (reached, 1)


def test_without_a_key_the_state_still_lets_it_happen_once(province, filled):
    assert press(filled, province.reporter, "submit").status_code == 302
    again = press(filled, province.reporter, "submit")
    assert (again.status_code, SubmissionEvent.objects.count()) == (409, 1)


# --- Back: the page is drawn anew; an old one that a browser kept shows both texts


def test_an_old_page_sent_under_a_new_key_asks_which_text_to_keep(province, submission):
    press(submission, province.reporter, "save", version=0, key="k1", HT_01_value="5")
    response = press(submission, province.reporter, "save", version=0, key="k2", HT_01_value="6")
    assert (response.status_code, "Keep which?" in seen(response)) == (409, True)
    assert values(submission) == {"HT.01": 5}


def test_an_old_page_sent_under_its_old_key_with_other_text_asks_too(province, submission):
    """The answer to the first was lost; what was typed since is neither dropped nor written unseen."""
    press(submission, province.reporter, "save", version=0, key="k", HT_01_value="5")
    response = press(submission, province.reporter, "save", version=0, key="k", HT_01_value="6", HT_02_value="7")
    assert (response.status_code, "Keep which?" in seen(response)) == (409, True)
    assert values(submission) == {"HT.01": 5, "HT.02": 7}


def test_an_old_page_that_says_the_same_changes_nothing(province, submission):
    for key in ("k1", "k2"):
        assert press(submission, province.reporter, "save", version=0, key=key, HT_01_value="5").status_code == 302
    assert EntryChange.objects.count() == 1


def test_the_key_of_one_person_is_not_another_s(province, submission):
    colleague = people.person("colleague", province.department, "reporter")
    press(submission, province.reporter, "save", version=0, key="k", HT_01_value="5")
    press(submission, colleague, "save", version=0, key="k", HT_02_value="6")
    assert values(submission) == {"HT.01": 5, "HT.02": 6}


# --- Two people on one draft, from the page down


def test_two_people_on_different_lines_both_find_their_figures(province, submission):
    colleague = people.person("colleague", province.department, "reporter")
    first = press(submission, province.reporter, "save", version=0, HT_01_value="5", HT_02_value="")
    second = press(submission, colleague, "save", version=0, HT_01_value="", HT_02_value="6")
    assert (first.status_code, second.status_code) == (302, 302)
    assert values(submission) == {"HT.01": 5, "HT.02": 6}
    page = browser(province.reporter).get(at(submission)).content.decode()
    assert ('value="5"' in page, 'value="6"' in page) == (True, True)


def test_emptying_a_line_that_a_colleague_filled_asks_too(province, submission):
    press(submission, province.reporter, "save", version=0, HT_01_value="5")
    colleague = people.person("colleague", province.department, "reporter")
    press(submission, colleague, "save", HT_01_value="7")
    response = press(submission, province.reporter, "save", version=1, HT_01_value="")
    assert (response.status_code, values(submission)) == (409, {"HT.01": 7})


def test_a_hand_in_does_not_send_a_colleague_s_figure_unseen(province, submission):
    colleague = people.person("colleague", province.department, "reporter")
    press(submission, colleague, "save", version=0, HT_01_value="7")
    typed = {"HT_01_value": "5", "HT_02_value": "6"}
    response = press(submission, province.reporter, "submit", version=0, **typed)
    assert (response.status_code, state(submission)) == (409, "draft")
    assert values(submission) == {"HT.01": 7, "HT.02": 6}
    kept = press(submission, province.reporter, "submit", HT_01_keep="mine", **typed)
    assert (kept.status_code, state(submission)) == (302, "awaiting_sign_off")
    assert drafts.cells_of(submission)[submission.round.lines.first().pk, province.root.pk].value == 5
