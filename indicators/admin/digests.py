from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import outbox
from ..models import Delivery, Digest
from ..templatetags.figures import moment
from .base import ReadOnly

SHAPES = {
    Delivery.SENDING: "waiting",
    Delivery.SENT: "done",
    Delivery.WAITING: "late",
    Delivery.UNKNOWN: "returned",
    Delivery.GIVEN_UP: "missing",
    Delivery.DROPPED: "not-due",
}


@admin.register(Digest)
class DigestAdmin(ReadOnly, admin.ModelAdmin):
    """What became of each mail, for the administrators of the province: what failed is tried again from here."""

    actions = ["try_again"]
    list_display = ["tried", "person", "outcome", "tries", "next_try"]
    list_display_links = ["tried"]
    list_filter = ["delivery"]
    list_per_page = 50
    list_select_related = ["user"]
    fields = ["user", "number", "address", "state", "tries", "tried", "next_try", "error", "n_notices"]
    readonly_fields = ["state", "tried", "next_try", "n_notices"]
    search_fields = ["address", "user__username", "error"]
    ordering = ["-tried_at", "pk"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Digest]:
        return super().get_queryset(request).select_related("user").annotate(count=Count("notices"))

    def has_try_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("indicators.change_digest")

    @admin.action(
        permissions=["try_again"],
        description=_("Try again (a mail whose outcome is not known may arrive twice)"),
    )
    def try_again(self, request: HttpRequest, queryset: QuerySet[Digest]) -> None:
        stopped = list(queryset.filter(delivery__in=outbox.STOPPED).order_by("pk"))
        count = outbox.try_again(digest.pk for digest in stopped)
        for digest in stopped:
            self.log_change(request, digest, gettext("Asked for another try."))
        said = ngettext("%(count)s mail will be tried again.", "%(count)s mails will be tried again.", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS if count else messages.WARNING)

    @admin.display(description=_("last try"), ordering="tried_at")
    def tried(self, digest: Digest) -> str:
        return moment(digest.tried_at)

    @admin.display(description=_("next try"), ordering="next_try_at")
    def next_try(self, digest: Digest) -> str:
        return moment(digest.next_try_at)

    @admin.display(description=_("account"), ordering="user__username")
    def person(self, digest: Digest) -> SafeString:
        return format_html('{} <div class="meta">{}</div>', digest.user, digest.address)

    @admin.display(description=_("outcome"), ordering="delivery")
    def outcome(self, digest: Digest) -> SafeString:
        return format_html('{} <div class="meta">{}</div>', self.state(digest), digest.error)

    @admin.display(description=_("state"))
    def state(self, digest: Digest) -> SafeString:
        shape = SHAPES[Delivery(digest.delivery)]
        return format_html('<span class="status {}">{}</span>', shape, digest.get_delivery_display())

    @admin.display(description=_("notices"))
    def n_notices(self, digest: Any) -> int:
        return digest.count
