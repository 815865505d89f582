"""The demonstration: enough of the province to walk one figure from the keyboard to the summary.

Can be run any number of times on any day of the year: what stands is left as it is.
"""

import secrets
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from indicators.calendars import quarter_of
from indicators.clock import today
from indicators.models import (
    Calendar,
    CodeSystem,
    Definition,
    Direction,
    FormLine,
    Indicator,
    IndicatorGroup,
    Membership,
    OverTime,
    OverUnits,
    Period,
    Programme,
    ProgrammeIndicator,
    ReportingForm,
    Role,
    StepHolder,
    SubjectRule,
    Unit,
    UnitCode,
    UnitKind,
    UnitSlice,
    User,
    ValueKind,
)
from indicators.opening import open_round

MERGED = date(2025, 3, 1)  # Sở KH&CN began anew when departments merged (data: units.csv)
ALIVE = date(2026, 1, 1)

UNITS = (  # code, system, name, kind, began
    ("12", CodeSystem.GSO, "Tỉnh Lai Châu", UnitKind.PROVINCE, None),
    ("LC-VPUBND", CodeSystem.INTERNAL, "Văn phòng UBND tỉnh", UnitKind.DEPARTMENT, None),
    ("LC-SKHCN", CodeSystem.INTERNAL, "Sở Khoa học và Công nghệ", UnitKind.DEPARTMENT, MERGED),
)
GROUPS = (("HT", "Hạ tầng số"), ("XH", "Xã hội số"))
INDICATORS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "HT.01",
        "Tổng chiều dài cáp quang",
        {
            "description": "Tổng chiều dài tuyến cáp quang đang khai thác trên địa bàn tỉnh; "
            "tuyến dùng chung chỉ tính một lần.",
            "value_kind": ValueKind.NUMBER,
            "unit_of_measure": "km",
            "over_units": OverUnits.SUM,
        },
    ),
    (
        "HT.07",
        "Số thuê bao Internet di động (3G/4G)",
        {
            "description": "Thuê bao di động có phát sinh lưu lượng 3G, 4G trong kỳ.",
            "value_kind": ValueKind.NUMBER,
            "unit_of_measure": "thuê bao",
            "over_units": OverUnits.SUM,
        },
    ),
    (
        "XH.01",
        "Tỷ lệ thuê bao điện thoại di động sử dụng điện thoại thông minh",
        {
            "description": "Tính trên thuê bao di động, không tính trên số người.",
            "value_kind": ValueKind.RATIO,
            "unit_of_measure": "%",
            "decimals": 1,
            "numerator_name": "Thuê bao di động dùng điện thoại thông minh",
            "denominator_name": "Tổng số thuê bao di động",
            "upper_bound": 100,
            "over_units": OverUnits.RATIO,
        },
    ),
)
ACCOUNTS = (  # name, full name, position, unit, role, enters admin, what to try
    (
        "reporter-skhcn",
        "Lò Thị Mai",
        "Chuyên viên",
        "LC-SKHCN",
        Role.REPORTER,
        False,
        "nhập số liệu, trình ký",
    ),
    ("leader-skhcn", "Nguyễn Văn Hùng", "Phó Giám đốc", "LC-SKHCN", Role.SIGNER, False, "ký duyệt và gửi"),
    (
        "verifier",
        "Giàng A Páo",
        "Chuyên viên",
        "LC-VPUBND",
        Role.VERIFIER,
        True,
        "thẩm định trong trang quản trị",
    ),
    ("approver", "Trần Thị Hoa", "Phó Chủ tịch", "12", Role.APPROVER, True, "phê duyệt trong trang quản trị"),
    ("leader", "Vàng Văn Sơn", "Lãnh đạo tỉnh", "12", Role.READER, False, "xem toàn cảnh"),
)


