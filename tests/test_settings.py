"""What an installation says in its environment is what the settings do."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

NAMES = [
    "ALLOWED_HOSTS",
    "CSRF_COOKIE_SECURE",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASES",
    "DEBUG",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_BACKEND",
    "EMAIL_HOST",
    "EMAIL_TIMEOUT",
    "EMAIL_USE_TLS",
    "SEAL_KEEPER",
    "SEAL_MAIL",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_SECURE",
    "SITE_ADDRESS",
    "SITE_EMAIL",
    "SITE_TELEPHONE",
    "SITE_UNIT",
]


def read(**environment: str) -> dict:
    """The settings as a fresh process with this environment and no other sees them."""
    ask = f"import json; from config import settings as s; print(json.dumps({{n: getattr(s, n) for n in {NAMES}}}))"
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=settings.ROOT, env=kept | environment, capture_output=True, check=True
    )
    return json.loads(done.stdout)


def test_nothing_said_is_safe_and_local() -> None:
    said = read()
    assert said["DEBUG"] is False
    assert said["ALLOWED_HOSTS"] == ["localhost"]
    assert said["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert said["SECURE_SSL_REDIRECT"] is False


def test_https_address_turns_on_what_https_needs() -> None:
    said = read(BASE_URL="https://tds.example.gov.vn")
    assert said["ALLOWED_HOSTS"] == ["tds.example.gov.vn"]
    assert [said[n] for n in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")] == [True] * 3
    assert said["SECURE_HSTS_SECONDS"] > 0


@pytest.mark.parametrize(("behind", "header"), [("1", ["HTTP_X_FORWARDED_PROTO", "https"]), ("", None)])
def test_forwarded_headers_are_trusted_behind_a_proxy_only(behind: str, header: list[str] | None) -> None:
    assert read(**({"BEHIND_PROXY": behind} if behind else {}))["SECURE_PROXY_SSL_HEADER"] == header


def test_postgresql_by_its_address() -> None:
    database = read(DATABASE_URL="postgres://tds:secret@db.example:5433/progress")["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert [database[n] for n in ("NAME", "HOST", "PORT", "USER")] == ["progress", "db.example", 5433, "tds"]


def test_without_a_mail_server_no_mail_is_sent() -> None:
    assert read()["EMAIL_BACKEND"] == "django.core.mail.backends.dummy.EmailBackend"


def test_mail_by_its_address() -> None:
    said = read(EMAIL_URL="submission://tds:secret@mail.example:587", SITE_EMAIL="tds@example.gov.vn")
    assert said["EMAIL_HOST"] == "mail.example"
    assert said["EMAIL_USE_TLS"] is True
    assert (said["DEFAULT_FROM_EMAIL"], said["EMAIL_TIMEOUT"]) == ("tds@example.gov.vn", 20)


@pytest.mark.parametrize(
    ("environment", "sender"),
    [
        ({"BASE_URL": "https://tds.example.gov.vn"}, "tien-do-so@tds.example.gov.vn"),
        ({"EMAIL_URL": "smtp://mail.example?_default_from_email=x@example.gov.vn"}, "x@example.gov.vn"),
    ],
)
def test_who_sends_a_mail_has_an_address(environment: dict[str, str], sender: str) -> None:
    assert read(**environment)["DEFAULT_FROM_EMAIL"] == sender


def test_lists_are_separated_by_commas() -> None:
    said = read(ALLOWED_HOSTS="a.example,b.example", CSRF_TRUSTED_ORIGINS="https://a.example")
    assert said["ALLOWED_HOSTS"] == ["a.example", "b.example"]
    assert said["CSRF_TRUSTED_ORIGINS"] == ["https://a.example"]


def test_the_codes_of_the_seals_go_to_those_who_are_named_and_else_to_nobody() -> None:
    assert (read()["SEAL_KEEPER"], read()["SEAL_MAIL"]) == ("", [])
    said = read(SEAL_KEEPER="Văn phòng UBND tỉnh", SEAL_MAIL="a@example.gov.vn,b@example.gov.vn")
    assert said["SEAL_KEEPER"] == "Văn phòng UBND tỉnh"
    assert said["SEAL_MAIL"] == ["a@example.gov.vn", "b@example.gov.vn"]


def test_the_responsible_unit_is_what_the_environment_says_and_else_nobody() -> None:
    names = ["SITE_UNIT", "SITE_ADDRESS", "SITE_TELEPHONE", "SITE_EMAIL"]
    said = dict(zip(names, ["Sở KH&CN", "Phường Tân Phong", "0213 3876 000", "cds@example.gov.vn"], strict=True))
    assert {name: read(**said)[name] for name in names} == said
    assert [read()[name] for name in names] == ["", "", "", ""]
