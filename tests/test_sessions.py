"""A session that ends by itself, and a password that was given: what opens, what is said, what is kept."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from indicators import kept
from indicators.models import Membership, User
from tests import people
from tests.factories import cell, indicator, type_in
from tests.indicators.pages import at, browser, seen

PASSWORD = "Mường-Tè-2026"
TYPED = {"HT.01-value": "14433"}


class Hand:
    """The clock, moved on from the login by whole seconds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch, self.begun = monkeypatch, timezone.now()

    def after(self, minutes: int, seconds: int = 0) -> None:
        at = self.begun + timedelta(minutes=minutes, seconds=seconds)
        self.monkeypatch.setattr(timezone, "now", lambda: at)


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    hand = Hand(monkeypatch)
    hand.after(0)
    return hand


def page_of(submission, by: User) -> dict[str, str]:
    typist = kept.typist(by, at(submission))
    return {"version": "0", "key": "k", "action": "save", "typist": typist, **TYPED}


def send(client: Client, submission, by: User, **how):
    """As a browser sends the form, which holds no file."""
    form = "application/x-www-form-urlencoded"
    return client.post(at(submission), urlencode(page_of(submission, by)), content_type=form, **how)


def log_in(client: Client, user: User, **more):
    user.set_password(PASSWORD)
    user.save()
    return client.post("/accounts/login/", {"username": user.username, "password": PASSWORD, **more})


# --- The idle lock


@pytest.mark.parametrize(("who", "minutes"), [("reporter", 15), ("verifier", 15), ("leader", 60)])
def test_each_role_has_its_minutes(province, hand, who, minutes):
    client = browser(getattr(province, who))
    hand.after(minutes, 30)
    assert client.get("/summary/").status_code == 200
    hand.after(2 * minutes + 2)
    response = client.get("/summary/?group=HT")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/summary/%3Fgroup%3DHT")
    page = seen(client.get(response["Location"]))
    assert f"The session ended after {minutes} minutes without activity." in page


def test_the_shortest_of_several_roles_counts_and_administrators_have_no_longer_one(province, hand):
    Membership.objects.create(user=province.reporter, unit=province.root, role="reader")
    reading_staff = people.person("clerk", province.root, "reader", is_staff=True)
    clients = [browser(user) for user in (province.reporter, reading_staff, people.person("nobody"))]
    hand.after(16)
    assert [client.get("/summary/").status_code for client in clients] == [302, 302, 302]


def test_an_installation_sets_the_minutes(province, hand, settings):
    settings.IDLE_MINUTES, settings.IDLE_MINUTES_BY_ROLE = 5, {}
    clients = [browser(province.reporter), browser(province.leader)]
    hand.after(5, 31)
    assert [client.get("/summary/").status_code for client in clients] == [302, 302]


def test_whoever_goes_on_stays_in(province, hand):
    client = browser(province.reporter)
    for minutes in range(10, 61, 10):
        hand.after(minutes)
        assert client.get("/submissions/").status_code == 200


def test_pages_in_quick_succession_write_no_session(province, hand, django_assert_num_queries):
    client = browser(province.leader)
    hand.after(0, 29)
    with django_assert_num_queries(2):  # the session, the account
        client.get("/accounts/password/")


def test_what_was_typed_goes_through_the_login_and_stands_in_the_form_again(province, hand):
    submission = province.submission(indicator("HT.01"))
    client = browser(province.reporter)
    hand.after(16)
    response = send(client, submission, province.reporter)
    assert response.status_code == 401
    assert "The session ended after 15 minutes without activity. What was typed is kept" in seen(response)
    answer = log_in(client, province.reporter, next=at(submission), kept=response.context["kept"])
    assert answer["Location"] == at(submission)
    assert "14433" in client.get(at(submission)).content.decode()
    assert "without activity" not in seen(client.get("/accounts/login/", follow=True))


def test_what_lay_unsent_in_the_session_outlives_its_end(province, hand):
    submission = province.submission(indicator("HT.01"))
    client = Client()
    response = send(client, submission, province.reporter)
    log_in(client, province.reporter, kept=response.context["kept"])
    hand.after(16)
    assert client.get(at(submission)).status_code == 302
    log_in(client, province.reporter)
    assert "14433" in client.get(at(submission)).content.decode()


def by_script(client: Client, submission, by: User, ago: int):
    headers = {"Accept": "application/json", "X-Typed-Ago": str(ago)}
    return send(client, submission, by, headers=headers)


def test_a_try_of_the_script_alone_is_no_activity(province, hand):
    submission = province.submission(indicator("HT.01"))
    client = browser(province.reporter)
    for minutes in (5, 10, 15):
        hand.after(minutes)
        assert by_script(client, submission, province.reporter, ago=minutes * 60).status_code in (200, 409)
    hand.after(16)
    response = by_script(client, submission, province.reporter, ago=16 * 60)
    assert (response.status_code, response["Content-Type"]) == (401, "application/json")


def test_what_was_typed_just_now_is(province, hand):
    submission = province.submission(indicator("HT.01"))
    client = browser(province.reporter)
    for minutes in (10, 20, 30):
        hand.after(minutes)
        assert by_script(client, submission, province.reporter, ago=2).status_code in (200, 409)


def test_a_login_page_and_a_logout_stand_after_the_end(province, hand):
    hand_over = browser(province.reporter)
    hand.after(16)
    assert hand_over.get("/accounts/login/").status_code == 200
    client = browser(province.leader)
    hand.after(90)
    assert client.post("/accounts/logout/").status_code == 302


@pytest.mark.parametrize("who", ["nobody", "outsider"])
def test_the_script_is_answered_as_a_script_whoever_is_logged_in(province, who):
    submission = province.submission(indicator("HT.01"))
    client = Client() if who == "nobody" else browser(province.outsider)
    response = by_script(client, submission, province.reporter, ago=0)
    assert (response.status_code, response["Content-Type"]) == (401, "application/json")


