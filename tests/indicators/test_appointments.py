"""What the contact of a unit may do, to whom, and what is kept of it."""

from datetime import date, timedelta

import pytest

from indicators import appointments
from indicators.clock import today
from indicators.models import Membership, Unit, User
from indicators.my_work import my_work
from indicators.refusals import Refused
from indicators.roles import ensure_groups, group
from tests import people
from tests.factories import cell, indicator, type_in

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def lead(province) -> User:
    """The contact of the department; a reader, so that nothing else lets her do what she does."""
    user = people.person("contact", province.department, "reader")
    user.memberships.update(is_contact=True)
    return user


def names(units) -> list[str]:
    return sorted(str(unit) for unit in units.with_slice(today()).order_by("pk"))


def of_reporter(province) -> Membership:
    return Membership.objects.get(user=province.reporter)


def kept(membership: Membership) -> list[tuple[str, date | None, str | None, str | None]]:
    rows = Membership.history.filter(id=membership.pk).order_by("history_id").select_related("history_user")
    return [
        (r.history_type, r.valid_until, r.history_user and r.history_user.username, r.history_change_reason)
        for r in rows
    ]


# --- Whose units


def test_a_contact_keeps_the_unit_of_her_membership_while_it_lasts(province, lead):
    assert names(appointments.units_of(lead)) == ["Sở Khoa học và Công nghệ"]
    lead.memberships.update(valid_until=today())
    assert names(appointments.units_of(lead)) == []


def test_other_members_keep_none_and_administrators_theirs(province):
    assert names(appointments.units_of(province.unit_leader)) == []
    ensure_groups()
    boss = people.person("boss", province.department, "administrator", is_staff=True)
    assert names(appointments.units_of(boss)) == []
    boss.groups.add(group("unit"))
    assert names(appointments.units_of(User.objects.get(pk=boss.pk))) == ["Sở Khoa học và Công nghệ"]
    assert len(names(appointments.units_of(people.superuser()))) == 4


def test_of_an_ended_unit_nobody_keeps_accounts(province, lead):
    Unit.objects.filter(pk=province.department.pk).update(ended=today())
    assert names(appointments.units_of(lead)) == []


# --- What bars which act


def bars(province, by: User) -> dict[str, tuple[bool, bool, bool]]:
    """Of each person: may be unlocked, given a password, ended."""
    found = appointments.officers(province.department, by=by)
    return {o.account.username: (not o.no_unlock, not o.no_password, not o.no_end) for o in found}


def test_only_plain_reporters_of_this_unit_alone_are_given_passwords(province, lead):
    elsewhere = people.person("two units", province.department, "reporter")
    Membership.objects.create(user=elsewhere, unit=province.sister, role="reporter")
    signs_too = people.person("signs too", province.department, "reporter")
    Membership.objects.create(user=signs_too, unit=province.department, role="reader")
    Membership.objects.create(user=signs_too, unit=province.sister, role="signer", valid_from=date(2999, 1, 1))
    people.person("clerk", province.department, "reporter", is_staff=True)
    people.person("off", province.department, "reporter", is_active=False)
    assert bars(province, lead) == {
        "reporter": (True, True, True),
        "two units": (True, False, True),
        "signs too": (False, False, False),
        "clerk": (False, False, True),
        "off": (True, False, True),
        "unit leader": (False, False, False),
        "contact": (False, False, False),
    }


def test_a_contact_is_not_ended_by_a_contact_and_gives_herself_no_password(province):
    row = of_reporter(province)
    row.is_contact = True
    row.save()
    assert bars(province, province.reporter)["reporter"] == (True, False, False)


def test_each_bar_names_whom_to_call(province, lead, settings):
    settings.SITE_UNIT, settings.SITE_TELEPHONE = "Sở Khoa học và Công nghệ", "0213 3876 000"
    found = {o.account.username: o for o in appointments.officers(province.department, by=lead)}
    whom = "Sở Khoa học và Công nghệ, 0213 3876 000."
    assert found["unit leader"].no_end == f"This role is given and ended by {whom}"
    assert found["unit leader"].no_password == f"This account is kept by {whom}"


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_asks_twice_however_long_it_is(province, lead, django_assert_num_queries, more):
    for number in range(more):
        people.person(f"more {number}", province.department, "reporter")
    with django_assert_num_queries(2):
        for officer in appointments.officers(province.department, by=lead):
            assert len([officer.no_unlock, officer.no_password, officer.no_end, str(officer.account)]) == 4


# --- Appointing


