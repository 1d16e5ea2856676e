"""A résumé fills the profile: send it, look at what was read, take or drop each piece."""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.permissions import AgentRequest
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import form_page
from onboarding.profile import queries as profile_queries
from onboarding.resume import forms, queries, services
from onboarding.steps.decorators import on_step


@on_step("profile")
@form_page
def resume(request: AgentRequest) -> HttpResponseBase:
    """Send a résumé."""
    form = forms.ResumeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _was_read(request, form):
        return redirect("onboarding:resume-confirm")
    context = {"form": form, "waiting": queries.resume_proposal_of(request.agent)}
    return render(request, "onboarding/resume/upload.html", context)


def _was_read(request: AgentRequest, form: forms.ResumeForm) -> bool:
    upload = form.cleaned_data["file"]
    try:
        services.read_resume(agent=request.agent, upload=upload, by=request.user, at=timezone.now())
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return False
    return True


@on_step("profile")
@form_page
def confirm(request: AgentRequest) -> HttpResponseBase:
    """Take or drop each piece of what was read."""
    proposal = queries.resume_proposal_of(request.agent)
    if proposal is None:
        messages.info(request, services.ProposalGone.message)
        return redirect("onboarding:resume")
    page = forms.ResumeSelection(proposal, request.POST or None)
    if request.method == "POST" and page.is_valid() and _taken(request, page):
        return redirect("onboarding:profile")
    return render(request, "onboarding/resume/confirm.html", {"page": page, "form": page.words})


def _taken(request: AgentRequest, page: forms.ResumeSelection) -> bool:
    agent, at = request.agent, timezone.now()
    sections = page.sections(agent, profile_queries.unsaved_sections(agent))
    try:
        services.apply_proposal(agent=agent, sections=sections, by=request.user, at=at)
    except Refusal as refusal:
        add_refusal_to(page.words, refusal, field=NON_FIELD_ERRORS)
        return False
    taken = "Details added as drafts. Check each section of your profile and save it."
    messages.success(request, taken if sections else "Nothing was added. Résumé details discarded.")
    return True


@on_step("profile")
@require_POST
def drop(request: AgentRequest) -> HttpResponseBase:
    """Forget what was read."""
    services.discard_proposal(agent=request.agent, by=request.user, at=timezone.now())
    messages.success(request, "Résumé details discarded.")
    return redirect("onboarding:profile")
