"""An administrator of the province opens and closes the public page; who and when stays known (domain.md 36)."""

import pytest
from django.db import IntegrityError, transaction

from indicators.models import Programme, PublicPage
from tests import factories, people
from tests.indicators.pages import browser, seen
from tests.indicators.test_admin_scope import keeper

pytestmark = pytest.mark.usefixtures("english")
LIST = "/admin/indicators/publicpage/"


@pytest.fixture
def programme(province) -> Programme:
    factories.indicator("HT.01")
    return Programme.objects.get()


@pytest.fixture
def client(province):
    return browser(keeper("admin of the province", province.root, "province"))


def test_nothing_is_open_until_somebody_opens_it(programme):
    page = PublicPage.objects.create(programme=programme)
    assert (page.is_open, PublicPage.objects.open().exists()) == (False, False)


def test_the_page_says_what_becomes_public_before_it_is_opened(client, programme):
    words = seen(client.get(f"{LIST}add/"))
    assert "everybody on the Internet reads the summary of this programme at /public/, without an account" in words
    assert "Not there: figures that are not published" in words


def test_it_is_opened_and_closed_and_its_history_tells_by_whom(client, programme):
    assert client.post(f"{LIST}add/", {"programme": programme.pk, "is_open": "on"}).status_code == 302
    page = PublicPage.objects.get()
    assert 'href="/public/"' in client.get(f"{LIST}{page.pk}/change/").content.decode()
    assert client.post(f"{LIST}{page.pk}/change/", {}).status_code == 302
    page.refresh_from_db()
    told = page.history.order_by("history_id").values_list("is_open", "history_user__username", "address")
    assert (page.is_open, list(told)) == (
        False,
        [(True, "admin of the province", "127.0.0.1"), (False, "admin of the province", "127.0.0.1")],
    )
    assert 'href="/public/"' not in client.get(f"{LIST}{page.pk}/change/").content.decode()
    assert "admin of the province" in seen(client.get(f"{LIST}{page.pk}/history/"))


def test_the_programme_of_a_row_stays_and_is_there_once(client, programme):
    page = PublicPage.objects.create(programme=programme)
    other = Programme.objects.create(code="Q", name="Kế hoạch")
    client.post(f"{LIST}{page.pk}/change/", {"programme": other.pk})
    assert PublicPage.objects.get().programme == programme
    again = client.post(f"{LIST}add/", {"programme": programme.pk})
    assert "This programme is in the list already; open or close it there." in seen(again)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicPage.objects.create(programme=programme)


def test_a_row_is_never_deleted(programme):
    page = PublicPage.objects.create(programme=programme)
    assert browser(people.superuser()).post(f"{LIST}{page.pk}/delete/", {"post": "yes"}).status_code == 403
    assert PublicPage.objects.exists()


@pytest.mark.parametrize("group", ["unit", "catalogue", "figures"])
def test_other_keepers_open_nothing(province, programme, group):
    page = PublicPage.objects.create(programme=programme)
    client = browser(keeper("keeper", province.root, group))
    answers = [client.get(LIST), client.post(f"{LIST}add/", {"programme": programme.pk})]
    answers.append(client.post(f"{LIST}{page.pk}/change/", {"is_open": "on"}))
    assert ({answer.status_code for answer in answers}, PublicPage.objects.open().exists()) == ({403}, False)