def test_an_appointment_begins_today_and_is_kept_with_who_made_it(province, lead):
    account = User(username="mai", full_name="Lò Thị Mai")
    made = appointments.appoint(province.department, account, by=lead, until=today() + timedelta(days=30))
    assert (made.role, made.valid_from, made.is_contact) == ("reporter", today(), False)
    assert not User.objects.get(username="mai").has_usable_password()
    assert kept(made) == [("+", today() + timedelta(days=30), "contact", "")]


def test_nobody_is_appointed_twice_or_until_yesterday(province, lead):
    with pytest.raises(Refused, match="reporter enters figures for this unit already"):
        appointments.appoint(province.department, province.reporter, by=lead)
    with pytest.raises(Refused, match="must end after today"):
        appointments.appoint(province.department, province.outsider, by=lead, until=today())
    assert Membership.objects.filter(user=province.outsider).count() == 1


def test_the_right_is_asked_again_when_it_is_used(province, lead):
    lead.memberships.update(is_contact=False)
    with pytest.raises(Refused, match="kept by somebody else now"):
        appointments.appoint(province.department, User(username="mai"), by=lead)
    assert not User.objects.filter(username="mai").exists()


def test_known_is_who_belongs_to_the_unit_and_does_not_enter_for_it(province, lead):
    gone = people.person("gone", province.department, "reporter")
    gone.memberships.update(valid_until=date(2020, 1, 1))
    people.person("off", province.department, "reader", is_active=False)
    known = appointments.known_here(province.department)
    assert [user.username for user in known] == ["contact", "gone", "unit leader"]


# --- Handing over


@pytest.fixture
def successor(province) -> User:
    user = people.person("successor", province.department, "reader")
    user.memberships.update(valid_until=date(2020, 1, 1))
    return user


def test_work_changes_hands_on_one_day_with_a_reason(province, lead, successor):
    row = of_reporter(province)
    begun = appointments.hand_over(province.department, row, by=lead, to=successor, reason="Nghỉ thai sản")
    assert begun is not None
    assert (begun.user, begun.role, begun.valid_from) == (successor, "reporter", today())
    assert kept(row)[-1] == ("~", today(), "contact", "Nghỉ thai sản")
    assert kept(begun) == [("+", None, "contact", "Nghỉ thai sản")]


def test_the_open_draft_stays_and_the_new_officer_finds_it(province, lead, successor):
    submission = province.submission(indicator("HT.01"))
    type_in(submission, cell("14433"), by=province.reporter)
    assert [s.pk for s in appointments.open_reports(province.department)] == [submission.pk]
    assert my_work(successor).todo == []
    appointments.hand_over(province.department, of_reporter(province), by=lead, to=successor, reason="Chuyển việc")
    (task,) = my_work(successor).todo
    assert (task.submission.pk, task.filled) == (submission.pk, 1)
    assert my_work(province.reporter).todo == []


def test_finished_and_locked_reports_are_not_handed_over(province):
    done = province.submission(indicator("HT.01"), asks_sign_off=False)
    type_in(done, cell("1"), by=province.reporter)
    province.walk(done, "submit", "verify", "approve")
    locked = province.submission(indicator("HT.02"))
    type(locked.round).objects.filter(pk=locked.round_id).update(locked_at="2026-01-01T00:00:00Z")
    assert list(appointments.open_reports(province.department)) == []


def test_an_appointment_of_today_ends_tomorrow_at_the_earliest(province, lead):
    made = appointments.appoint(province.department, User(username="mai"), by=lead)
    appointments.hand_over(province.department, made, by=lead, reason="Nhầm người")
    made.refresh_from_db()
    assert made.valid_until == today() + timedelta(days=1)


def test_what_was_handed_over_once_is_not_handed_over_again(province, lead, successor):
    row = of_reporter(province)
    stale = Membership.objects.get(pk=row.pk)
    appointments.hand_over(province.department, row, by=lead, to=successor, reason="Chuyển việc")
    with pytest.raises(Refused, match="changed meanwhile by contact"):
        appointments.hand_over(province.department, stale, by=lead, reason="Chuyển việc")
    assert Membership.objects.filter(user=successor, role="reporter").count() == 1


def test_nothing_ends_where_the_successor_cannot_begin(province, lead):
    other = people.person("other", province.department, "reporter")
    with pytest.raises(Refused, match="already"):
        appointments.hand_over(province.department, of_reporter(province), by=lead, to=other, reason="Chuyển việc")
    assert of_reporter(province).valid_until is None


def test_a_signer_is_never_ended_by_a_contact(province, lead):
    row = Membership.objects.get(user=province.unit_leader)
    with pytest.raises(Refused, match="This role is given and ended by"):
        appointments.hand_over(province.department, row, by=lead, reason="Chuyển việc")
    row.refresh_from_db()
    assert row.valid_until is None
