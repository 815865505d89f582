"""The pages on which a unit writes its list, and the one on which reviewers read it."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertNumQueries

from indicators import register_drafts, register_table
from indicators.calendars import quarter
from indicators.models import DraftRow, Submission
from indicators.refusals import Refused
from tests import lists
from tests.indicators.pages import at, browser, seen
from tests.lists import approve, facts, list_form, submission, write

VOSO = {
    "code": "PL.VOSO",
    "name": "Sàn thương mại điện tử voso.vn",
    "owner": "LC-SKHCN",
    "audience": "citizens",
    "status": "in_use",
    "status_since": "01/03/2025",
    "via_lgsp": "no",
}


@pytest.fixture
def asked(province):
    return list_form(province, lists.register())


@pytest.fixture
def report(province, asked) -> Submission:
    first = submission(province, asked, window=quarter(2025, 3))
    approve(province, first, **{"PL.A": facts(first, "Nền tảng A"), "PL.B": facts(first, "Nền tảng B")})
    return submission(province, asked, window=quarter(2025, 4))


def row_page(report, code: str = "") -> str:
    return reverse("submission_row", args=[report.pk]) + (f"?code={code}" if code else "")


def post(report, by, action: str = "save", of: str = "", **fields):
    sent = {"action": action, "version": report.version, **fields}
    return browser(by).post(row_page(report, of), sent)


def drafted(report):
    return DraftRow.objects.filter(submission=report)


def changes(report) -> list[tuple[str, str]]:
    return [(row.code, str(row.change)) for row in register_drafts.the_list(report)]


# --- One row


def test_a_row_is_added_without_a_script(province, report, english):
    response = post(report, province.reporter, **VOSO)
    assert response.headers["Location"] == at(report)
    row = drafted(report).get()
    assert (row.code, row.owner, row.audience, row.via_lgsp) == ("PL.VOSO", province.department, "citizens", False)
    assert (row.shares_data, f"{row.status_since}") == (None, "2025-03-01")
    page = seen(browser(province.reporter).get(at(report)))
    assert "3 rows; 1 of them were added, changed or taken off." in page


def test_a_row_is_changed_taken_off_and_put_back(province, report):
    shown = seen(browser(province.reporter).get(row_page(report, "PL.A")))
    assert "Nền tảng A" in shown
    post(report, province.reporter, of="PL.A", **VOSO)  # the code of a row that stands is not typed
    assert changes(report) == [("PL.A", "changed"), ("PL.B", "")]
    report.refresh_from_db()
    post(report, province.reporter, "off", of="PL.B")
    assert changes(report) == [("PL.A", "changed"), ("PL.B", "taken_off")]
    report.refresh_from_db()
    post(report, province.reporter, "undo", of="PL.B")
    assert changes(report) == [("PL.A", "changed"), ("PL.B", "")]


@pytest.mark.parametrize(
    ("field", "text"),
    [("code", "có dấu"), ("name", ""), ("owner", "LC-XX"), ("audience", "ai đó"), ("status_since", "31/02/2025")],
)
def test_what_cannot_be_read_is_said_beside_its_field(province, report, field, text):
    response = post(report, province.reporter, **VOSO | {field: text})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not drafted(report).exists()


def test_a_code_is_added_once(province, report):
    response = post(report, province.reporter, **VOSO | {"code": "PL.A"})
    assert list(response.context["form"].errors) == ["code"]


def test_a_row_that_somebody_else_changed_is_refused_with_what_was_typed(province, report):
    post(report, province.reporter, of="PL.A", **VOSO)
    response = post(report, province.reporter, of="PL.A", **VOSO | {"name": "tên khác"})
    assert response.status_code == 409
    assert "tên khác" in response.content.decode()
    assert drafted(report).get().name == VOSO["name"]


@pytest.mark.parametrize("fields", [{"action": "save"}, {"action": "sign", "version": "0"}, {"version": "0"}])
def test_what_no_page_of_ours_sends_is_refused(province, report, fields):
    response = browser(province.reporter).post(row_page(report), {**VOSO, **fields})
    assert response.status_code == 400
    assert not drafted(report).exists()


@pytest.mark.parametrize("who", ["outsider", "leader", "verifier"])
@pytest.mark.parametrize("name", ["submission_row", "submission_list_table", "submission_list_import"])
def test_the_draft_of_others_is_not_there(province, report, who, name):
    assert browser(getattr(province, who)).get(reverse(name, args=[report.pk])).status_code == 404


def test_a_report_of_figures_has_no_list(province, report):
    from tests.factories import indicator

    figures = province.submission(indicator("HT.01"))
    assert browser(province.reporter).get(row_page(figures)).status_code == 404


def test_once_handed_in_nothing_is_written(province, report, english):
    report = province.walk(write(report, by=province.reporter, **{"PL.A": "off"}), "submit")
    assert post(report, province.reporter, of="PL.B", **VOSO).status_code == 409
    assert "Waiting for a signature" in seen(browser(province.reporter).get(row_page(report, "PL.B")))
    assert changes(report) == [("PL.A", "taken_off"), ("PL.B", "")]


# --- The page of the report


def test_the_list_goes_its_way_by_the_buttons_of_the_page(province, report):
    client = browser(province.reporter)
    write(report, by=province.reporter, **{"PL.A": "off"})
    response = client.post(at(report), {"action": "submit", "version": report.version, "key": "k1"})
    assert response.status_code == 302
    report.refresh_from_db()
    assert report.state == "awaiting_sign_off"
    revision = report.revisions.get().sha256
    said = {"action": "sign", "version": report.version, "revision": revision}
    assert browser(province.unit_leader).post(at(report), said).status_code == 302
    report.refresh_from_db()
    assert report.state == "submitted"


def test_a_hand_in_that_is_refused_says_why(province, asked, report):
    asked.units.add(province.sister)
    theirs = submission(province, asked, window=quarter(2026, 1), unit=province.sister)
    write(theirs, by=province.outsider, **{"PL.A": facts(theirs)})
    sent = {"action": "submit", "version": theirs.version}
    response = browser(province.outsider).post(at(theirs), sent)
    assert response.status_code == 409
    assert "PL.A" in seen(response)


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_asks_as_often_however_long_the_list(province, report, n):
    write(report, by=province.reporter, **{f"N{i}": facts(report, f"N{i}") for i in range(n)})
    client = browser(province.reporter)
    client.get(at(report))
    with assertNumQueries(14):
        client.get(at(report))


def test_reviewers_see_what_becomes_of_each_row(province, report, english):
    write(
        report,
        by=province.reporter,
        **{"PL.A": "off", "PL.B": facts(report, "Tên mới"), "PL.C": facts(report, "C")},
    )
    report = province.walk(report, "submit", "sign")
    page = seen(browser(province.verifier).get(f"/admin/indicators/submission/{report.pk}/change/"))
    assert "2 rows; 3 of them were added, changed or taken off." in page
    assert "Name of what is listed: Nền tảng B → Tên mới" in page


def test_reviewers_see_no_draft(province, report):
    write(report, by=province.reporter, **{"PL.C": facts(report, "Bí mật")})
    page = seen(browser(province.verifier).get(f"/admin/indicators/submission/{report.pk}/change/"))
    assert "Bí mật" not in page


# --- As a table


def table(report, by) -> list[list]:
    data = browser(by).get(reverse("submission_list_table", args=[report.pk])).content
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def upload(report, by, rows: list[list]):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    file = SimpleUploadedFile("danh mục.xlsx", out.getvalue())
    return browser(by).post(reverse("submission_list_import", args=[report.pk]), {"file": file})


def test_the_table_that_goes_down_comes_up_again(province, report, english):
    write(report, by=province.reporter, **{"PL.C": facts(report, "C", audience="business", via_lgsp=True)})
    rows = table(report, province.reporter)
    assert [row[0] for row in rows] == ["Code", "PL.A", "PL.B", "PL.C"]
    before = report.version
    assert upload(report, province.reporter, rows).status_code == 302
    report.refresh_from_db()
    assert report.version == before
    rows[1][1], rows[2][rows[0].index("Take off the list (x)")] = "Tên mới", "x"
    assert upload(report, province.reporter, rows).status_code == 302
    assert changes(report) == [("PL.A", "changed"), ("PL.B", "taken_off"), ("PL.C", "added")]


def test_a_row_and_a_column_that_are_not_there_leave_what_stands(province, report):
    rows = [["code", "audience", "via_lgsp"], ["PL.A", "Citizens", "có"]]
    assert upload(report, province.reporter, rows).status_code == 302
    row = drafted(report).get()
    assert (row.code, row.name, row.audience, row.via_lgsp) == ("PL.A", "Nền tảng A", "citizens", True)
    assert changes(report) == [("PL.A", "changed"), ("PL.B", "")]


def test_one_fault_and_nothing_is_written(province, report, english):
    rows = [["code", "name", "via_lgsp"], ["PL.C", "C", "yes"], ["PL.D", "", "perhaps"], ["PL.C", "C", ""]]
    response = upload(report, province.reporter, rows)
    assert response.status_code == 200
    faults = response.context["form"].errors["file"]
    assert [fault.split(":")[0] for fault in faults] == [
        "Row 3, Name of what is listed “”",
        "Row 3, Connected through LGSP “perhaps”",
        "Row 4",
    ]
    assert not drafted(report).exists()


def test_what_is_no_table_of_ours_is_refused(province, report):
    with pytest.raises(Refused):
        register_table.read(b"PK\x03\x04 nothing", "a.xlsx", report)
    assert upload(report, province.reporter, [["name"], ["C"]]).status_code == 200
    assert not drafted(report).exists()
