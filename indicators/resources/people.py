"""Accounts and their memberships. No password and no right of Django's own ever comes from a table."""

import re
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import fields

from ..models import Capacity, Membership, Role, User
from ..roles import administers_province, given_by
from .base import Resource, UnitField
from .rows import Row
from .widgets import ChoiceWidget, DayWidget, TextWidget, YesNoWidget

USERNAME = re.compile(r"[a-z0-9._-]+")
OF_PERSON = ("full_name", "position", "telephone", "email")


class AccountResource(Resource):
    """One row a membership. An account that is not known is created without a password that works.

    Who administers some units alone names those units, gives the roles that stay within them, and changes nobody
    who also belongs elsewhere.
    """

    labels = {
        "username": gettext_lazy("username"),
        "full_name": gettext_lazy("full name"),
        "position": gettext_lazy("position"),
        "telephone": gettext_lazy("telephone"),
        "email": gettext_lazy("email address"),
        "unit": gettext_lazy("unit code"),
        "role": gettext_lazy("role"),
        "valid_from": gettext_lazy("valid from"),
        "valid_until": gettext_lazy("valid until (first day without it)"),
        "is_contact": gettext_lazy("contact of the unit"),
        "capacity": gettext_lazy("signs as"),
        "title": gettext_lazy("title when signing"),
        "authority_number": gettext_lazy("number of the authorising document"),
        "authority_date": gettext_lazy("day of the authorising document"),
        "authorised_from": gettext_lazy("authorised from"),
        "authorised_to": gettext_lazy("authorised to the end of"),
    }
    required = ("username", "full_name", "unit", "role")
    agree = ((("username",), OF_PERSON),)
    dated_by = "valid_from"
    visible_to_users = True

    username = fields.Field(attribute="user__username", widget=TextWidget())
    full_name = fields.Field(attribute="user__full_name", widget=TextWidget())
    position = fields.Field(attribute="user__position", widget=TextWidget())
    telephone = fields.Field(attribute="user__telephone", widget=TextWidget())
    email = fields.Field(attribute="user__email", widget=TextWidget())
    valid_from = fields.Field(attribute="valid_from", widget=DayWidget())
    unit = UnitField(attribute="unit")
    role = fields.Field(attribute="role", widget=ChoiceWidget(Role))
    valid_until = fields.Field(attribute="valid_until", widget=DayWidget())
    is_contact = fields.Field(attribute="is_contact", widget=YesNoWidget())
    capacity = fields.Field(attribute="capacity", widget=ChoiceWidget(Capacity))
    title = fields.Field(attribute="title", widget=TextWidget())
    authority_number = fields.Field(attribute="authority_number", widget=TextWidget())
    authority_date = fields.Field(attribute="authority_date", widget=DayWidget())
    authorised_from = fields.Field(attribute="authorised_from", widget=DayWidget())
    authorised_to = fields.Field(attribute="authorised_to", widget=DayWidget())

    class Meta:
        model = Membership
        fields = (
            "username",
            "full_name",
            "position",
            "telephone",
            "email",
            "valid_from",
            "unit",
            "role",
            "valid_until",
            "is_contact",
            "capacity",
            "title",
            "authority_number",
            "authority_date",
            "authorised_from",
            "authorised_to",
        )
        import_id_fields = ("username", "unit", "role", "valid_from")

    def get_queryset(self) -> models.QuerySet[Membership]:
        rows = super().get_queryset().select_related("user", "unit")
        return rows.order_by("user__username", "unit", "role", "valid_from", "pk")

    def load(self) -> None:
        """Accounts that may not be changed are read too: their usernames are taken."""
        self.keeps_all = self.user is not None and (self.user.is_superuser or administers_province(self.user))
        self.gives = given_by(self.user) if self.user and not self.keeps_all else ()
        self.accounts = {account.username: account for account in User.objects.order_by("pk")}
        self.memberships: dict[tuple[Any, ...], Membership] = {}
        self.units_of: dict[int, set[int]] = {}
        for row in Membership.objects.order_by("pk"):
            self.memberships[row.user_id, row.unit_id, row.role, row.valid_from] = row
            self.units_of.setdefault(row.user_id, set()).add(row.unit_id)

    def prepare(self, rows: list[Row]) -> None:
        sentence = _("A username holds small letters without marks, digits, dots, hyphens and underscores.")
        for row in rows:
            username = row.values["username"]
            if username not in self.accounts and not USERNAME.fullmatch(username):
                row.faults.append(self.in_cell(row, "username", sentence))

    def find(self, values: dict[str, Any]) -> Membership | None:
        account = self.accounts.get(values["username"])
        if account is None:
            return None
        found = self.memberships.get((account.pk, values["unit"].pk, values["role"], values["valid_from"]))
        if found:
            found.user = account
        return found

    def make(self, values: dict[str, Any]) -> Membership:
        username = values["username"]
        if username not in self.accounts:
            self.accounts[username] = User(username=username)
            self.accounts[username].set_unusable_password()
        return Membership(user=self.accounts[username])

    def parts(self, instance: Membership) -> list[models.Model]:
        return [instance.user, instance]

    def rules(self, instance: Membership) -> Iterator[str]:
        if instance._state.adding and instance.role == Role.SIGNER and not instance.capacity:
            yield _("State in which capacity the signer signs.")
        if self.keeps_all:
            return
        if instance.role == Role.SIGNER and Role.SIGNER not in self.gives:
            yield _("Whoever signs by authorisation names no signers: an authorisation is not passed on.")
        elif instance.role not in self.gives:
            yield _("Only who administers the province gives, changes or ends this role.")
        if not instance.user._state.adding and not self._may_change(instance.user):
            sentence = _("The account %(name)s belongs to other units too; only who administers them changes it.")
            yield sentence % {"name": instance.user.username}

    def _may_change(self, account: User) -> bool:
        """Somebody of these units alone, without rights that reach beyond them."""
        units = self.units_of.get(account.pk, set())
        return bool(units) and units <= self.directory.may_name and not account.is_staff

    def before_save_instance(self, instance: Membership, row: Any, **kwargs: Any) -> None:
        account, before = instance.user, self.original.user
        if account._state.adding:
            account.save()
        elif any(getattr(account, name) != getattr(before, name) for name in OF_PERSON):
            account.save(update_fields=OF_PERSON)
        instance.user = account

    def after_save_instance(self, instance: Membership, row: Any, **kwargs: Any) -> None:
        self.units_of.setdefault(instance.user_id, set()).add(instance.unit_id)
