"""Tasks from tables, and back."""

from datetime import date

import pytest

from indicators.models import Document, Programme, Task, TaskAct
from indicators.resources import TaskResource
from tests import people
from tests.factories import Province, indicator
from tests.indicators.resources.sheets import bring, leave, refused, types
from tests.tasks import claim, task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
ROW = {
    "programme": "P",
    "code": "NV.01",
    "text": "Xây dựng kho dữ liệu dùng chung",
    "document": "Kế hoạch 100/KH-UBND",
    "document_signed_on": "15/01/2026",
    "lead": "LC-SKHCN",
    "supporting": "LC-STC",
    "follower": "LC-VPUBND",
    "indicator": "",
    "due_on": "30/06/2026",
    "reason": "",
    "is_illustrative": "no",
}


@pytest.fixture
def by(province: Province):
    Programme.objects.get_or_create(code="P", defaults={"name": "Chương trình"})
    return people.superuser()


def test_a_task_enters_and_leaves_as_it_is(province: Province, by) -> None:
    indicator("HT.01")
    regular = ROW | {"code": "NV.02", "due_on": "", "supporting": "", "document": "", "document_signed_on": ""}
    assert types(bring(TaskResource, [ROW | {"indicator": "HT.01"}, regular], by=by)) == ["new", "new"]
    made = Task.objects.get(code="NV.01")
    assert (made.lead, made.follower, made.due_on) == (province.department, province.office, date(2026, 6, 30))
    assert (list(made.supporting.order_by("pk")), made.indicator.code) == ([province.sister], "HT.01")
    assert str(Document.objects.get()) == "Kế hoạch 100/KH-UBND (15/01/2026)"
    assert Task.objects.get(code="NV.02").due_on is None
    sheet = leave(TaskResource, by=by)
    assert types(bring(TaskResource, sheet, by=by)) == ["skip", "skip"]


def test_what_changes_is_changed_and_what_was_said_of_it_stays(province: Province, by) -> None:
    about = claim(task(province, due_on=date(2026, 6, 30)), by=province.reporter)
    changed = ROW | {"text": "Xây dựng kho dữ liệu", "supporting": "LC-STC"}
    assert types(bring(TaskResource, [changed], by=by)) == ["update"]
    about.refresh_from_db()
    assert (about.text, about.state, about.version) == ("Xây dựng kho dữ liệu", "claimed", 1)
    assert list(about.supporting.order_by("pk")) == [province.sister]


def test_another_deadline_is_moved_as_an_act_for_its_reason(province: Province, by) -> None:
    task(province, due_on=date(2026, 6, 30))
    later = ROW | {"due_on": "30/09/2026"}
    (sentence,) = refused(TaskResource, [later], by=by)
    assert sentence == (
        "Row 2: The recorded deadline is 30/06/2026. Give the reason in the column “why the deadline is moved”."
    )
    assert types(bring(TaskResource, [later | {"reason": "Chờ kinh phí"}], by=by)) == ["update"]
    act = TaskAct.objects.get()
    assert (act.due_before, act.due_on, act.text, act.by) == (
        date(2026, 6, 30),
        date(2026, 9, 30),
        "Chờ kinh phí",
        by,
    )
    assert Task.objects.get().due_on == date(2026, 9, 30)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"due_on": ""}, "moved to another day, not taken away"),
        ({"follower": "LC-SKHCN"}, "Another unit than the lead unit follows a task up"),
        ({"programme": "X"}, "No programme has the code “X”"),
        ({"lead": ""}, "This cell must be filled in"),
        ({"lead": "LC-KHONG"}, "LC-KHONG"),
    ],
)
def test_what_cannot_be_is_refused_with_its_row(province: Province, by, cells, said: str) -> None:
    task(province, due_on=date(2026, 6, 30))
    sentences = refused(TaskResource, [ROW | cells], by=by)
    assert said in sentences[0]
    assert Task.objects.get().text == "Hoàn thành nền tảng NV.01"


def test_of_a_recorded_document_a_table_says_no_other_day(province: Province, by) -> None:
    Document.objects.create(name=ROW["document"], signed_on=date(2025, 1, 1))
    (sentence,) = refused(TaskResource, [ROW], by=by)
    assert "change it there" in sentence
