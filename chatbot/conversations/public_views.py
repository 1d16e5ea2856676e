"""Public help: questions and answers with a search, without log-in."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import for_everyone
from chatbot.assistant import client, status
from chatbot.conversations import queries, search, wording
from chatbot.conversations.forms import CentreQueryForm, HelpLanguageForm
from chatbot.conversations.view_helpers import keep_language, page_language
from chatbot.faq import queries as faq
from chatbot.models import FaqEntry, HelpLanguage, SupportHours
from hitouch.core.web.query import query_parameters

RESULTS = 3


@dataclass(frozen=True)
class ModelNotice:
    """Whether messages may be sent to a language model, and to which host."""

    host: str
    text: str
    is_allowed: bool


@require_safe
@for_everyone
@query_parameters(CentreQueryForm, check_values=False)
def answers(request: HttpRequest) -> HttpResponse:
    """All questions and answers by category, with a search."""
    return show_centre(request)


@require_safe
@for_everyone
@query_parameters(HelpLanguageForm)
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """One question with its answer."""
    language = page_language(request)
    entry = FaqEntry.objects.active().filter(key=key).first()
    found = faq.answer_of(entry.pk, language=language) if entry else None
    if found is None:
        raise Http404
    near = [
        each
        for category in faq.help_page(language)
        if category.title == found.category_title
        for each in category.entries
        if each.key != key
    ]
    return _render(request, "chatbot/conversations/answer.html", language, answer=found, near=near)


def show_centre(request: HttpRequest) -> HttpResponse:
    """The page of all questions and answers."""
    language = page_language(request)
    form = CentreQueryForm(request.GET)
    text = str(form.cleaned_data.get("q") or "").strip() if form.is_valid() else ""
    return _render(
        request,
        "chatbot/conversations/centre.html",
        language,
        form=form,
        text=text,
        results=search.search(text, language=language).answers[:RESULTS] if text else [],
        categories=faq.help_page(language),
    )


def model_notice(user: Any, language: str) -> ModelNotice | None:
    """What a user is told about the language model; None if none is configured."""
    text = status.model_notice(language)
    if not text or not isinstance(user, User):
        return None
    return ModelNotice(client.host(), text, queries.allows_model(user))


def _hours(language: str) -> list[tuple[str, str]]:
    """The hours of support by runs of days that have the same, in Indian time."""
    by_day: dict[int, list[str]] = defaultdict(list)
    between = wording.BETWEEN[language]
    for row in SupportHours.objects.order_by("weekday", "opens"):
        by_day[row.weekday].append(f"{row.opens:%H:%M} {between} {row.closes:%H:%M}")
    runs: list[tuple[int, int, str]] = []
    for day, periods in sorted(by_day.items()):
        times = ", ".join(periods)
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == times:
            runs[-1] = (runs[-1][0], day, times)
        else:
            runs.append((day, day, times))
    names = wording.WEEKDAYS[language]
    return [
        (names[first] if first == last else f"{names[first]} {between} {names[last]}", times)
        for first, last, times in runs
    ]


def _render(request: HttpRequest, template: str, language: str, **facts: object) -> HttpResponse:
    is_user = request.user.is_authenticated
    context = {
        "base": "base_app.html" if is_user else "base_public.html",
        "language": language,
        "languages": HelpLanguage.choices,
        "words": wording.page(language),
        "hours": _hours(language),
        **facts,
    }
    response = render(request, template, context)
    keep_language(request, response)
    return response
