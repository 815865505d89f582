"""The sets of points of the files: the national one of 2022 by what is established of it, and the examples."""

from collections import Counter
from decimal import Decimal

import pytest

from indicators import frameworks, scoring
from indicators.management.commands.load_lai_chau import EXAMPLES, load
from indicators.models import Indicator, ProgrammeIndicator, ReportingForm, ScoreFramework, ScoreItem
from indicators.models.scores import ScoreRule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded(lai_chau, db, clock):
    clock.set(2026, 11, 24, 9, 0)


def with_examples():
    said: list[str] = []
    load(said.append, examples=EXAMPLES)
    return said


# --- The national set


def test_nine_main_indices_come_to_a_thousand_points_and_the_sixth_is_not_scored():
    made = ScoreFramework.objects.select_related("document").get()
    assert (made.code, made.kinds, made.scale, made.decimals, made.is_in_force) == (
        "DTI-TINH", "province", "index", 4, True)  # fmt: skip
    assert (made.document.name, made.document.signed_on) == ("Quyết định 922/QĐ-BTTTT", None)
    groups = made.items.filter(parent_code="").order_by("order")
    assert [int(item.maximum) for item in groups] == [100, 100, 100, 100, 100, 0, 200, 150, 150]
    assert all("chưa xác lập" in item.name for item in groups)


def test_published_main_indices_make_the_index_and_none_of_ours_is_invented():
    items = [item.plain for item in ScoreFramework.objects.get().items.order_by("order")]
    half = {item.code: scoring.Given(Decimal("0.5")) for item in items if item.rule == "ratio"}
    total = scoring.total(items, scoring.score(items, half))
    assert scoring.shown(scoring.index(total, Decimal(1)), 4) == Decimal("0.5000")
    dti = Indicator.objects.filter(code__startswith="DTI.")
    assert (dti.count(), ProgrammeIndicator.objects.filter(indicator__in=dti).count()) == (9, 0)


def test_a_load_of_the_province_brings_no_example():
    assert not ScoreFramework.objects.filter(is_illustrative=True).exists()
    assert not Indicator.objects.filter(code__regex="^(SN|XP)").exists()


# --- The examples


def test_the_examples_use_every_rule_and_lack_nothing():
    with_examples()
    examples = ScoreFramework.objects.filter(is_illustrative=True).order_by("code")
    assert [(each.code, each.kinds, each.is_ranked, each.is_in_force) for each in examples] == [
        ("SN-MH", "department", True, True),
        ("XP-MH", "commune", True, True),
    ]
    items = ScoreItem.objects.filter(framework__in=examples).order_by("pk")
    assert {item.rule for item in items} == set(ScoreRule.values)
    assert {item.when_zero for item in items} == {"no_value", "no_points", "not_applicable"}
    tops = [each.items.filter(parent_code="").order_by("pk") for each in examples]
    assert [sum(item.maximum for item in top) for top in tops] == [100, 100]
    assert Counter(item.framework.code for item in items if not item.is_group) == {"SN-MH": 12, "XP-MH": 11}
    assert [frameworks.faults(each) for each in examples] == [[], []]


def test_every_indicator_of_an_example_is_asked_by_its_form_and_stands_in_no_programme_of_the_province():
    with_examples()
    for code in ("SN-MH", "XP-MH"):
        rows = ScoreItem.objects.filter(framework__code=code, indicator__isnull=False).order_by("pk")
        asked = {pk for pair in rows.values_list("indicator", "base_indicator") for pk in pair if pk}
        form = ReportingForm.objects.get(code=code)
        assert set(form.lines.order_by("pk").values_list("indicator", flat=True)) == asked
        places = ProgrammeIndicator.objects.filter(indicator__in=asked).order_by("pk")
        assert {place.programme.code for place in places.select_related("programme")} == {"BCS-MH"}
        assert (form.counting_figure, form.asks_publication) == ("assessed", True)


def test_loading_the_examples_twice_changes_nothing():
    with_examples()
    before = list(ScoreItem.objects.order_by("pk").values()), ScoreItem.history.count()
    said = with_examples()
    assert (list(ScoreItem.objects.order_by("pk").values()), ScoreItem.history.count()) == before
    assert [sentence for sentence in said if " mới, " in sentence and ": 0 mới, " not in sentence] == []
    assert [sentence for sentence in said if "khác với tệp" in sentence] == []
