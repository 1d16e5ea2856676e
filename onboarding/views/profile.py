"""The profile, a page for each section: kept as it is typed, checked when it is saved."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.audience import AgentRequest
from hitouch.core.errors import Refusal
from hitouch.core.views import form_page
from onboarding import forms, progress, queries, services, steps
from onboarding.views.guard import on_step
from onboarding.views.section import show

Page = forms.SectionInput


@on_step("profile")
@require_GET
def profile(request: AgentRequest) -> HttpResponseBase:
    """To the first section that is not finished."""
    return redirect(steps.profile_url(request.agent))


@on_step("profile")
@form_page
def section(request: AgentRequest, key: str) -> HttpResponseBase:
    """One section: what is saved, and over it what was typed last, on whichever device."""
    page_class = forms.SECTIONS.get(key)
    if page_class is None:
        raise Http404
    if request.method == "POST":
        return _posted(request, key, page_class)
    draft = queries.draft_of(request.agent, key)
    return show(request, key, page_class.of(request.agent, draft.fields))


def _posted(request: AgentRequest, key: str, page_class: type[Page]) -> HttpResponseBase:
    more = request.POST.get("add", "")
    if more in page_class.lists:
        return _with_one_more(request, key, page_class, more)
    if "later" in request.POST:
        refused = _refusal_to_keep(request, key, request.POST, page_class)
        return show(request, key, page_class(request.POST), refused) if refused else _go_home()
    page = page_class(request.POST)
    refused = _refusal_to_save(request, key, page) if page.is_valid() else None
    if page.is_valid() and refused is None:
        return _go_on(request, key)
    if not isinstance(refused, services.StaleDraft):
        _refusal_to_keep(request, key, request.POST, page_class)
    return show(request, key, page, refused)


def _go_home() -> HttpResponseBase:
    return redirect("onboarding:home")


def _go_on(request: AgentRequest, key: str) -> HttpResponseBase:
    known = progress.progress_of(request.agent)
    for sentence in queries.doubts_of(request.agent) if key == "address" else []:
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
        return show(request, key, page_class(typed), refused)
    return redirect(f"{progress.url_of(key)}#{name}-{int(typed[f'{name}-TOTAL_FORMS']) - 1}")


def _refusal_to_keep(
    request: AgentRequest, key: str, data: Any, page_class: type[Page]
) -> Refusal | None:
    try:
        services.keep_draft(
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
