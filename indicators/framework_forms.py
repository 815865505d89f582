"""Reporting forms made from a score framework: what collects the figures that its components are scored by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from .clock import today
from .models import (
    CountingFigure,
    Definition,
    FormLine,
    Frequency,
    ReportingForm,
    ScoreFramework,
    Step,
    StepHolder,
    SubjectRule,
    Unit,
    UnitKind,
)
from .refusals import Refused

ABOUT = {  # kinds of a set → about whom another unit can be asked
    UnitKind.COMMUNE.value: SubjectRule.EACH_COMMUNE,
    UnitKind.PROVINCE.value: SubjectRule.PROVINCE,
}


@dataclass(frozen=True)
class Wanted:
    """One form: who reports, about whom, and each indicator with whether evidence is asked for."""

    unit: Unit | None  # None: the scored units themselves
    lines: dict[int, bool] = field(default_factory=dict)


@dataclass
class Plan:
    """`left_out`: why an indicator stands on none of the forms, in sentences."""

    forms: list[Wanted] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def plan(framework: ScoreFramework) -> Plan:
    """Scored units report what is theirs. What one other unit contributes, that unit reports about each commune or
    about the province, on a form of its own; there is no line about each department, nor one that companies share:
    such indicators are left to a form that is made by hand. Two queries."""
    found: dict[int | None, Wanted] = {}
    plan = Plan()
    asked = _indicators(framework)
    for definition in _definitions(framework, asked):
        if sentence := _without_form(framework, definition):
            plan.left_out.append(sentence)
            continue
        unit = definition.source_unit
        wanted = found.setdefault(unit.pk if unit else None, Wanted(unit))
        wanted.lines[definition.indicator_id] = asked[definition.indicator_id]
    plan.forms = sorted(found.values(), key=lambda wanted: wanted.unit is not None)  # their own first
    return plan


def _indicators(framework: ScoreFramework) -> dict[int, bool]:
    """Each once, in the order of the components, with whether a component asks for evidence of it."""
    found: dict[int, bool] = {}
    rows = framework.items.order_by("order", "code", "pk").values_list("indicator", "base_indicator", "evidence")
    for indicator, base, evidence in rows:
        if indicator:
            found[indicator] = found.get(indicator, False) or bool(evidence)
        if base:
            found.setdefault(base, False)
    return found


def _definitions(framework: ScoreFramework, asked: Mapping[int, bool]) -> list[Definition]:
    places = {pk: place for place, pk in enumerate(asked)}
    day = date(framework.first_year, 12, 31)
    held = Definition.objects.on(day).filter(indicator__in=asked).select_related("indicator", "source_unit")
    return sorted(held.order_by("pk"), key=lambda definition: places[definition.indicator_id])


def _without_form(framework: ScoreFramework, definition: Definition) -> str:
    said = {"indicator": definition.indicator.code}
    if definition.source_unit_id and framework.kinds not in ABOUT:
        return _("%(indicator)s is reported by another unit, which cannot be asked about each scored unit.") % said
    if not definition.source_unit_id and definition.source_kind not in framework.unit_kinds:
        return _("%(indicator)s is reported by a kind of unit that the set does not score.") % said
    return ""


@transaction.atomic
def make(framework: ScoreFramework, *, code: str, name: str, contact: str) -> list[ReportingForm]:
    """Yearly forms, asked of the units of today: the first has `code`, another one code-2, code-3. A reviewer's own
    figure counts, and a round is published as a whole, for units are compared by it. Who verifies is taken from the
    components where all name one; the other steps are left to whoever keeps forms.
    Raises Refused where the set is a draft, gives no line, or a code is taken."""
    if not framework.is_in_force:
        raise Refused(_("Put the set in force first; until then its parts may change."))
    wanted = plan(framework).forms
    if not wanted:
        raise Refused(_("No indicator of the set can be asked for by such a form."))
    codes = [code if number == 1 else f"{code}-{number}" for number in range(1, len(wanted) + 1)]
    if taken := list(ReportingForm.objects.filter(code__in=codes).order_by("code").values_list("code", flat=True)):
        raise Refused(_("There is a form %(codes)s already.") % {"codes": ", ".join(taken)})
    verifiers = _verifiers(framework)
    return [
        _make(framework, each, form_code, name, contact, verifiers)
        for form_code, each in zip(codes, wanted, strict=True)
    ]


def _make(
    framework: ScoreFramework, wanted: Wanted, code: str, name: str, contact: str, verifiers: Iterable[int]
) -> ReportingForm:
    form = ReportingForm.objects.create(
        code=code,
        name=name,
        contact=contact,
        issued_by=framework.document.name if framework.document else "",
        frequency=Frequency.YEAR,
        asks_publication=True,
        counting_figure=CountingFigure.ASSESSED,
    )
    form.units.set([wanted.unit.pk] if wanted.unit else _units(framework))
    subject = ABOUT[framework.kinds] if wanted.unit else SubjectRule.SELF
    for order, (indicator, asks) in enumerate(wanted.lines.items(), 1):
        FormLine.objects.create(
            form=form, order=order, indicator_id=indicator, subject_rule=subject, asks_evidence=asks
        )
    for holder in verifiers:
        StepHolder.objects.create(form=form, step=Step.VERIFY, holder_id=holder)
    return form


def _units(framework: ScoreFramework) -> list[int]:
    living = Unit.objects.alive_on(today()).with_slice(today()).order_by("pk")
    return [unit.pk for unit in living if unit.kind_on_day in framework.unit_kinds]


def _verifiers(framework: ScoreFramework) -> list[int]:
    """The one unit that verifies every component, if it is one."""
    named = framework.items.filter(verifying_unit__isnull=False).order_by().values_list("verifying_unit", flat=True)
    units = set(named)
    return list(units) if len(units) == 1 else []
