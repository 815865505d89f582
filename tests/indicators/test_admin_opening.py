"""The page that opens a round: what it shows before, what it asks to be seen, and what stays typed."""

from datetime import date

import pytest
from django.test import Client

from indicators.models import Membership, Role, Round, RoundEvent
from tests import factories, people
from tests.factories import Province
from tests.indicators.pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")

ADD = "/admin/indicators/round/add/"


@pytest.fixture
def client(province: Province, clock) -> Client:
    clock.set(2026, 11, 24)
    return browser(people.superuser())


@pytest.fixture
def asked(province: Province):
    return factories.form(
        province.department,
        province.sister,
        holders={"verify": province.office, "approve": province.root},
        indicators=[factories.indicator("HT.01")],
        subject="self",
    )


@pytest.fixture
def complete(province: Province, asked):
    """Nothing is missing."""
    signer = people.person("signer")
    Membership.objects.create(user=signer, unit=province.sister, role=Role.SIGNER)
    return asked


def post(client: Client, asked, **typed):
    return client.post(ADD, {"form": asked.pk, "period": "2026-Q4", **typed})


class TestBeforeAnythingIsTyped:
    def test_spells_out_the_window_that_runs_and_computes_its_days(self, client, asked):
        response = client.get(ADD, {"form": asked.pk})
        form = response.context["form"]
        assert form.window_sentence == "Figures from 15/09/2026 to the end of 14/12/2026"
        assert (form["opens_on"].value(), form["due_on"].value()) == (date(2026, 9, 15), date(2026, 12, 16))
        assert 'value="16/12/2026"' in response.content.decode()

    def test_lists_the_units_with_what_is_missing(self, client, asked):
        page = client.get(ADD, {"form": asked.pk})
        assert [(str(each.unit), each.words) for each in page.context["form"].units] == [
            ("Sở Khoa học và Công nghệ", []),
            ("Sở Tài chính", ["nobody who signs off"]),
        ]
        assert "Nobody who signs off: Sở Tài chính." in seen(page)
        assert Round.objects.count() == 0

    def test_shows_no_units_where_no_period_is_chosen(self, client, asked):
        asked.frequency = "ad_hoc"
        asked.save()
        page = client.get(ADD, {"form": asked.pk})
        assert (page.context["form"].units, "Open the round</" in page.content.decode()) == ([], False)

    @pytest.mark.parametrize("n", [1, 3])
    def test_takes_the_same_queries_for_one_and_three_units(
        self, client, province, asked, n, django_assert_num_queries
    ):
        asked.units.set([province.department, province.sister, province.office][:n])
        with django_assert_num_queries(8):
            client.get(ADD, {"form": asked.pk})


class TestAnotherPeriod:
    def test_is_shown_with_its_own_days_and_units_before_it_is_opened(self, client, province, complete):
        province.sister.ended = date(2026, 12, 31)
        province.sister.save()
        first = client.get(ADD, {"form": complete.pk}).context["form"]
        response = client.post(
            ADD,
            {
                "form": complete.pk,
                "period": "2027-Q1",
                "shown": first.key,
                "due_on": "16/12/2026",
                "asking_document": "Công văn 12",
            },
        )
        form = response.context["form"]
        assert (response.status_code, Round.objects.count()) == (200, 0)
        assert (form["period"].value(), form["due_on"].value()) == ("2027-Q1", date(2027, 3, 16))
        assert form["asking_document"].value() == "Công văn 12"
        assert [str(each.unit) for each in form.units] == ["Sở Khoa học và Công nghệ"]
        assert not form.errors

    def test_that_is_the_same_keeps_the_days_that_were_typed(self, client, complete):
        shown = client.get(ADD, {"form": complete.pk}).context["form"].key
        form = post(client, complete, show="1", shown=shown, due_on="31/02/2026").context["form"]
        assert (form["due_on"].value(), form["opens_on"].value()) == ("31/02/2026", date(2026, 9, 15))

    def test_that_was_shown_is_opened(self, client, complete):
        shown = post(client, complete, show="1").context["form"]
        assert post(client, complete, shown=shown.key).status_code == 302
        assert Round.objects.get().period.label == "2026-Q4"

    def test_of_an_ad_hoc_form_is_shown_for_the_days_that_were_typed(self, client, complete):
        complete.frequency = "ad_hoc"
        complete.save()
        days = {"form": complete.pk, "first_day": "01/11/2026", "last_day": "20/11/2026"}
        shown = client.post(ADD, days | {"shown": ""}).context["form"]
        assert (shown.key, shown["first_day"].value()) == ("2026-11-01..2026-11-20", "01/11/2026")
        assert shown["due_on"].value() == date(2026, 11, 24)
        assert client.post(ADD, days | {"shown": shown.key}).status_code == 302


