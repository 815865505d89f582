"""What one unit hands in for one round: entries while it is written, revisions once it is handed in, and the
chain of events that tells who did what."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ..clock import now, today
from .decisions import Decision
from .elsewhere import BaseFigure
from .figures import EntryState, Figure
from .forms import CountingFigure, Step, StepHolder
from .people import Membership, Role, User
from .rounds import Round, RoundLine
from .units import Succession, Unit


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    AWAITING_SIGN_OFF = "awaiting_sign_off", _("Waiting for signature")
    SUBMITTED = "submitted", _("Sent, waiting for verification")
    VERIFIED = "verified", _("Verified, waiting for approval")
    RETURNED = "returned", _("Returned for completion")
    APPROVED = "approved", _("Approved")
    CLOSED = "closed", _("Closed: the unit ended")


class Ending(models.TextChoices):
    """What was decided about the open report of a unit that an act of law ended, where it is not closed."""

    HANDED_OVER = "handed_over", _("Handed over to a successor")
    CUT_OFF = "cut_off", _("Cut off by the day of the act")


EDITABLE = (State.DRAFT, State.RETURNED)
HOLDING = {Step.VERIFY: Role.VERIFIER, Step.APPROVE: Role.APPROVER}  # whose role carries a step out


class Bar(StrEnum):
    """What keeps a person from a step although the role is his or hers (domain.md 21), in the order in which
    workflow.py says it. The first is about today, the others about what happened since the last approval."""

    BELONGS = "belongs"  # works for the reporting unit
    ON_BEHALF = "on_behalf"
    ENTERED = "entered"
    BOTH = "both"  # made the other of the two decisions
    ASSESSED = "assessed"  # entered an own figure that counts


BARS = {
    "sign": (Bar.ON_BEHALF, Bar.ENTERED),
    "verify": (Bar.BELONGS, Bar.ON_BEHALF, Bar.ENTERED, Bar.BOTH),
    "approve": tuple(Bar),
}
OTHER_DECISION = {"verify": "approve", "approve": "verify"}


_LIVES_AT_CUT_OFF = Q(unit__ended__isnull=True) | Q(unit__ended__gte=F("round__period__day_after_last"))


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: User) -> "SubmissionQuerySet":
        """The unit's own people, those of the units that took over from it, and those who verify or approve its
        reports; a superuser sees all (and may do nothing without a role). Readers of the province read approved
        figures, never submissions."""
        if user.is_superuser:
            return self.all()
        mine = self._of_units_of(user, today()) | self._before_units_of(user, today())
        return self.with_holders().filter(mine | self._held_by(user))

    def expected(self) -> "SubmissionQuerySet":
        """Those that are awaited, or were (domain.md 24): of a unit that ended before the cut-off day only what was
        decided to be finished."""
        return self.exclude(state=State.CLOSED).filter(_LIVES_AT_CUT_OFF | ~Q(ending=""))

    def counted(self) -> "SubmissionQuerySet":
        """Those that "n/m units" counts: a report cut off by the day of an act is counted apart."""
        return self.exclude(state=State.CLOSED).filter(_LIVES_AT_CUT_OFF)

    def written_by(self, user: User) -> "SubmissionQuerySet":
        """What the user enters or signs."""
        return self.filter(self._of_units_of(user, today()))

    @staticmethod
    def _of_units_of(user: User, day: date) -> Q:
        """Reports of the user's units; for an ended unit its successor's people type the figures of the past, and
        finish what was handed over to it."""
        own = _writing_units(user, day)
        return Q(unit__in=own) | Q(unit__in=_ended_into(own, day), round__is_archival=True) | Q(heir__in=own)

    @staticmethod
    def _before_units_of(user: User, day: date) -> Q:
        """The history of the units that the user's units took over from is theirs to read."""
        return Q(unit__in=_ended_into(_writing_units(user, day), day))

    def to_review(self, user: User) -> "SubmissionQuerySet":
        """What the reviewer's admin shows: reports whose verification or approval the user's unit holds."""
        return self.all() if user.is_superuser else self.held_by(user)

    def entered_on_behalf_by(self, user: User) -> "SubmissionQuerySet":
        """Reports that the user enters now for a unit that cannot, while he or she verifies them: as
        permissions.standing says. No report twice: at most one such act of a report is open."""
        own = Membership.objects.on(today()).filter(user=user).values("unit")
        opened = self.filter(on_behalf__by=user, on_behalf__ended_at__isnull=True).exclude(unit__in=own)
        return opened.held_by(user, Step.VERIFY)

    def held_by(self, user: User, *steps: Step) -> "SubmissionQuerySet":
        """Reports of which the user's unit holds a step, any or one of those named, and the role is the user's."""
        return self.with_holders().filter(self._held_by(user, *steps))

    def with_holders(self) -> "SubmissionQuerySet":
        """To filter by: `verify_holder` and `approve_holder`, as permissions.step_holders. The unit named for the
        reporting unit comes before the one for all others."""
        rows = StepHolder.objects.filter(
            Q(reporting_unit=OuterRef("unit")) | Q(reporting_unit__isnull=True), form=OuterRef("round__form")
        ).order_by(F("reporting_unit").asc(nulls_last=True), "pk")
        return self.alias(
            **{f"{step}_holder": Subquery(rows.filter(step=step).values("holder")[:1]) for step in HOLDING}
        )

    @staticmethod
    def _held_by(user: User, *steps: Step) -> Q:
        mine = Membership.objects.on(today()).filter(user=user)
        held = Q()
        for step in steps or HOLDING:
            held |= Q(**{f"{step}_holder__in": mine.filter(role=HOLDING[step]).values("unit")})
        return held

    def with_bars(self, person: "User | OuterRef", move: str) -> "SubmissionQuerySet":
        """Each bar of the move as a column, `bar_belongs` and so on: what workflow.py asks of one report, of many.
        `person` is a user, or a column of the query."""
        return self._since_approval().annotate(**{f"bar_{bar}": _bar(bar, person, move) for bar in BARS[move]})

    def not_barred(self, person: "User | OuterRef", move: str) -> "SubmissionQuerySet":
        """Without the reports that four eyes keep from the person."""
        barred = Q()
        for bar in BARS[move]:
            barred |= _bar(bar, person, move)
        return self._since_approval().filter(~barred)

    def _since_approval(self) -> "SubmissionQuerySet":
        approvals = SubmissionEvent.objects.filter(submission=OuterRef("pk"), move="approve").order_by("-number")
        return self.alias(approved_version=Coalesce(Subquery(approvals.values("version")[:1]), 0))


