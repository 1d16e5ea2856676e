"""Pages of the profile, one per section with drafts, and of the photo."""

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
from hitouch.core.web.query import LinkForm, query_parameters
from hitouch.core.web.views import form_page, render_form
from onboarding.profile import drafts, forms, queries, sections, services
from onboarding.profile import photo as profile_photo
from onboarding.steps import queries as steps_queries
from onboarding.steps.decorators import on_step
from onboarding.vocabulary import lexicon
from onboarding.vocabulary import queries as vocabulary_queries

SectionForm = sections.ProfileSectionForm


@on_step("profile")
@require_GET
def profile(request: AgentRequest) -> HttpResponseBase:
    """Redirect to the first incomplete section."""
    return redirect(queries.profile_url(request.agent))


@on_step("profile")
@form_page
def section(request: AgentRequest, key: str) -> HttpResponseBase:
    """One section: saved values, overridden by the draft from any device."""
    form_class = sections.SECTIONS.get(key)
    if form_class is None:
        raise Http404
    if request.method == "POST":
        return _handle_post(request, key, form_class)
    draft = queries.draft_of(request.agent, key)
    return render_section(request, key, form_class.of(request.agent, draft.fields))


def _handle_post(
    request: AgentRequest, key: str, form_class: type[SectionForm]
) -> HttpResponseBase:
    formset_name = request.POST.get("add", "")
    if formset_name in form_class.lists:
        return _add_row(request, key, form_class, formset_name)
    if "later" in request.POST:
        if refusal := _save_draft(request, key, request.POST, form_class):
            return render_section(request, key, form_class(request.POST), refusal)
        return redirect("onboarding:home")
    page = form_class(request.POST)
    refusal = _save_section(request, key, page) if page.is_valid() else None
    if page.is_valid() and refusal is None:
        return _redirect_to_next(request, key)
    if not isinstance(refusal, drafts.StaleDraft):
        _save_draft(request, key, request.POST, form_class)
    return render_section(request, key, page, refusal)


def _redirect_to_next(request: AgentRequest, key: str) -> HttpResponseBase:
    progress = queries.progress_of(request.agent)
    for sentence in queries.address_mismatches(request.agent) if key == "address" else []:
        messages.warning(request, sentence)
    if progress.missing:
        return redirect(progress.after(key).url)
    messages.success(request, "Profile saved.")
    return redirect("onboarding:next")


def _add_row(
    request: AgentRequest, key: str, form_class: type[SectionForm], name: str
) -> HttpResponseBase:
    typed = form_class.with_extra_row(request.POST, name)
    if refusal := _save_draft(request, key, typed, form_class):
        return render_section(request, key, form_class(typed), refusal)
    return redirect(f"{queries.url_of(key)}#{name}-{int(typed[f'{name}-TOTAL_FORMS']) - 1}")


def _save_draft(
    request: AgentRequest, key: str, data: Any, form_class: type[SectionForm]
) -> Refusal | None:
    try:
        drafts.save_draft(
            agent=request.agent,
            section=key,
            fields=form_class.submitted_fields(data),
            revision=_submitted_revision(request),
            at=timezone.now(),
        )
    except Refusal as refusal:
        return refusal
    return None


def _save_section(request: AgentRequest, key: str, page: SectionForm) -> Refusal | None:
    try:
        request.agent = services.save_section(
            agent=request.agent,
            section=key,
            revision=_submitted_revision(request),
            by=request.user,
            at=timezone.now(),
            **page.facts(),
        )
    except Refusal as refusal:
        return refusal
    return None


def _submitted_revision(request: AgentRequest) -> int | None:
    revision = request.POST.get("revision", "")
    return int(revision) if revision.isdecimal() else None


def render_section(
    request: AgentRequest,
    key: str,
    page: sections.ProfileSectionForm,
    refusal: Refusal | None = None,
) -> HttpResponseBase:
    """Render the section with its errors, or with the changes made elsewhere."""
    agent, draft = request.agent, queries.draft_of(request.agent, key)
    stale = isinstance(refusal, drafts.StaleDraft)
    if refusal and not stale:
        add_refusal_to(page.form, refusal)
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


def _jobs_context(agent: Agent) -> dict[str, Any]:
    months = queries.months_worked(agent.experiences.all(), on=timezone.now())
    return {"experience": experience_text(months) if months else ""}


def _preferences_context(agent: Agent) -> dict[str, Any]:
    terms = vocabulary_queries.current_lexicon()
    return {"words": {kind: terms.words(kind) for kind in lexicon.KINDS}}


#: Further template context of each section.
EXTRA_CONTEXT: dict[str, Callable[[Agent], dict[str, Any]]] = {
    "person": lambda agent: {"locked": steps_queries.identity_is_locked(agent)},
    "address": lambda agent: {"doubts": queries.address_mismatches(agent)},
    "work": _preferences_context,
    "studies": lambda agent: {},
    "jobs": _jobs_context,
}


@on_step("profile")
@form_page
def photo(request: AgentRequest) -> HttpResponseBase:
    """Upload the profile photo."""
    form = forms.PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _save_photo(request, form):
        messages.success(request, "Photo saved.")
        return redirect("onboarding:next")
    progress = queries.progress_of(request.agent)
    context = {"agent": request.agent, "progress": progress}
    return render_form(request, "onboarding/profile/photo.html", form, **context)


def _save_photo(request: AgentRequest, form: forms.PhotoForm) -> bool:
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
@query_parameters(LinkForm)
def photo_file(request: AgentRequest) -> HttpResponseBase:
    """The agent's own photo."""
    if request.agent.photo is None:
        raise Http404
    return send_by_link(request, request.agent.photo)
