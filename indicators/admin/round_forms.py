"""What an administrator types about rounds: which period to open, the reason of an act, a period of one's own."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import calendars
from ..calendars import UnknownLabel, Window, show_day, windows_between
from ..clock import today
from ..fields import VietnameseDateField
from ..gaps import Asked, fingerprint, in_words, units_asked
from ..models import Frequency, Period, ReportingForm, Round, Unit
from ..opening import due_date, opening_day, period_of, working_days
from .base import UnitChoice, UnitChoices, named_units

YEARS_BACK = 5
DAYS_AHEAD = 100
KEPT_AS_TYPED = ("period", "first_day", "last_day", "asking_document", "archive")
WIDE = forms.TextInput(attrs={"class": "vTextField"})
CHOOSE_LATER = _("The last day comes before the first.")


class OpenRoundForm(forms.Form):
    """Opening by the form's own rules; what is typed here departs from them for one round.

    `shown` says for which days the page was drawn, `gaps` which gaps it named: another period, or other gaps by
    now, are shown before a round opens.
    """

    period = forms.ChoiceField(
        label=_("reporting period"),
        help_text=_("Periods that this form already has a round for are not listed."),
        error_messages={"invalid_choice": _("This form already has a round for that period.")},
    )
    first_day = VietnameseDateField(label=_("first day"))
    last_day = VietnameseDateField(label=_("cut-off day"))
    opens_on = VietnameseDateField(
        label=_("opens on"), required=False, help_text=_("Empty: on the day that the form's rule says.")
    )
    due_on = VietnameseDateField(
        label=_("due on"), required=False, help_text=_("Empty: the due date by the form's rule.")
    )
    asking_document = forms.CharField(
        label=_("document that asks for it"),
        required=False,
        widget=WIDE,
        max_length=300,
        help_text=_("Kind, number and day as it is cited; the units read it on their form."),
    )
    archive = forms.CharField(
        label=_("archived document"),
        required=False,
        widget=WIDE,
        max_length=300,
        help_text=_(
            "Only for figures of the past: the document that they are typed or imported from. Such a round has no "
            "due date, and the people of a successor enter figures for a unit that has ended."
        ),
    )
    gaps = forms.CharField(required=False, max_length=16)
    shown = forms.CharField(required=False, max_length=30)

    def __init__(self, *args: Any, asked: ReportingForm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.working = working_days()
        self.units: list[Asked] = []
        self.window: Window | None = None
        if asked.frequency == Frequency.AD_HOC:
            del self.fields["period"]
        else:
            del self.fields["first_day"], self.fields["last_day"]
            choices = [(window.label, self._said(window)) for window in _offered(asked)]
            running = _running(asked)
            period: Any = self.fields["period"]
            period.initial = running if running in dict(choices) else ""
            period.choices = choices if period.initial else [("", "---------"), *choices]

    def _said(self, window: Window) -> str:
        due = due_date(self.asked, window.last_day, self.working)
        return gettext("%(period)s: %(first)s to %(last)s, due on %(due)s") % {
            "period": calendars.period_name(window.label),
            "first": show_day(window.first_day),
            "last": show_day(window.last_day),
            "due": show_day(due),
        }

    def clean(self) -> dict[str, Any] | None:
        said = super().clean() or {}
        first, last = said.get("first_day"), said.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", CHOOSE_LATER)
        self._clean_dates(said)
        if window := _window(said):
            self.look_at(window, is_archival=bool(said.get("archive")))
        if (missing := fingerprint(self.units)) and missing != said.get("gaps"):
            self.add_error("gaps", gettext("Tick that the round opens although this is missing."))
        return said

    def _clean_dates(self, said: dict[str, Any]) -> None:
        """Of an archived document the due date that the page filled in by the form's rule falls away."""
        due, window = said.get("due_on"), _window(said)
        if said.get("archive") and due:
            if window is None or due != due_date(self.asked, window.last_day, self.working):
                self.add_error("due_on", gettext("A round from an archived document has no due date."))
            said["due_on"] = None
        elif due and said.get("opens_on") and due < said["opens_on"]:
            self.add_error("due_on", gettext("The due date comes before the day on which the round opens."))

    def look_at(self, window: Window, *, is_archival: bool = False) -> None:
        self.window = window
        self.units = units_asked(self.asked, window.last_day, is_archival=is_archival)

    def asks_for_another_window(self, data: Mapping[str, str]) -> bool:
        """Of a bound form: the page was drawn for other days than those chosen, or is only asked to show them."""
        self.full_clean()
        return self.window is not None and ("show" in data or data.get("shown", self.key) != self.key)

    def begun_anew(self) -> "OpenRoundForm":
        """For the days that are chosen now: dates by the rule where those are other days, all else as typed."""
        is_same = self.data.get("shown") == self.key
        names = (*KEPT_AS_TYPED, "opens_on", "due_on") if is_same else KEPT_AS_TYPED
        return begun(self.asked, {name: self.data.get(name, "") for name in names}, self.window)

    @property
    def key(self) -> str:
        return f"{self.window.first_day}..{self.window.last_day}" if self.window else ""

    @property
    def window_sentence(self) -> str:
        return calendars.window_sentence(self.window.first_day, self.window.last_day) if self.window else ""

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[name] for name in ("period", "first_day", "last_day") if name in self.fields]

    @property
    def details(self) -> list[forms.BoundField]:
        return [self[name] for name in ("opens_on", "due_on", "asking_document", "archive")]

    @property
    def missing(self) -> list[str]:
        return in_words(self.units)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.units)

    def period_to_open(self) -> Period:
        said = self.cleaned_data
        if "period" in said:
            return period_of(calendars.window(said["period"]), self.asked.calendar)
        return _ad_hoc(self.asked, said["first_day"], said["last_day"])


