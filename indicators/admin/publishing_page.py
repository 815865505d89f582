"""What the pages of publication show: the rounds that wait, and of one round what would be published."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from .. import numbers
from ..models import (
    Definition,
    Observation,
    OverUnits,
    Publication,
    Round,
    SubjectRule,
    User,
)
from ..publishing import LineFigure, Proposal, Report, barred, propose, rounds_published_by
from ..rollup import Rollup
from ..validation import as_typed
from ..wording import Said
from .printing import Printed, printed


@dataclass(frozen=True)
class Line:
    name: str
    code: str
    before: Printed | None  # None where nothing is published yet
    after: Printed
    coverage: str
    counts: bool  # False: a cross-check

    @property
    def moves(self) -> bool:
        return self.before is None or str(self.before) != str(self.after)


@dataclass(frozen=True)
class ReportRow:
    unit: str
    revision: int
    state: Said
    is_open: bool


@dataclass(frozen=True)
class Page:
    round: Round
    number: int
    read: str  # the check code that a press is bound to
    has_news: bool
    barred: str | None
    n: int
    m: int
    lines: list[Line]
    reports: list[ReportRow]
    missing: list[str]
    issues: list[Publication]


def waiting_rounds(user: User) -> QuerySet[Any]:
    """What the person publishes, with how many reports wait and which issue was the last; waiting ones first."""
    waiting = (
        Observation.objects.waiting()
        .filter(submission__round=OuterRef("pk"))
        .order_by()
        .values("submission__round")
        .annotate(n=Count("submission", distinct=True))
    )
    issues = Publication.objects.filter(round=OuterRef("pk")).order_by("-number")
    rounds = rounds_published_by(user).select_related("form", "period")
    return rounds.annotate(
        n_waiting=Subquery(waiting.values("n"), output_field=IntegerField()),
        last_issue=Subquery(issues.values("number")[:1]),
        last_issue_pk=Subquery(issues.values("pk")[:1]),
        last_issue_at=Subquery(issues.values("at")[:1]),
    ).order_by(F("n_waiting").desc(nulls_last=True), "-period__day_after_last", "form__code", "pk")


def page(round_: Round, user: User) -> Page:
    proposal = propose(round_)
    return Page(
        round=round_,
        number=proposal.number,
        read=proposal.sha256,
        has_news=proposal.has_news,
        barred=barred(round_, user),
        n=len(proposal.reports),
        m=proposal.n_expected,
        lines=[_line(figure, proposal) for figure in proposal.figures],
        reports=[_report(report) for report in proposal.reports],
        missing=[str(unit) for unit in proposal.missing],
        issues=list(Publication.objects.filter(round=round_).defer("content").order_by("-number")),
    )


def _line(figure: LineFigure, proposal: Proposal) -> Line:
    before = proposal.before[figure.line.pk]
    total = figure.total
    return Line(
        name=figure.line.indicator.name,
        code=figure.line.indicator.code,
        before=_printed(before) if proposal.number > 1 else None,
        after=_printed(figure),
        counts=figure.counts,
        coverage=f"{total.n_reported}/{total.n_expected - total.n_not_applicable}" if total else "",
    )


def _report(report: Report) -> ReportRow:
    if report.is_adjusted:
        state = Said(_("Adjusted since it was published"), "returned")
    elif report.is_new:
        state = Said(_("Approved, not published"), "waiting")
    else:
        state = Said(_("Published already"), "done")
    return ReportRow(str(report.unit), report.revision, state, report.is_open)


def _printed(figure: LineFigure) -> Printed:
    if figure.total is not None:
        return printed_total(figure.line.definition, figure.total)
    if figure.written is not None:
        return printed(figure.written, figure.written.definition)
    is_by_unit = figure.line.definition.over_units == OverUnits.NONE
    if is_by_unit and figure.line.subject_rule != SubjectRule.PROVINCE:
        return Printed(words=_("By unit only"))
    return Printed(words=_("No data"))


def printed_total(definition: Definition, total: Rollup) -> Printed:
    """A ratio keeps its parts; where somebody gave only a percentage there is none (domain.md 7)."""
    value, parts, decimals = total.value, "", definition.decimals
    if definition.over_units == OverUnits.COUNT:
        decimals = 0
    if definition.over_units == OverUnits.RATIO:
        if total.n_without_parts:
            return Printed(words=_("Cannot be computed"))
        if total.numerator is not None and total.denominator:
            base = definition.ratio_base
            value = numbers.ratio(total.numerator, total.denominator, base=base, decimals=decimals)
            parts = f"{as_typed(total.numerator)}/{as_typed(total.denominator)}"
    if value is None:
        return Printed(words=_("Cannot be computed") if total.n_reported else _("No data"))
    figure = numbers.show(value, decimals)
    if definition.is_percent:
        return Printed(f"{figure}%", parts=parts)
    return Printed(figure, definition.unit_of_measure, parts)
