"""Locking, unlocking and extending a round (domain.md 19)."""

from datetime import date, timedelta

import pytest

from indicators import drafts, rounds
from indicators.clock import today
from indicators.models import Extension, Round, RoundEvent, Submission
from indicators.refusals import Refused
from tests import factories
from tests.factories import cell, indicator, type_in

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def round_(province):
    return province.round(indicator("HT.01"), units=[province.department, province.sister], subject="self")


def due_dates(round_: Round) -> dict[str, date]:
    return dict(round_.submissions.order_by("pk").values_list("unit__codes__code", "due_on"))


class TestLocking:
    def test_shuts_entry_and_keeps_who_did_it_and_why(self, province, round_):
        rounds.lock_round(round_, by=province.approver, reason=" Đã tổng hợp ")
        assert RoundEvent.objects.filter(act="locked").values_list("by", "reason").get() == (
            province.approver.pk,
            "Đã tổng hợp",
        )
        report = round_.submissions.get(unit=province.department)
        with pytest.raises(Refused, match="This round was closed on"):
            drafts.save(report, {}, by=province.reporter, version=0)

    def test_is_refused_a_second_time(self, province, round_):
        rounds.lock_round(round_, by=province.approver)
        with pytest.raises(Refused, match="already locked"):
            rounds.lock_round(round_, by=province.approver)
        assert RoundEvent.objects.filter(act="locked").count() == 1

    def test_names_the_returns_that_it_beats(self, province, round_):
        report = round_.submissions.get(unit=province.department)
        report = type_in(report, cell("14433"), by=province.reporter)
        report = province.walk(report, "submit")
        factories.perform("return", report, by=province.unit_leader)
        assert [s.unit for s in rounds.open_returns(round_)] == [province.department]

    def test_is_taken_back_only_with_a_reason(self, province, round_):
        rounds.lock_round(round_, by=province.approver)
        with pytest.raises(Refused, match="Give the reason for unlocking"):
            rounds.unlock_round(round_, by=province.approver, reason="  ")
        rounds.unlock_round(round_, by=province.approver, reason="Bổ sung")
        assert Round.objects.get().locked_at is None
        assert RoundEvent.objects.filter(act="unlocked").get().reason == "Bổ sung"
        report = round_.submissions.get(unit=province.department)
        type_in(report, cell("14433"), by=province.reporter)

    def test_cannot_be_taken_back_where_there_is_none(self, province, round_):
        with pytest.raises(Refused, match="is not locked"):
            rounds.unlock_round(round_, by=province.approver, reason="Bổ sung")
        assert RoundEvent.objects.exclude(act="opened").count() == 0


class TestExtending:
    def test_moves_the_due_date_of_all(self, province, round_):
        due = round_.due_on + timedelta(days=5)
        assert rounds.extend(round_, due_on=due, reason="Mất điện", by=province.approver) == 2
        assert due_dates(round_) == {"LC-SKHCN": due, "LC-STC": due}
        assert Round.objects.get().due_on == due

    def test_moves_the_due_date_of_one_and_leaves_the_round(self, province, round_):
        due = round_.due_on + timedelta(days=5)
        rounds.extend(round_, due_on=due, reason="Mất điện", by=province.approver, units=[province.sister])
        assert due_dates(round_) == {"LC-SKHCN": round_.due_on, "LC-STC": due}
        assert Round.objects.get().due_on == round_.due_on
        kept = Extension.objects.values_list("unit", "due_on", "reason", "by")
        assert kept.get() == (province.sister.pk, due, "Mất điện", province.approver.pk)

    def test_leaves_longer_time_to_whom_it_was_given(self, province, round_):
        longer, shorter = (round_.due_on + timedelta(days=n) for n in (9, 5))
        rounds.extend(round_, due_on=longer, reason="Mất điện", by=province.approver, units=[province.sister])
        assert rounds.extend(round_, due_on=shorter, reason="Mưa lũ", by=province.approver) == 1
        assert due_dates(round_) == {"LC-SKHCN": shorter, "LC-STC": longer}

    @pytest.mark.parametrize("days", [0, -1])
    def test_never_shortens(self, province, round_, days):
        earlier = round_.due_on + timedelta(days=days)
        with pytest.raises(Refused, match=f"after the present due date, {round_.due_on:%d/%m/%Y}"):
            rounds.extend(round_, due_on=earlier, reason="Mất điện", by=province.approver)
        with pytest.raises(Refused, match="No report is due before"):
            rounds.extend(round_, due_on=earlier, reason="Mất điện", by=province.approver, units=[province.sister])
        assert (Extension.objects.count(), due_dates(round_)["LC-STC"]) == (0, round_.due_on)

    def test_needs_a_reason(self, province, round_):
        with pytest.raises(Refused, match="Give the reason for the extension"):
            rounds.extend(round_, due_on=round_.due_on + timedelta(days=1), reason=" ", by=province.approver)
        assert Extension.objects.count() == 0

    def test_decides_on_time_or_late_and_opens_nothing_that_is_locked(self, province, round_):
        Submission.objects.update(due_on=today() - timedelta(days=2))
        Round.objects.update(due_on=today() - timedelta(days=2))
        rounds.lock_round(round_, by=province.approver)
        rounds.extend(round_, due_on=today(), reason="Mất điện", by=province.approver)
        report = round_.submissions.get(unit=province.department)
        with pytest.raises(Refused, match="This round was closed on"):
            drafts.save(report, {}, by=province.reporter, version=0)
