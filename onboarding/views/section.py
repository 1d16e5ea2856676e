"""How a section of the profile is shown."""

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from accounts.audience import AgentRequest
from accounts.models import Agent
from hitouch.core.errors import Refusal
from hitouch.core.forms import add_refusal_to
from hitouch.core.humanize import experience_text
from onboarding import forms, progress, queries, services, vocabulary


def show(
    request: AgentRequest, key: str, page: forms.SectionInput, refused: Refusal | None = None
) -> HttpResponseBase:
    """The section, and what is wrong with it or stands elsewhere."""
    agent, draft = request.agent, queries.draft_of(request.agent, key)
    stale = isinstance(refused, services.StaleDraft)
    if refused and not stale:
        add_refusal_to(page.form, refused)
    context = {
        "agent": agent,
        "key": key,
        "page": page,
        "form": page.form,
        "draft": draft,
        "progress": progress.progress_of(agent),
        "elsewhere": page.differences(type(page).of(agent, draft.fields)) if stale else [],
        "stale": stale,
    }
    extra = {"body": f"onboarding/sections/{key}.html", **EXTRAS[key](agent)}
    return render(request, "onboarding/profile_section.html", context | extra)


def _experience(agent: Agent) -> dict[str, Any]:
    months = queries.months_worked(agent.experiences.all(), on=timezone.now())
    return {"experience": experience_text(months) if months else ""}


def _words(agent: Agent) -> dict[str, Any]:
    known = queries.lexicon()
    return {"words": {kind: known.words(kind) for kind in vocabulary.KINDS}}


#: What each section shows besides.
EXTRAS: dict[str, Callable[[Agent], dict[str, Any]]] = {
    "person": lambda agent: {"locked": queries.identity_is_locked(agent)},
    "address": lambda agent: {"doubts": queries.doubts_of(agent)},
    "work": _words,
    "studies": lambda agent: {},
    "jobs": _experience,
}
