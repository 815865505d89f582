"""Which figures a page reads: what is published, what is approved and may wait for its publication, or what was
published at the end of a day gone by (domain.md 12, 22). Everything a page shows of figures goes through here."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware

from indicators import totals
from indicators.models import MOMENTS, Observation, Publication, Stage
from indicators.rollup import Rollup
from indicators.totals import Where

from .figures import Sums


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

    def fill(self, rows: Iterable[Any], top: int | None) -> None:
        """Gives rows of lines the totals of the day; for today the query has joined them."""
        if self.day is None:
            return
        lines = list(rows)
        sums = self.sums({(row.round.period_id, row.indicator_id) for row in lines}, top)
        for row in lines:
            total = sums.get((row.round.period_id, row.indicator_id))
            for name in Sums.__dataclass_fields__:
                setattr(row, f"total_{name}", getattr(total, name) if total else None)

    def issues(self, rounds: Iterable[int]) -> list[Publication]:
        """The last publication of each of the rounds, whose publication is a step of its own; of none no query."""
        asked = sorted(rounds)
        if not asked or self.is_latest:
            return []
        known = Publication.objects.filter(round__in=asked).select_related("round__form").defer("content")
        if self.until:
            known = known.filter(at__lt=self.until)
        last = {issue.round_id: issue for issue in known.order_by("number", "pk")}
        return sorted(last.values(), key=lambda issue: (issue.round.form.code, issue.pk))


TODAY = Known()
