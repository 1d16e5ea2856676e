"""Pages of gigs for the client."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gigs import view_helpers
from gigs.clients.permissions import MANAGERS, MemberRequest, for_members
from gigs.engagements import queries as gig_queries
from gigs.engagements import services as gig_services


@require_safe
@for_members()
def gigs(request: MemberRequest) -> HttpResponse:
    """Gigs at the client."""
    rows = gig_queries.gigs_for(request.member.client).order_by("-created_at", "pk")
    facts = {"page": view_helpers.paginate(request, rows), "member": request.member}
    return render(request, "gigs/engagements/client_gigs.html", facts)


@require_POST
@for_members(*MANAGERS)
def complete_gig(request: MemberRequest, gig_id: UUID) -> HttpResponse:
    """Complete a gig."""
    found = get_object_or_404(gig_queries.gigs_for(request.member.client), pk=gig_id)
    view_helpers.call_and_report(
        request,
        "Gig completed.",
        lambda: gig_services.complete_gig(gig=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-gigs")
