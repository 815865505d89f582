"""What becomes of the reports that units left open when an act ended them: finished by a successor, cut off by the
day of the act, or closed; and what the round counts then."""

from datetime import date
from decimal import Decimal

import pytest

from indicators import drafts, left_reports, reorganisation, workflow
from indicators.calendars import window
from indicators.entry import closed_because
from indicators.left_reports import Choice
from indicators.models import Document, Entry, Membership, Observation, State, Submission, Total, Unit
from indicators.my_work import my_work
from indicators.permissions import report_seen_by, standing
from indicators.proof.verifying import verify
from indicators.refusals import Refused
from indicators.reorganisation import plan
from indicators.tree import tree_on, trees_on
from indicators.validation import expected_cells
from tests import factories, people
from tests.factories import cell, indicator, perform, type_in
from tests.indicators.figure_tables import importer, understood
from tests.indicators.pages import browser, seen
from tests.indicators.reorganisation.acts import MERGER, act, create, merge

pytestmark = pytest.mark.usefixtures("english")
JUNE, JULY = window("2025-M06"), window("2025-M07")


def tasks_of(user):
    found = my_work(user)
    return [*found.todo, *found.waiting, *found.shut, *found.finished]


def faults() -> list[str]:
    """What the replay of every history finds."""
    found = []
    verify(found.append)
    return found


class Merged:
    """Two communes under a district became one under the province on 1/7/2025; each left June and July open."""

    def __init__(self, province, clock) -> None:
        clock.set(2025, 6, 20)
        self.province, self.clock = province, clock
        self.district = factories.unit("Huyện", "district", code="107", parent=province.root)
        self.old = [factories.unit(f"Xã {n}", "commune", code=f"0339{n}", parent=self.district) for n in ("1", "2")]
        self.typist = people.person("lan", self.old[0], "reporter")
        facts = {"source_kind": "commune"}
        self.flow = indicator("KT.01", over_time="flow", **facts)
        self.stock = indicator("HT.01", **facts)
        self.running = indicator("KT.02", over_time="running", **facts)
        asked = (self.flow, self.stock, self.running)
        facts = {"units": self.old, "subject": "self", "asks_sign_off": False}
        self.june, self.july = (province.round(*asked, window=each, **facts) for each in (JUNE, JULY))
        clock.set(2025, 7, 2)
        self.by = people.superuser()
        self.act = act(
            *(merge(f"0339{n}", "03391") for n in ("1", "2")),
            create("03391", "Xã Mới", system="internal"),
            {"kind": "dissolution", "source": "107"},
            document=Document.objects.create(name="Nghị quyết 1670"),
        )
        self.act = reorganisation.apply(self.act, by=self.by, read=plan(self.act).sha256)
        self.new = Unit.objects.with_code("03391", MERGER).get()
        self.heir = people.person("mai", self.new, "reporter")

    def report(self, round_, unit=0) -> Submission:
        found = Submission.objects.select_related("round__form", "round__period", "unit")
        return found.get(round=round_, unit=self.old[unit])

    def settle(self, round_, move, unit=0) -> Submission:
        report = self.report(round_, unit)
        heir = None if move == "close" else self.new.pk
        left_reports.settle(self.act, {report.pk: Choice(move, heir)}, by=self.by)
        return self.report(round_, unit)

    def total(self, round_, asked) -> Total:
        return Total.objects.get(
            period=round_.period, indicator=asked, stage="approved", subject=self.province.root
        )


@pytest.fixture
def merged(province, clock):
    return Merged(province, clock)


def test_each_open_report_is_listed_with_what_may_become_of_it(merged, django_assert_num_queries):
    with django_assert_num_queries(4):
        found = left_reports.left(merged.act)
    told = [(each.unit, str(each.report.round.period), each.moves) for each in found]
    assert told == [
        ("Xã 1", "Month 6/2025", ("hand_over", "close")),
        ("Xã 2", "Month 6/2025", ("hand_over", "close")),
        ("Xã 1", "Month 7/2025", ("cut_off", "close")),
        ("Xã 2", "Month 7/2025", ("cut_off", "close")),
    ]
    assert {heir.name_on_day for each in found for heir in each.heirs} == {"Xã Mới"}


def test_a_period_that_begins_after_the_act_can_only_be_closed(merged):
    report = merged.report(merged.july)
    assert left_reports.moves(report, date(2025, 6, 15)) == ("close",)
    with pytest.raises(Refused, match="this cannot become of the report"):
        merged.settle(merged.july, "hand_over")


