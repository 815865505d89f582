"""Who is logged in, and in the same query which links of the frame lead this person to work of his own, how many
notices wait to be read, after how long without activity the session ends, and whether the public page is open."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from indicators.clock import today
from indicators.models import REVIEWING, Membership, Notice, OnBehalf, PublicPage, Role, User


class Accounts(ModelBackend):
    """Every page asks for its user once; asking for the roles of today beside it costs no query of its own."""

    def get_user(self, user_id: Any) -> User | None:
        mine = Membership.objects.on(today()).filter(user=OuterRef("pk")).order_by()
        behalf = OnBehalf.objects.open().filter(by=OuterRef("pk")).order_by()
        unread = Notice.objects.unread().filter(user=OuterRef("pk")).order_by().values("user")
        users = User.objects.annotate(
            writes_today=Exists(mine.filter(role__in=[Role.REPORTER, Role.SIGNER])) | Exists(behalf),
            reviews_today=Exists(mine.filter(role__in=REVIEWING)),
            unread_notices=Coalesce(Subquery(unread.annotate(n=Count("pk")).values("n")), 0),
            is_contact_today=Exists(mine.filter(is_contact=True)),
            idle_minutes=_idle_minutes(mine),
            publishes_today=Exists(mine.filter(role=Role.PUBLISHER)),
            sees_unpublished_today=Exists(mine.that_see_unpublished(today())),
            public_page_is_open=Exists(PublicPage.objects.open().order_by()),
        )
        user = users.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


def _idle_minutes(memberships: QuerySet[Membership]) -> Coalesce:
    """After how long without activity the session ends (domain.md 38): the shortest of the roles held today."""
    by_role = [When(role=role, then=Value(int(n))) for role, n in settings.IDLE_MINUTES_BY_ROLE.items()]
    usual = Value(settings.IDLE_MINUTES)
    timed = memberships.annotate(minutes=Case(*by_role, default=usual)).order_by("minutes")
    return Coalesce(Subquery(timed.values("minutes")[:1]), usual)
