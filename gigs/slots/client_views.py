"""The page of one opportunity for its client, with the form to add slots."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gigs import view_helpers
from gigs.applications import queries as application_queries
from gigs.clients.permissions import MANAGERS, MemberRequest, for_members
from gigs.models import Opportunity, Slot
from gigs.opportunities import queries as opportunity_queries
from gigs.slots import services as slot_services
from gigs.slots.forms import SlotForm


@require_safe
@for_members()
def opportunity(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """One opportunity: its state, its slots and its applications."""
    found = get_object_or_404(
        opportunity_queries.opportunities_of(request.member.client), pk=opportunity_id
    )
    return _opportunity_page(request, found, SlotForm())


def _opportunity_page(request: MemberRequest, found: Opportunity, form: SlotForm) -> HttpResponse:
    applications = application_queries.applications_for(request.member.client).filter(
        opportunity=found
    )
    slots = (
        Slot.objects.filter(opportunity=found).upcoming(timezone.now()).order_by("starts_at", "pk")
    )
    facts = {
        "opportunity": found,
        "page": view_helpers.paginate(request, slots),
        "applications": applications.order_by("-score", "created_at")[:50],
        "member": request.member,
        "form": form,
    }
    return render(request, "gigs/slots/client_opportunity.html", facts)


@require_POST
@for_members(*MANAGERS)
def add_slot(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Add a slot with a number of seats."""
    found = get_object_or_404(
        opportunity_queries.opportunities_of(request.member.client), pk=opportunity_id
    )
    form = SlotForm(request.POST)
    now = timezone.now()
    slot = view_helpers.save_form(
        form, lambda: slot_services.add_slot(opportunity=found, now=now, **form.cleaned_data)
    )
    if slot is None:
        return _opportunity_page(request, found, form)
    messages.success(request, "Shift added.")
    return redirect("gigs:client-opportunity", found.pk)
