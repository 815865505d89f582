"""Tables declare and sort; the lean template draws."""

from datetime import datetime

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from indicators.models import Period
from indicators.templatetags.figures import day

from .figures import Coverage
from .shown import Shown

NUM = {"th": {"class": "num"}, "td": {"class": "num"}}
VALUE = {"th": {"class": "num"}, "td": {"class": "num value"}}
EXTRA = {"th": {"class": "extra"}, "td": {"class": "extra"}}


class FigureColumn(tables.Column):
    """A figure with its unit and parts, or the status that stands in its place."""

    def render(self, value: Shown) -> str:
        return render_to_string("reporting/value.html", {"figure": value})


class DayColumn(tables.Column):
    def render(self, value: datetime) -> str:
        return day(value)


class SeriesTable(tables.Table):
    caption = _("Published figures of the province, newest period first")
    caption_class = "unseen"

    period = tables.Column(_("Period"), order_by=("period__day_after_last", "period__first_day", "period__pk"))
    value = FigureColumn(_("Figure"), accessor="shown", order_by=("shown__value", "shown__words"), attrs=VALUE)
    coverage = tables.Column(
        _("Units that reported"),
        accessor="shown__coverage",
        order_by=("shown__coverage__n", "shown__coverage__m"),
        attrs=NUM,
    )
    approved = DayColumn(_("Approved on"), accessor="approved_at", attrs=EXTRA)
    published = DayColumn(_("Published on"), accessor="published_at")

    class Meta:
        order_by = "-period"
        default = "–"
        empty_text = _("Nothing has been published yet.")

    def render_period(self, value: Period) -> str:
        return str(value).replace(" ", "\N{NO-BREAK SPACE}")

    def render_coverage(self, value: Coverage) -> str:
        return format_html('<span class="partial">{}</span>', value) if value.is_partial else str(value)


class SourceTable(tables.Table):
    caption = _("Who reported what")
    caption_class = "unseen"

    unit = tables.TemplateColumn(
        template_name="reporting/source.html", verbose_name=_("Reporting unit"), order_by="sort"
    )
    value = FigureColumn(_("Figure"), accessor="shown", order_by=("shown__value", "shown__words"), attrs=VALUE)
    remarks = tables.TemplateColumn(
        template_name="reporting/remarks.html",
        verbose_name=_("Explanations and changes"),
        order_by="explanation",
        attrs={"td": {"class": "say"}},
    )
    approved = DayColumn(_("Approved on"), accessor="approved_at")
    published = DayColumn(_("Published on"), accessor="published_at")
    revision = tables.Column(_("Check code"), attrs={"th": {"class": "extra"}, "td": {"class": "extra code"}})

    class Meta:
        default = "–"
        empty_text = _("Nothing has been published for this period yet.")
