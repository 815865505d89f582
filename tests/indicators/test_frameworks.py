"""A score framework from draft to force: every fault by its sentence, and what stays as it was issued."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from indicators import frameworks
from indicators.models import ScoreFramework, ScoreItem
from indicators.refusals import ContentChanged, Refused
from tests import factories
from tests.factories import framework, score_item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def draft():
    """Two groups: one of a ratio and a yes or no, one of given points under a cap."""
    made = framework()
    score_item(made, "1", maximum=30)
    score_item(made, "1.1", maximum=20, rule="ratio", indicator=factories.ratio("A.1"))
    yes_no = factories.indicator(
        "A.2", value_kind="yes_no", unit_of_measure="", over_units="count", lower_bound=None
    )
    score_item(made, "1.2", maximum=10, rule="yes_no", indicator=yes_no)
    score_item(made, "2", maximum=10)
    score_item(made, "2.1", maximum=15, rule="given", indicator=factories.indicator("A.3"))
    return made


def test_a_sound_draft_is_put_in_force(draft):
    assert frameworks.faults(draft) == []
    frameworks.issue(draft)
    draft.refresh_from_db()
    assert draft.is_in_force
    assert {item.issued_at for item in draft.items.order_by("pk")} == {draft.issued_at}


def test_a_set_is_put_in_force_once(draft):
    frameworks.issue(draft)
    with pytest.raises(Refused, match="in force already"):
        frameworks.issue(draft)


def test_faults_are_read_in_three_queries(draft, django_assert_num_queries):
    with django_assert_num_queries(3):
        frameworks.faults(draft)


def test_a_fingerprint_is_of_what_a_reader_reads_whatever_its_zeros(draft):
    read = frameworks.fingerprint(draft)
    draft.items.filter(code="1.2").update(maximum=Decimal("10.000"))
    assert frameworks.fingerprint(ScoreFramework.objects.get()) == read
    for change in ({"maximum": 11}, {"evidence": "Quyết định"}, {"order": 7}):
        draft.items.filter(code="1.2").update(**change)
        assert read != (read := frameworks.fingerprint(draft))


def test_another_set_than_was_read_is_not_put_in_force(draft):
    read = frameworks.fingerprint(draft)
    ScoreFramework.objects.update(levels="90: Dẫn đầu")
    with pytest.raises(ContentChanged):
        frameworks.issue(draft, read=read)
    assert not ScoreFramework.objects.get().is_in_force


def test_an_empty_set_is_no_set():
    assert frameworks.faults(framework()) == ["The set has no parts yet."]


@pytest.mark.parametrize(
    ("code", "changed", "sentence"),
    [
        ("1.1", {"parent_code": "9"}, "1.1 is part of 9, which the set does not hold."),
        ("1.1", {"parent_code": "1.2"}, "1.1 is part of 1.2, which is a component and has no parts."),
        ("1.2", {"maximum": Decimal("9.5")}, "The parts of 1 come to 29,5 points, of 30."),
        ("2.1", {"rule": "yes_no"}, "2.1: the rule “yes or no” is for an indicator that is answered so (A.3)."),
        ("1.2", {"rule": "given"}, "1.2: the rule “yes or no” is for an indicator that is answered so (A.2)."),
        (
            "2.1",
            {"rule": "ratio"},
            "2.1: A.3 is a plain number; name the indicator of its denominator, or what is all.",
        ),
        (
            "2.1",
            {"rule": "threshold", "full_at": 80},
            "2.1: A.3 is a plain number; name the indicator of its denominator, or what is all.",
        ),
    ],
)
def test_what_is_wrong_is_said_and_keeps_the_set_a_draft(draft, code, changed, sentence):
    draft.items.filter(code=code).update(**changed)
    assert sentence in frameworks.faults(draft)
    with pytest.raises(Refused) as refused:
        frameworks.issue(draft)
    assert sentence in refused.value.sentence
    draft.refresh_from_db()
    assert not draft.is_in_force


def test_a_group_within_itself_is_found(draft):
    draft.items.filter(code="1").update(parent_code="2")
    draft.items.filter(code="2").update(parent_code="1")
    found = frameworks.faults(draft)
    assert "1 is part of itself, by way of others." in found
    assert "2 is part of itself, by way of others." in found


def test_a_plain_number_over_another_is_a_ratio(draft):
    other = factories.indicator("A.4")
    draft.items.filter(code="2.1").update(rule="ratio", base_indicator=other)
    assert frameworks.faults(draft) == []


def test_a_number_is_a_ratio_of_what_counts_as_all(draft):
    draft.items.filter(code="2.1").update(rule="ratio", full_at=5)
    assert frameworks.faults(draft) == []


@pytest.mark.parametrize(
    ("measured", "sentence"),
    [
        ({"valid_from": date(2027, 1, 1)}, "2.1: A.5 has no definition in the first year of the set."),
        (
            {"value_kind": "text", "unit_of_measure": "", "over_units": "none", "lower_bound": None},
            "2.1: A.5 is a text, which has no points.",
        ),
        (
            {"formula": "A.3 + 1", "source_kind": "", "over_units": "none"},
            "2.1: A.5 is computed by a formula; only what units report is scored.",
        ),
    ],
)
def test_what_is_scored_is_a_figure_that_units_report(draft, measured, sentence):
    found = factories.indicator("A.5", **measured)
    draft.items.filter(code="2.1").update(indicator=found)
    assert frameworks.faults(draft) == [sentence]


# --- In force


def test_what_is_in_force_is_rewritten_by_nobody(draft):
    frameworks.issue(draft)
    for rewrite in (
        lambda: ScoreFramework.objects.filter(pk=draft.pk).update(name="Khác"),
        lambda: ScoreItem.objects.filter(framework=draft).update(maximum=1),
        lambda: ScoreItem.objects.filter(framework=draft).delete(),
        lambda: ScoreFramework.objects.filter(pk=draft.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="is append-only"), transaction.atomic():
            rewrite()


def test_only_whether_units_are_ranked_is_a_switch_still(draft):
    frameworks.issue(draft)
    ScoreFramework.objects.filter(pk=draft.pk).update(is_ranked=True)
    draft.refresh_from_db()
    assert draft.is_ranked


def test_another_version_holds_the_same_parts_and_is_a_draft(draft):
    frameworks.issue(draft)
    draft.refresh_from_db()
    copy = frameworks.next_version(draft)
    assert (copy.version, copy.first_year, copy.issued_at) == (2, 2027, None)
    said = [{name: getattr(item, name) for name in frameworks.COPIED} for item in draft.items.order_by("code")]
    copied = [{name: getattr(item, name) for name in frameworks.COPIED} for item in copy.items.order_by("code")]
    assert said == copied
    assert {item.issued_at for item in copy.items.order_by("pk")} == {None}


def test_a_year_is_scored_by_the_last_version_that_began(draft):
    frameworks.issue(draft)
    draft.refresh_from_db()
    frameworks.issue(copy := frameworks.next_version(draft))
    assert [f.version for year in (2025, 2026) for f in ScoreFramework.objects.for_year(year).order_by("pk")] == [1]
    assert list(ScoreFramework.objects.for_year(2028).order_by("pk")) == [copy]


def test_a_year_after_the_last_is_scored_by_none(draft):
    ScoreFramework.objects.filter(pk=draft.pk).update(last_year=2026)
    frameworks.issue(draft)
    assert list(ScoreFramework.objects.for_year(2026).order_by("pk")) == [draft]
    assert list(ScoreFramework.objects.for_year(2027).order_by("pk")) == []


def test_two_versions_of_one_year_are_refused(draft):
    frameworks.issue(draft)
    draft.refresh_from_db()
    copy = frameworks.next_version(draft)
    copy.first_year = 2026
    copy.save()
    assert frameworks.faults(copy) == ["Version 1 is in force from 2026 on already."]


# --- What the database refuses


@pytest.mark.parametrize(
    "facts",
    [
        {"rule": "sum", "indicator": True},
        {"rule": "given"},
        {"rule": "steps", "indicator": True},
        {"rule": "given", "indicator": True, "steps": "1: 2"},
        {"rule": "threshold", "indicator": True},
        {"rule": "threshold", "indicator": True, "full_at": 0},
        {"rule": "given", "indicator": True, "full_at": 5},
        {"rule": "given", "indicator": True, "base_indicator": True},
        {"rule": "best_of", "indicator": True},
        {"rule": "given", "indicator": True, "maximum": -1},
    ],
)
def test_the_database_refuses_a_part_that_makes_no_sense(facts):
    made, indicator = framework(), factories.indicator("A.1")
    facts = {name: indicator if value is True else value for name, value in facts.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        score_item(made, "1", **facts)


def test_a_part_stands_in_a_set_once():
    made = framework()
    score_item(made, "1")
    with pytest.raises(IntegrityError), transaction.atomic():
        score_item(made, "1")


@pytest.mark.parametrize("kinds", ["", "company", "commune commune", "commune, department", "xã"])
def test_a_set_names_kinds_of_unit_that_are_scored(kinds):
    with pytest.raises(ValidationError) as refused:
        ScoreFramework(code="DTI", name="DTI", first_year=2026, kinds=kinds).full_clean()
    assert list(refused.value.message_dict) == ["kinds"]
