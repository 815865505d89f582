"""The page of the daily seals: codes to print, nothing to change."""

from datetime import date

import pytest
from django.contrib import admin

from indicators import append_only
from indicators.clock import now
from indicators.models import Observation, Seal
from tests import people
from tests.factories import cell, indicator, type_in
from tests.indicators.pages import browser
from tests.indicators.test_admin_scope import keeper

pytestmark = pytest.mark.usefixtures("english")
LIST = "/admin/indicators/seal/"


@pytest.fixture
def seal(province):
    return Seal.objects.create(
        number=1, day=date(2026, 11, 24), at=now(), heads=3, hash="3f9a12bc77d01e5a9b41" + "0" * 44
    )


@pytest.fixture
def client(province):
    return browser(keeper("admin", province.root, "province"))


def test_the_list_tells_the_code_of_each_day_and_who_keeps_it(client, seal, settings):
    settings.SEAL_KEEPER = "Văn phòng UBND tỉnh"
    page = client.get(LIST).content.decode()
    for text in ("24/11/2026", "3f9a 12bc 77d0 1e5a 9b41", "Kept outside the system by: Văn phòng UBND tỉnh"):
        assert text in page
    settings.SEAL_KEEPER = ""
    assert "Kept outside" not in client.get(LIST).content.decode()


@pytest.mark.parametrize(("typed", "found"), [("3f9a 12bc", 1), ("3F9A12BC77", 1), ("0000 1111", 0)])
def test_a_code_is_found_as_it_was_printed(client, seal, typed, found):
    assert len(client.get(LIST, {"q": typed}).context["cl"].result_list) == found


def test_a_seal_is_read_in_full_and_neither_added_changed_nor_deleted(client, seal):
    page = client.get(f"{LIST}{seal.pk}/change/")
    assert seal.hash in page.content.decode()
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{seal.pk}/change/", {"heads": 9}).status_code == 403
    assert client.post(f"{LIST}{seal.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Seal.objects.get().heads == 3


@pytest.mark.parametrize("group", ["unit", "catalogue"])
def test_other_keepers_do_not_see_it(province, seal, group):
    assert browser(keeper("keeper", province.root, group)).get(LIST).status_code == 403


def test_a_superuser_changes_nothing_that_is_sealed_through_the_administration(province, seal):
    """What stands in the administration of it is read only; targets and baselines have a way of their own, which
    adds a row and gives the reason; a legal act and a score framework are drafts until they are applied."""
    report = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    province.walk(report, "submit", "sign", "verify", "approve")
    client = browser(people.superuser())
    sealed = [m for m in admin.site._registry if m._meta.model_name in append_only.sealed()]
    assert sorted(m.__name__ for m in sealed) == [
        "BaseFigure",
        "Baseline",
        "Download",
        "LegalAct",
        "LoginEvent",
        "Observation",
        "Publication",
        "ReferenceFigure",
        "ScoreFramework",
        "Seal",
        "Target",
    ]
    for row in (seal, Observation.objects.get()):
        page = f"/admin/indicators/{row._meta.model_name}/{row.pk}/"
        assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
        assert client.post(f"{page}change/", {"state": "not_available", "heads": 9}).status_code == 403
