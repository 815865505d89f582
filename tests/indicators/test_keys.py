"""One-time keys: what is sent twice is done once."""

from datetime import timedelta

from django.db import transaction

from indicators import keys
from indicators.clock import now
from indicators.models import UsedKey


def test_the_second_use_of_a_key_gives_the_result_of_the_first(province):
    assert keys.use("k", by=province.reporter, result="/a/") is None
    assert keys.use("k", by=province.reporter, result="/b/") == "/a/"


def test_two_people_may_hold_the_same_key(province):
    assert keys.use("k", by=province.reporter, result="/a/") is None
    assert keys.use("k", by=province.unit_leader, result="/b/") is None


def test_a_key_of_an_act_that_was_rolled_back_is_free_again(province):
    with transaction.atomic():
        keys.use("k", by=province.reporter, result="/a/")
        transaction.set_rollback(True)
    assert keys.use("k", by=province.reporter, result="/b/") is None


def test_keys_are_kept_a_week(province):
    for days, key in ((6, "young"), (8, "old")):
        keys.use(key, by=province.reporter, result="")
        UsedKey.objects.filter(key=key).update(used_at=now() - timedelta(days=days))
    assert keys.purge() == 1
    assert UsedKey.objects.get().key == "young"
