"""The page around it: who may, what is refused, and the file that waits until it is taken."""

import os
import time
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from indicators import waiting
from indicators.calendars import quarter
from indicators.models import Indicator
from indicators.spreadsheet import children
from reporting import filling_views
from tests.factories import cell, indicator
from tests.indicators.parsing.hostile import with_part
from tests.reporting.conftest import text_of
from tests.reporting.filling.conftest import Desk, form_with, lines_of


def publish(desk: Desk, value: str = "5", *, of: tuple[int, int] = (2026, 3), code: str = "HT.01") -> None:
    asked = Indicator.objects.filter(code=code).first() or indicator(code)
    desk.site.approve(desk.site.province.submission(asked, window=quarter(*of)), cell(value))


def test_the_overview_leads_to_it(desk: Desk) -> None:
    desk.site.province.submission(indicator("HT.01"))
    assert 'href="/summary/fill/"' in desk.site.summary().content.decode()
    desk.site.log_in(desk.site.province.outsider)
    assert 'href="/summary/fill/"' not in desk.site.summary().content.decode()


def test_it_explains_how_markers_are_written(desk: Desk) -> None:
    page = desk.site.client.get(desk.address)
    assert (page.status_code, "{{HT.01|2026-Q3|03388}}" in text_of(page)) == (200, True)
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_its_example_can_be_filled_in_as_it_is(desk: Desk) -> None:
    publish(desk, "5")
    indicator("HT.02", name="Chưa có")
    example = desk.site.client.get(reverse("fill_example"))
    assert example["Content-Disposition"] == 'attachment; filename="form-with-markers.xlsx"'
    answer = desk.send(example.content)
    assert [line[1] for line in lines_of(answer, "filled")] == ["{{HT.01}} Chỉ tiêu HT.01 · Quarter III/2026"]
    assert [line[1] for line in lines_of(answer, "unfilled")] == ["{{HT.02}}"]
    desk.site.log_in(desk.site.province.outsider)
    assert desk.site.client.get(reverse("fill_example")).status_code == 403


def test_strangers_are_sent_to_the_login(client: Client, db) -> None:
    assert client.get(reverse("fill_form")).status_code == 302


def test_markers_without_a_period_take_the_chosen_one(desk: Desk) -> None:
    publish(desk, "5", of=(2026, 2))
    publish(desk, "7", of=(2026, 3))
    assert desk.cells(desk.fill("{{HT.01}}")) == [7]  # the newest published
    assert desk.cells(desk.fill("{{HT.01}}", period="2026-Q2")) == [5]
    wrong = desk.fill("{{HT.01}}", period="2019-Q1")
    assert (wrong.status_code, "Error:" in text_of(wrong), lines_of(wrong, "filled")) == (200, True, [])


def test_without_any_round_nothing_can_be_filled_in(desk: Desk) -> None:
    indicator("HT.01", name="A")
    assert lines_of(desk.fill("{{HT.01}}"), "unfilled")[0][2] == 'There is no reporting period "" here. A'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The submitted file is empty."),
        (b"a;b", "This file is not a table"),
        (with_part(form_with("{{HT.01}}"), "xl/vbaProject.bin", b"x"), "This workbook holds macros."),
        (
            with_part(form_with("{{HT.01}}"), "xl/externalLinks/externalLink1.xml", b"<a/>"),
            "This workbook takes data from other files.",
        ),
    ],
)
def test_what_is_no_plain_workbook_is_refused_in_a_sentence(desk: Desk, data: bytes, sentence: str) -> None:
    page = desk.send(data)
    assert (page.status_code, f"Error: {sentence}" in text_of(page)) == (200, True)


def test_a_form_without_markers_is_told_so(desk: Desk) -> None:
    assert "No cell of this workbook holds a marker such as {{HT.01}}." in text_of(desk.fill("Tổng", "5"))
    assert "Error: This field is required." in text_of(desk.site.client.post(desk.address, {}))


def test_a_file_that_is_marked_secret_is_refused(desk: Desk) -> None:
    assert 'This file is marked "MẬT"' in text_of(desk.fill("{{HT.01}}", "MẬT"))


def test_too_many_markers_or_periods_are_refused(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(filling_views, "MOST_CELLS", 1)
    assert "The form holds more than 1 markers." in text_of(desk.fill("{{HT.01}}", "{{HT.02}}"))
    publish(desk, of=(2026, 2))
    publish(desk, of=(2026, 3))
    monkeypatch.setattr(filling_views, "MOST_PERIODS", 1)
    page = desk.fill("{{HT.01|2026-Q2}} {{HT.01|2026-Q3}}")
    assert "The markers name more than 1 periods. Split the form." in text_of(page)


def test_a_busy_server_says_so(desk: Desk) -> None:
    with children._turn(1), children._seats:
        busy = desk.fill("{{HT.01}}")
    assert (busy.status_code, "Many files are being read at this moment." in text_of(busy)) == (503, True)
    assert filling_views.fill_form.reads_files


class TestTheFileThatWaits:
    def test_is_taken_under_its_own_name(self, desk: Desk) -> None:
        publish(desk)
        taken = desk.take(desk.fill("{{HT.01}}", name="Biểu số 3.xlsx"))
        assert taken["Content-Disposition"] == 'attachment; filename="bieu-so-3-da-dien.xlsx"'
        assert "no-store" in taken["Cache-Control"]

    def test_is_for_whoever_uploaded_it(self, desk: Desk) -> None:
        publish(desk)
        answer = desk.fill("{{HT.01}}")
        desk.site.log_in(desk.site.province.approver)
        other = desk.take(answer)
        assert (other.status_code, "This answer has expired. Upload the form again." in text_of(other)) == (
            409,
            True,
        )

    @pytest.mark.parametrize("note", ["", "made up", "a:b:c"])
    def test_is_found_by_its_signed_note_alone(self, desk: Desk, note: str) -> None:
        page = desk.site.client.post(desk.address, {"action": "take", "kept": note})
        assert page.status_code == 409

    def test_is_refused_once_it_was_changed(self, desk: Desk) -> None:
        publish(desk)
        answer = desk.fill("{{HT.01}}")
        (kept,) = waiting.folder().iterdir()
        kept.write_bytes(b"other")
        assert desk.take(answer).status_code == 409

    def test_is_purged_after_a_day(self, desk: Desk, media: Path) -> None:
        publish(desk)
        answer = desk.fill("{{HT.01}}")
        (kept,) = waiting.folder().iterdir()
        assert oct(kept.stat().st_mode)[-3:] == "600"
        old = time.time() - waiting.KEPT_FOR - 1
        os.utime(kept, (old, old))
        assert waiting.purge() == 1
        assert desk.take(answer).status_code == 409

    def test_is_not_there_where_nothing_was_filled_in(self, desk: Desk) -> None:
        desk.fill("{{HT.99}}")
        assert not waiting.folder().exists()
