"""One GET form a page."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypedDict
from urllib.parse import urlencode

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from indicators import numbers
from indicators.clock import today
from indicators.fields import VietnameseDateField
from indicators.models import BEGINNING, Period, Stage, UnitKind

from . import figures
from .asked import Offered
from .known import TODAY, Known
from .queries.search import KINDS
from .series import pace


class KnownFilter(forms.Form):
    """Which figures a page reads: `?figures=latest` for whoever may see what is not published, `?as_of=` for all.
    Anybody else asks for the newest figures in vain."""

    as_of = VietnameseDateField(required=False, validators=[MinValueValidator(BEGINNING)])

    def __init__(self, data: Mapping[str, str], *, sees_unpublished: bool) -> None:
        super().__init__(data)
        self.is_latest = sees_unpublished and data.get("figures") == "latest"

    def clean_as_of(self) -> date | None:
        day: date | None = self.cleaned_data["as_of"]
        if day is not None and day > today():
            raise forms.ValidationError("", code="to_come")
        return day

    @property
    def is_to_come(self) -> bool:
        return self.has_error("as_of", "to_come")

    @property
    def known(self) -> Known:
        """Call it on a valid form. A day gone by is of what was published."""
        if day := self.cleaned_data["as_of"]:
            return Known(day=day)
        return Known(Stage.APPROVED) if self.is_latest else TODAY


class PeriodFilter(forms.Form):
    """Which period a page shows; without `?period=` the newest published one."""

    period = forms.ChoiceField(label=_("Reporting period"), required=False)

    def __init__(self, data: Any, files: Any = None, *, offered: list[Offered]) -> None:
        super().__init__(data, files)
        self.offered = {each.period.label: each for each in offered}
        self.fields["period"].choices = [(label, str(each.period)) for label, each in self.offered.items()]  # type: ignore[attr-defined]

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What the select offers first: the periods that rounds ask for."""
        return [choice for choice in self._choices if not self._is_derived(choice[0])]

    @property
    def longer(self) -> list[tuple[str, str]]:
        """And then those whose figures are made of them."""
        return [choice for choice in self._choices if self._is_derived(choice[0])]

    @property
    def _choices(self) -> list[tuple[str, str]]:
        return list(self.fields["period"].choices)  # type: ignore[attr-defined]

    def _is_derived(self, label: str) -> bool:
        return label in self.offered and self.offered[label].is_derived

    @property
    def periods(self) -> list[Period]:
        """That rounds ask for."""
        return [each.period for each in self.offered.values() if not each.is_derived]

    @property
    def newest(self) -> Period | None:
        """Of the periods that rounds ask for: a derived one is shown to whoever asks for it."""
        asked = [each for each in self.offered.values() if not each.is_derived]
        return figures.newest_published([(each.period, each.is_published) for each in asked])

    @property
    def chosen(self) -> Period | None:
        """None where no period is offered at all. Call it on a valid form."""
        if label := self.cleaned_data["period"]:
            return self.offered[label].period
        return self.newest


class RankingFilter(PeriodFilter):
    """Of which period and kind of unit. A period in which the indicator was not asked for is no error of the page:
    whoever chose another indicator reads that there was nothing then."""

    kind = forms.ChoiceField(label=_("Kind of unit"), required=False, choices=UnitKind)

    @property
    def label(self) -> str:
        """Of the period as it was asked for."""
        return str(self.data.get("period", ""))

    @property
    def chosen(self) -> Period | None:
        return None if "period" in self.errors else super().chosen

    @property
    def unit_kind(self) -> str:
        return str(self.cleaned_data["kind"])


class ScoreFilter(forms.Form):
    """Of which year, and of which of a set's kinds of unit."""

    year = forms.ChoiceField(label=_("Year"), required=False)
    kind = forms.ChoiceField(label=_("Kind of unit"), required=False)

    def __init__(self, data: Mapping[str, str], *, years: list[int], kinds: list[UnitKind]) -> None:
        super().__init__(data)
        self.years, self.kinds = years, kinds
        self.fields["year"].choices = [(str(year), str(year)) for year in years]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]

    @property
    def asked(self) -> int | None:
        """Call it on a valid form."""
        year = self.cleaned_data["year"]
        return int(year) if year else None

    @property
    def unit_kind(self) -> UnitKind:
        kind = self.cleaned_data["kind"]
        return UnitKind(kind) if kind else self.kinds[0]


