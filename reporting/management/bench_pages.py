"""What the readers' pages cost, in times of a logged-in page that shows nothing: machines differ, ratios hardly.
All are asked for in turn, in one process, and of each the least disturbed time counts: what else the machine does
only adds to it."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, override_settings
from django.urls import include, path

from indicators import counters
from indicators.models import ChangeCount, User

from . import bench_data

EMPTY = "/bench/empty/"
UNTIMED = 3  # rounds that fill the caches of templates
WAYS = ("first", "elsewhere", "warm", "304")


@login_required
def empty(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [path("bench/empty/", empty), path("", include(settings.ROOT_URLCONF))]


@dataclass(frozen=True)
class Cost:
    """In times of the empty page."""

    first: float  # after an approval that changed every line
    elsewhere: float  # after one that changed none of them: what was drawn of each line still stands
    warm: float
    unchanged: float  # the browser holds the page, and is told so

    def __str__(self) -> str:
        first = f"first after an approval {self.first:.1f} x, of other figures {self.elsewhere:.1f} x"
        rest = f"{first}, 304 {self.unchanged:.2f} x"
        return f"{self.warm:.2f} x an empty logged-in page ({rest})"


@contextmanager
def site() -> Iterator[None]:
    """The pages of the site and the empty one, without static files."""
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    pages_only = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    stores = {**settings.STORAGES, **plain}
    with override_settings(ROOT_URLCONF=__name__, STORAGES=stores, MIDDLEWARE=pages_only, DEBUG=False):
        yield


def account(name: str) -> User:
    user = User(username=name)
    user.set_unusable_password()
    user.save()
    return user


def browser(user: User) -> Client:
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0].lstrip("*.") or "localhost")
    client.force_login(user, backend="config.backends.Accounts")
    return client


def pages() -> dict[str, str]:
    return {
        "summary": f"/summary/?period={bench_data.PERIOD}",
        f"list of {bench_data.UNITS} units": f"/completeness/?form={bench_data.LABEL}",
        "indicator": f"/indicators/{bench_data.LABEL}.00/?period={bench_data.PERIOD}",
    }


@counters.settled()
def measure(client: Client, addresses: dict[str, str], rounds: int) -> dict[str, Cost]:
    taken: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds + UNTIMED):
        asked = _ask(client, addresses, number)
        if number >= UNTIMED:
            for name, seconds in asked.items():
                taken[name].append(seconds)
    took = {name: min(times) for name, times in taken.items()}
    return {name: Cost(*(took[f"{way} {name}"] / took[EMPTY] for way in WAYS)) for name in addresses}


@counters.settled()
def ratio(client: Client, address: str, rounds: int) -> float:
    """Of a page that no process keeps as a whole."""
    taken: dict[str, list[float]] = {EMPTY: [], address: []}
    for number in range(rounds + UNTIMED):
        for asked, times in taken.items():
            seconds, _answer = _timed(client, asked)
            if number >= UNTIMED:
                times.append(seconds)
    nothing, page = (min(times) for times in taken.values())
    return page / nothing


def _ask(client: Client, addresses: dict[str, str], number: int) -> dict[str, float]:
    """Each page as it comes after an approval, then as it is kept, then as the browser holds it already."""
    taken = {EMPTY: _timed(client, EMPTY)[0]}
    bench_data.move_the_totals(number)
    for way in ("first", "elsewhere"):
        ChangeCount.objects.filter(name__in=("figures", "reports")).update(value=F("value") + 1)
        for name, address in addresses.items():
            taken[f"{way} {name}"], _page = _timed(client, address)
    for name, address in addresses.items():
        taken[f"warm {name}"], page = _timed(client, address)
        taken[f"304 {name}"], _page = _timed(client, address, etag=page.headers["ETag"])
    return taken


def _timed(client: Client, address: str, *, etag: str = "") -> tuple[float, Any]:
    headers = {"If-None-Match": etag} if etag else {}
    start = perf_counter()
    answer = client.get(address, secure=settings.IS_HTTPS, headers=headers)
    seconds = perf_counter() - start
    if answer.status_code != (304 if etag else 200):
        raise RuntimeError(f"{address}: {answer.status_code}")
    return seconds, answer
