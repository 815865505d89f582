"""What a publisher reads before publishing: the province's figures, the reports behind them, and who is missing."""

from decimal import Decimal

import pytest

from indicators import publishing
from indicators.models import Programme
from tests import people
from tests.factories import Province, cell, indicator, publish, ratio, type_in, unit

pytestmark = pytest.mark.django_db
ASKS = {"asks_sign_off": False, "asks_publication": True}


def approve(province: Province, round_, reporting, *cells, by) -> None:
    report = type_in(round_.submissions.get(unit=reporting), *cells, by=by)
    province.walk(report, "submit", "verify", "approve", reporter=by)


def test_a_total_is_proposed_beside_what_stands_published(province: Province) -> None:
    round_ = province.round(indicator("HT.01"), units=[province.department, province.sister], **ASKS)
    approve(province, round_, province.department, cell("10"), by=province.reporter)
    publish(round_, by=province.publisher)
    approve(province, round_, province.sister, cell("5"), by=province.outsider)
    proposal = publishing.propose(round_)
    (figure,) = proposal.figures
    before = proposal.before[figure.line.pk]
    assert (before.total.value, before.total.n_reported) == (10, 1)
    assert (figure.total.value, figure.total.n_reported, figure.total.n_expected) == (15, 2, 2)
    assert [(str(r.unit), r.is_new) for r in proposal.reports] == [
        ("Sở Khoa học và Công nghệ", False),
        ("Sở Tài chính", True),
    ]
    assert (proposal.number, proposal.missing) == (2, [])


def test_the_one_figure_about_the_province_is_proposed_as_written(province: Province) -> None:
    round_ = province.round(ratio("DL.01"), **ASKS)
    said = cell("53.8", of=("7", "13"), note="Theo LGSP")
    approve(province, round_, province.department, said, by=province.reporter)
    proposal = publishing.propose(round_)
    (figure,) = proposal.figures
    assert (figure.total, figure.written.value, figure.written.numerator) == (None, Decimal("53.8"), 7)
    (frozen,) = proposal.body["figures"]
    assert frozen["written"]["value"] == "53.8"
    assert (frozen["written"]["numerator"], frozen["written"]["explanation"]) == ("7", "Theo LGSP")


def test_what_units_reported_is_frozen_only_where_everybody_may_read_it(province: Province) -> None:
    asked = [indicator("A"), indicator("B", breakdown="unit"), indicator("C", breakdown="state")]
    round_ = province.round(*asked, units=[province.department, province.sister], **ASKS)
    approve(province, round_, province.department, cell("111"), cell("222"), cell("333"), by=province.reporter)
    body = publishing.propose(round_).body
    assert [[said["value"] for said in figure["by_unit"]] for figure in body["figures"]] == [["111"], [], []]


def test_fewer_than_three_companies_are_not_told_apart(province: Province) -> None:
    companies = [unit(name, "company", parent=province.root) for name in ("VNPT", "Viettel")]
    round_ = province.round(indicator("HT.05", source_kind="company"), units=companies, **ASKS)
    for number, company in enumerate(companies):
        by = people.person(f"of {company.pk}", company, "reporter")
        approve(province, round_, company, cell(str(41 + number)), by=by)
    (figure,) = publishing.propose(round_).body["figures"]
    assert (figure["total"]["value"], figure["by_unit"]) == ("83", [])


def test_prose_is_not_published(province: Province) -> None:
    told = indicator("TM.01", value_kind="text", unit_of_measure="", over_units="none", lower_bound=None)
    round_ = province.round(indicator("HT.01"), told, **ASKS)
    Programme.objects.get().programmeindicator_set.filter(indicator=told).delete()
    approve(
        province, round_, province.department, cell("1"), cell(state="reported", text="x"), by=province.reporter
    )
    assert [figure.line.indicator.code for figure in publishing.propose(round_).figures] == ["HT.01"]


def test_a_report_that_was_reopened_stands_as_approved_and_says_so(province: Province) -> None:
    round_ = province.round(indicator("HT.01"), **ASKS)
    approve(province, round_, province.department, cell("1"), by=province.reporter)
    province.walk(round_.submissions.get(), "reopen")
    (report,) = publishing.propose(round_).reports
    assert (report.is_new, report.is_open) == (True, True)


@pytest.mark.parametrize("count", [1, 3])
def test_takes_the_same_queries_for_one_report_and_three(
    province: Province, django_assert_num_queries, count: int
) -> None:
    units = [unit(f"Sở {n}", parent=province.root) for n in range(count)]
    lines = [indicator(f"HT.{n:02}") for n in range(count)]
    round_ = province.round(*lines, units=units, **ASKS)
    for each in units:
        by = people.person(f"of {each.pk}", each, "reporter")
        approve(province, round_, each, *[cell("1") for _ in lines], by=by)
    with django_assert_num_queries(25):
        publishing.propose(round_)
