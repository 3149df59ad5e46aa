"""Django's settings, made from `environment()`; nothing here reads the process environment."""

from pathlib import Path
from urllib.parse import urlsplit

from dothi.config import database_url
from dothi.config.environment import environment

_env = environment()
_place, _parameters = database_url.as_django(_env.dsn)
_public = urlsplit(_env.public_url)

VAR = Path(_env.var)
NODE = _env.node
PUBLIC_URL = _env.public_url
LIVE_URL = _env.live_url
IDP_URL = _env.idp_url
LIVE_KEY = _env.live_key
LEDGER_PUBLIC_KEY = _env.ledger_public_key
IDP_CLIENT_KEY_FILE = Path(_env.idp_client_key_file) if _env.idp_client_key_file else None
IDP_TIMEOUT_S = 5.0
NATS_URL = _env.nats
MQTT_URL = _env.mqtt_url
DEVICES_URL = _env.devices_url
BROKER_SIGNING_KEY_FILE = Path(_env.broker_signing_key_file) if _env.broker_signing_key_file else None
MAP_STYLE = _env.map_style
DEMO = bool(_env.demo)
CLOCK_FILE = Path(_env.clock_file) if _env.clock_file else None
ROOT_KEY_FILE = Path(_env.root_key_file) if _env.root_key_file else None
FILES_DIR = VAR / "files"
READINGS_DIR = VAR / "readings"

SECRET_KEY = _env.secret_key or "only-for-commands-that-sign-nothing"
DEBUG = False
ALLOWED_HOSTS = [_public.hostname or "localhost", "localhost", "127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "dothi.foundation.bitemporal",
    "procrastinate.contrib.django",
    "dothi.foundation.keys",
    "dothi.foundation.ledger",
    "dothi.foundation.files",
    "dothi.foundation.events",
    "dothi.foundation.jobs",
    "dothi.foundation.papers",
    "dothi.foundation.notices",
    "dothi.foundation.tasks",
    "dothi.foundation.identity",
    "dothi.foundation.clients",
    "dothi.vault",
    "dothi.registers.agencies",
    "dothi.registers.devices",
    "dothi.alerts",
    "dothi.procedures",
    "dothi.dossiers",
    "dothi.incidents",
    "dothi.incidents.shifts",
    "dothi.incidents.assignments",
    "dothi.operations",
    "dothi.web.components",
    "dothi.web.casework",
    "dothi.web.accounts",
    "dothi.web.portal",
    "dothi.web.desk",
    "dothi.web.center",
    "dothi.web.backoffice",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dothi.web.components.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dothi.web.components.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    # After who keeps the token that its page's forms hold, and before anybody reads the body.
    "dothi.web.components.middleware.BodyLimitMiddleware",
    "dothi.web.components.middleware.TextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # Before the keeper of the doors, which thus hears of a refusal first and records it.
    "dothi.web.components.problems.ProblemMiddleware",
    "dothi.web.accounts.middleware.ActorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "dothi.config.urls"
CSRF_FAILURE_VIEW = "dothi.web.accounts.views.unknown.forged"
PROBLEM_FRAMES = {
    "/center/": "dothi.web.center.frame.of_problems",
    "/desk/": "dothi.web.desk.navigation.of_problems",
    "/backoffice/": "dothi.web.backoffice.navigation.of_problems",
}
WSGI_APPLICATION = "dothi.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dothi.web.components.context.page",
                "dothi.web.accounts.context.viewer",
                "dothi.web.portal.context.banner",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "dothi.config.database",
        **_place,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_parameters,
            # The statements of acts are prepared when first used: `foundation.statements`.
            "prepare_threshold": 0,
            # The migrating role works as the owner, who cannot log in.
            **({"options": "-c role=dothi_owner"} if _place["USER"] == "dothi_migrate" else {}),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "identity.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

# Django has none for Vietnamese; where digits are grouped at all, it is by three.
NUMBER_GROUPING = 3
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
USE_I18N = True
# The kernel is no app, yet its problems and explanations have words.
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "kernel" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
# Vite names its files by their content and compresses them: no collecting, cached for good.
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+-[A-Za-z0-9_-]{8}\.(css|js|woff2|svg|png)$"

# A name of our own: cookies do not know ports, and localhost has many neighbors.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "dothi_session", "dothi_csrf"
SESSION_ENGINE = "dothi.web.accounts.session_store"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
# Only where people come by https; a year, as browsers ask of those they preload.
SECURE_HSTS_SECONDS = 365 * 86_400 if _public.scheme == "https" else 0
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# Into the log of the process, which the supervisor keeps. Without this Django tells of an error of a
# page only by mail. Refused and missing pages are answers, not errors.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    # A part that is away is told once by the supervisor, not again by each page that waits for it.
    "filters": {
        "waits": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", 0) != 503,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["waits"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
