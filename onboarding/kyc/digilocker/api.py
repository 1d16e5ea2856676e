"""API of DigiLocker: start a session, return from DigiLocker, read the status."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from accounts.models import Agent, Consent
from accounts.security import origin
from accounts.sessions.login import login_id_of
from hitouch.core.api.forms import validated_form
from onboarding.kyc.digilocker import forms, queries, serializers, services
from onboarding.steps.permissions import OnStep


def _status(agent: Agent, **more: Any) -> dict[str, Any]:
    visit = queries.digilocker_status_of(agent, timezone.now())
    facts = {"is_here": queries.is_digilocker_available(), "visit": visit, **more}
    return serializers.DigiLockerOut(facts).data


class DigiLockerView(AgentAPIView):
    """The agent's latest DigiLocker session."""

    permission_classes = [OnStep.of("kyc")]
    operation_ids = {"post": "digilocker_start", "delete": "digilocker_stop"}

    @extend_schema(responses=serializers.DigiLockerOut)
    def get(self, request: Request) -> Response:
        """The session's status, and whether DigiLocker is available."""
        return Response(_status(self.agent))

    @extend_schema(
        request=serializers.DigiLockerStartIn, responses={201: serializers.DigiLockerBegunOut}
    )
    def post(self, request: Request) -> Response:
        """Start a session. Open the URL in a browser, then send back what it returns with.

        It lasts half an hour and can only be completed in this login. An earlier session ends.
        """
        agent = self.agent
        started = services.start_session(
            agent=agent,
            agreed=validated_form(forms.DigiLockerStartForm, request).cleaned_data["agreed"],
            log_in=login_id_of(request),
            back=request.build_absolute_uri(reverse("onboarding:digilocker-callback")),
            where=Consent.Where.API,
            network=origin.origin_of(request).network,
            at=timezone.now(),
        )
        facts = {"authorize_url": started.authorize_url, "expires_at": started.session.expires_at}
        return Response(serializers.DigiLockerBegunOut(facts).data, status=201)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Cancel the session, to upload photos instead."""
        by = self.user
        services.cancel_session(agent=self.agent, by=by, at=timezone.now())
        return Response(status=204)


class DigiLockerReturnView(AgentAPIView):
    """Returning from DigiLocker."""

    permission_classes = [OnStep.of("kyc")]

    @extend_schema(request=serializers.DigiLockerReturnIn, responses=serializers.DigiLockerOut)
    def post(self, request: Request) -> Response:
        """Send the redirect parameters of DigiLocker, once: `state` with `code` or `error`."""
        parameters = validated_form(forms.DigiLockerReturnForm, request).cleaned_data
        agent = self.agent
        services.handle_callback(
            agent=agent, log_in=login_id_of(request), at=timezone.now(), **parameters
        )
        return Response(_status(agent))
