"""A list while it is written: departures from what stood before."""

import pytest
from django.db import IntegrityError, transaction

from indicators import register_drafts
from indicators.calendars import quarter
from indicators.models import DraftRow, DraftRowChange, Register, ReportingForm, Succession
from indicators.refusals import Refused
from tests import lists
from tests.factories import unit
from tests.lists import approve, facts, list_form, submission, write


@pytest.fixture
def kept(province) -> Register:
    return lists.register()


@pytest.fixture
def asked(province, kept):
    return list_form(province, kept)


@pytest.fixture
def report(province, asked):
    return submission(province, asked)


def changes(report) -> list[tuple[str, str]]:
    return [(row.code, str(row.change)) for row in register_drafts.the_list(report)]


def test_a_round_of_a_list_opens_without_lines(report) -> None:
    assert report.round.lines.count() == 0
    assert register_drafts.the_list(report) == []


def test_each_save_is_a_version_and_tells_each_row(province, report) -> None:
    write(report, by=province.reporter, A=facts(report, "Voso"), B=facts(report, "PostMart"))
    assert report.version == 1
    assert changes(report) == [("A", "added"), ("B", "added")]
    told = DraftRowChange.objects.values_list("code", "version", "old", "new__name")
    assert sorted(told) == [("A", 1, None, "Voso"), ("B", 1, None, "PostMart")]


def test_what_departs_from_what_was_approved_is_drafted_alone(province, asked) -> None:
    first = submission(province, asked, window=quarter(2025, 3))
    approve(province, first, **{c: facts(first, c) for c in "ABC"})
    report = submission(province, asked, window=quarter(2025, 4))
    assert changes(report) == [("A", ""), ("B", ""), ("C", "")]
    write(report, by=province.reporter, A=facts(report, "A"), B=facts(report, "B mới"), C="off", D=facts(report))
    assert changes(report) == [("A", ""), ("B", "changed"), ("C", "taken_off"), ("D", "added")]
    assert sorted(DraftRow.objects.filter(submission=report).values_list("code", flat=True)) == ["B", "C", "D"]
    write(report, by=province.reporter, B=None, C=None, D=None)
    assert changes(report) == [("A", ""), ("B", ""), ("C", "")]


def test_an_untouched_row_follows_an_adjustment_of_the_cut_off_before(province, asked) -> None:
    first = submission(province, asked, window=quarter(2025, 3))
    first = approve(province, first, A=facts(first, "sai tên"))
    report = submission(province, asked, window=quarter(2025, 4))
    first = province.walk(first, "reopen")
    approve(province, first, A=facts(first, "đúng tên"))
    assert [row.facts["name"] for row in register_drafts.the_list(report)] == ["đúng tên"]


def test_a_row_that_somebody_else_changed_is_not_overwritten_unseen(province, report) -> None:
    write(report, by=province.reporter, A=facts(report, "của người khác"))
    typed = {"A": register_drafts.Drafted(facts(report, "của mình"))}
    with pytest.raises(Refused, match="A"):
        register_drafts.save(report, typed, by=province.reporter, version=0)
    same = {"A": register_drafts.Drafted(facts(report, "của người khác"))}
    assert register_drafts.save(report, same, by=province.reporter, version=0) == 0


def test_who_does_not_report_for_the_unit_writes_nothing(province, report) -> None:
    with pytest.raises(Refused):
        write(report, by=province.outsider, A=facts(report))
    with pytest.raises(Refused):
        write(report, by=province.unit_leader, A=facts(report))
    assert not DraftRow.objects.exists()


def test_what_was_handed_in_is_closed(province, report) -> None:
    report = province.walk(write(report, by=province.reporter, A=facts(report)), "submit")
    with pytest.raises(Refused):
        write(report, by=province.reporter, B=facts(report))


def test_the_rows_of_a_unit_that_ended_are_its_successors(province, kept) -> None:
    old = unit("Sở Thông tin và Truyền thông")
    asked = list_form(province, kept, old, province.department)
    first = submission(province, asked, window=quarter(2024, 4), unit=old)
    province.reporter.memberships.create(unit=old, role="reporter")
    province.unit_leader.memberships.create(unit=old, role="signer")
    approve(province, first, A=facts(first, "A"))
    report = submission(province, asked, window=quarter(2025, 4))
    assert changes(report) == []
    old.ended = "2025-03-01"
    old.save()
    Succession.objects.create(predecessor=old, successor=province.department, effective_on="2025-03-01")
    assert changes(report) == [("A", "")]


class TestTheFormOfAList:
    def test_names_its_register(self, province, kept) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            list_form(province, None)
        with pytest.raises(IntegrityError), transaction.atomic():
            list_form(province, kept, kind="figures")

    def test_has_no_publication_of_its_own(self, province, kept) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            list_form(province, kept, asks_publication=True)

    def test_is_the_only_one_of_its_register(self, asked, province, kept) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            list_form(province, kept)
        assert ReportingForm.objects.get() == asked
