"""A round is published as a whole by who holds that step: numbered, bound to what was read, once (domain.md 22)."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation

from indicators import publishing, sealing
from indicators.clock import today
from indicators.models import Observation, Publication, StepHolder, Total
from indicators.refusals import ContentChanged, Refused
from tests import people
from tests.factories import Province, cell, indicator, publish, type_in

pytestmark = pytest.mark.django_db
WAY = ("submit", "verify", "approve")


class Story:
    """Two departments report a sum about the province, on a form that asks for publication."""

    def __init__(self, province: Province, clock) -> None:
        self.province, self.clock, self.day = province, clock, 15
        self.next_day()
        both = [province.department, province.sister]
        asks = {"asks_sign_off": False, "asks_publication": True}
        self.round = province.round(indicator("HT.01"), units=both, **asks)

    def next_day(self):
        self.day += 1
        return self.clock.set(2026, 9, self.day, 8, 0)

    def approve(self, value: str, *, sister: bool = False):
        unit = self.province.sister if sister else self.province.department
        reporter = self.province.outsider if sister else self.province.reporter
        report = self.round.submissions.get(unit=unit)
        moves = ("reopen", *WAY) if report.state == "approved" else WAY
        if moves[0] == "reopen":
            report = self.province.walk(report, "reopen")
        type_in(report, cell(value), by=reporter)
        return self.province.walk(report, *WAY, reporter=reporter)

    def publish(self, **said) -> Publication:
        return publish(self.round, by=self.province.publisher, **said)

    def total(self, stage: str = "published"):
        return Total.objects.filter(stage=stage).values_list("value", "n_reported", "n_expected").get()


@pytest.fixture
def story(province: Province, clock) -> Story:
    return Story(province, clock)


def test_publishing_writes_moments_totals_and_a_numbered_row(story: Story) -> None:
    story.approve("14433")
    assert story.total() == (None, 0, 2)
    at = story.next_day()
    made = story.publish(number="15/TB-UBND")
    assert story.total() == (14433, 1, 2)
    assert Observation.objects.get().published_at == at
    facts = (made.number, made.document, made.document_date, made.n_published, made.n_expected, made.missing)
    assert facts == (1, "15/TB-UBND", today(), 1, 2, ["Sở Tài chính"])
    assert (made.at, made.by) == (at, story.province.publisher)


def test_a_late_report_waits_for_the_next_numbered_publication(story: Story) -> None:
    story.approve("14433")
    first = story.publish()
    story.next_day()
    story.approve("1000", sister=True)
    assert (story.total(), story.total("approved")) == ((14433, 1, 2), (15433, 2, 2))
    story.next_day()
    second = story.publish()
    assert story.total() == (15433, 2, 2)
    assert (second.number, second.n_published, second.missing) == (2, 2, [])
    assert [(r["unit"], r["is_new"]) for r in json.loads(second.content)["reports"]] == [
        ("Sở Khoa học và Công nghệ", False),
        ("Sở Tài chính", True),
    ]
    assert list(Publication.objects.order_by("number")) == [first, second]


def test_an_adjusted_figure_replaces_the_published_one_at_the_next_publication(story: Story) -> None:
    story.approve("14433")
    story.publish()
    story.next_day()
    story.approve("14500")
    assert (story.total(), story.total("approved")) == ((14433, 1, 2), (14500, 1, 2))
    at = story.next_day()
    made = story.publish()
    assert story.total() == (14500, 1, 2)
    old, new = Observation.objects.order_by("pk")
    assert (old.unpublished_at, new.published_at, new.unpublished_at) == (at, at, None)
    (report,) = json.loads(made.content)["reports"]
    assert (report["is_new"], report["is_adjusted"], report["revision"]) == (False, True, 2)


def test_a_figure_adjusted_before_it_was_published_never_stood_published(story: Story) -> None:
    story.approve("1")
    story.approve("2")
    story.publish()
    assert [(o.value, o.published_at is None) for o in Observation.objects.order_by("pk")] == [
        (1, True),
        (2, False),
    ]


def test_what_was_published_before_stays_as_it_was(story: Story) -> None:
    story.approve("14433")
    first = story.publish()
    story.next_day()
    story.approve("14500")
    story.publish()
    again = Publication.objects.get(number=1)
    assert (again.content, again.sha256) == (first.content, first.sha256)
    assert json.loads(again.content)["figures"][0]["total"]["value"] == "14433"
    assert sealing.sha256(again.content) == again.sha256


def test_a_second_press_publishes_nothing_twice(story: Story) -> None:
    story.approve("14433")
    read = publishing.propose(story.round).sha256
    paper = publishing.Paper("15/TB-UBND", today())
    publishing.publish(story.round, paper, by=story.province.publisher, read=read)
    with pytest.raises(Refused, match="16/09/2026"):
        publishing.publish(story.round, paper, by=story.province.publisher, read=read)
    assert Publication.objects.count() == 1


def test_what_changed_since_the_page_was_opened_is_not_published(story: Story) -> None:
    story.approve("14433")
    read = publishing.propose(story.round).sha256
    story.approve("1000", sister=True)
    with pytest.raises(ContentChanged):
        publishing.publish(story.round, publishing.Paper("15", today()), by=story.province.publisher, read=read)
    assert not Publication.objects.exists()
    assert not Observation.objects.filter(published_at__isnull=False).exists()


def test_a_round_with_nothing_approved_has_nothing_to_publish(story: Story) -> None:
    with pytest.raises(Refused):
        story.publish()
    assert not Publication.objects.exists()


@pytest.mark.parametrize(("number", "days"), [("  ", 0), ("15/TB-UBND", 1)])
def test_a_publication_names_a_document_of_a_day_that_has_come(story: Story, number: str, days: int) -> None:
    story.approve("1")
    paper = publishing.Paper(number, today() + timedelta(days=days))
    read = publishing.propose(story.round).sha256
    with pytest.raises(Refused):
        publishing.publish(story.round, paper, by=story.province.publisher, read=read)
    assert not Publication.objects.exists()


@pytest.mark.parametrize("who", ["reporter", "verifier", "approver", "leader", "admin", "other"])
def test_only_publishers_of_the_unit_that_holds_the_step_publish(story: Story, who: str) -> None:
    story.approve("1")
    by = {
        "admin": people.superuser,
        "other": lambda: people.person("other", story.province.sister, "publisher"),
    }.get(who, lambda: getattr(story.province, who))()
    with pytest.raises(Refused):
        publish(story.round, by=by)
    assert not Publication.objects.exists()


def test_a_form_whose_publication_nobody_holds_says_so(story: Story) -> None:
    story.approve("1")
    StepHolder.objects.filter(step="publish").delete()
    with translation.override("en"):
        for user in (people.superuser(), story.province.publisher):
            assert str(publishing.barred(story.round, user)).startswith("No unit holds the publication")


def test_publishing_ends_with_the_membership(story: Story) -> None:
    story.approve("1")
    story.province.publisher.memberships.update(valid_until=today())
    with pytest.raises(Refused):
        story.publish()


def test_a_round_that_publishes_on_approval_has_no_such_step(province: Province) -> None:
    round_ = province.round(indicator("HT.01"), asks_sign_off=False)
    report = type_in(round_.submissions.get(), cell("7"), by=province.reporter)
    province.walk(report, *WAY)
    assert Observation.objects.get().published_at is not None
    with pytest.raises(Refused):
        publish(round_, by=province.publisher)
    assert list(publishing.rounds_published_by(province.publisher)) == []


def test_a_publication_is_held_by_one_unit_for_all(story: Story) -> None:
    holder = StepHolder(
        form=story.round.form, step="publish", reporting_unit=story.province.sister, holder=story.province.root
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        holder.save()


@pytest.mark.parametrize("act", ["update", "delete"])
def test_a_publication_is_never_rewritten(story: Story, act: str) -> None:
    story.approve("1")
    story.publish()
    rows = Publication.objects.all()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(document="99") if act == "update" else rows._raw_delete(rows.db)
    assert Publication.objects.get().document == "15/TB-UBND"


def test_a_line_left_empty_in_an_adjustment_is_published_as_missing(story: Story) -> None:
    story.round.lines.update(is_mandatory=False)
    story.approve("14433")
    story.publish()
    report = story.province.walk(story.round.submissions.get(unit=story.province.department), "reopen")
    type_in(report, cell(), by=story.province.reporter)
    story.province.walk(report, *WAY)
    made = story.publish()
    assert story.total() == (None, 0, 2)
    assert (made.n_published, len(made.missing)) == (0, 2)
