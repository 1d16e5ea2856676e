"""Help pages: ask a question, rate an answer, and support tickets."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import UserRequest, for_users
from chatbot import queries
from chatbot.desk import queries as desk_queries
from chatbot.desk import services as ticket_services
from chatbot.faq.queries import help_page as help_page_of
from chatbot.forms import FeedbackForm, QuestionForm, ReplyForm, TicketForm
from chatbot.models import HelpLanguage, Message
from chatbot.services import answers
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to, add_refusals_to
from hitouch.core.web.views import form_page


@form_page
@for_users
def help_page(request: UserRequest) -> HttpResponse:
    """Ask a question, with the conversation so far and the FAQ."""
    now = timezone.now()
    form = QuestionForm(request.POST or None)
    if form.is_valid():
        with add_refusals_to(form):
            answers.ask(user=request.user, text=form.cleaned_data["q"], at=now)
            return redirect("chatbot:help")
    said = list(queries.transcript(queries.live_conversation(request.user, now=now)))
    context = {
        "form": form,
        "said": said,
        "near": _similar_questions(said),
        "categories": help_page_of(HelpLanguage.EN),
    }
    return render(request, "chatbot/help.html", context)


def _similar_questions(said: list[Message]) -> list[object]:
    """Entries similar to the last question if it had no answer."""
    if len(said) < 2 or said[-1].entry or not said[-2].is_from_person:
        return []
    return list(queries.match_faq(said[-2].text).near)


@require_POST
@for_users
def feedback(request: UserRequest, message_id: UUID) -> HttpResponse:
    """Rate an answer in the user's own conversation."""
    own = Message.objects.filter(conversation__user=request.user)
    message, form = get_object_or_404(own, pk=message_id), FeedbackForm(request.POST)
    try:
        if form.is_valid():
            is_helpful = form.cleaned_data["helpful"] == "yes"
            answers.give_feedback(message=message, is_helpful=is_helpful)
            messages.success(request, "Thank you for your feedback.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("chatbot:help")


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
