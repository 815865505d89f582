"""value → not available → value: an approved figure is reopened, changed and goes the whole way again. What stood
stands until the new approval, and what stood at any moment can be told from the four moments (domain.md 22)."""

from decimal import Decimal

import pytest
from django.db.models import Q

from indicators import totals
from indicators.clock import now
from indicators.models import Observation, Total
from tests.factories import cell, indicator, type_in

REASON = "Trạm đo hỏng từ ngày 1/9"
DAYS = [(2026, 9, day, 8, 0) for day in range(15, 25)]


def approved_as_of(at):
    """What a reader of the approved figures saw at a moment, from the moments alone: an obvious reference."""
    stood = Q(approved_at__lte=at) & (Q(superseded_at__isnull=True) | Q(superseded_at__gt=at))
    return figures(Observation.objects.filter(stood))


def published_as_of(at):
    stood = Q(published_at__lte=at) & (Q(unpublished_at__isnull=True) | Q(unpublished_at__gt=at))
    return figures(Observation.objects.filter(stood))


def figures(observations):
    return sorted(observations.values_list("indicator__code", "state", "value"))


def total(stage, subject):
    """value, reported, not available of the two departments' total about the province."""
    row = Total.objects.filter(stage=stage, subject=subject)
    return row.values_list("value", "n_reported", "n_not_available", "n_expected").get()


class Story:
    """Two departments report about the province; the sister's 1000 is approved before the story begins."""

    def __init__(self, province, clock, **facts):
        self.province, self.clock, self.days = province, clock, iter(DAYS)
        self.next_day()
        round_ = province.round(indicator("HT.01"), units=[province.department, province.sister], **facts)
        self.submission = round_.submissions.get(unit=province.department)
        self.round = round_

    def next_day(self):
        return self.clock.set(*next(self.days))

    def approve_sister(self):
        sister = type_in(
            self.round.submissions.get(unit=self.province.sister), cell("1000"), by=self.province.outsider
        )
        return self.province.walk(sister, "submit", "verify", "approve", reporter=self.province.outsider)

    def enter(self, entry):
        self.submission = type_in(self.submission, entry, by=self.province.reporter)
        return self.next_day()

    def move(self, *moves):
        self.submission = self.province.walk(self.submission, *moves)
        return now()


@pytest.fixture
def story(province, clock):
    story = Story(province, clock, asks_sign_off=False)
    story.approve_sister()
    return story


def of(state, value=None):
    return ("HT.01", state, value and Decimal(value))


SISTER = of("reported", "1000")


def test_value_to_not_available_and_back_is_right_at_every_step(story):
    root = story.province.root
    story.enter(cell("14433"))
    first = story.move("submit", "verify", "approve")
    story.next_day()
    assert total("approved", root) == total("published", root) == (15433, 2, 0, 2)

    story.move("reopen")
    story.enter(cell(state="not_available", note=REASON))
    handed_in_again = story.move("submit", "verify")
    assert total("approved", root) == total("published", root) == (15433, 2, 0, 2)
    assert approved_as_of(handed_in_again) == [SISTER, of("reported", "14433")]
    story.next_day()
    second = story.move("approve")
    assert total("approved", root) == total("published", root) == (1000, 1, 1, 2)

    story.next_day()
    story.move("reopen")
    story.enter(cell("14500"))
    third = story.move("submit", "verify", "approve")
    assert total("approved", root) == total("published", root) == (15500, 2, 0, 2)

    said_then = {
        first: of("reported", "14433"),
        second: of("not_available"),
        third: of("reported", "14500"),
    }
    for at, own in said_then.items():
        assert approved_as_of(at) == published_as_of(at) == sorted([SISTER, own], key=str)
    between = first + (second - first) / 2
    assert approved_as_of(between) == [SISTER, of("reported", "14433")]
    before = first.replace(year=2025)
    assert approved_as_of(before) == published_as_of(before) == []


