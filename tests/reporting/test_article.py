"""Each row of /summary/?period=2023 of the demonstration shows its figure as the article writes it."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from indicators.demo import illustration
from indicators.models import Entry, Submission, User
from tests.reporting.conftest import row_of, text_of

AS_WRITTEN = {
    "HT.01": "14.433 km",
    "HT.02": "100%",
    "HT.03": "97%",
    "HT.04": "405.320 thuê bao",
    "HT.05": "49.345 thuê bao",
    "HT.06": "1.989 thiết bị",
    "HT.07": "–",
    "DL.01": "18 cơ sở dữ liệu",
    "DL.02": "53,8%",
    "DL.03": "53,33%",
    "NT.01": "đã vận hành chính thức",
    "NT.02": "10 nền tảng",
    "NT.03": "3 nền tảng",
    "NT.04": "6 nền tảng",
    "KT.01": "8,569% Năm 2022",
    "KT.02": "gần 400 tỷ đồng Năm 2022",
    "KT.03": "84,22%",
    "KT.04": "100%",
    "XH.01": "72,9%",
    "XH.02": "41,5%",
    "XH.03": "59,72%",
}


@pytest.fixture
def page(db, clock, client: Client, monkeypatch):
    clock.set(2026, 11, 24, 9, 30)
    monkeypatch.setattr(illustration, "YEARS", 0)  # the running quarter's illustrations are enough
    call_command("demo", password="mot-mat-khau-dai", stdout=StringIO())
    client.force_login(User.objects.get(username="leader"), backend="config.backends.Accounts")
    return client.get("/summary/", {"period": "2023"})


def test_every_row_is_as_the_article_writes_it(page):
    assert {code: row_of(page, code)[1] for code in AS_WRITTEN} == AS_WRITTEN
    assert [row.code for group in page.context["page"].groups for row in group.rows] == list(AS_WRITTEN)


def test_a_figure_that_the_source_names_without_a_value_says_so(page):
    assert row_of(page, "HT.07")[3] == "Chưa có số liệu Nguồn nêu tên chỉ tiêu nhưng không có số liệu."


def test_the_page_names_the_document_and_claims_no_day_that_it_does_not_state(page):
    said = text_of(page)
    assert "nguồn không ghi thời điểm của số liệu; xếp vào năm 2023" in said
    assert "Số liệu đến hết ngày" not in said


def test_no_draft_is_on_any_page_of_leaders(page, client):
    """What somebody is typing in the newest round stands on no page, although it is there to leak."""
    drafts = Entry.objects.filter(submission__state="draft", submission__unit__codes__code="LC-SKHCN")
    assert "15120" in {f"{entry.value:f}".split(".")[0] for entry in drafts if entry.value}
    newest = Submission.objects.get(pk=drafts.first().submission_id).round.period.label
    for address in ("/summary/", "/indicators/HT.01/"):
        for period in ("2023", newest):
            assert "15.120" not in text_of(client.get(address, {"period": period}))


def test_the_newest_published_period_opens_first_and_says_that_it_is_made_up(page, client):
    first = client.get("/summary/")
    assert first.context["page"].period.label == "2026-Q4"
    assert first.context["page"].is_illustrative
    assert "minh họa" in text_of(first).lower()
    assert not page.context["page"].is_illustrative
