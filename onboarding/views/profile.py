"""The three pages of the profile: the person, the work, the photo."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.audience import AgentRequest, for_agents
from hitouch.core.errors import Refusal
from hitouch.core.http import send_file
from onboarding import forms, services
from onboarding.views.guard import add_refusal, go_on, on_step

PAGES = require_http_methods(["GET", "POST"])


@on_step("profile")
@PAGES
def person(request: AgentRequest) -> HttpResponseBase:
    """Names, date of birth, addresses."""
    agent = request.agent
    form = forms.PersonForm(request.POST) if request.POST else forms.PersonForm.of(agent)
    if request.POST and form.is_valid() and _saved_person(request, form):
        return redirect("onboarding:profile-work")
    return render(request, "onboarding/profile_person.html", {"form": form, "agent": agent})


def _saved_person(request: AgentRequest, form: forms.PersonForm) -> bool:
    try:
        services.save_person(
            agent=request.agent, by=request.user, at=timezone.now(), **form.facts()
        )
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True


@on_step("profile")
@PAGES
def work(request: AgentRequest) -> HttpResponseBase:
    """Shift, skills, schooling, jobs. "Add another" works without script."""
    more = request.POST.get("add")
    if more in forms.LISTS:
        return _show_work(request, forms.WorkInput.with_one_more(request.POST, more))
    page = forms.WorkInput(request.POST) if request.POST else forms.WorkInput.of(request.agent)
    if request.POST and page.is_valid() and _saved_work(request, page):
        return redirect("onboarding:profile-photo")
    return _show_work(request, page)


def _show_work(request: AgentRequest, page: forms.WorkInput) -> HttpResponseBase:
    return render(request, "onboarding/profile_work.html", {"page": page, "form": page.form})


def _saved_work(request: AgentRequest, page: forms.WorkInput) -> bool:
    try:
        services.save_work(agent=request.agent, by=request.user, at=timezone.now(), **page.facts())
    except Refusal as refusal:
        page.add_error(refusal.field, str(refusal))
        return False
    return True


@on_step("profile")
@PAGES
def photo(request: AgentRequest) -> HttpResponseBase:
    """A photo of the agent."""
    form = forms.PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _saved_photo(request, form):
        messages.success(request, "Your profile is saved.")
        return go_on(request, request.agent)
    return render(request, "onboarding/profile_photo.html", {"form": form, "agent": request.agent})


def _saved_photo(request: AgentRequest, form: forms.PhotoForm) -> bool:
    upload: Any = form.cleaned_data["file"]
    try:
        saved = services.save_photo(
            agent=request.agent, upload=upload, by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    request.agent = saved
    return True


@for_agents
@require_GET
def photo_file(request: AgentRequest) -> HttpResponseBase:
    """The agent's own photo."""
    if request.agent.photo is None:
        raise Http404
    return send_file(request.agent.photo, inline=True)
