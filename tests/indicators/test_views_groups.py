"""One group of the form a screen, as on a phone: by address, without a script, saved group by group."""

import re

import pytest

from indicators.models import Entry
from tests import factories, people
from tests.factories import cell, indicator, ratio, type_in
from tests.indicators.pages import at, browser, press, seen, values


@pytest.fixture
def submission(province):
    text = {"value_kind": "text", "source_kind": "", "lower_bound": None}
    told = factories.indicator("TM.01", name="Tồn tại", group="TM", **text)
    return province.submission(indicator("HT.01"), indicator("HT.02"), ratio("XH.01", group="XH"), told)


def drawn(submission, by, group="") -> str:
    response = browser(by).get(at(submission), {"group": group} if group else {})
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def fields(html) -> list[str]:
    return re.findall(r'name="([^"]+-(?:value|numerator))"', html)


def headings(html) -> list[str]:
    return re.findall(r'<h2 id="group-\d">(.*?)</h2>', html)


def moves(html) -> list[tuple[str, str]]:
    """The buttons of the form: what each does, and where it leads."""
    return re.findall(r'<button type="submit"[^>]*?name="action" value="(\w+)"(?: formaction="([^"]+)")?', html)


def post_group(submission, by, group, *, to, **posted):
    """What the page of a group sends: the group in the body, in the address where to go."""
    client = browser(by)
    fields = {re.sub(r"^([A-Z]+)_(\d+)_", r"\1.\2-", name): text for name, text in posted.items()}
    version = type(submission).objects.values_list("version", flat=True).get(pk=submission.pk)
    data = {"action": "save", "version": version, "key": "", "group": group} | fields
    return client.post(f"{at(submission)}?group={to}", data)


def test_the_address_names_the_group_that_is_drawn(province, submission):
    html = drawn(submission, province.reporter, 2)
    assert headings(html) == ["2/3 Nhóm XH"]
    assert fields(html) == ["XH.01-numerator", "XH.01-value"]
    assert f'action="{at(submission)}?group=2"' in html
    assert '<input type="hidden" name="group" value="2">' in html


def test_without_it_the_form_is_whole_and_leads_a_phone_to_its_groups(province, submission):
    html = drawn(submission, province.reporter)
    assert headings(html) == ["Nhóm HT", "Nhóm XH", "Narrative part"]
    assert re.search(
        r'<p class="by-group"> <a class="quiet button" href="\?group=1">Enter group by group</a>', html
    )
    assert 'name="group"' not in html


@pytest.mark.parametrize("group", ["0", "4", "-1", "x", "1000", "٢"])
def test_a_group_that_is_none_of_the_form_s_is_the_whole_form(province, submission, group):
    assert len(headings(drawn(submission, province.reporter, group))) == 3


def test_a_form_of_one_group_is_not_taken_apart(province):
    submission = province.submission(indicator("HT.01"))
    html = drawn(submission, province.reporter, 1)
    assert headings(html) == ["Nhóm HT"]
    assert "Enter group by group" not in html


def test_save_and_next_leads_on_and_only_the_last_group_hands_in(province, submission):
    address = at(submission)
    first, last = drawn(submission, province.reporter, 1), drawn(submission, province.reporter, 3)
    assert moves(first) == [
        ("save", ""),
        ("save", f"{address}?group=2"),
        ("save", f"{address}?group=2"),
        ("save", f"{address}?group=3"),
        ("save", address),
    ]
    assert moves(last)[:3] == [("save", ""), ("submit", ""), ("mark_blanks", "")]
    assert "Save and next group" in first
    assert "Save and next group" not in last


def test_a_part_of_the_form_is_saved_alone_and_the_next_one_follows(province, submission):
    type_in(submission, cell("5"), cell("6"), by=province.reporter)
    response = post_group(submission, province.reporter, 2, to=3, XH_01_numerator="7", XH_01_denominator="13")
    assert (response.status_code, response.url) == (302, f"{at(submission)}?group=3")
    assert values(submission) == {"HT.01": 5, "HT.02": 6, "XH.01": factories.cell("53.8").value}
    assert "Saved at" in seen(response.client.get(response.url))


