"""Periods by their labels, holidays, and the choice of what to open."""

from datetime import date

import pytest
from django.test import Client

from indicators.calendars import quarter
from indicators.models import Period, Round, SpecialDay
from tests import factories, people
from tests.factories import Province
from tests.indicators.pages import browser, open_round_on_page

ADD = "/admin/indicators/period/add/"
OPEN = "/admin/indicators/round/add/"

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def client(province: Province, clock) -> Client:
    clock.set(2026, 11, 24)
    return browser(people.superuser())


@pytest.fixture
def asked(province: Province):
    return factories.form(province.department, holders={}, indicators=[factories.indicator("HT.01")])


def typed(label: str, calendar: str = "nd09", first_day: str = "", day_after_last: str = "") -> dict[str, str]:
    return {"calendar": calendar, "label": label, "first_day": first_day, "day_after_last": day_after_last}


def errors(response) -> dict[str, list[str]]:
    assert response.status_code == 200
    return response.context["adminform"].form.errors


class TestAPeriod:
    def test_takes_its_days_from_its_label(self, client):
        assert client.post(ADD, typed("2026-9M")).status_code == 302
        made = Period.objects.get()
        assert (made.first_day, made.day_after_last) == (date(2025, 12, 15), date(2026, 9, 15))

    def test_of_the_statistical_calendar_runs_on_calendar_months(self, client):
        assert client.post(ADD, typed("2026-M02-TK", "tk")).status_code == 302
        made = Period.objects.get()
        assert (made.first_day, made.day_after_last) == (date(2026, 2, 1), date(2026, 3, 1))

    @pytest.mark.parametrize(
        ("said", "field", "sentence"),
        [
            (typed("2026-M02-TK"), "label", "This label belongs to the other calendar."),
            (typed("2026-Q5"), "label", "This is no label of a period."),
            (typed("quý 3"), "label", "This is no label of a period."),
            (typed("2026-Q3", first_day="01/07/2026"), "first_day", "By its label this day is 15/06/2026."),
            (
                typed("2026-Q3", day_after_last="14/9/2026"),
                "day_after_last",
                "By its label this day is 15/09/2026.",
            ),
            (typed("2026-A01"), "first_day", "The days of an ad-hoc period are chosen; enter them."),
            (typed("2026-A01", first_day="1.7.2026", day_after_last="02/07/2026"), "first_day", "Enter the date"),
        ],
    )
    def test_that_says_two_things_is_refused_at_its_field(self, client, said, field, sentence):
        assert str(errors(client.post(ADD, said))[field][0]).startswith(sentence)
        assert Period.objects.count() == 0

    def test_of_an_ad_hoc_round_has_the_days_that_were_chosen(self, client):
        said = typed("2026-A01", first_day="01/07/2026", day_after_last="11/07/2026")
        assert client.post(ADD, said).status_code == 302
        assert Period.objects.get().last_day == date(2026, 7, 10)

    def test_in_use_keeps_its_days_whatever_is_posted(self, client, province):
        period = factories.period(quarter(2026, 3))
        address = f"/admin/indicators/period/{period.pk}/change/"
        assert client.post(address, typed("2026-Q2")).status_code == 302
        period.refresh_from_db()
        assert period.first_day == date(2026, 3, 15)
        province.round(factories.indicator("HT.01"), window=quarter(2026, 2))
        client.post(address, typed("2026-Q1"))
        period.refresh_from_db()
        assert (period.label, period.first_day) == ("2026-Q2", date(2026, 3, 15))


