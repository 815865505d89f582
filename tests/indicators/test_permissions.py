"""How a person stands to a report, and which reports a person may see at all."""

from datetime import timedelta

import pytest

from indicators.clock import today
from indicators.models import Membership, Role, StepHolder, Submission
from indicators.permissions import holds_role, report_seen_by, reviews, standing, step_holders
from tests import people
from tests.factories import cell, indicator, type_in, unit

NAMES = ("reporter", "unit_leader", "verifier", "approver", "leader", "outsider")


@pytest.fixture
def submission(province):
    return province.submission(indicator("HT.01"))


@pytest.fixture
def round_(province):
    """A round of two departments: the reports of both exist, so that either could leak."""
    return province.round(indicator("HT.01"), units=[province.department, province.sister])


def held(user, submission):
    """The names of what holds for a person, as one set."""
    return {name for name, holds in vars(standing(user, submission)).items() if holds is True}


def seen(user, method="visible_to"):
    """What is seen of a list is what is seen one by one."""
    if method == "visible_to":
        alone = {s for s in Submission.objects.order_by("pk") if report_seen_by(user, s.pk)}
        assert alone == set(Submission.objects.visible_to(user).order_by("pk"))
    return {s.unit.pk for s in getattr(Submission.objects, method)(user).select_related("unit")}


def name_holder(step, submission, holder):
    StepHolder.objects.create(form=submission.round.form, step=step, reporting_unit=submission.unit, holder=holder)


# --- Standing


def test_each_person_stands_to_a_report_as_the_membership_says(province, submission):
    assert {name: held(getattr(province, name), submission) for name in NAMES} == {
        "reporter": {"reports", "belongs"},
        "unit_leader": {"signs", "belongs"},
        "verifier": {"verifies"},
        "approver": {"approves"},
        "leader": set(),
        "outsider": set(),
    }


def test_a_superuser_stands_as_himself(submission, province):
    admin = people.superuser()
    assert held(admin, submission) == set()
    Membership.objects.create(user=admin, unit=province.office, role=Role.VERIFIER)
    assert held(admin, submission) == {"verifies"}


def test_standing_costs_one_query_and_two_of_reviewers(province, submission, django_assert_num_queries):
    for who in (province.reporter, province.unit_leader, province.outsider):
        with django_assert_num_queries(1):
            standing(who, submission)
    with django_assert_num_queries(2):
        standing(province.approver, submission)


def test_whether_a_verifier_enters_on_behalf_is_asked_only_while_the_report_waits_for_its_unit(
    province, submission, django_assert_num_queries
):
    with django_assert_num_queries(3):
        standing(province.verifier, submission)
    submission = province.walk(type_in(submission, cell("1"), by=province.reporter), "submit", "sign")
    assert submission.round.form_id  # read beforehand, as every page does
    with django_assert_num_queries(2):
        standing(province.verifier, submission)


def test_the_role_of_a_step_counts_only_in_the_unit_that_holds_it(province, submission):
    elsewhere = people.person("elsewhere", province.sister, Role.VERIFIER)
    wrong_role = people.person("wrong role", province.office, Role.APPROVER)
    own = people.person("own", province.department, Role.VERIFIER)
    assert [held(user, submission) for user in (elsewhere, wrong_role, own)] == [set(), set(), {"belongs"}]


def test_a_membership_counts_from_its_first_day_until_the_day_before_its_end(province, submission):
    day = timedelta(days=1)
    spans = {
        "yesterday": (today() - day, today()),
        "today": (today(), today() + day),
        "tomorrow": (today() + day, None),
    }
    counted = {}
    for name, (first, until) in spans.items():
        user = people.person(name)
        Membership.objects.create(
            user=user, unit=province.department, role=Role.REPORTER, valid_from=first, valid_until=until
        )
        counted[name] = held(user, submission)
    assert counted == {"yesterday": set(), "today": {"reports", "belongs"}, "tomorrow": set()}


def test_a_holder_named_for_the_unit_stands_before_the_holder_for_all_others(province, submission):
    third = unit("Sở Nội vụ", parent=province.root)
    named = people.person("named", third, Role.VERIFIER)
    name_holder("verify", submission, third)
    assert step_holders(submission) == {"verify": third.pk, "approve": province.root.pk}
    assert (held(named, submission), held(province.verifier, submission)) == ({"verifies"}, set())


