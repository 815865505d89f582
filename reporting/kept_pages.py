"""A page that was drawn once is not drawn again while nothing has changed that it shows.

What a page shows is its body: a function of the address, the language, the day, the `Scope` of the reader and the
counts of changes (indicators/counters.py): its key. Counts are read before the data, so a body is as old as its
counts or newer, and no process hands out what another one has overtaken. The frame around it (who is logged in,
notices, tokens) is drawn for every answer; the ETag holds both.
"""

from collections import OrderedDict
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cache, wraps
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, cast

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.template.loader_tags import ExtendsNode
from django.urls import ResolverMatch
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.safestring import SafeString

from indicators import counters
from indicators.clock import now, today
from indicators.models import Reader, User

from . import facts
from .known import Known

DRAWS = (".py", ".html", ".mo", ".css")
FRAME = "reporting/frame.html"
PARTS = ("title", "head", "content", "foot")
READ = ("catalogue", "figures", "people", "reports", "tasks")
MOST_CHARACTERS = 6_000_000  # of the bodies that a process keeps, two bytes each at most
UNSEEN = ("_state", "password", "last_login", "backend")
View = Callable[..., HttpResponse]


@dataclass(frozen=True, repr=False)
class Scope:
    """All of a person that decides what a page shows: two people of one scope read the same body."""

    offers_latest: bool  # may read what is approved and not published
    reader: Reader | None = None  # whose figures; None where everybody reads the same
    person: int | None = None  # where a page is each person's own
    directs: bool = False  # may turn a late indicator into a task

    @property
    def who(self) -> Reader:
        """On a page that is not the same for everybody."""
        if self.reader is None:
            raise TypeError("this page was kept for everybody")
        return self.reader

    def __repr__(self) -> str:
        """The same in every process: a set has no order."""
        who = self.reader
        own = who and (sorted(who.units), who.works_for_state, who.reviews)
        return repr((self.offers_latest, own, self.person, self.directs))


@dataclass(frozen=True)
class Body:
    """The blocks of a page's template, drawn, and which figures they are of."""

    parts: dict[str, SafeString]
    known: Known | None

    @property
    def size(self) -> int:
        return sum(map(len, self.parts.values()))


class Page(HttpResponse):
    """A body in its frame."""

    def __init__(self, request: HttpRequest, body: Body, *, status: int = 200) -> None:
        context = {**body.parts, "known": body.known, "read_at": now()}
        super().__init__(render_to_string(FRAME, context, request), status=status)
        self.body = body


@dataclass(frozen=True)
class Address:
    """What of a request a body may show: nothing of who asks."""

    path: str
    GET: QueryDict
    resolver_match: ResolverMatch | None


# --- Drawing


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> Page:
    return Page(request, _drawn(request, template, context), status=status)


def _drawn(request: HttpRequest, name: str, said: dict[str, Any]) -> Body:
    """The template's blocks one by one, without what it extends."""
    template: Template = get_template(name).template  # type: ignore[attr-defined]
    blocks = template.nodelist.get_nodes_by_type(ExtendsNode)[0].blocks  # type: ignore[attr-defined]
    address = Address(request.path, request.GET, request.resolver_match)
    context = Context({**said, "request": address})
    context.request = address  # type: ignore[attr-defined]  # where {% querystring %} looks
    with context.bind_template(template), context.render_context.push_state(template):
        parts = {part: blocks[part].render(context) if part in blocks else SafeString("") for part in PARTS}
    return Body(parts, said.get("known"))


# --- Keeping


