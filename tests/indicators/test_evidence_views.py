"""The page of a report's evidence, and its files on their way out."""

import errno
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from indicators import files
from indicators.evidence_views import InMemory
from indicators.files import storing
from indicators.models import Download, Evidence, Membership, RoundLine
from tests import factories, people
from tests.factories import cell, indicator, type_in
from tests.indicators import papers
from tests.indicators.pages import at, browser, seen
from tests.indicators.papers import MARKED, attach, download, in_rows, on_disk, page, upload

pytestmark = pytest.mark.usefixtures("english", "media", "db")
LINK = "https://laichau.gov.vn/van-ban/5"


@pytest.fixture
def submission(province):
    return type_in(province.submission(indicator("HT.01"), indicator("HT.02")), cell("5"), by=province.reporter)


def look(submission, by, line: str = ""):
    return browser(by).get(page(submission) + (f"?line={line}" if line else ""))


# --- Attaching and removing


def test_a_file_and_a_link_are_attached_to_a_line(province, submission):
    answer = upload(submission, province.reporter, papers.pdf("a"), "Biên bản.pdf", description="Trang 2")
    assert (answer.status_code, answer["Location"]) == (302, f"{page(submission)}#HT.01")
    assert upload(submission, province.reporter, link=LINK, line="HT.02").status_code == 302
    words = seen(look(submission, province.reporter))
    assert [word in words for word in ("Biên bản.pdf", "Trang 2", LINK)] == [True] * 3
    assert Evidence.objects.order_by("pk").values_list("line__indicator__code", flat=True)[1] == "HT.02"


def test_the_forms_stand_at_the_line_that_was_chosen(province, submission):
    assert b'type="file"' not in look(submission, province.reporter).content
    html = look(submission, province.reporter, "HT.02").content.decode()
    assert html.count('type="file"') == 1
    assert html.index('id="HT.02"') < html.index('type="file"')
    assert html.index('id="HT.01"') < html.index('id="HT.02"')
    assert b'type="file"' not in look(submission, province.reporter, "XX.99").content