def test_each_adjustment_supersedes_exactly_the_version_before(story):
    moments = []
    for figure in ("1", "2", "3"):
        story.enter(cell(figure))
        moments.append(story.move("submit", "verify", "approve"))
        story.next_day()
        story.move("reopen")
    rows = Observation.objects.filter(submission=story.submission).order_by("pk")
    assert list(rows.values_list("value", "approved_at", "superseded_at", "published_at", "unpublished_at")) == [
        (1, moments[0], moments[1], moments[0], moments[1]),
        (2, moments[1], moments[2], moments[1], moments[2]),
        (3, moments[2], None, moments[2], None),
    ]
    assert [row.revision.number for row in rows] == [1, 2, 3]


@pytest.mark.parametrize(
    "moves",
    [
        ["reopen"],
        ["reopen", "submit"],
        ["reopen", "submit", "withdraw"],
        ["reopen", "submit", "return"],
        ["reopen", "submit", "verify"],
        ["reopen", "submit", "verify", "return"],
        ["reopen", "submit", "verify", "withdraw"],
    ],
    ids=" ".join,
)
def test_the_old_figure_stands_until_the_new_approval(story, moves):
    story.enter(cell("14433"))
    story.move("submit", "verify", "approve")
    for move in moves:
        story.move(move)
        if move == "reopen":
            story.enter(cell("9"))
    assert approved_as_of(now()) == published_as_of(now()) == [SISTER, of("reported", "14433")]
    assert total("approved", story.province.root) == (15433, 2, 0, 2)


def test_the_reason_of_what_is_not_available_stands_with_the_figure(story):
    story.enter(cell(state="not_available", note=REASON))
    story.move("submit", "verify", "approve")
    observation = Observation.objects.get(submission=story.submission)
    assert (observation.state, observation.explanation, observation.value) == ("not_available", REASON, None)


def test_a_line_left_empty_in_the_adjustment_leaves_no_figure_standing(province, clock):
    """Missing is never stored: it is an expected line without an observation."""
    story = Story(province, clock, asks_sign_off=False)
    story.round.lines.update(is_mandatory=False)
    story.enter(cell("14433"))
    story.move("submit", "verify", "approve", "reopen")
    story.next_day()
    story.enter(cell())
    story.move("submit", "verify", "approve")
    assert approved_as_of(now()) == []
    assert Observation.objects.count() == 1
    assert total("approved", province.root) == (None, 0, 0, 2)


def test_with_a_publication_step_the_published_figure_stands_beside_the_newly_approved_one(province, clock):
    story = Story(province, clock, asks_sign_off=False, asks_publication=True)
    story.enter(cell("14433"))
    first = story.move("submit", "verify", "approve")
    assert published_as_of(first) == []
    assert total("approved", province.root) == (14433, 1, 0, 2)
    assert total("published", province.root) == (None, 0, 0, 2)

    published = story.next_day()
    Observation.objects.update(published_at=published)
    totals.recompute(story.round.period_id, [Observation.objects.get().indicator_id])
    assert total("published", province.root) == (14433, 1, 0, 2)

    story.move("reopen")
    story.enter(cell(state="not_available", note=REASON))
    second = story.move("submit", "verify", "approve")
    assert approved_as_of(second) == [of("not_available")]
    assert published_as_of(second) == [of("reported", "14433")]
    assert total("approved", province.root) == (None, 0, 1, 2)
    assert total("published", province.root) == (14433, 1, 0, 2)


def test_an_adjustment_of_one_report_touches_no_other_report(story):
    story.enter(cell("14433"))
    story.move("submit", "verify", "approve")
    sister = Observation.objects.get(reporter=story.province.sister)
    story.next_day()
    story.move("reopen", "submit", "verify", "approve")
    after = Observation.objects.get(reporter=story.province.sister)
    assert (after.pk, after.superseded_at, after.unpublished_at) == (sister.pk, None, None)
