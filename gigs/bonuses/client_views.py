"""The page on which a client raises the bonus of a slot, with the cost before."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from gigs import view_helpers
from gigs.bonuses import services as bonus_services
from gigs.bonuses.forms import BonusForm, RupeesForm
from gigs.clients.permissions import MemberRequest, for_budget_holders
from gigs.models import Slot
from gigs.slots import queries as slot_queries
from hitouch.core.errors import Refusal
from hitouch.core.web.query import query_parameters
from hitouch.core.web.views import form_page


@form_page
@for_budget_holders
@query_parameters(RupeesForm)
def bonus(request: MemberRequest, slot_id: UUID) -> HttpResponse:
    """The bonus of a slot, what a higher one can cost, and the form to confirm it."""
    found = get_object_or_404(slot_queries.slots_for(request.member.client), pk=slot_id)
    paise: int | None = None
    if request.method == "POST":
        form = BonusForm(request.POST)
        if form.is_valid():
            if _raise(request, found, form):
                return redirect("gigs:client-slot", found.pk)
            paise = form.cleaned_data["bonus_paise"]
        return _bonus_page(request, found, paise, RupeesForm())
    asked = RupeesForm(request.GET) if "bonus" in request.GET else RupeesForm()
    if asked.is_bound and asked.is_valid():
        paise = asked.cleaned_data["bonus"] * 100
    return _bonus_page(request, found, paise, asked)


def _raise(request: MemberRequest, slot: Slot, form: BonusForm) -> bool:
    return view_helpers.call_and_report(
        request,
        "The bonus is set. Agents who have a seat have been told.",
        lambda: bonus_services.raise_bonus(
            slot=slot, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )


def _bonus_page(
    request: MemberRequest, slot: Slot, paise: int | None, form: RupeesForm
) -> HttpResponse:
    offer = None
    if paise is not None:
        try:
            offer = bonus_services.bonus_offer(slot, bonus_paise=paise, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
    facts = {"slot": slot, "offer": offer, "form": form}
    return render(request, "gigs/bonuses/client_bonus.html", facts)
