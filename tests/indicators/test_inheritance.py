"""What may pass to successors: proposed to whoever may keep it, confirmed row by row, told in every history."""

from datetime import date

import pytest

from indicators import inheritance
from indicators.inheritance import What
from indicators.models import Membership, ReportingForm, RoundEvent, StepHolder, Submission
from indicators.refusals import Refused
from tests import people
from tests.indicators.pages import browser, seen
from tests.indicators.reorganisation.acts import MERGER
from tests.indicators.test_left_reports import Merged

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def merged(province, clock):
    return Merged(province, clock)


def keys(merged, *kinds, by=None):
    found = inheritance.proposals(merged.act, by or merged.by)
    return [each.key for each in found if not kinds or each.what in kinds]


def test_each_row_is_proposed_for_each_successor(merged):
    found = [
        (each.what, each.words, str(each.old), str(each.heir))
        for each in inheritance.proposals(merged.act, merged.by)
    ]
    form, other = (str(each) for each in ReportingForm.objects.order_by("code"))
    july = str(merged.july)
    assert found == [
        ("membership", "lan: Enters figures for the unit", "Xã 1", "Xã Mới"),
        *(("form", form, f"Xã {n}", "Xã Mới") for n in (1, 2)),
        *(("form", other, f"Xã {n}", "Xã Mới") for n in (1, 2)),
        *(("round", july, f"Xã {n}", "Xã Mới") for n in (1, 2)),
    ]


def test_it_asks_as_often_for_many_units_as_for_one(merged, django_assert_num_queries):
    with django_assert_num_queries(9):
        inheritance.proposals(merged.act, merged.by)


def test_a_membership_passes_once_and_the_old_one_ends_with_the_act(merged, history_told):
    Membership.objects.create(user=merged.typist, unit=merged.old[1], role="reporter", is_contact=True)
    inheritance.confirm(merged.act, keys(merged, What.MEMBERSHIP), by=merged.by)
    mine = Membership.objects.filter(user=merged.typist).order_by("unit")
    assert {row.valid_until for row in mine.filter(unit__in=merged.old)} == {MERGER}
    new = mine.get(unit=merged.new)
    assert (new.role, new.valid_from, new.valid_until) == ("reporter", MERGER, None)
    told = new.history.get()
    assert (told.history_user, told.history_change_reason) == (merged.by, "Sắp xếp (Nghị quyết 1670)")
    assert keys(merged, What.MEMBERSHIP) == []
    assert Submission.objects.visible_to(merged.typist).count() == 4  # of both old units


def test_whoever_works_for_the_successor_already_gets_no_second_row(merged):
    Membership.objects.create(user=merged.typist, unit=merged.new, role="reporter")
    inheritance.confirm(merged.act, keys(merged, What.MEMBERSHIP), by=merged.by)
    assert Membership.objects.filter(user=merged.typist, unit=merged.new).count() == 1


def test_a_signer_keeps_the_capacity_and_an_authorisation_passes_to_nobody(merged):
    facts = {"role": "signer", "title": "Phó Chủ tịch"}
    Membership.objects.create(user=merged.typist, unit=merged.old[0], capacity="deputy", **facts)
    authorised = people.person("tú")
    paper = {"authority_number": "1/UQ", "authority_date": date(2025, 1, 1)}
    days = {"authorised_from": date(2025, 1, 1), "authorised_to": date(2025, 12, 31)}
    Membership.objects.create(
        user=authorised, unit=merged.old[0], role="signer", capacity="authorised", **paper, **days
    )
    inheritance.confirm(merged.act, keys(merged, What.MEMBERSHIP), by=merged.by)
    new = Membership.objects.get(unit=merged.new, role="signer")
    assert (new.user, new.capacity, new.title) == (merged.typist, "deputy", "Phó Chủ tịch")


def test_a_form_asks_the_successor_in_place_of_the_ended_units(merged):
    inheritance.confirm(merged.act, keys(merged, What.FORM), by=merged.by)
    for form in ReportingForm.objects.order_by("code"):
        assert list(form.units.order_by("pk")) == [merged.new]
        told = form.history.first()
        assert (told.history_user, told.history_change_reason) == (merged.by, "Sắp xếp (Nghị quyết 1670)")


def test_an_open_round_whose_period_goes_on_asks_the_successor_once(merged):
    inheritance.confirm(merged.act, keys(merged, What.ROUND), by=merged.by)
    assert Submission.objects.filter(unit=merged.new).get().round == merged.july
    event = RoundEvent.objects.get(act="added")
    assert (event.unit, event.by, event.reason) == (merged.new, merged.by, "Sắp xếp (Nghị quyết 1670)")
    assert keys(merged, What.ROUND) == []


def test_a_step_passes_to_one_successor_only(merged, province):
    form = merged.june.form
    facts = {"form": form, "step": "verify", "reporting_unit": merged.old[0]}
    StepHolder.objects.create(holder=province.office, **facts)
    StepHolder.objects.create(holder=province.office, **facts | {"reporting_unit": merged.old[1]})
    first, second = keys(merged, What.REPORTING)
    inheritance.confirm(merged.act, [first], by=merged.by)
    assert StepHolder.objects.get(reporting_unit=merged.new).holder == province.office
    with pytest.raises(Refused, match="another holder is named already"):
        inheritance.confirm(merged.act, [second], by=merged.by)


def test_nothing_is_confirmed_that_is_not_proposed_any_more(merged):
    chosen = keys(merged, What.FORM)
    inheritance.confirm(merged.act, chosen[:1], by=merged.by)
    with pytest.raises(Refused, match="changed meanwhile"):
        inheritance.confirm(merged.act, chosen, by=merged.by)
    with pytest.raises(Refused, match="Nothing was chosen"):
        inheritance.confirm(merged.act, [], by=merged.by)


def test_each_is_proposed_to_whoever_may_keep_it(merged):
    reader = people.person("vy", is_staff=True)
    assert keys(merged, by=reader) == []


def test_the_page_lists_and_confirms_what_is_ticked(merged):
    client, address = browser(merged.by), f"/admin/indicators/legalact/{merged.act.pk}/proposals/"
    shown = seen(client.get(address))
    assert "lan: Enters figures for the unit Xã 1 Xã Mới" in shown
    assert client.post(address, {}).status_code == 409
    answer = client.post(address, {"passes": keys(merged)}, follow=True)
    assert "7 proposals were confirmed." in seen(answer)
    assert "Nothing of the ended units is left to pass on." in seen(answer)
