"""The list of those who have not reported, in Word: opened and read back."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils.translation import override
from docx import Document as read_docx

from indicators.clock import now, today
from indicators.models import Period, Round, Submission, User
from tests.factories import indicator
from tests.reporting.conftest import Site


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def round_(site: Site) -> Round:
    """Due three days ago; nobody has reported."""
    units = [site.province.department, site.province.sister]
    return site.province.round(indicator("A"), units=units, subject="self", due_in=-3)


def annex(site: Site, round_: Round):
    return site.client.get(reverse("unreported_annex", args=[round_.pk]))


def test_reads_back_as_the_rows_of_the_page(site: Site, round_: Round) -> None:
    User.objects.filter(username="reporter").update(telephone="=1+1", position="Chuyên viên")
    answer = annex(site, round_)
    assert answer["Content-Disposition"].startswith('attachment; filename="chua-gui-01-cds-20')
    made = read_docx(BytesIO(answer.content))
    cells = [[each.text for each in row.cells] for row in made.tables[0].rows]
    assert len(cells[0]) == 6
    due = f"{today() - timedelta(3):%d/%m/%Y}"
    assert [row[0:2] + row[3:] for row in cells[1:]] == [
        ["1", "Sở Khoa học và Công nghệ", due, "reporter, Chuyên viên", "=1+1"],
        ["2", "Sở Tài chính", due, "outsider", "–"],
    ]
    assert str(Period.objects.get().label)[:4] in " ".join(p.text for p in made.paragraphs)


def test_has_the_page_of_the_decree(site: Site, round_: Round) -> None:
    made = read_docx(BytesIO(annex(site, round_).content))
    section = made.sections[0]
    sizes = [section.page_width, section.page_height, section.left_margin, section.right_margin]
    assert [round(size.mm) for size in sizes] == [210, 297, 30, 15]
    assert [round(size.mm) for size in (section.top_margin, section.bottom_margin)] == [20, 20]
    assert made.styles["Normal"].font.name == "Times New Roman"
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    widths = [cell.width.mm for cell in made.tables[0].rows[1].cells]
    assert round(sum(widths)) == 165
    assert "w:tblHeader" in made.tables[0].rows[0]._tr.xml


def test_holds_odd_and_long_names_as_they_are(site: Site, round_: Round) -> None:
    names = ["=HYPERLINK(1) & <b>\x0b\x07", "Ủy ban nhân dân xã " + "Nậm Tăm Pa Khóa " * 11]
    site.province.department.slices.update(name=names[0])
    site.province.sister.slices.update(name=names[1])
    made = read_docx(BytesIO(annex(site, round_).content))
    found = {row.cells[1].text for row in made.tables[0].rows[1:]}
    assert found == {"=HYPERLINK(1) & <b>", names[1]}


def test_of_a_round_that_all_have_answered_is_a_table_without_rows(site: Site, round_: Round) -> None:
    Submission.objects.update(handed_in_at=now())
    made = read_docx(BytesIO(annex(site, round_).content))
    assert len(made.tables[0].rows) == 1
