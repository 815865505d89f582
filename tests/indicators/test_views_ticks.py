"""Zero and last period's figure by one press, on the page and on their way to the reviewer."""

import json
import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.db import IntegrityError, transaction

from indicators.calendars import quarter
from indicators.models import Definition, Entry, EntryChange
from indicators.opening import open_round
from tests import factories, people
from tests.factories import cell, indicator, ratio, type_in
from tests.indicators.pages import at, browser, press, seen, values

APPROVE = ("submit", "sign", "verify", "approve")


@pytest.fixture(autouse=True)
def _in_november(clock) -> None:
    clock.set(2026, 11, 24, 9, 42)


@pytest.fixture
def earlier(province):
    """Approved for the third quarter: nearly 14.433 km, 7 of 13, and a flow of 5."""
    asked = [indicator("HT.01"), ratio("HT.02"), indicator("HT.03", over_time="flow")]
    report = province.submission(*asked, window=quarter(2026, 3))
    cells = cell("14433", qualifier="nearly"), cell("53.8", of=("7", "13")), cell("5")
    return province.walk(type_in(report, *cells, by=province.reporter), *APPROVE)


@pytest.fixture
def submission(earlier):
    period = factories.period(quarter(2026, 4))
    return open_round(earlier.round.form, period, due_on=date(2026, 12, 16)).submissions.get()


def ticks(response) -> list[tuple[str, bool]]:
    """Each tick by its name, and whether it is set."""
    html = response.content.decode()
    found = re.findall(r'<input type="checkbox"[^>]*?name="([^"]+)"[^>]*?value="1"( checked)?', html, re.S)
    return [(name, bool(checked)) for name, checked in found]


