"""What holds for every page: health, security headers, login, language."""

import pytest
from django.test import Client

from indicators.models import User

PASSWORD = "Mường-Tè-2026"


@pytest.fixture
def officer(db: None) -> User:
    return User.objects.create_user("officer", password=PASSWORD, full_name="Lò Thị Mai")


def log_in(client: Client, password: str):
    return client.post("/accounts/login/", {"username": "officer", "password": password})


def test_healthz_is_ok_when_the_database_answers(client: Client, db: None) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_healthz_fails_when_the_database_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the db fixture every query is refused."""
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        client.get("/healthz")


def test_every_page_names_a_strict_policy(client: Client, db: None) -> None:
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert "unsafe" not in policy


def test_pages_may_not_be_framed_or_sniffed(client: Client, db: None) -> None:
    headers = client.get("/accounts/login/").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "address", ["/", "/submissions/", "/submissions/1/", "/summary/", "/indicators/HT.01/", "/admin/"]
)
def test_a_stranger_is_sent_to_log_in(client: Client, db: None, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert "/login/?next=" in response.headers["Location"]


def test_login_speaks_vietnamese_and_english_on_request(client: Client, db: None) -> None:
    assert "Tên đăng nhập" in client.get("/accounts/login/").content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"})
    assert "Username" in client.get("/accounts/login/").content.decode()


def test_a_browser_that_came_in_english_is_answered_in_vietnamese(client: Client, db: None) -> None:
    response = client.get("/accounts/login/", headers={"accept-language": "en-US,en;q=0.9"})
    assert response.headers["Content-Language"] == "vi"
    assert "Tên đăng nhập" in response.content.decode()


@pytest.mark.parametrize("chosen", ["fr", "", "../en"])
def test_an_unknown_language_is_vietnamese(client: Client, db: None, chosen: str) -> None:
    client.cookies["django_language"] = chosen
    assert client.get("/accounts/login/").headers["Content-Language"] == "vi"


def test_a_page_is_kept_for_its_language(client: Client, db: None) -> None:
    assert "Cookie" in client.get("/accounts/login/").headers["Vary"]


def test_wrong_password_is_said_and_the_name_stays(client: Client, officer: User) -> None:
    page = log_in(client, "wrong").content.decode()
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in page
    assert 'value="officer"' in page


def test_five_failed_tries_lock_the_account_in_words(client: Client, officer: User) -> None:
    answers = [log_in(client, "wrong").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    locked = log_in(client, PASSWORD)
    assert locked.status_code == 429
    assert "Đăng nhập sai nhiều lần" in locked.content.decode()


def test_a_right_password_forgets_earlier_failures(client: Client, officer: User) -> None:
    for _ in range(4):
        log_in(client, "wrong")
    assert log_in(client, PASSWORD).status_code == 302
    client.post("/accounts/logout/")
    assert log_in(client, "wrong").status_code == 200


def test_an_unknown_address_is_a_page_of_ours(client: Client, officer: User) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "Không tìm thấy trang" in response.content.decode()
