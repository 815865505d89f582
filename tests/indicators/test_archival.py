"""Figures of the past, typed from archived documents: by the people of a successor, for a unit that ended."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from indicators import rounds
from indicators.calendars import window
from indicators.entry import closed_because
from indicators.models import Document, Observation, Round, Submission, Succession, UnitSlice
from indicators.my_work import my_work
from indicators.opening import open_round
from indicators.permissions import standing
from indicators.refusals import Refused
from indicators.wording import Said
from tests import factories, people
from tests.factories import cell, indicator, type_in, unit
from tests.indicators.pages import browser

pytestmark = pytest.mark.usefixtures("english")

MERGED = date(2025, 3, 1)


@pytest.fixture
def old(province):
    """Sở TT&TT, which ended when Sở KH&CN took over."""
    made = unit("Sở Thông tin và Truyền thông", code="LC-STTTT", parent=province.root)
    made.ended = MERGED
    made.save()
    Succession.objects.create(predecessor=made, successor=province.department, effective_on=MERGED)
    return made


def asks(province, old):
    return factories.form(
        old, holders={"verify": province.office, "approve": province.root}, indicators=[indicator("HT.01")]
    )


@pytest.fixture
def report(province, old) -> Submission:
    period = factories.period(window("2023"))
    return open_round(asks(province, old), period, archive="Bài viết của tỉnh").submissions.get()


def test_an_archival_round_names_its_document_and_has_no_due_date(report):
    asked = report.round
    assert (asked.is_archival, asked.source_document, asked.due_on, report.due_on) == (
        True,
        "Bài viết của tỉnh",
        None,
        None,
    )


@pytest.mark.parametrize(
    "facts", [{"due_on": date(2024, 1, 1)}, {"source_document": ""}, {"is_archival": False, "due_on": None}]
)
def test_the_database_holds_the_two_together(report, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.update(**facts)


def test_the_people_of_the_successor_take_the_report_all_the_way(province, report):
    report = type_in(report, cell("14433"), by=province.reporter)
    province.walk(report, "submit", "sign", "verify", "approve")
    written = Observation.objects.get()
    assert (written.reporter.codes.get().code, written.value) == ("LC-STTTT", 14433)


def test_four_eyes_hold_for_the_people_of_the_successor(province, report):
    stands = standing(province.reporter, report)
    assert (stands.reports, stands.signs, stands.belongs) == (True, False, True)
    verifying_too = people.person("double", province.department, "reporter")
    verifying_too.memberships.create(unit=province.office, role="verifier")
    report = type_in(report, cell("14433"), by=province.reporter)
    report = province.walk(report, "submit", "sign")
    with pytest.raises(Refused, match="works for"):
        factories.perform("verify", report, by=verifying_too)


def test_nobody_else_stands_closer_to_it(province, report):
    assert not any(vars(standing(province.outsider, report)).values())
    assert browser(province.outsider).get(f"/submissions/{report.pk}/").status_code == 404
    assert browser(province.reporter).get(f"/submissions/{report.pk}/").status_code == 200


def test_before_the_day_of_the_succession_its_people_are_strangers(province, report):
    Succession.objects.update(effective_on=date(2199, 1, 1))
    assert not standing(province.reporter, report).reports
    assert list(Submission.objects.visible_to(province.reporter)) == []


def test_my_work_lists_it_under_the_old_name_without_a_due_date(province, report):
    (task,) = my_work(province.reporter).todo
    assert (task.unit, task.todo, task.timing) == ("Sở Thông tin và Truyền thông", "Start", Said("No due date"))
    type_in(report, cell("14433"), by=province.reporter)
    province.walk(report, "submit", "sign")
    assert my_work(province.reporter).waiting[0].timing == Said("Sent", "done")


def test_reports_without_a_due_date_come_after_those_that_have_one(province, report):
    due = province.submission(indicator("HT.02"))
    assert [task.submission for task in my_work(province.reporter).todo] == [due, report]
    assert list(Submission.objects.all()) == [due, report]


def test_there_is_nothing_to_extend(province, report):
    with pytest.raises(Refused, match="has no due date"):
        rounds.extend(report.round, due_on=date(2030, 1, 1), reason="Mất điện", by=province.approver)


class TestAnEndedUnitInAnOrdinaryRound:
    @pytest.fixture
    def report(self, province, old, clock) -> Submission:
        clock.set(2025, 2, 1)
        period = factories.period(window("2025-M01"))
        made = open_round(asks(province, old), period, due_on=MERGED).submissions.get()
        clock.set(2025, 3, 1)
        return Submission.objects.select_related("round__form", "unit").get(pk=made.pk)

    def test_is_closed_and_says_who_reports_now(self, report):
        assert closed_because(report) == (
            "Sở Thông tin và Truyền thông ended on 01/03/2025. From that day Sở Khoa học và Công nghệ reports."
        )

    def test_names_the_act_where_it_is_established(self, report):
        Succession.objects.update(act=Document.objects.create(name="Nghị quyết 1/NQ-HĐND"), is_confirmed=True)
        assert closed_because(report) == (
            "Sở Thông tin và Truyền thông ended on 01/03/2025 by Nghị quyết 1/NQ-HĐND. "
            "From that day Sở Khoa học và Công nghệ reports."
        )

    def test_without_a_successor_says_only_that_it_ended(self, report):
        Succession.objects.all().delete()
        assert closed_because(report) == "Sở Thông tin và Truyền thông ended on 01/03/2025."

    def test_was_open_on_its_last_day(self, report, clock):
        clock.set(2025, 2, 28)
        assert closed_because(report) is None

    def test_is_not_the_successors_to_write(self, province, report):
        assert not standing(province.reporter, report).reports
        assert list(Submission.objects.visible_to(province.reporter)) == [report]  # the history is theirs to read
        assert not Submission.objects.written_by(province.reporter).exists()

    def test_is_named_as_it_was_called_last(self, report, old, province):
        UnitSlice.objects.create(
            unit=old,
            name="Sở TT&TT",
            kind="department",
            parent=province.root,
            valid_from=MERGED - timedelta(days=9),
        )
        assert closed_because(report).startswith("Sở TT&TT ended on")
