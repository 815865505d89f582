"""Who has not reported: for whom the page is there, whom it names, and what is copied from it."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from indicators import rounds
from indicators.clock import today
from indicators.models import Membership, Role, Round, Submission, Succession, Unit, User
from tests import people
from tests.factories import cell, indicator, type_in, unit
from tests.reporting.conftest import Site, text_of


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """What a page holds is said here in the language in which it was asked for."""
    with override("en"):
        yield


@pytest.fixture
def round_(site: Site) -> Round:
    """Due three days ago; nobody has reported."""
    units = [site.province.department, site.province.sister]
    return site.province.round(indicator("A"), units=units, subject="self", due_in=-3)


def look(site: Site, round_: Round):
    return site.client.get(reverse("unreported", args=[round_.pk]))


def annex(site: Site, round_: Round):
    return site.client.get(reverse("unreported_annex", args=[round_.pk]))


def rows(site: Site, round_: Round):
    return [
        (row.unit, row.days, [contact.name for contact in row.contacts])
        for row in look(site, round_).context["page"].missing
    ]


class TestWhoIsNamed:
    def test_each_unit_with_those_who_enter_for_it(self, site: Site, round_: Round) -> None:
        User.objects.filter(username="reporter").update(telephone="0913 000 111", position="Chuyên viên")
        page = look(site, round_)
        assert rows(site, round_) == [
            ("Sở Khoa học và Công nghệ", 3, ["reporter"]),
            ("Sở Tài chính", 3, ["outsider"]),
        ]
        assert "reporter, Chuyên viên" in text_of(page)
        assert '<a href="tel:0913000111">0913 000 111</a>' in page.content.decode()

    def test_the_signer_where_the_report_waits_for_the_signature(self, site: Site, round_: Round) -> None:
        report = round_.submissions.get(unit=site.province.department)
        site.province.walk(type_in(report, cell("5"), by=site.province.reporter), "submit")
        assert rows(site, round_)[0] == ("Sở Khoa học và Công nghệ", 3, ["unit leader"])
        assert "Waiting for signature" in text_of(look(site, round_))

    def test_nobody_who_has_handed_in(self, site: Site, round_: Round) -> None:
        report = round_.submissions.get(unit=site.province.department)
        site.province.walk(type_in(report, cell("5"), by=site.province.reporter), "submit", "sign")
        page = look(site, round_).context["page"]
        assert [row.unit for row in page.missing] == ["Sở Tài chính"]
        assert page.headline == f"By {today():%d/%m/%Y}, 1 of 2 units has not reported."

    def test_no_account_that_is_shut_and_no_membership_that_ended(self, site: Site, round_: Round) -> None:
        User.objects.filter(username="reporter").update(is_active=False)
        Membership.objects.filter(user__username="outsider").update(valid_until=today())
        assert [names for _unit, _days, names in rows(site, round_)] == [[], []]
        assert text_of(look(site, round_)).count("No account yet") == 2

    def test_worst_first_and_then_by_name(self, site: Site, round_: Round) -> None:
        Submission.objects.filter(unit=site.province.sister).update(due_on=today() - timedelta(9))
        assert [(name, days) for name, days, _names in rows(site, round_)] == [
            ("Sở Tài chính", 9),
            ("Sở Khoa học và Công nghệ", 3),
        ]

    def test_of_an_ended_unit_the_people_of_its_successor(self, site: Site, round_: Round) -> None:
        ended = unit("Sở Thông tin", parent=site.province.root)
        Submission.objects.filter(unit=site.province.department).update(unit=ended)
        Succession.objects.create(
            predecessor=ended, successor=site.province.department, effective_on=date(2025, 3, 1)
        )
        assert rows(site, round_)[1] == ("Sở Thông tin", 3, [])
        Submission.objects.update(due_on=None)
        Round.objects.update(due_on=None, is_archival=True, source_document="Báo cáo")
        assert ("Sở Thông tin", 0, ["reporter"]) in rows(site, round_)

    def test_by_the_names_of_the_period(self, site: Site, round_: Round) -> None:
        site.province.sister.slices.create(name="Sở Tài chính mới", kind="department", valid_from=date(2199, 1, 1))
        assert "Sở Tài chính mới" not in text_of(look(site, round_))

    def test_all_have_reported_is_said(self, site: Site, round_: Round) -> None:
        Submission.objects.update(handed_in_at=rounds.now())
        page = look(site, round_)
        assert text_of(page).count(f"By {today():%d/%m/%Y} all 2 units have reported.") == 1
        assert "copy.js" not in page.content.decode()


class TestTheText:
    def test_is_plain_and_holds_no_telephone_number(self, site: Site, round_: Round) -> None:
        User.objects.update(telephone="0913 000 111")
        assert look(site, round_).context["page"].text.splitlines() == [
            f"Báo cáo chuyển đổi số (01/CĐS), {round_.period}",
            f"By {today():%d/%m/%Y}, 2 of 2 units have not reported.",
            "1. Sở Khoa học và Công nghệ: Overdue by 3 days",
            "2. Sở Tài chính: Overdue by 3 days",
        ]

    def test_can_be_selected_without_a_script_and_no_name_leaves_it(self, site: Site, round_: Round) -> None:
        site.province.sister.slices.update(name='</textarea><script>alert("1")</script>')
        body = look(site, round_).content.decode()
        text = body.partition("<textarea")[2].partition("</textarea>")[0]
        assert "&lt;/textarea&gt;&lt;script&gt;" in text
        assert "<script>alert" not in body
        assert "readonly" in text.partition(">")[0]


class TestWhoMaySeeIt:
    @pytest.mark.parametrize("who", ["leader", "verifier", "approver"])
    def test_those_who_hold_a_step_or_see_the_province(self, site: Site, round_: Round, who: str) -> None:
        site.log_in(getattr(site.province, who))
        assert [name for name, _days, _names in rows(site, round_)] == ["Sở Khoa học và Công nghệ", "Sở Tài chính"]
        assert annex(site, round_).status_code == 200

    @pytest.mark.parametrize("who", ["reporter", "unit_leader", "outsider"])
    def test_not_the_units_themselves(self, site: Site, round_: Round, who: str) -> None:
        site.log_in(getattr(site.province, who))
        assert (look(site, round_).status_code, annex(site, round_).status_code) == (404, 404)

    def test_who_verifies_some_units_sees_those_alone(self, site: Site, round_: Round) -> None:
        other = people.person("other verifier", site.province.sister, Role.VERIFIER)
        site.log_in(other)
        assert look(site, round_).status_code == 404
        named = {"step": "verify", "reporting_unit": site.province.department, "holder": site.province.sister}
        round_.form.step_holders.create(**named)
        page = look(site, round_).context["page"]
        assert ([row.unit for row in page.missing], page.n_expected) == (["Sở Khoa học và Công nghệ"], 1)

    def test_a_stranger_logs_in_first_and_no_round_is_no_page(self, site: Site, round_: Round) -> None:
        assert site.client.get(reverse("unreported", args=[0])).status_code == 404
        site.client.logout()
        assert look(site, round_).status_code == 302

    def test_only_they_find_the_way_there(self, site: Site, round_: Round) -> None:
        address = reverse("unreported", args=[round_.pk])
        assert address in site.client.get(reverse("completeness")).content.decode()
        site.log_in(site.province.outsider)
        assert address not in site.client.get(reverse("completeness")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_takes_the_same_queries_for_one_unit_and_three(site: Site, django_assert_num_queries, count: int) -> None:
    units: list[Unit] = [unit(f"Sở {n}", parent=site.province.root) for n in range(count)]
    for each in units:
        people.person(f"of {each.pk}", each, Role.REPORTER)
    made = site.province.round(indicator("A"), units=units, subject="self", due_in=-3)
    with django_assert_num_queries(8):
        assert len(look(site, made).context["page"].missing) == count
