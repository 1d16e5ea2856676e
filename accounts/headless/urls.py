"""URLs of allauth's headless API, with the description of each endpoint.

The paths below `/api/v1/auth/app/` are allauth's own, so that its client libraries work.
"""

from typing import Any

from django.conf import settings
from django.urls import path

from accounts.headless import views
from accounts.headless.openapi import Endpoint, endpoint

TEXT, OBJECT, ARRAY = {"type": "string"}, {"type": "object"}, {"type": "array", "items": {}}
PREFIX = "/api/v1/auth/app/"
CODE, PASSKEY = {"code": TEXT}, {"credential": OBJECT}
PASSKEY_OPTIONS = "Options for the device's passkey request."
FACTORS = "account/authenticators"
ENDPOINTS = [
    endpoint(
        "auth/login",
        views.HeadlessLoginView,
        post=(
            "log_in",
            "Log in with a contact and password. On 401 `second_factor_required`, use the "
            "session token in `meta` and continue with a code or a passkey.",
            {"contact": TEXT, "password": TEXT},
        ),
    ),
    endpoint(
        "auth/webauthn/login",
        views.PasskeyLoginView,
        get=("passkey_login_options", PASSKEY_OPTIONS),
        post=("passkey_login", "Log in with a passkey only. It counts as both factors.", PASSKEY),
    ),
    endpoint(
        "auth/2fa/authenticate",
        views.MFACodeView,
        post=("second_factor", "Second step: an authenticator app code or a recovery code.", CODE),
    ),
    endpoint(
        "auth/webauthn/authenticate",
        views.MFAPasskeyView,
        get=("passkey_options", PASSKEY_OPTIONS),
        post=("passkey", "Second step: a passkey.", PASSKEY),
    ),
    endpoint(
        "auth/session",
        views.HeadlessSessionView,
        get=("session", "The user this session token belongs to."),
        delete=("log_out", "Log out. Ends your tokens too. Answers 401, as the session has ended."),
    ),
    endpoint(
        "auth/sessions",
        views.HeadlessSessionListView,
        get=("sessions", "Your active sessions."),
        delete=("end_sessions", "End these sessions.", {"sessions": ARRAY}),
    ),
    endpoint(
        "auth/reauthenticate",
        views.HeadlessReauthenticationView,
        post=(
            "prove_by_password",
            "Re-authenticate. Valid for five minutes. Staff use their second factor.",
            {"password": TEXT},
        ),
    ),
    endpoint(
        "auth/2fa/reauthenticate",
        views.MFAReauthenticationView,
        post=("prove_by_code", "Re-authenticate with a two-step verification code.", CODE),
    ),
    endpoint(
        "auth/webauthn/reauthenticate",
        views.PasskeyReauthenticationView,
        get=("prove_by_passkey_options", PASSKEY_OPTIONS),
        post=("prove_by_passkey", "Re-authenticate with a passkey.", PASSKEY),
    ),
    endpoint(
        FACTORS,
        views.AuthenticatorListView,
        get=("authenticators", "Your second factors, and when each was last used."),
    ),
    endpoint(
        f"{FACTORS}/totp",
        views.TOTPAuthenticatorView,
        get=("app", "The authenticator app. If there is none, 404 with a new setup key in `meta`."),
        post=("app_set_up", "Activate a new authenticator app with its first code.", CODE),
        delete=(
            "app_remove",
            "Remove the authenticator app. Needs a second factor used within five minutes. "
            "409 if your account must keep a second factor.",
        ),
    ),
    endpoint(
        f"{FACTORS}/recovery-codes",
        views.RecoveryCodesView,
        get=(
            "recovery_codes",
            "How many codes are left. Includes the codes themselves the first time.",
        ),
        post=(
            "recovery_codes_new",
            "Generate new codes, shown only in this response. Old codes stop working.",
        ),
    ),
    endpoint(
        f"{FACTORS}/webauthn",
        views.PasskeysView,
        get=("passkey_add_options", "Options for creating a passkey on the device."),
        post=("passkey_add", "Add a passkey.", {"name": TEXT, **PASSKEY}),
        put=("passkey_rename", "Rename a passkey.", {"id": {"type": "integer"}, "name": TEXT}),
        delete=(
            "passkey_remove",
            "Remove passkeys by ID. Needs a second factor used within five minutes.",
            {"authenticators": ARRAY},
        ),
    ),
]
GOOGLE = endpoint(
    "auth/provider/token",
    views.GoogleLoginView,
    post=(
        "google",
        "Log in with an ID token that Google gave the app: `provider` is google, `process` is "
        "login, `token` is an object of `client_id` and `id_token`.",
        {"provider": TEXT, "process": TEXT, "token": OBJECT},
    ),
)


def enabled_endpoints() -> list[Endpoint]:
    """All endpoints; Google's only when it is configured."""
    return [*ENDPOINTS, GOOGLE] if settings.HITOUCH_GOOGLE else ENDPOINTS


def documented() -> dict[str, Any]:
    """The paths for the OpenAPI document."""
    return {
        PREFIX + item.path: {
            method: operation.as_openapi(is_public=item.is_public)
            for method, operation in item.operations.items()
        }
        for item in enabled_endpoints()
    }


urlpatterns = [
    path(item.path, item.as_view(), name=f"app-{item.path}") for item in enabled_endpoints()
]
