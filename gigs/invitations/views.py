"""Pages of invitations for agents."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AgentRequest, for_agents
from gigs import view_helpers
from gigs.invitations import services as invitations
from gigs.invitations.forms import DeclineInvitationForm
from hitouch.core.web.query import PageNumberForm, query_parameters


@require_safe
@for_agents
@query_parameters(PageNumberForm)
def received(request: AgentRequest) -> HttpResponse:
    """The agent's invitations, and the clients that are blocked."""
    rows = invitations.invitations_of(request.agent).order_by("-created_at", "pk")
    facts = {
        "page": view_helpers.paginate(request, rows),
        "blocked": invitations.blocked_clients_of(request.agent),
        "reference": request.agent.pk,
    }
    return render(request, "gigs/invitations/invitations.html", facts)


@require_POST
@for_agents
def decline(request: AgentRequest, invitation_id: UUID) -> HttpResponse:
    """Decline an invitation."""
    found = get_object_or_404(invitations.invitations_of(request.agent), pk=invitation_id)
    form = DeclineInvitationForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The reason is too long.")
        return redirect("gigs:invitations")
    view_helpers.call_and_report(
        request,
        "Invitation declined.",
        lambda: invitations.decline(
            invitation=found, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    return redirect("gigs:invitations")


@require_POST
@for_agents
def block(request: AgentRequest, invitation_id: UUID) -> HttpResponse:
    """Decline all invitations of a client, and take none any more."""
    found = get_object_or_404(invitations.invitations_of(request.agent), pk=invitation_id)
    client = found.opportunity.client
    view_helpers.call_and_report(
        request,
        f"You get no more invitations from {client}.",
        lambda: invitations.block_client(
            agent=request.agent, client=client, by=request.user, at=timezone.now()
        ),
    )
    return redirect("gigs:invitations")


@require_POST
@for_agents
def unblock(request: AgentRequest, blocked_id: UUID) -> HttpResponse:
    """Take invitations from a client again."""
    found = get_object_or_404(invitations.blocked_clients_of(request.agent), pk=blocked_id)
    invitations.unblock_client(blocked=found)
    messages.success(request, f"{found.client} can invite you again.")
    return redirect("gigs:invitations")
