"""For the tests of the proof: a report with a long way behind it, and rows changed behind our back."""

from collections.abc import Iterator
from contextlib import contextmanager

from indicators import append_only
from indicators.models import Submission
from indicators.proof.verifying import Counts, verify
from tests.factories import Province, cell, indicator, perform, ratio, type_in


@contextmanager
def behind_the_back() -> Iterator[None]:
    """Without triggers from here on: they come back with the rows, when the test's transaction is rolled back."""
    append_only.remove()
    yield


def adjusted(province: Province) -> Submission:
    """Sent, returned, sent again, approved, reopened and approved with another figure: eleven events."""
    report = province.submission(indicator("HT.01"), ratio("HT.02"))
    cells = (cell("14433"), cell("53.8", of=("7", "13")))
    report = province.walk(type_in(report, *cells, by=province.reporter), "submit", "sign", "return")
    report = province.walk(report, "submit", "sign", "verify", "approve")
    report = perform("reopen", report, by=province.approver, comment="Số liệu: “53,8 %” → 53,33")
    report = type_in(report, cell("14500", qualifier="nearly", note="Đã rà soát"), by=province.reporter)
    return province.walk(report, "submit", "sign", "verify", "approve")


def told(submission: int | None = None) -> list[str]:
    said: list[str] = []
    verify(said.append, submission=submission)
    return said


def counted() -> Counts:
    return verify(lambda _sentence: None)
