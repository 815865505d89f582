"""Two years of monthly figures of the communes of Lai Châu, 106 until the act of 1/7/2025 and 38 from then on, and
the same figures as plain values, by which everything that is computed can be computed again without the program."""

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from indicators import totals
from indicators.calendars import Frequency, Window, windows_of_year
from indicators.clock import now
from indicators.loading.files import Files
from indicators.management.commands.load_lai_chau import FOLDER
from indicators.models import Definition, Observation, Period, Revision, Round, RoundLine, Submission, Unit
from tests import factories, people
from tests.factories import indicator, ratio
from tests.indicators.reorganisation.acts import MERGER
from tests.indicators.reorganisation.test_lai_chau import Before, load, reorganise

EVE = MERGER - timedelta(days=1)
COMMUNES = ("ward", "township", "commune")
MONTHS = [w for year in (2024, 2025, 2026) for w in windows_of_year(year, Frequency.MONTH)][6:30]
BEFORE = [w for w in MONTHS if w.last_day < MERGER]
Said = dict[tuple[str, str, str], tuple[Decimal, Decimal | None, Decimal | None]]  # code, month, commune


class Reorganised:
    """`said`: what every commune reported, by its code of the month's last day."""

    def __init__(self, seed: int = 7) -> None:
        self.chance, self.said = random.Random(seed), Said()
        self.table = Files(FOLDER).rows("units")
        load(Before(FOLDER, self.table))
        facts = {"source_kind": "commune"}
        self.indicators = [
            indicator("KT.01", over_time="flow", decimals=3, **facts),
            indicator("HT.01", over_time="stock", decimals=2, **facts),
            indicator("KT.02", over_time="running", **facts),
            indicator("NL.01", value_kind="yes_no", over_units="count", **facts),
            ratio("DL.01", over_time="stock", **facts),
        ]
        self.top = Unit.objects.with_code("12", EVE).get()
        self.form = factories.form(holders={}, indicators=self.indicators, subject="self")
        self.by = people.superuser()
        self.definitions = {each.code: Definition.objects.get(indicator=each) for each in self.indicators}
        for month in BEFORE:
            self.report(month)
        self.acts = reorganise(self.by)
        for month in MONTHS[len(BEFORE) :]:
            self.report(month)

    def report(self, month: Window) -> None:
        """As approved and published reports, without the way there."""
        period = factories.period(month)
        facts = {"asks_sign_off": False, "asks_verification": False, "asks_publication": False}
        asked = Round.objects.create(
            form=self.form, period=period, opens_on=month.first_day, due_on=month.last_day, **facts
        )
        RoundLine.objects.bulk_create(
            RoundLine(
                round=asked, order=n, indicator=each, definition=self.definitions[each.code], subject_rule="self"
            )
            for n, each in enumerate(self.indicators)
        )
        communes = self.communes(month.last_day)
        reports = Submission.objects.bulk_create(
            Submission(round=asked, unit_id=pk, state="approved", due_on=asked.due_on, handed_in_at=now())
            for pk in communes.values()
        )
        revisions = Revision.objects.bulk_create(
            Revision(submission=each, number=1, content="{}", sha256=f"{each.pk:064}", by=self.by, at=now())
            for each in reports
        )
        Observation.objects.bulk_create(
            self.figure(each, period, code, revision)
            for each in self.indicators
            for code, revision in zip(communes, revisions, strict=True)
        )
        totals.recompute(period.pk, [each.pk for each in self.indicators])

    @staticmethod
    def communes(day: date) -> dict[str, int]:
        living = Unit.objects.alive_on(day).with_slice(day).filter(kind_on_day="commune").order_by("pk")
        return dict(living.values_list("code_on_day", "pk"))

    def figure(self, asked, period: Period, code: str, revision: Revision) -> Observation:
        definition = self.definitions[asked.code]
        value, numerator, denominator = self.draw(definition)
        self.said[asked.code, period.label, code] = value, numerator, denominator
        unit, moment = revision.submission.unit_id, revision.at
        return Observation(
            indicator=asked,
            definition=definition,
            period=period,
            subject_id=unit,
            reporter_id=unit,
            contributes=True,
            state="reported",
            value=value,
            numerator=numerator,
            denominator=denominator,
            decimals=definition.decimals,
            submission=revision.submission,
            revision=revision,
            approved_at=moment,
            published_at=moment,
        )

    def draw(self, definition: Definition) -> tuple[Decimal, Decimal | None, Decimal | None]:
        if definition.value_kind == "yes_no":
            return Decimal(self.chance.randint(0, 1)), None, None
        if definition.value_kind == "ratio":
            of = self.chance.randint(1, 5_000)
            part = self.chance.randint(0, of)
            return Decimal(100 * part) / of, Decimal(part), Decimal(of)
        return Decimal(self.chance.randint(0, 10**7)).scaleb(-definition.decimals), None, None

    # --- The same without the program

    def sums(self, code: str, month: str) -> tuple[Decimal, Decimal, Decimal, int]:
        """Value, numerator, denominator, and how many communes."""
        mine = [said for (asked, label, _commune), said in self.said.items() if (asked, label) == (code, month)]
        return (
            sum(value for value, _n, _d in mine),
            sum((n for _v, n, _d in mine if n is not None), Decimal(0)),
            sum((d for _v, _n, d in mine if d is not None), Decimal(0)),
            len(mine),
        )

    def went_into(self) -> dict[str, list[str]]:
        """New commune → the old ones, by the shipped table alone; what merely stands under another unit goes on."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self.table:
            if row["kind"] in COMMUNES and (row["valid_from"] or "1900") < MERGER.isoformat():
                heirs = row["successor_codes"].split(";") if row["valid_to"] else [row["code"]]
                for heir in heirs:
                    found[heir].append(row["code"])
        return found