@pytest.mark.parametrize(
    ("data", "posted", "sentence"),
    [
        (b"MZ", {}, "by its content “Biên bản.pdf” is none of them."),
        (b"", {}, "The file is empty."),
        (papers.pdf("MẬT"), {}, MARKED),
        (papers.pdf("a"), {"name": "MẬT.pdf"}, MARKED),
        (papers.pdf("a"), {"description": "Độ mật: TUYỆT MẬT"}, MARKED),
        (None, {"link": "javascript:alert(1)"}, "A link begins with https:// or http:// and names a page."),
        (None, {}, "Choose a file or give a link."),
        (papers.pdf("a"), {"link": LINK}, "Evidence is either a file or a link."),
        (papers.pdf("a"), {"line": "XX.99"}, "This line is not part of the report."),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is(province, submission, data, posted, sentence):
    answer = upload(submission, province.reporter, data, **{"description": "Trang 7", **posted})
    assert (answer.status_code, sentence in seen(answer)) == (200, True)
    assert (Evidence.objects.count(), on_disk()) == (0, [])
    if "line" not in posted:
        assert posted.get("description", "Trang 7") in answer.content.decode()  # given back as typed


def test_an_upload_beyond_the_limit_is_dropped_as_it_comes(province, submission, settings):
    settings.EVIDENCE_MAX_BYTES = 1_000_000
    answer = upload(submission, province.reporter, papers.pdf("a") + b" " * 5_000_000)
    assert "The file is larger than 1 MB." in seen(answer)
    assert on_disk() == []


def test_all_files_of_a_request_share_the_room_of_one(settings):
    settings.EVIDENCE_MAX_BYTES = 10
    handler = InMemory()
    kept = []
    for _file in range(2):
        handler.new_file("file", "a.pdf", "application/pdf", None)
        for start in (0, 8):
            assert handler.receive_data_chunk(b"x" * 8, start) is None
        kept.append(handler.file_complete(16))
    assert [(each.size, len(each.read())) for each in kept] == [(16, 11), (16, 0)]


def test_an_upload_touches_no_disk_before_it_is_looked_at(province, submission, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "not there")
    assert upload(submission, province.reporter, papers.pdf("a") + b" " * 4_000_000).status_code == 302


def test_a_full_disk_answers_507_with_the_page(province, submission, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storing.os, "fsync", full)
    answer = upload(submission, province.reporter, papers.pdf("a"), description="Trang 7")
    assert answer.status_code == 507
    assert "The server has no room left for files. Nothing was kept; tell those who run it." in seen(answer)
    assert "Trang 7" in answer.content.decode()
    assert (Evidence.objects.count(), in_rows(), on_disk()) == (0, [], [])


def test_sent_twice_is_attached_once(province, submission):
    for _ in range(2):
        answer = upload(submission, province.reporter, papers.pdf("a"), key="k")
        assert answer.status_code == 302
    assert len(on_disk()) == Evidence.objects.count() == 1
    assert upload(submission, province.reporter, papers.pdf("a"), key="another").status_code == 409


def test_an_item_is_removed_by_its_button_and_only_once(province, submission, django_capture_on_commit_callbacks):
    item = attach(submission, province.reporter)
    posted = {"action": "remove", "number": item.pk}
    with django_capture_on_commit_callbacks(execute=True):
        assert browser(province.reporter).post(page(submission), posted).status_code == 302
    assert (Evidence.objects.count(), on_disk()) == (0, [])
    again = browser(province.reporter).post(page(submission), posted)
    assert (again.status_code, "This evidence was removed already." in seen(again)) == (409, True)
    for nonsense in ("", "x", "-1", "9" * 30):
        answer = browser(province.reporter).post(page(submission), {**posted, "number": nonsense})
        assert answer.status_code == 409


def test_a_report_that_was_sent_shows_its_evidence_and_takes_none(province, submission):
    submission = type_in(submission, cell("5"), cell("6"), by=province.reporter)
    item = attach(submission, province.reporter)
    province.walk(submission, "submit")
    answer = look(submission, province.reporter, "HT.01")
    assert item.name in seen(answer)
    assert b'type="file"' not in answer.content
    assert b'value="remove"' not in answer.content
    for posted in ({"action": "remove", "number": item.pk}, {"action": "attach", "line": "HT.01", "link": LINK}):
        refused = browser(province.reporter).post(page(submission), posted)
        assert (refused.status_code, "Waiting for a signature since" in seen(refused)) == (409, True)
    assert Evidence.objects.count() == 1


def test_the_signer_reads_the_page_and_changes_nothing(province, submission):
    attach(submission, province.reporter)
    answer = look(submission, province.unit_leader, "HT.01")
    assert "Biên bản.pdf" in seen(answer)
    assert b'type="file"' not in answer.content
    assert upload(submission, province.unit_leader, papers.pdf("b")).status_code == 409


@pytest.mark.parametrize("who", ["verifier", "approver", "leader", "outsider"])
def test_to_others_the_page_is_not_there(province, submission, who):
    assert look(submission, getattr(province, who)).status_code == 404
    assert upload(submission, getattr(province, who), papers.pdf("a")).status_code == 404
    assert on_disk() == []


def test_nobody_comes_in_without_logging_in_or_from_another_site(province, submission):
    assert Client().get(page(submission)).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(province.reporter)
    posted = {"action": "attach", "line": "HT.01", "link": LINK}
    assert strict.post(page(submission), posted).status_code == 403
    assert strict.put(page(submission)).status_code in (403, 405)
    assert Evidence.objects.count() == 0


@pytest.mark.parametrize("lines", [1, 3])
def test_the_page_costs_the_same_queries_whatever_its_length(province, lines, django_assert_num_queries):
    submission = province.submission(*[indicator(f"HT.0{n}") for n in range(lines)])
    for place in range(lines):
        attach(submission, province.reporter, place=place)
    client = browser(province.reporter)
    with django_assert_num_queries(12):
        assert client.get(page(submission)).status_code == 200


# --- Downloads


def test_a_file_leaves_as_an_attachment_that_nothing_opens_or_keeps(province, submission):
    item = attach(submission, province.reporter, name="Biên bản số 5.pdf")
    answer = download(item, province.reporter)
    assert answer.content == papers.pdf("Biên bản")
    name = "Bi%C3%AAn%20b%E1%BA%A3n%20s%E1%BB%91%205.pdf"
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert {part.strip() for part in answer["Cache-Control"].split(",")} >= {"private", "no-store"}


def test_every_download_is_written_down(province, submission, clock, settings):
    item = attach(submission, province.reporter)
    at_ = clock.set(2026, 11, 24, 9, 30)
    download(item, province.unit_leader)
    row = Download.objects.get()
    assert (row.by, row.at, row.address) == (province.unit_leader, at_, "127.0.0.1")
    assert (row.submission, row.number, row.name) == (submission, item.file.pk, "Biên bản.pdf")
    assert row.sha256 == item.file.sha256


def test_every_link_that_is_followed_is_written_down(province, submission):
    """By those who decide as by the unit; and by nobody else, to whom it is not there."""
    submission = type_in(submission, cell("5"), cell("6"), by=province.reporter)
    item = attach(submission, province.reporter, f"{LINK}?{'x' * 400}")
    assert download(item, province.verifier).status_code == 404
    submission = province.walk(submission, "submit", "sign")
    for who in (province.reporter, province.verifier):
        answer = download(item, who)
        assert (answer.status_code, answer.headers["Location"]) == (302, item.link)
    assert download(item, province.outsider).status_code == 404
    told = Download.objects.order_by("pk").values_list("by__username", "number", "name", "sha256", "address")
    assert list(told) == [(who, item.pk, item.link[:200], "", "127.0.0.1") for who in ("reporter", "verifier")]


@pytest.mark.parametrize(
    ("behind_proxy", "header", "address"),
    [(True, "9.9.9.9, 10.0.0.7", "10.0.0.7"), (True, "nonsense", None), (False, "9.9.9.9", "127.0.0.1")],
)
def test_the_address_is_the_one_that_our_proxy_saw(province, submission, settings, behind_proxy, header, address):
    settings.BEHIND_PROXY = behind_proxy
    item = attach(submission, province.reporter)
    where = reverse("evidence_file", args=[submission.pk, item.pk])
    browser(province.reporter).get(where, headers={"x-forwarded-for": header})
    assert Download.objects.get().address == address


def test_the_log_outlives_a_file_that_was_deleted(province, submission, django_capture_on_commit_callbacks):
    item = attach(submission, province.reporter)
    download(item, province.reporter)
    with django_capture_on_commit_callbacks(execute=True):
        browser(province.reporter).post(page(submission), {"action": "remove", "number": item.pk})
    assert (Download.objects.get().name, on_disk()) == ("Biên bản.pdf", [])


@pytest.mark.parametrize("moves", [(), ("submit",)])
def test_before_the_hand_in_only_the_unit_has_the_file(province, submission, moves):
    submission = type_in(submission, cell("5"), cell("6"), by=province.reporter)
    item = attach(submission, province.reporter)
    province.walk(submission, *moves)
    got = {
        who: download(item, getattr(province, who)).status_code for who in ("reporter", "unit_leader", "verifier")
    }
    assert got == {"reporter": 200, "unit_leader": 200, "verifier": 404}


def test_after_the_hand_in_those_who_decide_have_it_too_and_nobody_else(province, submission):
    submission = type_in(submission, cell("5"), cell("6"), by=province.reporter)
    item = attach(submission, province.reporter)
    province.walk(submission, "submit", "sign", "verify", "approve")
    asked = ("reporter", "unit_leader", "verifier", "approver", "leader", "outsider")
    got = {who: download(item, getattr(province, who)).status_code for who in asked}
    admin = download(item, people.superuser()).status_code
    assert got == dict.fromkeys(asked[:4], 200) | dict.fromkeys(asked[4:], 404)
    assert admin == 200
    assert Download.objects.count() == 5


def test_what_was_added_after_a_withdrawal_is_the_units_own(province, submission):
    submission = type_in(submission, cell("5"), cell("6"), by=province.reporter)
    first = attach(submission, province.reporter)
    submission = province.walk(submission, "submit", "sign", "withdraw")
    second = attach(submission, province.reporter, papers.pdf("mới"))
    browser(province.reporter).post(page(submission), {"action": "remove", "number": first.pk})
    assert [download(each, province.verifier).status_code for each in (first, second)] == [200, 404]
    assert download(first, province.reporter).status_code == 200
    assert "Withdrawn, kept because a hand-in names it" in seen(look(submission, province.reporter))


def test_a_membership_that_ended_opens_nothing(province, submission):
    item = attach(submission, province.reporter)
    Membership.objects.filter(user=province.reporter).update(valid_until=date(2020, 1, 1))
    assert download(item, province.reporter).status_code == 404


def test_a_file_is_found_through_its_own_report_alone(province, submission):
    item = attach(submission, province.reporter)
    link = attach(submission, province.reporter, LINK)
    other = province.submission(indicator("DL.01"))
    client = browser(province.reporter)
    for pk, number in ((other.pk, item.pk), (submission.pk, 999_999), (other.pk, link.pk), (999_999, item.pk)):
        assert client.get(reverse("evidence_file", args=[pk, number])).status_code == 404
    assert client.post(reverse("evidence_file", args=[submission.pk, item.pk])).status_code == 405
    assert Download.objects.count() == 0


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_file_that_is_not_what_was_kept_is_not_given_out(province, submission, harm, caplog):
    item = attach(submission, province.reporter)
    path = files.folder() / item.file.stored_as
    path.unlink() if harm == "gone" else path.write_bytes(b"another")
    answer = download(item, province.reporter)
    assert answer.status_code == 500
    assert "The stored file is missing or was changed. Tell those who run the system." in seen(answer)
    assert "check_evidence" in caplog.text
    assert Download.objects.count() == 0


# --- On the form


def test_the_form_leads_to_the_evidence_of_each_line(province, submission):
    attach(submission, province.reporter, name="Biên bản.pdf")
    html = browser(province.reporter).get(at(submission)).content.decode()
    words = " ".join(html.split())
    assert page(submission) == f"{at(submission)}evidence/"  # so that what follows leads there
    assert 'href="evidence/?line=HT.01#HT.01"' in words
    assert 'href="evidence/?line=HT.02#HT.02"' in words
    assert "Evidence (1), in a new window" in words
    assert "Evidence (0), in a new window" in words
    assert "Biên bản.pdf" in words


def test_a_line_that_lacks_its_evidence_stands_open_and_says_so(province, submission):
    def told():
        html = browser(province.reporter).get(at(submission)).content.decode()
        return html.count("<details open>"), seen(browser(province.reporter).get(at(submission)))

    assert told()[0] == 0
    RoundLine.objects.filter(indicator__code="HT.01").update(asks_evidence=True)
    assert (told()[0], "evidence must be attached" in told()[1]) == (1, True)
    attach(submission, province.reporter)
    assert (told()[0], "evidence must be attached" in told()[1]) == (0, False)


def test_a_hand_in_without_evidence_is_linked_to_its_line(province, submission):
    submission = type_in(submission, cell("5"), cell("6"), by=province.reporter)
    RoundLine.objects.filter(indicator__code="HT.02").update(asks_evidence=True)
    posted = {"version": submission.version, "key": "", "action": "submit"}
    answer = browser(province.reporter).post(at(submission), posted)
    assert answer.status_code == 409
    assert 'href="#HT.02-evidence"' in answer.content.decode()
    assert 'id="HT.02-evidence"' in answer.content.decode()
    assert "“Chỉ tiêu HT.02”: attach evidence." in seen(answer)


def test_a_grid_has_a_page_for_each_commune(province):
    for name in ("Bum Tở", "Mù Cả"):
        factories.unit(name, "commune", parent=province.root)
    grid = province.submission(indicator("HT.01"), subject="each_commune")
    names = [
        slot.split('"')[0] for slot in look(grid, province.reporter).content.decode().split('<section id="')[1:]
    ]
    assert names == ["HT.01@Bum Tở", "HT.01@Mù Cả"]
    assert upload(grid, province.reporter, papers.pdf("a"), line=names[1]).status_code == 302
    assert Evidence.objects.get().subject.codes.get().code == "Mù Cả"
