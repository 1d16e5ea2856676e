"""Agreements and the bank account, for agents."""

from typing import cast

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import network
from accounts.audience import IsAgent, agent_of
from accounts.models import User
from hitouch.core.api import bound
from onboarding import forms, gates, queries, services
from onboarding.api import asked, shapes
from onboarding.api.guard import OnStep

TAGS = ["Onboarding"]


class AgreementsView(APIView):
    """The agreements."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(responses=shapes.AgreementsOut, operation_id="agreements", tags=TAGS)
    def get(self, request: Request) -> Response:
        """The texts that are left to sign, in full, and the signatures."""
        agent = agent_of(request)
        return Response(shapes.agreements_of(agent, gates.unsigned(agent)))


class SigningCodeView(APIView):
    """The code that signs."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(
        request=asked.SigningCodeIn,
        responses={202: shapes.SentOut},
        operation_id="agreements_code",
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        """Send a code for exactly the texts as they are now."""
        sent_to = services.send_signing_code(
            agent=agent_of(request),
            channel=bound(forms.SigningCodeForm, request).cleaned_data["channel"],
            at=timezone.now(),
            ip=network.address_of(request),
        )
        return Response(shapes.SentOut({"sent_to": sent_to}).data, status=202)


class SignView(APIView):
    """Signing."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(
        request=asked.SignIn,
        responses={201: shapes.AgreementsOut},
        operation_id="agreements_sign",
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        """Sign every text that is left, each accepted by its id."""
        agent = agent_of(request)
        services.sign_agreements(
            agent=agent,
            at=timezone.now(),
            ip=network.address_of(request),
            user_agent=request.headers.get("User-Agent", ""),
            **bound(forms.SignForm, request).cleaned_data,
        )
        return Response(shapes.agreements_of(agent, []), status=201)


class BankAccountView(APIView):
    """The bank account that an agent's money goes to."""

    permission_classes = [IsAgent]

    @extend_schema(responses=shapes.BankAccountOut, operation_id="bank_account", tags=TAGS)
    def get(self, request: Request) -> Response:
        """The account, masked; 404 when there is none."""
        account = queries.bank_account_of(agent_of(request))
        if account is None:
            raise Http404
        return Response(shapes.BankAccountOut(account).data)

    @extend_schema(
        request=asked.BankAccountIn,
        responses=shapes.BankAccountOut,
        operation_id="bank_account_save",
        tags=TAGS,
    )
    def put(self, request: Request) -> Response:
        """Keep a new version; the same account again changes nothing."""
        account = services.save_bank_account(
            agent=agent_of(request),
            by=cast(User, request.user),
            at=timezone.now(),
            **bound(forms.BankAccountForm, request).cleaned_data,
        )
        return Response(shapes.BankAccountOut(account).data)
