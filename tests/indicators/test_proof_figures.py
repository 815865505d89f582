"""Approved figures changed, added or removed behind the application's back are named with the fact that differs."""

from datetime import timedelta

import pytest
from django.db.models import F

from indicators.models import Observation, UnitSlice
from tests.factories import cell, indicator, perform, type_in
from tests.indicators.proof_of import adjusted, behind_the_back, counted, told

NAMES = {"decimals": "decimals as written", "status": "status of the figure"}  # on the screen
pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def report(province):
    return adjusted(province)


def figure(report, code="HT.01", *, revision=3):
    return Observation.objects.get(submission=report, indicator__code=code, revision__number=revision)


def sentences():
    """Without the name of the report before them."""
    return [sentence.split("): ", 1)[1] for sentence in told()]


def changed(row, **facts):
    with behind_the_back():
        Observation.objects.filter(pk=row.pk).update(**facts)
    return sentences()


@pytest.mark.parametrize(
    ("fact", "forged", "stored", "approved"),
    [
        ("value", 14_501, "14501", "14500"),
        ("numerator", 3, "3", "–"),
        ("state", "not_available", "not_available", "reported"),
        ("text", "xong", "xong", "–"),
        ("decimals", 2, "2", "0"),
        ("qualifier", "", "–", "nearly"),
        ("status", "estimate", "estimate", "official"),
        ("explanation", "", "–", "Đã rà soát"),
        ("contributes", False, "False", "True"),
    ],
)
def test_what_is_said_of_a_figure_was_changed(report, fact, forged, stored, approved):
    row = figure(report)
    (sentence,) = changed(row, **{fact: forged})
    assert sentence.startswith(f"Figure #{row.pk} (HT.01), approved by event 12: ")
    assert sentence.endswith(f": {NAMES.get(fact, fact)} is {stored}, but should be {approved}.")


def test_the_parts_of_a_ratio_were_changed(report):
    row = figure(report, "HT.02", revision=2)
    (sentence,) = changed(row, numerator=8)
    assert sentence.endswith("(HT.02), approved by event 7: numerator is 8, but should be 7.")


def test_the_moment_of_the_approval_was_changed(report):
    (sentence,) = changed(figure(report), approved_at=F("approved_at") - timedelta(days=1))
    assert "approved at is " in sentence


def test_a_replaced_figure_was_made_to_hold_again(report):
    """The one that holds has to go first: the database knows one current figure."""
    with behind_the_back():
        Observation.objects.filter(pk=figure(report).pk).update(superseded_at=F("approved_at"))
    (sentence,) = changed(figure(report, revision=2), superseded_at=None)
    assert "approved by event 7: superseded at is –, but should be " in sentence


def test_a_figure_that_holds_was_made_to_be_replaced(report):
    (sentence,) = changed(figure(report), superseded_at=F("approved_at"))
    assert sentence.endswith("but should be –.")
    assert "superseded at is " in sentence


def test_a_figure_of_another_reporter_or_definition(report, province):
    other = indicator("HT.05").definitions.get()
    (sentence,) = changed(figure(report), reporter=province.sister)
    assert "reporter is " in sentence
    (sentence,) = changed(figure(report), reporter=province.department, definition=other)
    assert "definition is " in sentence


def test_a_figure_was_taken_out(report):
    with behind_the_back():
        Observation.objects.filter(pk=figure(report, "HT.02").pk)._raw_delete("default")
    assert sentences() == ["Event 12 approved a figure of HT.02 that does not stand."]


def test_a_figure_was_slipped_in_beside_what_was_approved(report, province):
    row = figure(report)
    row.pk, row.subject = None, province.sister
    row.save(force_insert=True)
    assert sentences() == [f"Figure #{row.pk} stands in no line of the content that event 12 approved."]


def test_a_figure_that_was_never_approved(province):
    """Of content that was handed in and not approved."""
    mine = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    mine = province.walk(mine, "submit", "sign")
    line = mine.round.lines.get()
    row = Observation.objects.create(
        indicator=line.indicator,
        definition=line.definition,
        period=mine.round.period,
        subject=province.root,
        reporter=mine.unit,
        contributes=True,
        state="reported",
        value=1,
        submission=mine,
        revision=mine.revisions.get(),
        approved_at=mine.changed_at,
    )
    assert sentences() == [f"Figure #{row.pk} was approved by no event."]


def test_a_figure_published_by_no_approval(report):
    (sentence,) = changed(figure(report), published_at=None)
    assert sentence.endswith("it was not published by event 12, which approved it.")


@pytest.mark.parametrize(
    ("facts", "end"),
    [
        ({"published_at": F("approved_at") - timedelta(days=1)}, "it was published before event 4 approved it."),
        ({"unpublished_at": F("approved_at")}, "it was withdrawn before it was published."),
    ],
)
def test_a_publication_follows_the_approval_and_a_withdrawal_the_publication(province, facts, end):
    mine = province.submission(indicator("HT.01"), asks_publication=True)
    mine = province.walk(type_in(mine, cell("1"), by=province.reporter), "submit", "sign", "verify", "approve")
    assert counted().broken == 0
    Observation.objects.update(published_at=F("approved_at") + timedelta(days=1))
    assert counted().broken == 0
    (sentence,) = changed(Observation.objects.get(), **({"published_at": None} | facts))
    assert sentence.endswith(end)


def test_a_cross_check_is_known_by_the_kind_of_its_reporter_on_the_last_day(province):
    lines = [indicator("HT.01", source_kind="company"), indicator("HT.02", source_unit=province.department)]
    mine = province.submission(*lines)
    mine = province.walk(
        type_in(mine, cell("1"), cell("2"), by=province.reporter), "submit", "sign", "verify", "approve"
    )
    assert sorted(Observation.objects.order_by("pk").values_list("contributes", flat=True)) == [False, True]
    assert counted().broken == 0
    later = mine.round.period.day_after_last
    UnitSlice.objects.create(unit=province.department, name="Công ty", kind="company", valid_from=later)
    assert counted().broken == 0
    UnitSlice.objects.filter(unit=province.department).update(kind="company")
    (sentence,) = sentences()
    assert sentence.endswith("(HT.01), approved by event 4: contributes is False, but should be True.")


def test_a_report_approved_again_without_a_cell_keeps_what_stood_before(province):
    mine = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    mine = province.walk(mine, "submit", "sign", "verify", "approve")
    mine = perform("reopen", mine, by=province.approver)
    mine = type_in(mine, cell(state="not_available", note="Chưa có"), by=province.reporter)
    province.walk(mine, "submit", "sign", "verify", "approve")
    assert told() == []
