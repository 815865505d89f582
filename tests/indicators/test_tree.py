"""The units of one day in memory: who is under whom, and whom a line of a form is about (domain.md 4, 6)."""

from datetime import date

import pytest

from indicators.models import Unit, UnitSlice
from indicators.tree import Tree, tree_on
from tests.factories import unit

MERGER = date(2025, 7, 1)
# 1 province: 2 district (3, 4 communes), 5 commune, 6 department; 7 another province with 8; 9 a company by itself
TREE = Tree(
    {1: None, 2: 1, 3: 2, 4: 2, 5: 1, 6: 1, 7: None, 8: 7, 9: None},
    {
        1: "province",
        2: "district",
        3: "commune",
        4: "commune",
        5: "commune",
        6: "department",
        7: "province",
        8: "commune",
        9: "company",
    },
)


def test_ancestors_go_from_the_parent_up_to_the_root():
    assert list(TREE.ancestors(3)) == [2, 1]
    assert list(TREE.ancestors(1)) == []
    assert list(TREE.ancestors(404)) == []


def test_a_loop_in_the_data_ends_the_walk():
    loop = Tree({1: 3, 2: 1, 3: 2, 4: 4}, {})
    assert list(loop.ancestors(1)) == [3, 2]
    assert list(loop.ancestors(4)) == []


def test_the_province_of_a_unit_is_the_nearest_one_above_or_itself():
    assert [TREE.province_of(u) for u in (1, 3, 6, 8, 9)] == [1, 1, 1, 7, 9]


def test_a_line_is_about_the_unit_itself_the_province_or_each_commune_of_the_province():
    assert TREE.subjects("self", 3) == [3]
    assert TREE.subjects("province", 3) == [1]
    assert TREE.subjects("each_commune", 6) == [3, 4, 5]
    assert TREE.subjects("each_commune", 7) == [8]
    assert TREE.subjects("each_commune", 9) == []


@pytest.mark.django_db
def test_the_tree_is_that_of_the_day_in_one_query(django_assert_num_queries):
    root = unit("Lai Châu", "province")
    district = unit("Mường Tè", "district", parent=root)
    moved = unit("Mù Cả", "commune", parent=district)
    UnitSlice.objects.create(unit=moved, name="Mù Cả", kind="commune", parent=root, valid_from=MERGER)
    Unit.objects.filter(pk=district.pk).update(ended=MERGER)
    newcomer = Unit.objects.create(began=MERGER)
    UnitSlice.objects.create(unit=newcomer, name="Đoàn Kết", kind="commune", parent=root, valid_from=MERGER)
    with django_assert_num_queries(1):
        before = tree_on(date(2025, 6, 30))
    after = tree_on(MERGER)
    assert before.parent == {root.pk: None, district.pk: root.pk, moved.pk: district.pk}
    assert after.parent == {root.pk: None, moved.pk: root.pk, newcomer.pk: root.pk}
    assert after.kind == {root.pk: "province", moved.pk: "commune", newcomer.pk: "commune"}


@pytest.mark.django_db
def test_a_unit_whose_name_is_not_known_yet_on_the_day_has_no_kind_and_no_parent():
    nameless = Unit.objects.create()
    UnitSlice.objects.create(unit=nameless, name="Đoàn Kết", kind="commune", valid_from=MERGER)
    tree = tree_on(date(2025, 6, 30))
    assert (tree.parent, tree.kind) == ({nameless.pk: None}, {nameless.pk: ""})
    assert tree.subjects("each_commune", nameless.pk) == []
