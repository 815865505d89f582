"""Whether indicators wait for each other in a circle."""

from collections.abc import Iterable, Mapping


def cycle_through(start: str, asks: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """A way from `start` back to it, `start` at both ends, or nothing. `asks`: code → the codes of its formula.
    Looks at each code once, without recursion, whatever else runs in circles."""
    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        code = waiting.pop()
        for asked in asks.get(code, ()):
            if asked == start:
                return _way_back(start, code, came_from)
            if asked not in came_from:
                came_from[asked] = code
                waiting.append(asked)
    return ()


def _way_back(start: str, last: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    way = [start]
    while last != start:
        way.append(last)
        last = came_from[last]
    return (start, *reversed(way[1:]), start)