def _writing_units(user: User, day: date) -> Any:
    return Membership.objects.on(day).filter(user=user, role__in=[Role.REPORTER, Role.SIGNER]).values("unit")


def _ended_into(units: Any, day: date) -> Any:
    return Succession.objects.filter(successor__in=units, effective_on__lte=day).values("predecessor")


def _bar(bar: Bar, person: "User | OuterRef", move: str) -> Q:
    """Of a report with its `approved_version`. For the figures of an ended unit those who took it over belong to it
    too (permissions.standing)."""
    if bar == Bar.BELONGS:
        mine = Membership.objects.on(today()).filter(user=person).order_by()
        taken_over = {"predecessor": OuterRef("unit"), "effective_on__lte": today()}
        heirs = mine.filter(**{f"unit__to_predecessors__{name}": value for name, value in taken_over.items()})
        of_heir = Q(Exists(mine.filter(unit=OuterRef("heir"))))
        return Q(Exists(mine.filter(unit=OuterRef("unit")))) | Q(Exists(heirs), round__is_archival=True) | of_heir
    did = {"by": person, "version__gt": OuterRef("approved_version")}
    if bar == Bar.ENTERED:
        return Q(Exists(EntryChange.objects.filter(submission=OuterRef("pk"), **did))) | _did("row_changes", did)
    if bar == Bar.BOTH:
        made = SubmissionEvent.objects.filter(submission=OuterRef("pk"), move=OTHER_DECISION[move], **did)
        return Q(Exists(made))
    if bar == Bar.ASSESSED:
        return Q(round__counting_figure=CountingFigure.ASSESSED) & _did("assessments", did)
    return _did("on_behalf", did)


def _did(relation: str, did: dict[str, Any]) -> Q:
    acts = Submission.objects.filter(
        pk=OuterRef("pk"), **{f"{relation}__{name}": value for name, value in did.items()}
    )
    return Q(Exists(acts.order_by()))


