"""Between the preview of an Excel form and its confirmation: others save, buttons are pressed twice, hours pass."""

import re
import time

import pytest
from django.core import signing

from indicators import drafts, waiting
from indicators.models import Definition, Entry, EntryChange
from indicators.workbook import confirming
from tests import people
from tests.factories import cell, indicator, type_in
from tests.indicators.pages import browser, press, seen
from tests.indicators.workbooks import (
    book_of,
    confirm,
    download,
    fill,
    importing,
    note_of,
    place,
    sentences,
    stored,
    upload,
)

GONE = "This preview has expired, or its figures were already written. Upload the file again."
ANEW = "The report changed after the preview. Nothing was written; the lines are compared anew below."


@pytest.fixture(autouse=True)
def _in_november(clock, kept_files) -> None:
    clock.set(2026, 11, 24, 9, 42)


@pytest.fixture
def submission(province):
    made = province.submission(indicator("HT.01"), indicator("HT.02"), indicator("HT.03"))
    return type_in(made, cell("1"), cell("2"), by=province.reporter)


@pytest.fixture
def colleague(province):
    return people.person("colleague", province.department, "reporter")


def figures(submission) -> list[int]:
    return [
        int(v)
        for v in Entry.objects.filter(submission=submission).order_by("line__order").values_list("value", flat=True)
    ]


def preview(submission, by, **values):
    """An upload of the form with HT_01=5 typed."""
    book = book_of(submission, by)
    for key, value in values.items():
        fill(book, key.replace("_", "."), value=value)
    return upload(submission, by, book)


def refused(response, before) -> str:
    assert (response.status_code, stored() == before) == (409, True)
    return seen(response)


# --- Somebody else saved meanwhile


def test_lines_that_others_changed_are_merged_where_the_file_did_not(province, submission, colleague):
    data = book_of(submission, province.reporter)
    press(submission, colleague, "save", HT_02_value="20")
    response = upload(submission, province.reporter, fill(data, "HT.01", value=10))
    assert "Keep which?" not in seen(response)
    assert confirm(submission, province.reporter, response).status_code == 302
    assert figures(submission) == [10, 20]


@pytest.mark.parametrize(("choice", "kept"), [("mine", 10), ("theirs", 7), ("", 7)])
def test_the_same_line_changed_twice_shows_both_and_one_is_kept(province, submission, colleague, choice, kept):
    data = fill(book_of(submission, province.reporter), "HT.01", value=10)
    press(submission, colleague, "save", HT_01_value="7")
    response = upload(submission, province.reporter, fill(data, "HT.03", value=3))
    said = "colleague saved this line at 24/11/2026 09:42: 7 km. In the file: 10 km. Keep which?"
    assert said in seen(response)
    assert 'name="HT.01-keep"' in response.content.decode()
    assert confirm(submission, province.reporter, response, HT_01=choice).status_code == 302
    assert figures(submission) == [kept, 2, 3]


def test_the_same_figure_typed_by_both_is_no_conflict(province, submission, colleague):
    data = fill(book_of(submission, province.reporter), "HT.01", value=7)
    press(submission, colleague, "save", HT_01_value="7")
    response = upload(submission, province.reporter, data)
    assert "Nothing changes: the file says what stands in the system." in seen(response)


def test_what_others_save_after_the_preview_is_shown_before_anything_is_written(province, submission, colleague):
    response = preview(submission, province.reporter, HT_01=10, HT_03=3)
    press(submission, colleague, "save", HT_01_value="7")
    before = stored()
    anew = confirm(submission, province.reporter, response, HT_01="mine")
    said = refused(anew, before)
    assert ANEW in said
    assert "7 km. In the file: 10 km. Keep which?" in said
    assert confirm(submission, province.reporter, anew, HT_01="mine").status_code == 302
    assert figures(submission) == [10, 2, 3]


def test_another_line_saved_after_the_preview_is_in_nobodys_way(province, submission, colleague):
    response = preview(submission, province.reporter, HT_01=10)
    press(submission, colleague, "save", HT_02_value="20")
    assert confirm(submission, province.reporter, response).status_code == 302
    assert figures(submission) == [10, 20]


def test_two_files_are_two_previews_and_the_later_sees_the_earlier(province, submission, colleague):
    first = preview(submission, province.reporter, HT_01=10)
    second = preview(submission, colleague, HT_01=11)
    assert confirm(submission, province.reporter, first).status_code == 302
    before = stored()
    assert "10 km. In the file: 11 km. Keep which?" in refused(confirm(submission, colleague, second), before)
    assert figures(submission) == [10, 2]


def test_a_rule_that_changed_after_the_preview_stops_all_of_it(province, submission):
    response = preview(submission, province.reporter, HT_01=10, HT_02=99)
    Definition.objects.filter(indicator__code="HT.02").update(upper_bound=50)
    before = stored()
    anew = confirm(submission, province.reporter, response)
    refused(anew, before)
    assert sentences(anew)[0].endswith("The figure cannot be above 50 km.")
    assert figures(submission) == [1, 2]


