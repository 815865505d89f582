"""What became of each mail, for the administrators of the province; what failed is tried again from there."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from indicators.models import Digest
from tests import people
from tests.indicators.pages import browser
from tests.indicators.test_admin_scope import keeper

LIST = reverse("admin:indicators_digest_changelist")


@pytest.fixture
def failed(province):
    at = timezone.now()
    return Digest.objects.create(
        user=province.reporter,
        number=1,
        address="mai@example.gov.vn",
        delivery="waiting",
        tries=3,
        tried_at=at,
        next_try_at=at + timedelta(hours=2),
        error="SMTPDataError: (451, b'Try again later')",
    )


def again(user, *digests):
    post = {"action": "try_again", "_selected_action": [digest.pk for digest in digests]}
    return browser(user).post(LIST, post)


def test_the_list_says_what_failed_and_when_it_is_tried_again(province, failed):
    page = browser(keeper("province-admin", province.root, "province")).get(LIST).content.decode()
    assert "SMTPDataError: (451, b&#x27;Try again later&#x27;)" in page
    assert "mai@example.gov.vn" in page
    assert "Refused, waiting for the next try" in page


def test_a_digest_is_read_and_never_changed(province, failed):
    client = browser(keeper("province-admin", province.root, "province"))
    address = reverse("admin:indicators_digest_change", args=[failed.pk])
    page = client.get(address)
    assert (page.status_code, 'name="_save"' in page.content.decode()) == (200, False)
    assert client.post(address, {"address": "x@y.vn"}).status_code == 403
    assert client.get(reverse("admin:indicators_digest_add")).status_code == 403
    assert client.get(reverse("admin:indicators_digest_delete", args=[failed.pk])).status_code == 403


@pytest.mark.parametrize("delivery", ["waiting", "given_up", "unknown"])
def test_what_stopped_is_tried_again_at_once_and_who_asked_is_kept(province, failed, delivery):
    Digest.objects.update(delivery=delivery, next_try_at=failed.next_try_at if delivery == "waiting" else None)
    who = keeper("province-admin", province.root, "province")
    assert again(who, failed).status_code == 302
    failed.refresh_from_db()
    assert failed.delivery == "waiting"
    assert failed.next_try_at <= timezone.now()
    assert LogEntry.objects.get(user=who).object_id == str(failed.pk)


def test_what_was_sent_is_not_sent_again(province, failed):
    Digest.objects.update(delivery="sent", next_try_at=None)
    who = keeper("province-admin", province.root, "province")
    again(who, failed)
    failed.refresh_from_db()
    assert (failed.delivery, LogEntry.objects.count()) == ("sent", 0)


def test_administrators_of_a_unit_and_reviewers_do_not_see_it(province, failed):
    for who in (keeper("unit-admin", province.department, "unit"), province.verifier):
        assert browser(who).get(LIST).status_code == 403


def test_a_superuser_sees_it(province, failed):
    assert browser(people.superuser()).get(LIST).status_code == 200