def test_the_successor_finishes_what_was_handed_over_all_the_way(merged, province):
    before = merged.report(merged.june)
    assert not standing(merged.heir, before).reports
    assert closed_because(before)
    report = merged.settle(merged.june, "hand_over")
    assert (report.ending, report.heir, report.ended_by, report.state) == (
        "handed_over",
        merged.new,
        merged.act,
        "draft",
    )
    event = report.events.get()
    assert (event.move, event.by, event.reason) == (
        "hand_over",
        merged.by,
        "Sắp xếp (Nghị quyết 1670) → Xã Mới",
    )
    assert closed_because(report) is None
    task = next(t for t in my_work(merged.heir).todo if t.submission == report)
    assert (task.unit, task.todo) == ("Xã 1", "Start")
    report = type_in(report, cell("5"), cell("7"), cell("9"), by=merged.heir)
    province.walk(report, "submit", "verify", "approve", reporter=merged.heir)
    told = Observation.objects.order_by("indicator__code").values_list(
        "reporter", "subject", "value", "contributes"
    )
    old = merged.old[0].pk
    assert list(told) == [(old, old, 7, True), (old, old, 5, True), (old, old, 9, True)]
    assert merged.total(merged.june, merged.flow).value == 5
    assert faults() == []


def test_whoever_works_for_the_successor_decides_about_none_of_it(merged, province):
    report = merged.settle(merged.june, "hand_over")
    verifier = people.person("hoa", province.office, "verifier")
    Membership.objects.create(user=verifier, unit=merged.new, role="reporter")
    report = type_in(report, cell("5"), cell("7"), cell("9"), by=merged.heir)
    report = perform("submit", report, by=merged.heir)
    assert standing(verifier, report).belongs
    assert not Submission.objects.filter(pk=report.pk).not_barred(verifier, "verify").exists()


def test_of_a_report_cut_off_the_flow_counts_the_stock_is_not_asked_and_it_is_counted_apart(merged, province):
    report = merged.settle(merged.july, "cut_off")
    assert {line.indicator for line in expected_cells(report).values()} == {merged.flow, merged.running}
    assert report.last_day == date(2025, 6, 30)
    awaited = merged.total(merged.july, merged.flow)
    assert (awaited.value, awaited.n_expected, awaited.n_closing, awaited.n_closing_reported) == (None, 0, 1, 0)
    report = type_in(report, cell("5"), cell("9"), by=merged.typist)
    province.walk(report, "submit", "verify", "approve", reporter=merged.typist)
    told = Observation.objects.order_by("indicator__code").values_list("value", "contributes")
    assert list(told) == [(5, True), (9, False)]
    total = merged.total(merged.july, merged.flow)
    assert (total.value, total.n_expected, total.n_closing, total.n_closing_reported) == (Decimal(5), 0, 1, 1)
    assert not Total.objects.filter(
        indicator__in=[merged.stock, merged.running], period=merged.july.period
    ).exists()
    assert faults() == []


def test_my_work_counts_the_figures_that_a_closing_report_asks(merged):
    report, stock = merged.report(merged.july), merged.july.lines.get(indicator=merged.stock)
    facts = {"submission": report, "line": stock, "subject": merged.old[0]}
    Entry.objects.create(**facts, state="reported", value=7)  # typed before the act
    report = type_in(merged.settle(merged.july, "cut_off"), cell("5"), cell("9"), by=merged.typist)
    told = {task.submission: (task.filled, task.total) for task in tasks_of(merged.typist)}
    assert told == {report: (2, 2), merged.report(merged.june): (0, 3)}


def test_a_table_of_figures_brings_what_a_closing_report_asks_and_no_stock(merged):
    merged.settle(merged.july, "cut_off", unit=1)
    by = importer(merged.old[1])
    plan = understood(by, "03392,2025-M07,KT.01,5", "03392,2025-M07,HT.01,7")
    assert [(row.title, row.line.new) for row in plan.changed] == [("02/CĐS, Month 7/2025, Xã 2", "5 km")]
    assert plan.faults == ["Cell C3: The report of Xã 2 for Month 7/2025 does not ask for HT.01."]
    assert plan.reports[0].problems == ("1 of 2 lines are still empty.",)


def test_those_that_close_stand_under_whoever_still_lives_above(merged):
    merged.settle(merged.july, "cut_off")
    day = merged.july.period.last_day
    for tree in (tree_on(day), trees_on([day])[day]):
        assert tree.closing == {merged.old[0].pk}
        assert list(tree.ancestors(merged.old[0].pk)) == [merged.province.root.pk]
        assert tree.subjects("each_commune", merged.province.department.pk) == [merged.new.pk]
    assert tree_on(MERGER).closing == frozenset()