def test_a_faulty_figure_keeps_its_group_on_the_screen(province, submission):
    response = post_group(submission, province.reporter, 1, to=2, HT_01_value="x", HT_02_value="6")
    html = " ".join(response.content.decode().split())
    assert response.status_code == 200
    assert headings(html) == ["1/3 Nhóm HT"]
    assert '<a href="#HT.01-value">HT.01: &quot;x&quot; is not a number' in html
    assert values(submission) == {"HT.02": 6}


def test_two_texts_of_one_line_are_shown_in_their_group(province, submission):
    press(submission, people.person("other", province.department, "reporter"), "save", HT_01_value="5")
    response = post_group(submission, province.reporter, 1, to=2, version=0, HT_01_value="9")
    assert response.status_code == 409
    assert headings(response.content.decode()) == ["1/3 Nhóm HT"]
    assert "Yours: 9 km. Keep which?" in seen(response)


def test_a_hand_in_refused_from_the_last_group_leads_to_the_lines_of_the_others(province, submission):
    text = {"action": "submit", "TM.01-value": "Thiếu cán bộ"}
    response = post_group(submission, province.reporter, 3, to=3, **text)
    assert response.status_code == 409
    assert '<a href="?group=1#HT.01-value">3 of 4 lines are still empty.</a>' in response.content.decode()
    assert Entry.objects.get().text == "Thiếu cán bộ"


def test_a_report_handed_in_from_its_last_group_is_shown_whole(province, submission):
    type_in(submission, cell("5"), cell("6"), cell("53.8"), by=province.reporter)
    posted = {"action": "submit", "TM.01-value": "Thiếu cán bộ"}
    response = post_group(submission, province.reporter, 3, to=3, **posted)
    assert (response.status_code, response.url) == (302, at(submission))


def test_what_is_to_be_settled_is_said_in_its_own_group_and_in_the_last(province, submission):
    submission.round.checks.create(left="HT.01", comparison="lte", right="HT.02")
    type_in(submission, cell("6"), cell("5"), by=province.reporter)
    sentence = "HT.01 (6) must be at most HT.02 (5)."
    shown = [f'href="#HT.01-value">{sentence}' in drawn(submission, province.reporter, n) for n in (1, 2)]
    assert shown == [True, False]
    assert f'href="?group=1#HT.01-value">{sentence}' in drawn(submission, province.reporter, 3)


def test_progress_is_that_of_the_whole_report(province, submission):
    type_in(submission, cell("5"), by=province.reporter)
    assert '<p role="status"> <label for="progress">1/4 indicators</label>' in drawn(
        submission, province.reporter, 2
    )


def test_one_group_is_not_printed_as_if_it_were_the_form(province, submission):
    html = drawn(submission, province.reporter, 1)
    assert "only the whole form is printed." in html
    assert 'class="figures stack issued"' not in html
    assert "signatures" not in html


def test_a_report_that_was_sent_is_read_whole(province, submission):
    filled = cell("5"), cell("6"), cell("53.8"), cell(state="reported", text="Không")
    type_in(submission, *filled, by=province.reporter)
    province.walk(submission, "submit")
    html = drawn(submission, province.reporter, 2)
    assert headings(html) == []
    assert 'class="figures stack issued"' in html


@pytest.mark.parametrize("lines", [1, 3])
def test_a_group_costs_no_more_queries_than_the_form(province, lines, django_assert_num_queries):
    asked = [indicator(f"HT.{n:02}") for n in range(lines)]
    submission = province.submission(*asked, ratio("XH.01", group="XH"))
    client = browser(province.reporter)
    with django_assert_num_queries(15):
        client.get(at(submission), {"group": 1})