def begun(asked: ReportingForm, typed: Mapping[str, str], window: Window | None = None) -> OpenRoundForm:
    """The page before anything is opened: the window that runs now, or another, with its dates by the rule."""
    initial: dict[str, Any] = {name: text for name, text in typed.items() if text}
    form = OpenRoundForm(asked=asked, initial=initial)
    if window is None and form.fields.get("period") and (label := form["period"].value()):
        window = calendars.window(label)
    if window is not None:
        form.look_at(window, is_archival=bool(typed.get("archive")))
        form.initial.setdefault("opens_on", opening_day(asked, window.first_day))
        if not typed.get("archive"):
            form.initial.setdefault("due_on", due_date(asked, window.last_day, form.working))
    return form


def _window(said: Mapping[str, Any]) -> Window | None:
    if label := said.get("period"):
        return calendars.window(label)
    first, last = said.get("first_day"), said.get("last_day")
    return Window("", first, last + timedelta(days=1)) if first and last and first <= last else None


def _offered(asked: ReportingForm) -> list[Window]:
    """Newest first, without those that have a round."""
    first = date(today().year - YEARS_BACK, 1, 1)
    windows = windows_between(
        calendars.Frequency(asked.frequency), asked.calendar, first, today() + timedelta(days=DAYS_AHEAD)
    )
    opened = set(Round.objects.filter(form=asked).order_by().values_list("period__label", flat=True))
    return [window for window in reversed(windows) if window.label not in opened]


def _running(asked: ReportingForm) -> str:
    window = calendars.window_of(today(), calendars.Frequency(asked.frequency), asked.calendar)
    return window.label if window else ""


def _ad_hoc(asked: ReportingForm, first_day: date, last_day: date) -> Period:
    """The same days are the same period; others take the next number of the cut-off's year."""
    days = {"first_day": first_day, "day_after_last": last_day + timedelta(days=1)}
    same = Period.objects.filter(calendar=asked.calendar, label__contains="-A", **days).order_by("pk")
    if found := same.first():
        return found
    taken = Period.objects.filter(calendar=asked.calendar).order_by().values_list("label", flat=True)
    label = calendars.next_ad_hoc_label(last_day.year, taken, asked.calendar)
    return Period.objects.create(calendar=asked.calendar, label=label, **days)


class ReasonForm(forms.Form):
    """Why an act is done; the reason of a lock may be left out."""

    reason = forms.CharField(label=_("reason"), widget=forms.Textarea(attrs={"rows": 2, "cols": 60}))

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.round = round_


class LockForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class ExtensionForm(ReasonForm):
    units = UnitChoices(
        Unit.objects.none(),
        label=_("for reports of (none ticked: all units of the round)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = VietnameseDateField(label=_("new due date"))
    field_order = ["due_on", "reason", "units"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units_of(self.round)  # type: ignore[attr-defined]


class AddUnitForm(ReasonForm):
    unit = UnitChoice(Unit.objects.none(), label=_("reporting unit"))
    due_on = VietnameseDateField(
        label=_("due on"),
        required=False,
        help_text=_("Empty: the due date of the round. A later day is an extension."),
    )
    field_order = ["unit", "due_on", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = named_units(self.round.period.last_day).alive_on(self.round.period.last_day)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = others.exclude(submissions__round=self.round)  # type: ignore[attr-defined]


class DropUnitForm(ReasonForm):
    unit = UnitChoice(Unit.objects.none(), label=_("reporting unit"))
    field_order = ["unit", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(self.round)  # type: ignore[attr-defined]


def units_of(round_: Round) -> QuerySet[Unit]:
    """By the names of the period's last day (domain.md 4)."""
    return named_units(round_.period.last_day).filter(submissions__round=round_)


class PeriodForm(forms.ModelForm):
    """A label says its days; only the days of an ad-hoc round are chosen."""

    first_day = VietnameseDateField(label=_("first day"), required=False)
    day_after_last = VietnameseDateField(label=_("day after the last"), required=False)

    class Meta:
        model = Period
        fields = ["calendar", "label", "first_day", "day_after_last"]
        help_texts = {
            "label": _(
                "2026, 2026-H1, 2026-H2, 2026-9M, 2026-Q1, 2026-M01, 2026-A01 (ad hoc); statistical calendar: "
                "the same with -TK, for example 2026-M01-TK."
            )
        }

    def clean(self) -> dict[str, Any] | None:
        said = super().clean() or {}
        if label := said.get("label"):
            self._take_days(said, label)
        return said

    def _take_days(self, said: dict[str, Any], label: str) -> None:
        try:
            if calendars.calendar_of(label) != said.get("calendar"):
                self.add_error("label", gettext("This label belongs to the other calendar."))
            elif calendars.frequency_of(label) == calendars.Frequency.AD_HOC:
                self._require_days(said)
            else:
                self._agree(said, calendars.window(label))
        except UnknownLabel:
            self.add_error("label", gettext("This is no label of a period."))

    def _require_days(self, said: dict[str, Any]) -> None:
        for name in ("first_day", "day_after_last"):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, gettext("The days of an ad-hoc period are chosen; enter them."))

    def _agree(self, said: dict[str, Any], window: Window) -> None:
        """Empty days are filled in; others must be the label's."""
        days = {"first_day": window.first_day, "day_after_last": window.day_after_last}
        for name, day in days.items():
            if said.get(name) not in (None, day):
                self.add_error(name, gettext("By its label this day is %(day)s.") % {"day": show_day(day)})
            said[name] = day
