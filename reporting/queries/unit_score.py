"""The score of one unit in a year: every component with its rule, what it was given, and who stands behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from indicators import scoring
from indicators.models import (
    Indicator,
    Reader,
    ScoreFramework,
    ScoreItem,
    SubmissionEvent,
    Unit,
    UnitKind,
)
from indicators.scoring import Best, Points

from .. import score_words, two_figures
from ..kin import Named
from ..known import TODAY, Known
from ..score_reading import read_years
from ..scored import MISSING, Figures, Whose, Year, best, given
from ..shown import Shown
from ..two_figures import TwoFigures
from .scores import Score, SideBySide, items_of, score_of

DEEDS = ("submit", "sign", "verify", "approve")


@dataclass(frozen=True)
class Deed:
    """One step of the report behind a figure."""

    move: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Input:
    """A figure that a component rests on."""

    indicator: Indicator
    label: str  # of the period that its own page shows it in
    shown: Shown
    explanation: str = ""
    two: TwoFigures | None = None
    deeds: list[Deed] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """A group or a component of the set, as this unit stands to it."""

    item: ScoreItem
    depth: int
    points: Mapping[Whose, Points]
    decimals: int
    rule: str
    zero: str = ""
    working: str = ""
    lead: str = ""
    verified_by: str = ""
    inputs: list[Input] = field(default_factory=list)

    @property
    def maximum(self) -> Decimal:
        """The unit's own: what does not apply has left it."""
        return scoring.shown(self.points[Whose.COUNTED].maximum, self.decimals)

    def of(self, whose: Whose) -> Decimal | None:
        exact = self.points[whose].points
        return None if exact is None else scoring.shown(exact, self.decimals)

    @property
    def said(self) -> list[tuple[Whose, str]]:
        return [(whose, score_words.number(self.of(whose))) for whose in Whose]

    @property
    def maximum_said(self) -> str:
        return score_words.exactly(self.points[Whose.COUNTED].maximum)

    @property
    def is_partial(self) -> bool:
        return self.item.is_group and self.points[Whose.COUNTED].is_partial

    @property
    def coverage(self) -> str:
        counted = self.points[Whose.COUNTED]
        return f"{counted.n}/{counted.m}"

    @property
    def why(self) -> str:
        why = self.points[Whose.COUNTED].why
        return score_words.of_why(why) if why else ""


@dataclass(frozen=True)
class UnitScorePage(SideBySide):
    framework: ScoreFramework
    year: int
    unit: Named
    kind: UnitKind
    years: list[int]
    parts: list[Part]
    scores: Mapping[Whose, Score]
    is_illustrative: bool = False
    is_asked: bool = True
    may_take_evidence: bool = False  # who reviews, or belongs to the unit


def unit_score(
    framework: ScoreFramework,
    year: int,
    unit: Unit,
    *,
    years: list[int],
    reader: Reader,
    known: Known = TODAY,
) -> UnitScorePage:
    """Three queries."""
    items, kind = items_of(framework), UnitKind(unit.kind_on_day)
    read = read_years(items, [year], kind, reader=reader, known=known, alone=unit.pk)[year]
    of = read.of_units.get(unit.pk, {})
    plain, bests = [item.plain for item in items], {whose: best(items, read, whose) for whose in Whose}
    said = {w: {item.code: given(item, of, w) for item in items if not item.is_group} for w in Whose}
    found = {whose: scoring.score(plain, said[whose], bests[whose]) for whose in Whose}
    deeds, names = _deeds(of), _names(items, read)
    parts = [
        _part(item, depth, framework, {w: found[w][item.code] for w in Whose}, names, _inputs(item, of, deeds))
        for item, depth in in_tree(items)
    ]
    worked = [_with_working(part, said[Whose.COUNTED], bests[Whose.COUNTED]) for part in parts]
    return UnitScorePage(
        framework,
        year,
        Named(str(unit), unit.code_on_day or "", read.cut_off),
        kind,
        years,
        worked,
        {whose: score_of(framework, plain, found[whose]) for whose in Whose},
        is_illustrative=read.is_illustrative,
        is_asked=unit.pk in read.of_units,
        may_take_evidence=bool(of) and (reader.reviews or unit.pk in reader.units),
    )


def in_tree(items: Sequence[ScoreItem]) -> list[tuple[ScoreItem, int]]:
    """Each group before its parts, with how deep it stands."""
    found: list[tuple[ScoreItem, int]] = []

    def add(parent: str, depth: int) -> None:
        for item in items:
            if item.parent_code == parent:
                found.append((item, depth))
                if item.is_group:
                    add(item.code, depth + 1)

    add("", 0)
    return found


def _part(
    item: ScoreItem,
    depth: int,
    framework: ScoreFramework,
    points: Mapping[Whose, Points],
    names: Mapping[int, str],
    inputs: list[Input],
) -> Part:
    return Part(
        item,
        depth,
        points,
        2 if framework.decimals < 2 or framework.scale == "index" else framework.decimals,
        rule=score_words.of_rule(item),
        zero=score_words.of_zero(item),
        lead=names.get(item.lead_unit_id or 0, ""),
        verified_by=names.get(item.verifying_unit_id or 0, ""),
        inputs=inputs,
    )


def _with_working(part: Part, said: Mapping[str, Any], bests: Mapping[str, Best]) -> Part:
    if part.item.is_group:
        return part
    code = part.item.code
    worked = score_words.working(part.item, said[code], part.points[Whose.COUNTED], bests.get(code))
    return replace(part, working=worked)


def _inputs(item: ScoreItem, of: Figures, deeds: Mapping[int, list[Deed]]) -> list[Input]:
    asked = [each for each in (item.indicator, item.base_indicator) if each]
    return [_input(each, of, deeds) for each in asked]


def _input(indicator: Indicator, of: Figures, deeds: Mapping[int, list[Deed]]) -> Input:
    figure = of.get(indicator.pk)
    if figure is None:
        return Input(indicator, "", MISSING)
    label = figure.recipe.parts[0].label if figure.recipe.frequency is None else figure.recipe.year.label
    if not figure.is_seen:
        return Input(indicator, label, MISSING)
    last = figure.rows[-1] if figure.rows else None
    return Input(
        indicator,
        label,
        figure.shown[Whose.COUNTED],
        explanation=last.explanation if last else "",
        two=two_figures.of(last) if last and figure.recipe.frequency is None else None,
        deeds=deeds.get(last.submission_id, []) if last else [],
    )


def _deeds(of: Figures) -> dict[int, list[Deed]]:
    """By report, oldest first, since it was last handed in; one query."""
    reports = {row.submission_id for figure in of.values() if figure.is_seen for row in figure.rows}
    events = SubmissionEvent.objects.filter(submission__in=reports, move__in=DEEDS).select_related("by")
    found: dict[int, list[Deed]] = {}
    for event in events.order_by("pk"):
        if event.move == "submit":
            found[event.submission_id] = []
        found.setdefault(event.submission_id, []).append(Deed(event.move, str(event.by), event.at))
    return found


def _names(items: Sequence[ScoreItem], read: Year) -> dict[int, str]:
    asked = {key for item in items for key in (item.lead_unit_id, item.verifying_unit_id) if key}
    return {key: read.field.name(key) for key in asked}
