"""Which rows are meant, and how many there are; missing is not no."""

from types import SimpleNamespace

import pytest

from indicators.register_rules import Counted, counted, matches


def row(**said) -> SimpleNamespace:
    return SimpleNamespace(**{"audience": "", "status": "", "via_lgsp": None} | said)


@pytest.mark.parametrize(
    ("said", "asked", "is_meant"),
    [
        ({}, {}, True),
        ({"audience": "government"}, {"audience": "government"}, True),
        ({"audience": "business"}, {"audience": "government"}, False),
        ({}, {"audience": "government"}, None),
        ({"via_lgsp": True}, {"via_lgsp": True}, True),
        ({"via_lgsp": False}, {"via_lgsp": True}, False),
        ({"via_lgsp": False}, {"via_lgsp": False}, True),
        ({"via_lgsp": None}, {"via_lgsp": True}, None),
        ({"audience": "business"}, {"audience": "government", "via_lgsp": True}, False),
        ({"audience": "government"}, {"audience": "government", "via_lgsp": True}, None),
    ],
)
def test_which_rows_are_meant(said, asked, is_meant) -> None:
    assert matches(row(**said), asked) is is_meant


def test_what_is_not_said_is_counted_apart() -> None:
    rows = [row(audience="government"), row(audience="government"), row(audience="business"), row()]
    assert counted(rows, {"audience": "government"}) == Counted(2, undecided=1)
    assert not counted(rows, {"audience": "government"}).is_sure


def test_without_a_filter_every_row_counts() -> None:
    assert counted([row(), row()], {}) == Counted(2, 0)
    assert counted([], {}).is_sure


def test_an_unknown_filter_is_refused_even_of_no_rows() -> None:
    with pytest.raises(ValueError, match="address"):
        counted([], {"address": "https://voso.vn"})
