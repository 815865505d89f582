"""Who may do what to a report. `visible_to` on the QuerySets says who may see it at all."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from .clock import today
from .models import REVIEWING, Membership, OnBehalf, Role, StepHolder, Submission, Succession, Task, Unit, User

IMPORT = "indicators.import_submission"


@dataclass(frozen=True)
class Standing:
    """How a person stands to one report today. A superuser counts as himself (domain.md 21)."""

    reports: bool
    signs: bool
    verifies: bool
    approves: bool
    belongs: bool  # any membership in the reporting unit
    on_behalf: bool = False  # enters for the unit now, as one of those who verify it; counts as `reports`
    signs_as: Membership | None = None  # by which he or she signs; one that may sign today before any other
    signers: tuple[Membership, ...] = ()  # who may sign for the unit today, whoever asks; newest first

    @property
    def works_on_it(self) -> bool:
        """May see what is being written; everybody else sees what was handed in."""
        return self.reports or self.signs

    @property
    def has_a_part(self) -> bool:
        return self.works_on_it or self.verifies or self.approves

    def holds(self, role: str) -> bool:
        return {
            Role.REPORTER: self.reports,
            Role.SIGNER: self.signs,
            Role.VERIFIER: self.verifies,
            Role.APPROVER: self.approves,
        }[Role(role)]


def report_seen_by(user: User, pk: int) -> tuple[Submission, Standing] | None:
    """One report with how the user stands to it; None where `Submission.objects.visible_to` does not hold it. The
    same rule in Python: for one row that is a third of the cost, and whoever opens a report needs both."""
    report = Submission.objects.select_related("round__form", "round__period", "unit").filter(pk=pk).first()
    if report is None:
        return None
    where = standing(user, report)
    sees = user.is_superuser or where.has_a_part or _took_over(user, report)
    return (report, where) if sees else None


def _took_over(user: User, submission: Submission) -> bool:
    """Works for a successor of the unit, whose history is then his or hers to read; asked of ended units alone."""
    if submission.unit.ended is None:
        return False
    heirs = {"predecessor": submission.unit_id, "effective_on__lte": today()}
    mine = Membership.objects.on(today()).filter(user=user, role__in=[Role.REPORTER, Role.SIGNER])
    return mine.filter(**{f"unit__to_predecessors__{name}": value for name, value in heirs.items()}).exists()


def standing(user: User, submission: Submission) -> Standing:
    """One query: today's memberships of the user and of those who sign for the unit. One more for reviewers: who
    holds the form's steps for this unit; one for the successors of an ended unit, whose people type its figures of
    the past, and one for those who verify a report that waits for its unit: they may be entering on its behalf."""
    of_unit = Q(unit=submission.unit_id, role=Role.SIGNER)
    known = Membership.objects.on(today()).filter(Q(user=user) | of_unit).select_related("user")
    found = list(known.order_by("valid_from", "pk"))
    held = [each for each in found if each.user_id == user.pk]
    mine = {(each.role, each.unit_id) for each in held}
    holders = step_holders(submission) if any(role in REVIEWING for role, _ in mine) else {}
    units = {submission.unit_id, *_successors(submission)}
    if submission.heir_id:
        units.add(submission.heir_id)
    verifies = (Role.VERIFIER, holders.get("verify")) in mine
    belongs = any(member_of in units for _, member_of in mine)
    on_behalf = verifies and not belongs and _enters_on_behalf(user, submission)
    signs_as = _signs_as(held, submission, units)
    return Standing(
        reports=on_behalf or any((Role.REPORTER, unit) in mine for unit in units),
        signs=signs_as is not None,
        verifies=verifies,
        approves=(Role.APPROVER, holders.get("approve")) in mine,
        belongs=belongs,
        on_behalf=on_behalf,
        signs_as=signs_as,
        signers=_signers(found, submission),
    )


def _signers(found: list[Membership], submission: Submission) -> tuple[Membership, ...]:
    """As `Membership.objects.that_sign`, of active accounts."""
    day, unit = today(), submission.unit_id
    signing = [each for each in found if each.role == Role.SIGNER and each.unit_id == unit]
    able = [each for each in signing if each.may_sign_on(day) and each.user.is_active]
    return tuple(sorted(able, key=lambda each: each.valid_from, reverse=True))


def _signs_as(held: list[Membership], submission: Submission, units: set[int]) -> Membership | None:
    """Of several the one that may sign today, then the unit's own, then the newest."""
    signing = [each for each in held if each.role == Role.SIGNER and each.unit_id in units]
    day, own = today(), submission.unit_id
    return max(signing, key=lambda m: (m.may_sign_on(day), m.unit_id == own, m.valid_from, m.pk), default=None)


