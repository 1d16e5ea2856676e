"""Addresses of the API."""

from django.urls import include, path

from accounts.api import auth, life, me, oauth, proof, security, tokens

app_name = "accounts"

urlpatterns = [
    path("auth/app/", include("accounts.app_api.urls")),
    path("oauth/token", oauth.OAuthToken.as_view(), name="oauth-token"),
    path("oauth/revoke", oauth.OAuthRevoke.as_view(), name="oauth-revoke"),
    path("auth/sign-up/code/", auth.SignUpCode.as_view(), name="sign-up-code"),
    path("auth/sign-up/confirm/", auth.SignUpConfirm.as_view(), name="sign-up-confirm"),
    path("auth/sign-up/password/", auth.SignUpPassword.as_view(), name="sign-up-password"),
    path("auth/log-in/code/", tokens.LogInCode.as_view(), name="log-in-code"),
    path("auth/tokens/", tokens.LogIn.as_view(), name="log-in"),
    path("auth/tokens/refresh/", tokens.Refresh.as_view(), name="refresh"),
    path("auth/tokens/revoke/", tokens.Revoke.as_view(), name="revoke"),
    path("auth/reset/code/", auth.ResetCode.as_view(), name="reset-code"),
    path("auth/reset/confirm/", auth.ResetConfirm.as_view(), name="reset-confirm"),
    path("auth/reset/password/", auth.ResetPassword.as_view(), name="reset-password"),
    path("me/", me.Me.as_view(), name="me"),
    path("me/contacts/code/", me.ContactCode.as_view(), name="contact-code"),
    path("me/contacts/confirm/", me.ContactConfirm.as_view(), name="contact-confirm"),
    path("me/proof/code/", proof.ProofCode.as_view(), name="proof-code"),
    path("me/proof/", proof.Proof.as_view(), name="proof"),
    path("me/consents/", life.Consents.as_view(), name="consents"),
    path("me/consents/withdraw/", life.WithdrawConsent.as_view(), name="consent-withdraw"),
    path("me/export/", life.Export.as_view(), name="export"),
    path("me/export/files/", life.ExportFiles.as_view(), name="export-files"),
    path("me/closing/", life.Closing.as_view(), name="closing"),
    path("me/closing/take-back/", life.TakeBack.as_view(), name="closing-take-back"),
    path("me/password/", me.Password.as_view(), name="password"),
    path("me/sessions/", security.Sessions.as_view(), name="sessions"),
    path("me/sessions/end-others/", security.OtherSessions.as_view(), name="sessions-end"),
    path("me/sessions/<slug:sign_in>/", security.Session.as_view(), name="session"),
    path("me/activity/", security.Activity.as_view(), name="activity"),
]
