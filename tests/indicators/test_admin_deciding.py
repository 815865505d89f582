"""The page on which a round is approved: what it shows, whom it lets in, what comes of a press."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from indicators.calendars import quarter, window
from indicators.clock import today
from indicators.models import Decision, Observation, Role, SubmissionEvent, User
from tests import factories, people
from tests.factories import cell, indicator, type_in
from tests.indicators.pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def round_(province):
    return opened(province, indicator("HT.01"))


def opened(province, *indicators, **facts):
    units = [province.department, province.sister]
    return province.round(*indicators, units=units, subject="self", asks_sign_off=False, **facts)


def verified(province, round_, value, *, unit=None, note="", **facts):
    unit = unit or province.department
    reporter = province.reporter if unit == province.department else province.outsider
    report = type_in(round_.submissions.get(unit=unit), cell(value, **facts), by=reporter)
    report = factories.perform("submit", report, by=reporter)
    return factories.perform("verify", report, by=province.verifier, comment=note)


@pytest.fixture
def both(province, round_):
    """Both departments' reports are verified."""
    return [verified(province, round_, "5"), verified(province, round_, "7", unit=province.sister)]


@pytest.fixture
def client(province) -> Client:
    return browser(province.approver)


def address(round_):
    return reverse("admin:indicators_submission_round", args=[round_.pk])


def look(client, round_):
    return client.get(address(round_)).context["page"]


def ticks(page):
    return [f"{report.pk}:{report.read}" for report in page.waiting]


def press(client, round_, *, action="approve", report=None, **typed):
    shown = client.get(address(round_))
    usual = {"number": "12/QĐ-UBND", "decided_on": f"{today():%d/%m/%Y}", "comment": ""}
    report = ticks(shown.context["page"]) if report is None else report
    key = typed.pop("key", shown.context["form"]["key"].value())
    return client.post(address(round_), {"action": action, "key": key, "report": report, **usual | typed})


def states(round_):
    return list(round_.submissions.order_by("pk").values_list("state", flat=True))


