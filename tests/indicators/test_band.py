"""The band of a programme and of an indicator in it: data that an administrator sets, with its history."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from indicators.models import Programme, ProgrammeIndicator
from tests import people
from tests.factories import indicator

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(people.superuser(), backend="config.backends.Accounts")
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def programme() -> Programme:
    indicator("HT.01")
    return Programme.objects.get()


def save(admin: Client, programme: Programme, *, band: str, of_indicator: str = ""):
    place = programme.programmeindicator_set.get()
    posted = {
        "code": programme.code,
        "name": programme.name,
        "first_year": "2021",
        "last_year": "2025",
        "band": band,
        "programmeindicator_set-TOTAL_FORMS": "1",
        "programmeindicator_set-INITIAL_FORMS": "1",
        "programmeindicator_set-0-id": str(place.pk),
        "programmeindicator_set-0-programme": str(programme.pk),
        "programmeindicator_set-0-group": str(place.group_id),
        "programmeindicator_set-0-indicator": str(place.indicator_id),
        "programmeindicator_set-0-order": "0",
        "programmeindicator_set-0-band": of_indicator,
    }
    return admin.post(reverse("admin:indicators_programme_change", args=[programme.pk]), posted)


def test_an_administrator_sets_both_and_their_history_keeps_who(admin: Client, programme: Programme) -> None:
    assert save(admin, programme, band="7,5", of_indicator="0").status_code == 302
    programme.refresh_from_db()
    place = ProgrammeIndicator.objects.get()
    assert (programme.band, place.band) == (Decimal("7.5"), 0)
    assert save(admin, programme, band="").status_code == 302
    programme.refresh_from_db()
    assert (programme.band, ProgrammeIndicator.objects.get().band) == (None, None)
    kept = programme.history.order_by("-history_date", "-history_id")
    assert [(each.band, each.history_user.username) for each in kept[:2]] == [
        (None, "admin"),
        (Decimal("7.5"), "admin"),
    ]
    assert [each.band for each in place.history.order_by("-history_date", "-history_id")[:2]] == [None, 0]


@pytest.mark.parametrize(("band", "of_indicator"), [("100,5", ""), ("-1", ""), ("", "101")])
def test_one_out_of_sight_is_refused_in_a_sentence(admin: Client, programme: Programme, band, of_indicator) -> None:
    page = save(admin, programme, band=band, of_indicator=of_indicator)
    assert page.status_code == 200
    assert "The band is between 0 and 100 per cent." in page.content.decode()
    programme.refresh_from_db()
    assert (programme.band, ProgrammeIndicator.objects.get().band) == (None, None)


@pytest.mark.parametrize("model", [Programme, ProgrammeIndicator])
@pytest.mark.parametrize("band", ["-0.000001", "100.000001"])
def test_the_database_refuses_it_too(programme: Programme, model, band: str) -> None:
    row = model.objects.get()
    row.band = Decimal(band)
    with pytest.raises(ValidationError):
        row.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(update_fields=["band"])


@pytest.mark.parametrize("band", ["0", "100", None])
def test_its_ends_and_nothing_at_all_are_taken(programme: Programme, band: str | None) -> None:
    Programme.objects.update(band=band)
    ProgrammeIndicator.objects.update(band=band)