# --- A given password


@pytest.fixture
def newcomer(province) -> User:
    User.objects.filter(pk=province.reporter.pk).update(must_change_password=True)
    province.reporter.refresh_from_db()
    return province.reporter


@pytest.mark.parametrize("address", ["/", "/submissions/", "/summary/?group=HT", "/admin/"])
def test_nothing_opens_before_a_given_password_is_changed(newcomer, address):
    response = browser(newcomer).get(address)
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/accounts/password/")


def change(client: Client, old: str, new: str, **more):
    return client.post(
        "/accounts/password/", {"old_password": old, "new_password1": new, "new_password2": new, **more}
    )


def test_the_page_that_was_asked_for_opens_after_the_change(province, newcomer):
    client = Client()
    log_in(client, newcomer)
    asked = client.get("/summary/?group=HT")
    assert asked["Location"] == "/accounts/password/?next=%2Fsummary%2F%3Fgroup%3DHT"
    page = client.get(asked["Location"])
    assert page.context["next"] == "/summary/?group=HT"
    answer = change(client, PASSWORD, "Phong-Thổ-2027", next=page.context["next"])
    assert (answer.status_code, answer["Location"]) == (302, "/summary/?group=HT")
    newcomer.refresh_from_db()
    assert (newcomer.must_change_password, newcomer.check_password("Phong-Thổ-2027")) == (False, True)
    assert client.get("/submissions/").status_code == 200


def test_no_foreign_page_opens_after_the_change(newcomer):
    client = Client()
    log_in(client, newcomer)
    answer = change(client, PASSWORD, "Phong-Thổ-2027", next="https://example.com/")
    assert answer["Location"] == "/"


def test_the_given_password_is_not_kept_as_ones_own(newcomer):
    client = Client()
    log_in(client, newcomer)
    client.cookies["django_language"] = "en"
    answer = change(client, PASSWORD, PASSWORD)
    assert "The new password must be another one than the old." in seen(answer)
    newcomer.refresh_from_db()
    assert newcomer.must_change_password is True


def test_logging_out_is_always_open(newcomer):
    client = browser(newcomer)
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"


def test_what_is_typed_meanwhile_waits_in_the_form(province, newcomer):
    submission = province.submission(indicator("HT.01"))
    client = browser(newcomer)
    response = send(client, submission, newcomer)
    assert response["Location"] == f"/accounts/password/?next=%2Fsubmissions%2F{submission.pk}%2F"
    User.objects.filter(pk=newcomer.pk).update(must_change_password=False)
    assert "14433" in client.get(at(submission)).content.decode()


def test_the_script_is_told_why_it_cannot_save(province, newcomer):
    submission = province.submission(indicator("HT.01"))
    response = by_script(browser(newcomer), submission, newcomer, ago=0)
    assert response.json() == {"sentence": "The password that was given has to be changed first."}
    assert response.status_code == 401


def test_everybody_may_change_the_password_at_any_time(province):
    response = browser(province.verifier).get("/admin/password_change/", follow=True)
    assert response.redirect_chain == [("/accounts/password/", 302)]
    assert "Small letters, capital letters, and a digit or another sign." in seen(response)


# --- The reviewers' page


def at_review(submission) -> str:
    return f"/admin/indicators/submission/{submission.pk}/change/"


def remark(client: Client, submission, by: User):
    posted = {"action": "return", "comment": "Dòng 3 thiếu số", "typist": kept.typist(by, at_review(submission))}
    form = "application/x-www-form-urlencoded"
    return client.post(at_review(submission), urlencode(posted), content_type=form)


@pytest.fixture
def handed_in(province):
    submission = province.submission(indicator("HT.01", source_kind="department"), asks_sign_off=False)
    type_in(submission, cell("1"), by=province.reporter)
    return province.walk(submission, "submit")


@pytest.mark.parametrize("minutes", [16, 0], ids=["idle", "logged out elsewhere"])
def test_a_reviewers_remark_goes_through_the_login_undecided(province, hand, handed_in, minutes):
    client = browser(province.verifier)
    page = client.get(at_review(handed_in))
    assert 'name="typist"' in page.content.decode()
    hand.after(minutes)
    if not minutes:
        client.logout()
        client.cookies["django_language"] = "en"
    response = remark(client, handed_in, province.verifier)
    assert response.status_code == 401
    answer = log_in(client, province.verifier, next=at_review(handed_in), kept=response.context["kept"])
    assert answer["Location"] == at_review(handed_in)
    again = client.get(at_review(handed_in))
    assert ">Dòng 3 thiếu số</textarea>" in again.content.decode()
    assert "The remark that was typed stands below again; nothing was decided." in seen(again)
    handed_in.refresh_from_db()
    assert handed_in.state == "submitted"


def test_a_remark_that_was_sent_is_given_back_no_more(province, hand, handed_in):
    client = browser(province.verifier)
    hand.after(16)
    response = remark(client, handed_in, province.verifier)
    log_in(client, province.verifier, kept=response.context["kept"])
    assert remark(client, handed_in, province.verifier).status_code == 302
    assert "Dòng 3 thiếu số</textarea>" not in client.get(at_review(handed_in)).content.decode()


def test_a_remark_is_shown_to_nobody_else(province, hand, handed_in):
    client = browser(province.verifier)
    hand.after(16)
    response = remark(client, handed_in, province.verifier)
    other = people.person("other", province.office, "verifier", is_staff=True)
    log_in(client, other, kept=response.context["kept"])
    assert "Dòng 3 thiếu số" not in client.get(at_review(handed_in)).content.decode()