class TestWhatItShows:
    def test_the_province_s_figure_as_it_would_be_beside_the_one_published_last(self, province, client):
        asked = indicator("HT.01")
        earlier = opened(province, asked, window=quarter(2020, 1))
        verified(province, earlier, "4")
        verified(province, earlier, "6", unit=province.sister)
        press(client, earlier)
        now = opened(province, asked)
        verified(province, now, "9")
        verified(province, now, "6", unit=province.sister)
        (figure,) = look(client, now).figures
        assert (figure.now, figure.before, figure.far, figure.is_large) == ("15 km", "10 km", "+50,0%", True)
        assert (figure.forecast.n, figure.forecast.m) == (2, 2)
        assert figure.forecast.published.period == earlier.period

    def test_writes_nothing_while_it_looks(self, client, round_, both):
        look(client, round_)
        assert Observation.objects.count() == 0

    def test_that_figure_is_what_the_approval_then_gives(self, province, client, round_, both):
        (figure,) = look(client, round_).figures
        press(client, round_)
        total = province.root.totals.get(stage="published")
        assert (figure.forecast.value, total.value) == (Decimal(12), Decimal(12))

    def test_a_total_over_some_says_of_how_many(self, province, client, round_):
        verified(province, round_, "5")
        (figure,) = look(client, round_).figures
        assert (figure.forecast.n, figure.forecast.m) == (1, 2)

    def test_a_ratio_of_which_a_unit_gave_only_a_percentage_cannot_be_computed(self, province, client):
        round_ = opened(province, factories.ratio("XH.01"))
        verified(province, round_, "50", of=("5", "10"))
        verified(province, round_, "53.8", unit=province.sister)
        (figure,) = look(client, round_).figures
        assert (figure.now, figure.forecast.n_without_parts) == ("", 1)
        assert "Cannot be computed" in seen(client.get(address(round_)))

    def test_a_ratio_is_computed_from_the_sums_of_its_parts(self, province, client):
        round_ = opened(province, factories.ratio("XH.01"))
        verified(province, round_, "50", of=("5", "10"))
        verified(province, round_, "100", unit=province.sister, of=("30", "30"))
        assert look(client, round_).figures[0].now == "87,5%"

    def test_what_these_units_only_cross_check_has_no_figure_here(self, province, client):
        round_ = opened(province, indicator("HT.01", source_kind="company"))
        verified(province, round_, "5")
        assert look(client, round_).figures == []
        assert "None of these lines has a figure of the province." in seen(client.get(address(round_)))

    def test_a_figure_that_stands_is_replaced_by_the_one_that_waits(self, province, client, round_, both):
        press(client, round_)
        report = round_.submissions.get(unit=province.sister)
        factories.perform("reopen", report, by=province.approver)
        verified(province, round_, "9", unit=province.sister)
        (figure,) = look(client, round_).figures
        assert (figure.now, figure.before, figure.forecast.n) == ("14 km", "12 km", 2)

    def test_what_one_source_says_about_the_province_stands_as_it_was_written(self, province, client):
        round_ = province.round(factories.ratio("XH.01"), asks_sign_off=False)
        verified(province, round_, "53.80", qualifier="nearly")
        (figure,) = look(client, round_).figures
        assert (figure.now, figure.forecast.n, figure.forecast.m) == ("nearly 53,80%", 1, 1)

    def test_large_changes_with_the_unit_s_explanation(self, province, client):
        asked = indicator("HT.01")
        earlier = opened(province, asked, window=quarter(2020, 1))
        verified(province, earlier, "100")
        press(client, earlier)
        now = opened(province, asked)
        verified(province, now, "121", note="Đã đối chiếu")
        (report,) = look(client, now).waiting
        (change,) = report.changes
        assert (change.before, change.now, change.far) == ("100 km", "121 km", "+21,0%")
        assert report.verified.reason == "Đã đối chiếu"

    def test_a_percentage_moves_by_percentage_points_and_never_by_per_cent_of_itself(self, province, client):
        asked = factories.ratio("XH.01")
        earlier = opened(province, asked, window=quarter(2020, 1))
        verified(province, earlier, "50", of=("5", "10"))
        press(client, earlier)
        now = opened(province, asked)
        verified(province, now, "75", of=("30", "40"))
        page = look(client, now)
        (change,) = page.waiting[0].changes
        assert (page.figures[0].far, page.figures[0].is_large, change.far) == ("+25,0 pp", True, "+25 pp")

    def test_a_change_within_the_limit_of_the_setting_is_none(self, province, client, settings):
        asked = indicator("HT.01")
        earlier = opened(province, asked, window=quarter(2020, 1))
        verified(province, earlier, "100")
        press(client, earlier)
        now = opened(province, asked)
        verified(province, now, "120")
        assert look(client, now).waiting[0].changes == []
        settings.LARGE_CHANGE_PERCENT = 19
        assert len(look(client, now).waiting[0].changes) == 1

    def test_the_indicator_s_own_limit_goes_before_the_setting(self, province, client):
        asked = indicator("HT.01", change_limit=30)
        earlier = opened(province, asked, window=quarter(2020, 1))
        verified(province, earlier, "100")
        press(client, earlier)
        now = opened(province, asked)
        verified(province, now, "125")
        assert look(client, now).waiting[0].changes == []

    def test_a_remark_that_nobody_explained_since_the_past_was_adjusted(self, province, client):
        """It was no change when it was handed in; then the earlier figure was adjusted."""
        asked = indicator("HT.01", change_limit=30)
        earlier = opened(province, asked, window=quarter(2020, 1))
        verified(province, earlier, "100")
        now = opened(province, asked)
        verified(province, now, "300")
        assert look(client, now).waiting[0].unexplained == []
        press(client, earlier)
        shown = look(client, now)
        assert shown.n_unexplained == 1
        assert shown.waiting[0].unexplained[0].startswith("Chỉ tiêu HT.01: Changed by +200% against last period")

    def test_who_is_missing_where_it_stands_and_whom_to_call(self, province, client, round_):
        User.objects.filter(username="outsider").update(telephone="0913 000 111")
        verified(province, round_, "5")
        shown = look(client, round_)
        (missing,) = shown.lacking
        assert (missing.unit, missing.state.word, [str(each) for each in missing.contacts]) == (
            "Sở Tài chính",
            "Not started",
            ["outsider"],
        )
        assert 'href="tel:0913000111"' in client.get(address(round_)).content.decode()
        assert (shown.n_approved, shown.n_expected) == (0, 2)

    def test_a_report_that_waits_for_its_verification_is_among_the_missing(self, province, client, round_):
        report = type_in(round_.submissions.get(unit=province.department), cell("5"), by=province.reporter)
        factories.perform("submit", report, by=province.reporter)
        shown = look(client, round_)
        assert (shown.waiting, shown.lacking[0].state.word) == ([], "Sent, waiting for verification")

    def test_a_round_without_verification_waits_from_the_hand_in_on(self, province, client):
        round_ = opened(province, indicator("HT.01"), asks_verification=False)
        report = type_in(round_.submissions.get(unit=province.department), cell("5"), by=province.reporter)
        factories.perform("submit", report, by=province.reporter)
        assert [report.unit for report in look(client, round_).waiting] == ["Sở Khoa học và Công nghệ"]

    @pytest.mark.parametrize("n", [1, 3])
    def test_takes_the_same_queries_for_one_report_and_three(self, province, client, n, django_assert_num_queries):
        units = [factories.unit(f"Sở {number}", parent=province.root) for number in range(n)]
        asked = indicator("HT.01", change_limit=30, outliers="z")
        earlier, now = (
            province.round(asked, units=units, subject="self", asks_sign_off=False, window=each)
            for each in (quarter(2020, 1), None)
        )
        for unit in units:
            reporter = people.person(f"of {unit.pk}", unit, Role.REPORTER)
            for round_ in (earlier, now):
                report = type_in(round_.submissions.get(unit=unit), cell("5", note="Vì sao"), by=reporter)
                report = factories.perform("submit", report, by=reporter)
                report = factories.perform("verify", report, by=province.verifier)
                if round_ == earlier:
                    factories.perform("approve", report, by=province.approver)
        client.get(address(now))
        with django_assert_num_queries(24):
            assert len(look(client, now).waiting) == n


