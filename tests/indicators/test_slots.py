"""What a form asks for is read once, and anew as soon as something of it has changed."""

import pytest
from django.utils.translation import override

from indicators import calendars, slots, workflow
from indicators.models import Indicator, RoundCheck, RoundLine, Submission, UnitSlice
from indicators.returns import Asked
from tests.factories import Province, cell, indicator, type_in

from .bases import households
from .pages import at, browser, seen

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def province():
    slots._kept.cache_clear()
    return Province()


def of(report):
    """As a request of its own reads it."""
    return slots.layout(Submission.objects.select_related("round__form", "round__period", "unit").get(pk=report.pk))


def test_a_layout_is_kept_while_nothing_changes(province, django_assert_num_queries):
    report = province.submission(indicator("HT.01"), indicator("HT.02"))
    first = of(report)
    asked = Submission.objects.select_related("round__form", "round__period", "unit").get(pk=report.pk)
    with django_assert_num_queries(1):
        assert slots.layout(asked) is first


def test_what_is_typed_leaves_it_as_it_is(province):
    report = province.submission(indicator("HT.01"))
    first = of(report)
    type_in(report, cell("5"), by=province.reporter)
    assert of(report) is first


@pytest.mark.parametrize(
    "change",
    [
        lambda province: Indicator.objects.update(name="Tên mới"),
        lambda province: UnitSlice.objects.filter(unit=province.department).update(name="Tên mới"),
        lambda province: RoundLine.objects.update(order=9),
        lambda province: households(province.root, 110_000),
    ],
    ids=["indicator", "unit", "line", "base figure"],
)
def test_a_change_of_the_catalogue_is_seen_at_once(province, change):
    report = province.submission(indicator("HT.01"))
    first = of(report)
    change(province)
    assert of(report) is not first


def test_a_new_name_stands_on_the_next_page(province):
    report = province.submission(indicator("HT.01"))
    client = browser(province.reporter)
    client.get(at(report))
    Indicator.objects.update(name="Chiều dài cáp quang mới")
    assert "Chiều dài cáp quang mới" in seen(client.get(at(report)))


def test_an_approved_figure_stands_beside_the_next_report_at_once(province):
    fibre = indicator("HT.01", decimals=0)
    q2, q3 = calendars.windows_of_year(2026, calendars.Frequency.QUARTER)[1:3]
    earlier = province.submission(fibre, window=q2)
    later = province.submission(fibre, window=q3)
    assert of(later).slots[0].before is None
    type_in(earlier, cell("14433"), by=province.reporter)
    province.walk(earlier, "submit", "sign", "verify", "approve")
    assert of(later).slots[0].before.value == 14433


def test_a_line_that_a_return_names_is_marked_although_it_was_drawn_before(province):
    report = province.submission(indicator("HT.01"))
    type_in(report, cell("5"), by=province.reporter)
    client = browser(province.reporter)
    assert "Thiếu 2 xã" not in seen(client.get(at(report)))
    province.walk(report, "submit", "sign")
    asked = Asked({of(report).slots[0].key: "Thiếu 2 xã"})
    workflow.perform("return", report, by=province.verifier, comment="Đối chiếu lại", asked=asked)
    assert seen(client.get(at(report))).count("Thiếu 2 xã") == 2  # in the list, and on the line


def test_a_new_rule_of_the_round_speaks_on_the_next_page(province):
    report = province.submission(indicator("HT.01"))
    type_in(report, cell("5"), by=province.reporter)
    client = browser(province.reporter)
    assert "HT.01 (5) must be at most 4" not in seen(client.get(at(report)))
    RoundCheck.objects.create(round=report.round, left="HT.01", comparison="lte", right="4")
    assert "HT.01 (5) must be at most 4" in seen(client.get(at(report)))


def test_each_language_has_its_own(province):
    report = province.submission(indicator("HT.01"))
    with override("vi"):
        vietnamese = of(report)
    with override("en"):
        assert of(report) is not vietnamese


def test_what_else_was_read_is_kept_with_the_layout(province):
    report = province.submission(indicator("HT.01"))
    read = []
    for _time in range(2):
        assert of(report).once("facts", lambda: read.append("read") or "facts") == "facts"
    assert read == ["read"]
    Indicator.objects.update(name="Tên mới")
    assert of(report).once("facts", lambda: "anew") == "anew"


def test_a_report_of_another_unit_has_its_own(province):
    round_ = province.round(indicator("HT.01"), units=[province.department, province.sister])
    one, other = (of(report) for report in round_.submissions.order_by("pk"))
    assert (one.unit, other.unit) == (province.department, province.sister)
