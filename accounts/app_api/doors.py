"""The table of what is open to apps.

The addresses below `/api/v1/auth/app/` are allauth's own, so that its client libraries fit.
"""

from typing import Any

from django.conf import settings

from accounts.app_api import entering, keeping
from accounts.app_api.telling import Door, door

TEXT, THING, MANY = {"type": "string"}, {"type": "object"}, {"type": "array", "items": {}}
PREFIX = "/api/v1/auth/app/"
CODE, PASSKEY = {"code": TEXT}, {"credential": THING}
ASK = "What to hand to the device's passkeys."
FACTORS = "account/authenticators"

DOORS = [
    door(
        "auth/login",
        entering.HeadlessLoginView,
        post=(
            "log_in",
            "Begin with a contact and its password. 401 `second_factor_required` with a "
            "session token in `meta`: go on with a code or a passkey.",
            {"contact": TEXT, "password": TEXT},
        ),
    ),
    door(
        "auth/webauthn/login",
        entering.PasskeyLoginView,
        get=("passkey_login_options", ASK),
        post=("passkey_login", "Log in with a passkey alone; it is both factors.", PASSKEY),
    ),
    door(
        "auth/2fa/authenticate",
        entering.GiveCode,
        post=("second_factor", "The second step: a code of the app, or a recovery code.", CODE),
    ),
    door(
        "auth/webauthn/authenticate",
        entering.GivePasskey,
        get=("passkey_options", ASK),
        post=("passkey", "The second step: a passkey.", PASSKEY),
    ),
    door(
        "auth/session",
        entering.HeadlessSessionView,
        get=("session", "Who is logged in with this session token."),
        delete=("log_out", "End this session; answers 401, as nobody is logged in any more."),
    ),
    door(
        "auth/sessions",
        entering.HeadlessSessionListView,
        get=("sessions", "Sessions in which you are logged in."),
        delete=("end_sessions", "End these sessions.", {"sessions": MANY}),
    ),
    door(
        "auth/reauthenticate",
        entering.HeadlessReauthenticationView,
        post=(
            "prove_by_password",
            "Prove that it is you; it lasts five minutes. Staff use their second factor.",
            {"password": TEXT},
        ),
    ),
    door(
        "auth/2fa/reauthenticate",
        entering.MFAReauthenticationView,
        post=("prove_by_code", "Prove that it is you with a code of the second factor.", CODE),
    ),
    door(
        "auth/webauthn/reauthenticate",
        entering.PasskeyReauthenticationView,
        get=("prove_by_passkey_options", ASK),
        post=("prove_by_passkey", "Prove that it is you with a passkey.", PASSKEY),
    ),
    door(
        FACTORS,
        keeping.AuthenticatorListView,
        get=("authenticators", "Your second factors, with when each was last used."),
    ),
    door(
        f"{FACTORS}/totp",
        keeping.App,
        get=("app", "The authenticator app; 404 with a new key in `meta` while there is none."),
        post=("app_set_up", "Turn the new one on with its first code.", CODE),
        delete=("app_remove", "Remove it; 409 for who may not be without a factor."),
    ),
    door(
        f"{FACTORS}/recovery-codes",
        keeping.RecoveryCodesView,
        get=("recovery_codes", "How many are left; the codes themselves the first time."),
        post=("recovery_codes_new", "New ones, shown in this answer alone; the old ones stop."),
    ),
    door(
        f"{FACTORS}/webauthn",
        keeping.PasskeysView,
        get=("passkey_add_options", "What to hand to the device to make a passkey."),
        post=("passkey_add", "Add a passkey.", {"name": TEXT, **PASSKEY}),
        put=("passkey_rename", "Rename a passkey.", {"id": {"type": "integer"}, "name": TEXT}),
        delete=("passkey_remove", "Remove passkeys by their ids.", {"authenticators": MANY}),
    ),
]
GOOGLE = door(
    "auth/provider/token",
    entering.GoogleLoginView,
    post=(
        "google",
        "Log in with an ID token that Google gave the app: `provider` is google, `process` is "
        "login, `token` is an object of `client_id` and `id_token`.",
        {"provider": TEXT, "process": TEXT, "token": THING},
    ),
)


def open_doors() -> list[Door]:
    """Google's only when it is configured."""
    return [*DOORS, GOOGLE] if settings.HITOUCH_GOOGLE else DOORS


def documented() -> dict[str, Any]:
    """The paths of an OpenAPI document."""
    return {
        PREFIX + one.path: {
            method: says.operation(is_open=one.is_open) for method, says in one.says.items()
        }
        for one in open_doors()
    }
