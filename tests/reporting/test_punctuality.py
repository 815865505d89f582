"""Completeness and timeliness over exactly the reports that are expected, against counting by hand."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reporting.completeness import report, tally

TODAY = date(2026, 9, 20)
DAYS = st.integers(-10, 10).map(lambda n: TODAY + timedelta(days=n))
GONE = st.integers(-10, 0).map(lambda n: TODAY + timedelta(days=n))
EXPECTED = st.lists(st.tuples(st.none() | DAYS, st.none() | GONE, st.booleans()), max_size=40)


@given(EXPECTED)
def test_every_expected_report_counts_once_whatever_became_of_it(expected) -> None:
    """Of (due day, day of the hand-in, is the round locked)."""
    counted = tally(report(due, sent, today=TODAY, is_locked=locked) for due, sent, locked in expected)
    sent_ones = [(due, sent) for due, sent, _locked in expected if sent is not None]
    never = [(due, locked) for due, sent, locked in expected if sent is None]
    in_time = [due for due, sent in sent_ones if due is not None and sent <= due]
    too_late = [due for due, sent in sent_ones if due is not None and sent > due]
    missing = [1 for due, locked in never if locked or (due is not None and due < TODAY)]
    assert (counted.sent, counted.expected) == (len(sent_ones), len(expected))
    assert (counted.on_time, counted.due) == (len(in_time), len(in_time) + len(too_late) + len(missing))
    assert counted.missing == len(missing)
    assert counted.completeness == (f"{len(sent_ones)}/{len(expected)}" if expected else "–")
