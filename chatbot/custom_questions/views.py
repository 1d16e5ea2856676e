"""Pages of a person's own questions to staff."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import UserRequest, for_users
from chatbot.custom_questions import queries, services
from chatbot.custom_questions.forms import CustomQuestionForm, NewQuestionFilter
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import form_page, render_form

PAGE_SIZE = 25


@require_safe
@for_users
@query_parameters(PageNumberForm)
def questions(request: UserRequest) -> HttpResponse:
    """The person's questions to staff, newest first."""
    rows = queries.questions_of(request.user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "chatbot/custom_questions/questions.html", {"page": page})


@form_page
@for_users
@query_parameters(NewQuestionFilter)
def new_question(request: UserRequest) -> HttpResponse:
    """Send a question to staff; `?message=` names the message in Help that it is about."""
    chosen = NewQuestionFilter(request.GET)
    message_id = chosen.cleaned_data.get("message") if chosen.is_valid() else None
    asked = queries.asked_message(request.user, message_id) if message_id else None
    initial = {"text": asked.text, "language": asked.language, "message": asked.pk} if asked else {}
    form = CustomQuestionForm(request.POST or None, initial=initial)
    if form.is_valid():
        facts = form.cleaned_data
        with add_refusals_to(form):
            message = queries.own_message(request.user, facts["message"])
            question = services.open_question(
                user=request.user, text=facts["text"], language=facts["language"],
                message=message, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, "Sent. We will tell you when we have answered.")
            return redirect("chatbot:question", question.pk)
    return render_form(request, "chatbot/custom_questions/new_question.html", form, asked=asked)


@require_safe
@for_users
def question(request: UserRequest, question_id: UUID) -> HttpResponse:
    """One question of the person, with its answer."""
    found = get_object_or_404(queries.questions_of(request.user), pk=question_id)
    return render(request, "chatbot/custom_questions/question.html", {"question": found})
