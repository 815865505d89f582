"""The demonstration: can be run twice, on any day of the year, and its figure can be walked to the summary."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command

from indicators.models import (
    Definition,
    Indicator,
    Membership,
    Observation,
    Round,
    Submission,
    Unit,
    User,
)
from tests.factories import cell, perform, type_in

pytestmark = pytest.mark.django_db
WALK = {
    "submit": "reporter-skhcn",
    "sign": "leader-skhcn",
    "verify": "verifier",
    "approve": "approver",
}


def demo(password="mot-mat-khau-dai"):
    said = StringIO()
    call_command("demo", port=8123, password=password, stdout=said)
    return said.getvalue()


def rows():
    """Every table of ours with its number of rows, history aside."""
    models = [m for m in apps.get_app_config("indicators").get_models() if not m.__name__.startswith("Historical")]
    return {m.__name__: m.objects.count() for m in models}


def test_running_it_twice_adds_nothing():
    demo()
    once = rows()
    demo()
    assert rows() == once
    assert once["Round"] > 0
    assert once["Submission"] > 0


def test_it_tells_the_address_the_password_and_every_account():
    said = demo()
    assert "http://127.0.0.1:8123/" in said
    assert "mot-mat-khau-dai" in said
    for name in User.objects.values_list("username", flat=True):
        assert f"  {name} " in said


def test_without_a_password_it_makes_one_that_opens_every_account():
    said = demo(password="")
    password = said.split("Mật khẩu chung: ")[1].split()[0]
    users = list(User.objects.order_by("pk"))
    assert len(password) >= 12
    assert [user.check_password(password) for user in users] == [True] * len(users)


def test_a_second_run_changes_the_password_and_no_membership():
    demo()
    before = list(Membership.objects.order_by("pk").values())
    demo(password="mot-mat-khau-khac")
    assert list(Membership.objects.order_by("pk").values()) == before
    assert User.objects.get(username="leader").check_password("mot-mat-khau-khac") is True


@pytest.mark.parametrize(
    "day",
    [
        (2026, 1, 1),
        (2026, 3, 14),
        (2026, 3, 15),
        (2026, 6, 15),
        (2026, 9, 14),
        (2026, 12, 14),
        (2026, 12, 15),
        (2026, 12, 31),
        (2028, 2, 29),
    ],
)
def test_on_any_day_of_the_year_one_round_is_open_and_its_figure_can_be_walked_to_approval(clock, day):
    clock.set(*day, 23, 30)
    demo()
    submission = Submission.objects.filter(state="draft").latest("round__period__day_after_last")
    by = {name: User.objects.get(username=user) for name, user in WALK.items()}
    lines = submission.round.lines.count()
    submission = type_in(submission, *[cell("5")] * lines, by=by["submit"])
    for move in WALK:
        submission = perform(move, submission, by=by[move])
    assert submission.state == "approved"
    assert submission.observations.filter(contributes=True).count() == lines


def test_in_the_next_quarter_it_opens_the_next_round_beside_the_old_one(clock):
    clock.set(2026, 12, 14, 12, 0)
    demo()
    rounds = Round.objects.count()
    clock.set(2026, 12, 15, 12, 0)
    demo()
    assert Round.objects.count() == rounds + 1
    assert Round.objects.filter(period__label="2027-Q1").exists()


def test_what_somebody_entered_meanwhile_is_left_as_it_is():
    demo()
    submission = Submission.objects.filter(state="draft").latest("round__period__day_after_last")
    type_in(submission, cell("14433"), by=User.objects.get(username="reporter-skhcn"))
    observations = Observation.objects.count()
    demo()
    submission.refresh_from_db()
    assert (submission.version, submission.entries.get().value) == (1, 14433)
    assert Observation.objects.count() == observations


def test_what_an_administrator_added_meanwhile_does_not_break_the_next_run():
    demo()
    known = Definition.objects.order_by("pk").first()
    known.pk, known.valid_from = None, "2027-01-01"
    known.save()
    membership = Membership.objects.order_by("pk").first()
    membership.pk, membership.valid_from = None, "2027-01-01"
    membership.save()
    before = rows()
    demo()
    assert rows() == before


def test_the_figures_units_stand_under_the_province():
    demo()
    province = Unit.objects.with_code("12", Round.objects.first().period.last_day).get()
    departments = Unit.objects.with_slice(Round.objects.first().period.last_day).exclude(pk=province.pk)
    assert {unit.parent_on_day for unit in departments.order_by("pk")} == {province.pk}
    assert Indicator.objects.filter(definitions__isnull=True).count() == 0
