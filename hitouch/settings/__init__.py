"""All settings, from the environment; `.env.example` explains each. Safe unless told otherwise."""

import sys
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from hitouch.settings import api_docs, development_seal, env, log_config
from hitouch.stack.paths import addresses

BASE_DIR = Path(__file__).resolve().parents[2]
env.read_file(BASE_DIR / ".env")
VAR = Path(env.text("HITOUCH_VAR", str(BASE_DIR / "var"))).absolute()

# Basics ----------------------------------------------------------------------------------

DEBUG = env.flag("HITOUCH_DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", env.made_secret(VAR, "django") if DEBUG else None)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
HITOUCH_KEYS = env.keys("HITOUCH_KEYS", VAR if DEBUG else None)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG else None)  # type: ignore[arg-type]
_HERE = f"http://127.0.0.1:{env.text('HITOUCH_PORT', '8000')}"
BASE_URL = env.text("BASE_URL", _HERE if DEBUG else None).rstrip("/")
if not DEBUG and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is shorter than 50 characters; make a longer one.")

ROOT_URLCONF = "hitouch.urls"
ASGI_APPLICATION = "hitouch.asgi.application"
WSGI_APPLICATION = "hitouch.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TESTING = "pytest" in sys.modules

INSTALLED_APPS = [
    "hitouch.core",
    "accounts",
    "accounts.bridge",
    "proctoring",
    "onboarding",
    "gigs",
    "payments",
    "chatbot",
    "hitouch",
    "hitouch.apps.HitouchAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.idp.oidc",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "accounts.apps.SessionListConfig",
    "channels",
    "corsheaders",
    "csp",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_static",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "rest_framework",
]

MIDDLEWARE = [
    "hitouch.core.middleware.TrustedProxyMiddleware",
    "hitouch.core.middleware.RequestBoundaryMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "hitouch.core.middleware.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hitouch.core.middleware.LosslessRedirectMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.SessionEndedMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.AuditNetworkMiddleware",
    "accounts.middleware.KnownBrowserMiddleware",
    "accounts.middleware.SessionActivityMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "hitouch.context_processors.nav",
            ]
        },
    }
]

# Processes, in units of one host; `manage.py processes` prints their command lines ----------

HITOUCH_HOSTS = env.number("HITOUCH_HOSTS", 1, least=1)
HITOUCH_WEB_PROCESSES = env.number("HITOUCH_WEB_PROCESSES", 2, least=1)
HITOUCH_WEB_THREADS = env.number("HITOUCH_WEB_THREADS", 8, least=1)
HITOUCH_WORKER_PROCESSES = env.number("HITOUCH_WORKER_PROCESSES", 2, least=1)

# Data stores -----------------------------------------------------------------------------

_embedded = addresses(VAR)
HITOUCH_DATABASE_POOL = env.number("HITOUCH_DATABASE_POOL", 8, least=1)
HITOUCH_PGBOUNCER = env.choice("HITOUCH_PGBOUNCER", "off", ("off", "session", "transaction"))
DATABASES = {
    "default": env.database(
        env.text("DATABASE_URL", _embedded.database_url),
        pool_size=HITOUCH_DATABASE_POOL,
        pgbouncer=HITOUCH_PGBOUNCER,
    )
}
REDIS_URL = env.text("REDIS_URL", _embedded.redis_url)
HITOUCH_PRIVATE_FILES = Path(env.text("HITOUCH_PRIVATE_FILES", str(VAR / "private"))).absolute()
HITOUCH_FILE_STORE = env.file_store(env.text("HITOUCH_FILE_STORE", ""))
HITOUCH_S3 = {
    "endpoint": env.text("HITOUCH_S3_ENDPOINT", ""),
    "region": env.text("HITOUCH_S3_REGION", ""),
    "key_id": env.text("HITOUCH_S3_KEY_ID", ""),
    "secret": env.text("HITOUCH_S3_SECRET", ""),
}
HITOUCH_CLAMD = env.text("HITOUCH_CLAMD", "")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "hitouch",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }
}

CELERY_BROKER_URL = env.celery_broker(REDIS_URL)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": CELERY_TASK_TIME_LIMIT + 30,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 1,  # a task that cannot be enqueued is dropped: the sweep finds the row
    "interval_start": 0,
    "interval_max": 0.1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# Authentication and external providers ----------------------------------------------------

from hitouch.settings.authentication import *  # noqa: E402, F403
from hitouch.settings.providers import *  # noqa: E402, F403  (after .env was read)

