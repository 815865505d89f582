"""What of a register is shown: the filters of its page, which links of counted indicators fill in."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from indicators import numbers
from indicators.fields import VietnameseDateField
from indicators.models import BEGINNING, Audience, RowStatus
from indicators.register_rules import Asked, IsNot

YES_NO = (("", _("All")), ("yes", _("Yes")), ("no", _("No")))
ANSWERS = ("shares_data", "via_lgsp", "in_official_use")
CHOSEN = ("audience", "kind", "status")
NOT = "!"  # before a choice: every row that says another; formulas lead here with it


class RegisterFilter(forms.Form):
    """Every choice that nobody offers is an error, so that no filter is dropped in silence."""

    q = forms.CharField(label=_("Search in code and name"), required=False, max_length=100)
    cut_off = VietnameseDateField(label=_("Cut-off"), required=False, validators=[MinValueValidator(BEGINNING)])
    owner = forms.ChoiceField(label=_("Owner unit"), required=False)
    audience = forms.ChoiceField(label=_("Audience"), required=False)
    kind = forms.ChoiceField(label=_("Kind of system"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    shares_data = forms.ChoiceField(label=_("Shares data"), required=False, choices=YES_NO)
    via_lgsp = forms.ChoiceField(label=_("Connected through LGSP"), required=False, choices=YES_NO)
    in_official_use = forms.ChoiceField(label=_("NDXP service used officially"), required=False, choices=YES_NO)

    def __init__(
        self,
        data: Any,
        *,
        owners: Iterable[tuple[str, str]],
        kinds: Iterable[str],
    ) -> None:
        super().__init__(data)
        offered: dict[str, list[Any]] = {
            "owner": [("", _("All")), *owners],
            "audience": [("", _("All")), *Audience.choices],
            "kind": [("", _("All")), *((kind, kind) for kind in kinds)],
            "status": [("", _("All")), *RowStatus.choices],
        }
        for name, choices in offered.items():
            self.fields[name].choices = [*choices, *self._excepted(name, choices)]  # type: ignore[attr-defined]

    def _excepted(self, name: str, choices: list[Any]) -> list[Any]:
        """The one exception that the address asks for, among the choices that are offered."""
        said = self.data.get(name, "")
        found = [label for value, label in choices if value and name in CHOSEN and said == f"{NOT}{value}"]
        return [(said, format_lazy("≠ {}", label)) for label in found]

    @property
    def words(self) -> list[str]:
        """Folded: case, tones and đ do not count (domain.md 29). Call it on a valid form."""
        return numbers.fold(self.cleaned_data["q"]).split()

    @property
    def asked(self) -> Asked:
        """What register_rules.matches is asked. Call it on a valid form."""
        chosen = {name: self.cleaned_data[name] for name in CHOSEN if self.cleaned_data[name]}
        said = {name: IsNot(each[1:]) if each.startswith(NOT) else each for name, each in chosen.items()}
        answers = {name: self.cleaned_data[name] == "yes" for name in ANSWERS if self.cleaned_data[name]}
        return said | answers


def query_of(asked: Asked, cut_off: date) -> dict[str, str]:
    """The address of the rows that a count asked for: its code is searched, for it has no field of its own."""
    said = {"q" if name == "code" else name: _written(value) for name, value in asked.items()}
    return {"cut_off": cut_off.isoformat(), **said}


def _written(value: Any) -> str:
    if isinstance(value, IsNot):
        return f"{NOT}{value.value}"
    return {True: "yes", False: "no"}.get(value, str(value))
