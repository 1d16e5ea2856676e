"""Addresses of the pages. Of allauth's pages only the stages and the second factor are here.

Names without a namespace are those that allauth itself looks for.
"""

from allauth.account import views as allauth_views
from allauth.mfa.base import views as factor_views
from allauth.mfa.recovery_codes import views as recovery_views
from django.conf import settings
from django.urls import include, path

from accounts import google_urls
from accounts.audience import for_everyone, for_people
from accounts.proof import needs_proof
from accounts.views import (
    account,
    factors,
    life,
    log_in,
    reauthenticate,
    reset,
    security,
    sign_up,
    step_up,
)

FACTOR = "account/second-factor/"

pages = [
    path("sign-up/", sign_up.sign_up, name="sign-up"),
    path("sign-up/code/", sign_up.type_code, name="sign-up-code"),
    path("sign-up/code/again/", sign_up.send_again, name="sign-up-again"),
    path("sign-up/password/", sign_up.set_password, name="sign-up-password"),
    path("log-in/by-code/", log_in.ask_for_code, name="log-in-by-code"),
    path("log-in/code/", log_in.type_code, name="log-in-code"),
    path("log-in/code/again/", log_in.send_again, name="log-in-again"),
    path("reset/", reset.reset, name="reset"),
    path("reset/code/", reset.type_code, name="reset-code"),
    path("reset/code/again/", reset.send_again, name="reset-again"),
    path("reset/password/", reset.set_password, name="reset-password"),
    path("account/", security.account, name="account"),
    path("account/activity/", security.activity, name="activity"),
    path("account/contacts/", account.contacts, name="contacts"),
    path("account/contacts/code/", account.contacts_code, name="contacts-code"),
    path("account/contacts/code/again/", account.contacts_again, name="contacts-again"),
    path("account/password/", account.password, name="password"),
    path("account/sessions/end/", security.end_sessions, name="end-sessions"),
    path("account/sessions/<slug:sign_in>/end/", security.end_session, name="end-session"),
    path("account/is-it-you/code/send/", step_up.send_code, name="step-up"),
    path("account/is-it-you/code/", step_up.type_code, name="step-up-code"),
    path("account/is-it-you/code/again/", step_up.send_again, name="step-up-again"),
    path("account/agree/", life.agree, name="agree"),
    path("account/consents/", life.all_consents, name="consents"),
    path("account/consents/give/", life.give_consent, name="consent-give"),
    path("account/consents/withdraw/", life.withdraw_consent, name="consent-withdraw"),
    path("account/data/", life.data, name="data"),
    path("account/data/download/", life.download, name="data-download"),
    path("account/data/files/", life.download_files, name="data-files"),
    path("account/close/", life.close, name="close"),
    path("account/close/take-back/", life.take_back, name="close-take-back"),
    path(FACTOR, factors.overview, name="second-factor"),
]

urlpatterns = [
    path("", include((pages, "accounts"))),
    path("log-in/", log_in.log_in, name="account_login"),
    path("log-out/", log_in.log_out, name="account_logout"),
    path(
        "log-in/not-active/", for_everyone(allauth_views.account_inactive), name="account_inactive"
    ),
    path("log-in/passkey/", factors.log_in_with_passkey, name="mfa_login_webauthn"),
    path(
        "log-in/second-factor/",
        for_everyone(factors.GiveFactor.as_view()),
        name="mfa_authenticate",
    ),
    path(
        "account/is-it-you/",
        reauthenticate.reauthenticate,
        name="account_reauthenticate",
    ),
    path(FACTOR, factors.overview, name="mfa_index"),
    path(FACTOR, factors.overview, name="mfa_list_webauthn"),
    path(f"{FACTOR}confirm/", for_people(factor_views.reauthenticate), name="mfa_reauthenticate"),
    path(
        f"{FACTOR}confirm/passkey/",
        for_people(factors.GivePasskeyAgain.as_view()),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        f"{FACTOR}set-up/",
        for_people(needs_proof(factors.SetUpApp.as_view())),
        name="mfa_activate_totp",
    ),
    path(f"{FACTOR}remove/", factors.remove, name="mfa_deactivate_totp"),
    path(
        f"{FACTOR}passkeys/add/",
        for_people(needs_proof(factors.AddPasskey.as_view())),
        name="mfa_add_webauthn",
    ),
    path(f"{FACTOR}passkeys/<int:pk>/", factors.rename, name="mfa_edit_webauthn"),
    path(f"{FACTOR}passkeys/<int:pk>/remove/", factors.remove, name="mfa_remove_webauthn"),
    path(
        f"{FACTOR}recovery-codes/",
        for_people(recovery_views.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        f"{FACTOR}recovery-codes/new/",
        for_people(recovery_views.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
]

if settings.HITOUCH_GOOGLE:
    urlpatterns += google_urls.urlpatterns
