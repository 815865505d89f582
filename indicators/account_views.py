"""A person's own account: the password, and the page of one that is locked."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView, RedirectURLMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from . import contact
from .accounts import LOCKED_FOR
from .calendars import show_moment
from .clock import now


class OwnPasswordForm(PasswordChangeForm):
    def clean_new_password1(self) -> str:
        new: str = self.cleaned_data["new_password1"]
        if self.user.check_password(new):
            raise ValidationError(_("The new password must be another one than the old."))
        return new

    def save(self, commit: bool = True) -> Any:
        self.user.must_change_password = False
        return super().save(commit)


class OwnPassword(RedirectURLMixin, PasswordChangeView):
    """`next` is the page that was being opened when a given password stood in the way."""

    form_class = OwnPasswordForm
    template_name = "registration/password_change.html"
    next_page = "home"

    def get_success_url(self) -> str:
        return self.get_redirect_url() or self.get_default_redirect_url()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(**context) | {"next": self.get_redirect_url()}

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("The password was changed."))
        return super().form_valid(form)


def locked(request: HttpRequest, _response: Any = None, _credentials: Any = None) -> HttpResponse:
    """Called by django-axes. Every further try, this one too, begins the time anew. Whose the contact of a unit is
    stays unsaid here: it would tell a stranger which usernames there are."""
    seen = {"time": show_moment(now() + LOCKED_FOR), "contact": contact.of_system()}
    return render(request, "registration/locked.html", seen, status=429)