# HTTP ------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not DEBUG
SECURE_HSTS_SECONDS = 0 if DEBUG else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
HITOUCH_TRUSTED_PROXIES = env.words(
    "HITOUCH_TRUSTED_PROXIES", "1" if env.flag("BEHIND_PROXY", default=False) else ""
)
# TrustedProxyMiddleware removes the header of everybody else.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
CORS_ALLOWED_ORIGINS = env.words("CORS_ALLOWED_ORIGINS")
CORS_URLS_REGEX = r"^/api/"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF, *GOOGLE_FORM_TARGETS, *DIGILOCKER_FORM_TARGETS],  # noqa: F405
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
_static = "django.contrib.staticfiles.storage.StaticFilesStorage"
_hashed = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static if DEBUG or TESTING else _hashed},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.bearer.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_PARSER_CLASSES": ["hitouch.core.api.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "hitouch.core.api.pagination.CursorPage",
    "DEFAULT_SCHEMA_CLASS": "hitouch.core.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "hitouch.core.api.exceptions.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = api_docs.SETTINGS

# Language, time zone, messages -----------------------------------------------------------

LANGUAGE_CODE = "en-in"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Kolkata"
FORMAT_MODULE_PATH = "hitouch.formats"

HITOUCH_SENDERS = {
    "MAIL": env.choice("HITOUCH_MAIL", "outbox" if DEBUG else "smtp", ("outbox", "smtp", "off")),
    "SMS": env.choice(
        "HITOUCH_SMS", "outbox" if DEBUG else "off", ("outbox", "off", "twilio", "exotel")
    ),
}
#: The bank account that clients transfer to: holder, number, IFSC. Without it they have to ask.
HITOUCH_PAY_IN_ACCOUNT = (
    env.text("HITOUCH_PAY_IN_HOLDER", "HitouchCX Demo" if DEBUG else ""),
    env.text("HITOUCH_PAY_IN_NUMBER", "000999888777" if DEBUG else ""),
    env.text("HITOUCH_PAY_IN_IFSC", "HDFC0000999" if DEBUG else ""),
)
#: Who bills clients, as registered for GST. Without a GSTIN no bill is issued.
HITOUCH_SELLER = {
    "gstin": env.text("HITOUCH_SELLER_GSTIN", "29AAACH1234D1Z3" if DEBUG else ""),
    "legal_name": env.text(
        "HITOUCH_SELLER_NAME", "HitouchCX Demo Private Limited" if DEBUG else ""
    ),
    "address_1": env.text("HITOUCH_SELLER_ADDRESS", "1 Residency Road" if DEBUG else ""),
    "place": env.text("HITOUCH_SELLER_PLACE", "Bengaluru" if DEBUG else ""),
    "pin_code": env.text("HITOUCH_SELLER_PIN_CODE", "560025" if DEBUG else ""),
}
HITOUCH_HELP_MESSAGES_A_MINUTE = env.number("HITOUCH_HELP_MESSAGES_A_MINUTE", 20, least=1)
HITOUCH_HELP_MESSAGES_A_DAY = env.number("HITOUCH_HELP_MESSAGES_A_DAY", 200, least=1)
HITOUCH_OPERATIONS_MAIL = env.text("HITOUCH_OPERATIONS_MAIL", "")
HITOUCH_SMS_URL = env.text("HITOUCH_SMS_URL", "")
HITOUCH_SMS_ACCOUNT = env.text("HITOUCH_SMS_ACCOUNT", "")
HITOUCH_SMS_KEY = env.text("HITOUCH_SMS_KEY", "")
HITOUCH_SMS_SECRET = env.text("HITOUCH_SMS_SECRET", "")
HITOUCH_SMS_FROM = env.text("HITOUCH_SMS_FROM", "")
HITOUCH_SMS_ENTITY = env.text("HITOUCH_SMS_ENTITY", "")
HITOUCH_SMS_TEMPLATE_IDS = env.text("HITOUCH_SMS_TEMPLATE_IDS", "")
HITOUCH_SMS_REGIONS = env.words("HITOUCH_SMS_REGIONS", "IN")
HITOUCH_SMS_PAISE = env.number("HITOUCH_SMS_PAISE", 25, least=1)
HITOUCH_SMS_PAISE_A_DAY = env.number("HITOUCH_SMS_PAISE_A_DAY", 200_000)
HITOUCH_SMS_PER_PERSON_A_DAY = env.number("HITOUCH_SMS_PER_PERSON_A_DAY", 5)
HITOUCH_NOTICE_LEAD_HOURS = env.number("HITOUCH_NOTICE_LEAD_HOURS", 3, most=24)
HITOUCH_HELP_OPEN_QUESTIONS = env.number("HITOUCH_HELP_OPEN_QUESTIONS", 5, least=1)
HITOUCH_HELP_QUESTIONS_A_DAY = env.number("HITOUCH_HELP_QUESTIONS_A_DAY", 10, least=1)
HITOUCH_SMS_RESERVE_PERCENT = env.number("HITOUCH_SMS_RESERVE_PERCENT", 40, most=100)
HITOUCH_HELP_OPEN_TICKETS = env.number("HITOUCH_HELP_OPEN_TICKETS", 5, least=1)
HITOUCH_HELP_OPEN_WITHIN_MINUTES = env.number("HITOUCH_HELP_OPEN_WITHIN_MINUTES", 15, least=1)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAIL_FROM", "HitouchCX <no-reply@localhost>")
EMAIL_HOST = env.text("SMTP_HOST", "localhost")
EMAIL_PORT = env.number("SMTP_PORT", 25, least=1, most=65535)
EMAIL_HOST_USER = env.text("SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.flag("SMTP_TLS", default=False)
EMAIL_TIMEOUT = 10

# The seal on signed agreements --------------------------------------------------------------

_seal = env.made_secret(VAR, "seal", development_seal.new_seal) if DEBUG else ""
HITOUCH_SEAL_KEY = env.text("HITOUCH_SEAL_KEY", _seal)
HITOUCH_SEAL_CERT = env.text("HITOUCH_SEAL_CERT", _seal)

# Business parameters, each named like its environment variable ----------------------------

HITOUCH_ACCOUNT_COOLING_HOURS = env.number(
    "HITOUCH_ACCOUNT_COOLING_HOURS", 0 if DEBUG and not TESTING else 24
)
HITOUCH_ACCOUNT_TESTS_A_DAY = env.number("HITOUCH_ACCOUNT_TESTS_A_DAY", 3, least=1)
HITOUCH_ACCOUNT_TESTS_A_MONTH = env.number("HITOUCH_ACCOUNT_TESTS_A_MONTH", 10, least=1)
HITOUCH_ACCOUNT_TEST_PAISE_A_DAY = env.number("HITOUCH_ACCOUNT_TEST_PAISE_A_DAY", 50_000)
HITOUCH_PAYOUT_SECOND_CHECK_RUPEES = env.number("HITOUCH_PAYOUT_SECOND_CHECK_RUPEES", 1_000_000)
HITOUCH_DISPUTE_SECOND_CHECK_RUPEES = env.number("HITOUCH_DISPUTE_SECOND_CHECK_RUPEES", 10_000)
HITOUCH_PAYOUT_BATCH_RUPEES = env.number("HITOUCH_PAYOUT_BATCH_RUPEES", 10_000_000)
HITOUCH_PAYOUT_WEEKDAY = env.choice(
    "HITOUCH_PAYOUT_WEEKDAY",
    "NEVER" if DEBUG else "FRIDAY",
    ("NEVER", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"),
)
HITOUCH_PAYOUT_HOUR = env.number("HITOUCH_PAYOUT_HOUR", 11, most=23)
HITOUCH_CARD_READERS = env.number("HITOUCH_CARD_READERS", 1, least=1)
HITOUCH_UPLOADS_WAITING = env.number("HITOUCH_UPLOADS_WAITING", 300, least=1)
HITOUCH_ORPHANS_FEW = env.number("HITOUCH_ORPHANS_FEW", 10)
HITOUCH_ORPHANS_PERCENT = env.number("HITOUCH_ORPHANS_PERCENT", 5, most=100)
HITOUCH_REVIEW_HOURS = env.number("HITOUCH_REVIEW_HOURS", 24, least=1)
HITOUCH_APPROVAL_SAMPLE_PERCENT = env.number("HITOUCH_APPROVAL_SAMPLE_PERCENT", 5, most=100)
HITOUCH_LEVEL_FLOOR = env.choice("HITOUCH_LEVEL_FLOOR", "A2", ("A1", "A2", "B1", "B2", "C1", "C2"))
HITOUCH_EXAMPLE_MAIL = env.flag("HITOUCH_EXAMPLE_MAIL", default=DEBUG or TESTING)
HITOUCH_DIGILOCKER_STARTS_A_DAY = env.number("HITOUCH_DIGILOCKER_STARTS_A_DAY", 5, least=1)
HITOUCH_AI_URL = env.text("HITOUCH_AI_URL", "")
HITOUCH_AI_KEY = env.text("HITOUCH_AI_KEY", "")
HITOUCH_AI_MODEL = env.text("HITOUCH_AI_MODEL", "")
HITOUCH_AI_GRADING = env.flag("HITOUCH_AI_GRADING", default=False)
HITOUCH_HELP_MODEL_URL = env.text("HITOUCH_HELP_MODEL_URL", "")
HITOUCH_HELP_MODEL_NAME = env.text("HITOUCH_HELP_MODEL_NAME", "")
HITOUCH_HELP_MODEL_KEY = env.text("HITOUCH_HELP_MODEL_KEY", "")
HITOUCH_HELP_MODEL_TIMEOUT_SECONDS = env.number(
    "HITOUCH_HELP_MODEL_TIMEOUT_SECONDS", 8, least=1, most=8
)
HITOUCH_HELP_MODEL_TOKENS_A_DAY = env.number("HITOUCH_HELP_MODEL_TOKENS_A_DAY", 1_000_000)
HITOUCH_HELP_MODEL_TOKENS_PER_PERSON_A_DAY = env.number(
    "HITOUCH_HELP_MODEL_TOKENS_PER_PERSON_A_DAY", 30_000
)
HITOUCH_FACES = env.flag("HITOUCH_FACES", default=True)
_read_for = 2 if DEBUG and not TESTING else 20  # a developer has read the texts before
HITOUCH_READING_SECONDS = env.number("HITOUCH_READING_SECONDS", _read_for)
HITOUCH_PROCTORING_MIN_SCREEN = env.text("HITOUCH_PROCTORING_MIN_SCREEN", "1024x768")
HITOUCH_NETWORK_MIN_KBPS = env.number("HITOUCH_NETWORK_MIN_KBPS", 200, least=0)
HITOUCH_NETWORK_MAX_ROUND_TRIP_MS = env.number("HITOUCH_NETWORK_MAX_ROUND_TRIP_MS", 1500, least=1)
HITOUCH_CODE_COOLDOWN_SECONDS = env.number("HITOUCH_CODE_COOLDOWN_SECONDS", 60)
HITOUCH_CODES_PER_CONTACT_AN_HOUR = env.number("HITOUCH_CODES_PER_CONTACT_AN_HOUR", 5)
HITOUCH_CODES_PER_CONTACT_A_DAY = env.number("HITOUCH_CODES_PER_CONTACT_A_DAY", 10)
_from_one_address = 500 if DEBUG and not TESTING else 30  # a developer is always at one address
HITOUCH_CODES_PER_ADDRESS_AN_HOUR = env.number(
    "HITOUCH_CODES_PER_ADDRESS_AN_HOUR", _from_one_address
)
HITOUCH_CODE_CHALLENGE_BITS = env.number("HITOUCH_CODE_CHALLENGE_BITS", 15, least=1, most=24)
HITOUCH_CLOSING_DAYS = env.number("HITOUCH_CLOSING_DAYS", 7)
HITOUCH_ASSESSMENT_ATTEMPTS = env.number("HITOUCH_ASSESSMENT_ATTEMPTS", 2)
HITOUCH_ASSESSMENT_ATTEMPT_DAYS = env.number("HITOUCH_ASSESSMENT_ATTEMPT_DAYS", 90)
HITOUCH_INVITATION_DAYS = env.number("HITOUCH_INVITATION_DAYS", 30)
HITOUCH_PROCTORING_IDLE_MINUTES = env.number("HITOUCH_PROCTORING_IDLE_MINUTES", 10)
HITOUCH_ANSWER_GRACE_SECONDS = env.number("HITOUCH_ANSWER_GRACE_SECONDS", 120, least=0, most=600)
HITOUCH_OUTAGE_CREDIT_SECONDS = env.number("HITOUCH_OUTAGE_CREDIT_SECONDS", 120, least=0)
HITOUCH_PAUSE_MAX_MINUTES = env.number("HITOUCH_PAUSE_MAX_MINUTES", 30, least=1)
HITOUCH_PROCTORING_BEGIN_HOURS = env.number("HITOUCH_PROCTORING_BEGIN_HOURS", 24)
HITOUCH_MACHINE_GRADES = env.words("HITOUCH_MACHINE_GRADES", "WRITING,SPEAKING")
HITOUCH_DECISIVE_LEVELS = env.words("HITOUCH_DECISIVE_LEVELS")
HITOUCH_GRADING_SAMPLE_PERCENT = env.number("HITOUCH_GRADING_SAMPLE_PERCENT", 10, most=100)
HITOUCH_REVIEW_SAMPLE_PERCENT = env.number("HITOUCH_REVIEW_SAMPLE_PERCENT", 10, most=100)
HITOUCH_RESULT_REVIEW_HOURS = env.number("HITOUCH_RESULT_REVIEW_HOURS", 48)
HITOUCH_APPEAL_DAYS = env.number("HITOUCH_APPEAL_DAYS", 14)
HITOUCH_APPEAL_ANSWER_DAYS = env.number("HITOUCH_APPEAL_ANSWER_DAYS", 5)
HITOUCH_DETECTOR_PRECISION_PERCENT = env.number("HITOUCH_DETECTOR_PRECISION_PERCENT", 70, most=100)

LOGGING = log_config.configuration(debug=DEBUG)
LOGGING_CONFIG = "hitouch.settings.log_config.configure"
