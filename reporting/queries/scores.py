"""Scores of a year: the units of one kind by a set, best first, and who stands apart (domain.md 31-33, 47)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators import scoring
from indicators.models import Reader, ScoreFramework, ScoreItem, ScoreScale, UnitKind
from indicators.scoring import Points

from .. import facts, figures, score_words, wording
from ..figures import Place, Reason
from ..kin import Named
from ..known import TODAY, Known
from ..score_reading import read_years
from ..scored import Whose, Year, best, given

FULL_INDEX = Decimal(1)


@dataclass(frozen=True)
class Score:
    """The whole of one unit, `points` as they are published; None where nothing is known."""

    whole: Points
    points: Decimal | None
    index: Decimal | None  # on the full scale of the set: what is ranked
    level: str = ""

    @property
    def is_partial(self) -> bool:
        return self.whole.is_partial

    @property
    def said(self) -> str:
        return score_words.number(self.points)

    @property
    def maximum(self) -> str:
        return score_words.exactly(self.whole.maximum)

    @property
    def index_said(self) -> str:
        return score_words.number(self.index)

    @property
    def coverage(self) -> str:
        return f"{self.whole.n}/{self.whole.m}"

    @property
    def is_converted(self) -> bool:
        """Something does not apply, so points and index differ."""
        return self.points is not None and self.index is not None and self.points != self.index


class SideBySide:
    """What a unit gave itself, what was verified, and what counts (domain.md 26)."""

    scores: Mapping[Whose, Score]

    @property
    def reported(self) -> Score:
        return self.scores[Whose.REPORTED]

    @property
    def verified(self) -> Score:
        return self.scores[Whose.VERIFIED]

    @property
    def counted(self) -> Score:
        return self.scores[Whose.COUNTED]


@dataclass(frozen=True)
class Scored(SideBySide):
    """One unit: what it gave itself, what was verified, and what counts."""

    unit: Named
    scores: Mapping[Whose, Score]
    key: int
    is_sure: bool = True
    place: Place[int] | None = None
    gained: int | None = None
    why: str = ""  # it holds no place
    is_own: bool = False

    @property
    def down(self) -> int:
        return -(self.gained or 0)


@dataclass(frozen=True)
class ScorePage:
    framework: ScoreFramework
    year: int
    kind: UnitKind
    years: list[int] = field(default_factory=list)
    units: list[Scored] = field(default_factory=list)  # with a place, best first
    apart: list[Scored] = field(default_factory=list)
    barred: str = ""  # in a sentence why nobody is ranked
    before: int | None = None  # the year that the movement is against
    no_movement: str = ""
    is_illustrative: bool = False  # the figures; the set says it of itself

    @property
    def n_without_data(self) -> int:
        return sum(each.counted.points is None for each in self.apart)

    @property
    def field_sentence(self) -> str:
        said = {"field": len(self.units), "count": self.n_without_data}
        return _("%(field)s units are ranked; without data: %(count)s.") % said

    @property
    def shows_index(self) -> bool:
        """The points say it all where every unit may reach the same."""
        of_index = self.framework.scale == ScoreScale.INDEX
        return of_index or any(each.counted.is_converted for each in (*self.units, *self.apart))

    @property
    def has_levels(self) -> bool:
        return bool(self.framework.levels)

    @property
    def rule(self) -> str:
        decimals = self.framework.decimals
        if decimals == 0:
            return _("Ranked on the published score without decimals; equals share a place, as in 15, 15, 17.")
        return ngettext(
            "Ranked on the published score with %(decimals)s decimal; equals share a place, as in 15, 15, 17.",
            "Ranked on the published score with %(decimals)s decimals; equals share a place, as in 15, 15, 17.",
            decimals,
        ) % {"decimals": decimals}

    @property
    def own(self) -> list[Scored]:
        return [each for each in self.units if each.is_own]


@facts.kept("catalogue")
def frameworks_in_force() -> list[ScoreFramework]:
    """Every version, by code, the newest first."""
    return list(ScoreFramework.objects.in_force().select_related("document").order_by("code", "-first_year", "pk"))


def offered_sets() -> list[tuple[ScoreFramework, int | None]]:
    """Each version with the last year that it scored before another took over; None: it is the newest, whose page
    opens on the last year with figures."""
    found = []
    for each in frameworks_in_force():
        later = [other.first_year for other in versions_of(each.code) if other.first_year > each.first_year]
        ends = [year for year in (each.last_year, min(later, default=0) - 1) if year and year > 0]
        found.append((each, min(ends) if later else None))
    return found


def sets_of_kind(kind: str, day: date) -> list[ScoreFramework]:
    """By which a unit of the kind is scored in the year of a day; one of each set."""
    codes = dict.fromkeys(each.code for each in frameworks_in_force())
    found = [version_for(versions_of(code), day.year) for code in codes]
    return [each for each in found if each and kind in each.unit_kinds]


def versions_of(code: str) -> list[ScoreFramework]:
    return [each for each in frameworks_in_force() if each.code == code]


def version_for(versions: Sequence[ScoreFramework], year: int) -> ScoreFramework | None:
    """The last that began by the year, unless it ended before (domain.md 31); `versions`: newest first."""
    begun = next((each for each in versions if each.first_year <= year), None)
    return begun if begun and (begun.last_year is None or begun.last_year >= year) else None


def years_of(versions: Sequence[ScoreFramework], until: int) -> list[int]:
    """Those that a version is in force for, newest first."""
    first = min((each.first_year for each in versions), default=until + 1)
    return [year for year in range(until, first - 1, -1) if version_for(versions, year)]


def newest_scored(versions: Sequence[ScoreFramework], years: Sequence[int], known: Known = TODAY) -> int | None:
    """The last of the years of which a figure of the set stands, else the last one; one query."""
    keys = {item.indicator_id for each in versions for item in items_of(each) if item.indicator_id}
    said = known.observations().filter(indicator__in=keys).order_by()
    last = said.aggregate(last=Max("period__day_after_last"))["last"]
    newest = (last - timedelta(days=1)).year if last else None
    return newest if newest in years else next(iter(years), None)


@facts.kept("catalogue")
def items_of(framework: ScoreFramework) -> list[ScoreItem]:
    rows = framework.items.select_related("indicator", "base_indicator")
    return list(rows.order_by("order", "code", "pk"))


def score_page(
    framework: ScoreFramework,
    year: int,
    kind: UnitKind,
    *,
    years: list[int],
    reader: Reader,
    known: Known = TODAY,
) -> ScorePage:
    """Two queries, the year before included."""
    items, before = items_of(framework), _before(framework, year, years)
    found = read_years(items, [year, *before], kind, reader=reader, known=known)
    read = found[year]
    scored = scored_units(framework, items, read, reader)
    page = ScorePage(
        framework,
        year,
        kind,
        years=years,
        is_illustrative=read.is_illustrative,
    )
    if why := _barred(framework, read, known):
        return replace(page, barred=why, apart=scored)
    last = scored_units(framework, items, found[before[0]], reader) if before else None
    return _ranked(page, scored, last)


def scored_units(framework: ScoreFramework, items: Sequence[ScoreItem], read: Year, reader: Reader) -> list[Scored]:
    """In the order of their names."""
    bests = {whose: best(items, read, whose) for whose in Whose}
    plain = [item.plain for item in items]
    found = []
    for unit in read.asked:
        of = read.of_units[unit]
        scores = {}
        for whose in Whose:
            said = {item.code: given(item, of, whose) for item in items if not item.is_group}
            scores[whose] = score_of(framework, plain, scoring.score(plain, said, bests[whose]))
        named = Named(read.field.name(unit), read.field.units[unit].code_on_day or "", read.cut_off)
        sure = all(figure.is_sure for figure in of.values())
        found.append(Scored(named, scores, unit, is_sure=sure, is_own=unit in reader.units))
    return found


def score_of(framework: ScoreFramework, items: Sequence[scoring.Item], found: Mapping[str, Points]) -> Score:
    whole = scoring.total(items, found)
    full = sum((item.maximum for item in items if not item.parent), Decimal(0))
    share = scoring.index(whole, FULL_INDEX if framework.scale == ScoreScale.INDEX else full)
    level = scoring.level(scoring.read_levels(framework.levels), whole.share) if whole.share is not None else ""
    return Score(
        whole,
        None if whole.points is None else scoring.shown(whole.points, framework.decimals),
        None if share is None else scoring.shown(share, framework.decimals),
        "" if whole.is_partial else level,
    )


def _barred(framework: ScoreFramework, read: Year, known: Known) -> str:
    if not read.asked:
        return _("No unit of this kind was asked for the figures of this set in the year.")
    if not framework.is_ranked:
        return _("Whoever issued the set has not switched a ranking on.")
    if any(not figure.is_seen for of in read.of_units.values() for figure in of.values()):
        return wording.of_reason(Reason.HIDDEN)
    return _("Only published scores are ranked.") if known.is_latest else ""


def _before(framework: ScoreFramework, year: int, years: Sequence[int]) -> list[int]:
    """The year before, where the same version scored it."""
    is_same = year - 1 in years and version_for(versions_of(framework.code), year - 1) == framework
    return [year - 1] if is_same and framework.is_ranked else []


def _ranked(page: ScorePage, scored: list[Scored], last: list[Scored] | None) -> ScorePage:
    """Places on the published precision; who lacks a figure or rests on an estimate stands apart (domain.md 47)."""
    found = places_of(page.framework, scored)
    if isinstance(found, Reason):
        return replace(page, barred=_("Too few units have a whole score."), apart=[_apart(each) for each in scored])
    by_key = {each.key: each for each in scored}
    units = [replace(by_key[place.key], place=place) for place in found]
    held = {place.key for place in found}
    page = replace(page, units=units, apart=[_apart(each) for each in scored if each.key not in held])
    return _with_movement(page, found, last)


def places_of(framework: ScoreFramework, scored: Sequence[Scored]) -> list[Place[int]] | Reason:
    values = {each.key: None if _unfit(each) else each.counted.index for each in scored}
    decimals = framework.decimals
    found = figures.ranking(values, decimals=decimals)
    return found if isinstance(found, Reason) else found[0]


def _unfit(each: Scored) -> str:
    """Why it holds no place; empty where it may."""
    whole = each.counted.whole
    if whole.points is None:
        return _("No figure of the set is known.") if whole.m else _("Nothing of the set applies.")
    if whole.is_partial:
        return _("%(n)s of %(m)s components have points.") % {"n": whole.n, "m": whole.m}
    return "" if each.is_sure else _("It rests on an estimate or on a figure that is only about right.")


def _apart(each: Scored) -> Scored:
    return replace(each, why=_unfit(each))


def _with_movement(page: ScorePage, places: list[Place[int]], last: list[Scored] | None) -> ScorePage:
    """Against the year before, by the same version and of the same units; else none is shown, and why."""
    before = page.year - 1
    if before not in page.years:
        return replace(page, no_movement=_("No movement is shown: nothing was scored the year before."))
    if last is None:
        return replace(page, no_movement=_("No movement is shown: the set has changed since the year before."))
    was = places_of(page.framework, last)
    if isinstance(was, Reason):
        return replace(page, no_movement=_("No movement is shown: there is no ranking of the year before."))
    gained = figures.places_gained(places, was)
    if isinstance(gained, Reason):
        return replace(page, no_movement=_("No movement is shown: not the same units have a whole score."))
    return replace(page, before=before, units=[replace(each, gained=gained[each.key]) for each in page.units])
