"""Who holds a step and whom four eyes keep from it, told twice: in Python of one report (permissions.py,
four_eyes.py), in SQL of many (SubmissionQuerySet). Both must say the same of anybody about any report."""

import random
from datetime import date, timedelta

import pytest
from django.db.models import F

from indicators import gaps, notifications, workflow
from indicators.admin.queue import waiting_for
from indicators.calendars import quarter
from indicators.clock import now, today
from indicators.four_eyes import barred_by
from indicators.gaps import Gap
from indicators.models import (
    Assessment,
    CountingFigure,
    EntryChange,
    Membership,
    OnBehalf,
    Revision,
    Role,
    RoundLine,
    State,
    Step,
    StepHolder,
    StoredFile,
    Submission,
    SubmissionEvent,
    Succession,
    User,
)
from indicators.models.submissions import BARS, HOLDING
from indicators.opening import open_round
from indicators.permissions import standing, step_holders
from tests import factories, people
from tests.factories import indicator

ROLES = (Role.REPORTER, Role.SIGNER, Role.VERIFIER, Role.APPROVER, Role.READER)
FROM_TODAY, FROM_TOMORROW = {"valid_from": 0}, {"valid_from": 1}
DAYS = ({}, {}, {}, {"valid_until": -1}, {"valid_until": 0}, {"valid_until": 1}, FROM_TODAY, FROM_TOMORROW)
JOINED = ("round__form", "round__period", "unit")


class World:
    """Units, people and reports thrown together, with histories that no way through the steps would give."""

    def __init__(self, province, luck: int) -> None:
        self.chance = random.Random(luck)
        self.units = [province.department, province.sister, province.office, province.root]
        self.old = factories.unit("Sở Thông tin và Truyền thông", parent=province.root)
        heir = self.chance.choice(self.units[:2])
        effective_on = today() + timedelta(days=self.chance.choice([-9, 1]))
        Succession.objects.create(predecessor=self.old, successor=heir, effective_on=effective_on)
        for number in range(7):
            self._give_roles(people.person(f"p{number}", is_active=number > 0))
        self.people = list(User.objects.order_by("pk"))
        for number in range(4):
            self._open(number)
        self.reports = list(Submission.objects.select_related(*JOINED).order_by("pk"))
        for report in self.reports:
            self._make_history(report)
            report.refresh_from_db(fields=["state", "version", "handed_in_at"])

    def _give_roles(self, user: User) -> None:
        for _ in range(self.chance.randint(1, 3)):
            days = self.chance.choice(DAYS)
            facts = {name: today() + timedelta(days=n) for name, n in days.items()}
            role, unit = self.chance.choice(ROLES), self.chance.choice(self.units)
            if not Membership.objects.filter(user=user, unit=unit, role=role).exists():
                begun = facts.get("valid_from", date(2020, 1, 1))
                Membership.objects.create(user=user, unit=unit, role=role, **facts | {"valid_from": begun})

    def _open(self, number: int) -> None:
        archival = number == 3
        units = [self.old] if archival else self.units[:3]
        form = factories.form(
            *units,
            holders={},
            indicators=[indicator(f"HT.{number}")],
            subject="self",
            asks_verification=self.chance.random() < 0.7,
            counting_figure=self.chance.choice(CountingFigure.values),
        )
        for step in HOLDING:
            for unit in (None, *units):
                if self.chance.random() < (0.8 if unit is None else 0.3):
                    holder = self.chance.choice(self.units)
                    StepHolder.objects.create(form=form, step=step, reporting_unit=unit, holder=holder)
        facts = {"archive": "Báo cáo 2023"} if archival else {"due_on": today()}
        open_round(
            form, factories.period(quarter(2023, 1) if archival else None), opens_on=date(2020, 1, 1), **facts
        )

    def _make_history(self, report: Submission) -> None:
        """Version by version: an approval, a verification, a change, an own figure, an entry on behalf."""
        line, length = report.round.lines.get(), self.chance.randint(0, 5)
        for version in range(1, length + 1):
            who = {"submission": report, "version": version, "by": self.chance.choice(self.people)}
            what = self.chance.choice(["approve", "verify", "change", "own", "behalf"])
            if what == "change":
                EntryChange.objects.create(line=line, subject=report.unit, old={}, new={}, at=now(), **who)
            elif what == "behalf":
                self._on_behalf(who)
            elif what == "own":
                self._own_figure(who, line)
            else:
                self._event(what, version, who)
        state = self.chance.choice([State.AWAITING_SIGN_OFF, State.SUBMITTED, State.VERIFIED])
        self._event("submit", length + 1, who | {"version": length + 1} if length else self._anybody(report))
        Submission.objects.filter(pk=report.pk).update(state=state, version=length + 1, handed_in_at=now())

    def _anybody(self, report: Submission) -> dict:
        return {"submission": report, "version": 1, "by": self.chance.choice(self.people)}

    @staticmethod
    def _event(move: str, number: int, who: dict) -> None:
        SubmissionEvent.objects.create(
            number=number, move=move, from_state="draft", to_state="submitted", at=now(), hash=str(number), **who
        )

    @staticmethod
    def _own_figure(who: dict, line: RoundLine) -> None:
        report, by = who["submission"], who["by"]
        read = Revision.objects.create(submission=report, number=who["version"], content="", by=by, at=now())
        figure = {"state": "reported", "value": 1, "reason": "Theo sổ", "explain_by": today(), "reported": {}}
        Assessment.objects.create(revision=read, line=line, subject=report.unit, at=now(), **figure, **who)

    def _on_behalf(self, who: dict) -> None:
        name = f"{who['submission'].pk}-{who['version']}"
        scan = StoredFile.objects.create(
            name=name, content_type="image/png", size=1, sha256=name, stored_as=name, added_by=who["by"]
        )
        paper = {"reason": "Mưa lũ", "signed_on": today(), "signer": "Lò A", "signer_title": "Chủ tịch"}
        OnBehalf.objects.create(
            unit=self.units[2], file=scan, at=now(), ended_at=now(), ended_by=who["by"], **paper, **who
        )


