"""Figures restated on the units of today: what is added, why something is not, and whose figures are not shown."""

from datetime import date

import pytest
from django.utils import translation

from indicators.calendars import window
from indicators.models import Document, Reader, Succession, Unit, UnitSlice
from reporting.known import TODAY
from reporting.queries.restated import restated_indicator, restated_unit
from tests.factories import cell, indicator, period, ratio, unit
from tests.reporting.conftest import Site, text_of

pytestmark = pytest.mark.usefixtures("english")
CHANGE = date(2025, 7, 1)
ON = date(2025, 9, 1)
JUNE = window("2025-M06")
FULL = Reader(works_for_state=True, reviews=True)


@pytest.fixture
def english():
    with translation.override("en"):
        yield


class Merger:
    """Two communes of a district became one, and a third was split between that one and another."""

    def __init__(self, site: Site) -> None:
        self.site, root = site, site.province.root
        self.district = unit("Huyện", "district", code="107", parent=root)
        self.one, self.two, self.split = (
            unit(f"Xã {n}", "commune", code=f"0339{n}", parent=self.district) for n in ("1", "2", "3")
        )
        self.facts = {"source_kind": "commune"}

    def report(self, asked, *figures, units=(), **facts):
        """In the order of the units; None: that one reports nothing."""
        facts = {"units": units or [self.one, self.two], "subject": "self", "window": JUNE} | facts
        round_ = self.site.province.round(asked, **facts)
        for report, figure in zip(round_.submissions.order_by("unit"), figures, strict=True):
            if figure is not None:
                self.site.approve(report, figure)
        return round_

    def merge(self, *, with_split: bool = False) -> Unit:
        olds = [self.one, self.two, self.district, *([self.split] if with_split else [])]
        Unit.objects.filter(pk__in=[each.pk for each in olds]).update(ended=CHANGE)
        new, other = self.begin("Xã Mới", "03391"), self.begin("Xã Bên", "03395")
        paper = Document.objects.create(name="Nghị quyết 1670")
        pairs = [
            (self.one, new),
            (self.two, new),
            *([(self.split, new), (self.split, other)] if with_split else []),
        ]
        for gone, heir in pairs:
            Succession.objects.create(
                predecessor=gone, successor=heir, effective_on=CHANGE, act=paper, is_confirmed=True
            )
        return new

    def begin(self, name: str, code: str) -> Unit:
        made = unit(name, "commune", code=f"{code}-mới", parent=self.site.province.root)
        Unit.objects.filter(pk=made.pk).update(began=CHANGE)
        return made

    def row(self, asked, new: Unit, reader: Reader = FULL):
        found = Unit.objects.with_slice(ON).get(pk=new.pk)
        page = restated_unit(found, on=ON, reader=reader, known=TODAY)
        [series] = [each for each in page.series if each.indicator == asked]
        [[row]] = series.stretches
        return row


@pytest.fixture
def merger(site: Site) -> Merger:
    return Merger(site)


def test_sums_are_added_with_their_coverage(merger) -> None:
    asked = indicator("HT.01", **merger.facts)
    merger.report(asked, cell("5"), cell("7.5"))
    row = merger.row(asked, merger.merge())
    assert (row.restated.shown.value, str(row.restated.shown.coverage), row.members) == (
        12.5,
        "2/2",
        ["Xã 1", "Xã 2"],
    )


def test_a_former_unit_without_a_figure_is_missing_in_the_coverage(merger) -> None:
    asked = indicator("HT.01", **merger.facts)
    merger.report(asked, cell("5"), None)
    row = merger.row(asked, merger.merge())
    assert (row.restated.shown.value, str(row.restated.shown.coverage)) == (5, "1/2")


def test_a_ratio_is_made_of_its_parts_and_of_a_percentage_alone_nothing(merger) -> None:
    whole, bare = ratio("DL.01", **merger.facts), ratio("DL.02", **merger.facts)
    merger.report(whole, cell("50", of=("1", "2")), cell("100", of=("2", "2")))
    merger.report(bare, cell("50", of=("1", "2")), cell("20.0"))
    new = merger.merge()
    assert merger.row(whole, new).restated.shown.parts == "3/4"
    row = merger.row(bare, new)
    assert (row.restated.shown, row.why) == (None, "only a percentage was reported, without its parts")


