"""Pages on which support answers custom questions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import UserRequest, for_staff
from chatbot.custom_questions import faq_entries, near, queries, services
from chatbot.custom_questions.forms import (
    AnswerQuestionForm,
    DismissQuestionForm,
    DraftOfQuestionForm,
    PhrasingOfQuestionForm,
    QuestionFilter,
)
from chatbot.models import CustomQuestion
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import form_page, render_form

for_support = for_staff("support")
PAGE_SIZE = 25


@for_support
@require_safe
@query_parameters(PageNumberForm, QuestionFilter)
def queue(request: UserRequest) -> HttpResponse:
    """Questions to answer, those that ask the same together; or others by status."""
    filters = QuestionFilter(request.GET)
    wanted = filters.cleaned_data if filters.is_valid() else {}
    state = wanted.get("state") or CustomQuestion.State.OPEN
    rows = queries.questions().filter(state=state)
    if wanted.get("language"):
        rows = rows.filter(language=wanted["language"])
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    is_open = state == CustomQuestion.State.OPEN
    context = {
        "page": page,
        "filters": filters,
        "state": state,
        "groups": queries.open_groups(list(page.object_list)) if is_open else [],
        "oldest": queries.open_questions().first(),
    }
    return render(request, "chatbot/custom_questions/staff/queue.html", context)


@form_page
@for_support
def question(request: UserRequest, question_id: UUID) -> HttpResponse:
    """One question with entries near to it, similar open questions, and the form to answer."""
    found = get_object_or_404(queries.questions(), pk=question_id)
    form = AnswerQuestionForm(request.POST or None)
    if form.is_valid():
        with add_refusals_to(form):
            facts = form.cleaned_data
            answered = services.answer_questions(
                questions=[found, *facts["also"]], by=request.user, text=facts["text"],
                entry=facts["entry"], at=timezone.now(),
            )  # fmt: skip
            said = "Answered." if len(answered) == 1 else f"{len(answered)} questions answered."
            messages.success(request, f"{said} They have been told.")
            return redirect("chatbot:staff-question", found.pk)
    return _page(request, found, form=form)


def _page(request: UserRequest, found: CustomQuestion, **given: Form) -> HttpResponse:
    is_open = found.state == CustomQuestion.State.OPEN
    similar = queries.similar_open(found) if is_open else []
    form: Any = given.pop("form", None) or AnswerQuestionForm()
    chosen = form.data.getlist("also") if form.is_bound else [str(row.pk) for row in similar]
    context = {
        "question": found,
        "near": near.near_entries(found),
        "draft_form": DraftOfQuestionForm(auto_id="draft_%s"),
        "similar": [(row, str(row.pk) in chosen) for row in similar],
        "talk": queries.talk_before(found),
        "next": queries.open_questions().exclude(pk=found.pk).first(),
        "dismiss_form": DismissQuestionForm(auto_id="dismiss_%s"),
        **given,
    }
    return render_form(request, "chatbot/custom_questions/staff/question.html", form, **context)


@for_support
@require_POST
def dismiss(request: UserRequest, question_id: UUID) -> HttpResponse:
    """Close a question without an answer."""
    found = get_object_or_404(queries.questions(), pk=question_id)
    form = DismissQuestionForm(request.POST, auto_id="dismiss_%s")
    if form.is_valid():
        with add_refusals_to(form):
            services.dismiss_question(
                question=found, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, "Closed. The person has been told why.")
            return redirect("chatbot:staff-questions")
    return _page(request, found, dismiss_form=form)


@for_support
@require_POST
def make_draft(request: UserRequest, question_id: UUID) -> HttpResponse:
    """Make a draft of a new FAQ entry from the question and its answer."""
    found = get_object_or_404(queries.questions(), pk=question_id)
    form = DraftOfQuestionForm(request.POST)
    try:
        if form.is_valid():
            category = form.cleaned_data["category"]
            entry = faq_entries.make_draft(
                question=found, category=category, by=request.user, at=timezone.now()
            )
            messages.success(request, f"Draft “{entry}” made. Publish it in the FAQ.")
        else:
            messages.error(request, "Choose a category.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("chatbot:staff-question", found.pk)


@for_support
@require_POST
def add_phrasing(request: UserRequest, question_id: UUID) -> HttpResponse:
    """Add the question to an entry as a way to ask it."""
    found = get_object_or_404(queries.questions(), pk=question_id)
    form = PhrasingOfQuestionForm(request.POST)
    try:
        if form.is_valid():
            entry = form.cleaned_data["entry"]
            faq_entries.add_phrasing(
                question=found, entry=entry, by=request.user, at=timezone.now()
            )
            messages.success(request, f"Added to “{entry}”. Help knows it from now on.")
        else:
            messages.error(request, "Choose an entry that is published.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("chatbot:staff-question", found.pk)
