"""The accounts of a unit, as its contact keeps them: appointed, ended, handed over, unlocked."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from . import accounts, appointments, contact, kept
from .appointments import Officer
from .clock import today
from .evidence_views import StaffRequest
from .fields import VietnameseDateField
from .models import Membership, Unit, User
from .paper_forms import TidyField
from .refusals import Refused
from .resources.people import USERNAME
from .wording import state_of, timing


class NewOfficerForm(forms.Form):
    full_name = TidyField(label=gettext_lazy("Full name"), max_length=150)
    username = TidyField(
        label=gettext_lazy("Username (small letters without marks, digits, . - _)"), max_length=150
    )
    position = TidyField(label=gettext_lazy("Position"), max_length=150, required=False)
    telephone = TidyField(label=gettext_lazy("Telephone"), max_length=40, required=False)
    until = VietnameseDateField(
        label=gettext_lazy("First day without the appointment (day/month/year; empty where it has no end)"),
        required=False,
    )

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if not USERNAME.fullmatch(username):
            raise ValidationError(
                _("A username holds small letters without marks, digits, dots, hyphens and underscores.")
            )
        if User.objects.filter(username=username).exists():
            raise ValidationError(_("The username “%(name)s” is taken.") % {"name": username})
        return username

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until is not None and until <= today():
            raise ValidationError(_("The appointment must end after today."))
        return until

    @property
    def account(self) -> User:
        said = self.cleaned_data
        return User(**{name: said[name] for name in ("username", "full_name", "position", "telephone")})


class KnownForm(forms.Form):
    account = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Account"))

    def __init__(self, unit: Unit, *args: Any) -> None:
        super().__init__(*args)
        field: Any = self.fields["account"]
        field.queryset = appointments.known_here(unit)
        field.choices = list(field.choices)  # read once


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Handed over to"),
        required=False,
        empty_label=gettext_lazy("Nobody: the appointment only ends"),
    )
    reason = TidyField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Give the reason why the work changes hands.")},
    )

    def __init__(self, unit: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = appointments.known_here(unit)
        field.choices = list(field.choices)


@login_required
@require_safe
def unit_accounts(request: StaffRequest) -> HttpResponse:
    """To the unit, where there is one; else the list of them."""
    named = appointments.units_of(request.user).with_slice(today()).order_by(F("sort_on_day"), "pk")
    units = list(named)
    if not units:
        raise Http404
    if len(units) == 1:
        return redirect("unit_account_list", units[0].pk)
    return render(request, "indicators/unit_accounts.html", {"units": units})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit_account_list(request: StaffRequest, pk: int) -> HttpResponse:
    unit = _unit(request.user, pk)
    if request.method != "POST":
        return _page(request, unit)
    acts = {"unlock": _unlock, "password": _password, "open": _open, "appoint": _appoint}
    act = acts.get(request.POST.get("action", ""))
    if act is None:
        raise BadRequest("No act of a contact.")
    try:
        return act(request, unit)
    except Refused as refused:
        return _page(request, unit, refused=refused.sentence)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit_account_hand_over(request: StaffRequest, pk: int, membership: int) -> HttpResponse:
    unit = _unit(request.user, pk)
    try:
        officer = _officer(request, unit, membership)
    except Refused as refused:
        return _page(request, unit, refused=refused.sentence)
    if request.method != "POST":
        form = HandOverForm(unit, initial=_given_back(request))
        return _hand_over_page(request, unit, officer, form, refused=officer.no_end)
    form = HandOverForm(unit, request.POST)
    if not form.is_valid():
        return _hand_over_page(request, unit, officer, form)
    to, reason = form.cleaned_data["to"], form.cleaned_data["reason"]
    try:
        appointments.hand_over(unit, officer.membership, by=request.user, to=to, reason=reason)
    except Refused as refused:
        return _hand_over_page(request, unit, officer, form, refused=refused.sentence)
    kept.forget(request, request.path)
    messages.success(request, _handed_over(officer.account, to))
    return redirect("unit_account_list", unit.pk)


def _handed_over(who: User, to: User | None) -> str:
    if to is None:
        return _("%(who)s no longer enters figures for this unit.") % {"who": who}
    return _("The work of %(who)s was handed over to %(to)s.") % {"who": who, "to": to}


def _unit(user: User, pk: int) -> Unit:
    """Of others' units nothing is there."""
    return get_object_or_404(appointments.units_of(user).with_slice(today()), pk=pk)


