"""In which capacity somebody signs: what the database refuses, and an authorisation that is over."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from indicators import gaps, workflow
from indicators.clock import today
from indicators.models import Capacity, Membership, Notice, Role
from indicators.my_work import my_work
from indicators.refusals import Refused
from tests import people
from tests.factories import cell, indicator, perform, type_in

pytestmark = pytest.mark.usefixtures("english")
AUTHORISED = {
    "capacity": "authorised",
    "authority_number": "12/GUQ-SKHCN",
    "authority_date": date(2026, 1, 5),
    "authorised_from": date(2026, 1, 10),
    "authorised_to": date(2026, 12, 31),
}
WHOLE = (
    "Signing by authorisation (TUQ.) needs the number and the day of the document, and from when to when it holds."
)
WITHIN = "An authorisation lies within the days of the membership."


def by_days(first: int, last: int) -> dict:
    """Authorised from so many days from now to so many."""
    return AUTHORISED | {
        "authorised_from": today() + timedelta(days=first),
        "authorised_to": today() + timedelta(days=last),
    }


@pytest.fixture
def signer(province):
    return province.unit_leader.memberships.get()


@pytest.fixture
def waiting(province):
    return province.walk(
        type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter), "submit"
    )


def change(membership, **facts):
    for name, value in facts.items():
        setattr(membership, name, value)
    return membership


# --- What the database refuses


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (AUTHORISED | {"authority_number": ""}, WHOLE),
        (AUTHORISED | {"authority_date": None}, WHOLE),
        (AUTHORISED | {"authorised_from": None}, WHOLE),
        (AUTHORISED | {"authorised_to": None}, WHOLE),
        (AUTHORISED | {"authorised_to": date(2026, 1, 9)}, "An authorisation ends on the day it begins or later."),
        (AUTHORISED | {"valid_from": date(2026, 1, 11)}, WITHIN),
        (AUTHORISED | {"valid_until": date(2026, 12, 31)}, WITHIN),
        (AUTHORISED | {"capacity": "deputy"}, "Only signing by authorisation (TUQ.) has days of its own."),
        ({"role": "reporter", "capacity": "head"}, "Only whoever signs off for the unit signs in a capacity."),
        ({"role": "reporter", "title": "Chủ tịch"}, "Only whoever signs off for the unit signs in a capacity."),
    ],
)
def test_nonsense_is_refused_with_its_sentence_and_by_the_database(signer, facts, sentence):
    change(signer, **facts)
    with pytest.raises(ValidationError) as refused:
        signer.full_clean()
    assert refused.value.messages == [sentence]
    with pytest.raises(IntegrityError), transaction.atomic():
        signer.save()


@pytest.mark.parametrize(
    "facts",
    [
        AUTHORISED,
        AUTHORISED | {"valid_from": date(2026, 1, 10), "valid_until": date(2027, 1, 1)},
        AUTHORISED | {"authorised_to": date(2026, 1, 10)},
        {"capacity": "deputy", "title": "Phó Giám đốc", "authority_number": "7/QĐ", "authority_date": None},
        {"capacity": "acting"},
        {"capacity": ""},
    ],
)
def test_what_makes_sense_is_kept_with_its_history(signer, facts):
    change(signer, **facts).full_clean()
    signer.save()
    kept = signer.history.latest()
    assert {name: getattr(kept, name) for name in facts} == facts


# --- An authorisation has its days


@pytest.mark.parametrize(("first", "last"), [(0, 0), (-9, 0), (0, 9)])
def test_on_its_first_and_on_its_last_day_an_authorisation_lets_sign(province, waiting, signer, first, last):
    change(signer, **by_days(first, last)).save()
    assert perform("sign", waiting, by=province.unit_leader).state == "submitted"


@pytest.mark.parametrize(("first", "last"), [(-9, -1), (1, 9)])
def test_outside_its_days_it_lets_nobody_sign_and_says_why(province, waiting, signer, first, last):
    change(signer, **by_days(first, last)).save()
    days = f"{signer.authorised_from:%d/%m/%Y} to the end of {signer.authorised_to:%d/%m/%Y}"
    sentence = f"The authorisation to sign (12/GUQ-SKHCN) holds from {days}; today nothing can be signed under it."
    assert workflow.refusals(waiting, province.unit_leader)["sign"] == sentence
    with pytest.raises(Refused) as refused:
        perform("sign", waiting, by=province.unit_leader)
    assert refused.value.sentence == sentence
    assert waiting.events.count() == 1


def test_of_two_memberships_the_one_that_may_sign_today_is_used(province, waiting, signer):
    change(signer, **by_days(-9, -1)).save()
    deputy = {"capacity": Capacity.DEPUTY, "title": "Phó Giám đốc", "valid_from": date(2020, 1, 1)}
    Membership.objects.create(user=province.unit_leader, unit=province.department, role=Role.SIGNER, **deputy)
    perform("sign", waiting, by=province.unit_leader)
    signature = waiting.events.get(move="sign").signature
    assert (signature.capacity, signature.title) == ("deputy", "Phó Giám đốc")


def test_nobody_is_told_to_sign_under_an_authorisation_that_is_over(province, signer):
    change(signer, **by_days(-9, -1)).save()
    other = people.person("authorised", province.department, Role.SIGNER)
    change(other.memberships.get(), **by_days(-1, 1)).save()
    report = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    province.walk(report, "submit")
    assert [notice.user for notice in Notice.objects.filter(kind="to_sign")] == [other]
    assert [len(my_work(user).todo) for user in (province.unit_leader, other)] == [0, 1]
    assert len(my_work(province.unit_leader).waiting) == 1


def test_a_round_opens_with_the_gap_where_only_an_authorisation_that_is_over_signs(province, signer):
    asked = province.round(indicator("HT.01")).form
    assert gaps.units_asked(asked, today())[0].gaps == ()
    change(signer, **by_days(-9, -1)).save()
    assert gaps.units_asked(asked, today())[0].gaps == (gaps.Gap.SIGNER,)


def test_whoever_signs_by_authorisation_still_belongs_to_the_unit(province, signer):
    change(signer, **by_days(-9, -1)).save()
    Membership.objects.filter(user=province.verifier).delete()
    Membership.objects.create(user=province.unit_leader, unit=province.office, role=Role.VERIFIER)
    asked = province.round(indicator("HT.01")).form
    assert gaps.Gap.VERIFIER in gaps.units_asked(asked, today())[0].gaps
