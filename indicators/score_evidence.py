"""The evidence behind the score of one unit in a year as one archive, a folder a component, with an index by the
component's code (domain.md 32, 37).

Whoever takes it has of each report what the page of its evidence would give: the unit's own people what stands,
those who verify or approve what was handed in, nobody else anything.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from . import evidence, files, spreadsheet
from .models import Evidence, RoundLine, ScoreFramework, ScoreItem, Submission, Unit, User
from .permissions import standing
from .refusals import Refused

INDEX = "muc-luc.csv"
MAX_FILES = 500
MAX_BYTES = 200_000_000


@dataclass(frozen=True)
class Piece:
    """One file or link beside a figure that a component rests on. `place`: its number within the component."""

    component: ScoreItem
    report: Submission
    item: Evidence
    place: int

    @property
    def path(self) -> str:
        """In the archive; empty of a link. Numbered, since two files may bear one name."""
        return f"{self.component.code}/{self.place:02} {self.item.file.name}" if self.item.file else ""


def pieces(framework: ScoreFramework, unit: Unit, year: int, user: User) -> list[Piece]:
    """By component, in the order of the set; the newest cut-off last. Queries grow with the reports alone."""
    components = [item for item in framework.items.order_by("order", "code", "pk") if not item.is_group]
    wanted = {key for item in components for key in (item.indicator_id, item.base_indicator_id) if key}
    by_indicator: dict[int, list[tuple[Submission, Evidence]]] = {}
    for report, item in _readable(wanted, unit, year, user):
        by_indicator.setdefault(item.line.indicator_id, []).append((report, item))
    return list(_of_components(components, by_indicator))


def _of_components(
    components: Iterable[ScoreItem], by_indicator: dict[int, list[tuple[Submission, Evidence]]]
) -> Iterator[Piece]:
    for component in components:
        keys = [key for key in (component.indicator_id, component.base_indicator_id) if key]
        found = [each for key in keys for each in by_indicator.get(key, [])]
        for place, (report, item) in enumerate(found, 1):
            yield Piece(component, report, item, place)


def _readable(indicators: set[int], unit: Unit, year: int, user: User) -> Iterator[tuple[Submission, Evidence]]:
    """What stands or was handed in, as this person may have it."""
    lines = RoundLine.objects.filter(indicator__in=indicators).order_by()
    reports = Submission.objects.visible_to(user).filter(
        round__in=lines.values("round"),
        round__period__day_after_last__gt=f"{year}-01-01",
        round__period__day_after_last__lte=f"{year + 1}-01-01",
    )
    order = ("round__period__day_after_last", "pk")
    for report in reports.select_related("round__form", "round__period", "unit").order_by(*order):
        items = Evidence.objects.filter(submission=report, subject=unit, line__indicator__in=indicators)
        for item in evidence.readable_among(report, items, standing(user, report)):
            yield report, item


def write(found: list[Piece], to: IO[bytes]) -> list[Piece]:
    """The archive; returns what a file of was put in. A file that is missing or was changed is named so in the
    index and left out. Raises Refused where it would be too large."""
    _refuse_too_large(found)
    put, rows = [], []
    with zipfile.ZipFile(to, "w", zipfile.ZIP_STORED) as archive:
        for piece in found:
            data = files.content_of(piece.item.file) if piece.item.file else None
            if data is not None:
                archive.writestr(piece.path, data)
                put.append(piece)
            rows.append(_row(piece, is_lost=piece.item.file is not None and data is None))
        archive.writestr(INDEX, spreadsheet.write_csv(_headers(), rows))
    return put


def _refuse_too_large(found: list[Piece]) -> None:
    size = sum(piece.item.file.size for piece in found if piece.item.file)
    if len(found) > MAX_FILES or size > MAX_BYTES:
        sentence = _("The evidence is too large for one file (%(size)s MB, at most %(most)s): take it by report.")
        raise Refused(sentence % {"size": size // 1_000_000 + 1, "most": MAX_BYTES // 1_000_000})


def _headers() -> list[str]:
    return [
        str(_("Code")),
        str(_("Component")),
        str(_("Indicator")),
        str(_("Reporting period")),
        str(_("Name of the file or link")),
        str(_("What it shows")),
        str(_("Place in the archive")),
        str(_("Check code")),
    ]


def _row(piece: Piece, *, is_lost: bool) -> list[str]:
    item = piece.item
    path = _("The stored file is missing or was changed.") if is_lost else piece.path
    return [
        piece.component.code,
        piece.component.name,
        item.line.indicator.code,
        str(piece.report.round.period),
        item.name,
        item.description,
        path,
        item.file.sha256 if item.file else "",
    ]