def test_what_is_closed_is_awaited_no_more_and_says_why(merged):
    report = merged.settle(merged.june, "close")
    assert report.state == State.CLOSED
    assert merged.total(merged.june, merged.flow).n_expected == 1
    assert Submission.objects.expected().filter(round=merged.june).count() == 1
    sentence = "Xã 1 ended on 01/07/2025 by Nghị quyết 1670. From that day Xã Mới reports."
    assert closed_because(report) == sentence
    with pytest.raises(Refused, match=sentence):
        drafts.save(report, {}, by=merged.typist, version=report.version)
    assert workflow.open_transitions(report, merged.typist) == []
    assert [task.submission for task in my_work(merged.typist).finished] == [report]


def test_before_it_is_decided_a_report_past_the_act_is_not_awaited(merged):
    assert Submission.objects.counted().filter(round=merged.june).count() == 2
    assert Submission.objects.counted().filter(round=merged.july).count() == 0
    assert Submission.objects.expected().filter(round=merged.july).count() == 0
    merged.settle(merged.july, "cut_off")
    assert Submission.objects.counted().filter(round=merged.july).count() == 0
    assert Submission.objects.expected().filter(round=merged.july).count() == 1


def test_what_was_decided_can_still_be_closed_and_nothing_else(merged):
    merged.settle(merged.june, "hand_over")
    with pytest.raises(Refused):
        merged.settle(merged.june, "hand_over")
    report = merged.settle(merged.june, "close")
    assert [event.move for event in report.events.order_by("number")] == ["hand_over", "close"]
    assert faults() == []
    with pytest.raises(Refused, match="decided about meanwhile"):
        merged.settle(merged.june, "close")


def test_a_decision_rewritten_past_its_event_is_found(merged):
    report = merged.settle(merged.june, "hand_over")
    Submission.objects.filter(pk=report.pk).update(heir=merged.province.sister)
    [fault] = faults()
    assert "what it asks is missing, or was changed" in fault


def test_the_people_of_the_successor_read_the_history_of_all_old_units(merged, province):
    stranger = people.person("tùng", province.sister, "reporter")
    for unit in (0, 1):
        report = merged.report(merged.june, unit)
        assert report_seen_by(merged.heir, report.pk)
        assert report_seen_by(stranger, report.pk) is None
    assert Submission.objects.visible_to(merged.heir).count() == 4
    assert Submission.objects.visible_to(stranger).count() == 0
    assert Submission.objects.written_by(merged.heir).count() == 0


# --- The page


def test_the_page_decides_about_one_or_about_all_alike(merged):
    client, address = browser(merged.by), f"/admin/indicators/legalact/{merged.act.pk}/reports/"
    assert "Open reports of the units that ended" in seen(
        client.get(f"/admin/indicators/legalact/{merged.act.pk}/preview/")
    )
    shown = seen(client.get(address))
    assert "Cut it off; Xã Mới finishes it" in shown
    one = merged.report(merged.june)
    answer = client.post(address, {f"becomes-{one.pk}": f"hand_over:{merged.new.pk}"}, follow=True)
    assert "1 report was decided." in seen(answer)
    assert "Handed over to a successor" in seen(answer)
    answer = client.post(address, {"all": "cut_off"}, follow=True)
    assert "2 reports were decided." in seen(answer)
    assert "3 reports were decided." not in seen(answer)
    assert "4 reports were decided." in seen(client.post(address, {"all": "close"}, follow=True))
    assert "left no report open" in seen(client.get(address))


@pytest.mark.parametrize("posted", [{}, {"becomes-x": "close"}, {"becomes-1": "approve"}, {"all": "hand_over2"}])
def test_what_is_no_choice_is_answered_409_with_a_sentence(merged, posted):
    answer = browser(merged.by).post(f"/admin/indicators/legalact/{merged.act.pk}/reports/", posted)
    assert answer.status_code == 409
    assert Submission.objects.exclude(ending="").count() == 0


def test_whoever_does_not_keep_the_catalogue_decides_nothing(merged, province):
    for person in (province.verifier, merged.heir):
        answer = browser(person).post(f"/admin/indicators/legalact/{merged.act.pk}/reports/", {"all": "close"})
        assert answer.status_code in (302, 403)
    assert not Submission.objects.filter(state="closed").exists()


def test_a_successor_is_led_from_an_old_report_to_what_was_handed_in(merged, province):
    report = merged.settle(merged.june, "hand_over")
    report = type_in(report, cell("5"), cell("7"), cell("9"), by=merged.heir)
    province.walk(report, "submit", "verify", "approve", reporter=merged.heir)
    other = people.person("tâm", merged.new, "signer")
    assert "Xã 1" in seen(browser(other).get(f"/submissions/{report.pk}/", follow=True))
