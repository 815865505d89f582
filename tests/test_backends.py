"""Who is logged in, by a query that is put together once a day."""

from datetime import date

import pytest

from config.backends import Accounts
from indicators.models import Membership
from tests import people
from tests.factories import unit


@pytest.mark.django_db
class TestTheAccount:
    def test_each_gets_his_own_in_one_query(self, django_assert_num_queries) -> None:
        place = unit("Sở Tài chính")
        known = [people.reporter(place), people.leader(place)]
        Accounts().get_user(known[0].pk)
        with django_assert_num_queries(2):
            found = [Accounts().get_user(user.pk) for user in known]
        assert [(user, user.writes_today) for user in found] == [(known[0], True), (known[1], False)]
        assert Accounts().get_user(0) is None

    def test_a_membership_begins_on_its_day(self, clock) -> None:
        user = people.person("somebody")
        Membership.objects.create(
            user=user, unit=unit("Sở Tài chính"), role="reporter", valid_from=date(2026, 11, 25)
        )
        found = []
        for day in (24, 25):
            clock.set(2026, 11, day, 9, 0)
            found.append(Accounts().get_user(user.pk).writes_today)
        assert found == [False, True]

    def test_minutes_are_those_of_the_settings(self, settings) -> None:
        user = people.leader(unit("Sở Tài chính"))
        found = []
        for minutes in (60, 20):
            settings.IDLE_MINUTES_BY_ROLE = {"reader": minutes}
            found.append(Accounts().get_user(user.pk).idle_minutes)
        assert found == [60, 20]

    def test_who_left_is_nobody(self) -> None:
        user = people.person("somebody", is_active=False)
        assert Accounts().get_user(user.pk) is None