class Store:
    """The bodies that were asked for last."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._bodies: OrderedDict[Any, Body] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Any) -> Body | None:
        with self._lock:
            if key in self._bodies:
                self._bodies.move_to_end(key)
            return self._bodies.get(key)

    def keep(self, key: Any, body: Body) -> None:
        with self._lock:
            if key not in self._bodies:
                self._bodies[key] = body
                self._size += body.size
            while self._size > self._most:
                self._size -= self._bodies.popitem(last=False)[1].size

    def clear(self) -> None:
        with self._lock:
            self._bodies.clear()
            self._size = 0


store = Store(MOST_CHARACTERS)


def kept(*, by: Callable[[HttpRequest], Scope]) -> Callable[[View], View]:
    """Answers 304 to whoever has the page already, and draws but the frame where the process has kept the body.
    `by` says what of a person the page depends on. The counts came with the account."""

    def of(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, ending: str = "", **kwargs: Any) -> HttpResponse:
            counts = None if settings.DEBUG else counters.brought_by(request.user, *READ)
            with facts.under(dict(zip(READ, counts, strict=True)) if counts else None):
                scope = by(request)
                if ending:
                    return view(request, *args, ending=ending, scope=scope, **kwargs)
                key = counts and (request.get_full_path(), request.LANGUAGE_CODE, today(), scope, counts)
                response = _answer(request, key, lambda: view(request, *args, scope=scope, **kwargs))
            patch_cache_control(response, private=True, no_cache=True)
            return response

        return answered

    return of


def _answer(request: HttpRequest, key: Any, view: Callable[[], HttpResponse]) -> HttpResponse:
    """What waits to be told once (a message) is never of a page that may be kept."""
    if key is None or len(get_messages(request)):
        return view()
    tag = etag(key, _frame(request))
    response = get_conditional_response(request, etag=tag) or _kept_or_drawn(request, key, view)
    if isinstance(response, Page | HttpResponseNotModified) and response.status_code != 404:
        response.headers["ETag"] = tag
    return response


def _kept_or_drawn(request: HttpRequest, key: Any, view: Callable[[], HttpResponse]) -> HttpResponse:
    body = store.get(key)
    if body is not None:
        return Page(request, body)
    response = view()
    if isinstance(response, Page) and response.status_code == 200:
        store.keep(key, response.body)
    return response


def etag(*said: Any) -> str:
    of_system = (settings.BASE_URL, settings.SITE_UNIT, settings.SITE_ADDRESS, settings.SITE_TELEPHONE)
    known = (_version(), *of_system, settings.SITE_EMAIL, *said)
    return f'"{sha256(repr(known).encode()).hexdigest()[:32]}"'


@cache
def _version() -> int:
    """The newest of our files: what was kept before an upgrade is asked for anew."""
    rooms = ("config", "indicators", "reporting", "templates", "locale", "static")
    files = (path for room in rooms for path in Path(settings.ROOT, room).rglob("*") if path.suffix in DRAWS)
    return max(path.stat().st_mtime_ns for path in files)


def _frame(request: HttpRequest) -> Any:
    """All that the frame may show: whatever was read with the account (config/backends.py), the count of notices
    among it, and the secret behind the tokens of its forms."""
    account = vars(copy(cast(User, request.user)))  # of the account itself: a request holds a lazy one
    seen = (each for each in account.items() if each[0] not in UNSEEN and not each[0].startswith(counters.BROUGHT))
    read = sorted((name, repr(value)) for name, value in seen)
    return read, request.META.get("CSRF_COOKIE")


# --- Scopes


def sees_unpublished(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.is_superuser or user.sees_unpublished_today)


def everybody(request: HttpRequest) -> Scope:
    return Scope(sees_unpublished(request), directs=_directs(request))


def by_reader(request: HttpRequest) -> Scope:
    return Scope(sees_unpublished(request), _reader(request), directs=_directs(request))


def by_person(request: HttpRequest) -> Scope:
    return Scope(sees_unpublished(request), _reader(request), cast(User, request.user).pk)


def _directs(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.directs_today)


def _reader(request: HttpRequest) -> Reader:
    user = cast(User, request.user)
    return _reader_of(user, user.is_superuser, today())


@facts.kept("catalogue", "people")
def _reader_of(user: User, _is_superuser: bool, _day: date) -> Reader:
    return Reader.of(user)
