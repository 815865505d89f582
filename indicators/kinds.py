"""Which kind of report a form asks for: each brings four functions, and workflow knows nothing of what is in it."""

from datetime import datetime
from typing import Any, Protocol

from . import figures_kind, register_kind
from .models import FormKind, OnBehalf, Revision, Submission
from .validation import Problem


class Kind(Protocol):
    def content(self, submission: Submission, *, on_behalf: OnBehalf | None = None) -> dict[str, Any]: ...

    def problems(self, submission: Submission) -> list[Problem]: ...

    def flag(self, submission: Submission, revision: Revision) -> None: ...

    def apply(self, submission: Submission, revision: Revision, *, at: datetime) -> None: ...


def of(submission: Submission) -> Kind:
    """Needs submission.round.form joined."""
    return register_kind if submission.round.form.kind == FormKind.REGISTER else figures_kind
