"""The remaining blanks marked at once, with one reason."""

import pytest

from indicators.models import Entry, EntryChange, RoundLine, Submission, UsedKey
from tests import factories, people
from tests.factories import cell, indicator, type_in
from tests.indicators.pages import at, browser, press, seen, values

WHY = "Doanh nghiệp chưa gửi"


@pytest.fixture
def submission(province):
    text = {"value_kind": "text", "source_kind": "", "lower_bound": None}
    told = factories.indicator("TM.01", name="Tồn tại", group="TM", **text)
    return province.submission(*[indicator(f"HT.0{n}") for n in range(1, 4)], told)


def stored(submission):
    rows = Entry.objects.filter(submission=submission).order_by("line__order")
    return [tuple(row) for row in rows.values_list("line__indicator__code", "state", "note")]


def mark(submission, by, reason=WHY, **posted):
    return press(submission, by, "mark_blanks", **{"blanks-reason": reason} | posted)


def version(submission) -> int:
    return Submission.objects.values_list("version", flat=True).get(pk=submission.pk)


def test_what_is_typed_is_saved_and_the_rest_marked_in_one_version(province, submission):
    response = mark(submission, province.reporter, HT_02_value="5", HT_01_value="")
    assert response.status_code == 302
    assert stored(submission) == [
        ("HT.01", "not_available", WHY),
        ("HT.02", "reported", ""),
        ("HT.03", "not_available", WHY),
    ]
    assert version(submission) == 1
    assert set(EntryChange.objects.values_list("version", flat=True)) == {1}
    page = seen(response.client.get(response.url))
    assert "2 lines were marked as could not be collected." in page


def test_it_says_how_many_and_what_it_leaves_alone(province, submission):
    page = seen(browser(province.reporter).get(at(submission)))
    assert "3 figures still empty: could not be collected" in page
    assert "Optional lines and the narrative part are left as they are." in page


def test_optional_lines_and_prose_stay_empty(province, submission):
    RoundLine.objects.filter(indicator__code="HT.03").update(is_mandatory=False)
    mark(submission, province.reporter)
    assert [code for code, _state, _note in stored(submission)] == ["HT.01", "HT.02"]


def test_every_commune_of_a_grid_is_marked(province):
    for code in ("03387", "03388"):
        factories.unit(f"Phường {code}", "commune", code=code, parent=province.root)
    grid = province.submission(indicator("HT.01"), subject="each_commune")
    mark(grid, province.reporter, **{"HT.01@03388-value": "5"})
    assert sorted(stored(grid)) == [("HT.01", "not_available", WHY), ("HT.01", "reported", "")]


@pytest.mark.parametrize("reason", ["", "  ", None])
def test_without_a_reason_nothing_is_marked_and_what_is_typed_is_saved(province, submission, reason):
    response = mark(submission, province.reporter, reason, key="k", HT_02_value="5")
    assert response.status_code == 200
    html = response.content.decode()
    assert "The empty figures have not been marked." in seen(response)
    assert '<a href="#blanks-reason">State why the remaining figures could not be collected.</a>' in html
    assert '<details class="blanks" open>' in html
    assert 'aria-invalid="true" aria-describedby="blanks-reason-error"' in " ".join(html.split())
    assert stored(submission) == [("HT.02", "reported", "")]
    assert not UsedKey.objects.exists()


def test_a_reason_that_is_too_long_is_given_back(province, submission):
    response = mark(submission, province.reporter, "ữ" * 2001)
    assert "The text has 2001 characters; at most 2000 are kept." in seen(response)
    assert "ữ" * 2001 in response.content.decode()
    assert stored(submission) == []


def test_a_figure_given_back_as_typed_is_no_blank(province, submission):
    response = mark(submission, province.reporter, HT_01_value="x")
    assert response.status_code == 200
    assert 'value="x"' in response.content.decode()
    assert [code for code, _state, _note in stored(submission)] == ["HT.02", "HT.03"]


def test_a_note_of_the_cell_itself_stands_before_the_reason(province, submission):
    press(submission, province.reporter, "save", HT_01_note="Đang rà soát", HT_02_note="ữ" * 1999)
    mark(submission, province.reporter)
    assert [note for _code, _state, note in stored(submission)] == [f"Đang rà soát\n{WHY}", "ữ" * 1999, WHY]


def test_what_another_person_entered_meanwhile_is_not_overwritten(province, submission):
    press(submission, people.person("other", province.department, "reporter"), "save", HT_01_value="5")
    response = mark(submission, province.reporter, version=0, HT_01_value="", HT_02_value="6")
    assert response.status_code == 302
    assert values(submission) == {"HT.01": 5, "HT.02": 6, "HT.03": None}


def test_pressed_twice_it_is_done_once(province, submission):
    assert mark(submission, province.reporter, key="k1").status_code == 302
    assert mark(submission, province.reporter, key="k1").status_code == 302
    assert version(submission) == 1
    assert mark(submission, province.reporter, key="k2").status_code == 302
    assert version(submission) == 1


def test_a_report_that_was_sent_takes_no_marks(province, submission):
    type_in(submission, *[cell("1")] * 3, cell(state="reported", text="Không"), by=province.reporter)
    province.walk(submission, "submit")
    response = mark(submission, province.reporter)
    assert response.status_code == 409
    assert "Waiting for a signature since" in seen(response)


@pytest.mark.parametrize(("who", "status"), [("outsider", 404), ("unit_leader", 409), ("leader", 404)])
def test_only_those_who_enter_may_mark(province, submission, who, status):
    assert mark(submission, getattr(province, who)).status_code == status
    assert stored(submission) == []


def test_where_nothing_is_empty_nothing_is_offered(province, submission):
    type_in(submission, *[cell("1")] * 3, by=province.reporter)
    page = browser(province.reporter).get(at(submission)).content.decode()
    assert "mark_blanks" not in page


def test_the_marked_report_can_be_sent(province, submission):
    mark(submission, province.reporter, **{"TM.01-value": "Thiếu cán bộ"})
    assert press(submission, province.reporter, "submit").status_code == 302
