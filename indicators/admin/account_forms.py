"""Forms of an account and of its memberships in the administration. A password that is set here is somebody
else's: it has to be changed at the next login (domain.md 38)."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..models import Role, User
from .base import InlineForm


class AddAccountForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "full_name", "position", "telephone")

    def save(self, commit: bool = True) -> Any:
        self.instance.must_change_password = True
        return super().save(commit)


class ChangeAccountForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User
        fields = "__all__"  # AccountAdmin.get_fieldsets names them
        labels = {"is_staff": _("May enter the administration"), "groups": _("What the account keeps there")}
        help_texts = {
            "is_active": _("Taken away instead of deleting the account: the history outlives it."),
            "is_staff": _("Needed to verify, to approve, and to keep accounts or the catalogue."),
            "groups": _(
                "An administrator of a unit needs two things: the membership with that role, which says whose "
                "accounts are kept, and the group, which says what may be done with them."
            ),
        }
        widgets = {"groups": forms.CheckboxSelectMultiple}


class GivenPasswordForm(AdminPasswordChangeForm):
    def save(self, commit: bool = True) -> Any:
        self.user.must_change_password = True
        return super().save(commit)


class MembershipForm(InlineForm):
    """A membership whose role the asking person may not give is only shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields.get("role")
        if role is None or not self.instance.pk or self.instance.role in dict(role.choices):
            return
        role.choices = [*role.choices, (self.instance.role, self.instance.get_role_display())]
        for field in self.fields.values():
            field.disabled = True

    def clean(self) -> None:
        """Of a new signer the capacity is asked for; of those from before it may not be known."""
        super().clean()
        said: Any = self.cleaned_data
        is_new = self.initial.get("role") != Role.SIGNER
        if said.get("role") == Role.SIGNER and is_new and not said.get("capacity"):
            self.add_error("capacity", gettext("State in which capacity the signer signs."))


OF_A_SIGNER: list[Any] = [
    ("capacity", "title"),
    ("authority_number", "authority_date"),
    ("authorised_from", "authorised_to"),
]
