"""Pages of appeals: what was recorded, contesting it, and the reviewer's answer."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AgentRequest, UserRequest, for_agents, for_staff
from hitouch.core.errors import Refusal
from hitouch.core.web.downloads import send_file
from hitouch.core.web.forms import add_refusal_to
from proctoring.delivery.decorators import own_sitting
from proctoring.models import Appeal, IdentityCheck, Observation, Sitting
from proctoring.review.appeals import forms, queries, services
from proctoring.review.forms import AppealAnswerForm
from proctoring.review.views import case_page

for_proctors = for_staff("proctor")
DECISION = "decision"


@require_safe
@own_sitting
def recorded(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """What was recorded, as a reviewer sees it, and what can be contested."""
    return _recorded_page(request, sitting)


def _recorded_page(
    request: AgentRequest, sitting: Sitting, form: forms.AppealForm | None = None, about: str = ""
) -> HttpResponse:
    context = {
        "sitting": sitting,
        "recorded": queries.recorded(sitting, timezone.now()),
        "checks": sitting.checks.order_by("checked_at"),
        "form": form or forms.AppealForm(),
        "empty_form": forms.AppealForm(),
        "about": about,
    }
    return render(request, "proctoring/recorded.html", context)


@require_POST
@own_sitting
def contest_decision(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """Contest the decision about a sitting."""
    return _contest(request, sitting, None)


@for_agents
@require_POST
def contest_entry(request: AgentRequest, pk: uuid.UUID) -> HttpResponse:
    """Contest one entry of an own sitting."""
    rows = Observation.objects.filter(sitting__agent=request.agent)
    observation = get_object_or_404(rows.select_related("sitting__assessment"), pk=pk)
    return _contest(request, observation.sitting, observation)


def _contest(
    request: AgentRequest, sitting: Sitting, observation: Observation | None
) -> HttpResponse:
    form = forms.AppealForm(request.POST)
    about = str(observation.pk) if observation else DECISION
    if form.is_valid():
        try:
            appeal = services.file_appeal(
                sitting=sitting,
                observation=observation,
                text=form.cleaned_data["text"],
                by=request.user,
                at=timezone.now(),
            )
            due = timezone.localtime(appeal.due_at)
            messages.success(request, f"Sent. Another person answers by {due.day} {due:%b}.")
            place = f"entry-{observation.number}" if observation else DECISION
            return redirect(f"{reverse('proctoring:recorded', args=[sitting.pk])}#{place}")
        except Refusal as refusal:
            add_refusal_to(form, refusal)
    return _recorded_page(request, sitting, form, about)


@for_agents
def own_try(request: AgentRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The agent's own photo of one try."""
    rows = IdentityCheck.objects.filter(sitting__agent=request.agent).select_related("photo")
    check = get_object_or_404(rows, pk=pk)
    if check.photo is None:
        raise Http404
    return send_file(request, check.photo, inline=True)


@for_proctors
@require_POST
def answer(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer an appeal."""
    rows = Appeal.objects.select_related("sitting")
    appeal = get_object_or_404(rows, pk=pk)
    form = AppealAnswerForm(request.POST)
    if form.is_valid():
        try:
            services.decide_appeal(
                appeal=appeal, **form.cleaned_data, by=request.user, at=timezone.now()
            )
            messages.success(request, "Answered. The agent is told.")
            return redirect("proctoring:case", appeal.sitting_id)
        except Refusal as refusal:
            add_refusal_to(form, refusal)
    return case_page(request, appeal.sitting, answered=appeal.pk, bound_answer=form)
