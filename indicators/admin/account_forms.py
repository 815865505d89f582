"""Forms of an account in the administration. A password that is set here is somebody else's: it has to be changed
at the next login (domain.md 38)."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from ..models import User


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
