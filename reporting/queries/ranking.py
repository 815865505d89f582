"""The ranking of one indicator: the units of one kind in one period, best first, and those that hold no place."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.models import (
    Definition,
    Direction,
    Indicator,
    Period,
    Publication,
    Reader,
    Round,
    UnitKind,
)

from .. import facts, figures, ranked, wording
from ..asked import Field, Line, issues_of
from ..charts import bar_share
from ..contest import Contest
from ..figures import Place, Reason
from ..kin import Named
from ..known import TODAY, Known
from ..ranked import Figure
from ..series import archives_of
from ..shown import Shown
from .ranked_pool import Pool, read_pool


@dataclass(frozen=True)
class Ranked:
    """One unit with its place. `share`: of the longest bar; empty where there are figures below 0."""

    unit: Named
    place: Place[int]
    shown: Shown
    share: str
    gained: int | None = None  # places on the last period; None where no movement is shown
    is_own: bool = False  # a unit of the reader

    @property
    def down(self) -> int:
        return -(self.gained or 0)


@dataclass(frozen=True)
class Apart:
    """One unit without a place, and why; the place of the figure says it where there is none."""

    unit: Named
    shown: Shown
    why: str


@dataclass(frozen=True)
class Ranking:
    indicator: Indicator
    period: Period | None = None
    definition: Definition | None = None
    kinds: list[UnitKind] = field(default_factory=list)  # that the indicator is asked of
    kind: str = ""
    barred: str = ""  # in a sentence why there is none
    places: list[Ranked] = field(default_factory=list)
    apart: list[Apart] = field(default_factory=list)
    whole: Shown | None = None  # the province's own figure
    whole_share: str = ""  # empty where it is of fewer than half of the units, and tells of them alone
    before: Period | None = None  # whose ranking the movement is against
    no_movement: str = ""  # in a sentence why none is shown
    issues: list[Publication] = field(default_factory=list)
    published_on: date | None = None
    is_illustrative: bool = False
    archives: str = ""

    @property
    def kind_name(self) -> str:
        return str(UnitKind(self.kind).label) if self.kind else ""

    @property
    def issue(self) -> int | None:
        """The number of the publication, where there is one."""
        return self.issues[0].number if len(self.issues) == 1 else None

    @property
    def field_sentence(self) -> str:
        """How large the field is, and from which publication (domain.md 47)."""
        counted = {"field": len(self.places), "n": self.issue, "count": self.n_without_data}
        if self.issue is None:
            return _("%(field)s units are ranked; without data: %(count)s.") % counted
        return _("%(field)s units are ranked, issue %(n)s; without data: %(count)s.") % counted

    @property
    def whole_sentence(self) -> str:
        """A total is never silently partial (domain.md 11)."""
        if self.whole is None:
            return ""
        said = {"value": self.whole, "n": self.whole.coverage.n, "m": self.whole.coverage.m}
        if self.whole.coverage.is_partial:
            return _("The whole province, from %(n)s of %(m)s units: %(value)s.") % said
        return _("The whole province: %(value)s.") % said

    @property
    def rule(self) -> str:
        """How places come about (domain.md 33)."""
        decimals = self.definition.decimals if self.definition else 0
        if decimals == 0:
            return _("Ranked on the published figure without decimals; equals share a place, as in 15, 15, 17.")
        return ngettext(
            "Ranked on the published figure with %(decimals)s decimal; equals share a place, as in 15, 15, 17.",
            "Ranked on the published figure with %(decimals)s decimals; equals share a place, as in 15, 15, 17.",
            decimals,
        ) % {"decimals": decimals}

    @property
    def formula(self) -> str:
        """What the figure is, and which end is first."""
        if (measured := self.definition) is None:
            return ""
        first = _("the least is first") if measured.direction == Direction.DOWN else _("the greatest is first")
        if measured.formula:
            return f"{measured.formula} · {first}"
        if not measured.numerator_name:
            return f"{measured.description or self.indicator.name} · {first}"
        parts = {"numerator": measured.numerator_name, "denominator": measured.denominator_name}
        return f"{_('%(numerator)s / %(denominator)s') % parts} · {first}"

    def sentence(self, place: Place[int]) -> str:
        """One unit's place, to be passed on."""
        said = {"rank": place.rank, "field": place.field, "n": self.issue, "count": self.n_without_data}
        if self.issue is None:
            return _("Rank %(rank)s of %(field)s; without data: %(count)s") % said
        return _("Rank %(rank)s of %(field)s, issue %(n)s; without data: %(count)s") % said

    @property
    def own(self) -> list[tuple[Named, str]]:
        """The reader's own units that hold a place, each with its sentence."""
        return [(each.unit, self.sentence(each.place)) for each in self.places if each.is_own]

    @property
    def n_without_data(self) -> int:
        return sum(each.shown.standing in figures.WITHOUT_DATA for each in self.apart)


def is_period(label: str) -> bool:
    """Whether a period bears the label, whatever was asked for then."""
    return "\0" not in label and Period.objects.filter(label=label).exists()


@facts.kept("catalogue")
def indicators_ranked(code: str) -> list[Indicator]:
    """Those that are switched on, and the one asked for."""
    asked = Q(pk__in=[]) if "\0" in code else Q(code=code)
    return list(Indicator.objects.filter(Q(is_ranked=True) | asked).order_by("code", "pk"))


