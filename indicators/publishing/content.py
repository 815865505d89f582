"""A publication as plain JSON: all that its page needs, so that no later change of the catalogue moves it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .. import assessed
from ..drafts import plain
from ..models import Definition, Observation, Publication, Round, Unit
from ..rollup import Rollup

if TYPE_CHECKING:
    from .proposal import LineFigure, Proposal, Report

SUMS = tuple(Rollup.__dataclass_fields__)
NUMBERS = ("value", "numerator", "denominator")


def body(proposal: Proposal) -> dict[str, Any]:
    """The round, whom it covers, and what would stand published."""
    return {
        "round": _round(proposal.round),
        "coverage": {"n": len(proposal.reports), "m": proposal.n_expected},
        "missing": [str(unit) for unit in proposal.missing],
        "figures": [_figure(figure, proposal.units) for figure in proposal.figures],
        "reports": [_report(report) for report in proposal.reports],
    }


def content(proposal: Proposal, publication: Publication) -> dict[str, Any]:
    head = {
        "number": publication.number,
        "document": publication.document,
        "document_date": publication.document_date.isoformat(),
        "at": _moment(publication.at),
    }
    return {"publication": head, **proposal.body}


def _round(round_: Round) -> dict[str, Any]:
    return {
        "form": round_.form.code,
        "form_name": round_.form.name,
        "period": round_.period.label,
        "first_day": round_.period.first_day.isoformat(),
        "last_day": round_.period.last_day.isoformat(),
        "illustrative": round_.is_illustrative,
        "archived_document": round_.source_document,
    }


def _report(report: Report) -> dict[str, Any]:
    return {
        "unit": str(report.unit),
        "code": report.unit.code_on_day or "",
        "revision": report.revision,
        "sha256": report.sha256,
        "is_new": report.is_new,
        "is_adjusted": report.is_adjusted,
    }


def _figure(figure: LineFigure, units: dict[int, Unit]) -> dict[str, Any]:
    line = figure.line
    return {
        "indicator": line.indicator.code,
        "name": line.indicator.name,
        "about": line.subject_rule,
        "counts": figure.counts,
        "definition": _definition(line.definition),
        "total": _sums(figure.total) if figure.total else None,
        "written": said(figure.written) if figure.written else None,
        "by_unit": [_of_unit(each, units) for each in figure.of_units],
    }


def _definition(definition: Definition) -> dict[str, Any]:
    names = ("value_kind", "unit_of_measure", "decimals", "ratio_base", "over_units", "yes_words", "no_words")
    return {name: getattr(definition, name) for name in names}


def _sums(total: Rollup) -> dict[str, Any]:
    return {name: _plain(getattr(total, name)) for name in SUMS}


def said(given: Observation) -> dict[str, Any]:
    """A figure as written, with its explanation (domain.md 22); where a reviewer had another, both, under a key of
    its own: what was frozen before there was such a thing stays the same text."""
    words = ("state", "text", "decimals", "qualifier", "status", "explanation")
    numbers = {name: _plain(getattr(given, name)) for name in NUMBERS}
    written = numbers | {name: getattr(given, name) for name in words}
    return written | ({"assessed": _assessed(given)} if given.assessment_id else {})


def _assessed(given: Observation) -> dict[str, Any]:
    """The reported figure and the reviewer's own (domain.md 26), and which of them counts; no names of persons."""
    theirs: Any = given.assessment
    reported = {name: theirs.reported[name] for name in assessed.FIGURE}
    return {
        "own_counts": given.is_assessed,
        "reported": reported,
        "own": assessed.plain_figure(theirs),
        "reason": theirs.reason,
        "explanation": theirs.explained.text if theirs.explained else "",
    }


def _of_unit(given: Observation, units: dict[int, Unit]) -> dict[str, Any]:
    about = given.subject_id if given.subject_id != given.reporter_id else None
    return {
        "unit": _name(given.reporter_id, units),
        "about": _name(about, units) if about else "",
        "counts": given.contributes,
        "report": given.revision.sha256,
        **said(given),
    }


def _name(unit: int, units: dict[int, Unit]) -> str:
    return str(units[unit]) if unit in units else ""


def _plain(number: Decimal | int | None) -> str | int | None:
    """Decimals as text, without the zeros that a column adds."""
    return plain(number) if isinstance(number, Decimal) else number


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
