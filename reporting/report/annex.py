"""The annex of the official report: every figure as it was written, with what it is measured in, beside plan,
target, status and coverage (domain.md 11, 12, 34)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from indicators import numbers

from ..aims import Aim
from ..figures import Standing
from ..queries import Group, Row, Summary
from . import sentences

NOTHING = "–"


@dataclass(frozen=True)
class Annex:
    """A row of one text is the name of a group."""

    title: str
    head: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def of(page: Summary, groups: Sequence[Group], basis: Sequence[str]) -> Annex:
    rows: list[Sequence[str]] = []
    number = 0
    for group in groups:
        rows.append([group.name or _("Other indicators")])
        for row in group.rows:
            number += 1
            rows.append(_cells(number, row))
    title = _("Figures of the indicators, %(period)s") % {"period": sentences.lower_first(str(page.period))}
    return Annex(title.upper(), basis, _columns(), rows)


def _columns() -> list[str]:
    return [
        _("No."),
        _("Indicator"),
        _("Unit of measure"),
        _("Figure"),
        _("On the last period"),
        _("Year's plan"),
        _("Programme's target"),
        _("Status"),
        _("Units that reported"),
        _("Notes"),
    ]


def _cells(number: int, row: Row) -> list[str]:
    target = row.track.target
    return [
        str(number),
        row.name,
        row.definition.unit_of_measure or NOTHING,
        _figure(row),
        str(row.trend.moved) or NOTHING,
        _aim(row.track.plan),
        f"{_aim(target)} ({target.year})" if target else NOTHING,
        str(row.status[1]),
        NOTHING if row.shown.standing == Standing.BY_UNIT else str(row.shown.coverage),
        "\n".join(_notes(row)),
    ]


def _figure(row: Row) -> str:
    """As written; what it is measured in stands beside it."""
    if not row.shown.is_reported or (row.shown.value is None and not row.shown.words):
        return NOTHING
    figure = str(replace(row.shown, unit=""))
    return f"{figure}\n({row.shown.parts})" if row.shown.parts else figure


def _aim(aim: Aim | None) -> str:
    return f"{aim.operator} {numbers.show(aim.value, aim.decimals)}" if aim else NOTHING


def _notes(row: Row) -> list[str]:
    said = [row.shown.derived, row.shown.status]
    if row.is_stand_in:
        said.append(_("Figure of %(period)s") % {"period": sentences.lower_first(str(row.period))})
    said += [*row.notes, row.track.why if row.shown.is_reported else ""]
    said += [_("Explanation: %(text)s") % {"text": text} for text in row.explanations]
    return [each for each in [*said, str(row.change or ""), str(row.two or "")] if each]
