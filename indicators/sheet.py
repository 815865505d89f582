"""The cells of a form as a page draws them: numbered lines under their groups, the narrative behind them, and what
each cell says in words. Plain values; only the names of the groups are read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from . import carried, numbers, rules
from .calendars import show_day
from .drafts import EMPTY, Cell
from .drawn import GRID, ON_PAPER, ON_SCREEN, PRINTED_GRID, WITH_FIELDS, Before, Drawn, Line, drawn
from .evidence import Attached
from .forms import Fault, Typed, equation, typed_of
from .models import (
    Definition,
    EntryState,
    FigureStatus,
    Observation,
    OverTime,
    Period,
    ProgrammeIndicator,
    SubjectRule,
    ValueKind,
)
from .previous import is_comparable
from .slots import Slot
from .validation import Problem, as_typed, lacks_evidence
from .year import NO_YEAR, OfTheYear, against_last_year, so_far

COMPARED = (ValueKind.NUMBER, ValueKind.RATIO)
Said = Cell | Observation


@dataclass(frozen=True)
class Row:
    """One cell: what is asked, what stands in its fields, and what is wrong with it. `number` is the line's STT;
    a narrative section has none, and the cells of a grid share one, said above the first of them."""

    slot: Slot
    cell: Cell
    typed: Typed
    faults: tuple[Fault, ...] = ()
    choices: tuple[str, ...] = ()
    conflict: str = ""
    is_saved: bool = True
    number: int | None = None
    opens_grid: bool = False
    before: Before | None = None
    change: str = ""  # how far the stored figure moved
    findings: tuple[Problem, ...] = ()  # errors and warnings about what is stored
    evidence: tuple[Attached, ...] = ()
    evidence_page: str = (
        ""  # where it is attached, seen from the page of the report; empty in the preview of a form
    )
    year: OfTheYear = NO_YEAR
    to_mend: bool = False  # a return that stands names it
    remark: str = ""  # what the reviewer says of it there

    @cached_property
    def definition(self) -> Definition:
        return self.slot.line.definition

    @property
    def kind(self) -> str:
        return self.definition.value_kind

    @property
    def is_grid(self) -> bool:
        return self.slot.line.subject_rule == SubjectRule.EACH_COMMUNE

    @property
    def is_narrative(self) -> bool:
        return self.kind == ValueKind.TEXT

    @property
    def window(self) -> str:
        """Up to which day a stock is counted; a flow and a running total name their stretch (domain.md 9, 19)."""
        over_time = self.definition.over_time
        if over_time == OverTime.STOCK:
            return _("to the end of %(date)s") % {"date": show_day(self.slot.line.round.period.last_day)}
        return _("in the period") if over_time == OverTime.FLOW else _("since the start of the year")

    @property
    def is_filled(self) -> bool:
        return bool(self.cell.state)

    @property
    def first_field(self) -> str:
        return f"{self.slot.name}-{'numerator' if self.kind == ValueKind.RATIO else 'value'}"

    @property
    def wrong_field(self) -> str:
        return f"{self.slot.name}-{self.faults[0].field}" if self.faults else self.first_field

    @property
    def lacks_evidence(self) -> bool:
        return bool(self.evidence_page) and lacks_evidence(self.slot.line, self.cell, bool(self.evidence))

    @property
    def state_words(self) -> str:
        return state_words(self.cell.state)

    @cached_property
    def drawn(self) -> Drawn:
        """The slot keeps what was last drawn of it: beside the slot, only this says how a saved row looks."""
        if not self.is_saved or settings.DEBUG:
            return drawn(line_of(self))
        asked = (self.number, self.evidence_page, self.to_mend, self.remark)
        said = (self.cell, self.findings, self.evidence, asked)
        kept = self.slot.kept.get(said) or drawn(line_of(self))
        self.slot.kept.clear()
        self.slot.kept[said] = kept
        return kept

    @property
    def with_fields(self) -> str:
        return self.drawn.by(WITH_FIELDS)


@dataclass(frozen=True)
class Group:
    name: str
    rows: list[Row]
    number: int = 1
    is_narrative: bool = False

    @property
    def filled(self) -> int:
        return sum(row.is_filled for row in self.rows)

    @property
    def with_fields(self) -> SafeString:
        return self._by(WITH_FIELDS, GRID)

    @property
    def on_paper(self) -> SafeString:
        return self._by(ON_PAPER, PRINTED_GRID)

    @property
    def on_screen(self) -> SafeString:
        return self._by(ON_SCREEN, PRINTED_GRID)

    def _by(self, template: str, above_grid: str) -> SafeString:
        """Its rows put together: what is drawn already costs no template anything more."""
        html = []
        for row in self.rows:
            if row.opens_grid:
                html.append(row.drawn.by(above_grid))
            html.append(row.drawn.by(template))
        return SafeString("\n".join(html))


@dataclass(frozen=True)
class Sheet:
    """The cells by group."""

    groups: list[Group]

    @property
    def shown(self) -> list[Group]:
        """The groups whose fields stand on the page."""
        return self.groups

    @property
    def is_whole(self) -> bool:
        return len(self.shown) == len(self.groups)

    @property
    def figures(self) -> list[Group]:
        return [group for group in self.groups if not group.is_narrative]

    @property
    def narrative(self) -> Group | None:
        return next((group for group in self.groups if group.is_narrative), None)

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    @property
    def filled(self) -> int:
        return sum(group.filled for group in self.groups)

    @cached_property
    def progress(self) -> str:
        """A grid asks for many figures of one indicator, so in a form with grids figures are counted."""
        said = {"filled": self.filled, "total": len(self.rows)}
        if any(row.is_grid for row in self.rows):
            return _("%(filled)s/%(total)s figures") % said
        return _("%(filled)s/%(total)s indicators") % said


def blank(slots: list[Slot]) -> Sheet:
    """The form before anything is typed: what an administrator is shown before a round asks for it."""
    rows = [Row(slot, EMPTY, typed_of(EMPTY, slot.line.definition)) for slot in slots]
    return Sheet(grouped(rows, group_names(slots)))


def grouped(rows: list[Row], names: Mapping[int, str]) -> list[Group]:
    """In the order of the form, each group where its first line stands, numbered through; the narrative is last
    (domain.md 43, 45). `names` are those of `group_names`."""
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        if not row.is_narrative:
            by_name.setdefault(names.get(row.slot.line.indicator_id, ""), []).append(row)
    ordered = _numbered([row for members in by_name.values() for row in members])
    groups = [
        Group(name or _("Other indicators"), [next(ordered) for _row in members], number)
        for number, (name, members) in enumerate(by_name.items(), 1)
    ]
    narrative = [row for row in rows if row.is_narrative]
    if not narrative:
        return groups
    return [*groups, Group(_("Narrative part"), narrative, len(groups) + 1, is_narrative=True)]


def group_names(slots: Iterable[Slot]) -> dict[int, str]:
    """Indicator → its group, the one of the first programme by code; one query."""
    places = ProgrammeIndicator.objects.filter(indicator__in={slot.line.indicator_id for slot in slots})
    return dict(places.order_by("-programme__code", "-pk").values_list("indicator", "group__name"))


def _numbered(rows: list[Row]) -> Iterator[Row]:
    seen: dict[int, int] = {}
    for row in rows:
        line, is_new = row.slot.line, row.slot.line.pk not in seen
        yield replace(row, number=seen.setdefault(line.pk, len(seen) + 1), opens_grid=is_new and row.is_grid)


def line_of(row: Row) -> Line:
    cell, definition, kind, last = row.cell, row.definition, row.kind, row.slot.last
    has_figure = cell.state == EntryState.REPORTED
    return Line(
        name=row.slot.name,
        kind=kind,
        number=row.number,
        title=row.slot.line.indicator.name,
        subject=str(row.slot.subject) if row.is_grid else "",
        description=definition.description,
        is_mandatory=row.slot.line.is_mandatory,
        unit=definition.unit_of_measure,
        window=row.window,
        numerator_name=definition.numerator_name,
        denominator_name=definition.denominator_name,
        answers=_answers(definition) if kind == ValueKind.YES_NO else (),
        before=row.before,
        typed=row.typed,
        faults=row.faults,
        choices=tuple((choice, reading_in_words(definition, choice)) for choice in row.choices),
        conflict=row.conflict,
        findings=row.findings,
        is_saved=row.is_saved,
        is_filled=row.is_filled,
        offers_zero=kind == ValueKind.NUMBER and not has_figure,
        keeps="" if last is None or (has_figure and not cell.kept) else figure_of(definition, last),
        is_kept=cell.kept,
        readback=figure_of(definition, cell) if has_figure and row.is_saved and kind in COMPARED else "",
        change=row.change if row.is_saved else "",
        figure=_in_table(definition, cell) if has_figure else "",
        parts=f"{as_typed(cell.numerator)}/{as_typed(cell.denominator)}" if cell.denominator is not None else "",
        plan=row.year.plan,
        so_far=so_far(definition, cell, row.year),
        on_last_year=against_last_year(definition, cell, row.year),
        is_running=definition.over_time == OverTime.RUNNING,
        state_words="" if has_figure else row.state_words,
        qualities=_qualities(cell),
        note="\n".join(filter(None, (cell.note, _objection(cell)))),
        evidence=tuple(item.name for item in row.evidence),
        evidence_page=row.evidence_page,
        asks_evidence=row.slot.line.asks_evidence,
        lacks_evidence=row.lacks_evidence,
        base=row.slot.base,
        no_base=_no_base(row) if row.slot.lacks_base else "",
        to_mend=row.to_mend,
        remark=row.remark,
    )


def _no_base(row: Row) -> str:
    """With whom to ask; the many cells of a grid say only that there is none."""
    if row.is_grid:
        return _("There is no base figure of this unit yet: enter the denominator.")
    sentence = _(
        "There is no base figure (%(kind)s) of this unit yet: enter the denominator. Who records it: %(contact)s."
    )
    kind, contact = row.definition.get_denominator_kind_display(), row.slot.line.round.form.contact
    return sentence % {"kind": kind, "contact": contact}


# --- Words


def before_in(slot: Slot) -> Before | None:
    """Beside the unit's own last figure what it began with, from the units that it took over from."""
    definition = slot.line.definition
    own = before_of(definition, slot.before)
    if slot.carried is None:
        return own
    return replace(own or Before(""), carried=carried.words(slot.carried, definition))