def test_where_a_part_went_elsewhere_nothing_is_apportioned(merger) -> None:
    asked = indicator("HT.01", **merger.facts)
    merger.report(asked, cell("5"), cell("7"), cell("9"), units=[merger.one, merger.two, merger.split])
    row = merger.row(asked, merger.merge(with_split=True))
    assert (row.restated.shown, row.why) == (None, "a former unit was split, and nothing is apportioned")


def test_figures_about_districts_are_not_restated_on_communes(merger) -> None:
    asked = indicator("HT.01", source_kind="district")
    merger.report(asked, cell("5"), units=[merger.district])
    new = merger.merge()
    page = restated_indicator(asked, period(JUNE), on=ON, reader=FULL, known=TODAY)
    assert (page.places, page.left) == ([], ["Huyện"])
    found = Unit.objects.with_slice(ON).get(pk=new.pk)
    assert restated_unit(found, on=ON, reader=FULL, known=TODAY).series == []


def test_an_indicator_that_is_not_added_over_units_is_not_restated(merger) -> None:
    asked = indicator("HT.01", over_units="none", **merger.facts)
    merger.report(asked, cell("5"), cell("7"))
    assert merger.row(asked, merger.merge()).why == "the indicator is not added over units"


def test_what_a_reader_may_not_see_is_not_added_up_for_him_either(merger) -> None:
    asked = indicator("HT.01", breakdown="unit", **merger.facts)
    merger.report(asked, cell("5"), cell("7"))
    new = merger.merge()
    stranger = Reader(units=frozenset([merger.one.pk]), works_for_state=True)
    row = merger.row(asked, new, stranger)
    assert (row.restated.shown, row.why) == (None, "the figures of the former units are not shown to every reader")


def test_a_unit_that_went_on_keeps_its_own_figures(merger) -> None:
    asked = indicator("HT.01", **merger.facts)
    merger.report(asked, cell("5"), cell("7"))
    row = merger.row(asked, merger.one)
    assert (row.is_own, row.restated.shown.value) == (True, 5)


def test_a_page_asks_as_often_for_many_units_as_for_one(merger, django_assert_num_queries) -> None:
    asked = indicator("HT.01", **merger.facts)
    merger.report(asked, cell("5"), cell("7"))
    new = Unit.objects.with_slice(ON).get(pk=merger.merge().pk)
    with django_assert_num_queries(5):
        restated_unit(new, on=ON, reader=FULL, known=TODAY)
    june = period(JUNE)
    with django_assert_num_queries(6):
        restated_indicator(asked, june, on=ON, reader=FULL, known=TODAY)


def test_the_pages_say_that_they_are_a_view_of_their_own(merger, site: Site) -> None:
    asked = indicator("HT.01", **merger.facts)
    merger.report(asked, cell("5"), cell("7"))
    merger.merge()
    page = text_of(site.client.get("/units/03391-mới/restated/"))
    assert "Xã Mới: Restated on the units of today" in page
    assert "A view of its own" in page
    assert "12 km 2/2 former units Xã 1, Xã 2" in page
    page = text_of(site.client.get("/indicators/HT.01/restated/?period=2025-M06"))
    assert "Xã Mới 12 km 2/2 former units Xã 1, Xã 2" in page
    assert "Restated on the units of today" in text_of(site.client.get("/units/03391-mới/"))
    assert "Restated on the units of today" in text_of(site.indicator("HT.01", period="2025-M06"))
    for address in (
        "/units/99/restated/",
        "/indicators/XX/restated/",
        "/indicators/HT.01/restated/?period=2020-M01",
    ):
        assert site.client.get(address).status_code == 404


def test_a_district_that_ended_is_not_continued_and_its_page_names_who_crosses_its_line(merger, site: Site) -> None:
    merger.merge()
    other = unit("Huyện Bên", "district", code="108", parent=site.province.root)
    UnitSlice.objects.filter(unit=merger.two).update(parent=other)
    page = text_of(site.client.get("/units/107/restated/"))
    assert "This unit has ended, so nothing is restated on it." in page
    assert "which cross its line: Xã Mới." in page