def _enters_on_behalf(user: User, submission: Submission) -> bool:
    """The hand-in ends the act, so that nothing is asked once a report has been handed in."""
    return submission.is_editable and OnBehalf.objects.open().filter(submission=submission, by=user).exists()


def _successors(submission: Submission) -> list[int]:
    if not submission.round.is_archival:
        return []
    took_over = Succession.objects.filter(predecessor=submission.unit_id, effective_on__lte=today())
    return list(took_over.order_by("successor").values_list("successor", flat=True))


def step_holders(submission: Submission) -> dict[str, int]:
    """step → unit that holds it for this report: named for the reporting unit, else for all others."""
    rows = StepHolder.objects.filter(form=submission.round.form_id)
    chosen: dict[str, int] = {}
    for row in rows.order_by("pk"):
        if row.reporting_unit_id == submission.unit_id:
            chosen[row.step] = row.holder_id
        elif row.reporting_unit_id is None:
            chosen.setdefault(row.step, row.holder_id)
    return chosen


def holds_role(user: User, *roles: Role) -> bool:
    return Membership.objects.on(today()).filter(user=user, role__in=roles).exists()


def reviews(user: User) -> bool:
    """May open the reviewers' part of the admin."""
    return user.is_superuser or holds_role(user, *REVIEWING)


def units_imported_by(user: User) -> QuerySet[Unit]:
    """Into whose reports a person may bring figures from a table: those of the units that he or she administers
    today, and only with a permission of its own, which nobody has for keeping accounts or the catalogue.

    It opens drafts alone. What is imported carries the importer's name in every change, so that person signs,
    verifies and approves none of these reports (domain.md 21, four_eyes.py); handing in and signing off
    stay with the unit. An ended unit is administered by the province alone, so its figures of the past are brought
    in by the province's administrator and handed in by the people of its successor (`standing`).
    """
    may_import = user.is_active and user.has_perm(IMPORT)
    return Unit.objects.visible_to(user) if may_import else Unit.objects.none()


@dataclass(frozen=True)
class TaskStanding:
    """How a person stands to one task today, by memberships alone: a superuser counts as himself (domain.md 21)."""

    reports: bool  # enters or signs for the lead unit
    confirms: bool  # verifies or approves in the unit that follows it up, and has no part in the lead unit
    belongs: bool  # any membership in the lead unit
    gave_it: bool  # the directive is this person's own

    @property
    def moves(self) -> bool:
        """Whoever asks for the task gives it more time; nobody gives his own unit more."""
        return self.confirms or (self.gave_it and not self.belongs)


def task_standing(user: User, task: Task) -> TaskStanding:
    """One query."""
    held = Membership.objects.on(today()).filter(user=user).order_by("pk")
    mine = set(held.values_list("role", "unit"))
    belongs = any(unit == task.lead_id for _role, unit in mine)
    follows = any((role, task.follower_id) in mine for role in REVIEWING)
    return TaskStanding(
        reports=any((role, task.lead_id) in mine for role in (Role.REPORTER, Role.SIGNER)),
        confirms=follows and not belongs,
        belongs=belongs,
        gave_it=task.given_by_id == user.pk,
    )


def directs(user: User) -> bool:
    """Whether a late indicator becomes a task by this person's directive."""
    return Membership.objects.filter(user=user).that_direct(today()).exists()
