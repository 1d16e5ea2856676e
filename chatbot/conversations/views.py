"""Pages of the conversation: for users, with scripts or without.

Every act is a form. A script sends it with the header `X-Requested-With: fetch` and gets the thread
as HTML, or a refusal as JSON; without a script the page is shown again.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import UserRequest, for_everyone, for_users
from chatbot.conversations import feedback, public_views, queries, services, wording
from chatbot.conversations.forms import (
    CentreQueryForm,
    MessageForm,
    MessageRatingForm,
    ModelSwitchForm,
    ThreadQueryForm,
)
from chatbot.conversations.view_helpers import page_language
from chatbot.faq import queries as faq
from chatbot.models import Message
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.query import query_parameters

PAGE = "chatbot/conversations/help.html"
PANEL = "chatbot/conversations/_conversation.html"
UPDATE = "chatbot/conversations/_update.html"
#: Questions that are offered before the first message.
OFTEN_ASKED = 4


@require_safe
@for_everyone
@query_parameters(CentreQueryForm, ThreadQueryForm, check_values=False)
def help_page(request: HttpRequest) -> HttpResponse:
    """The conversation; for people who are not logged in, the questions and answers."""
    if not request.user.is_authenticated:
        return public_views.show_centre(request)
    return _show(request, PAGE, MessageForm())


@require_safe
@for_users
@query_parameters(ThreadQueryForm)
def panel(request: UserRequest) -> HttpResponse:
    """The conversation without a page around it, for the panel that opens on other pages."""
    return _show(request, PANEL, MessageForm())


@require_safe
@for_users
@query_parameters(ThreadQueryForm)
def thread(request: UserRequest) -> HttpResponse:
    """The thread alone, for a page that asks whether something has changed."""
    return _show(request, UPDATE, MessageForm())


@require_POST
@for_users
def send(request: UserRequest) -> HttpResponse:
    """Send a message, and answer it."""
    form, now = MessageForm(request.POST), timezone.now()
    if form.is_valid():
        try:
            sent = services.send(
                user=request.user,
                text=form.cleaned_data["text"],
                client_key=form.cleaned_data["client_key"],
                at=now,
            )
            services.answer(sent, at=timezone.now())
            return _done(request)
        except Refusal as refusal:
            if _is_fetch(request):
                return _refused(refusal)
            add_refusal_to(form, refusal, field="text")
    if _is_fetch(request):
        return JsonResponse({"code": "invalid", "message": _first_error(form)}, status=422)
    response = _show(request, PAGE, form)
    refused: Any = getattr(form, "refusal", None)
    if (wait := getattr(refused, "retry_after", None)) is not None:
        response.status_code = 429
        response["Retry-After"] = str(wait)
    return response


@require_POST
@for_users
def person(request: UserRequest) -> HttpResponse:
    """Ask for a person."""
    return _act(request, lambda at: services.request_person(user=request.user, at=at))


@require_POST
@for_users
def rate(request: UserRequest, message_id: UUID) -> HttpResponse:
    """Rate an answer in the user's own conversation."""
    message, form = _own(request, message_id), MessageRatingForm(request.POST)
    if not form.is_valid():
        return _done(request)
    helped = form.cleaned_data["helpful"] == "yes"
    return _act(request, lambda at: feedback.rate(message=message, is_helpful=helped, at=at))


@require_POST
@for_users
def choose(request: UserRequest, message_id: UUID, entry_id: UUID) -> HttpResponse:
    """Choose a question that was offered with "did you mean"."""
    offered = get_object_or_404(_own(request, message_id).suggestions.all(), entry_id=entry_id)
    return _act(request, lambda at: feedback.choose_suggestion(suggestion=offered, at=at))


@require_POST
@for_users
def choose_none(request: UserRequest, message_id: UUID) -> HttpResponse:
    """Say that no offered question is meant."""
    message = _own(request, message_id)
    return _act(request, lambda at: feedback.none_of_these(message=message, at=at))


@require_POST
@for_users
def team(request: UserRequest, message_id: UUID) -> HttpResponse:
    """Send the question to our team."""
    message = _own(request, message_id)
    return _act(request, lambda at: feedback.ask_team(message=message, at=at))


@require_POST
@for_users
def model_switch(request: UserRequest) -> HttpResponse:
    """Allow, or do not allow, that messages are sent to a language model."""
    form = ModelSwitchForm(request.POST)
    if form.is_valid():
        allowed = form.cleaned_data["allows_model"] == "yes"
        services.set_model_preference(user=request.user, allows_model=allowed)
    return redirect("chatbot:help")


def _act(request: UserRequest, act: Callable[[datetime], object]) -> HttpResponse:
    try:
        act(timezone.now())
    except Refusal as refusal:
        if _is_fetch(request):
            return _refused(refusal)
        form = MessageForm()
        form.cleaned_data = {}
        return _show(request, PAGE, form, refusal=refusal)
    return _done(request)


def _done(request: UserRequest) -> HttpResponse:
    if _is_fetch(request):
        return _show(request, UPDATE, MessageForm())
    return redirect("chatbot:help")


def _refused(refusal: Refusal) -> HttpResponse:
    facts = {"code": refusal.code, "message": str(refusal)}
    response = JsonResponse(facts, status=refusal.status)
    if (wait := getattr(refusal, "retry_after", None)) is not None:
        response["Retry-After"] = str(wait)
    return response


def _first_error(form: MessageForm) -> str:
    errors = [str(error) for found in form.errors.values() for error in found]
    return errors[0] if errors else ""


def _show(
    request: Any, template: str, form: MessageForm, *, refusal: Refusal | None = None
) -> HttpResponse:
    """The conversation, or a part of it. Nothing is kept by browsers or proxies."""
    now, user = timezone.now(), request.user
    query = ThreadQueryForm(request.GET)
    before = query.cleaned_data.get("before") if query.is_valid() else None
    shown = queries.shown_conversation(user, now=now)
    language = page_language(request)
    words = wording.page(language)
    found = queries.thread_of(shown, now=now, before=before)
    context = {
        "thread": found,
        "form": form,
        "refusal": refusal,
        "before": before,
        "language": language,
        "words": words,
        "client_key": uuid4().hex,
        "notice": public_views.model_notice(user, language),
        "often_asked": _often_asked(language) if not found.items and template != UPDATE else [],
    }
    status = refusal.status if refusal else 200
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _often_asked(language: str) -> list[str]:
    """The first question of each of the first categories."""
    categories = faq.help_page(language)
    return [category.entries[0].question for category in categories[:OFTEN_ASKED]]


def _own(request: UserRequest, message_id: UUID) -> Message:
    return get_object_or_404(queries.messages_of(request.user), pk=message_id)


def _is_fetch(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"
