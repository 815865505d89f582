"""A unit more or less in a round that is open: with a reason, in the history, and in what totals expect."""

from datetime import date, timedelta

import pytest

from indicators import drafts, members, rounds
from indicators.models import Extension, Notice, Round, RoundEvent, Submission, Total
from indicators.refusals import Refused
from tests import factories, people
from tests.factories import cell, indicator, type_in

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def round_(province):
    return province.round(indicator("HT.01"), units=[province.department, province.sister], subject="self")


def add(round_, unit, **options):
    return members.add(round_, unit, reason=" Theo Công văn 12 ", by=options.pop("by"), **options)


def drop(round_, unit, by):
    members.drop(round_, unit, reason=" Nhầm ", by=by)


def coverage(province):
    """At the province: (reported, expected)."""
    total = Total.objects.get(subject=province.root, stage="approved")
    return total.n_reported, total.n_expected


class TestAdding:
    def test_makes_an_expected_report_due_with_the_round(self, province, round_):
        made = add(round_, province.office, by=province.approver)
        assert (made.round_id, made.state, made.version, made.due_on) == (round_.pk, "draft", 0, round_.due_on)
        event = RoundEvent.objects.get(act="added")
        assert (event.unit, event.by, event.reason) == (province.office, province.approver, "Theo Công văn 12")

    def test_tells_the_reporters_of_the_unit_and_nobody_again(self, province, round_):
        newcomer = people.person("newcomer", province.office, "reporter")
        before = set(Notice.objects.order_by("pk").values_list("user", flat=True))
        add(round_, province.office, by=province.approver)
        told = set(Notice.objects.order_by("pk").values_list("user", flat=True)) - before
        assert (told, Notice.objects.count()) == ({newcomer.pk}, len(before) + 1)

    def test_may_give_more_time_which_is_an_extension(self, province, round_):
        due = round_.due_on + timedelta(days=5)
        made = add(round_, province.office, by=province.approver, due_on=due)
        assert Submission.objects.get(pk=made.pk).due_on == due
        assert Extension.objects.values_list("unit", "due_on", "reason").get() == (
            province.office.pk,
            due,
            "Theo Công văn 12",
        )

    def test_never_gives_less_time_and_then_writes_nothing(self, province, round_):
        with pytest.raises(Refused, match="No report is due before"):
            add(round_, province.office, by=province.approver, due_on=round_.due_on - timedelta(days=1))
        assert (round_.submissions.count(), RoundEvent.objects.filter(act="added").count()) == (2, 0)

    def test_a_second_time_is_refused(self, province, round_):
        with pytest.raises(Refused, match="reports in this round already"):
            add(round_, province.sister, by=province.approver)
        assert round_.submissions.count() == 2

    def test_of_a_unit_that_has_ended_is_refused(self, province, round_):
        province.office.ended = round_.period.last_day
        province.office.save()
        with pytest.raises(Refused, match="does not exist on the last day of the period"):
            add(round_, province.office, by=province.approver)

    def test_needs_a_reason(self, province, round_):
        with pytest.raises(Refused, match="Give the reason"):
            members.add(round_, province.office, reason=" ", by=province.approver)

    def test_to_a_locked_round_is_refused(self, province, round_):
        rounds.lock_round(round_, by=province.approver)
        with pytest.raises(Refused, match="The round is locked"):
            add(round_, province.office, by=province.approver)

    def test_of_a_figure_that_another_form_asks_of_it_names_both_forms(self, province, round_):
        province.round(round_.lines.get().indicator, units=[province.office], subject="self")
        with pytest.raises(Refused, match="by two forms in this period: 02/CĐS and 01/CĐS"):
            add(round_, province.office, by=province.approver)
        assert round_.submissions.count() == 2

    def test_counts_in_what_the_totals_expect(self, province, round_):
        report = type_in(round_.submissions.get(unit=province.department), cell("5"), by=province.reporter)
        province.walk(report, "submit", "sign", "verify", "approve")
        assert coverage(province) == (1, 2)
        add(round_, province.office, by=province.approver)
        assert coverage(province) == (1, 3)
        drop(round_, province.sister, province.approver)
        drop(round_, province.office, province.approver)
        assert coverage(province) == (1, 1)

    def test_in_a_round_from_an_archived_document_has_no_due_date(self, province, round_):
        Submission.objects.update(due_on=None)
        Round.objects.update(due_on=None, is_archival=True, source_document="Báo cáo 10")
        assert add(round_, province.office, by=province.approver, due_on=date(2030, 1, 1)).due_on is None


class TestDropping:
    def test_takes_the_report_away_and_keeps_who_did_it_and_why(self, province, round_):
        drop(round_, province.sister, province.approver)
        assert [s.unit for s in round_.submissions.all()] == [province.department]
        event = RoundEvent.objects.get(act="dropped")
        assert (event.unit, event.by, event.reason) == (province.sister, province.approver, "Nhầm")

    def test_and_adding_again_are_both_kept(self, province, round_):
        drop(round_, province.sister, province.approver)
        add(round_, province.sister, by=province.approver)
        assert round_.submissions.filter(unit=province.sister).exists()
        assert [e.act for e in RoundEvent.objects.order_by("pk")] == ["opened", "dropped", "added"]

    def test_of_a_unit_that_has_entered_is_refused_even_where_it_cleared_it_again(self, province, round_):
        report = type_in(round_.submissions.get(unit=province.department), cell("5"), by=province.reporter)
        type_in(report, drafts.EMPTY, by=province.reporter)
        with pytest.raises(Refused, match="has entered figures already"):
            drop(round_, province.department, province.approver)
        assert round_.submissions.count() == 2

    def test_of_a_unit_that_has_handed_in_is_refused(self, province, round_):
        report = type_in(round_.submissions.get(unit=province.department), cell("5"), by=province.reporter)
        province.walk(report, "submit", "sign")
        with pytest.raises(Refused, match="state: Sent, waiting for verification"):
            drop(round_, province.department, province.approver)

    def test_of_a_unit_that_is_not_in_the_round_is_refused(self, province, round_):
        with pytest.raises(Refused, match="does not report in this round"):
            drop(round_, province.office, province.approver)

    def test_leaves_the_last_unit(self, province, round_):
        drop(round_, province.sister, province.approver)
        with pytest.raises(Refused, match="at least one unit"):
            drop(round_, province.department, province.approver)

    def test_of_a_locked_round_is_refused(self, province, round_):
        rounds.lock_round(round_, by=province.approver)
        with pytest.raises(Refused, match="The round is locked"):
            drop(round_, province.sister, province.approver)

    def test_needs_a_reason(self, province, round_):
        with pytest.raises(Refused, match="Give the reason"):
            members.drop(round_, province.sister, reason="", by=province.approver)

    def test_is_told_to_whoever_goes_on_typing(self, province, round_):
        report = round_.submissions.get(unit=province.sister)
        drop(round_, province.sister, province.approver)
        with pytest.raises(Refused, match="it was taken out"):
            drafts.save(report, {}, by=province.outsider, version=0)

    def test_leaves_a_report_that_another_table_stands_on(self, province, round_, media):
        factories.enter_on_behalf(round_.submissions.get(unit=province.sister), by=province.verifier)
        Submission.objects.filter(unit=province.sister).update(version=0)
        with pytest.raises(Refused, match="has entered figures already"):
            drop(round_, province.sister, province.approver)
        assert round_.submissions.count() == 2