def ranking(
    found: Indicator,
    period: Period | None,
    rounds_of_it: list[Round],
    *,
    kind: str,
    reader: Reader,
    known: Known = TODAY,
) -> Ranking:
    """`kind`: without one, that of most units. `period`: None where it was not asked for."""
    if period is None:
        return Ranking(found, barred=wording.of_reason(Reason.NOT_ASKED))
    pool = read_pool(found, period, rounds_of_it, known)
    contest = pool.contest(period)
    if contest is None:
        return Ranking(found, barred=wording.of_reason(Reason.NOT_ASKED))
    page = _opened(found, contest, pool, kind)
    if why := _barred(page, contest, reader, known):
        return replace(page, barred=wording.of_reason(why))
    page = replace(page, issues=issues_of(pool.rounds_of(period)))
    page = _with_places(page, contest, pool, reader)
    return _with_movement(page, contest, pool, reader)


def _opened(found: Indicator, contest: Contest, pool: Pool, kind: str) -> Ranking:
    """What is said above the table, whether there is one or not."""
    period = contest.line.period
    kinds, behind = ranked.kinds_asked(contest.line, pool.units(period)), pool.rounds_of(period)
    published = [o.published_at for o in contest.given if o.published_at]
    return Ranking(
        found,
        period,
        contest.definition,
        kinds,
        kind or next(iter(kinds), ""),
        published_on=localdate(max(published)) if published else None,
        is_illustrative=any(r.is_illustrative for r in behind),
        archives=archives_of(behind),
    )


def _barred(page: Ranking, contest: Contest, reader: Reader, known: Known) -> Reason | None:
    if why := ranked.barred(page.indicator, contest.definition):
        return why
    if known.is_latest:
        return Reason.NOT_PUBLISHED
    if page.kind == UnitKind.COMPANY:
        return Reason.OF_COMPANIES
    if page.kind not in page.kinds:
        return Reason.NOT_ASKED
    return Reason.HIDDEN if contest.secret_to(reader) else None


def _with_places(page: Ranking, contest: Contest, pool: Pool, reader: Reader) -> Ranking:
    line, units, known = contest.line, pool.units(contest.line.period), contest.figures
    definition = line.definition
    mine = [u for u in _in_order(units) if u in line.expected and units.tree.kind[u] == page.kind]
    found = ranked.rank(definition, {u: known[u] for u in mine})
    if isinstance(found, Reason):
        apart = [_apart(u, known[u], line, units) for u in mine]
        return replace(page, barred=wording.of_reason(found), apart=apart)
    places, rest = found
    whole = pool.whole(contest)
    longest = _longest(definition, [p.value for p in places])
    return replace(
        page,
        places=[
            Ranked(
                _named(p.key, line, units),
                p,
                known[p.key].shown,
                bar_share(p.value, longest),
                is_own=p.key in reader.units,
            )
            for p in places
        ],
        apart=[_apart(u, known[u], line, units) for u in rest],
        whole=whole if whole and whole.value is not None else None,
        whole_share=_whole_share(whole, longest),
    )


def _whole_share(whole: Shown | None, longest: Decimal) -> str:
    if whole is None or whole.value is None or whole.coverage.is_thin:
        return ""
    return bar_share(whole.value, longest)


def _with_movement(page: Ranking, contest: Contest, pool: Pool, reader: Reader) -> Ranking:
    """Places gained on the period before, or why none are shown."""
    if page.barred:
        return page
    places = [each.place for each in page.places]
    before = pool.before_of(contest, page.kind, reader)
    gained = ranked.gained(places, contest.line, before, measured_since=contest.measured_since)
    if isinstance(gained, Reason):
        return replace(page, no_movement=_no_movement(gained))
    return replace(page, before=pool.before, places=[replace(p, gained=gained[p.place.key]) for p in page.places])


def _in_order(units: Field) -> list[int]:
    """The Vietnamese order of names, which equals keep."""
    return sorted(units.units, key=lambda u: (units.units[u].sort_on_day or "", u))


def _named(unit: int, line: Line, units: Field) -> Named:
    return Named(units.name(unit), units.units[unit].code_on_day or "", line.period.last_day)


def _apart(unit: int, figure: Figure, line: Line, units: Field) -> Apart:
    why = figure.explanation if figure.shown.is_empty else _unfit(figure)
    return Apart(_named(unit, line, units), figure.shown, why)


def _unfit(figure: Figure) -> str:
    reason = figure.entrant.unfit or Reason.NO_FIGURE
    if reason == Reason.PARTIAL and figure.shown.coverage.counts_periods:
        return _("Not every part of the period has a figure yet.")
    return wording.of_reason(reason)


def _longest(definition: Definition, values: Sequence[Decimal]) -> Decimal:
    """The whole of a percentage, or the greatest figure; 0 where some lie below it and no bars are drawn."""
    if min(values) < 0:
        return Decimal(0)
    return max([*values, Decimal(100)]) if definition.is_percent else max(values)


def _no_movement(why: Reason) -> str:
    if why == Reason.NO_FIGURE:
        return _("No movement is shown: there is no ranking of the period before.")
    return _("No movement against the period before is shown. %(why)s") % {"why": wording.of_reason(why)}
