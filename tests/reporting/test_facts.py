"""What is read of the catalogue is kept under its count, and shared by nobody who stands under another."""

import pytest
from django.utils.translation import override

from reporting import facts

READ: list[int] = []


@facts.kept("catalogue")
def twice(number: int) -> list[int]:
    READ.append(number)
    return [number, number]


@pytest.fixture(autouse=True)
def _nothing_read() -> None:
    READ.clear()
    facts.forget()


def test_it_is_read_once_under_one_count() -> None:
    with facts.under({"catalogue": 1, "figures": 1}):
        assert twice(5) is twice(5)
    with facts.under({"catalogue": 1, "figures": 2}):
        assert (twice(5), READ) == ([5, 5], [5])


def test_another_count_another_argument_and_another_language_are_read_anew() -> None:
    for count, number, language in ((1, 5, "vi"), (2, 5, "vi"), (2, 6, "vi"), (2, 6, "en")):
        with facts.under({"catalogue": count}), override(language):
            twice(number)
    assert READ == [5, 5, 6, 6]


def test_where_nothing_is_counted_nothing_is_kept() -> None:
    assert twice(5) is not twice(5)
    with facts.under({"catalogue": 1}), facts.under(None):
        assert (twice(5) is not twice(5), facts.stands("catalogue")) == (True, None)
    assert len(READ) == 4


def test_a_page_leaves_no_counts_behind() -> None:
    with facts.under({"catalogue": 1}):
        assert facts.stands("catalogue") == 1
    assert facts.stands("catalogue") is None
