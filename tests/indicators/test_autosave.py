"""The draft that saves itself: what the script sends, and what it is told."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from indicators import kept
from indicators.calendars import quarter_of
from indicators.clock import today
from indicators.models import Entry, EntryChange, Submission, UsedKey
from tests import people
from tests.factories import cell, indicator, ratio, type_in
from tests.indicators.pages import at, browser, values


@pytest.fixture
def submission(province):
    return province.submission(indicator("HT.01"), indicator("HT.02"), ratio("XH.01", group="XH"))


def send(submission, by, *, client=None, typist=None, **posted):
    """What the script posts; HT_01_value means HT.01-value."""
    fields = {re.sub(r"^([A-Z]+)_(\d+)_", r"\1.\2-", name): text for name, text in posted.items()}
    if "version" not in fields:
        fields["version"] = Submission.objects.values_list("version", flat=True).get(pk=submission.pk)
    data = {"key": "", "action": "save", "typist": kept.typist(typist or by, at(submission))}
    return (client or browser(by)).post(at(submission), data | fields, headers={"Accept": "application/json"})


def cells(response) -> dict:
    return response.json()["cells"]


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- Works


def test_what_was_typed_is_saved_and_read_back(province, submission, clock):
    clock.set(2026, 11, 24, 14, 5)
    response = send(submission, province.reporter, HT_01_value="14433", HT_01_note="đo lại")
    told = response.json()
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    assert {k: told[k] for k in ("said", "sentence", "version", "filled", "progress", "groups", "is_repeated")} == {
        "said": "Saved at 14:05",
        "sentence": "",
        "version": submission.version + 1,
        "filled": 1,
        "progress": "1/3 indicators",
        "groups": {"1": "1/2 entered", "2": "0/1 entered"},
        "is_repeated": False,
    }
    assert list(told["cells"]) == ["HT.01"]
    saved = told["cells"]["HT.01"]
    assert (saved["is_saved"], saved["is_torn"]) == (True, False)
    assert 'name="HT.01-value" value="14.433"' in " ".join(saved["line"].split())
    assert "HT.01 · Entered" in words(saved["line"])
    assert "Understood as 14.433 km" in words(saved["line"])
    assert values(submission) == {"HT.01": 14433}


def test_a_cell_of_which_nothing_was_sent_is_left_alone(province, submission):
    type_in(submission, cell("1"), cell("2"), by=province.reporter)
    assert list(cells(send(submission, province.reporter, HT_02_value="5"))) == ["HT.02"]
    assert values(submission) == {"HT.01": 1, "HT.02": 5}


def test_a_fault_and_its_choices_come_back_while_the_rest_is_saved(province, submission):
    ht, xh = {"HT_01_value": "nhiều", "HT_02_value": "7"}, {"XH_01_value": "8.569"}
    told = send(submission, province.reporter, **ht, **xh)
    assert told.status_code == 200
    assert {name: c["is_saved"] for name, c in cells(told).items()} == {
        "HT.01": False,
        "HT.02": True,
        "XH.01": False,
    }
    assert "is not a number" in words(cells(told)["HT.01"]["line"])
    assert 'value="nhiều"' in cells(told)["HT.01"]["line"]
    assert 'value="8,569%"' in cells(told)["XH.01"]["line"]
    assert "Not saved" in words(cells(told)["HT.01"]["line"])
    assert values(submission) == {"HT.02": 7}


def test_the_answer_and_the_page_say_the_same_of_a_line(province, submission):
    told = cells(send(submission, province.reporter, HT_01_value="14433"))["HT.01"]
    page = browser(province.reporter).get(at(submission)).content.decode()
    assert told["line"] in page


# --- Two people


def test_lines_that_somebody_else_changed_come_along(province, submission):
    before = submission.version
    type_in(submission, cell("1"), cell("2"), by=province.reporter)
    told = send(submission, province.reporter, version=before, XH_01_value="50")
    assert list(cells(told)) == ["HT.01", "HT.02", "XH.01"]
    assert 'name="HT.02-value" value="2"' in " ".join(cells(told)["HT.02"]["line"].split())
    assert values(submission) == {"HT.01": 1, "HT.02": 2, "XH.01": 50}


@pytest.fixture
def torn(province, submission):
    """Another person saved 20 in HT.01 since the page was opened, and the first one sends 10."""
    other = people.person("Lý Văn Páo", province.department, "reporter")
    before = submission.version
    type_in(submission, cell("20"), by=other)
    return send(submission, province.reporter, version=before, HT_01_value="10")


def test_the_same_line_shows_both_and_stays_as_it_was(submission, torn):
    assert (torn.status_code, torn.json()["sentence"]) == (409, "")
    told = cells(torn)["HT.01"]
    assert (told["is_saved"], told["is_torn"]) == (False, True)
    assert "20 km. Yours: 10 km. Keep which?" in words(told["line"])
    assert values(submission) == {"HT.01": 20}


@pytest.mark.parametrize(("choice", "stays"), [("mine", 10), ("theirs", 20)])
def test_one_of_both_is_chosen(province, submission, torn, choice, stays):
    version = torn.json()["version"]
    told = send(submission, province.reporter, version=version, HT_01_value="10", HT_01_keep=choice)
    assert (told.status_code, cells(told)["HT.01"]["is_saved"]) == (200, True)
    assert f'name="HT.01-value" value="{stays}"' in " ".join(cells(told)["HT.01"]["line"].split())
    assert values(submission) == {"HT.01": stays}


# --- Twice


def test_the_same_sent_twice_is_done_once(province, submission):
    first = send(submission, province.reporter, key="a1", version=0, HT_01_value="10")
    second = send(submission, province.reporter, key="a1", version=0, HT_01_value="10")
    assert [r.json()["is_repeated"] for r in (first, second)] == [False, True]
    assert cells(second)["HT.01"]["is_saved"] is True
    assert EntryChange.objects.count() == 1


def test_a_repeated_save_is_not_called_saved_where_somebody_has_changed_it_since(province, submission):
    send(submission, province.reporter, key="a1", version=0, HT_01_value="10")
    submission.refresh_from_db()
    type_in(submission, cell("20"), by=people.person("Lý Văn Páo", province.department, "reporter"))
    second = send(submission, province.reporter, key="a1", version=0, HT_01_value="10")
    assert (cells(second)["HT.01"]["is_saved"], cells(second)["HT.01"]["is_torn"]) == (False, False)
    anew = send(submission, province.reporter, key="a2", version=0, HT_01_value="10")
    assert cells(anew)["HT.01"]["is_torn"] is True
    assert values(submission) == {"HT.01": 20}


def test_the_key_of_a_refused_save_may_be_sent_again(province, submission):
    send(submission, province.reporter, key="a1", HT_01_value="nhiều")
    assert not UsedKey.objects.exists()
    assert cells(send(submission, province.reporter, key="a1", HT_01_value="5"))["HT.01"]["is_saved"] is True


# --- Refused


@pytest.mark.parametrize("who", ["outsider", "leader"])
def test_a_stranger_finds_no_report(province, submission, who):
    assert send(submission, getattr(province, who), HT_01_value="1").status_code == 404
    assert values(submission) == {}


def test_who_is_logged_out_is_told_so_and_not_sent_to_a_page(province, submission):
    stranger = Client()
    stranger.cookies["django_language"] = "en"
    response = send(submission, province.reporter, client=stranger, HT_01_value="1")
    assert response.status_code == 401
    assert response.json() == {
        "sentence": "The session has ended. What was typed is kept on this device until the next login."
    }


def test_the_page_of_one_person_does_not_save_as_another(province, submission):
    other = people.person("Lý Văn Páo", province.department, "reporter")
    response = send(submission, other, typist=province.reporter, HT_01_value="1")
    assert response.status_code == 401
    assert response.json()["sentence"].startswith("Another account is logged in.")
    assert values(submission) == {}


def test_a_page_of_another_report_does_not_save_into_this_one(province, submission):
    foreign = kept.typist(province.reporter, "/submissions/0/")
    data = {"version": 0, "key": "", "action": "save", "typist": foreign, "HT.01-value": "1"}
    response = browser(province.reporter).post(at(submission), data, headers={"Accept": "application/json"})
    assert (response.status_code, values(submission)) == (401, {})


def test_a_report_that_is_handed_in_says_why_nothing_was_saved(province, submission):
    type_in(submission, cell("1"), cell("2"), cell("50"), by=province.reporter)
    province.walk(submission, "submit")
    response = send(submission, province.reporter, HT_01_value="9")
    assert response.status_code == 409
    assert response.json()["sentence"].startswith("Waiting for a signature since")
    assert (response.json()["said"], cells(response)["HT.01"]["is_saved"]) == ("", False)
    assert values(submission)["HT.01"] == 1


def test_a_signer_cannot_enter(province, submission):
    response = send(submission, province.unit_leader, HT_01_value="9")
    assert response.status_code == 409
    assert response.json()["sentence"] == (
        "Only those who enter figures for the unit can change its report. "
        "Questions: Phòng Chuyển đổi số, 02133 000 000"
    )


def test_a_version_to_come_is_no_page_of_ours(province, submission):
    assert send(submission, province.reporter, version=99, HT_01_value="9").status_code == 400


def test_other_buttons_answer_with_the_page(province, submission):
    response = send(submission, province.reporter, action="submit", HT_01_value="9")
    assert response.headers["Content-Type"].startswith("text/html")


# --- What the page gives the script


def script_of(submission, by) -> dict:
    page = browser(by).get(at(submission)).content.decode()
    return json.loads(re.search(r'<script id="for-script" type="application/json">(.*?)</script>', page)[1])


def test_the_script_learns_how_each_figure_is_written(province):
    text = {"value_kind": "text", "source_kind": "", "lower_bound": None}
    submission = province.submission(indicator("HT.01"), ratio("XH.01"), indicator("TM.01", **text))
    told = script_of(submission, province.reporter)
    assert (told["user"], told["submission"]) == (province.reporter.pk, submission.pk)
    assert told["login"] == "/accounts/login/"
    assert told["lines"] == {
        "HT.01": {"decimals": 0, "unit": "km", "percent": False, "base": None, "before": ""},
        "XH.01": {"decimals": 1, "unit": "%", "percent": True, "base": 100, "before": ""},
    }


def test_a_figure_that_cannot_be_compared_is_not_given_to_the_script(province):
    asked = [indicator("HT.01"), indicator("HT.02"), indicator("HT.03")]
    approved = province.submission(*asked, window=quarter_of(today() - timedelta(days=100)))
    last = (cell("1250"), cell("400", qualifier="nearly"), cell(state="not_applicable"))
    type_in(approved, *last, by=province.reporter)
    province.walk(approved, "submit", "sign", "verify", "approve")
    lines = script_of(province.submission(*asked), province.reporter)["lines"]
    assert {name: line["before"] for name, line in lines.items()} == {"HT.01": "1.250", "HT.02": "", "HT.03": ""}


def test_of_a_group_alone_the_script_learns_its_lines_alone(province, submission):
    page = browser(province.reporter).get(at(submission) + "?group=2").content.decode()
    told = json.loads(re.search(r'<script id="for-script" type="application/json">(.*?)</script>', page)[1])
    assert list(told["lines"]) == ["XH.01"]


def test_who_cannot_enter_gets_no_script(province, submission):
    page = browser(province.unit_leader).get(at(submission)).content.decode()
    assert "form.js" not in page
    assert "form.js" in browser(province.reporter).get(at(submission)).content.decode()


# --- Many lines


@pytest.mark.parametrize("n_lines", [1, 30])
def test_the_number_of_queries_does_not_grow_with_the_lines(province, n_lines, django_assert_num_queries):
    submission = province.submission(*[indicator(f"HT.{n:02}") for n in range(1, n_lines + 1)])
    typed = {f"HT_{n:02}_value": str(n) for n in range(1, n_lines + 1)}
    client = browser(province.reporter)
    with django_assert_num_queries(34):
        send(submission, province.reporter, client=client, version=0, key="a1", **typed)
    assert Entry.objects.count() == n_lines
