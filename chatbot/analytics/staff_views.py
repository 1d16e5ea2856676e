"""Pages of support with the figures of Help, and the questions without an answer."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import UserRequest, for_staff
from chatbot.analytics import faq_entries, language_alarm, plots, queries, unanswered
from chatbot.analytics.forms import FiguresFilter
from chatbot.custom_questions.forms import DraftOfQuestionForm, PhrasingOfQuestionForm
from hitouch.core.errors import Refusal
from hitouch.core.web.query import query_parameters

for_support = for_staff("support")


@for_support
@require_safe
@query_parameters(FiguresFilter, check_values=False)
def figures(request: UserRequest) -> HttpResponse:
    """The figures of a range of days, as plots and tables."""
    filters, first, last, language = _chosen(request)
    found = queries.figures_of(first, last, language)
    compared = language_alarm.comparisons(now=timezone.now())
    context = {
        "filters": filters,
        "found": found,
        "total": found.total,
        "headline": _headline(found),
        "plots": [
            plots.outcomes_plot(found),
            plots.rates_plot(found),
            plots.times_plot(found),
            plots.satisfaction_plot(found),
        ],
        "times": [
            {
                "label": label,
                "count": times.count,
                "mean": plots.duration_text(times.mean),
                "p95": plots.duration_text(times.p95),
            }
            for label, times in queries.times_of(found.total)
        ],
        "topics": queries.topics_of(found.total),
        "entries": queries.entries_of(found.total),
        "languages": _languages(found),
        "behind": [
            {
                "label": each.label,
                "episodes": each.episodes,
                "rate_text": plots.percent(each.rate),
                "other_rate_text": plots.percent(each.other_rate),
            }
            for each in compared
            if each.is_behind
        ],
        "alarm_days": language_alarm.DAYS,
        "least": language_alarm.LEAST_EPISODES,
    }
    return render(request, "chatbot/analytics/figures.html", context)


def _chosen(request: UserRequest) -> tuple[FiguresFilter, date, date, str]:
    """The filter with the days and the language; the usual days if it has a mistake."""
    filters = FiguresFilter(request.GET)
    if filters.is_valid():
        chosen = filters.cleaned_data
        first, last, language = chosen["first"], chosen["last"], chosen["language"]
        shown = FiguresFilter(initial={"first": first, "last": last, "language": language})
        return shown, first, last, language
    return filters, *queries.usual_range(timezone.now()), ""


def _headline(found: queries.RangeFigures) -> list[tuple[str, str, str]]:
    """Label, figure and what it means."""
    total, percent = found.total, plots.percent
    times = total.times["ALL"]
    per_talk = total.messages_per_conversation
    return [
        ("Conversations", f"{total.count('conversations'):,}", "that were begun"),
        (
            "Messages per conversation",
            f"{per_talk:.1f}" if per_talk else plots.NOTHING,
            "both ways",
        ),
        ("Answered", percent(total.answer_rate), "of episodes, without a return within a day"),
        ("Durable", percent(total.durable_rate), "of answers, no return within 7 days"),
        ("FAQ hit rate", percent(total.faq_hit_rate), "of questions: first reply from the FAQ"),
        ("AI rate", percent(total.ai_rate), "of questions: first reply by AI"),
        ("Escalation rate", percent(total.escalation_rate), "of episodes became a ticket"),
        ("Mean response time", _seconds(times.mean), "until Help replied"),
        ("95 of 100 replies within", _seconds(times.p95), "of the question"),
        ("Thumbs up", percent(total.helpful_rate), "of all thumbs"),
        ("Satisfied after Help", percent(total.satisfied_after_help), "4 or 5 of 5, ticket"),
        ("Satisfied, people alone", percent(total.satisfied_direct), "4 or 5 of 5, the baseline"),
    ]


def _seconds(milliseconds: float | None) -> str:
    return plots.seconds_text(None if milliseconds is None else milliseconds / 1000)


def _languages(found: queries.RangeFigures) -> list[dict[str, Any]]:
    labels = dict(FiguresFilter.base_fields["language"].choices)  # type: ignore[attr-defined]
    return [
        {
            "label": labels[name],
            "episodes": summary.count("episodes"),
            "answered": plots.percent(summary.answer_rate),
            "durable": plots.percent(summary.durable_rate),
            "tickets": plots.percent(summary.escalation_rate),
            "helpful": plots.percent(summary.helpful_rate),
        }
        for name, summary in found.by_language.items()
    ]


@for_support
@require_safe
def unanswered_groups(request: UserRequest) -> HttpResponse:
    """Questions without an answer, grouped by what they ask."""
    filters, first, last, language = _chosen(request)
    context = {
        "filters": filters,
        "groups": unanswered.groups_of(first, last, language),
        "first": first,
        "last": last,
    }
    return render(request, "chatbot/analytics/unanswered.html", context)


@for_support
@require_safe
def unanswered_question(request: UserRequest, message_id: UUID) -> HttpResponse:
    """One question without an answer, those like it, and entries near to it."""
    message = get_object_or_404(unanswered.unanswered_message(message_id))
    context = {
        "message": message,
        "others": [row for row in unanswered.group_of(message) if row != message],
        "near": faq_entries.near_entries(message),
        "draft_form": DraftOfQuestionForm(),
    }
    return render(request, "chatbot/analytics/unanswered_question.html", context)


@for_support
@require_POST
def make_draft(request: UserRequest, message_id: UUID) -> HttpResponse:
    """Make a draft of a FAQ entry from an unanswered question and those of its group."""
    message = get_object_or_404(unanswered.unanswered_message(message_id))
    form = DraftOfQuestionForm(request.POST)
    try:
        if form.is_valid():
            entry = faq_entries.make_draft(
                questions=unanswered.group_of(message),
                category=form.cleaned_data["category"],
                by=request.user,
            )
            messages.success(request, f"Draft “{entry}” made. Write the answer in the FAQ.")
        else:
            messages.error(request, "Choose a category.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("chatbot:help-unanswered")


@for_support
@require_POST
def add_phrasing(request: UserRequest, message_id: UUID) -> HttpResponse:
    """Add an unanswered question to an entry as a way to ask it."""
    message = get_object_or_404(unanswered.unanswered_message(message_id))
    form = PhrasingOfQuestionForm(request.POST)
    try:
        if form.is_valid():
            entry = form.cleaned_data["entry"]
            faq_entries.add_phrasing(message=message, entry=entry, by=request.user)
            messages.success(request, f"Added to “{entry}”. Help knows it from now on.")
        else:
            messages.error(request, "Choose an entry that is published.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("chatbot:help-unanswered")