def test_a_failure_half_way_leaves_nothing(province, submission, monkeypatch):
    response = preview(submission, province.reporter, HT_01=10)
    before = stored()

    def fail(*args: object, **facts: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(EntryChange.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        confirm(submission, province.reporter, response)
    assert stored() == before
    monkeypatch.undo()


# --- Twice, too late, by others


def test_a_confirmation_sent_twice_is_done_once(province, submission, django_capture_on_commit_callbacks):
    response = preview(submission, province.reporter, HT_01=10)
    name = signing.loads(note_of(response), salt="indicators.workbook")[0]
    with django_capture_on_commit_callbacks(execute=True):
        confirm(submission, province.reporter, response)
    assert not (waiting.folder() / name).exists()
    press(submission, province.reporter, "save", HT_01_value="12")
    before = stored()
    again = confirm(submission, province.reporter, response)
    assert (again.status_code, again["Location"], stored() == before) == (
        302,
        f"/submissions/{submission.pk}/",
        True,
    )
    assert figures(submission) == [12, 2]


def test_a_preview_holds_an_hour(province, submission):
    response = preview(submission, province.reporter, HT_01=10)
    note, before = note_of(response), stored()
    late = time.time() + confirming.KEPT_FOR + 1
    with pytest.MonkeyPatch.context() as later:
        later.setattr(signing.time, "time", lambda: late)
        for action in ("write", "mark"):
            answer = browser(province.reporter).post(importing(submission), {"action": action, "kept": note})
            assert GONE in refused(answer, before)


@pytest.mark.parametrize("action", ["write", "mark"])
def test_a_note_of_another_person_or_report_writes_nothing(province, submission, colleague, action):
    other = province.submission(indicator("KT.01"))
    response = preview(submission, province.reporter, HT_01=10)
    note, before = note_of(response), stored()
    for person, report in ((colleague, submission), (province.reporter, other)):
        answer = browser(person).post(importing(report), {"action": action, "kept": note})
        assert GONE in refused(answer, before)
    for forged in (
        "",
        "x",
        note[:-1] + ("B" if note.endswith("A") else "A"),
        signing.dumps(signing.loads(note, salt="indicators.workbook")),
    ):
        answer = browser(province.reporter).post(importing(submission), {"action": action, "kept": forged})
        assert GONE in refused(answer, before)


def test_a_kept_file_that_was_exchanged_is_not_written(province, submission):
    response = preview(submission, province.reporter, HT_01=10)
    name = signing.loads(note_of(response), salt="indicators.workbook")[0]
    (waiting.folder() / name).write_bytes(download(submission, province.reporter).content)
    before = stored()
    assert GONE in refused(confirm(submission, province.reporter, response), before)


def test_those_who_lost_the_right_and_a_report_handed_in_write_nothing(province, submission):
    response = preview(submission, province.reporter, HT_03=3)
    type_in(submission, cell("1"), cell("2"), cell("3"), by=province.reporter)
    province.walk(submission, "submit")
    before = stored()
    assert "Waiting for a signature since 24/11/2026 09:42" in refused(
        confirm(submission, province.reporter, response), before
    )
    province.reporter.memberships.update(role="signer")
    said = refused(confirm(submission, province.reporter, response), before)
    assert "Only those who enter figures for the unit can change its report." in said


# --- The pages around it


def test_the_page_of_the_report_leads_to_both(province, submission):
    page = browser(province.reporter).get(f"/submissions/{submission.pk}/").content.decode()
    links = re.findall(r'class="button quiet"\s+href="([^"]+)"', page)
    names = ("workbook.xlsx", "evidence/", "print/")
    excel, evidence, sheet = (f"/submissions/{submission.pk}/{name}" for name in names)
    assert links == [excel, importing(submission), evidence, sheet]
    page = browser(province.unit_leader).get(f"/submissions/{submission.pk}/").content.decode()
    assert re.findall(r'class="button quiet"\s+href="([^"]+)"', page) == [excel, evidence, sheet]


def test_what_was_written_is_said_on_the_page_of_the_report(province, submission):
    client = browser(province.reporter)
    for values, said in (
        ({"HT_01": 10}, "1 line was written from the Excel form."),
        ({"HT_01": 11, "HT_02": 12}, "2 lines were written from the Excel form."),
    ):
        response = preview(submission, province.reporter, **values)
        data = {"action": "write", "kept": note_of(response)}
        assert said in seen(client.post(importing(submission), data, follow=True))


def test_a_save_of_the_file_is_one_version_with_every_change_in_it(province, submission):
    confirm(submission, province.reporter, preview(submission, province.reporter, HT_01=10, HT_03=3))
    submission.refresh_from_db()
    rows = EntryChange.objects.filter(submission=submission, version=submission.version).order_by("line__order")
    assert [(drafts.cell_from(r.old).value, drafts.cell_from(r.new).value) for r in rows] == [(1, 10), (None, 3)]


def test_the_key_column_tells_the_lines_apart(province, submission):
    book = book_of(submission, province.reporter)
    a, b = place(book, "HT.01", "key"), place(book, "HT.02", "key")
    a.value, b.value = b.value, a.value
    confirm(submission, province.reporter, upload(submission, province.reporter, book))
    assert figures(submission) == [2, 1]