def line(response, name) -> str:
    html = response.content.decode().partition(f'id="{name}"')[2].partition('<div class="line')[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def page(submission, by):
    return browser(by).get(at(submission))


# --- Offered


def test_an_empty_number_offers_zero_and_a_stock_its_last_figure(province, submission):
    response = page(submission, province.reporter)
    assert [name for name, _set in ticks(response)] == ["HT.01-zero", "HT.01-kept", "HT.02-kept", "HT.03-zero"]
    assert "Nothing occurred (0) Keep last period's figure nearly 14.433 km, Quarter III/2026" in seen(response)
    assert "Keep last period's figure 7 / 13 = 53,8%, Quarter III/2026" in seen(response)


def test_where_a_figure_stands_neither_is_in_the_way(province, submission):
    type_in(submission, cell("15000"), cell("60.0", of=("6", "10")), cell("0"), by=province.reporter)
    assert ticks(page(submission, province.reporter)) == []


def test_a_new_way_of_measuring_offers_nothing_to_keep(province, submission):
    old = Definition.objects.get(indicator__code="HT.01")
    facts = {f.name: getattr(old, f.name) for f in Definition._meta.fields if f.name != "id"}
    new = Definition.objects.create(**facts | {"valid_from": date(2026, 10, 1)})
    submission.round.lines.filter(definition=old).update(definition=new)
    assert ("HT.01-kept", False) not in ticks(page(submission, province.reporter))
    response = press(submission, province.reporter, "save", HT_01_kept="1")
    assert "There is no comparable figure of the last period that could be kept." in seen(response)
    assert values(submission) == {}


# --- Pressed


def test_the_tick_for_nothing_stores_a_zero(province, submission):
    assert press(submission, province.reporter, "save", HT_03_value="", HT_03_zero="1").status_code == 302
    assert values(submission) == {"HT.03": Decimal(0)}
    assert "Understood as 0 km" in line(page(submission, province.reporter), "HT.03")


def test_a_figure_beside_the_tick_is_given_back_with_both(province, submission):
    response = press(submission, province.reporter, "save", HT_01_value="5", HT_01_zero="1", HT_03_zero="1")
    assert response.status_code == 200
    assert ("HT.01-zero", True) in ticks(response)
    assert 'value="5"' in response.content.decode()
    assert '<a href="#HT.01-value">HT.01: A figure was typed' in response.content.decode()
    assert values(submission) == {"HT.03": Decimal(0)}


def test_the_last_figure_is_stored_as_kept_and_said_so(province, submission):
    press(submission, province.reporter, "save", HT_01_kept="1", HT_02_kept="1")
    stored = Entry.objects.filter(submission=submission).order_by("line__order")
    assert list(stored.values_list("value", "numerator", "qualifier", "kept")) == [
        (Decimal(14433), None, "nearly", True),
        (Decimal("53.8"), Decimal(7), "", True),
    ]
    response = page(submission, province.reporter)
    assert "Understood as nearly 14.433 km Last period's figure kept" in line(response, "HT.01")
    assert ticks(response)[:2] == [("HT.01-kept", True), ("HT.02-kept", True)]
    assert "nearly 14.433 Last period's figure kept" in seen(response)  # on paper


def test_another_figure_typed_over_it_is_kept_no_longer(province, submission):
    press(submission, province.reporter, "save", HT_01_kept="1")
    posted = {"HT_01_value": "15000", "HT_01_qualifier": "", "HT_01_kept": "1"}
    assert press(submission, province.reporter, "save", **posted).status_code == 302
    assert Entry.objects.filter(submission=submission).values_list("value", "kept").get() == (15000, False)
    assert [change.new.get("kept") for change in EntryChange.objects.filter(submission=submission)] == [True, None]


def test_saving_the_page_again_changes_nothing(province, submission):
    press(submission, province.reporter, "save", HT_01_kept="1")
    posted = {"HT_01_value": "14.433", "HT_01_qualifier": "nearly", "HT_01_state": "reported", "HT_01_kept": "1"}
    press(submission, province.reporter, "save", **posted)
    assert EntryChange.objects.filter(submission=submission).count() == 1


def test_two_people_who_differ_in_nothing_but_keeping_are_told_apart(province, submission):
    press(submission, people.person("other", province.department, "reporter"), "save", HT_01_kept="1")
    posted = {"HT_01_value": "14.433", "HT_01_qualifier": "nearly"}
    response = press(submission, province.reporter, "save", version=0, **posted)
    assert response.status_code == 409
    assert "nearly 14.433 km; Last period's figure kept. Yours: nearly 14.433 km. Keep which?" in seen(response)


# --- On its way


def test_it_travels_into_what_is_handed_in_and_is_shown_to_the_reviewer(province, submission):
    press(submission, province.reporter, "save", HT_01_kept="1", HT_02_value="60", HT_03_zero="1")
    submission.refresh_from_db()
    handed_in = province.walk(submission, "submit", "sign")
    cells = json.loads(handed_in.revisions.get().content)["cells"]
    assert [each.get("kept") for each in cells] == [True, None, None]
    client = browser(province.verifier)
    told = seen(client.get(f"/admin/indicators/submission/{submission.pk}/change/"))
    assert told.count("Last period's figure kept") == 1
    province.walk(handed_in, "verify", "approve")


def test_the_database_keeps_no_figure_where_there_is_none(province, submission):
    press(submission, province.reporter, "save", HT_01_state="not_available", HT_01_note="mất sổ")
    with pytest.raises(IntegrityError, match="entry_kept_is_a_figure"), transaction.atomic():
        Entry.objects.update(kept=True)


# --- Two readings, and a keypad without a comma


def test_both_readings_are_said_with_unit_and_decimals(province):
    submission = province.submission(
        indicator("KT.01", decimals=3, unit_of_measure="tỷ đồng"), ratio("KT.02", decimals=3)
    )
    response = press(submission, province.reporter, "save", KT_01_value="8.569", KT_02_value="8.569")
    assert "8,569 tỷ đồng (3 decimals) 8569 tỷ đồng (whole number)" in line(response, "KT.01")
    assert "8,569% (3 decimals) 8569% (whole number)" in line(response, "KT.02")
    chosen = {"KT_01_value": "8.569", "KT_01_reading": "8569", "KT_02_value": "8.569", "KT_02_reading": "8,569%"}
    assert press(submission, province.reporter, "save", **chosen).status_code == 302
    assert values(submission) == {"KT.01": Decimal(8569), "KT.02": Decimal("8.569")}
    response = page(submission, province.reporter)
    assert "Understood as 8.569 tỷ đồng" in line(response, "KT.01")
    assert 'value="8569"' in response.content.decode()  # not the dot that would be asked about again
    assert "Understood as 8,569%" in line(response, "KT.02")


@pytest.mark.parametrize(
    ("typed", "decimals", "shown"),
    [
        ("12.5", 1, "12,5"),
        ("53.33", 2, "53,33"),
        ("14.433", 0, "14.433"),
        ("14433", 0, "14.433"),
        ("0.125", 3, "0,125"),
    ],
)
def test_a_point_for_a_comma_is_taken_and_read_back(province, typed, decimals, shown):
    submission = province.submission(indicator("KT.01", decimals=decimals, unit_of_measure="tỷ đồng"))
    assert press(submission, province.reporter, "save", KT_01_value=typed).status_code == 302
    response = page(submission, province.reporter)
    assert f"Understood as {shown} tỷ đồng" in line(response, "KT.01")
    assert f'value="{shown}"' in response.content.decode()


# --- The change on the last period


def test_the_change_stands_beside_the_read_back_figure(province, earlier):
    asked = earlier.round.form
    third = province.walk(earlier, "reopen")
    cells = cell("14433"), cell("53.8", of=("7", "13")), cell("5")
    province.walk(type_in(third, *cells, by=province.reporter), *APPROVE)
    now = open_round(asked, factories.period(quarter(2026, 4)), due_on=date(2026, 12, 16)).submissions.get()
    type_in(now, cell("14980"), cell("46.2", of=("6", "13")), cell("5"), by=province.reporter)
    response = page(now, province.reporter)
    assert "Understood as 14.980 km +547 km (+3,8%) on the last period" in line(response, "HT.01")
    assert "Understood as 6 / 13 = 46,2% −7,6 percentage points on the last period" in line(response, "HT.02")
    assert "Understood as 5 km unchanged on the last period" in line(response, "HT.03")


def test_a_figure_that_is_about_right_shows_no_change(province, submission):
    type_in(submission, cell("14980"), by=province.reporter)  # beside nearly 14.433
    assert "on the last period" not in seen(page(submission, province.reporter))
