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
    "EMAIL_BACKEND",
    "EMAIL_HOST",
    "EMAIL_USE_TLS",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_SECURE",
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


def test_mail_by_its_address() -> None:
    said = read(EMAIL_URL="submission://tds:secret@mail.example:587")
    assert said["EMAIL_HOST"] == "mail.example"
    assert said["EMAIL_USE_TLS"] is True


def test_lists_are_separated_by_commas() -> None:
    said = read(ALLOWED_HOSTS="a.example,b.example", CSRF_TRUSTED_ORIGINS="https://a.example")
    assert said["ALLOWED_HOSTS"] == ["a.example", "b.example"]
    assert said["CSRF_TRUSTED_ORIGINS"] == ["https://a.example"]
