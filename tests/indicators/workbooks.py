"""Excel forms in the tests: downloaded, filled in, uploaded and confirmed as a person would."""

import io
import re
from html import unescape

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from indicators.models import Entry, EntryChange, Submission, UsedKey
from tests.factories import indicator, ratio
from tests.indicators.pages import browser
from tests.indicators.sheets import saved

TEXT = {"value_kind": "text", "source_kind": "", "lower_bound": None, "unit_of_measure": ""}
YES_NO = {"value_kind": "yes_no", "unit_of_measure": "", "over_units": "count", "lower_bound": None}


def form_of_each_kind(province, **facts) -> Submission:
    """A whole number, one with decimals, a ratio, a question and a narrative section."""
    return province.submission(
        indicator("HT.01"),
        indicator("HT.02", decimals=2, unit_of_measure="tỷ đồng", lower_bound=None),
        ratio("XH.01", group="XH", numerator_name="Số xã có mạng", denominator_name="Tổng số xã"),
        indicator("DL.01", group="DL", yes_words="Đã ban hành, có hiệu lực", no_words="Chưa ban hành", **YES_NO),
        indicator("TM.01", group="TM", name="Tồn tại", **TEXT),
        **facts,
    )


def download(submission, by):
    return browser(by).get(reverse("submission_workbook", args=[submission.pk]))


def book_of(submission, by):
    return opened(download(submission, by).content)


def opened(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))


def place(book, key: str, code: str):
    """The cell of a field, found as the program finds it: by the hidden row and column."""
    for sheet in book.worksheets:
        codes = {c.value: c.column for c in sheet[1]} | {"key": 1}
        for row in sheet.iter_rows(min_col=1, max_col=1):
            if row[0].value == key and code in codes:
                return sheet.cell(row[0].row, codes[code])
    raise KeyError(key)


def fill(book, key: str, **fields):
    """Types into a line; a bare value by the name `value`. Gives back the book."""
    for code, value in fields.items():
        place(book, key, code).value = value
    return book


def upload(submission, by, book):
    """`book` is a workbook of openpyxl, or the bytes of a file."""
    data = book if isinstance(book, bytes) else saved(book)
    return browser(by).post(importing(submission), {"file": SimpleUploadedFile("bieu.xlsx", data)})


def importing(submission) -> str:
    return reverse("submission_import", args=[submission.pk])


def note_of(response) -> str:
    return unescape(re.search(r'name="kept" value="([^"]*)"', response.content.decode())[1])


def confirm(submission, by, response, **chosen):
    """Presses "Write these figures" on a preview; HT_01="mine" decides a conflict."""
    keep = {f"{name.replace('_', '.')}-keep": choice for name, choice in chosen.items()}
    data = {"action": "write", "kept": note_of(response), **keep}
    return browser(by).post(importing(submission), data)


def sentences(response) -> list[str]:
    """The faults on top of a preview, or at the field of the upload."""
    body = response.content.decode()
    top = re.search(r'<div class="notice stop" role="alert">.*?</div>', body, re.S)
    found = re.findall(r"<li>(.*?)</li>", top[0], re.S) if top else re.findall(r'<p class="fault">(.*?)</p>', body)
    return [" ".join(unescape(each).split()) for each in found]


def stored() -> list:
    """All that an upload could have written."""
    return [list(model.objects.order_by("pk").values()) for model in (Entry, EntryChange, Submission, UsedKey)]