class Submission(models.Model):
    """Expected before anyone types: one a round and reporting unit (domain.md 24). `state` is written by
    workflow.py alone; `version` counts every save and every move."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="submissions", verbose_name=_("round"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="submissions", verbose_name=_("reporting unit"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT, editable=False)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    due_on = models.DateField(
        _("due on"), null=True, editable=False
    )  # none in an archival round  # the round's, unless it was extended
    handed_in_at = models.DateTimeField(_("handed in at"), null=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=now, editable=False)
    ending = models.CharField(_("after the unit's end"), max_length=20, choices=Ending, blank=True, editable=False)
    heir = models.ForeignKey(
        Unit, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("finished by")
    )
    ended_by = models.ForeignKey(
        "LegalAct",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="submissions",
        verbose_name=_("legal act"),
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = [F("due_on").asc(nulls_last=True), "pk"]
        indexes = [
            models.Index(fields=["unit"], condition=Q(ending=Ending.CUT_OFF), name="closing_reports_of_a_unit")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit"],
                name="one_submission_a_round_and_unit",
                violation_error_message=_("This unit already has a report in the round."),
            ),
            models.CheckConstraint(name="submission_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="submission_ends_by_an_act",
                condition=Q(ended_by__isnull=False)
                | (Q(ending="", heir__isnull=True, ended_by__isnull=True) & ~Q(state=State.CLOSED)),
                violation_error_message=_("A report ends, or is handed over, by a legal act."),
            ),
            models.CheckConstraint(
                name="submission_handed_over_to_somebody",
                condition=~Q(ending=Ending.HANDED_OVER) | Q(heir__isnull=False),
                violation_error_message=_("Name the unit that the report is handed over to."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def last_day(self) -> date:
        """That it tells of; needs the unit, where it was cut off."""
        if self.is_cut_off and self.unit.ended:
            return self.unit.ended - timedelta(days=1)
        return self.round.period.last_day

    @property
    def is_cut_off(self) -> bool:
        """A closing report: of the unit's last days, before the period's end."""
        return self.ending == Ending.CUT_OFF


class Entry(Figure):
    """One cell of the form while it is written: a line, about a subject."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="entries")
    line = models.ForeignKey(RoundLine, models.PROTECT, related_name="entries")
    subject = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    note = models.TextField(_("note"), blank=True)
    kept = models.BooleanField(_("last period's figure kept"), default=False)
    base = models.ForeignKey(BaseFigure, models.PROTECT, null=True, related_name="+")  # that is its denominator
    objection = models.TextField(_("objection to the base figure"), blank=True)

    class Meta:
        verbose_name = _("entered figure")
        verbose_name_plural = _("entered figures")
        ordering = ["submission", "line__order", "subject", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "line", "subject"], name="one_entry_a_cell"),
            models.CheckConstraint(
                name="entry_figure_only_when_reported",
                condition=Q(state=EntryState.REPORTED) | Q(value__isnull=True, numerator__isnull=True, text=""),
                violation_error_message=_("A figure stands only where the state is “reported”."),
            ),
            models.CheckConstraint(
                name="entry_kept_is_a_figure",
                condition=Q(kept=False) | Q(state=EntryState.REPORTED, value__isnull=False),
                violation_error_message=_("Only a figure can be kept from the last period."),
            ),
            models.CheckConstraint(
                name="entry_base_is_its_denominator",
                condition=Q(base__isnull=True) | Q(denominator__isnull=False),
                violation_error_message=_("A base figure is the denominator of a ratio."),
            ),
            models.CheckConstraint(
                name="entry_parts_come_together",
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(numerator__isnull=False, denominator__gt=0),
                violation_error_message=_("The denominator must be greater than 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class EntryChange(models.Model):
    """Append-only: who changed which cell from what to what, in which version of the submission."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="changes")
    version = models.PositiveIntegerField()
    line = models.ForeignKey(RoundLine, models.PROTECT, related_name="+")
    subject = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    old = models.JSONField()
    new = models.JSONField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of an entry")
        verbose_name_plural = _("changes of entries")
        ordering = ["submission", "version", "pk"]
        indexes = [models.Index(fields=["submission", "line", "subject", "version"])]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Revision(models.Model):
    """Append-only: the content as it was handed in, canonical JSON text and the SHA-256 over it."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    content = models.TextField()
    sha256 = models.CharField(_("check code"), max_length=64, db_index=True)
    on_behalf = models.ForeignKey(
        "OnBehalf", models.PROTECT, null=True, related_name="revisions", verbose_name=_("entered on behalf")
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["submission", "number"]
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="one_revision_a_number")]

    def __str__(self) -> str:
        return self.sha256[:12]


class SubmissionEvent(models.Model):
    """Append-only: one move of a submission; `hash` covers the row, the decision and the signature where there are
    such, and the hash of the event before."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    move = models.CharField(_("move"), max_length=20)
    from_state = models.CharField(_("from"), max_length=20, choices=State)
    to_state = models.CharField(_("to"), max_length=20, choices=State)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"), blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    revision_sha256 = models.CharField(_("check code"), max_length=64, blank=True)
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, related_name="events", verbose_name=_("decision on a round")
    )
    signature = models.OneToOneField(
        "Signature", models.PROTECT, null=True, related_name="event", verbose_name=_("signature")
    )
    details_sha256 = models.CharField(_("check code of what was written with it"), max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("event of a report")
        verbose_name_plural = _("events of reports")
        ordering = ["submission", "number"]
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="one_event_a_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.move}"


class UsedKey(models.Model):
    """A form's one-time key: what was sent twice (double click, Back, retry) is done once. Kept a week."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    result = models.CharField(max_length=200, blank=True)
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = _("used key")
        verbose_name_plural = _("used keys")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_use_a_key")]

    def __str__(self) -> str:
        return self.key