def _officer(request: StaffRequest, unit: Unit, membership: int) -> Officer:
    """Raises Refused where the appointment has ended meanwhile."""
    row = get_object_or_404(Membership, unit=unit, pk=membership)
    found = appointments.officer(unit, row.pk, by=request.user)
    if found is None:
        raise Refused(appointments.ended_by(row))
    return found


def _chosen(request: StaffRequest, unit: Unit) -> Officer:
    number = request.POST.get("membership", "")[:18]
    return _officer(request, unit, int(number) if number.isdecimal() else 0)


def _unlock(request: StaffRequest, unit: Unit) -> HttpResponse:
    officer = _chosen(request, unit)
    if officer.no_unlock:
        raise Refused(officer.no_unlock)
    accounts.unlock([officer.account], by=request.user)
    messages.success(request, _("%(account)s can log in again.") % {"account": officer.account})
    return redirect("unit_account_list", unit.pk)


def _password(request: StaffRequest, unit: Unit) -> HttpResponse:
    officer = _chosen(request, unit)
    if officer.no_password:
        raise Refused(officer.no_password)
    return _letters(request, unit, accounts.give_passwords([officer.account], by=request.user))


def _open(request: StaffRequest, unit: Unit) -> HttpResponse:
    """A new account with its letter, or neither."""
    form = NewOfficerForm(request.POST)
    if not form.is_valid():
        return _page(request, unit, opened=form)
    with transaction.atomic():
        made = appointments.appoint(unit, form.account, by=request.user, until=form.cleaned_data["until"])
        letters = accounts.give_passwords([made.user], by=request.user)
    kept.forget(request, request.path)
    return _letters(request, unit, letters)


def _appoint(request: StaffRequest, unit: Unit) -> HttpResponse:
    form = KnownForm(unit, request.POST)
    if not form.is_valid():
        return _page(request, unit, known=form)
    account = form.cleaned_data["account"]
    appointments.appoint(unit, account, by=request.user)
    messages.success(request, _("%(account)s enters figures for this unit from today.") % {"account": account})
    return redirect("unit_account_list", unit.pk)


@sensitive_variables("letters", "seen")
def _letters(request: StaffRequest, unit: Unit, letters: list[accounts.Letter]) -> HttpResponse:
    """The only page that ever shows these passwords; it is never cached."""
    seen = accounts.letters_page(letters, back=reverse("unit_account_list", args=[unit.pk]))
    return render(request, "indicators/letters.html", seen)


def _given_back(request: StaffRequest) -> dict[str, str]:
    """What was typed before the session ended."""
    typed = kept.laid_by(request, request.path)
    return typed.fields if typed else {}


def _page(
    request: StaffRequest,
    unit: Unit,
    *,
    refused: str = "",
    opened: NewOfficerForm | None = None,
    known: KnownForm | None = None,
) -> HttpResponse:
    seen = {
        "unit": unit,
        "officers": appointments.officers(unit, by=request.user),
        "opened": opened or NewOfficerForm(initial=_given_back(request)),
        "known": known or KnownForm(unit),
        "refused": refused,
        "contact": contact.of_system(),
        "typist": kept.typist(request.user, request.path),
    }
    return render(request, "indicators/unit_account_list.html", seen, status=409 if refused else 200)


def _hand_over_page(
    request: StaffRequest, unit: Unit, officer: Officer, form: HandOverForm, *, refused: str = ""
) -> HttpResponse:
    reports = [
        (report, state_of(report.state, report.round), timing(report.due_on, report.handed_in_at))
        for report in appointments.open_reports(unit)
    ]
    seen = {"unit": unit, "officer": officer, "form": form, "reports": reports, "refused": refused}
    seen["typist"] = kept.typist(request.user, request.path)
    status = 409 if refused and request.method == "POST" else 200
    return render(request, "indicators/unit_account_hand_over.html", seen, status=status)
