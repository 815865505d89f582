"""The one settings file. What differs between installations is read from the environment, here at the top.

A production installation sets SECRET_KEY, DATABASE_URL, BASE_URL and ALLOWED_HOSTS; README.md describes each.
"""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from environs import Env

ROOT = Path(__file__).resolve().parent.parent
env = Env()

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
BASE_URL = env.str("BASE_URL", "http://localhost:8000").rstrip("/")
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
MEDIA_ROOT = env.path("MEDIA_ROOT", ROOT / "media")
EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_MB", 10) * 1_000_000  # of one file; nginx must let more through
LARGE_CHANGE_PERCENT = env.int(
    "LARGE_CHANGE_PERCENT", 20
)  # pointed out before approval; an indicator's own goes first
database = env.dj_db_url("DATABASE_URL", f"sqlite:///{ROOT / 'tien-do-so.sqlite3'}")
email = env.dj_email_url("EMAIL_URL", "dummy:")
# Who answers for the system, at the foot of every page; what is not said is not shown.
SITE_UNIT = env.str("SITE_UNIT", "")
SITE_ADDRESS = env.str("SITE_ADDRESS", "")
SITE_TELEPHONE = env.str("SITE_TELEPHONE", "")
SITE_EMAIL = env.str("SITE_EMAIL", "")
# The official report in Word: the code of the unit that issues it, else the province; to whom it goes.
REPORT_UNIT = env.str("REPORT_UNIT", "")
REPORT_RECIPIENTS: list[str] = env.list("REPORT_RECIPIENTS", [], delimiter=";")
# Who keeps the codes of the daily seals outside the system: in words, and by mail.
SEAL_KEEPER = env.str("SEAL_KEEPER", "")
SEAL_MAIL: list[str] = env.list("SEAL_MAIL", [])
DUE_SOON_DAYS = env.int("DUE_SOON_DAYS", 3)  # before the due date people are told that a report is due soon
DIGEST_HOURS = env.int("DIGEST_HOURS", 6)  # nobody gets a second digest by mail within them

base = urlsplit(BASE_URL)
ALLOWED_HOSTS = ALLOWED_HOSTS or [base.hostname or "localhost"]
IS_HTTPS = base.scheme == "https"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tables2",
    "import_export",
    "simple_history",
    "config.apps.Logins",
    "csp",
    "indicators",
    "reporting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.chosen_language",
    "config.middleware.bounded_body",
    "config.middleware.bounded_uploads",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.sessions.ended_when_idle",
    "config.sessions.own_password_first",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.menu",
            ],
        },
    },
]

# --- Database: SQLite is the embedded default, PostgreSQL the production one; both run the whole suite.

if "sqlite" in database["ENGINE"]:
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
    }
    database["TEST"] = {"NAME": f"{database['NAME']}.test"}  # threads and races need a file
else:
    database["CONN_MAX_AGE"] = 60
    database["CONN_HEALTH_CHECKS"] = True
DATABASES = {"default": database}

# --- People

AUTH_USER_MODEL = "indicators.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
CSRF_FAILURE_VIEW = "indicators.session_views.csrf_failure"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "config.backends.Accounts",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "indicators.passwords.MixedClasses"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# A session without activity ends (domain.md 38); a role named here has minutes of its own, others the usual ones.
IDLE_MINUTES = env.int("IDLE_MINUTES", 15)
IDLE_MINUTES_BY_ROLE: dict[str, int] = env.dict("IDLE_MINUTES_BY_ROLE", {"reader": 60}, subcast_values=int)
# Five failed tries lock the account (domain.md 38). By name alone: a whole office shares one address.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = ["username"]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # which asks for the address as well
AXES_LOCKOUT_CALLABLE = "indicators.account_views.locked"
AXES_DISABLE_ACCESS_LOG = True  # logins.py keeps one log of all of it
AXES_VERBOSE = False
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"

# --- Security

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
USE_X_FORWARDED_HOST = BEHIND_PROXY
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
MAX_BODY_BYTES = 25_000_000  # of a request, its files included; refused before a byte of it is read
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a grid of 38 communes has some hundred fields a line
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# --- Language, numbers, dates

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale", ROOT / "locale" / "libraries"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # it would print ids as 14.433 and read "0.125" as 125

# --- Files, mail, tables

STATIC_URL = "static/"
STATIC_ROOT = ROOT / "staticfiles"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
EMAIL_HOST, EMAIL_PORT = email["EMAIL_HOST"], email["EMAIL_PORT"]
EMAIL_TIMEOUT = email["EMAIL_TIMEOUT"] or 20  # seconds for each answer of the mail server
DEFAULT_FROM_EMAIL = email.get("DEFAULT_FROM_EMAIL") or SITE_EMAIL or f"tien-do-so@{base.hostname or 'localhost'}"
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = email["EMAIL_HOST_USER"], email["EMAIL_HOST_PASSWORD"]
EMAIL_BACKEND, EMAIL_USE_TLS, EMAIL_USE_SSL = (
    email["EMAIL_BACKEND"],
    email["EMAIL_USE_TLS"],
    email["EMAIL_USE_SSL"],
)

DJANGO_TABLES2_TEMPLATE = "includes/table.html"
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_TMP_STORAGE_CLASS = "indicators.waiting.WaitingFile"
# Rights of their own: indicators.import_<model> and indicators.export_<model>.
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"

# --- Logs: to standard error, which the service's journal keeps; Django's own way would mail errors to nobody.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "level": "WARNING", "formatter": "line"}},
    "loggers": {"django": {"handlers": ["errors"], "level": "INFO"}},
}