@pytest.fixture(params=range(2))
def world(province, request) -> World:
    return World(province, request.param)


def pairs(world: World):
    return [(user, report, standing(user, report)) for report in world.reports for user in world.people]


def test_sql_and_python_name_the_same_holders_and_the_same_bars(world):
    held, barred = set(), set()
    named = Submission.objects.with_holders().annotate(v=F("verify_holder"), a=F("approve_holder"))
    rows = named.order_by("pk").values_list("pk", "v", "a")
    in_sql = {pk: {step: unit for step, unit in zip(HOLDING, of, strict=True) if unit} for pk, *of in rows}
    assert in_sql == {report.pk: step_holders(report) for report in world.reports}
    for user in world.people:
        of_user = {report: standing(user, report) for report in world.reports}
        for step, name in ((Step.VERIFY, "verifies"), (Step.APPROVE, "approves")):
            expected = {report for report, where in of_user.items() if getattr(where, name)}
            assert set(Submission.objects.held_by(user, step)) == expected, (str(user), step)
            held |= {bool(expected), len(expected) < len(world.reports)}
        for move, bars in BARS.items():
            rows = Submission.objects.with_bars(user, move)
            first = {row: next((bar for bar in bars if getattr(row, f"bar_{bar}")), None) for row in rows}
            assert first == {r: barred_by(move, r, user, where) for r, where in of_user.items()}, (str(user), move)
            free = set(Submission.objects.not_barred(user, move))
            assert free == {report for report, bar in first.items() if bar is None}, (str(user), move)
            barred |= set(first.values())
    assert held == {True, False}
    assert None in barred
    assert len(barred) > 3


def test_the_queue_and_the_notices_are_of_those_for_whom_the_move_is_open(world):
    kinds = {"to_sign": "sign", "to_verify": "verify", "to_approve": "approve"}
    found = notifications.find([duty for duty in notifications.DUTIES if duty.kind in kinds])
    told = {(each.user, each.submission, kinds[each.kind]) for each in found}
    may = {
        (user.pk, report.pk, move)
        for user, report, where in pairs(world)
        for move, sentence in workflow.refusals(report, user, where).items()
        if move in BARS and sentence is None
    }
    assert told == may
    for user in world.people:
        queue = set(waiting_for(user, Submission.objects.all()).values_list("pk", flat=True))
        assert queue == {pk for person, pk, move in may if person == user.pk and move != "sign"}


def test_a_gap_is_where_nobody_in_use_holds_a_step_and_belongs_elsewhere(world):
    seen = set()
    for report in world.reports:
        (asked,) = gaps.looked_at(report.round.form, [report.unit], is_archival=report.round.is_archival)
        where = [standing(user, report) for user in world.people if user.is_active]
        has_verifier = any(w.verifies and not w.belongs for w in where) or not report.round.asks_verification
        has_approver = any(w.approves and not w.belongs for w in where)
        assert (Gap.VERIFIER in asked.gaps, Gap.APPROVER in asked.gaps) == (not has_verifier, not has_approver)
        seen |= {has_verifier, has_approver}
    assert seen == {True, False}
