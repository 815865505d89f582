"""`{% once row row.code known.query %} … {% endonce %}`: HTML that says the same is drawn once.

After an approval most rows of a page are what they were. The block is a function of the first value, which is
compared whole, of the others, by which it is found, of the language and of the catalogue: rows of the database are
equal by their key, so they count as the same only under the same count of the catalogue. Where a page stands under
no counts (facts.py) everything is drawn anew.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from threading import Lock
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from .. import facts

register = template.Library()
MOST = 5_000  # some kB each


class Drawn:
    """What was drawn last in each place, those asked for last; `clear` for tests."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[Any, SafeString]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, value: Any) -> SafeString | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        return found[1] if found is not None and found[0] == value else None

    def keep(self, key: Hashable, value: Any, html: SafeString) -> None:
        with self._lock:
            self._kept[key] = value, html
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


drawn = Drawn(MOST)


class Once(template.Node):
    def __init__(self, value: FilterExpression, found_by: Sequence[FilterExpression], nodelist: NodeList) -> None:
        self.value, self.found_by, self.nodelist = value, found_by, nodelist

    def render(self, context: template.Context) -> SafeString:
        count = facts.stands("catalogue")
        if count is None:
            return self.nodelist.render(context)
        value = self.value.resolve(context)
        key = (self, get_language(), count, *(each.resolve(context) for each in self.found_by))
        html = drawn.get(key, value)
        if html is None:
            html = self.nodelist.render(context)
            drawn.keep(key, value, html)
        return html


@register.tag
def once(parser: Parser, token: Token) -> Once:
    _name, *given = token.split_contents()
    if not given:
        raise template.TemplateSyntaxError("once: of what?")
    value, *found_by = map(parser.compile_filter, given)
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return Once(value, found_by, nodelist)
