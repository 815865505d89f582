"""Which moves a report has, from where to where, and whose they are (domain.md 21); workflow.py performs them."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from .models import Ending, Role, State
from .permissions import Standing


@dataclass(frozen=True)
class Transition:
    """One row of the table. `sign_off` and `verification` name the rounds it holds in: with the step (True),
    without it (False), or both (None); `on_behalf` whether for somebody who enters on behalf of the unit."""

    move: str
    source: State
    target: State
    role: Role
    sign_off: bool | None = None
    verification: bool | None = None
    on_behalf: bool | None = None
    by_paper: bool = False  # by an attached signed document

    def is_open_to(self, where: Standing) -> bool:
        return where.holds(self.role) and self.on_behalf in (None, where.on_behalf)


D, A, S, V, R, P = (
    State.DRAFT,
    State.AWAITING_SIGN_OFF,
    State.SUBMITTED,
    State.VERIFIED,
    State.RETURNED,
    State.APPROVED,
)
TRANSITIONS = (
    Transition("submit", D, A, Role.REPORTER, sign_off=True, on_behalf=False),
    Transition("submit", R, A, Role.REPORTER, sign_off=True, on_behalf=False),
    Transition("submit", D, S, Role.REPORTER, sign_off=True, on_behalf=True),
    Transition("submit", R, S, Role.REPORTER, sign_off=True, on_behalf=True),
    Transition("submit", D, S, Role.REPORTER, sign_off=False),
    Transition("submit", R, S, Role.REPORTER, sign_off=False),
    Transition("sign", A, S, Role.SIGNER),
    Transition("sign", A, S, Role.SIGNER, by_paper=True),
    Transition("sign", A, S, Role.REPORTER, by_paper=True),
    Transition("return", A, R, Role.SIGNER),
    Transition("return", S, R, Role.VERIFIER, verification=True),
    Transition("return", S, R, Role.APPROVER, verification=False),
    Transition("return", V, R, Role.APPROVER),
    Transition("withdraw", A, D, Role.REPORTER),
    Transition("withdraw", A, D, Role.SIGNER),
    Transition("withdraw", S, D, Role.REPORTER),
    Transition("withdraw", S, D, Role.SIGNER),
    Transition("withdraw", V, D, Role.REPORTER),
    Transition("withdraw", V, D, Role.SIGNER),
    Transition("verify", S, V, Role.VERIFIER, verification=True),
    Transition("approve", S, P, Role.APPROVER, verification=False),
    Transition("approve", V, P, Role.APPROVER),
    Transition("reopen", P, R, Role.APPROVER),
)
MOVES = tuple(dict.fromkeys(t.move for t in TRANSITIONS))
NEEDS_REASON = ("return", "reopen")
OPEN_WHEN_LOCKED = ("verify", "approve")  # all others would hand in or open entry, which locking shuts
WHO = {
    "submit": gettext_lazy("Only those who enter figures for the unit can send its report."),
    "sign": gettext_lazy("Only a signer of the unit can sign off its report."),
    "withdraw": gettext_lazy("Only the unit's own people can withdraw its report."),
    "return": gettext_lazy("Returning this report is up to others at this step."),
    "verify": gettext_lazy("Only the unit that holds verification of this form can verify the report."),
    "approve": gettext_lazy("Only those who approve this form's reports can approve it."),
    "reopen": gettext_lazy("Only those who approve this form's reports can reopen it."),
}

# Of the open report of a unit that an act of law ended: no role has these, an administrator decides
# (left_reports.py).
HAND_OVER, CUT_OFF, CLOSE = "hand_over", "cut_off", "close"
ENDINGS = {HAND_OVER: Ending.HANDED_OVER, CUT_OFF: Ending.CUT_OFF}
OPEN = (D, A, S, V, R)
BY_AN_ACT = {(move, state, state) for move in ENDINGS for state in OPEN} | {
    (CLOSE, state, State.CLOSED) for state in OPEN
}
