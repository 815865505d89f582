from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from ..clock import today
from ..models import Membership, User
from .base import CatalogueAdmin, Inline, unit_name


class AddAccountForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "full_name", "position", "telephone")


class ChangeAccountForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User
        fields = "__all__"  # AccountAdmin.fieldsets names them


class MembershipInline(Inline):
    model = Membership


@admin.register(User)
class AccountAdmin(CatalogueAdmin, UserAdmin):
    form = ChangeAccountForm
    add_form = AddAccountForm
    inlines = [MembershipInline]
    list_display = ["username", "full_name", "position", "telephone", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    list_select_related = ()
    search_fields = ["username", "full_name", "position"]
    ordering = ["username", "pk"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("full_name", "position", "telephone", "email")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
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

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return self.inlines if obj else []  # an account is named first, then given its roles


@admin.register(Membership)
class MembershipAdmin(CatalogueAdmin, SimpleHistoryAdmin):
    list_display = ["user", "role", "in_unit", "valid_from", "valid_until"]
    list_filter = ["role"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__full_name", "unit__slices__name"]
    ordering = ["user__username", "role", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).annotate(unit_name=unit_name("unit", valid_from__lte=today()))

    @admin.display(description=_("unit"), ordering="unit_name")
    def in_unit(self, membership: Any) -> str | None:
        return membership.unit_name
