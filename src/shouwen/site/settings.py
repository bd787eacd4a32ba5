"""Django's settings, derived from one `Config`. What an installation may change is in `config.py`, not here."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pghistory
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from shouwen.site import logs
from shouwen.site.config import load

CONFIG = load()

SECRET_KEY = CONFIG.signing_key()
DEBUG = CONFIG.debug
ALLOWED_HOSTS = CONFIG.hosts
CSRF_TRUSTED_ORIGINS = list(CONFIG.csrf_trusted_origins)
ROOT_URLCONF = "shouwen.site.urls"
WSGI_APPLICATION = "shouwen.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "organisation.Staff"

INSTALLED_APPS = [
    "shouwen.organisation",
    "shouwen.casework",
    "shouwen.intake",
    "shouwen.letters",
    "shouwen.messaging",
    "shouwen.oversight",
    "shouwen.insight",
    "shouwen.desk",
    "shouwen.portal",
    "shouwen.api",
    "shouwen.site",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_htmx",
    "ninja",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    # Probes and orchestrators ask by address, without a session, over plain HTTP: before everything that would mind.
    "shouwen.site.health.HealthMiddleware",
    "shouwen.site.logs.RequestLogMiddleware",
    # Before anything that reads what was sent.
    "shouwen.site.incoming.IncomingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shouwen.site.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "shouwen.portal.pages.SizeLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shouwen.desk.middleware.ActorMiddleware",
    "shouwen.desk.trouble.WrongMethodMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shouwen.site.history.OrganisationHistory",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# The desk writes every field in its own way: desk/templates/django/forms.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database and jobs -------------------------------------------------------------------------------------------


def _database() -> dict[str, Any]:
    keywords = CONFIG.connection()
    # For `casework.prepared` alone: Django's own cursors prepare nothing.
    options: dict[str, Any] = {"prepare_threshold": 0}
    if CONFIG.database_pool:
        options["pool"] = {"min_size": 1, "max_size": CONFIG.database_pool, "timeout": 10}
    django_names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    database = {django_names[name]: keywords.pop(name) for name in list(keywords) if name in django_names}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **database,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0,
        # Without it the pool hands out connections that died in a fail-over.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**keywords, **options},
    }


DATABASES = {"default": _database()}
# Set-up tables keep their history by triggers, which bulk updates and raw SQL cannot pass by.
PGHISTORY_APPEND_ONLY = True
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())

# --- Sign-in -------------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "shouwen.site.accounts.Backend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "shouwen.site.accounts.ClosedAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "employee_no"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# allauth counts by address, and a whole branch signs in from one address at nine o'clock. axes counts failures.
ACCOUNT_RATE_LIMITS = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "shouwen.site.accounts.name_tried"
AXES_CLIENT_IP_CALLABLE = "shouwen.site.accounts.client_address"
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_ENGINE = "shouwen.site.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Language and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "shouwen_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = CONFIG.time_zone

# --- Files -------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.static
MEDIA_ROOT = CONFIG.files_folder
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False
# Only a developer's tools ask for these, and to compress them took half the time of the step.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
FILE_UPLOAD_PERMISSIONS = 0o600
# A text of 50,000 Chinese letters is some 450 kB in a form; what is longer comes back with a sentence, not with an error page.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# --- Safety ------------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = LANGUAGE_COOKIE_SECURE = CONFIG.https
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if CONFIG.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = CONFIG.https
if CONFIG.trust_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = logs.configuration(CONFIG.log_level)

# --- Shouwen's own -----------------------------------------------------------------------------------------------------

SHOUWEN_PACK = CONFIG.pack
SHOUWEN_KEY_FILE: Path = CONFIG.personal_data_key
SHOUWEN_FILES: Path = CONFIG.files_folder
SHOUWEN_S3: dict[str, str] | None = CONFIG.bucket
SHOUWEN_CLAMAV = CONFIG.clamav
# Beginnings of addresses where somebody without a session sends files.
SHOUWEN_OPEN_UPLOADS: tuple[str, ...] = ("/complain/", "/track/", "/api/v1/")
SHOUWEN_BASE_URL = CONFIG.base_url
SHOUWEN_WEB_UNIT = CONFIG.web_unit
SHOUWEN_TRUST_PROXY = CONFIG.trust_proxy

# --- Messages ----------------------------------------------------------------------------------------------------------

SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
SHOUWEN_EMAIL = CONFIG.email_url is not None
if CONFIG.email_url is not None:
    _mail = urlsplit(CONFIG.email_url)
    EMAIL_HOST = _mail.hostname
    EMAIL_PORT = _mail.port or SMTP_PORTS[_mail.scheme]
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
    EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = CONFIG.email_from or f"shouwen@{urlsplit(CONFIG.base_url).hostname}"
SHOUWEN_SMS_URL = CONFIG.sms_url
SHOUWEN_SMS_SECRET = CONFIG.sms_secret
SHOUWEN_SMS_HEADERS: dict[str, str] = json.loads(CONFIG.sms_headers)
SHOUWEN_SMS_BODY: dict[str, Any] = json.loads(CONFIG.sms_body)
SHOUWEN_WECOM_URL = CONFIG.wecom_url
SHOUWEN_DINGTALK_URL = CONFIG.dingtalk_url
SHOUWEN_DINGTALK_SECRET = CONFIG.dingtalk_secret
SHOUWEN_WEBHOOK_URLS = CONFIG.webhook_urls
SHOUWEN_WEBHOOK_SECRET = CONFIG.webhook_secret
SHOUWEN_WEBHOOK_PRIVATE = CONFIG.webhook_private
SHOUWEN_QUIET_HOURS = (CONFIG.quiet_from, CONFIG.quiet_until)
SHOUWEN_MESSAGES_ON_SCREEN = CONFIG.messages_on_screen

SHOUWEN_MAILBOX_URL = CONFIG.mailbox_url
SHOUWEN_MAILBOX_AFTER = CONFIG.mailbox_after
SHOUWEN_MAILBOX_MOVE_TO = CONFIG.mailbox_move_to
SHOUWEN_MAILBOX_ADDRESSES = CONFIG.own_mail_addresses
SHOUWEN_MAILBOX_UNIT = CONFIG.mailbox_unit
SHOUWEN_MAILBOX_KEEP_DAYS = CONFIG.mailbox_keep_days
SHOUWEN_DELEGATION_DAYS = CONFIG.delegation_days
SHOUWEN_SMTP_LISTEN = CONFIG.smtp_listen
