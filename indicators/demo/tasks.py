"""Made-up tasks, one in each state: of the made-up programme, so that they are in no count of a real one. They are
reported, confirmed, refused and moved by the acts of people's clicks."""

from dataclasses import dataclass
from datetime import date, timedelta

from indicators import clock, tasks
from indicators.clock import today
from indicators.models import Document, Indicator, Programme, Task, Unit

from . import aims
from .walk import moment, people

SKHCN, OFFICE, WARD = "LC-SKHCN", "LC-VPUBND", "03388"
FOLLOWER = {SKHCN: OFFICE, WARD: SKHCN}
REPORTER = {SKHCN: "reporter-skhcn", WARD: "reporter-03388"}
VERIFIER = {OFFICE: "verifier", SKHCN: "verifier-skhcn"}
DIRECTIVE = ("HT.04", "Đẩy nhanh chuẩn hóa thông tin thuê bao, báo cáo kết quả hằng tháng (minh họa).")


@dataclass(frozen=True)
class Made:
    """Days from today: `due` (None: regular), `claimed` when and on which day it was done, `answered` when."""

    code: str
    lead: str
    text: str
    due: int | None
    supporting: tuple[str, ...] = ()
    progress: str = ""
    done: int | None = None
    answered: int | None = None
    refused: str = ""
    moved_to: int | None = None


TASKS = (
    Made("NV.01", SKHCN, "Xây dựng kho dữ liệu dùng chung của tỉnh", 20, (OFFICE,), "Đã trình dự toán (minh họa)."),
    Made("NV.02", SKHCN, "Nâng cấp trục liên thông LGSP", -12, progress="Chờ thẩm định cấp độ an toàn (minh họa)."),
    Made("NV.03", SKHCN, "Tập huấn kỹ năng số cho cán bộ, công chức", 2, done=-1),
    Made("NV.04", WARD, "Kiện toàn tổ công nghệ số cộng đồng", -10, (SKHCN,), done=-15, answered=-9),
    Made("NV.05", WARD, "Lắp đặt mạng không dây tại nhà văn hóa", -30, done=-20, answered=-18),
    Made("NV.06", SKHCN, "Tuyên truyền chuyển đổi số trên cổng thông tin điện tử", None, (WARD,)),
    Made("NV.07", WARD, "Rà soát dữ liệu dân cư trên địa bàn", 2, done=-6, answered=-4, refused="Thiếu biên bản."),
    Made("NV.08", SKHCN, "Kết nối cơ sở dữ liệu chuyên ngành", -5, moved_to=40),
)


def enter() -> int:
    """How many tasks were made; none where the programme has some already."""
    programme = Programme.objects.get(code=aims.CODE)
    if programme.tasks.exists():
        return 0
    units = {code: Unit.objects.with_code(code, today()).order_by("pk").get() for code in (SKHCN, OFFICE, WARD)}
    for made in TASKS:
        _walk(_set(made, programme, units), made)
    _direct(programme, units)
    return len(TASKS) + 1


def _day(days: int) -> date:
    return today() + timedelta(days=days)


def _set(made: Made, programme: Programme, units: dict[str, Unit]) -> Task:
    task = Task.objects.create(
        programme=programme,
        code=made.code,
        text=f"{made.text} (minh họa).",
        document=Document.objects.get(name=aims.DOCUMENT),
        lead=units[made.lead],
        follower=units[FOLLOWER[made.lead]],
        due_on=None if made.due is None else _day(made.due),
        is_illustrative=True,
    )
    task.supporting.set([units[code] for code in made.supporting])
    return task


def _walk(task: Task, made: Made) -> None:
    """Each act on its own day, by the person whose it is."""
    reporter, verifier = people()[REPORTER[made.lead]], people()[VERIFIER[FOLLOWER[made.lead]]]
    if made.progress:
        with clock.at(moment(_day(-3))):
            tasks.report(task, tasks.Report(made.progress), by=reporter)
    if made.done is not None:
        done_on = _day(made.done)
        said = tasks.Report(done_on=done_on, document="Báo cáo kết quả (minh họa)")
        with clock.at(moment(done_on, 15)):
            tasks.report(task, said, by=reporter)
    if made.answered is not None:
        with clock.at(moment(_day(made.answered), 10)):
            read = Task.objects.get(pk=task.pk).version
            if made.refused:
                tasks.refuse(task, by=verifier, read=read, reason=f"{made.refused} (minh họa)")
            else:
                tasks.confirm(task, by=verifier, read=read)
    if made.moved_to is not None:
        until = _day(made.moved_to)
        with clock.at(moment(_day(-6), 10)):
            tasks.move_deadline(task, until, by=verifier, reason="Chờ bố trí kinh phí (minh họa).")


def _direct(programme: Programme, units: dict[str, Unit]) -> None:
    code, text = DIRECTIVE
    said = tasks.Directive(
        programme=programme,
        indicator=Indicator.objects.get(code=code),
        text=text,
        lead=units[SKHCN],
        follower=units[OFFICE],
        due_on=_day(30),
    )
    given = moment(_day(-2), 8)
    with clock.at(given):
        tasks.direct(said, by=people()["leader"])