class TestOpening:
    def test_keeps_the_document_and_the_days_that_were_typed(self, client, complete):
        typed = {"asking_document": "Công văn 12/UBND", "due_on": "20/12/2026", "opens_on": "01/10/2026"}
        assert post(client, complete, **typed).status_code == 302
        made = Round.objects.get()
        assert (made.asking_document, made.due_on, made.opens_on) == (
            "Công văn 12/UBND",
            date(2026, 12, 20),
            date(2026, 10, 1),
        )
        assert made.events.get().reason == ""
        assert "Công văn 12/UBND" in seen(client.get(f"/admin/indicators/round/{made.pk}/change/"))

    def test_with_gaps_asks_for_the_tick_that_names_them(self, client, asked):
        response = post(client, asked)
        form = response.context["form"]
        assert (response.status_code, Round.objects.count()) == (200, 0)
        assert form.errors == {"gaps": ["Tick that the round opens although this is missing."]}
        assert post(client, asked, gaps=form.fingerprint).status_code == 302
        event = RoundEvent.objects.get()
        assert (event.by.username, event.reason) == ("admin", "Nobody who signs off: Sở Tài chính.")

    def test_with_other_gaps_than_those_that_were_shown_asks_again(self, client, province, asked):
        shown = client.get(ADD, {"form": asked.pk}).context["form"].fingerprint
        Membership.objects.filter(user=province.outsider).delete()
        response = post(client, asked, gaps=shown)
        assert list(response.context["form"].errors) == ["gaps"]
        assert "No account that enters figures: Sở Tài chính." in seen(response)

    @pytest.mark.parametrize(
        ("field", "typed", "sentence"),
        [
            ("due_on", "31/02/2026", "Enter the date as day/month/year, for example 25/02/2022."),
            ("opens_on", "mai", "Enter the date as day/month/year, for example 25/02/2022."),
            ("due_on", "14/09/2026", "The due date comes before the day on which the round opens."),
            ("period", "2026-Q9", "This form already has a round for that period."),
        ],
    )
    def test_with_a_field_wrong_says_so_beside_it_and_keeps_what_was_typed(
        self, client, complete, field, typed, sentence
    ):
        response = post(client, complete, **{"opens_on": "15/09/2026", "asking_document": "CV 1", field: typed})
        assert response.context["form"].errors == {field: [sentence]}
        assert response.context["form"][field].value() == typed
        assert 'value="CV 1"' in response.content.decode() or field == "period"
        assert Round.objects.count() == 0

    def test_from_an_archived_document_leaves_out_the_due_date_that_the_page_filled_in(self, client, complete):
        typed = {"archive": "Báo cáo 10", "due_on": "16/12/2026"}
        assert post(client, complete, **typed).status_code == 302
        assert Round.objects.get().due_on is None

    def test_twice_is_said_at_the_period(self, client, complete):
        post(client, complete)
        assert list(post(client, complete).context["form"].errors) == ["period"]
        assert Round.objects.count() == 1

    def test_is_for_those_who_may_add_a_round(self, province, asked):
        assert browser(province.verifier).post(ADD, {"form": asked.pk, "period": "2026-Q4"}).status_code == 403
        assert Round.objects.count() == 0
