"""The official report of a period as plain texts, section by section (domain.md 34, 43): sentences that come from
the figures, the prose of the units with their names, and open lines where whoever compiles it has to write."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.models import ReportSection
from indicators.official import Official

from .. import figures
from ..exports import head
from ..exports.head import Standing, Taking
from ..queries import Group, Prose, Row, Summary
from . import annex, sentences, told

ROMAN = ("I", "II", "III", "IV", "V")


@dataclass(frozen=True)
class Part:
    """A numbered part of a section: what the figures say, or what one narrative line brought, unit by unit."""

    title: str  # empty of what stands under the section's own name
    said: Sequence[str]


@dataclass(frozen=True)
class Section:
    """`is_open`: nobody has written prose for it yet, so lines are left for whoever compiles the report."""

    number: str
    name: str
    parts: Sequence[Part]
    is_open: bool


@dataclass(frozen=True)
class Report:
    official: Official
    band: str  # that the figures are made up
    marks: Sequence[str]  # at the foot of every page
    about: str
    opening: str
    basis: Sequence[str]  # which figures these are
    sections: Sequence[Section]
    closing: str
    recipients: Sequence[str]
    annex: annex.Annex


@dataclass(frozen=True)
class Compiling:
    """One request for the report: who issues it to whom, on which day, and what the units wrote. `issuer`: as it is
    called within a sentence."""

    official: Official
    issuer: str
    prose: Sequence[Prose]
    recipients: Sequence[str]
    on: date
    taking: Taking


def compiled(page: Summary, groups: Sequence[Group], by: Compiling) -> Report:
    """`groups`: the lines that were asked for, which are not always all of the page."""
    about = _about(page)
    standing = Standing(page.period, page.published_on, page.issues, page.reports, page.archives)
    band = head.band(
        is_illustrative=page.is_illustrative, aims_made_up=page.plan is not None and page.plan.is_illustrative
    )
    basis = [*_narrowed(page, groups), *head.of_figures(by.taking, standing)]
    return Report(
        official=by.official,
        band=band,
        marks=_marks(by.taking, band),
        about=about,
        opening=_("%(body)s reports on the %(about)s as follows:")
        % {"body": by.issuer, "about": sentences.lower_first(about)},
        basis=basis if by.taking.known.is_latest else basis[:-1],  # that they are published is said already
        sections=_sections(page, groups, by),
        closing=_("This is the report on the %(about)s; %(body)s reports./.")
        % {"body": by.issuer, "about": sentences.lower_first(about)},
        recipients=by.recipients,
        annex=annex.of(page, groups, [*basis, *head.source(by.taking)]),
    )


def _about(page: Summary) -> str:
    period = sentences.lower_first(str(page.period)).replace(" ", "\N{NO-BREAK SPACE}")
    if page.plan is None:
        return _("Results of the digital transformation, %(period)s") % {"period": period}
    return _("Results of %(programme)s, %(period)s") % {
        "programme": sentences.lower_first(page.plan.name),
        "period": period,
    }


def _marks(taking: Taking, band: str) -> list[str]:
    """What every page says, so that no page on its own passes for more than it is."""
    marks = [_("NOT PUBLISHED YET")] if taking.known.is_latest else []
    return [*marks, _("ILLUSTRATION, FIGURES ARE MADE UP")] if band else marks


def _narrowed(page: Summary, groups: Sequence[Group]) -> list[str]:
    n = sum(len(group.rows) for group in groups)
    return [] if n == page.n_rows else [_("%(n)s of %(all)s indicators") % {"n": n, "all": page.n_rows}]


def _sections(page: Summary, groups: Sequence[Group], by: Compiling) -> list[Section]:
    generated = {
        ReportSection.RESULTS: _results(page, groups),
        ReportSection.SHORTCOMINGS: _shortcomings(page, groups, by.on),
    }
    return [
        _section(number, section, generated.get(section, []), by.prose)
        for number, section in zip(ROMAN, ReportSection, strict=True)
    ]


def _section(number: str, section: ReportSection, parts: Sequence[Part], prose: Iterable[Prose]) -> Section:
    """What nobody gave a section stands among the results."""
    mine = [p for p in prose if (p.section or ReportSection.RESULTS) == section]
    collected = [
        _collected(name, [p for p in mine if p.name == name]) for name in dict.fromkeys(p.name for p in mine)
    ]
    return Section(number, str(section.label).upper(), [*parts, *collected], is_open=not mine)


def _collected(name: str, prose: Sequence[Prose]) -> Part:
    title = _("%(name)s, as the units wrote it") % {"name": name}
    return Part(title, [_("%(unit)s: %(text)s") % {"unit": p.unit, "text": p.text} for p in prose])


def _results(page: Summary, groups: Sequence[Group]) -> list[Part]:
    rows = [row for group in groups for row in group.rows]
    counted = figures.headline((r.counted_as, r.track.how.status, r.track.has_target) for r in rows)
    sentence = " ".join(render_to_string("reporting/headline.html", {"headline": counted}).split())
    parts = [Part("", [sentence])] if rows else []
    is_archival = bool(page.archives)
    return [
        *parts,
        *(
            Part(
                group.name or _("Other indicators"), [told.told(row, is_archival=is_archival) for row in group.rows]
            )
            for group in groups
        ),
    ]


def _shortcomings(page: Summary, groups: Sequence[Group], on: date) -> list[Part]:
    """What lies behind, worst first; what has no figure; who has not reported. Where there is nothing, no part."""
    rows = [row for group in groups for row in group.rows]
    late = figures.worst_first((row, row.track.how) for row in rows)
    owed = sentences.not_reported(page.overdue, on)
    parts = [
        Part(_("Indicators that are late"), [told.late(row) for row in late]),
        Part(_("Figures that are missing"), _n_missing(rows)),
        Part(_("Units that have not reported"), [owed] if owed else []),
    ]
    return [part for part in parts if part.said]


def _n_missing(rows: Iterable[Row]) -> list[str]:
    """Each has its sentence among the results."""
    n = sum(row.shown.standing in figures.WITHOUT_DATA for row in rows)
    sentence = ngettext(
        "%(n)s indicator has no data in this period; it is named above and in the annex.",
        "%(n)s indicators have no data in this period; they are named above and in the annex.",
        n,
    )
    return [sentence % {"n": n}] if n else []
