"""Pages of one opportunity for its client: its slots, and opening them in steps."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gigs import view_helpers
from gigs.applications import queries as application_queries
from gigs.clients.permissions import MANAGERS, MemberRequest, for_members
from gigs.models import Opportunity, Slot
from gigs.opportunities import queries as opportunity_queries
from gigs.slots import openings
from gigs.slots import services as slot_services
from gigs.slots.forms import OpeningForm, SlotForm
from hitouch.core.web.query import PageNumberForm, query_parameters

SERIES_SHOWN = 20


@require_safe
@for_members()
@query_parameters(PageNumberForm)
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
        "series": found.series.order_by("-created_at", "-pk")[:SERIES_SHOWN],
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


@require_http_methods(["GET", "HEAD", "POST"])
@for_members(*MANAGERS)
def open_slots(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Choose slots that open in steps, and how."""
    found = get_object_or_404(
        opportunity_queries.opportunities_of(request.member.client), pk=opportunity_id
    )
    now = timezone.now()
    slots = list(openings.openable_slots(found, now=now))
    initial = {"opens_at": now, "slots": [str(slot.pk) for slot in slots]}
    data = request.POST if request.method == "POST" else None
    form = OpeningForm(data, slots=slots, initial=initial)
    opening = (
        None
        if data is None
        else view_helpers.save_form(
            form,
            lambda: openings.open_in_steps(
                opportunity=found,
                slots=[UUID(slot) for slot in form.cleaned_data["slots"]],
                steps=form.cleaned_steps(),
                by=request.user,
                now=now,
            ),
        )
    )
    if opening:
        messages.success(request, "Opened in steps. Agents are told when their step opens.")
        return redirect("gigs:client-opportunity", found.pk)
    facts = {
        "opportunity": found,
        "form": form,
        "slots": slots,
        "agents": openings.agents_of(found).count(),
        "openings": found.openings.order_by("-created_at")[:10],
    }
    return render(request, "gigs/slots/client_open_slots.html", facts)