def before_of(definition: Definition, observation: Observation | None) -> Before | None:
    """A figure that was measured another way is named, not set beside the new one as if it were the same."""
    if observation is None:
        return None
    period = str(observation.period)
    if not definition.measures_as(observation.definition):
        day = {"date": show_day(definition.measured_since or definition.valid_from)}
        said = _("Not comparable: the definition changed on %(date)s.") % day
        return Before(period, words=said)
    figure = _in_table(observation.definition, observation)
    return Before(period, figure, "" if figure else state_words(observation.state))


def change_of(definition: Definition, cell: Cell, before: Observation | None, period: Period) -> str:
    """How far a figure moved since the last period; nothing where the two cannot be compared, or one of them is
    missing or only about right."""
    if before is None or cell.value is None or before.value is None or definition.value_kind not in COMPARED:
        return ""
    if cell.qualifier or before.qualifier or not is_comparable(definition, before, period):
        return ""
    decimals = max(cell.decimals, before.decimals)
    return rules.change_in_words(cell.value, before.value, unit=definition.unit_of_measure, decimals=decimals)


def reading_in_words(definition: Definition, reading: str) -> str:
    """One of two readings with its unit and its decimals: "8,569 tỷ đồng (3 decimals)"."""
    said = reading if reading.endswith("%") else numbers.with_unit(reading, definition.unit_of_measure)
    _whole, comma, fraction = reading.rstrip("%").partition(",")
    if not comma:
        return _("%(figure)s (whole number)") % {"figure": said}
    return _("%(figure)s (%(count)s decimals)") % {"figure": said, "count": len(fraction)}


