"""Who may do what to a report. `visible_to` on the QuerySets says who may see it at all."""

from dataclasses import dataclass

from .clock import today
from .models import Membership, Role, StepHolder, Submission, User


@dataclass(frozen=True)
class Standing:
    """How a person stands to one report today. A superuser counts as himself (domain.md 21)."""

    reports: bool
    signs: bool
    verifies: bool
    approves: bool
    belongs: bool  # any membership in the reporting unit

    @property
    def works_on_it(self) -> bool:
        """May see what is being written; everybody else sees what was handed in."""
        return self.reports or self.signs

    def holds(self, role: str) -> bool:
        return {
            Role.REPORTER: self.reports,
            Role.SIGNER: self.signs,
            Role.VERIFIER: self.verifies,
            Role.APPROVER: self.approves,
        }[Role(role)]


def standing(user: User, submission: Submission) -> Standing:
    """Two queries: the user's memberships of today, and who holds the form's steps for this unit."""
    mine = set(Membership.objects.on(today()).filter(user=user).values_list("role", "unit"))
    holders = step_holders(submission)
    unit = submission.unit_id
    return Standing(
        reports=(Role.REPORTER, unit) in mine,
        signs=(Role.SIGNER, unit) in mine,
        verifies=(Role.VERIFIER, holders.get("verify")) in mine,
        approves=(Role.APPROVER, holders.get("approve")) in mine,
        belongs=any(member_of == unit for _, member_of in mine),
    )


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
    return user.is_superuser or holds_role(user, Role.VERIFIER, Role.APPROVER)
