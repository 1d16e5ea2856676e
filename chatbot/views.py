"""Pages of support tickets."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import UserRequest, for_users
from chatbot import queries
from chatbot.desk import queries as desk_queries
from chatbot.desk import services as ticket_services
from chatbot.forms import ReplyForm, TicketForm
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to, add_refusals_to
from hitouch.core.web.views import form_page


@require_safe
@for_users
def tickets(request: UserRequest) -> HttpResponse:
    """The user's tickets."""
    page = Paginator(desk_queries.tickets_of(request.user), 25).get_page(request.GET.get("page"))
    return render(request, "chatbot/tickets.html", {"page": page})


@form_page
@for_users
def new_ticket(request: UserRequest) -> HttpResponse:
    """Open a ticket."""
    form = TicketForm(request.POST or None)
    if form.is_valid():
        with add_refusals_to(form):
            ticket = ticket_services.open_ticket(
                user=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, "Ticket opened. We will reply here and notify you.")
            return redirect("chatbot:ticket", ticket.pk)
    conversation = queries.live_conversation(request.user, now=timezone.now())
    return render(
        request, "chatbot/new_ticket.html", {"form": form, "has_talk": conversation is not None}
    )


@form_page
@for_users
def ticket(request: UserRequest, ticket_id: UUID) -> HttpResponse:
    """One ticket with its messages and a form to reply."""
    found, now = (
        get_object_or_404(desk_queries.tickets_of(request.user), pk=ticket_id),
        timezone.now(),
    )
    form = ReplyForm(request.POST or None)
    if form.is_valid():
        try:
            ticket_services.reply(
                ticket=found, at=now, show_in_conversation=True, **form.cleaned_data
            )
            return redirect("chatbot:ticket", found.pk)
        except Refusal as refusal:
            add_refusal_to(form, refusal, field=NON_FIELD_ERRORS)
    context = {"ticket": found, "form": form, "thread": desk_queries.thread(found)}
    context["takes_replies"] = found.takes_replies(now)
    return render(request, "chatbot/ticket.html", context)
