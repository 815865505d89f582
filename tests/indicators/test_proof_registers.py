"""Approved lists and their rows changed, added or removed behind the application's back are named."""

from datetime import timedelta

import pytest
from django.db.models import F

from indicators.calendars import quarter
from indicators.models import RegisterList, RegisterRow
from tests import lists
from tests.factories import perform
from tests.indicators.proof_of import behind_the_back, counted, told
from tests.lists import approve, facts, list_form, submission, write

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def report(province):
    """Approved with two rows, reopened, and approved with one of them changed."""
    made = submission(province, list_form(province, lists.register()), window=quarter(2025, 3))
    made = approve(province, made, A=facts(made, "Nền tảng A", via_lgsp=True), B=facts(made, "Nền tảng B"))
    made = perform("reopen", made, by=province.approver, comment="Đã ngừng")
    made = write(made, by=province.reporter, B=facts(made, "Nền tảng B", status="stopped"))
    return province.walk(made, "submit", "sign", "verify", "approve")


def sentences() -> list[str]:
    return [sentence.split("): ", 1)[1] for sentence in told()]


def rows(report):
    return RegisterRow.objects.filter(listed__submission=report)


def test_what_stands_as_approved_is_whole(report):
    assert told() == []
    assert (counted().reports, counted().broken) == (1, 0)


@pytest.mark.parametrize(
    ("fact", "forged", "said"),
    [
        ("name", "Nền tảng khác", "name is Nền tảng khác, but should be Nền tảng A."),
        ("via_lgsp", False, "connected through LGSP is False, but should be True."),
        ("status", "in_use", "status is in_use, but should be –."),
        ("owner", None, "owner unit is –, but should be {owner}."),
        ("change", "changed", "what became of it is changed, but should be added."),
    ],
)
def test_a_row_was_changed(province, report, fact, forged, said):
    with behind_the_back():
        rows(report).filter(code="A", listed__superseded_at=None).update(**{fact: forged})
    (sentence,) = sentences()
    assert sentence.endswith(f": {said.format(owner=province.department.pk)}")
    assert "(A), approved by event" in sentence


def test_a_row_was_removed(report):
    with behind_the_back():
        rows(report).filter(code="B", listed__superseded_at=None).delete()
    assert "approved row B, which does not stand." in sentences()[0]


def test_a_row_was_added(report):
    listed = RegisterList.objects.get(superseded_at=None)
    with behind_the_back():
        RegisterRow.objects.create(listed=listed, code="C", name="Nền tảng C", change="added")
    assert "(C) stands in no content that event" in sentences()[0]


@pytest.mark.parametrize("is_first", [True, False])
def test_the_end_of_a_list_was_moved(report, is_first):
    which = RegisterList.objects.filter(superseded_at__isnull=not is_first)
    with behind_the_back():
        which.update(superseded_at=F("approved_at") + timedelta(days=1))
    assert "superseded at is" in sentences()[0]


def test_a_list_was_removed(report):
    with behind_the_back():
        rows(report).delete()
        RegisterList.objects.all().delete()
    assert "approved a list that does not stand." in sentences()[0]


def test_a_list_that_nobody_approved(report):
    first = RegisterList.objects.order_by("pk")[0]
    sent = report.revisions.order_by("number")[0]
    with behind_the_back():
        RegisterList.objects.filter(superseded_at=None).update(superseded_at=first.approved_at)
        RegisterList.objects.create(
            register=first.register,
            period=first.period,
            reporter=first.reporter,
            submission=report,
            revision=sent,
            approved_at=first.approved_at,
        )
    assert sentences()
