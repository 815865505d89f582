"""The HTML of one line: drawn once for the same facts, and its weight."""

import gzip
import re
from collections.abc import Iterator

import pytest
from django.utils import translation

from indicators import drawn
from indicators.models import RoundLine
from indicators.sheet import blank, line_of
from indicators.slots import layout
from tests.factories import cell, indicator, ratio, type_in
from tests.indicators.pages import at, browser, press

MOST_BYTES = 40_000  # gzipped: domain.md 40, weak links
NAME = "Tỷ lệ hồ sơ thủ tục hành chính được người dân, doanh nghiệp thực hiện trực tuyến từ xa ({code})"


@pytest.fixture(autouse=True)
def _nothing_drawn_yet() -> Iterator[None]:
    drawn._kept.cache_clear()
    yield
    drawn._kept.cache_clear()


@pytest.fixture
def templates(monkeypatch) -> list[str]:
    """Every template that a line is drawn by."""
    seen: list[str] = []
    draw = drawn.render_to_string

    def watched(template, context):
        seen.append(f"{context['name']} {template}")
        return draw(template, context)

    monkeypatch.setattr(drawn, "render_to_string", watched)
    return seen


def test_a_page_drawn_again_draws_no_line_again(province, templates):
    submission = province.submission(indicator("HT.01"), indicator("HT.02"))
    client = browser(province.reporter)
    first = client.get(at(submission)).content.decode()
    assert len(templates) == 4  # two lines, on the screen and on paper
    second = client.get(at(submission)).content.decode()
    assert len(templates) == 4
    unlike = r'name="(?:key|typist|csrfmiddlewaretoken)" value="[^"]*"'
    assert re.sub(unlike, "", first) == re.sub(unlike, "", second)


def test_a_save_draws_the_changed_line_alone(province, templates):
    submission = province.submission(indicator("HT.01"), indicator("HT.02"))
    browser(province.reporter).get(at(submission))
    templates.clear()
    press(submission, province.reporter, "save", HT_02_value="5")
    browser(province.reporter).get(at(submission))
    assert {each.split()[0] for each in templates} == {"HT.02"}


def test_a_line_is_drawn_in_each_language(province):
    submission = province.submission(indicator("HT.01"))
    client = browser(province.reporter)
    english = client.get(at(submission)).content.decode()
    client.cookies["django_language"] = "vi"
    vietnamese = client.get(at(submission)).content.decode()
    assert ("Note, exactness" in english, "Note, exactness" in vietnamese) == (True, False)
    assert "Ghi chú, mức chính xác" in vietnamese


def test_a_name_changed_in_the_catalogue_shows_at_once(province):
    submission = province.submission(indicator("HT.01"))
    client = browser(province.reporter)
    client.get(at(submission))
    RoundLine.objects.get().indicator.__class__.objects.update(name="Tên mới")
    assert ">Tên mới</h3>" in client.get(at(submission)).content.decode()


def test_two_units_with_the_same_empty_line_share_it(province):
    submissions = province.round(
        indicator("HT.01"), units=[province.department, province.sister], subject="province"
    ).submissions.all()
    with translation.override("en"):
        lines = [line_of(blank(layout(each).slots).rows[0]) for each in submissions.order_by("pk")]
        assert lines[0] == lines[1]
        assert drawn.drawn(lines[0]) is drawn.drawn(lines[1])


def test_while_debugging_every_line_is_drawn_anew(province, settings, templates):
    submission = province.submission(indicator("HT.01"))
    settings.DEBUG = True
    client = browser(province.reporter)
    for _ in range(2):
        client.get(at(submission))
    assert len(templates) == 4


def test_the_indentation_of_templates_goes_and_what_was_typed_stays(province):
    submission = province.submission(indicator("HT.01"))
    note = "Dòng một\n    thụt vào\n\n  dòng ba"
    type_in(submission, cell("5", note=note), by=province.reporter)
    html = browser(province.reporter).get(at(submission)).content.decode()
    fields = html.partition('id="HT.01"')[2]
    assert f">\n{note}</textarea>" in html
    assert "\n  <" not in fields.partition("</details>")[0].replace(note, "")


def test_a_hundred_lines_weigh_less_than_forty_kilobytes(province):
    kinds = (indicator, ratio)
    asked = [
        kinds[n % 2](f"HT.{n:03}", name=NAME.format(code=n), description="Tính trên số hồ sơ đã giải quyết " * 2)
        for n in range(100)
    ]
    submission = province.submission(*asked)
    type_in(submission, *[cell(str(n * 37)) if n % 2 == 0 else cell("5") for n in range(60)], by=province.reporter)
    html = browser(province.reporter).get(at(submission)).content
    html = gzip.decompress(html) if html[:2] == b"\x1f\x8b" else html
    assert html.count(b'role="group"') == 100
    assert len(gzip.compress(html, 6)) < MOST_BYTES
