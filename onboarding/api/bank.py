"""API of an agent's bank account or UPI ID."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from accounts.models import Agent
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


class BankAccountView(AgentAPIView):
    """The account an agent is paid to."""

    @extend_schema(responses=shapes.BankAccountOut)
    def get(self, request: Request) -> Response:
        """The account, masked. 404 if there is none."""
        return _told(self.agent)

    @extend_schema(request=shapes.BankAccountIn, responses=shapes.BankAccountOut)
    def put(self, request: Request) -> Response:
        """Add or replace the account and start its verification. Needs recent re-authentication."""
        now = timezone.now()
        require_proof(request, now)
        agent = self.agent
        facts = bound(forms.BankAccountForm, request).cleaned_data
        services.save_bank_account(agent=agent, by=self.user, at=now, **facts)
        return _told(agent)


class NotMeView(AgentAPIView):
    """Reporting an account the agent didn't add."""

    @extend_schema(request=None, responses=shapes.BankAccountOut)
    def post(self, request: Request) -> Response:
        """Put all payments on hold until our team has spoken to the agent."""
        agent, by = self.agent, self.user
        services.stop_own_payments(agent=agent, by=by, at=timezone.now())
        return _told(agent)


class BranchView(AgentAPIView):
    """The bank of an IFSC."""

    operation_ids = {"get": "bank_branch"}

    @extend_schema(responses=shapes.BranchOut, parameters=[in_address.IFSC])
    def get(self, request: Request, ifsc: str) -> Response:
        """The bank's name. 404 if no branch has this IFSC."""
        plain = payee_rules.plain_ifsc(ifsc)
        bank = branches.bank_of(plain)
        if bank is None:
            raise Http404
        return Response(shapes.BranchOut({"ifsc": plain, "bank": bank}).data)