class Command(BaseCommand):
    help = "Seed the demonstration; safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--password", default="")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"] or secrets.token_urlsafe(9)
        units = {code: unit(code, *rest) for code, *rest in UNITS}
        under_province(units)
        indicators(units["LC-SKHCN"])
        form = reporting_form(units)
        window = quarter_of(today())
        period, _ = Period.objects.get_or_create(
            calendar=Calendar.REPORTING,
            label=window.label,
            defaults={"first_day": window.first_day, "day_after_last": window.day_after_last},
        )
        open_round(form, period, due_on=window.day_after_last + timedelta(days=1))
        accounts(units, password)
        self.tell(options["port"], password)

    def tell(self, port: int, password: str) -> None:
        address = f"http://127.0.0.1:{port}"
        self.stdout.write(f"\nTiến độ số: {address}/\nMật khẩu chung: {password}\n\n")
        for name, full_name, position, _unit, _role, _in_admin, hint in ACCOUNTS:
            self.stdout.write(f"  {name:<16} {full_name} ({position}): {hint}")
        self.stdout.write(f"  {'admin':<16} Quản trị hệ thống: {address}/admin/\n\n")


def unit(code: str, system: str, name: str, kind: str, began: date | None) -> Unit:
    if known := Unit.objects.with_code(code, ALIVE).first():
        return known
    start = {"began": began} if began else {}
    valid = {"valid_from": began} if began else {}
    made = Unit.objects.create(**start)
    UnitSlice.objects.create(unit=made, name=name, kind=kind, **valid)
    UnitCode.objects.create(unit=made, system=system, code=code, **valid)
    return made


def under_province(units: dict[str, Unit]) -> None:
    below = [u for code, u in units.items() if code != "12"]
    UnitSlice.objects.filter(unit__in=below, parent__isnull=True).update(parent=units["12"])


def indicators(source: Unit) -> None:
    programme, _ = Programme.objects.get_or_create(
        code="NQ09",
        defaults={"name": "Chương trình chuyển đổi số tỉnh Lai Châu giai đoạn 2021-2025, định hướng 2030"},
    )
    groups = {
        code: IndicatorGroup.objects.get_or_create(code=code, defaults={"name": name, "order": order})[0]
        for order, (code, name) in enumerate(GROUPS, 1)
    }
    common = {
        "direction": Direction.UP,
        "over_time": OverTime.STOCK,
        "lower_bound": 0,
        "source_unit": source,
        "lead_unit": source,
    }
    for order, (code, name, measured) in enumerate(INDICATORS, 1):
        indicator, _ = Indicator.objects.get_or_create(code=code, defaults={"name": name})
        if not indicator.definitions.exists():
            Definition.objects.create(indicator=indicator, **common | measured)
        ProgrammeIndicator.objects.get_or_create(
            programme=programme, indicator=indicator, defaults={"group": groups[code[:2]], "order": order}
        )


def reporting_form(units: dict[str, Unit]) -> ReportingForm:
    form, _ = ReportingForm.objects.get_or_create(
        code="01/CĐS",
        defaults={
            "name": "Báo cáo chuyển đổi số",
            "contact": "Phòng Chuyển đổi số, Sở Khoa học và Công nghệ",
            "asks_publication": False,
        },
    )
    form.units.add(units["LC-SKHCN"])
    for order, (code, *_rest) in enumerate(INDICATORS, 1):
        FormLine.objects.get_or_create(
            form=form,
            indicator=Indicator.objects.get(code=code),
            defaults={"order": order, "subject_rule": SubjectRule.PROVINCE},
        )
    for step, reporting, holder in (
        (
            "verify",
            units["LC-SKHCN"],
            units["LC-VPUBND"],
        ),  # nobody verifies his own department (domain.md 21)
        ("verify", None, units["LC-SKHCN"]),
        ("approve", None, units["12"]),
    ):
        StepHolder.objects.get_or_create(
            form=form, step=step, reporting_unit=reporting, defaults={"holder": holder}
        )
    return form


def accounts(units: dict[str, Unit], password: str) -> None:
    for name, full_name, position, code, role, in_admin, _hint in ACCOUNTS:
        user = account(name, password, full_name=full_name, position=position, is_staff=in_admin)
        if not user.memberships.filter(unit=units[code], role=role).exists():
            Membership.objects.create(user=user, unit=units[code], role=role)
    account("admin", password, full_name="Quản trị hệ thống", is_staff=True, is_superuser=True)


def account(name: str, password: str, **facts: Any) -> User:
    user, _ = User.objects.update_or_create(username=name, defaults=facts)
    user.set_password(password)
    user.save(update_fields=["password"])
    return user