def figure_of(definition: Definition, said: Cell) -> str:
    """The figure of a reported cell in words and unit; empty where there is none."""
    if said.state == EntryState.REPORTED and definition.value_kind in (ValueKind.NUMBER, ValueKind.RATIO):
        return equation(definition, said)
    return _in_table(definition, said)


def _in_table(definition: Definition, said: Said) -> str:
    """Without the unit of measure, but for a per cent sign, which belongs to the figure (domain.md 27)."""
    if said.state != EntryState.REPORTED:
        return ""
    if definition.value_kind == ValueKind.TEXT or said.value is None:
        return said.text
    if definition.value_kind == ValueKind.YES_NO:
        return _yes_no_words(definition)[0 if said.value else 1]
    shown = numbers.show(said.value, said.decimals, said.qualifier)
    return numbers.with_unit(shown, "%") if definition.is_percent else shown


def state_words(state: str) -> str:
    if state == EntryState.NOT_AVAILABLE:
        return _("Could not be collected")
    return str(EntryState(state).label) if state else _("Not entered")


def in_words(definition: Definition, cell: Cell) -> str:
    """All that a cell says, on one line: two cells that differ are told apart."""
    said = figure_of(definition, cell) or state_words(cell.state)
    beside = (_qualities(cell), _objection(cell), f"“{cell.note}”" if cell.note else "")
    return "; ".join(filter(None, (said, *beside)))


def _qualities(cell: Cell) -> str:
    """What is said of a figure beside its note."""
    status = str(FigureStatus(cell.status).label) if cell.status != FigureStatus.OFFICIAL else ""
    base = _("the denominator is a base figure") if cell.base_id else ""
    kept = _("Last period's figure kept") if cell.kept else ""
    return "; ".join(filter(None, (status, kept, base)))


def _objection(cell: Cell) -> str:
    """It changes nothing of the figure, and stands with the note."""
    return _("objection to the base figure: “%(text)s”") % {"text": cell.objection} if cell.objection else ""


def _answers(definition: Definition) -> tuple[tuple[str, str], ...]:
    yes, no = _yes_no_words(definition)
    return (("", "–"), ("1", yes), ("0", no))


def _yes_no_words(definition: Definition) -> tuple[str, str]:
    return definition.yes_words or _("Yes"), definition.no_words or _("No")