class TestWhoMayLook:
    def test_those_who_approve_a_report_of_the_round(self, province, client, round_):
        assert client.get(address(round_)).status_code == 200
        assert browser(people.superuser()).get(address(round_)).status_code == 200

    @pytest.mark.parametrize(("who", "status"), [("verifier", 404), ("reporter", 302), ("leader", 302)])
    def test_not_those_who_do_not(self, province, round_, who, status):
        assert browser(getattr(province, who)).get(address(round_)).status_code == status

    def test_no_round_is_no_page(self, client):
        assert client.get(reverse("admin:indicators_submission_round", args=[0])).status_code == 404

    def test_a_superuser_sees_it_and_decides_nothing(self, round_, both):
        admin = browser(people.superuser())
        assert look(admin, round_).waiting == []
        report = both[0]
        sha256 = report.revisions.get().sha256
        answer = press(admin, round_, report=[f"{report.pk}:{sha256}"])
        assert (answer.status_code, states(round_)) == (409, ["verified", "verified"])

    def test_the_queue_leads_there_with_how_many_wait(self, client, province, round_, both):
        queue = client.get("/admin/indicators/submission/")
        assert f'href="{address(round_)}"' in queue.content.decode()
        assert "Approve the whole round (2 reports)" in seen(queue)
        press(client, round_)
        assert address(round_) not in client.get("/admin/indicators/submission/").content.decode()


