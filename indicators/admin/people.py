"""Accounts and memberships. Three kinds of people keep them: a superuser everything, the administrator of the
province all but superusers, the administrator of a unit the ordinary accounts of that unit and those below it.
Nothing is deleted: the history outlives the account (domain.md 40)."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ..accounts import give_passwords, letters_page, unlock, with_locks
from ..clock import today
from ..models import BEFORE_PUBLICATION, Membership, Role, Unit, UnitKind, User
from ..refusals import Refused
from ..resources import AccountResource
from ..roles import GIVEN_BY_A_UNIT, given_by
from .account_forms import (
    OF_A_SIGNER,
    AddAccountForm,
    ChangeAccountForm,
    GivenPasswordForm,
    MembershipForm,
)
from .base import (
    KeptAdmin,
    LabelledRows,
    PlainFields,
    Scoped,
    in_scope,
    keeps_all_accounts,
    named_units,
    person,
    unit_name,
)
from .past import Act
from .tables import TableAdmin

WORKS_HERE = (*BEFORE_PUBLICATION, Role.ADMINISTRATOR)  # roles that are carried out in the administration


def kept_accounts(request: HttpRequest) -> QuerySet[User]:
    """Accounts that the asking person may change, the password included (a password is the account).

    The administrator of a unit keeps an account whose memberships, past ones too, all lie in his scope, that may
    not enter the administration, and that holds no role above those he gives: never his own, which does both.
    """
    user = person(request)
    if user.is_superuser:
        return User.objects.order_by("pk")
    ordinary = User.objects.filter(is_superuser=False).order_by("pk")
    if keeps_all_accounts(request):
        return ordinary
    memberships = Membership.objects.filter(user=OuterRef("pk")).order_by()
    elsewhere = memberships.exclude(unit__in=Unit.objects.visible_to(user).order_by().values("pk"))
    still = Q(valid_until__isnull=True) | Q(valid_until__gt=today())
    above = memberships.exclude(role__in=GIVEN_BY_A_UNIT).filter(still)
    mine = in_scope(request, ordinary.filter(is_staff=False))
    return mine.filter(~Exists(elsewhere), ~Exists(above))


def keeps(request: HttpRequest, account: User) -> bool:
    return kept_accounts(request).filter(pk=account.pk).exists()


def offered_roles(request: HttpRequest) -> list[tuple[str, Any]]:
    given = tuple(Role) if keeps_all_accounts(request) else given_by(person(request))
    return [(r.value, r.label) for r in Role if r in given]


class Memberships(Scoped):
    """What the list of memberships and the rows on an account's page share."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        units = Unit.objects.with_slice(today()).order_by("pk")
        return super().get_queryset(request).prefetch_related(Prefetch("unit", queryset=units))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Units that the asking person administers: who keeps the catalogue sees others too, but gives no role."""
        if db_field.name == "unit":
            mine = Unit.objects.visible_to(person(request)).order_by()
            kwargs["queryset"] = named_units().filter(pk__in=mine.values("pk"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "role":
            kwargs["choices"] = [("", "---------"), *offered_roles(request)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it ends on a day


class MembershipFormSet(LabelledRows):
    default_error_messages = {
        **LabelledRows.default_error_messages,
        "too_few_forms": _("Name the unit and the role of the new account at once."),
    }


class MembershipInline(Memberships, PlainFields, admin.StackedInline):
    """Ends in an empty one, as every inline does (base.py)."""

    model = Membership
    fields = [("unit", "role"), ("valid_from", "valid_until"), "is_contact", *OF_A_SIGNER]
    form = MembershipForm
    formset = MembershipFormSet
    extra = 1
    verbose_name_plural = _("Memberships: what the account does for which unit")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """An account without a membership is out of sight for the administrator of a unit who has just made it, so
        he names the unit at once."""
        if obj is None and not keeps_all_accounts(request):
            kwargs |= {"min_num": 1, "validate_min": True, "extra": 0}
        return super().get_formset(request, obj, **kwargs)


class RoleFilter(admin.SimpleListFilter):
    """By roles of today in the asking person's scope: what an account does elsewhere is not told."""

    title = _("role today")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Role.choices, ("none", _("No membership today"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        mine = _memberships_today(request)
        if self.value() == "none":
            return queryset.filter(~Exists(mine))
        return queryset.filter(Exists(mine.filter(role=self.value()))) if self.value() else queryset


class UnitKindFilter(admin.SimpleListFilter):
    title = _("kind of unit today")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(UnitKind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        named: QuerySet[Any] = Unit.objects.with_slice(today())
        units = named.filter(kind_on_day=self.value() or "").order_by()
        mine = _memberships_today(request).filter(unit__in=units.values("pk"))
        return queryset.filter(Exists(mine)) if self.value() else queryset


def _memberships_today(request: HttpRequest) -> QuerySet[Membership]:
    mine = Membership.objects.on(today()).filter(user=OuterRef("pk"))
    return in_scope(request, mine).order_by()


class ForceFilter(admin.SimpleListFilter):
    title = _("time")
    parameter_name = "force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("today", _("In force today")), ("ended", _("Ended")), ("later", _("Begins later"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        conditions = {
            "today": Q(pk__in=Membership.objects.on(today()).order_by().values("pk")),
            "ended": Q(valid_until__lte=today()),
            "later": Q(valid_from__gt=today()),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


class LockFilter(admin.SimpleListFilter):
    title = _("failed logins")
    parameter_name = "locked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Locked now"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(is_locked=True) if self.value() else queryset


@admin.action(description=_("Unlock after failed logins"), permissions=["change"])
def unlock_chosen(modeladmin: Any, request: HttpRequest, queryset: QuerySet[User]) -> None:
    """Of the chosen accounts those that the asking person keeps."""
    chosen = kept_accounts(request).filter(pk__in=queryset.order_by().values("pk"))
    count = unlock(list(chosen), by=person(request))
    sentence = ngettext("%(count)s account was unlocked.", "%(count)s accounts were unlocked.", count)
    messages.success(request, sentence % {"count": count})


@admin.action(description=_("Give one-time passwords and print the letters"), permissions=["change"])
def letter_chosen(modeladmin: Any, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
    """All of the chosen or none: whoever chose one that is not his to keep is told."""
    chosen = list(kept_accounts(request).filter(pk__in=queryset.order_by().values("pk")).order_by("username", "pk"))
    if len(chosen) != queryset.count():
        messages.error(request, gettext("Among the chosen accounts is one that others keep. Nothing was changed."))
        return None
    try:
        return letters_answer(request, chosen, back=reverse("admin:indicators_user_changelist"))
    except Refused as refused:
        messages.error(request, refused.sentence)
        return None


def letters_answer(request: HttpRequest, accounts: list[User], *, back: str) -> HttpResponse:
    """The only page that ever shows these passwords: whoever asks gives them, and nobody reads them again."""
    letters = give_passwords(accounts, by=person(request))
    answer = TemplateResponse(request, "indicators/letters.html", letters_page(letters, back=back))
    add_never_cache_headers(answer)
    return answer


@admin.register(User)
class AccountAdmin(KeptAdmin, UserAdmin):
    actions = [unlock_chosen, letter_chosen]
    change_list_template = "admin/indicators/user/change_list.html"
    form = ChangeAccountForm
    add_form = AddAccountForm
    change_password_form = GivenPasswordForm
    inlines = [MembershipInline]
    within = ((Membership, "user"),)
    shows_past_form = False  # the page of an account is about more than one row
    list_display = ["username", "full_name", "position", "telephone", "is_active", "is_open", "last_login"]
    list_filter = ["is_active", LockFilter, RoleFilter, UnitKindFilter]
    list_select_related = ()
    search_fields = ["username", "full_name", "position", "telephone"]
    ordering = ["username", "pk"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = ["user_permissions"]
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username",
                    "full_name",
                    "position",
                    "telephone",
                    "usable_password",
                    "password1",
                    "password2",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return with_locks(super().get_queryset(request))

    @admin.display(description=_("not locked"), boolean=True)
    def is_open(self, account: Any) -> bool:
        return not account.is_locked

    def get_list_display(self, request: HttpRequest) -> Any:
        return [*self.list_display, "is_staff"] if keeps_all_accounts(request) else self.list_display

    def get_list_filter(self, request: HttpRequest) -> Any:
        return [*self.list_filter, "is_staff", "groups"] if keeps_all_accounts(request) else self.list_filter

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Django lets an address ask for any column; here it would tell who may do what in the administration."""
        if not keeps_all_accounts(request):
            filters = (LockFilter, RoleFilter, UnitKindFilter)
            return lookup in ("is_active__exact", *(each.parameter_name for each in filters))
        return super().lookup_allowed(lookup, value, request)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is not named here is neither shown nor taken from what was posted."""
        if obj is None:
            return self.add_fieldsets
        name = ("username", "password") if self.has_change_permission(request, obj) else ("username",)
        return (
            (None, {"fields": name}),
            (_("Person"), {"fields": ("full_name", "position", "telephone", "email")}),
            (_("Rights"), {"fields": self._rights(request)}),
            (_("Dates"), {"fields": ("last_login", "date_joined")}),
        )

    def _rights(self, request: HttpRequest) -> tuple[str, ...]:
        if person(request).is_superuser:
            return ("is_active", "is_staff", "groups", "is_superuser", "user_permissions")
        return ("is_active", "is_staff", "groups") if keeps_all_accounts(request) else ("is_active",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or keeps(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it is switched off

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Which rights an account was given, and by whom, is told to who keeps the account."""
        if not self.has_change_permission(request, self.get_object(request, object_id)):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def acts_beside(self, pk: int) -> Iterator[Act]:
        """That a password was set, never what to: the history of accounts holds none."""
        entries = LogEntry.objects.filter(content_type__app_label="indicators", content_type__model="user")
        mine = entries.filter(object_id=str(pk), change_message__contains='"password"').select_related("user")
        for entry in mine.order_by("action_time", "pk"):
            yield Act(entry.action_time, str(entry.user), "", "", gettext("Password set"))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if keeps_all_accounts(request):
            for sentence in lacking(form.instance):
                messages.warning(request, sentence)


def lacking(account: User) -> list[str]:
    """What keeps an account from a role that it holds today, in words."""
    roles = set(Membership.objects.on(today()).filter(user=account).order_by("pk").values_list("role", flat=True))
    sentences = []
    if roles & set(WORKS_HERE) and not account.is_staff:
        sentences.append(
            gettext("%(account)s holds a role that works in the administration, but may not enter it yet.")
        )
    if Role.ADMINISTRATOR in roles and not account.groups.exists():
        sentences.append(
            gettext("%(account)s administers a unit, but is in no group yet and so may not keep anything.")
        )
    return [sentence % {"account": account} for sentence in sentences]


@admin.register(Membership)
class MembershipAdmin(TableAdmin, Memberships, KeptAdmin):
    resource_classes = [AccountResource]
    form = MembershipForm
    fieldsets = (
        (None, {"fields": ["user", ("unit", "role"), ("valid_from", "valid_until"), "is_contact"]}),
        (_("Of whoever signs off"), {"fields": OF_A_SIGNER}),
    )
    list_display = ["user", "role", "signs_in", "in_unit", "is_contact", "valid_from", "valid_until"]
    list_filter = ["role", "capacity", "is_contact", ForceFilter]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__full_name", "unit__slices__name"]
    ordering = ["user__username", "role", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        sort_key = unit_name("unit", column="sort_key", valid_from__lte=today())
        return super().get_queryset(request).annotate(unit_sort=sort_key)

    @admin.display(description=_("unit"), ordering="unit_sort")
    def in_unit(self, membership: Membership) -> str:
        return str(membership.unit)

    @admin.display(description=_("signs as"), ordering="capacity")
    def signs_in(self, membership: Membership) -> str:
        return membership.signs_in

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = kept_accounts(request).order_by("username", "pk")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        """Accounts of the table that nobody can log in with yet get their letters at once, once."""
        answer = super().process_result(result, request)
        named = {row.instance.user_id for row in result.rows if row.instance is not None}
        newcomers = kept_accounts(request).filter(pk__in=named, is_active=True).order_by("username", "pk")
        waiting = [each for each in newcomers if not each.has_usable_password() and each != request.user]
        return letters_answer(request, waiting, back=answer["Location"]) if waiting else answer

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A membership is changed by who keeps the account; the role of today decides for the administrator of a
        unit through MembershipForm."""
        return super().has_change_permission(request, obj) and (obj is None or keeps(request, obj.user))


admin.site.unregister(Group)


@admin.register(Group)
class RightsAdmin(KeptAdmin, GroupAdmin):  # type: ignore[misc]  # both widen what they inherit alike
    """What the keepers may do, as roles.py says; who changed it by hand stands in its history."""

    shows_past_form = False
    list_select_related = ()
    ordering = ["name", "pk"]
