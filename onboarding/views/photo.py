"""The profile's last page: a photo, from the camera in the page or from a file."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.audience import AgentRequest, for_agents
from hitouch.core.errors import Refusal
from hitouch.core.forms import add_refusal_to
from hitouch.core.http import send_by_link
from hitouch.core.views import form_page
from onboarding import forms, progress, services
from onboarding.views.guard import on_step


@on_step("profile")
@form_page
def photo(request: AgentRequest) -> HttpResponseBase:
    """A photo of the agent."""
    form = forms.PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        messages.success(request, "Photo saved.")
        return redirect("onboarding:next")
    known = progress.progress_of(request.agent)
    context = {"form": form, "agent": request.agent, "progress": known}
    return render(request, "onboarding/profile_photo.html", context)


def _saved(request: AgentRequest, form: forms.PhotoForm) -> bool:
    upload: Any = form.cleaned_data["file"]
    try:
        request.agent = services.save_photo(
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
