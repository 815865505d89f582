"""Builders of tasks: led by the department, followed up by the office, unless the test says otherwise."""

from datetime import date

from indicators import tasks
from indicators.clock import today
from indicators.models import Programme, Task, User
from tests.factories import Province


def task(province: Province, code: str = "NV.01", *, supporting=(), **facts) -> Task:
    programme, _ = Programme.objects.get_or_create(code="P", defaults={"name": "Chương trình"})
    usual = {
        "programme": programme,
        "code": code,
        "text": f"Hoàn thành nền tảng {code}",
        "lead": province.department,
        "follower": province.office,
    }
    made = Task.objects.create(**usual | facts)
    made.supporting.set(supporting)
    return made


def progress(about: Task, *, by: User, text: str = "Đang triển khai") -> Task:
    tasks.report(about, tasks.Report(text), by=by)
    return Task.objects.get(pk=about.pk)


def claim(about: Task, *, by: User, on: date | None = None, **said) -> Task:
    tasks.report(about, tasks.Report(done_on=on or today(), **said), by=by)
    return Task.objects.get(pk=about.pk)


def confirm(about: Task, *, by: User) -> Task:
    about = Task.objects.get(pk=about.pk)
    tasks.confirm(about, by=by, read=about.version)
    return Task.objects.get(pk=about.pk)


def done(province: Province, code: str = "NV.01", *, on: date | None = None, **facts) -> Task:
    claimed = claim(task(province, code, **facts), by=province.reporter, on=on)
    return confirm(claimed, by=province.verifier)
