"""What the province knows: approved figures with the moments of their life, and the totals over them.

Reporting reads these two tables and no other figures, so a draft cannot leak.
"""

from datetime import datetime

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from ..fields import FigureField
from .assessments import Assessment
from .catalogue import FEWEST_COMPANIES, Breakdown, Definition, Indicator
from .elsewhere import BaseFigure
from .figures import EntryState, Figure
from .people import Reader, User
from .rounds import Period
from .submissions import Revision, Submission
from .units import Unit, UnitKind, UnitSlice


class Stage(models.TextChoices):
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")


MOMENTS = {  # from when to when a figure stands at a stage
    Stage.APPROVED: ("approved_at", "superseded_at"),
    Stage.PUBLISHED: ("published_at", "unpublished_at"),
}


class ObservationQuerySet(models.QuerySet["Observation"]):
    def at(self, stage: Stage, until: datetime | None = None) -> "ObservationQuerySet":
        """What stands at a stage today: approved and not superseded, or published and not withdrawn. With `until`
        what stood just before that moment."""
        begun, ended = MOMENTS[stage]
        if until is None:
            return self.filter(**{f"{begun}__isnull": False, f"{ended}__isnull": True})
        return self.filter(
            Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gte": until}), **{f"{begun}__lt": until}
        )

    def waiting(self) -> "ObservationQuerySet":
        """Approved, and not published yet."""
        return self.filter(superseded_at__isnull=True, published_at__isnull=True)

    def visible_to(self, user: User, *, until: datetime | None = None) -> "ObservationQuerySet":
        return self.all() if user.is_superuser else self.seen_by(Reader.of(user), until=until)

    def seen_by(self, reader: Reader, *, until: datetime | None = None) -> "ObservationQuerySet":
        """Rows whose reporter this person may see: the own units', of the others what Reader.sees_all allows. With
        `until` few companies must not have stood alone then either."""
        return self.all() if reader.reviews else self.filter(self._seen(reader, until))

    def with_seen(self, reader: Reader, *, until: datetime | None = None) -> "ObservationQuerySet":
        """Adds `is_seen`, whether `seen_by` holds the row: for whoever has to know that something is hidden."""
        if reader.reviews:
            return self.annotate(is_seen=Value(True))
        seen = When(self._seen(reader, until), then=Value(True))
        return self.annotate(is_seen=Case(seen, default=Value(False)))

    def _seen(self, reader: Reader, until: datetime | None) -> Q:
        many = {rule for rule in Breakdown if reader.sees_all(rule, companies=FEWEST_COMPANIES)}
        few = {rule for rule in many if reader.sees_all(rule, companies=0)}
        seen = Q(reporter__in=reader.units) | Q(definition__breakdown__in=few)
        if many - few:
            of_many = _is_of_many(Stage.APPROVED) & _is_of_many(Stage.PUBLISHED)
            if until is not None:
                of_many &= _is_of_many(Stage.PUBLISHED, until)
            seen |= of_many & Q(definition__breakdown__in=many - few)
        return seen


def _is_of_many(stage: Stage, until: datetime | None = None) -> Q:
    """No company's figure of that indicator and period stands at a stage, or those of enough companies do."""
    of_companies = (
        Observation.objects.at(stage, until)
        .filter(indicator=OuterRef("indicator"), period=OuterRef("period"))
        .filter(contributes=True, state=EntryState.REPORTED)
        .alias(kind=_kind_of_reporter())
        .filter(kind=UnitKind.COMPANY)
        .order_by()
        .values("indicator")
        .annotate(n=Count("reporter", distinct=True))
    )
    return Q(~Exists(of_companies.filter(n__lt=FEWEST_COMPANIES)))


def _kind_of_reporter() -> Subquery:
    """Which kind of unit reported, on the period's own day."""
    slices = UnitSlice.objects.filter(unit=OuterRef("reporter"), valid_from__lt=OuterRef("period__day_after_last"))
    return Subquery(slices.order_by("-valid_from").values("kind")[:1])


class Observation(Figure):
    """An approved figure. Append-only but for three moments, each written once: superseded, published,
    unpublished. `contributes` is False for a cross-check (domain.md 7)."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="observations")
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, models.PROTECT, related_name="observations")
    subject = models.ForeignKey(Unit, models.PROTECT, related_name="observations")
    reporter = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    contributes = models.BooleanField()
    explanation = models.TextField(_("explanation"), blank=True)
    assessment = models.ForeignKey(  # that stood on approval
        Assessment, models.PROTECT, null=True, related_name="+", verbose_name=_("reviewer's own figure")
    )
    base = models.ForeignKey(  # that its denominator is
        BaseFigure, models.PROTECT, null=True, related_name="+", verbose_name=_("base figure")
    )
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="observations")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="observations")
    approved_at = models.DateTimeField(_("approved at"))
    superseded_at = models.DateTimeField(_("superseded at"), null=True)
    published_at = models.DateTimeField(_("published at"), null=True)
    unpublished_at = models.DateTimeField(_("no longer published since"), null=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("approved figure")
        verbose_name_plural = _("approved figures")
        ordering = ["indicator", "-period__day_after_last", "subject", "pk"]
        indexes = [models.Index(fields=["period", "indicator", "subject"])]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "subject", "reporter"],
                condition=Q(superseded_at__isnull=True),
                name="one_current_observation",
            ),
            models.CheckConstraint(name="observation_says_something", condition=Q(state__in=EntryState.values)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_assessed(self) -> bool:
        """The reviewer's own figure counted, which is never the same as the reported one (assessing.py). No query
        where the assessment was brought along."""
        parts = ("value", "numerator", "denominator")
        theirs = self.assessment
        return theirs is not None and all(getattr(self, part) == getattr(theirs, part) for part in parts)


class Total(models.Model):
    """Sums over the contributions about a subject and below it, in one base period at one stage (totals.py).

    A ratio is shown only where n_without_parts is 0; coverage is n_reported of (n_expected - n_not_applicable).
    Closing reports, of units that an act ended before the cut-off day, are in the sums and counted apart.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="totals")
    period = models.ForeignKey(Period, models.PROTECT, related_name="totals")
    subject = models.ForeignKey(Unit, models.PROTECT, related_name="totals")
    stage = models.CharField(max_length=10, choices=Stage)
    value = FigureField(null=True, max_digits=21)
    numerator = FigureField(null=True, max_digits=21)
    denominator = FigureField(null=True, max_digits=21)
    n_expected = models.PositiveIntegerField()
    n_reported = models.PositiveIntegerField()
    n_without_parts = models.PositiveIntegerField()
    n_not_available = models.PositiveIntegerField()
    n_not_applicable = models.PositiveIntegerField()
    n_closing = models.PositiveIntegerField(default=0)
    n_closing_reported = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("total")
        verbose_name_plural = _("totals")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "subject", "stage"], name="one_total_a_place_and_stage"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
