"""The ranking of one indicator: the units of one kind in one period, best first, and those that hold no place."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
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
from ..asked import Field, Line, field_of, issues_of, lines_of
from ..charts import bar_share
from ..figures import Place, Reason
from ..kin import Named
from ..known import TODAY, Known
from ..ranked import Figure
from ..series import archives_of, period_before
from ..shown import Shown, of_total


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
    asked = [r for r in rounds_of_it if r.period_id == period.pk]
    units = field_of(period, asked, known)
    line = lines_of(asked, units, found, known)[0]
    before = period_before(period, rounds_of_it)
    given = list(_given(found, [period, before] if before else [period], known))
    here = [o for o in given if o.period_id == period.pk]
    page = _opened(found, line, units, asked, here, kind)
    if why := _barred(page, line.definition, here, reader, known):
        return replace(page, barred=wording.of_reason(why))
    page = replace(page, issues=issues_of(asked))
    page = _with_places(page, line, units, here, reader)
    return _with_movement(page, line, [o for o in given if o.period_id != period.pk], before, reader)


def _opened(found: Indicator, line: Line, units: Field, asked: list[Round], given: list[Any], kind: str) -> Ranking:
    """What is said above the table, whether there is one or not."""
    kinds = ranked.kinds_asked(line, units)
    published = [o.published_at for o in given if o.published_at]
    return Ranking(
        found,
        line.period,
        line.definition,
        kinds,
        kind or next(iter(kinds), ""),
        published_on=localdate(max(published)) if published else None,
        is_illustrative=any(r.is_illustrative for r in asked),
        archives=archives_of(asked),
    )


def _given(found: Indicator, periods: Sequence[Period], known: Known) -> QuerySet[Any]:
    """What counts in the periods; one query."""
    standing = known.observations().filter(indicator=found, period__in=periods, contributes=True)
    return ranked.with_kinds(standing).select_related("definition").order_by("pk")


def _barred(page: Ranking, definition: Definition, given: list[Any], reader: Reader, known: Known) -> Reason | None:
    if why := ranked.barred(page.indicator, definition):
        return why
    if known.is_latest:
        return Reason.NOT_PUBLISHED
    if page.kind == UnitKind.COMPANY:
        return Reason.OF_COMPANIES
    if page.kind not in page.kinds:
        return Reason.NOT_ASKED
    return Reason.HIDDEN if ranked.is_secret(definition, given, reader) else None


def _with_places(page: Ranking, line: Line, units: Field, given: list[Any], reader: Reader) -> Ranking:
    definition, said = line.definition, ranked.by_subject(given)
    mine = [u for u in _in_order(units) if u in line.expected and units.tree.kind[u] == page.kind]
    known = {u: ranked.figure_of(definition, said.get(u, ()), line.expected[u]) for u in mine}
    found = ranked.rank(definition, known)
    if isinstance(found, Reason):
        apart = [_apart(u, known[u], line, units) for u in mine]
        return replace(page, barred=wording.of_reason(found), apart=apart)
    places, rest = found
    whole = of_total(definition, line.sums) if line.sums else None
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


def _with_movement(page: Ranking, line: Line, last: list[Any], before: Period | None, reader: Reader) -> Ranking:
    """Places gained on the period before, or why none are shown."""
    if page.barred:
        return page
    places = [each.place for each in page.places]
    gained = ranked.gained(places, line, last, page.kind, reader)
    if isinstance(gained, Reason):
        return replace(page, no_movement=_no_movement(gained))
    return replace(page, before=before, places=[replace(p, gained=gained[p.place.key]) for p in page.places])


def _in_order(units: Field) -> list[int]:
    """The Vietnamese order of names, which equals keep."""
    return sorted(units.units, key=lambda u: (units.units[u].sort_on_day or "", u))


def _named(unit: int, line: Line, units: Field) -> Named:
    return Named(units.name(unit), units.units[unit].code_on_day or "", line.period.last_day)


def _apart(unit: int, figure: Figure, line: Line, units: Field) -> Apart:
    why = (
        figure.explanation if figure.shown.is_empty else wording.of_reason(figure.entrant.unfit or Reason.NO_FIGURE)
    )
    return Apart(_named(unit, line, units), figure.shown, why)


def _longest(definition: Definition, values: Sequence[Decimal]) -> Decimal:
    """The whole of a percentage, or the greatest figure; 0 where some lie below it and no bars are drawn."""
    if min(values) < 0:
        return Decimal(0)
    return max([*values, Decimal(100)]) if definition.is_percent else max(values)


def _no_movement(why: Reason) -> str:
    if why == Reason.NO_FIGURE:
        return _("No movement is shown: there is no ranking of the period before.")
    return _("No movement against the period before is shown. %(why)s") % {"why": wording.of_reason(why)}
