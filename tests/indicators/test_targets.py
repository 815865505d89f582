"""Targets and baselines are recorded, replaced and withdrawn; nothing is rewritten and the second comer loses."""

import threading
from decimal import Decimal

import pytest
from django.db import connection

from indicators import targets
from indicators.models import Baseline, Document, Target
from indicators.refusals import Refused
from tests import factories, people

pytestmark = pytest.mark.usefixtures("english")

MEANWHILE = "Somebody has replaced or withdrawn this figure meanwhile. Look at what holds now."
REASON = "Give the reason why this figure no longer holds."


@pytest.fixture
def facts(db):
    return {
        "indicator": factories.indicator("HT.01"),
        "unit": None,
        "year": 2030,
        "value": Decimal("20"),
        "document": Document.objects.create(name="Nghị quyết 09"),
        "by": people.superuser(),
    }


@pytest.fixture
def target(facts) -> Target:
    return targets.record_target(level="province", operator="gte", **facts)


@pytest.fixture
def baseline(facts) -> Baseline:
    return targets.record_baseline(**facts)


def test_a_target_says_who_recorded_it(target, facts, clock):
    assert (target.value, target.operator, target.recorded_by) == (Decimal(20), "gte", facts["by"])
    assert target.is_current


def test_a_document_sets_a_target_once(target, facts):
    with pytest.raises(Refused, match="This document already sets a target for that indicator, level and year"):
        targets.record_target(level="province", operator="lte", **facts)
    assert Target.objects.count() == 1


def test_a_target_that_makes_no_sense_is_refused_in_words(facts):
    with pytest.raises(Refused, match="A target of the level “unit” names its unit"):
        targets.record_target(level="unit", operator="gte", **facts)
    with pytest.raises(Refused, match="The year has four digits"):
        targets.record_target(level="province", operator="gte", **{**facts, "year": 1999})


def test_what_is_replaced_keeps_when_by_whom_and_why(target, facts, clock):
    at = clock.set(2026, 11, 24, 9, 30)
    other = people.person("other")
    new = targets.replace_target(target, value=Decimal(25), operator="gt", reason=" Đính chính ", by=other)
    target.refresh_from_db()
    assert (target.value, target.superseded_at, target.superseded_by) == (Decimal(20), at, other)
    assert target.superseded_because == "Đính chính"
    assert (new.value, new.operator, new.recorded_at, new.recorded_by) == (Decimal(25), "gt", at, other)
    assert (new.indicator, new.level, new.year, new.document) == (
        target.indicator, "province", 2030, target.document)  # fmt: skip
    assert new.is_current


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nothing_is_replaced_or_withdrawn_without_a_reason(target, facts, reason):
    with pytest.raises(Refused, match=REASON):
        targets.replace_target(target, value=Decimal(25), operator="gte", reason=reason, by=facts["by"])
    with pytest.raises(Refused, match=REASON):
        targets.withdraw_target(target, reason=reason, by=facts["by"])
    assert list(Target.objects.values_list("value", "superseded_at")) == [(Decimal(20), None)]


def test_a_second_replacement_of_the_same_figure_is_refused(target, facts):
    stale = Target.objects.get(pk=target.pk)
    targets.replace_target(target, value=Decimal(25), operator="gte", reason="Một", by=facts["by"])
    with pytest.raises(Refused, match=MEANWHILE):
        targets.replace_target(stale, value=Decimal(30), operator="gte", reason="Hai", by=facts["by"])
    with pytest.raises(Refused, match=MEANWHILE):
        targets.withdraw_target(stale, reason="Hai", by=facts["by"])
    assert list(Target.objects.filter(superseded_at=None).values_list("value", flat=True)) == [Decimal(25)]
    assert Target.objects.get(pk=target.pk).superseded_because == "Một"


def test_a_replacement_that_makes_no_sense_leaves_what_was(baseline, facts):
    with pytest.raises(Refused, match="The year has four digits"):
        targets.replace_baseline(
            baseline, year=1, value=Decimal(1), document=facts["document"], reason="Sai", by=facts["by"]
        )
    baseline.refresh_from_db()
    assert (baseline.is_current, Baseline.objects.count()) == (True, 1)


def test_a_withdrawn_target_makes_room(target, facts):
    targets.withdraw_target(target, reason="Bãi bỏ", by=facts["by"])
    assert not Target.objects.get(pk=target.pk).is_current
    assert targets.record_target(level="province", operator="lte", **facts).is_current


def test_a_baseline_moves_to_another_year_and_document(baseline, facts):
    other = Document.objects.create(name="Kế hoạch 5")
    new = targets.replace_baseline(
        baseline, year=2021, value=Decimal(5), document=other, reason="Số chính thức", by=facts["by"]
    )
    assert (new.year, new.value, new.document, new.indicator) == (2021, Decimal(5), other, baseline.indicator)
    with pytest.raises(Refused, match="This indicator already has a baseline"):
        targets.record_baseline(**facts)
    with pytest.raises(Refused, match=MEANWHILE):
        targets.withdraw_baseline(baseline, reason="Lần nữa", by=facts["by"])
    targets.withdraw_baseline(new, reason="Sai", by=facts["by"])
    assert not Baseline.objects.filter(superseded_at=None).exists()


def at_once(call) -> list[str]:
    """What becomes of the same call made by two people at the same moment."""
    gate, said = threading.Barrier(2), []

    def person(name: str) -> None:
        gate.wait()
        try:
            call(name)
            said.append("done")
        except Refused as refused:
            said.append(refused.sentence)
        finally:
            connection.close()

    both = [threading.Thread(target=person, args=(name,)) for name in ("một", "hai")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    return sorted(said)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_replace_at_once_one_is_told(facts):
    target = targets.record_target(level="province", operator="gte", **facts)

    def replace(name: str) -> None:
        stale = Target.objects.get(pk=target.pk)
        targets.replace_target(stale, value=Decimal(len(name)), operator="gte", reason=name, by=facts["by"])

    said = at_once(replace)
    assert said[1] == "done"
    assert Target.objects.count() == 2
    assert Target.objects.filter(superseded_at=None).count() == 1
