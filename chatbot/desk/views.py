"""A person's own support tickets: list, thread, new ticket, closing, reopening, rating."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import UserRequest, for_users
from chatbot.desk import own_tickets, services
from chatbot.desk.forms import ReplyForm, TicketForm, TicketRatingForm
from chatbot.models import Ticket
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to, add_refusals_to
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import form_page


@require_safe
@for_users
@query_parameters(PageNumberForm)
def tickets(request: UserRequest) -> HttpResponse:
    """The user's tickets, those that support has answered first."""
    rows = own_tickets.tickets_of(request.user)
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    return render(request, "chatbot/desk/own/tickets.html", {"page": page})


@form_page
@for_users
def new_ticket(request: UserRequest) -> HttpResponse:
    """Open a ticket."""
    form, now = TicketForm(request.POST or None), timezone.now()
    form.fields["topic"].offer()  # type: ignore[attr-defined]
    if form.is_valid():
        with add_refusals_to(form):
            ticket = services.open_ticket(user=request.user, at=now, **form.cleaned_data)
            messages.success(request, "Ticket opened. We will answer here and notify you.")
            return redirect("chatbot:ticket", ticket.pk)
    context = {
        "form": form,
        "has_talk": own_tickets.has_live_conversation(request.user, now=now),
        "expected_at": own_tickets.expected_answer(now=now),
        "limit": own_tickets.limit_of(request.user),
    }
    return render(request, "chatbot/desk/own/new_ticket.html", context)


@form_page
@for_users
def ticket(request: UserRequest, ticket_id: UUID) -> HttpResponse:
    """One ticket with its messages, what happens next, and a form to reply."""
    found, now = _own(request, ticket_id), timezone.now()
    form = ReplyForm(request.POST or None)
    if form.is_valid():
        try:
            services.reply(ticket=found, at=now, show_in_conversation=True, **form.cleaned_data)
            return redirect("chatbot:ticket", found.pk)
        except Refusal as refusal:
            add_refusal_to(form, refusal, field=NON_FIELD_ERRORS)
    return _render_ticket(request, found, reply_form=form)


@require_POST
@for_users
def close_ticket(request: UserRequest, ticket_id: UUID) -> HttpResponse:
    """Close one's own ticket."""
    found = _own(request, ticket_id)
    try:
        services.resolve(ticket=found, by=request.user, at=timezone.now())
        messages.success(request, "Ticket closed. You can reopen it within 7 days.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("chatbot:ticket", found.pk)


@require_POST
@for_users
def reopen_ticket(request: UserRequest, ticket_id: UUID) -> HttpResponse:
    """Reopen one's own ticket."""
    found = _own(request, ticket_id)
    try:
        services.reopen(ticket=found, by=request.user, at=timezone.now())
        messages.success(request, "Ticket reopened. Write what is still open.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("chatbot:ticket", found.pk)


@require_POST
@for_users
def rate_ticket(request: UserRequest, ticket_id: UUID) -> HttpResponse:
    """Say how satisfied one is with a closed ticket."""
    found, form = _own(request, ticket_id), TicketRatingForm(request.POST)
    if form.is_valid():
        with add_refusals_to(form):
            services.rate(ticket=found, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Thank you for your rating.")
            return redirect("chatbot:ticket", found.pk)
    return _render_ticket(request, found, rating_form=form)


def _own(request: UserRequest, ticket_id: UUID) -> Ticket:
    return get_object_or_404(own_tickets.tickets_of(request.user), pk=ticket_id)


def _render_ticket(
    request: UserRequest,
    found: Ticket,
    *,
    reply_form: ReplyForm | None = None,
    rating_form: TicketRatingForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    view = own_tickets.read_ticket(found, now=now)
    rating = view.rating
    initial = {"score": rating.score, "comment": rating.comment} if rating else {}
    context = {
        "ticket": found,
        "view": view,
        "form": reply_form or ReplyForm(),
        "rating_form": rating_form or TicketRatingForm(initial=initial),
    }
    return render(request, "chatbot/desk/own/ticket.html", context)
