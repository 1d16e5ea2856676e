"""Where an agent's money goes, for programs."""

from typing import cast

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.audience import IsAgent, agent_of
from accounts.models import Agent, User
from accounts.proof import require_proof
from hitouch.core.api import bound
from onboarding import branches, forms, payee_rules, queries, services
from onboarding.api import bank_shapes as shapes
from onboarding.api import in_address


def _told(agent: Agent) -> Response:
    standing = queries.standing_of(agent, timezone.now())
    if standing is None:
        raise Http404
    return Response(shapes.BankAccountOut(standing).data)


class BankAccountView(APIView):
    """The account that an agent's money goes to."""

    permission_classes = [IsAgent]

    @extend_schema(responses=shapes.BankAccountOut)
    def get(self, request: Request) -> Response:
        """The account, masked; 404 when there is none."""
        return _told(agent_of(request))

    @extend_schema(request=shapes.BankAccountIn, responses=shapes.BankAccountOut)
    def put(self, request: Request) -> Response:
        """Keep a new version and have it tested. Needs a fresh proof of who asks."""
        now = timezone.now()
        require_proof(request, now)
        agent = agent_of(request)
        facts = bound(forms.BankAccountForm, request).cleaned_data
        services.save_bank_account(agent=agent, by=cast(User, request.user), at=now, **facts)
        return _told(agent)


class NotMeView(APIView):
    """“This was not me.”"""

    permission_classes = [IsAgent]

    @extend_schema(request=None, responses=shapes.BankAccountOut)
    def post(self, request: Request) -> Response:
        """Stop all payments until a colleague has talked to the agent."""
        agent, by = agent_of(request), cast(User, request.user)
        services.stop_own_payments(agent=agent, by=by, at=timezone.now())
        return _told(agent)


class BranchView(APIView):
    """Whose branch an IFSC names."""

    permission_classes = [IsAgent]
    operation_ids = {"get": "bank_branch"}

    @extend_schema(responses=shapes.BranchOut, parameters=[in_address.IFSC])
    def get(self, request: Request, ifsc: str) -> Response:
        """The bank's name; 404 when no branch has this IFSC."""
        plain = payee_rules.plain_ifsc(ifsc)
        bank = branches.bank_of(plain)
        if bank is None:
            raise Http404
        return Response(shapes.BranchOut({"ifsc": plain, "bank": bank}).data)
