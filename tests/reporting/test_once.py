"""HTML that says the same is drawn once, and only what says the same."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.translation import override

from reporting import facts
from reporting.templatetags.once import Drawn, drawn


class Row:
    """Counts how often it was drawn; equal to another of the same figure."""

    def __init__(self, figure: str) -> None:
        self.figure, self.times = figure, 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self.figure == other.figure

    __hash__ = None  # type: ignore[assignment]

    def text(self) -> str:
        self.times += 1
        return self.figure


PAGE = Template("{% load once %}{% once row code %}<td>{{ row.text }}</td>{% endonce %}")


def show(row: Row, *, code: str = "HT.01", count: int | None = 1) -> str:
    with facts.under(None if count is None else {"catalogue": count}):
        return PAGE.render(Context({"row": row, "code": code}))


@pytest.fixture(autouse=True)
def _nothing_drawn() -> None:
    drawn.clear()


def test_a_row_that_says_the_same_is_not_drawn_again() -> None:
    first, second = Row("5"), Row("5")
    assert (show(first), show(second)) == ("<td>5</td>", "<td>5</td>")
    assert (first.times, second.times) == (1, 0)


def test_a_row_that_says_something_else_is() -> None:
    assert [show(Row(figure)) for figure in ("5", "6", "5")] == ["<td>5</td>", "<td>6</td>", "<td>5</td>"]


def test_another_place_catalogue_or_language_is_drawn_anew() -> None:
    row = Row("5")
    show(row)
    show(row, code="HT.02")
    show(row, count=2)
    with override("en"):
        show(row)
    assert row.times == 4


def test_where_nothing_is_counted_everything_is_drawn() -> None:
    row = Row("5")
    assert [show(row, count=None), show(row, count=None), row.times] == ["<td>5</td>", "<td>5</td>", 2]


def test_what_was_not_asked_for_longest_is_forgotten() -> None:
    store = Drawn(2)
    for key in ("a", "b"):
        store.keep(key, 1, key)
    store.get("a", 1)
    store.keep("c", 1, "c")
    assert [store.get(key, 1) for key in ("a", "b", "c")] == ["a", None, "c"]


def test_it_needs_something_to_go_by() -> None:
    with pytest.raises(TemplateSyntaxError, match="of what"):
        Template("{% load once %}{% once %}{% endonce %}")