def test_the_named_holder_stands_first_in_whatever_order_they_were_written(province, submission):
    StepHolder.objects.filter(step="verify").delete()
    third = unit("Sở Nội vụ", parent=province.root)
    name_holder("verify", submission, third)
    StepHolder.objects.create(form=submission.round.form, step="verify", holder=province.office)
    assert step_holders(submission)["verify"] == third.pk


def test_a_step_that_nobody_holds_is_nobodys(province, submission):
    StepHolder.objects.all().delete()
    assert step_holders(submission) == {}
    assert (held(province.verifier, submission), held(province.approver, submission)) == (set(), set())


def test_holders_of_another_form_hold_nothing_here(province, submission):
    other = province.submission(indicator("HT.02"))
    name_holder("verify", other, province.sister)
    assert step_holders(submission)["verify"] == province.office.pk


# --- Roles by themselves


def test_reviewers_are_those_who_verify_or_approve_somewhere(province):
    assert {name for name in NAMES if reviews(getattr(province, name))} == {"verifier", "approver"}
    assert reviews(people.superuser()) is True
    assert holds_role(province.reporter, Role.REPORTER, Role.SIGNER) is True
    assert holds_role(province.reporter, Role.SIGNER) is False


# --- What is seen


def test_each_person_sees_the_reports_of_the_matrix(province, round_):
    own, sister = province.department.pk, province.sister.pk
    assert {name: seen(getattr(province, name)) for name in NAMES} == {
        "reporter": {own},
        "unit_leader": {own},
        "verifier": {own, sister},
        "approver": {own, sister},
        "leader": set(),
        "outsider": {sister},
    }
    assert seen(people.superuser()) == {own, sister}


def test_only_reviewers_see_reports_to_review(province, round_):
    both = {province.department.pk, province.sister.pk}
    assert {name: seen(getattr(province, name), "to_review") for name in NAMES} == {
        "reporter": set(),
        "unit_leader": set(),
        "verifier": both,
        "approver": both,
        "leader": set(),
        "outsider": set(),
    }
    assert seen(people.superuser(), "to_review") == both


def test_a_stranger_without_any_membership_sees_nothing(round_):
    stranger = people.person("stranger")
    assert (seen(stranger), seen(stranger, "to_review")) == (set(), set())


def test_the_verifier_of_a_named_unit_sees_that_one_and_the_verifier_of_the_others_does_not(province, round_):
    """Sở KH&CN verifies all but its own report, which Văn phòng UBND verifies (domain.md 21)."""
    for_others = people.person("verifier of the department", province.department, Role.VERIFIER)
    StepHolder.objects.filter(step="verify").update(holder=province.department)
    name_holder("verify", round_.submissions.get(unit=province.department), province.office)
    assert seen(province.verifier, "to_review") == {province.department.pk}
    assert seen(for_others, "to_review") == {province.sister.pk}
    assert seen(province.verifier) == {province.department.pk}
    assert seen(for_others) == {province.sister.pk}


def test_seeing_and_holding_a_step_agree_for_every_person_and_report(province, round_):
    name_holder("verify", round_.submissions.get(unit=province.sister), province.department)
    for_sister = people.person("verifier of the department", province.department, Role.VERIFIER)
    for user in (for_sister, *(getattr(province, name) for name in NAMES)):
        holds = {s.unit_id for s in round_.submissions.all() if {"verifies", "approves"} & held(user, s)}
        assert seen(user, "to_review") == holds, user


def test_a_named_verifier_takes_nothing_from_the_approver_of_all(province, round_):
    name_holder("verify", round_.submissions.get(unit=province.sister), province.department)
    assert seen(province.approver, "to_review") == {province.department.pk, province.sister.pk}


def test_whoever_reads_or_reviews_in_the_unit_itself_does_not_see_its_report(province, round_):
    for role in (Role.READER, Role.VERIFIER, Role.APPROVER):
        assert seen(people.person(f"own {role}", province.department, role)) == set()


def test_an_ended_membership_shows_nothing_any_more(province, round_):
    Membership.objects.update(valid_until=today())
    assert {name: seen(getattr(province, name)) for name in NAMES} == {name: set() for name in NAMES}


def test_a_person_of_two_roles_sees_each_report_once(province, round_):
    Membership.objects.create(user=province.approver, unit=province.office, role=Role.VERIFIER)
    Membership.objects.create(user=province.approver, unit=province.sister, role=Role.REPORTER)
    assert Submission.objects.visible_to(province.approver).count() == 2
