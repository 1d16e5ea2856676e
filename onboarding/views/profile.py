"""Two of the profile's pages: the person and the work."""

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.audience import AgentRequest
from hitouch.core.errors import Refusal
from onboarding import forms, services
from onboarding.views.guard import add_refusal, on_step

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
