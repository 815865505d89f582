"""The acts on a round that stands: what each asks for, when it is open, what it does. Each has a page of its own
that says what it will do before it is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import members, rounds
from ..calendars import show_day
from ..gaps import in_words, looked_at
from ..models import Round, User
from .queue import with_unit_names
from .round_forms import AddUnitForm, DropUnitForm, ExtensionForm, LockForm, ReasonForm

Said = dict[str, Any]


@dataclass(frozen=True)
class Done:
    sentence: str
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Act:
    """`barred` says why the page of the act cannot do it now; `remarks` is what to know before it is done."""

    name: str
    label: str | Promise
    explanation: str | Promise
    form: type[ReasonForm]
    carry_out: Callable[[Round, Said, User], Done]
    is_open: Callable[[Round], bool]
    barred: str | Promise
    remarks: Callable[[Round], Sequence[str]] = lambda _round: ()

    @property
    def address(self) -> str:
        """The name of its page."""
        return f"admin:indicators_round_{self.name}"


def _extend(round_: Round, said: Said, by: User) -> Done:
    moved = rounds.extend(round_, due_on=said["due_on"], reason=said["reason"], by=by, units=said["units"])
    return Done(_("Extended to %(date)s: %(count)s reports.") % {"date": show_day(said["due_on"]), "count": moved})


def _add(round_: Round, said: Said, by: User) -> Done:
    unit = said["unit"]
    members.add(round_, unit, reason=said["reason"], by=by, due_on=said["due_on"])
    missing = in_words(looked_at(round_.form, [unit], is_archival=round_.is_archival))
    return Done(_("%(unit)s reports in this round too.") % {"unit": unit}, missing)


def _drop(round_: Round, said: Said, by: User) -> Done:
    members.drop(round_, said["unit"], reason=said["reason"], by=by)
    return Done(_("%(unit)s no longer reports in this round.") % {"unit": said["unit"]})


def _lock(round_: Round, said: Said, by: User) -> Done:
    rounds.lock_round(round_, by=by, reason=said["reason"])
    return Done(_("The round is locked."))


def _unlock(round_: Round, said: Said, by: User) -> Done:
    rounds.unlock_round(round_, by=by, reason=said["reason"])
    return Done(_("The round is unlocked."))


def _what_a_lock_shuts(round_: Round) -> list[str]:
    """Open returns by name first, then how many have not reported at all."""
    returned: Any = with_unit_names(rounds.open_returns(round_))
    remarks = []
    if names := [report.unit_name for report in returned]:
        sentence = _("Returned and not sent again yet, shut out by a lock: %(units)s.")
        remarks.append(sentence % {"units": ", ".join(names)})
    if unsent := round_.submissions.expected().filter(handed_in_at__isnull=True).count():
        sentence = ngettext("%(count)s unit has not reported.", "%(count)s units have not reported.", unsent)
        remarks.append(sentence % {"count": unsent})
    return remarks


def _is_unlocked(round_: Round) -> bool:
    return not round_.is_locked


ACTS = (
    Act(
        "extend",
        gettext_lazy("Extend"),
        gettext_lazy(
            "An extension moves the due date and decides on time or late; entry stays open until the round is "
            "locked."
        ),
        ExtensionForm,
        _extend,
        lambda round_: not round_.is_archival,
        gettext_lazy("A round entered from archived documents has no due date."),
    ),
    Act(
        "add-unit",
        gettext_lazy("Add a unit"),
        gettext_lazy("For this round alone; which units the next rounds ask is said on the form."),
        AddUnitForm,
        _add,
        _is_unlocked,
        gettext_lazy("The round is locked. Unlock it first."),
    ),
    Act(
        "drop-unit",
        gettext_lazy("Take a unit out"),
        gettext_lazy(
            "Only a unit that has entered and handed in nothing can be taken out. It is no longer counted among "
            "the expected reports; the history keeps who took it out and why."
        ),
        DropUnitForm,
        _drop,
        _is_unlocked,
        gettext_lazy("The round is locked. Unlock it first."),
    ),
    Act(
        "lock",
        gettext_lazy("Lock the round"),
        gettext_lazy("Nobody can enter or send after the lock. Verifying and approving what was sent goes on."),
        LockForm,
        _lock,
        _is_unlocked,
        gettext_lazy("The round is already locked."),
        _what_a_lock_shuts,
    ),
    Act(
        "unlock",
        gettext_lazy("Unlock the round"),
        gettext_lazy("Units can enter and send again. The reason stays in the history."),
        ReasonForm,
        _unlock,
        lambda round_: round_.is_locked,
        gettext_lazy("The round is not locked."),
    ),
)
