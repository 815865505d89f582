"""The page of a round: who owes what, and lock, unlock, extend."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from indicators.models import Extension, Round, RoundEvent
from tests import factories, people
from tests.factories import Province, cell, indicator, type_in
from tests.indicators.pages import browser

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def round_(province: Province) -> Round:
    return province.round(indicator("HT.01"), units=[province.department, province.sister], subject="self")


def address(round_: Round) -> str:
    return f"/admin/indicators/round/{round_.pk}/change/"


def act(client: Client, round_: Round, name: str, **typed):
    return client.post(f"/admin/indicators/round/{round_.pk}/{name}/", typed)


def page_of(client: Client, round_: Round, name: str):
    return client.get(f"/admin/indicators/round/{round_.pk}/{name}/")


@pytest.fixture
def client(province: Province) -> Client:
    return browser(people.superuser())


def keeper(*codenames: str) -> Client:
    user = people.person("keeper", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return browser(user)


class TestThePage:
    def test_names_who_owes_and_who_has_sent(self, client, province, round_):
        report = round_.submissions.get(unit=province.department)
        type_in(report, cell("5"), by=province.reporter)
        province.walk(report, "submit", "sign")
        shown = client.get(address(round_)).context["page"]
        assert [(r.unit, r.timing.word) for r in shown.reports] == [
            ("Sở Khoa học và Công nghệ", "Sent on time"),
            ("Sở Tài chính", "10 days left"),
        ]
        assert (shown.n_sent, [line.indicator.code for line in shown.lines]) == (1, ["HT.01"])

    def test_begins_its_history_with_the_opening(self, client, round_):
        assert [a.act for a in client.get(address(round_)).context["page"].acts] == ["Opened"]

    @pytest.mark.parametrize("n_units", [1, 3])
    def test_takes_the_same_queries_for_one_and_three_units(
        self, client, province, n_units, django_assert_num_queries
    ):
        units = [province.department, province.sister, province.office][:n_units]
        made = province.round(indicator("HT.01"), units=units, subject="self")
        for each in units:
            Extension.objects.create(
                round=made, unit=each, due_on=made.due_on, reason="Mất điện", by=province.approver
            )
        with django_assert_num_queries(8):
            client.get(address(made))

    def test_is_not_there_for_a_round_that_is_not(self, client, round_):
        for pk in ("0", "x"):
            assert client.get(f"/admin/indicators/round/{pk}/change/").status_code == 404


class TestLocking:
    def test_is_done_and_taken_back_with_a_reason(self, client, round_):
        assert act(client, round_, "lock", reason="Đã tổng hợp").status_code == 302
        assert Round.objects.get().is_locked
        assert act(client, round_, "unlock", reason="Bổ sung").status_code == 302
        assert not Round.objects.get().is_locked
        acts = client.get(address(round_)).context["page"].acts
        assert [(a.act, a.by, a.reason) for a in acts] == [
            ("Opened", "", ""),
            ("Locked", "admin", "Đã tổng hợp"),
            ("Unlocked", "admin", "Bổ sung"),
        ]

    def test_twice_answers_409_with_the_sentence(self, client, round_):
        act(client, round_, "lock")
        response = act(client, round_, "lock")
        assert (response.status_code, response.context["refused"]) == (409, "The round is already locked.")

    def test_is_not_taken_back_without_a_reason(self, client, round_):
        act(client, round_, "lock")
        response = act(client, round_, "unlock", reason=" ")
        assert (response.status_code, list(response.context["form"].errors)) == (200, ["reason"])
        assert Round.objects.get().is_locked

    def test_names_the_open_returns_before_it_is_done(self, client, province, round_):
        report = type_in(round_.submissions.get(unit=province.department), cell("5"), by=province.reporter)
        factories.perform("return", province.walk(report, "submit"), by=province.unit_leader)
        assert page_of(client, round_, "lock").context["remarks"] == [
            "Returned and not sent again yet, shut out by a lock: Sở Khoa học và Công nghệ.",
            "2 units have not reported.",
        ]

    def test_page_says_409_before_a_reason_is_typed_where_it_is_not_open(self, client, round_):
        act(client, round_, "lock")
        response = page_of(client, round_, "lock")
        assert (response.status_code, response.context["refused"]) == (409, "The round is already locked.")
        assert page_of(client, round_, "unlock").status_code == 200


class TestExtending:
    def test_of_one_unit_stands_in_the_history_with_its_name(self, client, province, round_):
        due = round_.due_on + timedelta(days=4)
        response = act(
            client, round_, "extend", units=[province.sister.pk], due_on=f"{due:%d/%m/%Y}", reason="Mất điện"
        )
        assert response.status_code == 302
        shown = client.get(address(round_)).context["page"]
        assert [(r.unit, r.due_on) for r in shown.reports] == [
            ("Sở Khoa học và Công nghệ", round_.due_on),
            ("Sở Tài chính", due),
        ]
        assert (shown.acts[-1].unit, shown.acts[-1].due_on, shown.acts[-1].reason) == (
            "Sở Tài chính",
            due,
            "Mất điện",
        )

    def test_to_an_earlier_day_answers_409_and_keeps_what_was_typed(self, client, round_):
        response = act(client, round_, "extend", due_on="03/04/2020", reason="Mất điện")
        assert response.status_code == 409
        assert response.context["refused"].startswith("An extension ends after the present due date")
        assert response.context["form"].data["reason"] == "Mất điện"
        assert Extension.objects.count() == 0

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"due_on": "", "reason": "Mất điện"}, "due_on"),
            ({"due_on": "31/02/2027", "reason": "Mất điện"}, "due_on"),
            ({"due_on": "03/04/2027", "reason": ""}, "reason"),
            ({"due_on": "03/04/2027", "reason": "Mất điện", "units": "0"}, "units"),
        ],
    )
    def test_with_a_field_wrong_says_so_at_the_field(self, client, round_, typed, field):
        response = act(client, round_, "extend", **typed)
        assert (response.status_code, list(response.context["form"].errors)) == (200, [field])

    def test_is_only_for_units_of_the_round(self, client, province, round_):
        response = act(client, round_, "extend", due_on="03/04/2027", reason="Mất điện", units=[province.office.pk])
        assert list(response.context["form"].errors) == ["units"]

    def test_of_several_units_is_one_act_with_a_row_each(self, client, province, round_):
        due = round_.due_on + timedelta(days=4)
        both = [province.department.pk, province.sister.pk]
        act(client, round_, "extend", units=both, due_on=f"{due:%d/%m/%Y}", reason="Mất điện")
        rows = Extension.objects.order_by("unit").values_list("unit", "due_on", "reason")
        assert list(rows) == [(unit, due, "Mất điện") for unit in sorted(both)]
        assert Round.objects.get().due_on == round_.due_on


class TestWhoMay:
    def test_look_alone_sees_no_act_and_does_none(self, round_):
        looker = keeper("view_round")
        assert looker.get(address(round_)).context["acts"] == []
        assert page_of(looker, round_, "lock").status_code == 403
        assert act(looker, round_, "lock").status_code == 403
        assert RoundEvent.objects.filter(act="locked").count() == 0

    def test_act_does_with_the_right_to_change(self, round_):
        assert act(keeper("view_round", "change_round"), round_, "lock").status_code == 302

    def test_not_look_gets_no_page(self, round_):
        assert keeper("view_form").get(address(round_)).status_code == 403

    def test_not_open_gets_no_form_to_do_so(self, round_):
        assert keeper("view_round").get("/admin/indicators/round/add/").status_code == 403

    def test_change_the_round_itself_is_open_to_nobody(self, client, round_):
        assert client.post(address(round_), {"due_on": "01/01/2030"}).status_code == 405
        assert act(client, round_, "delete").status_code == 403
        assert Round.objects.count() == 1


class TestAddingAUnit:
    def test_makes_its_report_and_says_what_is_missing_for_it(self, client, province, round_):
        response = client.post(
            f"/admin/indicators/round/{round_.pk}/add-unit/",
            {"unit": province.office.pk, "reason": "Bổ sung theo Công văn 12"},
            follow=True,
        )
        assert [str(m) for m in response.context["messages"]] == [
            "Văn phòng UBND tỉnh reports in this round too.",
            "No account that enters figures: Văn phòng UBND tỉnh.",
            "Nobody who signs off: Văn phòng UBND tỉnh.",
            "Nobody who may verify the report of: Văn phòng UBND tỉnh.",
        ]
        last = response.context["page"].acts[-1]
        assert (last.act, last.unit, last.reason) == (
            "Unit added",
            "Văn phòng UBND tỉnh",
            "Bổ sung theo Công văn 12",
        )

    def test_offers_only_units_that_are_not_in_the_round(self, client, province, round_):
        offered = page_of(client, round_, "add-unit").context["form"].fields["unit"].queryset
        assert set(offered) == {province.root, province.office}
        response = act(client, round_, "add-unit", unit=province.sister.pk, reason="Bổ sung")
        assert list(response.context["form"].errors) == ["unit"]

    def test_to_a_locked_round_answers_409(self, client, province, round_):
        act(client, round_, "lock")
        response = act(client, round_, "add-unit", unit=province.office.pk, reason="Bổ sung")
        assert (response.status_code, response.context["refused"]) == (409, "The round is locked. Unlock it first.")


class TestTakingAUnitOut:
    def test_keeps_it_in_the_history(self, client, province, round_):
        assert act(client, round_, "drop-unit", unit=province.sister.pk, reason="Nhầm").status_code == 302
        shown = client.get(address(round_)).context["page"]
        assert [r.unit for r in shown.reports] == ["Sở Khoa học và Công nghệ"]
        assert [(a.act, a.unit, a.reason) for a in shown.acts] == [
            ("Opened", "", ""),
            ("Unit taken out", "Sở Tài chính", "Nhầm"),
        ]

    def test_that_has_entered_answers_409_and_keeps_what_was_typed(self, client, province, round_):
        type_in(round_.submissions.get(unit=province.department), cell("5"), by=province.reporter)
        response = act(client, round_, "drop-unit", unit=province.department.pk, reason="Nhầm")
        assert (response.status_code, response.context["refused"]) == (
            409,
            "Sở Khoa học và Công nghệ has entered figures already (state: Draft), so it stays in the round.",
        )
        assert response.context["form"]["reason"].value() == "Nhầm"
