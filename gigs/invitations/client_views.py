"""Pages on which a client finds and invites agents."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Agent
from gigs import view_helpers
from gigs.clients.permissions import MANAGERS, MemberRequest, for_members
from gigs.invitations import services as invitations
from gigs.invitations.forms import InviteForm
from gigs.models import Opportunity
from gigs.opportunities import queries as opportunity_queries
from gigs.opportunities import ranking


@require_safe
@for_members()
def agents(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """The best agents for an opportunity, and those who are invited."""
    return _agents_page(request, _own(request, opportunity_id), InviteForm())


def _own(request: MemberRequest, opportunity_id: UUID) -> Opportunity:
    mine = opportunity_queries.opportunities_of(request.member.client)
    return get_object_or_404(mine, pk=opportunity_id)


def _agents_page(request: MemberRequest, found: Opportunity, form: InviteForm) -> HttpResponse:
    sent = invitations.invitations_for(request.member.client).filter(opportunity=found)
    facts = {
        "agents": ranking.best_agents(found, now=timezone.now()),
        "opportunity": found,
        "invitations": sent.order_by("-created_at", "pk")[:100],
        "can_invite": request.member.may_change and found.takes_applications(timezone.now()),
        "form": form,
        "member": request.member,
    }
    return render(request, "gigs/invitations/client_agents.html", facts)


@require_POST
@for_members(*MANAGERS)
def invite(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Invite an agent to apply."""
    found, form = _own(request, opportunity_id), InviteForm(request.POST)
    if not form.is_valid():
        return _agents_page(request, found, form)
    agent = get_object_or_404(Agent, pk=form.cleaned_data["agent"])
    view_helpers.call_and_report(
        request,
        "Invitation sent.",
        lambda: invitations.invite(
            opportunity=found, agent=agent, by=request.user, at=timezone.now()
        ),
    )
    return redirect("gigs:client-agents", found.pk)


@require_POST
@for_members(*MANAGERS)
def revoke(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    mine = invitations.invitations_for(request.member.client)
    found = get_object_or_404(mine, pk=invitation_id)
    view_helpers.call_and_report(
        request,
        "Invitation taken back.",
        lambda: invitations.revoke(invitation=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-agents", found.opportunity_id)
