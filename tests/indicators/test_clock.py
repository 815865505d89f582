"""One clock for everything; and what a week on it forgets: one-time keys of forms."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from indicators import clock as clock_module
from indicators import keys
from indicators.calendars import show_moment
from indicators.models import UsedKey
from tests import people


def test_the_day_is_the_provinces_day_whatever_the_servers_zone(clock):
    clock.set(2026, 12, 15, 0, 0)
    assert clock_module.today() == date(2026, 12, 15)
    assert clock_module.now().astimezone(UTC) == datetime(2026, 12, 14, 17, 0, tzinfo=UTC)
    clock.set(2026, 12, 14, 23, 59)
    assert clock_module.today() == date(2026, 12, 14)


def test_a_moment_is_shown_in_the_provinces_time():
    assert show_moment(datetime(2026, 9, 15, 9, 20, tzinfo=UTC)) == "15/09/2026 16:20"
    assert show_moment(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)) == "01/01/2027 00:00"


@pytest.mark.django_db
def test_a_purge_forgets_what_is_older_than_a_week_and_nothing_younger(clock):
    user = people.superuser()
    at = clock.set(2026, 9, 15, 12, 0)
    for key, age in [
        ("fresh", timedelta(0)),
        ("a week", keys.KEPT),
        ("older", keys.KEPT + timedelta(seconds=1)),
    ]:
        UsedKey.objects.create(user=user, key=key, used_at=at - age)
    assert keys.purge() == 1
    assert set(UsedKey.objects.values_list("key", flat=True)) == {"fresh", "a week"}


@pytest.mark.django_db
def test_the_command_says_how_many_keys_it_forgot_and_may_run_twice(clock):
    at = clock.set(2026, 9, 15, 12, 0)
    UsedKey.objects.create(user=people.superuser(), key="old", used_at=at - timedelta(days=8))
    said = StringIO()
    call_command("purge_keys", stdout=said)
    call_command("purge_keys", stdout=said)
    assert said.getvalue() == "1 used keys forgotten\n0 used keys forgotten\n"
