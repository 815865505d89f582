"""Approved lists beside the content that was approved: each list and each version of a row that an approval wrote,
and what was written by none."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from ..models import RegisterList, RegisterRow, facts_of
from ..register_drafts import Listed, as_json
from ..register_kind import rows_of
from .chain import History, Replay
from .figures import Approval, approvals

Facts = dict[str, Any]


def faults(history: History, replay: Replay) -> Iterator[str]:
    written: dict[int, list[RegisterList]] = defaultdict(list)
    for row in history.lists:
        written[row.revision_id].append(row)
    if history.submission.round.form.register_id:
        for approval in approvals(replay):
            yield from _of_approval(history, approval, written.pop(approval.revision.pk, []))
    for lists in written.values():
        for listed in lists:
            yield _("List #%(pk)s was approved by no event.") % {"pk": listed.pk}


def _of_approval(history: History, approval: Approval, lists: list[RegisterList]) -> Iterator[str]:
    said: Facts = {"number": approval.event.number}
    if not lists:
        yield _("Event %(number)s approved a list that does not stand.") % said
    for more in lists[1:]:
        yield _("List #%(pk)s was approved by no event.") % {"pk": more.pk}
    for listed in lists[:1]:
        said |= {"pk": listed.pk}
        for name, approved in _approved(history, approval).items():
            if (stored := getattr(listed, name)) != approved:
                fact = {"fact": _label(RegisterList, name), "stored": _shown(stored), "approved": _shown(approved)}
                yield (
                    _(
                        "List #%(pk)s, approved by event %(number)s: %(fact)s is %(stored)s, but should be "
                        "%(approved)s."
                    )
                    % (said | fact)
                )
        yield from _of_rows(listed, rows_of(approval.revision), said)


def _approved(history: History, approval: Approval) -> Facts:
    """What register_kind.apply writes of a list."""
    report = history.submission
    return {
        "register_id": report.round.form.register_id,
        "period_id": report.round.period_id,
        "reporter_id": report.unit_id,
        "approved_at": approval.event.at,
        "superseded_at": approval.ended_at,
    }


def _of_rows(listed: RegisterList, frozen: list[Listed], said: Facts) -> Iterator[str]:
    approved = {row.code: {"change": row.change, **as_json(row.facts)} for row in frozen if row.change}
    for row in sorted(listed.rows.all(), key=lambda row: row.pk):
        of_row = said | {"row": row.pk, "code": row.code}
        expected = approved.pop(row.code, None)
        if expected is None:
            yield _("Row #%(row)s (%(code)s) stands in no content that event %(number)s approved.") % of_row
            continue
        stored: Facts = {"change": row.change, **as_json(facts_of(row))}
        for name in stored:
            if stored[name] != expected[name]:
                fact = {
                    "fact": _label(RegisterRow, name),
                    "stored": _shown(stored[name]),
                    "approved": _shown(expected[name]),
                }
                yield (
                    _(
                        "Row #%(row)s (%(code)s), approved by event %(number)s: %(fact)s is %(stored)s, but should "
                        "be %(approved)s."
                    )
                    % (of_row | fact)
                )
    for code in approved:
        yield _("Event %(number)s approved row %(code)s, which does not stand.") % (said | {"code": code})


def _shown(fact: Any) -> str:
    if fact is None or fact == "":
        return "–"
    return fact.isoformat() if hasattr(fact, "isoformat") else str(fact)


def _label(model: Any, name: str) -> str:
    return str(model._meta.get_field(name.removesuffix("_id")).verbose_name)
