"""Many reports of a round decided at once: each as alone, all or some, and never twice."""

from datetime import date
from decimal import Decimal

import pytest

from indicators import deciding, event_chain, totals
from indicators.deciding import Choice
from indicators.models import Decision, Membership, Observation, Role, SubmissionEvent, Total, UsedKey
from indicators.refusals import Refused
from tests import factories, people
from tests.factories import cell, indicator, type_in

pytestmark = pytest.mark.usefixtures("english")

DAY = date(2026, 9, 20)


@pytest.fixture
def round_(province):
    """Two departments have reported 5 and 7; both reports are verified."""
    made = province.round(indicator("HT.01"), units=[province.department, province.sister], subject="self")
    for unit, value in ((province.department, "5"), (province.sister, "7")):
        verified(province, made.submissions.get(unit=unit), value)
    return made


def verified(province, report, value):
    reporter, signer = province.reporter, province.unit_leader
    if report.unit != province.department:
        reporter = province.outsider
        signer = people.person(f"signer {report.pk}", report.unit, Role.SIGNER)
    report = type_in(report, cell(value), by=reporter)
    report = factories.perform("submit", report, by=reporter)
    report = factories.perform("sign", report, by=signer)
    return factories.perform("verify", report, by=province.verifier)


def choice(province, round_, *, move="approve", **facts):
    handed_in = round_.submissions.filter(revisions__isnull=False)
    read = dict(handed_in.values_list("pk", "revisions__sha256"))
    usual = {"read": read, "by": province.approver, "key": "k1", "number": " 12/QĐ-UBND ", "decided_on": DAY}
    return Choice(move=move, round=round_, **usual | facts)


def states(round_):
    return list(round_.submissions.order_by("pk").values_list("state", flat=True))


def said_by(event):
    names = ("number", "version", "move", "from_state", "to_state", "reason", "revision_sha256", "previous_hash")
    return {name: getattr(event, name) for name in names}


def province_total(province):
    sums = Total.objects.values_list("value", "n_reported", "n_expected")
    return sums.get(subject=province.root, stage="approved")


