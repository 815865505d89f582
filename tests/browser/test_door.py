"""What arrives when a test is over does not meet the tables being emptied."""

import http.client
import urllib.request

import pytest

from tests.browser.conftest import DOOR

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]


def test_a_late_request_is_turned_away(live_server):
    DOOR.close()
    with pytest.raises(http.client.RemoteDisconnected):
        urllib.request.urlopen(f"{live_server.url}/healthz")
    DOOR.open()
    assert urllib.request.urlopen(f"{live_server.url}/healthz").status == 200


def test_what_is_under_way_is_waited_for(live_server):
    DOOR.enter()
    DOOR.close(seconds=0)
    assert DOOR.inside == 1
    DOOR.leave()
    DOOR.close()
    assert DOOR.inside == 0
