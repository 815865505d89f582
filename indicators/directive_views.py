"""The page on which a leader gives a directive on an indicator; it becomes a task of a programme."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from . import tasks
from .clock import today
from .fields import VietnameseDateField
from .models import (
    REVIEWING,
    Definition,
    Indicator,
    Membership,
    Programme,
    Step,
    StepHolder,
    Unit,
    UnitKind,
)
from .paper_forms import TidyField
from .permissions import directs
from .refusals import Refused
from .requests import StaffRequest


class DirectiveForm(forms.Form):
    """`units` that live today may lead; those whose people verify or approve may follow up."""

    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    programme = forms.ModelChoiceField(
        label=gettext_lazy("Programme"), queryset=Programme.objects.none(), empty_label=None
    )
    text = TidyField(
        label=gettext_lazy("What is to be done"),
        max_length=tasks.LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Say what is to be done.")},
    )
    lead = forms.ChoiceField(label=gettext_lazy("Lead unit"))
    follower = forms.ChoiceField(label=gettext_lazy("Unit that follows it up and confirms"))
    due_on = VietnameseDateField(label=gettext_lazy("Deadline (day/month/year)"))

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        named: Any = Unit.objects.alive_on(today()).with_slice(today())
        named = named.exclude(kind_on_day=UnitKind.PROVINCE).order_by("sort_on_day", "pk")
        self.units = {str(unit.pk): unit for unit in named}
        deciding = Membership.objects.on(today()).filter(role__in=REVIEWING).order_by("pk")
        decide = {str(pk) for pk in deciding.values_list("unit", flat=True)}
        choices = [(pk, str(unit)) for pk, unit in self.units.items()]
        fields: Any = self.fields
        fields["programme"].queryset = programmes_of(indicator)
        fields["lead"].choices = [("", "–"), *choices]
        fields["follower"].choices = [("", "–"), *(each for each in choices if each[0] in decide)]

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day < today():
            raise ValidationError(_("The deadline of a directive lies ahead."))
        return day

    def clean(self) -> None:
        if not self.errors and self.cleaned_data["lead"] == self.cleaned_data["follower"]:
            self.add_error("follower", _("Another unit than the lead unit follows a task up and confirms it."))

    @property
    def said(self) -> tasks.Directive:
        facts = self.cleaned_data
        return tasks.Directive(
            programme=facts["programme"],
            indicator=self.indicator,
            text=facts["text"],
            lead=self.units[facts["lead"]],
            follower=self.units[facts["follower"]],
            due_on=facts["due_on"],
        )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def direct(request: StaffRequest) -> HttpResponse:
    """`?indicator=HT.01`, for whoever gives directives; `&programme=` is that of the page where it was read."""
    if not directs(request.user):
        raise PermissionDenied
    indicator = _indicator(request.GET.get("indicator", ""))
    if request.method != "POST":
        read_in = programmes_of(indicator).filter(code=request.GET.get("programme", "").replace("\0", "")).first()
        initial = {"key": secrets.token_urlsafe(12), "programme": read_in, **_proposed(indicator)}
        return _page(request, indicator, DirectiveForm(indicator=indicator, initial=initial))
    form = DirectiveForm(request.POST, indicator=indicator)
    if not form.is_valid():
        return _page(request, indicator, form)
    try:
        made = tasks.direct(form.said, by=request.user, key=form.cleaned_data["key"])
    except Refused as refused:
        return _page(request, indicator, form, refused=refused.in_full, status=409)
    messages.success(request, _("The directive became task %(code)s; the lead unit is told.") % {"code": made.code})
    return redirect("task", made.pk)


def _indicator(code: str) -> Indicator:
    found = None if "\0" in code else Indicator.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def programmes_of(indicator: Indicator) -> Any:
    """Newest first: a leader means the running one."""
    holding = Programme.objects.filter(programmeindicator__indicator=indicator)
    return holding.distinct().order_by("-last_year", "is_illustrative", "code")


def _proposed(indicator: Indicator) -> dict[str, Any]:
    """Who answers for the indicator leads; who verifies that unit's reports follows it up."""
    definition = Definition.objects.on(today()).filter(indicator=indicator).first()
    if definition is None or definition.lead_unit_id is None:
        return {}
    lead = definition.lead_unit_id
    holders = StepHolder.objects.filter(step=Step.VERIFY).exclude(holder=lead).order_by("pk")
    own = holders.filter(reporting_unit=lead).first() or holders.filter(reporting_unit__isnull=True).first()
    return {"lead": str(lead)} | ({"follower": str(own.holder_id)} if own else {})


def _page(
    request: StaffRequest, indicator: Indicator, form: DirectiveForm, *, refused: str = "", status: int = 200
) -> HttpResponse:
    context = {"indicator": indicator, "form": form, "refused": refused}
    return render(request, "indicators/directive.html", context, status=status)
