"""A form of somebody else, filled in as a person does it: uploaded, read on the page, taken."""

import io
import re
from html import unescape

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl.worksheet.worksheet import Worksheet

from tests.reporting.conftest import Site


def form_with(*texts: str, number_format: str = "") -> bytes:
    """Each text in a cell of its own: A1, A2, …"""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": True, "default_date_format": "dd/mm/yyyy"}
    with xlsxwriter.Workbook(out, options) as book:
        sheet, look = book.add_worksheet("Biểu"), book.add_format({"num_format": number_format or "General"})
        for row, text in enumerate(texts):
            sheet.write(row, 0, text, look)
    return out.getvalue()


class Desk:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.address = reverse("fill_form")

    def fill(self, *texts: str, name: str = "Bieu 3.xlsx", number_format: str = "", **posted):
        return self.send(form_with(*texts, number_format=number_format), name=name, **posted)

    def send(self, data: bytes, *, name: str = "Bieu 3.xlsx", **posted):
        return self.site.client.post(self.address, {"file": SimpleUploadedFile(name, data), **posted})

    def take(self, answer):
        return self.site.client.post(self.address, {"action": "take", "kept": self.note(answer)})

    def note(self, answer) -> str:
        return unescape(re.search(r'name="kept" value="([^"]*)"', answer.content.decode())[1])

    def sheet(self, answer) -> Worksheet:
        return openpyxl.load_workbook(io.BytesIO(self.take(answer).content))["Biểu"]

    def cells(self, answer) -> list[object]:
        return [row[0].value for row in self.sheet(answer).iter_rows()]


@pytest.fixture
def desk(site: Site, media) -> Desk:
    return Desk(site)


def lines_of(answer, section: str) -> list[list[str]]:
    """The rows of the table under a heading, as words."""
    body = answer.content.decode().partition(f'<h2 id="{section}">')[2].partition("</section>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body.partition("<tbody>")[2], re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
    return [[" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row] for row in cells]
