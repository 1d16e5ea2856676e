"""The page of a slot for its client: change the seats, or cancel it, with the cost before."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from gigs import view_helpers
from gigs.cancellations import services as slot_changes
from gigs.cancellations.forms import SeatsForm, SeatsQuery
from gigs.cancellations.services import SeatChange
from gigs.clients.permissions import MANAGERS, MemberRequest, for_members
from gigs.engagements import late_cancellation
from gigs.models import Slot
from gigs.slots import queries as slot_queries
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from hitouch.core.web.query import query_parameters
from hitouch.core.web.views import form_page


@form_page
@for_members(*MANAGERS)
@query_parameters(SeatsQuery)
def slot(request: MemberRequest, slot_id: UUID) -> HttpResponse:
    """The seats of a slot, what another number would cost now, and the form to confirm it."""
    found = get_object_or_404(slot_queries.slots_for(request.member.client), pk=slot_id)
    if request.method == "POST":
        form = SeatsForm(request.POST)
        if form.is_valid() and _change(request, found, form):
            return redirect("gigs:client-opportunity", found.opportunity_id)
        return _slot_page(request, found, form.cleaned_data.get("seats"), form)
    query = SeatsQuery(request.GET)
    seats = query.cleaned_data["seats"] if query.is_valid() else None
    return _slot_page(request, found, seats, SeatsForm())


def _change(request: MemberRequest, slot: Slot, form: SeatsForm) -> bool:
    """Change the seats. A refusal is shown as a message, since the cost is read anew."""
    done = "Done. Agents who lost a seat have been told."
    return view_helpers.call_and_report(
        request,
        done,
        lambda: slot_changes.change_seats(
            slot=slot,
            seats=form.cleaned_data["seats"],
            why=form.cleaned_data["reason"],
            cost_paise=form.cleaned_data["cost_paise"],
            by=request.user,
            at=timezone.now(),
        ),
        form=form,
    )


def _slot_page(
    request: MemberRequest, slot: Slot, seats: int | None, form: SeatsForm
) -> HttpResponse:
    """The page; with a number of seats also what it would do, to be confirmed."""
    change: SeatChange | None = None
    slot.refresh_from_db(fields=["taken", "capacity", "cancelled_at"])
    if seats is not None:
        try:
            change = slot_changes.seat_change(slot, seats=seats, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        form.fields["reason"].required = seats < slot.capacity
    now = timezone.now()
    facts = {
        "slot": slot,
        "change": change,
        "form": form,
        "claims": slot.claims.select_related("agent__user").order_by("created_at", "pk"),
        "is_open": not slot.cancelled_at and now < slot.ends_at,
        "rule": late_cancellation.rule_on(day_of(now)),
    }
    return render(request, "gigs/cancellations/client_slot.html", facts)
