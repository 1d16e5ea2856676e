"""Looking after one's second factors."""

from collections.abc import Iterable
from typing import Any, ClassVar

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.headless.internal.restkit.response import APIResponse
from allauth.headless.mfa import response, views
from allauth.headless.mfa.inputs import DeleteWebAuthnInput
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import factors, services
from accounts.app_api import inputs
from accounts.app_api.bases import ForPeople
from accounts.audience import authenticated_user


class AuthenticatorListView(ForPeople, views.AuthenticatorsView):
    """All second factors."""


class App(ForPeople, views.ManageTOTPView):
    """The authenticator app."""

    input_class: ClassVar[Any] = {"POST": inputs.SetUpAppInput}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Turn it on; one that there was makes room."""
        raise_if_reauthentication_required(request, app="allauth.mfa")
        with transaction.atomic():
            services.forget_app(
                user=authenticated_user(request), at=timezone.now(), with_codes=False
            )
            return super().post(request, *args, **kwargs)

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remove it, unless the account may not be without."""
        app = factors.factors_of(authenticated_user(request)).app
        _remove(request, [app] if app else [])
        return APIResponse(request)


class RecoveryCodesView(ForPeople, views.ManageRecoveryCodesView):
    """The recovery codes."""


class PasskeysView(ForPeople, views.ManageWebAuthnView):
    """The passkeys."""

    input_class: ClassVar[Any] = {
        "POST": inputs.AddPasskeyInput,
        "PUT": inputs.RenameInput,
        "DELETE": DeleteWebAuthnInput,
    }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What to ask the device for; ours all live on it and ask for a finger."""
        raise_if_reauthentication_required(request, app="allauth.mfa")
        options = webauthn.begin_registration(request.user, passwordless=True)
        return response.AddWebAuthnResponse(request, options)

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remove some, but for the last one of somebody who has to have one."""
        _remove(request, self.input.cleaned_data["authenticators"])
        return APIResponse(request)


def _remove(request: HttpRequest, going: Iterable[Authenticator]) -> None:
    raise_if_reauthentication_required(request, app="allauth.mfa")
    user, now = authenticated_user(request), timezone.now()
    with transaction.atomic():
        for factor in going:
            services.remove_factor(user=user, factor_id=factor.pk, at=now)