class CompareFilter(PeriodFilter):
    """What is compared, of which period, and of two periods against which."""

    PERIODS, UNITS, REFERENCES = "periods", "units", "references"
    WHAT = (
        (PERIODS, _("Two periods")),
        (UNITS, _("Two units")),
        (REFERENCES, _("Beside the country")),
    )

    what = forms.ChoiceField(required=False, choices=WHAT)
    against = forms.ChoiceField(label=_("Compared with"), required=False)

    def __init__(self, data: Mapping[str, str], *, offered: list[Offered]) -> None:
        super().__init__(data, offered=offered)
        self.fields["against"].choices = self.fields["period"].choices  # type: ignore[attr-defined]

    @property
    def compares(self) -> str:
        return self.cleaned_data["what"] or self.PERIODS

    @property
    def second(self) -> Period | None:
        """Without one asked for the last period of the same length that had ended before, else the last one at all.
        None where there is no other."""
        if label := self.cleaned_data["against"]:
            return self.offered[label].period
        known = [each.period for each in self.offered.values()]
        first = self.chosen
        older = [p for p in known if first and p.day_after_last < first.day_after_last]
        return next((p for p in older if first and pace(p) == pace(first)), older[0] if older else None)


class UnitFilter(PeriodFilter):
    """As of which day a unit is shown: `?on=`, else the cut-off of the chosen period, else today."""

    on = VietnameseDateField(required=False, validators=[MinValueValidator(BEGINNING)])

    def __init__(self, data: Mapping[str, str], *, offered: list[Offered]) -> None:
        super().__init__(data, offered=offered)
        labels = self.fields["period"].choices  # type: ignore[attr-defined]
        self.fields["period"].choices = [("", _("Today")), *labels]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Period | None:
        """None where no period was asked for. Call it on a valid form."""
        label = self.cleaned_data["period"]
        return self.offered[label].period if label else None

    @property
    def day(self) -> date:
        if on := self.cleaned_data["on"]:
            return on
        return self.chosen.last_day if self.chosen else today()


class CompletenessFilter(forms.Form):
    """Of which kind of unit, year of the cut-off and form."""

    kind = forms.ChoiceField(label=_("Kind of unit"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)
    form = forms.ChoiceField(label=_("Reporting form"), required=False)

    KINDS = (UnitKind.DEPARTMENT, UnitKind.COMMUNE, UnitKind.COMPANY)

    def __init__(self, data: Mapping[str, str], *, rounds: list[Any]) -> None:
        super().__init__(data, label_suffix="")
        self.rounds = rounds
        years = sorted({str(r.period.last_day.year) for r in rounds}, reverse=True)
        forms_asked = sorted({(r.form.code, f"{r.form.code} · {r.form.name}") for r in rounds})
        for name, choices in (
            ("kind", [(kind.value, kind.label) for kind in self.KINDS]),
            ("year", [(year, year) for year in years]),
            ("form", forms_asked),
        ):
            self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Any]:
        """The rounds to show, in the order given. Call it on a valid form."""
        year, code = self.cleaned_data["year"], self.cleaned_data["form"]
        return [
            r
            for r in self.rounds
            if r.is_asked and year in ("", str(r.period.last_day.year)) and code in ("", r.form.code)
        ]


class Narrowing(TypedDict):
    """Which lines of the summary's whole table were asked for; what matches nothing leaves the table empty."""

    group: str
    kind: str
    late: bool


def narrowing(data: Mapping[str, str]) -> Narrowing:
    return {"group": data.get("group", ""), "kind": data.get("kind", ""), "late": data.get("late") == "1"}


def summary_address(period: str, programme: str, wanted: Narrowing, known: Known) -> str:
    """The query of a link to the same overview."""
    chosen = {"period": period, "programme": programme, "group": wanted["group"], "kind": wanted["kind"]}
    chosen["late"] = "1" if wanted["late"] else ""
    return urlencode({name: value for name, value in chosen.items() if value}) + known.query


class SearchFilter(forms.Form):
    """What is looked for, as it is compared: `folded`; and of which kind alone, page by page."""

    LEAST, MOST = 2, 100

    q = forms.CharField(
        max_length=MOST,
        error_messages={
            "required": _("Type what to look for."),
            "max_length": _("At most %(limit_value)d characters are looked for; %(show_value)d were sent."),
            "null_characters_not_allowed": _("The text holds a character that cannot be looked for."),
        },
    )

    def clean_q(self) -> str:
        text = numbers.normalise(self.cleaned_data["q"])
        if len(numbers.fold(text)) < self.LEAST:
            raise forms.ValidationError(_("Type at least two letters or digits."))
        return text

    @property
    def folded(self) -> str:
        """Call it on a valid form."""
        return numbers.fold(self.cleaned_data["q"])

    @property
    def only(self) -> str:
        """Anything else than a kind asks for all of them."""
        wanted = self.data.get("only", "")
        return wanted if wanted in KINDS else ""

    @property
    def typed(self) -> str:
        """What stays in the box, whatever was sent."""
        return self.data.get("q", "").replace("\0", "")[: 2 * self.MOST]
