"""Which figures a page reads: what is published, what is approved and may wait for its publication, or what was
published at the end of a day gone by (domain.md 12, 22). Everything a page shows of figures goes through here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, Max, OuterRef, Q, QuerySet
from django.utils.timezone import make_aware

from indicators import totals
from indicators.models import MOMENTS, Indicator, Observation, Round, Stage
from indicators.rollup import Rollup
from indicators.totals import Where

ISSUE = ("pk", "number", "document", "document_date", "at")  # of a publication, what stands beside figures
GIVEN = ("approved_at", "published_at", "measured_by", "n_waiting")  # of what contributes to one indicator


@dataclass(frozen=True)
class Known:
    """`day`: as it was known at the end of it, local time; None: today."""

    stage: Stage = Stage.PUBLISHED
    day: date | None = None

    @property
    def is_latest(self) -> bool:
        return self.stage == Stage.APPROVED

    @property
    def until(self) -> datetime | None:
        """The first moment after the day (domain.md 20)."""
        return make_aware(datetime.combine(self.day + timedelta(days=1), time())) if self.day else None

    @property
    def begun(self) -> str:
        return MOMENTS[self.stage][0]

    @property
    def ended(self) -> str:
        return MOMENTS[self.stage][1]

    @property
    def query(self) -> str:
        """What an address carries on, so that every link stays with the same figures."""
        if self.day:
            return f"&as_of={self.day.isoformat()}"
        return "&figures=latest" if self.is_latest else ""

    def observations(self) -> QuerySet[Observation]:
        return Observation.objects.at(self.stage, self.until)

    def ever(self) -> Q:
        """What stood at some time, up to the day."""
        until = {f"{self.begun}__lt": self.until} if self.until else {}
        return Q(**{f"{self.begun}__isnull": False}, **until)

    def stands(self) -> Q:
        """Of what stood at some time, what stands."""
        still = Q(**{f"{self.ended}__isnull": True})
        return still | Q(**{f"{self.ended}__gte": self.until}) if self.until else still

    def gone(self) -> Q:
        """Of what stood at some time, what stands no more."""
        return Q(**{f"{self.ended}__lt": self.until}) if self.until else Q(**{f"{self.ended}__isnull": False})

    def has_ended(self, row: Observation) -> bool:
        ended = getattr(row, self.ended)
        return ended is not None and (self.until is None or ended < self.until)

    def recorded(self) -> Q:
        """Targets and baselines that stand: recorded, and not replaced yet."""
        if self.until is None:
            return Q(superseded_at__isnull=True)
        still = Q(superseded_at__isnull=True) | Q(superseded_at__gte=self.until)
        return still & Q(recorded_at__lt=self.until)

    def sums(self, places: Collection[Where], top: int | None) -> dict[Where, Rollup]:
        """The province's totals as they were on the day, from the observations that stood: rows of totals are of
        today alone."""
        found = totals.of_standing(self.observations(), places)
        return {where: of[top] for where, of in found.items() if top in of}

    def with_given(
        self, rounds: QuerySet[Round], indicators: Sequence[Indicator], of: QuerySet[Observation] | None = None
    ) -> QuerySet[Any]:
        """Adds whether figures of the period stand, of all or of some indicators (`is_published`), and of those of
        the first of these GIVEN."""
        if not indicators:
            standing = self.observations() if of is None else of
            return rounds.annotate(is_published=Exists(standing.filter(period=OuterRef("period"))))
        relation = "period__observations"
        begun, ended = f"{relation}__{self.begun}", f"{relation}__{self.ended}"
        stands = Q(**{f"{begun}__isnull": False, f"{ended}__isnull": True})
        if self.until:
            stands = Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gte": self.until})
            stands &= Q(**{f"{begun}__lt": self.until})
        of_indicator = Q(**{f"{relation}__indicator__in": indicators})
        counts = Q(given__contributes=True, given__indicator=indicators[0])
        return rounds.annotate(
            given=FilteredRelation(relation, condition=of_indicator & stands),
            is_published=Count("given__pk"),
            approved_at=Max("given__approved_at", filter=counts),
            published_at=Max("given__published_at", filter=counts),
            measured_by=Max("given__definition", filter=counts),
            n_waiting=Count("given__pk", filter=counts & Q(given__published_at__isnull=True)),
        )

    def with_issues(self, rounds: QuerySet[Round], *columns: str) -> QuerySet[Any, Any]:
        """(round, is_published, *columns, *ISSUE), the last publication of a round coming last. Figures that wait
        for their publication are those of none."""
        none = Q(publications__number=0) if self.is_latest else Q()
        until = Q(publications__at__lt=self.until) if self.until else Q()
        of_round = rounds.annotate(issue=FilteredRelation("publications", condition=none & until))
        asked = ("pk", "is_published", *columns, *(f"issue__{name}" for name in ISSUE))
        return of_round.order_by("issue__number", "issue__pk").values_list(*asked)


TODAY = Known()
