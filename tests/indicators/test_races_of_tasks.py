"""Two who answer the same report at once: one wins, by the compare-and-swap, which has its control."""

import pytest
from django.db import connection

from indicators import tasks
from indicators.models import Role, Task, TaskAct
from indicators.refusals import Refused
from tests import people
from tests.indicators.racing import attempt, meanwhile, province
from tests.tasks import claim, task

__all__ = ["province"]  # a fixture
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]


def race(province, monkeypatch, module=tasks):
    """The second refuses while the first has looked and not yet written."""
    about = claim(task(province), by=province.reporter)
    second = people.person("second", province.office, Role.VERIFIER)
    other = meanwhile(
        monkeypatch,
        module,
        "task_standing",
        lambda: tasks.refuse(about, by=second, read=about.version, reason="Chưa nghiệm thu"),
    )
    mine = attempt(lambda: tasks.confirm(about, by=province.verifier, read=about.version))
    return mine, other.outcome()


def answers():
    return list(TaskAct.objects.filter(kind__in=("confirmed", "refused")).order_by("number").values_list("kind"))


def without_a_lock(monkeypatch):
    monkeypatch.setattr(tasks, "_lock", lambda about: Task.objects.get(pk=about.pk))
    if connection.vendor == "sqlite":
        for name in ("confirm", "refuse"):
            monkeypatch.setattr(tasks, name, getattr(tasks, name).__wrapped__)


def test_of_two_answers_one_is_written(province, monkeypatch):
    mine, other = race(province, monkeypatch)
    assert (mine, type(other)) == (None, Refused) or isinstance(other, Refused)
    assert len(answers()) == 1


def test_the_comparison_holds_alone(province, monkeypatch):
    without_a_lock(monkeypatch)
    mine, other = race(province, monkeypatch)
    assert [isinstance(each, Refused) for each in (mine, other)].count(True) == 1
    assert len(answers()) == 1


def test_without_it_both_would_stand(province, monkeypatch):
    without_a_lock(monkeypatch)

    def write(about, kind, changes, *, by, **said):
        number = TaskAct.objects.filter(task=about).count() + 1
        Task.objects.filter(pk=about.pk).update(version=number, **changes)
        return TaskAct.objects.create(task=about, number=number, kind=kind, by=by, at=tasks.now(), **said)

    monkeypatch.setattr(tasks, "_write", write)
    race(province, monkeypatch)
    assert len(answers()) == 2
