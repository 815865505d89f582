"""Who is logged in, and in the same query which links of the frame lead this person to work of his own, how many
notices wait to be read, after how long without activity the session ends, whether the public page is open, and the
counts of changes by which pages are kept (indicators/counters.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db import connection
from django.db.models import BooleanField, Case, Count, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from indicators import counters
from indicators.clock import today
from indicators.models import REVIEWING, ChangeCount, Membership, Notice, OnBehalf, PublicPage, Role, User


class Accounts(ModelBackend):
    """Every page asks for its user once; asking for the roles of today beside it costs no query of its own."""

    def get_user(self, user_id: Any) -> User | None:
        user = _asked(connection.alias, today(), settings.IDLE_MINUTES, _by_role()).of(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


@dataclass(frozen=True)
class Asked:
    """The query as it goes to the database: putting it together cost four fifths of a page that shows nothing."""

    sql: str
    parameters: Sequence[Any]
    flags: Sequence[str]  # which SQLite gives back as 0 and 1

    def of(self, user_id: Any) -> User | None:
        given = [user_id if each == _SOMEBODY else each for each in self.parameters]
        for user in User.objects.raw(self.sql, given):
            for flag in self.flags:
                setattr(user, flag, bool(getattr(user, flag)))
            return user
        return None


_SOMEBODY = -(2**62)  # no account's key; in its place stands whose account is asked for


@lru_cache(4)
def _asked(_using: str, day: date, _minutes: int, _by_role: tuple[tuple[str, int], ...]) -> Asked:
    """By all that it is put together from."""
    query = _accounts(day).filter(pk=_SOMEBODY).query
    sql, parameters = query.sql_with_params()
    known = query.annotation_select.items()
    return Asked(sql, parameters, [name for name, each in known if isinstance(each.output_field, BooleanField)])


def _accounts(day: date) -> QuerySet[User]:
    mine = Membership.objects.on(day).filter(user=OuterRef("pk")).order_by()
    behalf = OnBehalf.objects.open().filter(by=OuterRef("pk")).order_by()
    unread = Notice.objects.unread().filter(user=OuterRef("pk")).order_by().values("user")
    return User.objects.annotate(
        writes_today=Exists(mine.filter(role__in=[Role.REPORTER, Role.SIGNER])) | Exists(behalf),
        reviews_today=Exists(mine.filter(role__in=REVIEWING)),
        unread_notices=Coalesce(Subquery(unread.annotate(n=Count("pk")).values("n")), 0),
        is_contact_today=Exists(mine.filter(is_contact=True)),
        idle_minutes=_idle_minutes(mine),
        publishes_today=Exists(mine.filter(role=Role.PUBLISHER)),
        sees_unpublished_today=Exists(mine.that_see_unpublished(day)),
        directs_today=Exists(mine.that_direct(day)),
        public_page_is_open=Exists(PublicPage.objects.open().order_by()),
        **{f"{counters.BROUGHT}{name}": _count(name) for name in counters.WATCHED},
    ).order_by()


def _count(name: str) -> Subquery:
    return Subquery(ChangeCount.objects.filter(name=name).order_by().values("value"))


def _by_role() -> tuple[tuple[str, int], ...]:
    return tuple(sorted((role, int(minutes)) for role, minutes in settings.IDLE_MINUTES_BY_ROLE.items()))


def _idle_minutes(memberships: QuerySet[Membership]) -> Coalesce:
    """After how long without activity the session ends (domain.md 38): the shortest of the roles held today."""
    by_role = [When(role=role, then=Value(int(n))) for role, n in settings.IDLE_MINUTES_BY_ROLE.items()]
    usual = Value(settings.IDLE_MINUTES)
    timed = memberships.annotate(minutes=Case(*by_role, default=usual)).order_by("minutes")
    return Coalesce(Subquery(timed.values("minutes")[:1]), usual)
