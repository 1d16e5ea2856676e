"""URLs of the pages. Of allauth's pages only log-in stages and second factors are included.

URL names without a namespace are those that allauth itself reverses.
"""

from allauth.account import views as allauth_views
from allauth.mfa.base import views as factor_views
from allauth.mfa.recovery_codes import views as recovery_views
from django.conf import settings
from django.urls import include, path

from accounts.authentication.views import contacts, login, passwords, reauthentication, signup
from accounts.consents import views as consents_views
from accounts.google import urls as google_urls
from accounts.inbox import views as inbox_views
from accounts.mfa import views as mfa_views
from accounts.mfa.decorators import fresh_factor_required
from accounts.permissions import for_everyone, for_users
from accounts.privacy import views as privacy_views
from accounts.sessions import views as sessions_views

FACTOR = "account/second-factor/"
pages = [
    path("sign-up/", signup.sign_up, name="sign-up"),
    path("sign-up/code/", signup.type_code, name="sign-up-code"),
    path("sign-up/code/again/", signup.send_again, name="sign-up-again"),
    path("sign-up/password/", signup.set_password, name="sign-up-password"),
    path("log-in/by-code/", login.ask_for_code, name="log-in-by-code"),
    path("log-in/code/", login.type_code, name="log-in-code"),
    path("log-in/code/again/", login.send_again, name="log-in-again"),
    path("reset/", passwords.reset, name="reset"),
    path("reset/code/", passwords.type_code, name="reset-code"),
    path("reset/code/again/", passwords.send_again, name="reset-again"),
    path("reset/password/", passwords.set_password, name="reset-password"),
    path("account/", sessions_views.account, name="account"),
    path("account/activity/", sessions_views.activity, name="activity"),
    path("account/contacts/", contacts.contacts, name="contacts"),
    path("account/contacts/code/", contacts.contacts_code, name="contacts-code"),
    path("account/contacts/code/again/", contacts.contacts_again, name="contacts-again"),
    path("account/password/", passwords.password, name="password"),
    path("account/sessions/end/", sessions_views.end_sessions, name="end-sessions"),
    path("account/sessions/<slug:sign_in>/end/", sessions_views.end_session, name="end-session"),
    path("account/is-it-you/code/send/", reauthentication.send_code, name="step-up"),
    path("account/is-it-you/code/", reauthentication.type_code, name="step-up-code"),
    path("account/is-it-you/code/again/", reauthentication.send_again, name="step-up-again"),
    path("account/agree/", consents_views.agree, name="agree"),
    path("account/consents/", consents_views.all_consents, name="consents"),
    path("account/consents/give/", consents_views.give_consent, name="consent-give"),
    path("account/consents/withdraw/", consents_views.withdraw_consent, name="consent-withdraw"),
    path("account/notices/", inbox_views.notices, name="notices"),
    path("account/notices/read/", inbox_views.read_all, name="notices-read"),
    path("account/notices/<uuid:notice_id>/open/", inbox_views.open_notice, name="notice-open"),
    path("account/notices/preferences/", inbox_views.notice_preferences, name="notice-preferences"),
    path("stop-mails/<str:token>/", inbox_views.stop_mails, name="stop-mails"),
    path("account/data/", privacy_views.data, name="data"),
    path("account/data/download/", privacy_views.download, name="data-download"),
    path("account/data/files/", privacy_views.download_files, name="data-files"),
    path("account/close/", privacy_views.close, name="close"),
    path("account/close/take-back/", privacy_views.cancel_closing, name="close-take-back"),
    path(FACTOR, mfa_views.overview, name="second-factor"),
]
urlpatterns = [
    path("", include((pages, "accounts"))),
    path("log-in/", login.log_in, name="account_login"),
    path("log-out/", login.log_out, name="account_logout"),
    path(
        "log-in/not-active/", for_everyone(allauth_views.account_inactive), name="account_inactive"
    ),
    path("log-in/passkey/", mfa_views.log_in_with_passkey, name="mfa_login_webauthn"),
    path(
        "log-in/second-factor/",
        for_everyone(mfa_views.MFAChallengeView.as_view()),
        name="mfa_authenticate",
    ),
    path(
        "account/is-it-you/",
        reauthentication.reauthenticate,
        name="account_reauthenticate",
    ),
    path(FACTOR, mfa_views.overview, name="mfa_index"),
    path(FACTOR, mfa_views.overview, name="mfa_list_webauthn"),
    path(f"{FACTOR}confirm/", for_users(factor_views.reauthenticate), name="mfa_reauthenticate"),
    path(
        f"{FACTOR}confirm/passkey/",
        for_users(mfa_views.ReauthenticatePasskeyView.as_view()),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        f"{FACTOR}set-up/",
        for_users(fresh_factor_required(mfa_views.SetUpTOTPView.as_view())),
        name="mfa_activate_totp",
    ),
    path(f"{FACTOR}remove/", mfa_views.remove, name="mfa_deactivate_totp"),
    path(
        f"{FACTOR}passkeys/add/",
        for_users(fresh_factor_required(mfa_views.AddPasskey.as_view())),
        name="mfa_add_webauthn",
    ),
    path(f"{FACTOR}passkeys/<int:pk>/", mfa_views.rename, name="mfa_edit_webauthn"),
    path(f"{FACTOR}passkeys/<int:pk>/remove/", mfa_views.remove, name="mfa_remove_webauthn"),
    path(
        f"{FACTOR}recovery-codes/",
        for_users(fresh_factor_required(recovery_views.view_recovery_codes)),
        name="mfa_view_recovery_codes",
    ),
    path(
        f"{FACTOR}recovery-codes/new/",
        for_users(fresh_factor_required(recovery_views.generate_recovery_codes)),
        name="mfa_generate_recovery_codes",
    ),
]


if settings.HITOUCH_GOOGLE:
    urlpatterns += google_urls.urlpatterns
