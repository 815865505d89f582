"""An act is applied once, as it was read, or not at all; then it rests. What stands on its units is told."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from indicators import reorganisation
from indicators.calendars import quarter
from indicators.models import (
    CodeSystem,
    Definition,
    Document,
    LegalAct,
    Succession,
    Target,
    Unit,
    UnitChange,
    UnitCode,
    UnitSlice,
)
from indicators.refusals import ContentChanged, Refused
from indicators.reorganisation import Reason, plan
from tests import factories, people
from tests.factories import cell, indicator, type_in

from .acts import MERGER, act, create, merge, split

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def merger(province):
    """Two departments become one, which takes the code of the first."""
    return act(
        merge("LC-SKHCN", "LC-SKHCN"),
        merge("LC-STC", "LC-SKHCN"),
        create("LC-SKHCN", "Sở Mới", unit_kind="department", system=CodeSystem.INTERNAL),
        document=Document.objects.create(name="Nghị quyết 5/NQ-HĐND"),
    )


def apply(made, by, read=None):
    return reorganisation.apply(made, by=by, read=read or plan(made).sha256)


def reasons(made):
    return [(refusal.reason, refusal.sentence) for refusal in plan(made).refusals]


def test_the_units_change_in_the_name_of_whoever_applied_it(province, merger):
    by = people.superuser()
    done = apply(merger, by)
    new = Unit.objects.with_code("LC-SKHCN", MERGER).with_slice(MERGER).get()
    assert (str(new), new.kind_on_day, new.parent_on_day) == ("Sở Mới", "department", province.root.pk)
    province.department.refresh_from_db()
    assert province.department.ended == MERGER
    rows = Succession.objects.order_by("pk").values_list("predecessor", "successor", "effective_on", "is_confirmed")
    assert list(rows) == [
        (province.department.pk, new.pk, MERGER, True),
        (province.sister.pk, new.pk, MERGER, True),
    ]
    told = [*new.history.all(), province.department.history.first(), *new.slices.get().history.all()]
    assert [(row.history_user, row.history_change_reason) for row in told] == [(by, "Sắp xếp")] * 3
    assert (done.is_applied, done.applied_by) == (True, by)
    assert "Sở Mới" in done.content


def test_applying_twice_is_refused_and_changes_nothing(province, merger):
    by, read = people.superuser(), plan(merger).sha256
    apply(merger, by)
    stood = Unit.objects.count()
    with pytest.raises(Refused, match="This act was applied already, by admin at"):
        apply(merger, by, read)
    assert Unit.objects.count() == stood


@pytest.mark.parametrize("meanwhile", ["a line", "a name", "a membership", "the day"])
def test_what_changed_after_it_was_read_is_not_applied(province, merger, meanwhile):
    read = plan(merger).sha256
    if meanwhile == "a line":
        merger.changes.filter(source="LC-STC").delete()
    elif meanwhile == "a name":
        UnitSlice.objects.filter(unit=province.sister).update(name="Sở Khác")
    elif meanwhile == "a membership":
        people.person("mai", province.sister, "reporter")
    else:
        LegalAct.objects.update(effective_on=date(2025, 7, 2))
    with pytest.raises(ContentChanged, match="changed after this page was opened"):
        apply(merger, people.superuser(), read)
    assert not LegalAct.objects.get().is_applied
    assert Succession.objects.count() == 0


def test_an_act_with_a_reason_against_it_is_refused_with_that_reason(province):
    made = act(*split("LC-STC", "LC-SKHCN"))
    with pytest.raises(Refused, match="only one unit takes over"):
        apply(made, people.superuser())
    assert Unit.objects.filter(ended__isnull=False).count() == 0


def test_an_applied_act_and_its_lines_rest(province, merger):
    apply(merger, people.superuser())
    for rows, facts in ((LegalAct.objects, {"title": "Khác"}), (UnitChange.objects, {"name": "Khác"})):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(**facts)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.all()._raw_delete("default")
    draft = act(merge("LC-STC", "LC-SKHCN"), title="Bản nháp")
    assert LegalAct.objects.filter(pk=draft.pk).update(title="Nháp") == draft.changes.update(target="12") == 1
    assert draft.changes.all().delete()[0] == 1


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "merge", "source": "1"},
        {"kind": "split", "source": "1", "target": "2", "name": "X"},
        {"kind": "dissolution"},
        {"kind": "rename", "source": "1"},
        {"kind": "parent", "source": "1"},
        {"kind": "code", "source": "1", "code": "2"},
        {"kind": "kind", "source": "1", "name": "X"},
        {"kind": "creation", "code": "1", "code_system": "gso", "name": "X"},
    ],
    ids=lambda line: line["kind"],
)
def test_a_line_that_its_kind_does_not_fill_is_refused_by_the_database(db, line):
    with pytest.raises(IntegrityError), transaction.atomic():
        act(line)


# --- What is reported bars; what waits is named


def test_no_act_ends_a_unit_before_its_approved_figures(province):
    submission = province.submission(indicator("HT.01"), window=quarter(2025, 3))
    province.walk(type_in(submission, cell("1"), by=province.reporter), "submit", "sign", "verify", "approve")
    sentence = "Sở Khoa học và Công nghệ has approved figures of Quarter III/2025, which ends after 01/07/2025."
    assert reasons(act(merge("LC-SKHCN", "LC-STC"))) == [(Reason.AFTER_REPORTS, sentence)]
    assert reasons(act(merge("LC-SKHCN", "LC-STC"), effective_on=date(2025, 9, 15))) == []
    assert reasons(act({"kind": "rename", "source": "LC-SKHCN", "name": "Sở Mới"})) == []


def test_no_act_moves_what_figures_below_were_added_to(province):
    area = factories.unit("Khu", "district", code="K1", parent=province.root)
    UnitSlice.objects.filter(unit=province.department).update(parent=area)
    factories.unit("Khu Khác", "district", code="K2", parent=province.root)
    submission = province.submission(indicator("HT.01"), subject="self", window=quarter(2025, 3))
    province.walk(type_in(submission, cell("1"), by=province.reporter), "submit", "sign", "verify", "approve")
    made = act({"kind": "parent", "source": "K1", "parent": "K2"})
    assert [reason for reason, _sentence in reasons(made)] == [Reason.AFTER_REPORTS]


def test_what_stands_on_the_units_that_end_is_counted(province, merger):
    source = indicator("HT.01", source_unit=province.department, lead_unit=province.department)
    province.round(source, window=quarter(2025, 3))
    paper = Document.objects.create(name="Quyết định 1/QĐ-UBND")
    aim = {"indicator": source, "level": "unit", "operator": "gte", "value": 1, "document": paper}
    for year in (2024, 2025):
        Target.objects.create(unit=province.department, year=year, **aim)
    assert Definition.objects.count() == 1
    [ours, theirs] = plan(merger).picture["touched"]
    counts = ("memberships", "reports", "targets", "forms", "definitions")
    assert [ours[name] for name in counts] == [2, 1, 1, 1, 1]
    assert [theirs[name] for name in counts] == [1, 0, 0, 0, 0]


def test_a_plan_asks_as_often_for_three_lines_as_for_one(province, django_assert_num_queries):
    one = act(merge("LC-STC", "LC-SKHCN"))
    for number in (1, 2):
        factories.unit(f"Sở {number}", code=f"S{number}", parent=province.root)
    three = act(*(merge(code, "LC-SKHCN") for code in ("LC-STC", "S1", "S2")))
    for made in (one, three):
        with django_assert_num_queries(13):
            plan(made)


def test_applying_asks_as_often_for_three_units_as_for_one(province, django_assert_num_queries):
    by = people.superuser()
    for number in range(1, 5):
        factories.unit(f"Sở {number}", code=f"S{number}", parent=province.root)
    one = act(merge("S1", "LC-SKHCN"))
    three = act(*(merge(code, "LC-SKHCN") for code in ("S2", "S3", "S4")))
    for made in (one, three):
        read = plan(made).sha256
        with django_assert_num_queries(32):
            apply(made, by, read)
    assert UnitCode.objects.count() == 8
