"""The report taken from the page and opened as its reader would open it."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.urls import reverse
from docx import Document as read_docx

from tests.reporting.conftest import Site


def take(site: Site, **query):
    return site.client.get(reverse("summary_docx"), query)


@dataclass
class Opened:
    made: Any

    @property
    def lines(self) -> list[str]:
        """The paragraphs outside of tables, in their order; empty ones left out."""
        return [p.text for p in self.made.paragraphs if p.text]

    @property
    def head(self) -> list[str]:
        """Both halves of the head and of the foot, left before right."""
        return [p.text for table in self.made.tables[:2] for cell in table.rows[0].cells for p in cell.paragraphs]

    @property
    def annex(self) -> list[list[str]]:
        return [[cell.text for cell in row.cells] for row in self.made.tables[2].rows]

    @property
    def feet(self) -> list[str]:
        """What stands at the foot of every kind of page."""
        found = []
        for section in self.made.sections:
            first = [section.first_page_footer] if section.different_first_page_header_footer else []
            found += ["".join(p.text for p in foot.paragraphs) for foot in (*first, section.footer)]
        return found

    @property
    def text(self) -> str:
        return self.made.element.xml + "".join(self.feet)

    def section(self, number: str) -> list[str]:
        """The lines of a section, without its name."""
        begins = [n for n, line in enumerate(self.lines) if line.split(".")[0] in ("I", "II", "III", "IV", "V")]
        start = next(n for n in begins if self.lines[n].startswith(f"{number}. "))
        end = next((n for n in begins if n > start), len(self.lines))
        return self.lines[start + 1 : end]


def opened(response) -> Opened:
    assert response.status_code == 200
    return Opened(read_docx(BytesIO(response.content)))
