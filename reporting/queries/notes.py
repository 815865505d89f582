"""What is said beneath a figure of the province: why there is none, who is missing in it, and what was accepted
with it as an explanation, as far as everybody may read that (domain.md 11, 41)."""

from django.utils.translation import gettext as _

from indicators.models import Breakdown, Observation, UnitKind

from .. import figures
from ..asked import Field, Line
from ..figures import Standing
from ..shown import Shown

FIRST_EXPLANATIONS = 2
FIRST_NAMES = 4  # of a list of missing units; the section "who has not reported" names them all


def notes_of(shown: Shown, line: Line, given: list[Observation], field: Field) -> list[str]:
    """Why there is no figure of the province, and who is missing in it."""
    return [*_why(shown.standing, line, given, field), *_partial(shown, line, given, field)]


def _why(standing: Standing, line: Line, given: list[Observation], field: Field) -> list[str]:
    """Why there is no figure of the province."""
    if standing == Standing.NOT_COMPUTABLE and line.is_stand_in:
        return [_("Cannot be computed: some units reported only a percentage.")]
    if standing == Standing.NOT_COMPUTABLE:
        alone = {_whose(o, field) for o in given if o.state == "reported" and o.numerator is None}
        names = ", ".join(field.names(alone))
        return [_("Cannot be computed: %(names)s reported only a percentage.") % {"names": names}]
    if standing == Standing.NO_RULE:
        return [_("Several figures were reported, and no rule makes them one.")]
    return _reasons(line, given, field) if standing == Standing.NOT_AVAILABLE else []


def _partial(shown: Shown, line: Line, given: list[Observation], field: Field) -> list[str]:
    """A total is never silently partial (domain.md 11)."""
    if not shown.coverage.is_partial or shown.standing in (*figures.WITHOUT_DATA, Standing.BY_UNIT):
        return []
    if line.is_stand_in:
        return [_("Partial: from %(n)s of %(m)s") % {"n": shown.coverage.n, "m": shown.coverage.m}]
    names = field.names(figures.lacking(line.expected, _said(line, given), field.top))
    counted = {"n": shown.coverage.n, "m": shown.coverage.m, "names": ", ".join(names[:FIRST_NAMES])}
    if more := len(names[FIRST_NAMES:]):
        sentence = _("Partial: from %(n)s of %(m)s; missing: %(names)s and %(count)s more")
        return [sentence % {**counted, "count": more}]
    return [_("Partial: from %(n)s of %(m)s; missing: %(names)s") % counted]


def _said(line: Line, given: list[Observation]) -> set[tuple[int, int]]:
    """(subject, reporter) that reported, or whom the line does not concern."""
    states = {(o.subject_id, o.reporter_id): o.state for o in given}
    answered = {(s, r): "reported" for s, reporters in line.expected.items() for r in reporters & line.answered}
    return {place for place, state in (answered | states).items() if state != "not_available"}


def _reasons(line: Line, given: list[Observation], field: Field) -> list[str]:
    """Without the name where one source speaks of the province; not at all where the breakdown by unit is not
    public, and never a company's (domain.md 41)."""
    unavailable = [o for o in given if o.state == "not_available"]
    if len(unavailable) == 1 and unavailable[0].subject_id == field.top:
        return [unavailable[0].explanation]
    if line.definition.breakdown != Breakdown.PUBLIC:
        return []
    by_state = [o for o in unavailable if field.tree.kind.get(o.reporter_id) != UnitKind.COMPANY]
    return [f"{field.name(_whose(o, field))}: {o.explanation}" for o in by_state[:FIRST_NAMES]]


def _whose(given: Observation, field: Field) -> int:
    """Under whose name a contribution is spoken of: the reporter about the province, else the subject."""
    return given.reporter_id if given.subject_id == field.top else given.subject_id


def explanations_of(line: Line, given: list[Observation], field: Field) -> list[str]:
    """Of what was reported, as `_reasons` are given: one source about the province without its name; of several
    only where the breakdown is public, and never a company's (domain.md 41)."""
    reported = [o for o in given if o.state == "reported"]
    about_the_top = [o for o in reported if o.subject_id == field.top]
    if line.sums is None and len(about_the_top) == 1:
        return [o.explanation for o in about_the_top if o.explanation]
    if line.definition.breakdown != Breakdown.PUBLIC:
        return []
    by_state = [o for o in reported if field.tree.kind.get(o.reporter_id) != UnitKind.COMPANY and o.explanation]
    return [f"{field.name(_whose(o, field))}: {o.explanation}" for o in by_state[:FIRST_EXPLANATIONS]]