class TestApproving:
    def test_writes_every_figure_and_the_totals_above(self, province, round_):
        outcome = deciding.decide(choice(province, round_))
        assert (len(outcome.done), outcome.refused) == (2, [])
        assert states(round_) == ["approved", "approved"]
        assert province_total(province) == (Decimal(12), 2, 2)
        assert sorted(Observation.objects.values_list("value", flat=True)) == [5, 7]

    def test_keeps_one_decision_and_names_it_in_the_chain_of_each_report(self, province, round_):
        deciding.decide(choice(province, round_))
        decision = Decision.objects.get()
        assert (decision.number, decision.decided_on, decision.by) == ("12/QĐ-UBND", DAY, province.approver)
        events = list(SubmissionEvent.objects.filter(move="approve").order_by("pk"))
        assert [event.decision for event in events] == [decision, decision]
        for event in events:
            row = said_by(event)
            with_it = row | {"decision": decision.as_json()}
            assert event.hash == event_chain.event_hash(event.submission_id, event.by_id, event.at, with_it)
            assert event.hash != event_chain.event_hash(event.submission_id, event.by_id, event.at, row)

    def test_an_approval_alone_hashes_as_before(self, province, round_):
        report = round_.submissions.get(unit=province.department)
        factories.perform("approve", report, by=province.approver, comment="")
        event = report.events.latest("number")
        row = said_by(event)
        assert (event.decision, event.hash) == (
            None,
            event_chain.event_hash(report.pk, event.by_id, event.at, row),
        )

    def test_leaves_out_what_was_not_chosen(self, province, round_):
        asked = choice(province, round_)
        first, second = sorted(asked.read)
        deciding.decide(choice(province, round_, read={first: asked.read[first]}))
        assert states(round_) == ["approved", "verified"]
        assert province_total(province) == (Decimal(5), 1, 2)
        assert second

    def test_refuses_the_one_that_changed_and_approves_the_others(self, province, round_):
        asked = choice(province, round_)
        report = round_.submissions.get(unit=province.sister)
        factories.perform("return", report, by=province.approver)
        report.refresh_from_db()
        type_in(report, cell("8"), by=province.outsider)
        signer = Membership.objects.get(unit=province.sister, role=Role.SIGNER).user
        for move, by in (("submit", province.outsider), ("sign", signer), ("verify", province.verifier)):
            factories.perform(move, report, by=by)
        outcome = deciding.decide(asked)
        (refusal,) = outcome.refused
        assert (refusal.report, refusal.read) == (report.pk, asked.read[report.pk])
        assert refusal.sentence.startswith("The report changed after you opened it")
        assert states(round_) == ["approved", "verified"]
        assert province_total(province) == (Decimal(5), 1, 2)

    def test_refuses_what_four_eyes_bar_and_approves_the_others(self, province, round_):
        Membership.objects.create(user=province.approver, unit=province.sister, role=Role.READER)
        outcome = deciding.decide(choice(province, round_))
        assert [refusal.sentence for refusal in outcome.refused] == [
            "Nobody verifies or approves a report of the unit he or she works for; another person must do it."
        ]
        assert states(round_) == ["approved", "verified"]

    def test_that_succeeds_with_none_keeps_neither_decision_nor_key(self, province, round_):
        Membership.objects.create(user=province.approver, unit=province.sister, role=Role.READER)
        Membership.objects.create(user=province.approver, unit=province.department, role=Role.READER)
        outcome = deciding.decide(choice(province, round_))
        assert (outcome.done, len(outcome.refused)) == ([], 2)
        assert (Decision.objects.count(), UsedKey.objects.count()) == (0, 0)

    def test_pressed_twice_is_done_once(self, province, round_):
        deciding.decide(choice(province, round_))
        before = SubmissionEvent.objects.count()
        assert deciding.decide(choice(province, round_)).is_repeated
        assert (SubmissionEvent.objects.count(), Decision.objects.count()) == (before, 1)

    def test_names_the_report_whose_total_cannot_be_kept_and_approves_the_others(
        self, province, round_, monkeypatch
    ):
        """A total of more than eleven is taken to be too long."""

        def too_long(definition, rollup):
            if rollup.value and rollup.value > 11:
                raise Refused("Too long.")

        monkeypatch.setattr(totals, "_refuse_too_long", too_long)
        outcome = deciding.decide(choice(province, round_))
        assert [refusal.sentence for refusal in outcome.refused] == ["Too long."]
        assert states(round_) == ["approved", "verified"]
        assert province_total(province) == (Decimal(5), 1, 2)

    def test_of_a_report_that_the_person_may_not_see_does_nothing(self, province, round_):
        outcome = deciding.decide(choice(province, round_, by=province.leader))
        assert (outcome.done, outcome.refused, states(round_)) == ([], [], ["verified", "verified"])

    def test_of_a_report_of_another_round_does_nothing(self, province, round_):
        other = province.round(indicator("HT.02"), subject="self")
        outcome = deciding.decide(choice(province, other, read=choice(province, round_).read))
        assert (outcome.done, states(round_)) == ([], ["verified", "verified"])

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"number": " "}, "Give the number and the day of the decision."),
            ({"decided_on": None}, "Give the number and the day of the decision."),
            ({"read": {}}, "No report is chosen."),
        ],
    )
    def test_needs_its_document_and_at_least_one_report(self, province, round_, facts, sentence):
        with pytest.raises(Refused) as refused:
            deciding.decide(choice(province, round_, **facts))
        assert (refused.value.sentence, states(round_)) == (sentence, ["verified", "verified"])

    def test_computes_the_totals_once(self, province, round_, monkeypatch):
        written, write = [], totals._write
        monkeypatch.setattr(totals, "_write", lambda *what: written.append(what[1]) or write(*what))
        deciding.decide(choice(province, round_))
        assert len(written) == 2  # approved and published

    def test_totals_are_put_off_only_inside_a_transaction(self):
        with pytest.raises(RuntimeError), totals.once():
            pass


class TestReturning:
    def test_gives_all_of_them_back_with_the_reason(self, province, round_):
        outcome = deciding.decide(choice(province, round_, move="return", comment="Thiếu thuyết minh", number=""))
        assert (len(outcome.done), states(round_)) == (2, ["returned", "returned"])
        reasons = SubmissionEvent.objects.filter(move="return").values_list("reason", "decision")
        assert set(reasons) == {("Thiếu thuyết minh", None)}
        assert Decision.objects.count() == 0

    def test_needs_a_reason(self, province, round_):
        with pytest.raises(Refused, match="Give a reason for the return"):
            deciding.decide(choice(province, round_, move="return", comment=" "))

    def test_leaves_what_changed_since_it_was_read(self, province, round_):
        asked = choice(province, round_, move="return", comment="Thiếu thuyết minh")
        first, second = sorted(asked.read)
        stale = choice(province, round_, move="return", comment="Sai", read=asked.read | {first: "0" * 64})
        outcome = deciding.decide(stale)
        assert ([r.report for r in outcome.refused], outcome.done) == ([first], [second])
        assert states(round_) == ["verified", "returned"]
