"""API of agreements, for agents."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import network
from accounts.api_views import AgentAPIView
from hitouch.core.api import bound
from onboarding import forms, services
from onboarding.api import asked, shapes
from onboarding.api.guard import OnStep
from onboarding.models import AgreementTemplate


class AgreementsView(AgentAPIView):
    """The agreements."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(responses=shapes.AgreementsOut)
    def get(self, request: Request) -> Response:
        """Agreements to sign, exactly as they will be signed, and signatures so far.

        Asking for them opens them: they are read from then on.
        """
        agent = self.agent
        readings = services.open_texts(agent=agent, at=timezone.now())
        return Response(shapes.agreements_of(agent, readings))


class ReadView(AgentAPIView):
    """Reading an agreement."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(request=asked.ReadIn, responses=shapes.ReadingOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Mark an agreement as read. 409 `read_too_fast` says how long to wait."""
        template = get_object_or_404(AgreementTemplate, pk=pk)
        seen = bound(forms.ReadForm, request).cleaned_data["seen"]
        reading = services.finish_reading(
            agent=self.agent, template=template, at=timezone.now(), seen=seen
        )
        return Response(shapes.ReadingOut(reading).data)


class SigningCodeView(AgentAPIView):
    """The code to sign with."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(request=asked.SigningCodeIn, responses={202: shapes.SentOut})
    def post(self, request: Request) -> Response:
        """Send a code to sign the agreements as they are now."""
        sent_to = services.send_signing_code(
            agent=self.agent,
            channel=bound(forms.SigningCodeForm, request).cleaned_data["channel"],
            at=timezone.now(),
            ip=network.address_of(request),
        )
        return Response(shapes.SentOut({"sent_to": sent_to}).data, status=202)


class SignView(AgentAPIView):
    """Signing."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(request=asked.SignAgreementsIn, responses={201: shapes.AgreementsOut})
    def post(self, request: Request) -> Response:
        """Sign all remaining agreements, each accepted by its ID."""
        agent = self.agent
        services.sign_agreements(
            agent=agent,
            at=timezone.now(),
            ip=network.address_of(request),
            user_agent=request.headers.get("User-Agent", ""),
            **bound(forms.SignForm, request).cleaned_data,
        )
        return Response(shapes.agreements_of(agent, []), status=201)
