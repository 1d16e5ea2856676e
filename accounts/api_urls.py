"""Addresses of the API."""

from django.urls import include, path

from accounts.api import auth, life, me, oauth, proof, security, tokens

app_name = "accounts"

urlpatterns = [
    path("auth/app/", include("accounts.app_api.urls")),
    path("oauth/token", oauth.OAuthTokenView.as_view(), name="oauth-token"),
    path("oauth/revoke", oauth.OAuthRevokeView.as_view(), name="oauth-revoke"),
    path("auth/sign-up/code/", auth.SignUpCodeView.as_view(), name="sign-up-code"),
    path("auth/sign-up/confirm/", auth.SignUpConfirmView.as_view(), name="sign-up-confirm"),
    path("auth/sign-up/password/", auth.SignUpPasswordView.as_view(), name="sign-up-password"),
    path("auth/log-in/code/", tokens.LoginCodeView.as_view(), name="log-in-code"),
    path("auth/tokens/", tokens.TokenObtainView.as_view(), name="log-in"),
    path("auth/tokens/refresh/", tokens.TokenRefreshView.as_view(), name="refresh"),
    path("auth/tokens/revoke/", tokens.TokenRevokeView.as_view(), name="revoke"),
    path("auth/reset/code/", auth.ResetCodeView.as_view(), name="reset-code"),
    path("auth/reset/confirm/", auth.ResetConfirmView.as_view(), name="reset-confirm"),
    path("auth/reset/password/", auth.ResetPasswordView.as_view(), name="reset-password"),
    path("me/", me.MeView.as_view(), name="me"),
    path("me/contacts/code/", me.ContactCodeView.as_view(), name="contact-code"),
    path("me/contacts/confirm/", me.ContactConfirmView.as_view(), name="contact-confirm"),
    path("me/proof/code/", proof.ReauthenticationCodeView.as_view(), name="proof-code"),
    path("me/proof/", proof.ReauthenticationView.as_view(), name="proof"),
    path("me/consents/", life.ConsentListView.as_view(), name="consents"),
    path("me/consents/withdraw/", life.WithdrawConsentView.as_view(), name="consent-withdraw"),
    path("me/export/", life.DataExportView.as_view(), name="export"),
    path("me/export/files/", life.FileExportView.as_view(), name="export-files"),
    path("me/closing/", life.ClosingView.as_view(), name="closing"),
    path("me/closing/take-back/", life.CancelClosingView.as_view(), name="closing-take-back"),
    path("me/password/", me.ChangePasswordView.as_view(), name="password"),
    path("me/sessions/", security.SessionListView.as_view(), name="sessions"),
    path("me/sessions/end-others/", security.OtherSessionsView.as_view(), name="sessions-end"),
    path("me/sessions/<slug:sign_in>/", security.SessionDetailView.as_view(), name="session"),
    path("me/activity/", security.ActivityView.as_view(), name="activity"),
]
