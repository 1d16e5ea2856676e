"""URLs of the accounts API below `/api/v1/`."""

from django.urls import include, path

from accounts.access import api as access_api
from accounts.authentication.api import contacts, login, passwords, reauthentication, signup
from accounts.consents import api as consents_api
from accounts.inbox import api as inbox_api
from accounts.oauth import api as oauth_api
from accounts.privacy import api as privacy_api
from accounts.sessions import api as sessions_api
from accounts.staff import api as staff_api

app_name = "accounts"
CHANGE, ACCOUNT = "staff/access-changes/<uuid:pk>/", "staff/accounts/<uuid:pk>/"
urlpatterns = [
    path("auth/app/", include("accounts.headless.urls")),
    path("oauth/token", oauth_api.OAuthTokenView.as_view(), name="oauth-token"),
    path("oauth/revoke", oauth_api.OAuthRevokeView.as_view(), name="oauth-revoke"),
    path("auth/sign-up/code/", signup.SignUpCodeView.as_view(), name="sign-up-code"),
    path("auth/sign-up/confirm/", signup.SignUpConfirmView.as_view(), name="sign-up-confirm"),
    path("auth/sign-up/password/", signup.SignUpPasswordView.as_view(), name="sign-up-password"),
    path("auth/log-in/code/", login.LoginCodeView.as_view(), name="log-in-code"),
    path("auth/tokens/", login.TokenObtainView.as_view(), name="log-in"),
    path("auth/tokens/refresh/", login.TokenRefreshView.as_view(), name="refresh"),
    path("auth/tokens/revoke/", login.TokenRevokeView.as_view(), name="revoke"),
    path("auth/reset/code/", passwords.ResetCodeView.as_view(), name="reset-code"),
    path("auth/reset/confirm/", passwords.ResetConfirmView.as_view(), name="reset-confirm"),
    path("auth/reset/password/", passwords.ResetPasswordView.as_view(), name="reset-password"),
    path("me/", login.MeView.as_view(), name="me"),
    path("me/contacts/code/", contacts.ContactCodeView.as_view(), name="contact-code"),
    path("me/contacts/confirm/", contacts.ContactConfirmView.as_view(), name="contact-confirm"),
    path("me/proof/code/", reauthentication.ReauthenticationCodeView.as_view(), name="proof-code"),
    path("me/proof/", reauthentication.ReauthenticationView.as_view(), name="proof"),
    path("me/consents/", consents_api.ConsentListView.as_view(), name="consents"),
    path(
        "me/consents/withdraw/", consents_api.WithdrawConsentView.as_view(), name="consent-withdraw"
    ),
    path("me/notices/", inbox_api.NoticeListView.as_view(), name="notices"),
    path("me/notices/unread/", inbox_api.UnreadNoticesView.as_view(), name="notices-unread"),
    path("me/notices/read/", inbox_api.ReadNoticesView.as_view(), name="notices-read"),
    path(
        "me/notices/<uuid:notice_id>/read/", inbox_api.ReadNoticeView.as_view(), name="notice-read"
    ),
    path(
        "me/notice-preferences/",
        inbox_api.NoticePreferencesView.as_view(),
        name="notice-preferences",
    ),
    path(
        "me/notice-preferences/<slug:category>/",
        inbox_api.NoticeChoiceView.as_view(),
        name="notice-choice",
    ),
    path("me/export/", privacy_api.DataExportView.as_view(), name="export"),
    path("me/export/files/", privacy_api.FileExportView.as_view(), name="export-files"),
    path("me/closing/", privacy_api.ClosingView.as_view(), name="closing"),
    path(
        "me/closing/take-back/", privacy_api.CancelClosingView.as_view(), name="closing-take-back"
    ),
    path("me/password/", passwords.ChangePasswordView.as_view(), name="password"),
    path("me/sessions/", sessions_api.SessionListView.as_view(), name="sessions"),
    path("me/sessions/end-others/", sessions_api.OtherSessionsView.as_view(), name="sessions-end"),
    path("me/sessions/<slug:sign_in>/", sessions_api.SessionDetailView.as_view(), name="session"),
    path("staff/access-changes/", access_api.AccessChangesView.as_view(), name="access-changes"),
    path(CHANGE, access_api.AccessChangeView.as_view(), name="access-change"),
    path(f"{CHANGE}approve/", access_api.AccessApproveView.as_view(), name="access-approve"),
    path(f"{CHANGE}decline/", access_api.AccessDeclineView.as_view(), name="access-decline"),
    path(f"{CHANGE}withdraw/", access_api.AccessWithdrawView.as_view(), name="access-withdraw"),
    path(f"{ACCOUNT}suspend/", staff_api.SuspendView.as_view(), name="staff-suspend"),
    path(f"{ACCOUNT}reactivate/", staff_api.ReactivateView.as_view(), name="staff-reactivate"),
    path(f"{ACCOUNT}roles/", staff_api.RolesView.as_view(), name="staff-roles"),
    path(
        f"{ACCOUNT}reset-factors/",
        staff_api.ResetFactorsView.as_view(),
        name="staff-reset-factors",
    ),
    path("me/activity/", sessions_api.ActivityView.as_view(), name="activity"),
]
