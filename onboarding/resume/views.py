"""Pages to fill the profile from a résumé: upload, confirm the details that were read, discard."""

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
from onboarding.profile.queries import unsaved_sections
from onboarding.resume import forms, queries, services
from onboarding.steps.decorators import on_step


@on_step("profile")
@form_page
def resume(request: AgentRequest) -> HttpResponseBase:
    """Upload a résumé."""
    form = forms.ResumeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _read(request, form):
        return redirect("onboarding:resume-confirm")
    context = {"form": form, "waiting": queries.resume_proposal_of(request.agent)}
    return render(request, "onboarding/resume/upload.html", context)


def _read(request: AgentRequest, form: forms.ResumeForm) -> bool:
    try:
        services.read_resume(
            agent=request.agent,
            upload=form.cleaned_data["file"],
            agreed_to_model=form.cleaned_data.get("agreed_to_model", False),
            by=request.user,
            at=timezone.now(),
        )
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return False
    return True


@on_step("profile")
@form_page
def confirm(request: AgentRequest) -> HttpResponseBase:
    """Choose which of the details to add to the profile."""
    proposal = queries.resume_proposal_of(request.agent)
    if proposal is None:
        messages.info(request, services.ProposalGone.message)
        return redirect("onboarding:resume")
    selection = forms.ResumeSelection(proposal, request.POST or None)
    if request.method == "POST" and selection.is_valid() and _apply(request, selection):
        return redirect("onboarding:profile")
    return render(
        request, "onboarding/resume/confirm.html", {"page": selection, "form": selection.words}
    )


def _apply(request: AgentRequest, selection: forms.ResumeSelection) -> bool:
    agent, at = request.agent, timezone.now()
    sections = selection.sections(agent, unsaved_sections(agent))
    try:
        services.apply_proposal(agent=agent, sections=sections, by=request.user, at=at)
    except Refusal as refusal:
        add_refusal_to(selection.words, refusal, field=NON_FIELD_ERRORS)
        return False
    success = "Details added as drafts. Check each section of your profile and save it."
    messages.success(
        request, success if sections else "Nothing was added. Résumé details discarded."
    )
    return True


@on_step("profile")
@require_POST
def discard(request: AgentRequest) -> HttpResponseBase:
    """Discard the details."""
    services.discard_proposal(agent=request.agent, by=request.user, at=timezone.now())
    messages.success(request, "Résumé details discarded.")
    return redirect("onboarding:profile")
