"""The evidence of a score as one archive, and that of the last period as a hint: who gets what of it."""

import csv
import io
import zipfile

import pytest

from indicators import calendars, frameworks, score_evidence
from indicators.models import Download, StoredFile
from indicators.opening import open_round
from tests import factories, people
from tests.factories import cell, framework, perform, score_item, type_in
from tests.indicators import papers
from tests.indicators.pages import browser, seen
from tests.indicators.papers import page, upload

pytestmark = pytest.mark.usefixtures("english", "media", "db")
YEARS = {year: calendars.windows_of_year(year, calendars.Frequency.YEAR)[0] for year in (2024, 2025)}
LINK = "https://laichau.gov.vn/van-ban/5"
ADDRESS = "/scores/DTI-SO/LC-SKHCN/evidence.zip"


@pytest.fixture
def report(province):
    """Handed in, with a file and a link beside one component and a file beside another; one file came later."""
    made = framework("DTI-SO", kinds="department", first_year=2024)
    first, second = factories.indicator("S.1"), factories.indicator("S.2")
    score_item(made, "1", maximum=10, rule="given", indicator=first, name="Nhận thức số")
    score_item(made, "2", maximum=10, rule="given", indicator=second, name="Thể chế số")
    frameworks.issue(made)
    report = province.submission(first, second, subject="self", asks_sign_off=False, window=YEARS[2025])
    report = type_in(report, cell("5"), cell("6"), by=province.reporter)
    upload(report, province.reporter, papers.pdf("a"), "Biên bản.pdf", line="S.1", description="Trang 2")
    upload(report, province.reporter, link=LINK, line="S.1")
    upload(report, province.reporter, papers.pdf("b"), "Kế hoạch.pdf", line="S.2")
    return perform("submit", report, by=province.reporter)


def take(by, year="2025", address=ADDRESS):
    return browser(by).get(address, {"year": year})


def opened(answer) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def index_of(archive: zipfile.ZipFile) -> list[list[str]]:
    text = archive.read(score_evidence.INDEX).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


def test_files_stand_in_folders_by_component_with_an_index(province, report):
    archive = opened(take(province.verifier))
    assert sorted(archive.namelist()) == ["1/01 Biên bản.pdf", "2/01 Kế hoạch.pdf", score_evidence.INDEX]
    assert archive.read("1/01 Biên bản.pdf") == papers.pdf("a")
    rows = index_of(archive)
    assert [row[:3] + row[4:7] for row in rows] == [
        ["1", "Nhận thức số", "S.1", "Biên bản.pdf", "Trang 2", "1/01 Biên bản.pdf"],
        ["1", "Nhận thức số", "S.1", LINK, "", ""],
        ["2", "Thể chế số", "S.2", "Kế hoạch.pdf", "", "2/01 Kế hoạch.pdf"],
    ]
    assert rows[0][7] == StoredFile.objects.get(name="Biên bản.pdf").sha256


def test_every_file_of_it_is_written_down(province, report):
    opened(take(province.verifier))
    told = Download.objects.order_by("name").values_list("name", "by__username")
    assert list(told) == [(name, province.verifier.username) for name in ("Biên bản.pdf", "Kế hoạch.pdf")]


def test_the_units_own_people_take_it_too(province, report):
    assert len(opened(take(province.reporter)).namelist()) == 3


def test_reviewers_get_nothing_that_was_not_handed_in(province, report):
    report = perform("withdraw", report, by=province.reporter)
    upload(report, province.reporter, papers.pdf("CANARY"), "Nháp.pdf", line="S.2")
    assert "2/02 Nháp.pdf" in opened(take(province.reporter)).namelist()
    assert "2/02 Nháp.pdf" not in opened(take(province.verifier)).namelist()


def test_others_find_nothing(province, report):
    for person in (province.outsider, province.leader, people.person("other", province.sister, "verifier")):
        assert take(person).status_code == 404
    assert not Download.objects.exists()


@pytest.mark.parametrize(
    ("year", "address"),
    [
        ("2024", ADDRESS),
        ("2019", ADDRESS),
        ("", ADDRESS),
        ("năm", ADDRESS),
        ("2025", "/scores/DTI-SO/XX/evidence.zip"),
        ("2025", "/scores/DTI-XA/LC-SKHCN/evidence.zip"),
    ],
)
def test_there_is_no_archive_of_nothing(province, report, year, address):
    assert take(province.verifier, year, address).status_code == 404


def test_a_lost_file_is_named_in_the_index_and_the_rest_is_given(province, report, media):
    lost = StoredFile.objects.get(name="Biên bản.pdf")
    next(media.rglob(lost.stored_as)).unlink()
    archive = opened(take(province.verifier))
    assert sorted(archive.namelist()) == ["2/01 Kế hoạch.pdf", score_evidence.INDEX]
    assert index_of(archive)[0][6] == "The stored file is missing or was changed."


def test_too_much_for_one_file_is_refused_with_a_sentence(province, report, monkeypatch):
    monkeypatch.setattr(score_evidence, "MAX_BYTES", 10)
    answer = take(province.verifier)
    assert answer.status_code == 413
    assert "too large for one file" in answer.content.decode()


def test_the_page_of_the_score_leads_to_it_for_those_who_may(province, report):
    perform("verify", report, by=province.verifier)
    report.refresh_from_db()
    perform("approve", report, by=province.approver)
    offered = "Take the evidence along"
    for person, sees in ((province.verifier, True), (province.reporter, True), (province.outsider, False)):
        answer = browser(person).get("/scores/DTI-SO/LC-SKHCN/", {"year": "2025"})
        assert (offered in seen(answer)) is sees


class TestHint:
    def test_the_evidence_of_the_last_period_is_shown_and_taken_over_by_nobody(self, province, report):
        perform("verify", report, by=province.verifier)
        report.refresh_from_db()
        perform("approve", report, by=province.approver)
        window = calendars.windows_of_year(2026, calendars.Frequency.YEAR)[0]
        later = open_round(report.round.form, factories.period(window), due_on=window.day_after_last)
        mine = later.submissions.get(unit=province.department)
        words = seen(browser(province.reporter).get(page(mine)))
        assert "Evidence of the last period, as a hint" in words
        assert ("Biên bản.pdf" in words, "Nothing of it is taken over" in words) == (True, True)
        assert not mine.evidence.exists()

    def test_where_there_is_none_nothing_is_said(self, province, report):
        assert "as a hint" not in seen(browser(province.reporter).get(page(report)))
