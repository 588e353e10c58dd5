"""Django's settings, all from :mod:`groundswell.config.environment`; tests run with these, no others."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf.global_settings import LANGUAGES_BIDI
from django.utils.csp import CSP

from groundswell.config import catalogues, environment
from groundswell.kit.secrets import load_secrets

ENVIRONMENT = environment.read()
DATA = ENVIRONMENT.data
SECRETS = load_secrets(DATA)
SECRET_KEY = SECRETS.django
PUBLIC_URL = ENVIRONMENT.public_url
SECURE = PUBLIC_URL.startswith("https://")

DEMONSTRATION_NOTE = "Demonstration, after events of July 2016"

DEBUG = False
# No address is ever built from the Host header. Where the server listens everywhere and nobody said under which
# name, it answers under every name, so that a phone on the same network can look.
ALLOWED_HOSTS = (
    ["*"]
    if ENVIRONMENT.listens_everywhere
    else [".localhost", "127.0.0.1", "[::1]", urlsplit(PUBLIC_URL).hostname or "localhost"]
)
ROOT_URLCONF = "groundswell.config.urls"
ASGI_APPLICATION = "groundswell.config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "groups.Account"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "groundswell.kit",
    "groundswell.intake",
    "groundswell.ledger",
    "groundswell.outbox",
    "groundswell.groups",
    "groundswell.people",
    "groundswell.events",
    "groundswell.blocs",
    "groundswell.endorsements",
    "groundswell.attendances",
    "groundswell.discussions",
    "groundswell.mailings",
    "groundswell.api",
    # Above allauth, so that its pages wear our frame.
    "groundswell.web",
    "groundswell.ops",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
if os.environ.get("GROUNDSWELL_DEVELOPMENT"):
    INSTALLED_APPS.append("django_linear_migrations")

MIDDLEWARE = [
    "groundswell.ops.requests.logged",
    "groundswell.ops.requests.for_nobody_yet",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    # Below those two, so that the answers it puts in place of others carry their headers.
    "groundswell.web.languages.languages",
    "groundswell.api.problems.problems",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "groundswell.web.context.demonstration",
                "groundswell.web.languages.choices",
            ],
        },
    }
]


# Who cannot reconnect within five seconds gives its place up: else the pool would wait longer and longer, and
# go on waiting when the server is back.
_POOL = {"min_size": 1, "max_size": 8, "timeout": 10, "reconnect_timeout": 5}


def _postgresql(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "groundswell.kit.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # A connection that died with its server is noticed before a request or a round stumbles over it.
        "CONN_HEALTH_CHECKS": True,
        # They would outlive the statement that says for whom they ask, and no pooler in between keeps them.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {**dict(parse_qsl(parts.query)), "pool": _POOL},
    }


def _sqlite(name: str) -> dict[str, object]:
    return {
        "ENGINE": "groundswell.kit.sqlite",
        "NAME": DATA / name,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                # What is deleted is overwritten, on every build of SQLite.
                "PRAGMA secure_delete=ON; "
                "PRAGMA cache_size=-16000; PRAGMA mmap_size=268435456"
            ),
        },
        "TEST": {"NAME": DATA / f"test-{name}"},
    }


if ENVIRONMENT.on_postgresql:
    JOURNAL_ALIAS = "default"
    DATABASES = {"default": _postgresql(ENVIRONMENT.database)}
else:
    JOURNAL_ALIAS = "journal"
    DATABASES = {"default": _sqlite("groundswell.sqlite3"), "journal": _sqlite("intake.sqlite3")}
DATABASE_ROUTERS = ["groundswell.intake.routing.JournalRouter"]

LANGUAGE_CODE = "en"
# Each by its own name: whoever looks for theirs may read no other.
LANGUAGES = [("en", "English"), ("fr", "Français")]
FORMAT_MODULE_PATH = "groundswell.config.formats"
LOCALE_PATHS = [catalogues.compiled()]
if os.environ.get(catalogues.PSEUDO_FOLDER):
    LANGUAGES.append((catalogues.PSEUDO, "Pseudo"))
    LANGUAGES_BIDI = [*LANGUAGES_BIDI, catalogues.PSEUDO]
    LOCALE_PATHS.append(Path(os.environ[catalogues.PSEUDO_FOLDER]))
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STORAGES = {"staticfiles": {"BACKEND": "groundswell.web.fingerprints.FingerprintedStorage"}}

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.proxies else None
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "groundswell.web.errors.forged"
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "/desk/sign-in"
LOGIN_REDIRECT_URL = "/desk/"

# Nobody signs up, no password is ever set, and allauth sends no mail: codes and invitations are ours (0023).
ACCOUNT_ADAPTER = "groundswell.web.desk.adapters.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_METHODS = {"mfa"}
MFA_ADAPTER = "groundswell.web.desk.adapters.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = MFA_PASSKEY_LOGIN_ENABLED = True
# A telephone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
# Guesses are counted in the database, by account: allauth would count them by process.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False

DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
# A file is read in memory and drawn anew: nothing of it ever reaches a disk. The gate lets one so large through
# only to where an event's picture is taken.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024 + 64 * 1024
# A whole programme and all questions of an event are some 210 fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 250

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "groundswell.kit.logs.Log"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # A refused form is no trouble of ours, and the address of a refused link does not belong into a log.
    "loggers": {
        "groundswell": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
    },
}
