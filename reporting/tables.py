"""Tables declare and sort; the lean template draws."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_tables2.data import TableListData
from django_tables2.utils import Accessor, OrderBy

from indicators import numbers
from indicators.templatetags.figures import day, moment

from .differences import Difference
from .figures import Coverage, places
from .series import SeriesRow
from .shown import Shown
from .sources import SourceRow

NUM = {"th": {"class": "num"}, "td": {"class": "num"}}
VALUE = {"th": {"class": "num"}, "td": {"class": "num value"}}
EXTRA = {"th": {"class": "extra"}, "td": {"class": "extra"}}
FIGURE = ("shown__value", "shown__words")
PARTS = ("numerator", "denominator")


class Rows(TableListData):
    """Sorts with what is missing last in both directions; rows that are equal keep the order they come in, which
    ends in a key."""

    def order_by(self, aliases: Sequence[str]) -> None:
        for alias in reversed(aliases):
            is_descending = OrderBy(alias).is_descending
            for path in reversed(self._paths(OrderBy(alias).bare)):
                self._sort(path, is_descending=is_descending != path.is_descending)

    def _paths(self, name: str) -> Sequence[OrderBy]:
        """As the column declares them: tables2 turns them round where the column is sorted downwards now."""
        column = self.table.columns[name]
        return column.order_by.opposite if column.order_by_alias.is_descending else column.order_by

    def _sort(self, path: OrderBy, *, is_descending: bool) -> None:
        keyed = [(Accessor(path.bare).resolve(row, quiet=True), row) for row in self.data]
        known = [(key, row) for key, row in keyed if key is not None and key != ""]
        known.sort(key=lambda pair: pair[0], reverse=is_descending)
        missing = [row for key, row in keyed if key is None or key == ""]
        self.data[:] = [*(row for _key, row in known), *missing]


class FigureColumn(tables.Column):
    """A figure with its unit and parts, or the status that stands in its place."""

    def render(self, value: Shown) -> str:
        return render_to_string("reporting/value.html", {"figure": value})


class PartColumn(tables.Column):
    """A numerator or a denominator."""

    def render(self, value: Decimal) -> str:
        return numbers.show(value, places(value))


class DayColumn(tables.Column):
    def render(self, value: datetime) -> str:
        return day(value)


NOTHING = format_html('<span class="nothing">{}</span>', "–")


class MomentColumn(tables.Column):
    def render(self, value: datetime) -> str:
        return moment(value)


class SeriesTable(tables.Table):
    caption = _("Published figures of the province, newest period first")
    caption_of_latest = _("Figures of the province, newest period first")
    caption_class = "unseen"

    period = tables.TemplateColumn(
        template_name="reporting/series_period.html",
        verbose_name=_("Period"),
        order_by=("period__day_after_last", "period__first_day", "period__pk"),
    )
    value = FigureColumn(_("Figure"), accessor="shown", order_by=FIGURE, attrs=VALUE)
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
        default = NOTHING
        empty_text = _("Nothing has been published yet.")

    def __init__(self, rows: Sequence[SeriesRow], **facts: Any) -> None:
        super().__init__(Rows(list(rows)), **facts)

    def render_coverage(self, value: Coverage) -> str:
        if value.counts_periods:
            return render_to_string("reporting/coverage.html", {"coverage": value})
        return format_html('<span class="partial">{}</span>', value) if value.is_partial else str(value)


class SourceTable(tables.Table):
    """`with_parts`: with columns for numerator and denominator, which only a ratio has."""

    caption = _("Who reported what")
    caption_class = "unseen"

    unit = tables.TemplateColumn(
        template_name="reporting/source.html",
        verbose_name=_("Reporting unit"),
        order_by="sort",
        attrs={"th": {"class": "whose"}},
    )
    value = FigureColumn(_("Figure"), accessor="shown", order_by=FIGURE, attrs=VALUE)
    change = tables.Column(
        _("Against last period"),
        order_by="change__value",
        attrs={"th": {"class": "num"}, "td": {"class": "num change"}},
    )
    numerator = PartColumn(_("Numerator"), attrs=NUM)
    denominator = PartColumn(_("Denominator"), attrs=NUM)
    remarks = tables.TemplateColumn(
        template_name="reporting/remarks.html",
        verbose_name=_("Explanations and changes"),
        order_by="explanation",
        attrs={"td": {"class": "say"}},
    )
    approved = DayColumn(_("Approved on"), accessor="approved_at", attrs=EXTRA)
    published = DayColumn(_("Published on"), accessor="published_at", attrs=EXTRA)
    revision = tables.Column(_("Check code"), attrs={"th": {"class": "extra"}, "td": {"class": "extra code"}})

    class Meta:
        default = NOTHING
        empty_text = _("Nothing has been published for this period yet.")

    def __init__(self, rows: Sequence[SourceRow], *, with_parts: bool = False, **facts: Any) -> None:
        exclude = () if with_parts else PARTS
        super().__init__(Rows(list(rows)), exclude=exclude, **facts)

    def render_value(self, value: Shown) -> str:
        """Parts that stand in columns of their own are not said twice."""
        parts = value.parts if set(PARTS) <= set(self.exclude) else ""
        return FigureColumn().render(replace(value, parts=parts))

    def render_change(self, value: Difference) -> str:
        return str(value)


class ReportTable(tables.Table):
    caption = _("Reports expected of the unit, newest period first")
    caption_class = "unseen"

    report = tables.TemplateColumn(
        template_name="reporting/report.html", verbose_name=_("Report"), order_by="round__form__code"
    )
    period = tables.Column(_("Period"), accessor="round__period", order_by="order")
    due = DayColumn(_("Due date"), accessor="due_on")
    sent = MomentColumn(_("Sent at"), accessor="handed_in_at")
    status = tables.TemplateColumn(
        template_name="reporting/report_status.html",
        verbose_name=_("Status"),
        order_by=("report__outcome", "report__days"),
        attrs={"td": {"class": "say"}},
    )

    class Meta:
        order_by = "-period"
        default = "–"
        empty_text = _("No report is expected of this unit.")


class UnitFigureTable(tables.Table):
    caption = _("Published figures that the unit reported or that are about it")
    caption_of_latest = _("Figures that the unit reported or that are about it")
    caption_class = "unseen"

    indicator = tables.TemplateColumn(
        template_name="reporting/unit_figure.html", verbose_name=_("Indicator"), order_by="code"
    )
    value = FigureColumn(_("Figure"), accessor="shown", order_by=("shown__value", "shown__words"), attrs=VALUE)
    period = tables.Column(_("Period"), order_by=("period__day_after_last", "period__first_day", "period__pk"))

    class Meta:
        default = "–"
        empty_text = _("Nothing has been published yet.")


class ChildTable(tables.Table):
    caption = _("Units directly under it")
    caption_class = "unseen"

    name = tables.TemplateColumn(template_name="reporting/child.html", verbose_name=_("Unit"), order_by="sort")
    kind = tables.Column(_("Kind of unit"), order_by=("kind", "sort"))
    code = tables.Column(_("Code"), attrs={"td": {"class": "code"}})

    class Meta:
        default = "–"