class TestChoosingWhatToOpen:
    def test_begins_with_the_forms(self, client, asked):
        page = client.get(OPEN).content.decode()
        assert f'<a href="?form={asked.pk}">01/CĐS Báo cáo chuyển đổi số</a>' in page

    def test_says_so_where_there_is_no_form(self, client):
        assert "There is no reporting form yet." in client.get(OPEN).content.decode()

    def test_offers_the_periods_of_the_form_with_their_due_dates_newest_first(self, client, asked):
        form = client.get(OPEN, {"form": asked.pk}).context["form"]
        choices = form.fields["period"].choices
        assert choices[:2] == [
            ("2027-Q1", "Quarter I/2027: 15/12/2026 to 14/03/2027, due on 16/03/2027"),
            ("2026-Q4", "Quarter IV/2026: 15/09/2026 to 14/12/2026, due on 16/12/2026"),
        ]
        assert (choices[-1][0], form.fields["period"].initial) == ("2021-Q2", "2026-Q4")

    def test_leaves_out_what_is_open_already_and_chooses_no_other(self, client, asked):
        open_round_on_page(client, {"form": asked.pk, "period": "2026-Q4"})
        choices = client.get(OPEN, {"form": asked.pk}).context["form"].fields["period"].choices
        assert [label for label, _said in choices][:3] == ["", "2027-Q1", "2026-Q3"]

    def test_without_days_opens_by_the_rules_of_the_form(self, client, asked):
        assert open_round_on_page(client, {"form": asked.pk, "period": "2026-Q4"}).status_code == 302
        made = Round.objects.get()
        assert (made.opens_on, made.due_on) == (date(2026, 9, 15), date(2026, 12, 16))

    @pytest.mark.parametrize("form", ["0", "x", "", "9" * 400])
    def test_of_no_form_is_no_page(self, client, form):
        assert client.get(OPEN, {"form": form}).status_code == 404


class TestAnAdHocForm:
    @pytest.fixture
    def ad_hoc(self, asked):
        asked.frequency = "ad_hoc"
        asked.save()
        return asked

    def open_it(self, client, form, first: str, last: str):
        return open_round_on_page(client, {"form": form.pk, "first_day": first, "last_day": last})

    def test_opens_for_the_days_that_were_chosen_and_takes_the_next_number(self, client, ad_hoc):
        self.open_it(client, ad_hoc, "01/07/2026", "10/07/2026")
        self.open_it(client, ad_hoc, "01/08/2026", "10/08/2026")
        assert sorted(Period.objects.values_list("label", "day_after_last")) == [
            ("2026-A01", date(2026, 7, 11)),
            ("2026-A02", date(2026, 8, 11)),
        ]

    def test_takes_the_same_period_for_the_same_days_and_refuses_a_second_round(self, client, ad_hoc):
        self.open_it(client, ad_hoc, "01/07/2026", "10/07/2026")
        response = self.open_it(client, ad_hoc, "01/07/2026", "10/07/2026")
        assert response.status_code == 409
        assert response.context["refused"] == "This form already has a round for that period."
        assert (Period.objects.count(), Round.objects.count()) == (1, 1)

    def test_refuses_days_in_the_wrong_order_and_keeps_what_was_typed(self, client, ad_hoc):
        response = self.open_it(client, ad_hoc, "10/07/2026", "01/07/2026")
        assert response.context["form"].errors == {"last_day": ["The last day comes before the first."]}
        assert 'value="10/07/2026"' in response.content.decode()

    def test_that_is_refused_leaves_no_period_behind(self, client, ad_hoc):
        ad_hoc.lines.all().delete()
        assert self.open_it(client, ad_hoc, "01/07/2026", "10/07/2026").status_code == 409
        assert Period.objects.count() == 0


def test_a_holiday_is_entered_once_a_day(client):
    add = "/admin/indicators/specialday/add/"
    assert client.post(add, {"day": "2/9/2026", "kind": "holiday", "name": "Quốc khánh"}).status_code == 302
    again = client.post(add, {"day": "02/09/2026", "kind": "holiday", "name": "Quốc khánh"})
    assert errors(again)["day"] == ["This day is already recorded."]
    assert SpecialDay.objects.get().day == date(2026, 9, 2)
