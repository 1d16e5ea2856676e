"""Settings of authentication: accounts, passwords, sessions, second factors, Google, partners.

django-allauth handles the stages of a log-in and the factors, django-otp the check for the admin,
our services the rules (docs/adr/0006, 0011). Imported by `hitouch.settings` after `.env` was read.
"""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from hitouch.settings import env

_debug = env.flag("HITOUCH_DEBUG", default=False)
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.ContactBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "hitouch:landing"
LOGOUT_REDIRECT_URL = "hitouch:front"
HITOUCH_LANDING_HOOK = "hitouch.hooks.landing_for"
HITOUCH_MFA_REQUIRED_HOOK = "hitouch.hooks.may_commit_budget"
HITOUCH_PERSONAL_DATA_HOOKS = "hitouch.privacy.data_subject"
SILENCED_SYSTEM_CHECKS = ["account.W001", "auth.W004"]
PASSWORD_HASHERS = ["accounts.security.hashers.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.security.validators.SiteWordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_ENGINE = "accounts.sessions.store"
SESSION_SERIALIZER = "accounts.sessions.store.SealedSerializer"
SESSION_COOKIE_NAME = "sessionid" if _debug else "__Host-sessionid"
HITOUCH_BROWSER_COOKIE = "browser" if _debug else "__Host-browser"
SESSION_COOKIE_AGE = 14 * 24 * 3600
#: Staff, who see other people's documents and payments, log in anew each working day.
HITOUCH_STAFF_SESSION_SECONDS = 8 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "csrftoken" if _debug else "__Host-csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "hitouch.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
ACCOUNT_ADAPTER = "accounts.authentication.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email", "phone", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = False  # ours are the only ones: docs/limits.md
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ALLAUTH_TRUSTED_PROXY_COUNT = 0  # TrustedProxyMiddleware has set the client's address
USERSESSIONS_ADAPTER = "accounts.authentication.adapters.SessionsAdapter"
MFA_ADAPTER = "accounts.authentication.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "HitouchCX"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off; ours count each step once
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "activate_totp": "accounts.mfa.forms.TOTPSetupForm",
    "authenticate": "accounts.mfa.forms.MFAChallengeForm",
    "reauthenticate": "accounts.mfa.forms.MFAReauthenticateForm",
    "add_webauthn": "accounts.mfa.passkeys.AddPasskeyForm",
    "authenticate_webauthn": "accounts.mfa.passkeys.MFAPasskeyForm",
    "reauthenticate_webauthn": "accounts.mfa.passkeys.ReauthenticatePasskeyForm",
    "login_webauthn": "accounts.mfa.passkeys.LoginPasskeyForm",
}
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "accounts.headless.tokens.AppTokens"  # noqa: S105
# Google: offered only when both are set. The URLs can point to a fake.
_google_id, _google_secret = env.text("GOOGLE_CLIENT_ID", ""), env.text("GOOGLE_CLIENT_SECRET", "")


if bool(_google_id) != bool(_google_secret):
    raise ImproperlyConfigured("Set both GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET, or neither.")


HITOUCH_GOOGLE = bool(_google_id)
_google = {
    "AUTHORIZE_URL": env.text(
        "GOOGLE_AUTHORIZE_URL", "https://accounts.google.com/o/oauth2/v2/auth"
    ),
    "ACCESS_TOKEN_URL": env.text("GOOGLE_TOKEN_URL", "https://oauth2.googleapis.com/token"),
    "CERTS_URL": env.text("GOOGLE_CERTS_URL", "https://www.googleapis.com/oauth2/v1/certs"),
    "ID_TOKEN_ISSUER": env.text("GOOGLE_ISSUER", "https://accounts.google.com"),
}
_where = urlsplit(_google["AUTHORIZE_URL"])
#: The log-in form's POST redirects to Google, which the content security policy has to allow.
GOOGLE_FORM_TARGETS = [f"{_where.scheme}://{_where.netloc}"] if HITOUCH_GOOGLE else []
SOCIALACCOUNT_ADAPTER = "accounts.google.provider.GoogleAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_PROVIDERS = {
    "google": {
        **_google,
        "APPS": [{"client_id": _google_id, "secret": _google_secret}] if HITOUCH_GOOGLE else [],
        "SCOPE": ["openid", "email"],
        "OAUTH_PKCE_ENABLED": True,
    }
}
# Partners' programs (OAuth2 client credentials, RFC 6749 section 4.4).
IDP_OIDC_ADAPTER = "accounts.partners.credentials.PartnerAdapter"
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3600
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
