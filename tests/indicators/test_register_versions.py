"""An older table of a list overwrites nobody's later change; what was typed in a row outlives the session."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from indicators import register_table
from indicators.calendars import quarter
from indicators.models import DraftRow
from tests import lists
from tests.indicators.pages import browser, seen
from tests.indicators.test_session_views import PASSWORD, carried, log_in
from tests.lists import approve, facts, list_form, submission, write


@pytest.fixture
def report(province):
    province.reporter.set_password(PASSWORD)
    province.reporter.save()
    asked = list_form(province, lists.register())
    first = submission(province, asked, window=quarter(2025, 3))
    approve(province, first, **{code: facts(first, f"Nền tảng {code}") for code in "ABC"})
    return submission(province, asked, window=quarter(2025, 4))


def names(report) -> dict[str, str]:
    return dict(DraftRow.objects.filter(submission=report).values_list("code", "name").order_by("code"))


def table(report, *, without: str = "", **renamed: str) -> bytes:
    """The table as it was taken, with rows renamed; without a column."""
    book = openpyxl.load_workbook(io.BytesIO(register_table.write(report)))
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if row[0].value in renamed:
            row[1].value = renamed[row[0].value]
    if without:
        sheet.delete_cols(heads.index(str(register_table.COLUMNS[without])) + 1)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def send(report, by, data: bytes, name: str = "danh muc.xlsx"):
    return browser(by).post(
        reverse("submission_list_import", args=[report.pk]), {"file": SimpleUploadedFile(name, data)}
    )


def test_an_older_table_is_refused_with_the_rows_that_others_changed(province, report):
    taken = table(report, A="Của tôi")
    write(report, by=province.reporter, B=facts(report, "Của người khác"), C=facts(report, "Của người khác nữa"))
    answer = send(report, province.reporter, taken)
    assert answer.status_code == 409
    assert "Rows B, C were changed meanwhile, the last one by" in seen(answer)
    assert names(report) == {"B": "Của người khác", "C": "Của người khác nữa"}


def test_one_row_is_named_alone(province, report):
    taken = table(report, A="Của tôi")
    write(report, by=province.reporter, A=facts(report, "Của người khác"))
    assert "Row A was changed by" in seen(send(report, province.reporter, taken))
    assert names(report) == {"A": "Của người khác"}


def test_rows_that_nobody_else_changed_are_written(province, report):
    taken = table(report, A="Của tôi")
    assert send(report, province.reporter, taken).status_code == 302
    assert names(report) == {"A": "Của tôi"}
    report.refresh_from_db()
    assert send(report, province.reporter, table(report, A="Mới hơn")).status_code == 302
    assert names(report) == {"A": "Mới hơn"}


def test_a_table_of_ones_own_is_held_against_the_list_as_it_stands(province, report):
    taken = table(report, without="version", A="Của tôi")
    write(report, by=province.reporter, A=facts(report, "Của người khác"))
    assert send(report, province.reporter, taken).status_code == 302
    assert names(report)["A"] == "Của tôi"


@pytest.mark.parametrize("forged", ["x", "99999/1", "{pk}/", "{pk}/-1", "{pk}/999", "{pk}/99999999999"])
def test_the_version_of_another_report_or_of_none_is_a_fault(province, report, forged):
    text = forged.format(pk=report.pk)
    answer = send(report, province.reporter, f"code,version\nA,{text}\n".encode(), "bang.csv")
    assert "this table was not taken from this report." in seen(answer)
    assert names(report) == {}


# --- What was typed when the session had ended


def row_page(report, code: str = "") -> str:
    return reverse("submission_row", args=[report.pk]) + (f"?code={code}" if code else "")


def typed(client, report, of: str = "", **fields):
    page = client.get(row_page(report, of)).context
    return {"action": "save", "version": page["version"], "typist": page["typist"], **fields}


@pytest.mark.parametrize("code", ["A", ""])
def test_what_was_typed_in_a_row_stands_there_after_the_login(province, report, code):
    client = browser(province.reporter)
    sent = typed(client, report, code, code=code or "MOI", name="Gõ dở")
    client.logout()
    client.cookies["django_language"] = "en"
    answer = client.post(row_page(report, code), sent)
    assert answer.status_code == 401
    log_in(client, carried(answer), province.reporter)
    page = client.get(row_page(report, code))
    assert "What was typed stands below again and is not saved yet." in seen(page)
    assert 'value="Gõ dở"' in page.content.decode()
    assert names(report) == {}
    client.post(row_page(report, code), typed(client, report, code, code=code or "MOI", name="Gõ xong"))
    assert names(report) == {code or "MOI": "Gõ xong"}
    assert "What was typed stands below again" not in seen(client.get(row_page(report, code)))


def test_it_overwrites_no_change_that_came_meanwhile(province, report):
    client = browser(province.reporter)
    sent = typed(client, report, "A", code="A", name="Gõ dở")
    client.logout()
    client.cookies["django_language"] = "en"
    answer = client.post(row_page(report, "A"), sent)
    write(report, by=province.reporter, A=facts(report, "Của người khác"))
    log_in(client, carried(answer), province.reporter)
    again = client.post(row_page(report, "A"), typed(client, report, "A", code="A", name="Gõ dở"))
    assert again.status_code == 409
    assert names(report) == {"A": "Của người khác"}


def test_it_is_shown_to_nobody_else_and_on_no_other_row(province, report):
    client = browser(province.reporter)
    sent = typed(client, report, "A", code="A", name="Gõ dở")
    client.logout()
    answer = client.post(row_page(report, "A"), sent)
    log_in(client, carried(answer), province.reporter)
    for code in ("B", ""):
        assert "Gõ dở" not in client.get(row_page(report, code)).content.decode()


# --- On paper


def test_the_printed_form_and_the_word_document_carry_the_rows(province, report):
    from docx import Document

    write(report, by=province.reporter, A=facts(report, "Nền tảng A", via_lgsp=True, status="in_use"), B="off")
    client = browser(province.reporter)
    page = seen(client.get(reverse("submission_print", args=[report.pk])))
    assert "3 A Nền tảng A" not in page
    assert "1 A Nền tảng A Sở Khoa học và Công nghệ – – In official use Yes Changed" in page
    assert "3 B Nền tảng B Sở Khoa học và Công nghệ – – – – Taken off" in page
    made = Document(io.BytesIO(client.get(reverse("submission_docx", args=[report.pk])).content))
    (rows,) = [each for each in made.tables if each.cell(0, 1).text in ("Code", "Mã")]
    assert [row.cells[1].text for row in rows.rows[1:]] == ["A", "C", "B"]
    done = province.walk(report, "submit")
    frozen = seen(client.get(reverse("submission_print", args=[done.pk])))
    assert "1 A Nền tảng A" in frozen
