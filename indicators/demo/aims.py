"""Made-up targets, and the department's made-up figures of finished quarters that they are held against.

Nobody set them: they stand in a programme of their own that is marked as an illustration, under a document whose
name says so. Figures and targets are chosen so that every status is seen once, on any day of the year.
"""

from decimal import Decimal
from typing import Any

from indicators import bulk, clock
from indicators.calendars import Window
from indicators.models import (
    Document,
    Indicator,
    Level,
    Operator,
    Programme,
    ProgrammeIndicator,
    ReportingForm,
)
from indicators.opening import open_round, opening_day, period_of
from indicators.targets import record_baseline, record_target

from .walk import Fields, moment, move, people, type_in

CODE, NAME = "MH", "Chương trình minh họa (mục tiêu không có thật)"
PLACES_OF = "CĐS-2026-2030"
DOCUMENT = "Văn bản minh họa, không có thật"
FORM = "01/CĐS"
MOST_QUARTERS = 5  # the last one, and back to the same one of last year
PROSE = {
    "TM.01-value": "Hoàn thành kết nối nền tảng dùng chung cấp tỉnh với các cơ quan, đơn vị (minh họa).",
    "TM.02-value": "Một số thôn, bản vùng cao chưa có điện lưới nên chưa lắp đặt trạm thu phát sóng (minh họa).",
    "TM.03-value": "Đề nghị các doanh nghiệp viễn thông ưu tiên phủ sóng các thôn, bản còn lại (minh họa).",
}
WAY = (
    ("submit", "reporter-skhcn"),
    ("sign", "leader-skhcn"),
    ("verify", "verifier"),
    ("approve", "approver"),
)
# Indicator, starting value or None, and (years from the running one, target): ≥ in every case
AIMS: tuple[tuple[str, str | None, tuple[tuple[int, str], ...]], ...] = (
    ("HT.01", "15000", ((-1, "15300"), (0, "15700"), (3, "16800"))),  # on track
    ("HT.02", "98", ((3, "100"),)),  # met before its date
    ("HT.03", "94", ((3, "99"),)),
    ("HT.04", "405000", ((3, "620000"),)),  # late, with a reason
    ("HT.05", "48000", ((-1, "50000"),)),  # its date is past: met
    ("HT.06", "1700", ((-1, "1900"),)),  # exceeded
    ("HT.07", None, ((3, "300000"),)),  # no figure
    ("DL.01", "18", ((-1, "25"),)),  # not met, with a reason
    ("DL.02", "53.8", ((-1, "58"), (0, "65"), (3, "80"))),
    ("DL.03", None, ((3, "90"),)),  # nothing says where the way starts
    ("XH.01", "73", ((0, "79"), (3, "95"))),
    ("XH.02", "60", ((0, "75"), (3, "100"))),
    ("XH.03", "75", ((3, "95"),)),
    ("KT.03", "85", ((3, "95"),)),  # its figure is older than the start
)


def enter(windows: list[Window]) -> int:
    """How many rounds were opened. `windows`: the quarters of the illustration, the running one last."""
    _aim(windows[-1].last_day.year)
    finished = windows[:-1][-MOST_QUARTERS:]
    return sum(_quarter(window, age=len(finished) - number) for number, window in enumerate(finished))


def _aim(year: int) -> None:
    programme, is_new = Programme.objects.get_or_create(
        code=CODE,
        defaults={"name": NAME, "first_year": year - 2, "last_year": year + 3, "is_illustrative": True},
    )
    if not is_new:
        return
    same = ProgrammeIndicator.objects.filter(programme__code=PLACES_OF).order_by("pk")
    bulk.create_kept(
        ProgrammeIndicator,
        (
            ProgrammeIndicator(programme=programme, group=p.group, indicator=p.indicator, order=p.order)
            for p in same
        ),
    )
    document = Document.objects.get_or_create(name=DOCUMENT)[0]
    for code, start, aims in AIMS:
        asked, by = Indicator.objects.get(code=code), people()["admin"]
        facts: dict[str, Any] = {"indicator": asked, "unit": None, "document": document, "by": by}
        if start is not None:
            record_baseline(year=year - 2, value=Decimal(start), **facts)
        for ahead, value in aims:
            record_target(
                level=Level.PROVINCE,
                operator=Operator.AT_LEAST,
                year=year + ahead,
                value=Decimal(value),
                programme=programme,
                **facts,
            )


def _quarter(window: Window, *, age: int) -> int:
    form = ReportingForm.objects.get(code=FORM)
    period = period_of(window, form.calendar)
    if form.rounds.filter(period=period).exists():
        return 0
    with clock.at(moment(opening_day(form, period.first_day), 8)):
        round_ = open_round(form, period, is_illustrative=True)
    users = people()
    report = round_.submissions.get()
    with clock.at(moment(round_.due_on or period.last_day, 9)):
        type_in(report, figures(age), by=users[WAY[0][1]])
        for step, who in WAY:
            move(report, step, by=users[who])
    return 1


def figures(age: int) -> Fields:
    """Of the quarter that ended `age` quarters ago: they grow to the last one."""
    return {
        "HT.01-value": str(15600 - 110 * age),
        "HT.02-numerator": "38",
        "HT.02-denominator": "38",
        "HT.03-numerator": str(926 - 3 * age),
        "HT.03-denominator": "956",
        "HT.04-value": str(399000 + 900 * age),
        "HT.04-note": "Khóa thuê bao trả trước chưa chuẩn hóa thông tin (minh họa).",
        "HT.05-value": str(51600 - 400 * age),
        "HT.06-value": str(2080 - 20 * age),
        "HT.07-state": "not_available",
        "HT.07-note": "Doanh nghiệp chưa tách được thuê bao theo tỉnh (minh họa).",
        "DL.01-value": str(22 - age // 2),
        "DL.01-note": "Ba sở chưa hoàn thành chuẩn hóa dữ liệu (minh họa).",
        "DL.02-numerator": str(10 - age // 2),
        "DL.02-denominator": "14",
        "DL.03-value": "60,00",
        "NT.01-value": "1",
        "NT.02-value": "10",
        "NT.03-value": "3",
        "NT.04-value": "6",
        "XH.01-numerator": str(131000 - 900 * age),
        "XH.01-denominator": "165900",
        **PROSE,
    }
