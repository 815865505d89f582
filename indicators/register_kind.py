"""What a list for a register freezes (content), complains of (problems), tells reviewers to look at (flag) and
writes on approval (apply). The same four functions as of figures (figures_kind.py)."""

import json
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from .models import Flags, OnBehalf, Register, RegisterList, RegisterRow, Revision, RowChange, Submission, Unit
from .refusals import Refused
from .register_drafts import Listed, as_json, from_json, the_list
from .validation import Problem

STANDS_IN = (RowChange.ADDED, RowChange.CHANGED)


def content(submission: Submission, *, on_behalf: OnBehalf | None = None) -> dict[str, Any]:
    """The whole list in plain JSON, each row with what becomes of it. There are no cells of figures in it."""
    said: dict[str, Any] = {
        "submission": submission.pk,
        "form": submission.round.form.code,
        "period": submission.round.period.label,
        "unit": submission.unit_id,
        "register": submission.round.form.register_id,
        "cells": [],
        "evidence": [],
        "rows": [{"code": row.code, "change": row.change, **as_json(row.facts)} for row in the_list(submission)],
    }
    return said | {"on_behalf": on_behalf.as_json()} if on_behalf else said


def rows_of(revision: Revision) -> list[Listed]:
    """The frozen rows; what stood before is not among them."""
    rows = json.loads(revision.content)["rows"]
    return [Listed(row["code"], from_json(row), row["change"]) for row in rows]


def problems(submission: Submission) -> list[Problem]:
    """A thing stands in one list: whoever keeps it takes it off before another unit takes it over."""
    return [Problem(None, sentence) for sentence in _kept_by_others(submission, the_list(submission))]


def _kept_by_others(submission: Submission, rows: list[Listed]) -> list[str]:
    codes = [row.code for row in rows if row.change in STANDS_IN]
    last_day, register = submission.round.period.last_day, submission.round.form.register_id
    stand = RegisterRow.objects.filter(listed__register=register, code__in=codes).standing(last_day)
    living = Unit.objects.alive_on(last_day).exclude(pk=submission.unit_id).order_by().values("pk")
    kept = dict(stand.filter(listed__reporter__in=living).order_by("code").values_list("code", "listed__reporter"))
    names = {u.pk: str(u) for u in Unit.objects.with_slice(last_day).filter(pk__in=kept.values()).order_by("pk")}
    sentence = _("%(code)s stands in the list of %(unit)s already; that unit takes it off first.")
    return [sentence % {"code": code, "unit": names[unit]} for code, unit in kept.items()]


def flag(submission: Submission, revision: Revision) -> None:
    """The review page shows what was added, changed and taken off; nothing of a list is measured."""
    Flags.objects.create(revision=revision, warnings=0, large_changes=0, without_evidence=0)


def apply(submission: Submission, revision: Revision, *, at: datetime) -> None:
    """Writes what was read and approved, from the frozen revision: a version of every row that it adds, changes or
    takes off, the list approved before superseded. Raises Refused where another unit has come to keep a row."""
    register = Register.objects.select_for_update().get(form=submission.round.form_id)
    rows = rows_of(revision)
    if taken := _kept_by_others(submission, rows):
        raise Refused(" ".join(taken))
    RegisterList.objects.known().filter(submission=submission).update(superseded_at=at)
    listed = RegisterList.objects.create(
        register=register,
        period=submission.round.period,
        reporter=submission.unit,
        submission=submission,
        revision=revision,
        approved_at=at,
    )
    RegisterRow.objects.bulk_create(
        RegisterRow(listed=listed, code=row.code, change=row.change, **row.facts) for row in rows if row.change
    )
