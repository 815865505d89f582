"""What holds for every page: health, security headers, login, language."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.contrib import admin
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from indicators.models import User
from tests import people
from tests.indicators.pages import browser

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
    client.cookies["django_language"] = "en"
    answers = [log_in(client, "wrong").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    locked = log_in(client, PASSWORD)
    assert locked.status_code == 429
    assert "Too many failed tries." in locked.content.decode()


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


# --- The frame: who answers for the system, and the pages of each role


@pytest.fixture
def responsible(settings) -> str:
    settings.SITE_UNIT = "Sở Khoa học và Công nghệ tỉnh Lai Châu"
    settings.SITE_ADDRESS = "Khu Trung tâm hành chính – chính trị, phường Tân Phong"
    settings.SITE_TELEPHONE = "0213 3876 000"
    settings.SITE_EMAIL = "cds@example.gov.vn"
    return (
        "Responsible: Sở Khoa học và Công nghệ tỉnh Lai Châu "
        "Address: Khu Trung tâm hành chính – chính trị, phường Tân Phong "
        "Telephone: 0213 3876 000 E-mail: cds@example.gov.vn"
    )


def foot_of(html: str) -> str:
    foot = html.partition("<footer")[2].partition("</footer>")[0].partition(">")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", foot)).split())


@pytest.mark.parametrize("address", ["/accounts/login/", "/nowhere/", "/admin/login/"])
def test_the_foot_of_a_strangers_page_names_the_responsible_unit(client, db, responsible, address) -> None:
    client.cookies["django_language"] = "en"
    assert foot_of(client.get(address).content.decode()).endswith(responsible)


@pytest.mark.parametrize(
    ("who", "address"), [("reporter", "/submissions/"), ("leader", "/summary/"), ("verifier", "/admin/")]
)
def test_so_does_that_of_everybodys_page(province, responsible, who, address) -> None:
    response = browser(getattr(province, who)).get(address)
    assert foot_of(response.content.decode()).endswith(responsible)


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_so_does_a_page_that_stands_without_request_and_database(responsible, name) -> None:
    with translation.override("en"):
        assert foot_of(render_to_string(name)).endswith(responsible)


def test_what_is_not_said_is_not_shown(client, db, settings) -> None:
    client.cookies["django_language"] = "en"
    nothing = "Do not enter classified documents into this system."
    assert foot_of(client.get("/accounts/login/").content.decode()) == nothing
    settings.SITE_TELEPHONE = "0213 3876 000"
    assert foot_of(client.get("/accounts/login/").content.decode()) == f"{nothing} Telephone: 0213 3876 000"


def menu(response) -> list[str]:
    listed = response.content.decode().partition('<ul class="menu">')[2].partition("</ul>")[0]
    return [" ".join(name.split()) for name in re.findall(r"<a [^>]*>(.*?)</a>", listed, re.S)]


@pytest.mark.parametrize(
    ("who", "pages"),
    [
        ("reporter", ["Overview", "Who has reported", "My work", "Notices"]),
        ("unit_leader", ["Overview", "Who has reported", "My work", "Notices"]),
        ("leader", ["Overview", "Who has reported"]),
        ("verifier", ["Overview", "Who has reported", "Reports to review", "Notices", "Administration"]),
        ("approver", ["Overview", "Who has reported", "Reports to review", "Notices", "Administration"]),
    ],
)
def test_each_role_is_led_to_its_own_pages(province, who, pages) -> None:
    assert menu(browser(getattr(province, who)).get("/summary/")) == pages


def test_a_superuser_reviews_and_an_ended_role_leads_nowhere(province) -> None:
    province.reporter.memberships.update(valid_until="2020-01-01")
    assert menu(browser(province.reporter).get("/summary/")) == ["Overview", "Who has reported"]
    assert "Reports to review" in menu(browser(people.superuser()).get("/summary/"))


def test_a_stranger_is_led_nowhere(client, db) -> None:
    assert menu(client.get("/nowhere/")) == []


def test_the_page_that_is_open_is_marked(province) -> None:
    html = browser(province.reporter).get("/submissions/").content.decode()
    assert re.findall(r'<a href="([^"]+)" aria-current="(\w+)"', html) == [("/submissions/", "page")]


def test_a_page_names_its_account_and_lets_it_log_out(province) -> None:
    html = browser(province.reporter).get("/submissions/").content.decode()
    assert re.search(r'<a class="who"[^>]+href="/accounts/password/"[^>]*>reporter</a>', html)
    assert 'action="/accounts/logout/"' in html


def test_the_menu_of_the_admin_speaks_of_things_and_not_of_libraries() -> None:
    with translation.override("vi"):
        titles = {str(model._meta.app_config.verbose_name) for model in admin.site._registry}
    assert titles == {"Đăng nhập", "Chỉ tiêu và báo cáo", "Xác thực và phân quyền"}


def test_a_body_that_is_too_large_is_refused_before_it_is_read(client: Client, db: None) -> None:
    client.cookies["django_language"] = "en"
    page = client.post("/accounts/login/", {}, CONTENT_LENGTH=str(settings.MAX_BODY_BYTES + 1))
    assert page.status_code == 413
    assert "Files of more than 25 MB together are not taken" in unescape(page.content.decode())
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert client.get("/healthz", CONTENT_LENGTH=str(settings.MAX_BODY_BYTES)).status_code == 200
