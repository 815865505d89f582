"""What markers ask for, on plain texts."""

import pytest

from reporting.filling import Wanted, read


@pytest.mark.parametrize(
    ("marker", "wanted"),
    [
        ("{{HT.01}}", Wanted("HT.01")),
        ("{{ HT.01 }}", Wanted("HT.01")),
        ("{{HT.01|2026-Q3}}", Wanted("HT.01", "2026-Q3")),
        ("{{HT.01 | 2026-q3 }}", Wanted("HT.01", "2026-Q3")),
        ("{{HT.01|2026-Q3|03388}}", Wanted("HT.01", "2026-Q3", "03388")),
        ("{{HT.01||03388}}", Wanted("HT.01", "", "03388")),
        ("{{HT.01|}}", Wanted("HT.01")),
    ],
)
def test_a_marker_names_indicator_period_and_unit(marker, wanted):
    assert read(marker) == wanted


@pytest.mark.parametrize("marker", ["{{}}", "{{ }}", "{{|2026-Q3}}", "{{HT.01|2026|12|x}}"])
def test_what_is_written_otherwise_is_no_marker(marker):
    assert read(marker) is None
