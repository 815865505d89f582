"""The demonstration: the province's catalogue, the article's figures, and made-up rounds around today.

Can be run any number of times on any day of the year: what stands is left as it is.
"""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from indicators import roles
from indicators.clock import today
from indicators.demo import article, illustration, lists, people, scores, signed_paper, tasks
from indicators.models import PublicPage, Unit, UnitCode, UnitKind

from .load_lai_chau import EXAMPLES, FOLDER, load

SWITCH = "/admin/indicators/publicpage/"


class Command(BaseCommand):
    help = "Seed the demonstration; safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--password", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"] or secrets.token_urlsafe(9)
        load(lambda _said: None, examples=EXAMPLES)
        with transaction.atomic():
            roles.ensure_groups()
            units = _units()
            people.open_accounts(units, password)
            people.open_extras(_others())
            article.enter(FOLDER, units)
            illustration.enter()
            lists.enter(FOLDER, units, illustration.newest())
            tasks.enter()
            scores.enter(units, years=illustration.YEARS)
        signed_paper.enter()  # its scan is kept in a transaction of its own
        self.tell(options["port"], password)

    def tell(self, port: int, password: str) -> None:
        address = f"http://127.0.0.1:{port}"
        self.stdout.write(
            f"\nTiến độ số: {address}/\nMật khẩu chung: {password}\n\n"
            "Đi một vòng: reporter-skhcn nhập và trình ký → leader-skhcn ký duyệt và gửi → verifier thẩm định →\n"
            "approver phê duyệt → leader thấy số liệu trên trang toàn cảnh. Báo cáo của xã, phường do publisher\n"
            "công bố.\n"
        )
        for account in (*people.ACCOUNTS, people.ADMIN):
            where = "admin/" if account.enters_admin else ""
            title = f"{account.full_name}, {account.position}" if account.position else account.full_name
            self.stdout.write(f"  {account.name:<16} {title}\n  {'':<16}   {account.hint} ({address}/{where})")
        self.stdout.write(
            f"\nSố liệu của bài viết: {address}/summary/?period=2023\n"
            f"Số liệu minh họa mới nhất: {address}/summary/\n"
            f"Chấm điểm các cơ quan, đơn vị (minh họa): {address}/scores/\n"
            f"Danh mục cơ sở dữ liệu, nền tảng, ứng dụng, dịch vụ dữ liệu: {address}/registers/\n"
            f"Trang công khai {address}/public/ {_is_open()}; tài khoản admin bật, tắt tại {address}{SWITCH}\n"
        )


def _is_open() -> str:
    return "đang bật" if PublicPage.objects.open().exists() else "đang tắt"


def _units() -> dict[str, Unit]:
    """By code: those of today, and of ended ones the last to bear a code that nobody bears now."""
    named = UnitCode.objects.select_related("unit").order_by("valid_from", "pk")
    found = {code.code: code.unit for code in named if code.unit.ended is not None}
    return found | {code.code: code.unit for code in named if code.unit.ended is None}


def _others() -> list[Unit]:
    """Communes and companies of today, whose figures are made up."""
    units = Unit.objects.alive_on(today()).with_slice(today()).order_by("pk")
    return [unit for unit in units if unit.kind_on_day in (UnitKind.COMMUNE, UnitKind.COMPANY)]
