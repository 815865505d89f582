"""Which lines of the whole table are shown: one GET form without a script; the message above stays whole."""

import re
from decimal import Decimal

import pytest

from indicators import targets
from indicators.calendars import window
from indicators.models import Document, Programme
from tests.factories import cell, indicator
from tests.reporting.conftest import Site, text_of


@pytest.fixture
def three(site: Site) -> Site:
    """HT.01 is late, HT.02 has met its target; XH.01 is reported by communes and has none."""
    asked = [indicator("HT.01"), indicator("HT.02"), indicator("XH.01", group="XH", source_kind="commune")]
    document = Document.objects.create(name="Nghị quyết")
    for each in asked[:2]:
        targets.record_target(
            indicator=each,
            level="province",
            unit=None,
            year=2025,
            operator="gte",
            value=Decimal(50),
            document=document,
            programme=Programme.objects.get(),
            by=None,
        )
    made = site.province.round(*asked, window=window("2025"))
    site.approve(made.submissions.get(), cell("5"), cell("60"), cell("7"))
    return site


def shown(site: Site, **query) -> list[str]:
    html = site.summary(**query).content.decode()
    return [code for code in ("HT.01", "HT.02", "XH.01") if f'<tr id="{code}">' in html]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({}, ["HT.01", "HT.02", "XH.01"]),
        ({"group": "XH"}, ["XH.01"]),
        ({"kind": "commune"}, ["XH.01"]),
        ({"kind": "department"}, ["HT.01", "HT.02"]),
        ({"late": "1"}, ["HT.01"]),
        ({"late": "1", "group": "XH"}, []),
        ({"group": "<script>"}, []),
        ({"kind": "", "group": "", "late": ""}, ["HT.01", "HT.02", "XH.01"]),
    ],
)
def test_the_table_holds_what_was_chosen(three: Site, query: dict, codes: list[str]) -> None:
    assert shown(three, **query) == codes


def test_the_heading_says_how_many_of_how_many_and_the_message_stays(three: Site) -> None:
    said = text_of(three.summary(group="XH"))
    assert "1 of 3 indicators" in said
    assert "2 of 3 indicators have data" in said
    assert "1 indicator is late" in said


def test_what_matches_nothing_says_so(three: Site) -> None:
    assert "No indicator is both asked for in this period and of what was chosen." in text_of(
        three.summary(late="1", group="XH")
    )


def test_the_form_remembers_and_the_sheet_keeps_what_was_chosen(three: Site) -> None:
    html = three.summary(group="HT", kind="department", late="1", period="2025").content.decode()
    assert '<option value="HT" selected>' in html
    assert '<option value="department" selected>' in html
    assert re.search(r'name="late"\s+value="1" checked>', html)
    kept = "period=2025&amp;programme=P&amp;group=HT&amp;kind=department&amp;late=1&amp;print=1"
    assert f'href="/summary/?{kept}"' in html


def test_only_late_is_offered_where_something_can_be(site: Site) -> None:
    site.province.submission(indicator("HT.01"))
    assert 'name="late"' not in site.summary().content.decode()


def test_the_sheet_for_paper_is_the_first_button_of_the_page(three: Site) -> None:
    html = three.summary().content.decode().partition("<main")[2]
    buttons = [html.index(text) for text in ('class="button"', "<button")]
    assert buttons == sorted(buttons)
