"""Reviewers' own figures and explanations changed, added or removed behind the application's back are found."""

import pytest

from indicators import assessing
from indicators.models import Assessment, Explanation, Observation
from tests.indicators.proof_of import behind_the_back, told
from tests.indicators.test_assessing import approve, enter, handed_in, keys, own

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def report(province):
    """Two figures, one taken back, one explained; approved, where the reviewer's figure counts."""
    report = handed_in(province, counting_figure="assessed")
    first, second = keys(report)
    enter(report, {first: own("14000"), second: own("8")}, by=province.verifier)
    enter(report, {second: assessing.Own()}, by=province.verifier)
    assessing.explain(report, {Assessment.objects.earliest("pk").pk: "Cả tuyến nhánh"}, by=province.reporter)
    return approve(province, report)


def sentences() -> list[str]:
    """Without the name of the report before them."""
    return [sentence.split("): ", 1)[1] for sentence in told()]


def changed(model, **facts) -> list[str]:
    with behind_the_back():
        row = model.objects.earliest("pk")
        model.objects.filter(pk=row.pk).update(**facts)
    return sentences()


def test_a_history_that_nobody_touched_is_whole(report):
    assert told() == []


@pytest.mark.parametrize(
    "facts",
    [
        {"value": 13999},
        {"reason": "Khác"},
        {"explain_by": "2020-01-01"},
        {"reported": {}},
        {"at": "2020-01-01T00:00Z"},
    ],
)
def test_what_a_reviewer_entered_was_changed(report, facts):
    assert changed(Assessment, **facts) == ["Event 3 (assess): what it entered is missing, or was changed."]


def test_whose_figure_it_is_was_changed(report, province):
    assert changed(Assessment, by=province.approver) == [
        "Event 3 (assess): what it entered is missing, or was changed."
    ]


def test_what_the_unit_explained_was_changed(report):
    assert changed(Explanation, text="Khác") == ["Event 5 (explain): what it entered is missing, or was changed."]


def test_an_explanation_taken_out(report):
    with behind_the_back():
        Explanation.objects.all().delete()
    assert sentences() == ["Event 5 (explain): what it entered is missing, or was changed."]


def test_a_figure_written_past_the_events(report, province):
    with behind_the_back():
        row = Assessment.objects.earliest("pk")
        row.pk, row.version = None, 99
        row.save(force_insert=True)
    assert sentences() == ["A reviewer's own figure or its explanation (version 99) belongs to no event."]


def test_the_reported_figure_put_in_the_place_of_the_one_that_counts(report):
    (sentence,) = changed(Observation, value=14433)
    assert sentence.endswith("(HT.01), approved by event 7: value is 14433, but should be 14000.")


def test_the_reviewer_s_figure_unhooked_from_the_approved_one(report):
    (sentence,) = changed(Observation, assessment=None)
    assert "reviewer's own figure is –, but should be" in sentence
