"""What the readers' pages and the form cost, as ratios to a logged-in page that shows nothing (`bench_pages`), the
import of a table as a share of a bare bulk write (`bench_table`), the approval of a round in times of the totals of
one approval (`bench_round`), with --acts the merger of 106 communes (`bench_acts`), and with --growth whether the
summary grows with the past (`bench_growth`).

A year's round of sixty lines over fifty units, and a report of a hundred lines, half of them entered, are made in a
transaction that is rolled back.
"""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

from indicators.models import Round, User
from reporting.management import bench_acts, bench_data, bench_growth, bench_pages, bench_round, bench_table


class Command(BaseCommand):
    help = "Measure the readers' pages and the form against an empty logged-in page; leaves nothing behind."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=40)
        parser.add_argument(
            "--acts",
            action="store_true",
            help="an act that makes 38 communes of 106 alone, over 350,000 figures; takes a minute or two",
        )
        parser.add_argument(
            "--growth",
            action="store_true",
            help="the summary alone, over 35,000, 350,000 and 3,500,000 figures; takes minutes and some gigabytes",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"database: {connection.vendor}")
        with transaction.atomic(), bench_pages.site():
            reader = bench_pages.account("bench reader")
            round_ = bench_data.publish_a_round(reader)
            bench_data.let_see_the_province(reader)
            if options["acts"]:
                self._acts(reader)
            elif options["growth"]:
                self._growth(reader, round_, options["rounds"])
            else:
                self._pages(reader, options["rounds"])
            transaction.set_rollback(True)

    def _pages(self, reader: User, rounds: int) -> None:
        client = bench_pages.browser(reader)
        for name, cost in bench_pages.measure(client, bench_pages.pages(), rounds).items():
            self.stdout.write(f"{name}: {cost}")
        reporter = bench_pages.account("bench reporter")
        address = f"/submissions/{bench_data.a_report(reporter).pk}/"
        form = bench_pages.ratio(bench_pages.browser(reporter), address, rounds)
        self.stdout.write(f"form of {bench_data.FORM_LINES} lines: {form:.1f} x an empty logged-in page")
        alone, guarded = bench_table.measure()
        self.stdout.write(
            f"table import: {guarded:.2f} x the speed of a bare bulk upsert ({alone:.2f} once the file is read)"
        )
        approved = bench_round.measure()
        self.stdout.write(
            f"approval of a round of {bench_round.REPORTS}: {approved:.1f} x the totals of one approval"
        )

    def _acts(self, author: User) -> None:
        ratio, count = bench_acts.measure(author)
        merged = f"applying {bench_acts.OLD} → {bench_acts.NEW} with {count:,} observations"
        self.stdout.write(f"{merged}: {ratio:.1f} x rebuilding one period's totals")

    def _growth(self, reader: User, round_: Round, rounds: int) -> None:
        client, summary = bench_pages.browser(reader), {"summary": bench_pages.pages()["summary"]}
        smallest, start = None, perf_counter()
        for count in bench_growth.grown(round_):
            made = perf_counter() - start
            cost = bench_pages.measure(client, summary, rounds)["summary"]
            smallest = smallest or cost
            grown = f"{cost.warm / smallest.warm:.2f} warm, {cost.first / smallest.first:.2f} first"
            self.stdout.write(f"summary at {count:,} observations, made in {made:.0f} s: {cost}; growth {grown}")
            start = perf_counter()
