"""The profile, a page for each section: kept as it is typed, checked when it is saved."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Agent
from accounts.permissions import AgentRequest, for_agents
from hitouch.core.errors import Refusal
from hitouch.core.web.downloads import send_by_link
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.humanize import experience_text
from hitouch.core.web.views import form_page
from onboarding.profile import drafts, forms, queries, sections, services
from onboarding.profile import photo as profile_photo
from onboarding.steps import queries as steps_queries
from onboarding.steps.decorators import on_step
from onboarding.vocabulary import lexicon
from onboarding.vocabulary import queries as vocabulary_queries

Page = sections.ProfileSectionForm


@on_step("profile")
@require_GET
def profile(request: AgentRequest) -> HttpResponseBase:
    """To the first section that is not finished."""
    return redirect(queries.profile_url(request.agent))


@on_step("profile")
@form_page
def section(request: AgentRequest, key: str) -> HttpResponseBase:
    """One section: what is saved, and over it what was typed last, on whichever device."""
    page_class = sections.SECTIONS.get(key)
    if page_class is None:
        raise Http404
    if request.method == "POST":
        return _posted(request, key, page_class)
    draft = queries.draft_of(request.agent, key)
    return render_section(request, key, page_class.of(request.agent, draft.fields))


def _posted(request: AgentRequest, key: str, page_class: type[Page]) -> HttpResponseBase:
    more = request.POST.get("add", "")
    if more in page_class.lists:
        return _with_one_more(request, key, page_class, more)
    if "later" in request.POST:
        refused = _refusal_to_keep(request, key, request.POST, page_class)
        return (
            render_section(request, key, page_class(request.POST), refused)
            if refused
            else _go_home()
        )
    page = page_class(request.POST)
    refused = _refusal_to_save(request, key, page) if page.is_valid() else None
    if page.is_valid() and refused is None:
        return _go_on(request, key)
    if not isinstance(refused, drafts.StaleDraft):
        _refusal_to_keep(request, key, request.POST, page_class)
    return render_section(request, key, page, refused)


def _go_home() -> HttpResponseBase:
    return redirect("onboarding:home")


def _go_on(request: AgentRequest, key: str) -> HttpResponseBase:
    known = queries.progress_of(request.agent)
    for sentence in queries.address_mismatches(request.agent) if key == "address" else []:
        messages.warning(request, sentence)
    if known.missing:
        return redirect(known.after(key).url)
    messages.success(request, "Profile saved.")
    return redirect("onboarding:next")


def _with_one_more(
    request: AgentRequest, key: str, page_class: type[Page], name: str
) -> HttpResponseBase:
    typed = page_class.one_more(request.POST, name)
    refused = _refusal_to_keep(request, key, typed, page_class)
    if refused:
        return render_section(request, key, page_class(typed), refused)
    return redirect(f"{queries.url_of(key)}#{name}-{int(typed[f'{name}-TOTAL_FORMS']) - 1}")


def _refusal_to_keep(
    request: AgentRequest, key: str, data: Any, page_class: type[Page]
) -> Refusal | None:
    try:
        drafts.save_draft(
            agent=request.agent,
            section=key,
            fields=page_class.typed_in(data),
            revision=_revision_seen(request),
            at=timezone.now(),
        )
    except Refusal as refusal:
        return refusal
    return None


def _refusal_to_save(request: AgentRequest, key: str, page: Page) -> Refusal | None:
    try:
        request.agent = services.save_section(
            agent=request.agent,
            section=key,
            revision=_revision_seen(request),
            by=request.user,
            at=timezone.now(),
            **page.facts(),
        )
    except Refusal as refusal:
        return refusal
    return None


def _revision_seen(request: AgentRequest) -> int | None:
    seen = request.POST.get("revision", "")
    return int(seen) if seen.isdecimal() else None


def render_section(
    request: AgentRequest,
    key: str,
    page: sections.ProfileSectionForm,
    refused: Refusal | None = None,
) -> HttpResponseBase:
    """The section, and what is wrong with it or stands elsewhere."""
    agent, draft = request.agent, queries.draft_of(request.agent, key)
    stale = isinstance(refused, drafts.StaleDraft)
    if refused and not stale:
        add_refusal_to(page.form, refused)
    context = {
        "agent": agent,
        "key": key,
        "page": page,
        "form": page.form,
        "draft": draft,
        "progress": queries.progress_of(agent),
        "elsewhere": page.differences(type(page).of(agent, draft.fields)) if stale else [],
        "stale": stale,
    }
    extra = {"body": f"onboarding/profile/sections/{key}.html", **EXTRA_CONTEXT[key](agent)}
    return render(request, "onboarding/profile/section.html", context | extra)


def _experience(agent: Agent) -> dict[str, Any]:
    months = queries.months_worked(agent.experiences.all(), on=timezone.now())
    return {"experience": experience_text(months) if months else ""}


def _words(agent: Agent) -> dict[str, Any]:
    known = vocabulary_queries.current_lexicon()
    return {"words": {kind: known.words(kind) for kind in lexicon.KINDS}}


#: What each section shows besides.
EXTRA_CONTEXT: dict[str, Callable[[Agent], dict[str, Any]]] = {
    "person": lambda agent: {"locked": steps_queries.identity_is_locked(agent)},
    "address": lambda agent: {"doubts": queries.address_mismatches(agent)},
    "work": _words,
    "studies": lambda agent: {},
    "jobs": _experience,
}


@on_step("profile")
@form_page
def photo(request: AgentRequest) -> HttpResponseBase:
    """A photo of the agent."""
    form = forms.PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        messages.success(request, "Photo saved.")
        return redirect("onboarding:next")
    known = queries.progress_of(request.agent)
    context = {"form": form, "agent": request.agent, "progress": known}
    return render(request, "onboarding/profile/photo.html", context)


def _saved(request: AgentRequest, form: forms.PhotoForm) -> bool:
    upload: Any = form.cleaned_data["file"]
    try:
        request.agent = profile_photo.save_photo(
            agent=request.agent, upload=upload, by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return False
    return True


@for_agents
@require_GET
def photo_file(request: AgentRequest) -> HttpResponseBase:
    """The agent's own photo."""
    if request.agent.photo is None:
        raise Http404
    return send_by_link(request, request.agent.photo)
