"""One GET form a page."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.models import Period

from . import figures
from .asked import Offered


class PeriodFilter(forms.Form):
    """Which period a page shows; without `?period=` the newest published one."""

    period = forms.ChoiceField(label=_("Reporting period"), required=False)

    def __init__(self, data: Mapping[str, str], *, offered: list[Offered]) -> None:
        super().__init__(data)
        self.offered = {each.period.label: each for each in offered}
        self.fields["period"].choices = [(label, str(each.period)) for label, each in self.offered.items()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Period | None:
        """None where no period is offered at all. Call it on a valid form."""
        if label := self.cleaned_data["period"]:
            return self.offered[label].period
        return figures.newest_published([(each.period, each.is_published) for each in self.offered.values()])
