"""Base figures and figures of other places: recorded, replaced and withdrawn on their pages and from tables."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from indicators import recording
from indicators.clock import today
from indicators.models import BaseFigure, Document, ReferenceFigure
from indicators.refusals import Refused
from indicators.resources import BaseFigureResource, ReferenceFigureResource
from tests import people
from tests.factories import Province, indicator, ratio
from tests.indicators.pages import browser, seen
from tests.indicators.resources.sheets import bring, leave, refused, types

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PAGE = "/admin/indicators/basefigure/"
ROW = {
    "unit": "LC-SKHCN",
    "kind": "households",
    "day": "01/04/2025",
    "value": "14.433",
    "source": "Cục Thống kê",
    "document": "Niên giám thống kê 2025",
    "document_signed_on": "",
    "document_signed_by": "",
    "reason": "",
}
ELSEWHERE = {
    "indicator": "HT.01",
    "place": "Đà Nẵng",
    "year": "2022",
    "value": "98,5",
    "document": "Báo cáo DTI 2022",
    "reason": "",
}


@pytest.fixture
def book(db: None) -> Document:
    return Document.objects.create(name="Niên giám thống kê 2025")


@pytest.fixture
def households(province: Province, book: Document) -> BaseFigure:
    facts = {"unit": province.department, "kind": "households", "day": date(2025, 4, 1), "source": "Cục Thống kê"}
    return recording.record_base_figure(**facts, value=Decimal(14433), document=book, by=None)


class TestABaseFigure:
    def test_is_recorded_on_its_page_and_said_in_words(self, province: Province, book: Document) -> None:
        typed = {
            "unit": province.department.pk,
            "kind": "households",
            "day": "01/04/2025",
            "value": "14.433",
            "source": "Cục Thống kê",
            "document": book.pk,
        }
        client = browser(people.superuser())
        answer = client.post(f"{PAGE}add/", typed, follow=True)
        told = "Recorded: Sở Khoa học và Công nghệ, Households, 01/04/2025: 14.433."
        assert told in seen(answer)
        made = BaseFigure.objects.get()
        assert (made.value, made.recorded_by.username, made.is_current) == (14433, "admin", True)

    def test_is_replaced_for_a_reason_and_the_one_before_stays(self, households: BaseFigure, book) -> None:
        client = browser(people.superuser())
        typed = {"value": "14.500", "source": "Công an tỉnh", "document": book.pk, "_replace": "1"}
        assert "Give the reason" in seen(client.post(f"{PAGE}{households.pk}/change/", typed | {"reason": ""}))
        answer = client.post(f"{PAGE}{households.pk}/change/", typed | {"reason": "Rà soát lại"}, follow=True)
        assert "The figure was replaced" in seen(answer)
        old, new = BaseFigure.objects.order_by("pk")
        assert (old.value, old.superseded_because, new.value, new.source) == (
            14433,
            "Rà soát lại",
            14500,
            "Công an tỉnh",
        )
        assert (new.unit, new.kind, new.day) == (old.unit, old.kind, old.day)
        stale = client.post(f"{PAGE}{households.pk}/change/", typed | {"reason": "Nhầm"})
        assert stale.status_code == 409

    def test_is_withdrawn_for_a_reason(self, households: BaseFigure) -> None:
        client = browser(people.superuser())
        assert "Withdraw the figure" in client.get(f"{PAGE}{households.pk}/change/").content.decode()
        client.post(f"{PAGE}{households.pk}/change/", {"_withdraw": "1", "reason": "Nhập nhầm đơn vị"})
        assert not BaseFigure.objects.filter(superseded_at=None).exists()

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"value": Decimal("1.5")}, "has no decimals"),
            ({"value": Decimal(-1)}, "cannot be below 0"),
            ({"day": today() + timedelta(days=2)}, "not of one ahead"),
            ({}, "already recorded for that day"),
        ],
    )
    def test_that_is_no_count_or_of_a_day_ahead_is_refused(self, households: BaseFigure, facts, said: str) -> None:
        whole = {
            "unit": households.unit,
            "kind": "households",
            "day": households.day,
            "value": Decimal(1),
            "source": "Cục Thống kê",
            "document": households.document,
        }
        with pytest.raises(Refused) as wrong:
            recording.record_base_figure(**whole | facts, by=None)
        assert said in wrong.value.sentence
        assert BaseFigure.objects.count() == 1

    def test_comes_from_a_table_and_leaves_as_it_came(self, province: Province) -> None:
        by = people.superuser()
        assert (
            types(bring(BaseFigureResource, [ROW, ROW | {"kind": "villages", "value": "12"}], by=by)) == ["new"] * 2
        )
        sheet = leave(BaseFigureResource, by=by)
        assert [(row["unit"], row["kind"], row["day"], row["value"]) for row in sheet] == [
            ("LC-SKHCN", "households", "01/04/2025", "14433"),
            ("LC-SKHCN", "villages", "01/04/2025", "12"),
        ]
        assert types(bring(BaseFigureResource, sheet, by=by)) == ["skip"] * 2

    def test_another_figure_in_a_table_needs_its_reason(self, households: BaseFigure) -> None:
        by = people.superuser()
        (sentence,) = refused(BaseFigureResource, [ROW | {"value": "14.500"}], by=by)
        assert "Another figure is recorded here, 14433." in sentence
        table = [ROW | {"document": "Niên giám thống kê 2026", "reason": "Bản mới"}]
        assert types(bring(BaseFigureResource, table, by=by)) == ["update"]
        new = BaseFigure.objects.get(superseded_at=None)
        assert (new.value, new.document.name) == (14433, "Niên giám thống kê 2026")
        assert households.document.name == "Niên giám thống kê 2025"

    def test_a_table_with_a_figure_that_is_no_count_is_refused(self, province: Province) -> None:
        (sentence,) = refused(BaseFigureResource, [ROW | {"value": "1,5"}], by=people.superuser())
        assert "is not a whole number" in sentence


class TestAReferenceFigure:
    def test_is_recorded_and_replaced_on_its_page(self, province: Province, book: Document) -> None:
        asked, client = ratio("HT.01"), browser(people.superuser())
        typed = {"indicator": asked.pk, "place": "Đà Nẵng", "year": "2022", "value": "98,5", "document": book.pk}
        answer = client.post("/admin/indicators/referencefigure/add/", typed, follow=True)
        assert "Recorded: HT.01 Chỉ tiêu HT.01, Đà Nẵng, 2022: 98,5%." in seen(answer)
        made = ReferenceFigure.objects.get()
        typed = {"value": "98,7", "document": book.pk, "reason": "Công bố lại", "_replace": "1"}
        client.post(f"/admin/indicators/referencefigure/{made.pk}/change/", typed)
        assert ReferenceFigure.objects.get(superseded_at=None).value == Decimal("98.7")

    def test_comes_from_a_table_and_leaves_as_it_came(self, province: Province) -> None:
        ratio("HT.01")
        by = people.superuser()
        assert types(bring(ReferenceFigureResource, [ELSEWHERE], by=by)) == ["new"]
        (row,) = leave(ReferenceFigureResource, by=by)
        assert (row["place"], row["year"], row["value"]) == ("Đà Nẵng", "2022", "98,5")
        assert types(bring(ReferenceFigureResource, [row], by=by)) == ["skip"]
        again = [ELSEWHERE | {"value": "98,7", "reason": "Công bố lại"}]
        assert types(bring(ReferenceFigureResource, again, by=by)) == ["update"]
        assert ReferenceFigure.objects.count() == 2

    def test_of_an_indicator_that_there_is_not_is_refused(self, province: Province) -> None:
        (sentence,) = refused(ReferenceFigureResource, [ELSEWHERE], by=people.superuser())
        assert "No indicator has the code “HT.01”." in sentence


def test_who_does_not_keep_the_catalogue_neither_sees_nor_records_them(province: Province) -> None:
    indicator("HT.01")
    stranger: Client = browser(people.person("can bo", province.department, "reporter", is_staff=True))
    for page in (PAGE, f"{PAGE}add/", "/admin/indicators/referencefigure/"):
        assert stranger.get(page).status_code == 403