class TestAPress:
    def test_approves_all_with_the_decision(self, client, round_, both):
        answer = press(client, round_)
        assert (answer.status_code, answer["Location"]) == (302, address(round_))
        assert states(round_) == ["approved", "approved"]
        assert [str(m) for m in client.get(address(round_)).context["messages"]] == ["2 reports approved."]
        decision = Decision.objects.get()
        assert (decision.number, decision.events.count()) == ("12/QĐ-UBND", 2)

    def test_stands_in_the_history_of_each_report_and_of_the_round(self, province, client, round_, both):
        press(client, round_)
        said = f"decision 12/QĐ-UBND of {today():%d/%m/%Y}"
        report = client.get(f"/admin/indicators/submission/{both[0].pk}/change/")
        assert f"Approved by {said}" in seen(report)
        own = browser(province.reporter).get(reverse("submission", args=[both[0].pk]))
        assert f"Approved by {said}" in seen(own)
        page = browser(people.superuser()).get(f"/admin/indicators/round/{round_.pk}/change/").context["page"]
        assert page.acts[-1].act == f"2 reports approved by {said}"

    def test_leaves_out_what_is_not_ticked(self, client, round_, both):
        press(client, round_, report=ticks(look(client, round_))[:1])
        assert sorted(states(round_)) == ["approved", "verified"]

    def test_twice_does_nothing_twice(self, client, round_, both):
        shown = client.get(address(round_))
        key, report = shown.context["form"]["key"].value(), ticks(shown.context["page"])
        press(client, round_, key=key, report=report)
        before = SubmissionEvent.objects.count()
        again = press(client, round_, key=key, report=report)
        assert (again.status_code, SubmissionEvent.objects.count()) == (302, before)
        assert "nothing was done twice" in seen(client.get(address(round_)))

    def test_of_what_changed_since_answers_409_with_the_difference_and_approves_the_others(
        self, province, client, round_, both
    ):
        report, read = both[1], ticks(look(client, round_))
        factories.perform("return", report, by=province.approver)
        report.refresh_from_db()
        report = type_in(report, cell("8"), by=province.outsider)
        report = factories.perform("submit", report, by=province.outsider)
        factories.perform("verify", report, by=province.verifier)
        answer = press(client, round_, report=read)
        assert (answer.status_code, states(round_)) == (409, ["approved", "verified"])
        (barred,) = answer.context["barred"]
        assert barred.unit == "Sở Tài chính"
        assert [(line.before, line.now) for line in barred.changed.lines] == [("7 km", "8 km")]
        assert "1 report approved." in seen(answer)

    def test_never_shows_what_a_unit_has_taken_back(self, province, client, round_, both):
        report, read = both[1], ticks(look(client, round_))
        factories.perform("withdraw", report, by=province.outsider)
        report.refresh_from_db()
        type_in(report, cell("8765"), by=province.outsider)
        answer = press(client, round_, report=read)
        assert (answer.status_code, "8765" in answer.content.decode()) == (409, False)
        assert "This step is not open now. State of the report: Draft" in seen(answer)

    def test_returns_the_ticked_ones_for_a_reason(self, client, round_, both):
        assert press(client, round_, action="return", comment="Thiếu thuyết minh", number="").status_code == 302
        assert states(round_) == ["returned", "returned"]
        reasons = set(SubmissionEvent.objects.filter(move="return").values_list("reason", flat=True))
        assert reasons == {"Thiếu thuyết minh"}

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"number": ""}, "number"),
            ({"decided_on": ""}, "decided_on"),
            ({"decided_on": "31/02/2026"}, "decided_on"),
            ({"decided_on": "31/12/2199"}, "decided_on"),
            ({"action": "return", "comment": " "}, "comment"),
        ],
    )
    def test_with_a_field_wrong_keeps_what_was_typed_and_ticked(self, client, round_, both, typed, field):
        chosen = ticks(look(client, round_))[:1]
        answer = press(client, round_, **{"report": chosen, "number": "12/QĐ-UBND", **typed})
        assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
        assert [is_chosen for _report, is_chosen in answer.context["ticks"]] == [True, False]
        assert states(round_) == ["verified", "verified"]

    def test_without_a_tick_says_so(self, client, round_, both):
        answer = press(client, round_, report=[])
        assert (answer.status_code, answer.context["refused"]) == (409, "No report is chosen.")

    @pytest.mark.parametrize(
        "posted",
        [
            {"action": "verify"},
            {"action": "approve", "key": ""},
            {"report": ["x:y"]},
            {"report": ["²:y"]},
            {"report": ["9" * 400]},
        ],
    )
    def test_of_something_else_is_a_bad_request(self, client, round_, both, posted):
        usual = {"action": "approve", "key": "k", "number": "1", "decided_on": f"{today():%d/%m/%Y}"}
        assert client.post(address(round_), usual | posted).status_code == 400

    def test_of_a_report_of_another_unit_s_approval_is_left_alone(self, province, round_, both):
        other = people.person("other approver", province.office, Role.APPROVER, is_staff=True)
        asked = factories.form(
            province.department, holders={"approve": province.office}, indicators=[indicator("HT.09")]
        )
        mine = factories.open_round(asked, factories.period(window("2023")))
        answer = press(browser(other), mine, report=[f"{both[0].pk}:{both[0].revisions.get().sha256}"])
        assert states(round_) == ["verified", "verified"]
        assert answer.status_code == 302
