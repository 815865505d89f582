"""A list goes the way of every report; its approval writes versions of rows."""

import json

import pytest
from django.db import DatabaseError, transaction

from indicators import workflow
from indicators.calendars import quarter
from indicators.clock import now
from indicators.four_eyes import barred_by
from indicators.models import Observation, RegisterList, RegisterRow, Submission
from indicators.permissions import standing
from indicators.proof import verifying
from indicators.refusals import Refused
from tests import lists
from tests.lists import approve, facts, list_form, submission, write

THIRD, FOURTH = quarter(2025, 3), quarter(2025, 4)


@pytest.fixture
def asked(province):
    return list_form(province, lists.register())


@pytest.fixture
def report(province, asked):
    return submission(province, asked, window=THIRD)


def standing_at(window, until=None) -> dict[str, str]:
    rows = RegisterRow.objects.standing(window.last_day, until)
    return dict(rows.order_by("code").values_list("code", "name"))


def test_the_hand_in_freezes_the_whole_list(province, asked, report) -> None:
    approve(province, report, A=facts(report, "A"), B=facts(report, "B"))
    later = submission(province, asked, window=FOURTH)
    province.walk(write(later, by=province.reporter, B="off"), "submit")
    content = json.loads(later.revisions.get().content)
    assert [(row["code"], row["change"]) for row in content["rows"]] == [("A", ""), ("B", "taken_off")]
    assert content["cells"] == []


def test_approval_writes_a_version_of_each_row_that_changed(province, asked, report) -> None:
    approve(province, report, A=facts(report, "A"), B=facts(report, "B"), C=facts(report, "C"))
    later = submission(province, asked, window=FOURTH)
    approve(province, later, B=facts(later, "B mới"), C="off", D=facts(later, "D"))
    rows = RegisterRow.objects.filter(listed__submission=later).order_by("code")
    assert [(r.code, str(r.change)) for r in rows] == [("B", "changed"), ("C", "taken_off"), ("D", "added")]
    assert not Observation.objects.exists()


def test_a_draft_is_in_no_register(province, report) -> None:
    report = province.walk(write(report, by=province.reporter, A=facts(report)), "submit", "sign", "verify")
    assert not RegisterRow.objects.exists()
    assert standing_at(THIRD) == {}


def test_what_is_taken_off_still_stands_at_the_cut_off_before(province, asked, report) -> None:
    approve(province, report, A=facts(report, "A"), B=facts(report, "B"))
    approve(province, submission(province, asked, window=FOURTH), A="off")
    assert standing_at(THIRD) == {"A": "A", "B": "B"}
    assert standing_at(FOURTH) == {"B": "B"}
    assert standing_at(quarter(2025, 2)) == {}


def test_an_adjustment_supersedes_and_the_past_stays_readable(province, report) -> None:
    report = approve(province, report, A=facts(report, "sai"), B=facts(report, "B"))
    before = now()
    report = province.walk(report, "reopen")
    assert standing_at(THIRD) == {"A": "sai", "B": "B"}
    approve(province, report, A=facts(report, "đúng"), B=None)
    assert standing_at(THIRD) == {"A": "đúng"}
    assert standing_at(THIRD, until=before) == {"A": "sai", "B": "B"}


def test_an_empty_list_is_told_from_none(province, report) -> None:
    province.walk(report, "submit", "sign", "verify", "approve")
    assert RegisterList.objects.known().get().submission == report
    assert standing_at(THIRD) == {}


def test_a_thing_stands_in_one_list(province, asked, report) -> None:
    asked.units.add(province.sister)
    approve(province, report, A=facts(report, "A"))
    theirs = submission(province, asked, window=FOURTH, unit=province.sister)
    write(theirs, by=province.outsider, A=facts(theirs, "A"))
    with pytest.raises(Refused, match="Sở Khoa học và Công nghệ"):
        province.walk(theirs, "submit", reporter=province.outsider)
    ours = submission(province, asked, window=FOURTH)
    approve(province, ours, A="off")
    assert province.walk(theirs, "submit", reporter=province.outsider).state == "awaiting_sign_off"


def test_a_row_that_another_unit_came_to_keep_is_not_approved(province, asked, report) -> None:
    asked.units.add(province.sister)
    theirs = submission(province, asked, window=FOURTH, unit=province.sister)
    province.outsider.memberships.create(unit=province.department, role="reporter")
    province.unit_leader.memberships.create(unit=province.sister, role="signer")
    write(theirs, by=province.outsider, A=facts(theirs, "A"))
    theirs = province.walk(theirs, "submit", "sign", "verify", reporter=province.outsider)
    approve(province, report, A=facts(report, "A"))
    with pytest.raises(Refused):
        province.walk(theirs, "approve")
    assert RegisterList.objects.count() == 1
    assert Submission.objects.get(pk=theirs.pk).state == "verified"


def test_whoever_wrote_a_row_does_not_decide_about_it(province, report) -> None:
    write(report, by=province.reporter, A=facts(report))
    where = standing(province.reporter, report)
    assert barred_by("sign", report, province.reporter, where) == "entered"
    bars = Submission.objects.with_bars(province.reporter, "approve").get()
    assert bars.bar_entered
    others = Submission.objects.with_bars(province.approver, "approve").get()
    assert not others.bar_entered


def test_the_history_of_a_list_can_be_replayed(province, report) -> None:
    report = approve(province, report, A=facts(report))
    told: list[str] = []
    counts = verifying.verify(told.append)
    assert told == []
    assert (counts.reports, counts.broken) == (1, 0)


@pytest.mark.parametrize("model", [RegisterList, RegisterRow])
def test_what_was_approved_is_not_rewritten(province, report, model) -> None:
    approve(province, report, A=facts(report))
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.order_by("pk").delete()
    said = {"approved_at": now()} if model is RegisterList else {"name": "khác"}
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(**said)


def test_approving_takes_what_was_read(province, report) -> None:
    write(report, by=province.reporter, A=facts(report))
    report = province.walk(report, "submit", "sign", "verify")
    with pytest.raises(Refused):
        workflow.perform("approve", report, by=province.approver, revision="0" * 64)
    assert not RegisterRow.objects.exists()
