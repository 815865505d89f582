"""What pages read of the catalogue alone, kept in the process until a count of it changes (indicators/counters.py).

A page says under which counts it stands; they were read before it, so what is read under them is as old as they
are, or newer. Outside of such a page everything is read anew. What is kept is shared: nobody changes it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.utils.translation import get_language

P = ParamSpec("P")
T = TypeVar("T")
MOST = 500
_standing: ContextVar[Mapping[str, int] | None] = ContextVar("standing", default=None)


@contextmanager
def under(counts: Mapping[str, int] | None) -> Iterator[None]:
    """None: nothing that is read here is kept."""
    token = _standing.set(counts)
    try:
        yield
    finally:
        _standing.reset(token)


def stands(name: str) -> int | None:
    """The count; None where nothing is kept."""
    counts = _standing.get()
    return None if counts is None else counts[name]


def kept(*names: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Of a function that reads no table but those that these counters count, given by place what has a hash."""

    def of(read: Callable[P, T]) -> Callable[P, T]:
        @wraps(read)
        def found(*args: Any) -> Any:
            counts = _standing.get()
            if counts is None:
                return read(*args)  # type: ignore[call-arg]
            return _read(read, tuple(counts[name] for name in names), get_language(), *args)

        return cast(Callable[P, T], found)

    return of


@lru_cache(MOST)
def _read(read: Callable[..., Any], _counts: tuple[int, ...], _language: str | None, *args: Any) -> Any:
    return read(*args)


def forget() -> None:
    """All of it: what a test has read is for no other."""
    _read.cache_clear()
