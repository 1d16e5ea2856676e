"""Pages of an assessment: questions, result, recordings and own pictures."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.hooks import landing_for
from accounts.permissions import AgentRequest, for_agents
from hitouch.core.errors import Refusal
from hitouch.core.web.downloads import send_file
from proctoring import queries
from proctoring.models import Sitting, SittingSection
from proctoring.services import sittings
from proctoring.views.decorators import at_step, own_sitting, redirect_to_step


@at_step(Sitting.State.IN_PROGRESS)
def questions(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """The open section as one form."""
    part = queries.current_section(sitting)
    if part is None:
        return redirect_to_step(sitting)
    if request.method == "POST":
        return _save_answers(request, sitting, part)
    drawn = queries.questions_in(part)
    context = {"sitting": sitting, "part": part, "drawn": drawn, "now": timezone.now()}
    context |= {"last": queries.is_last(part), "count": sitting.parts.count()}
    return render(request, "proctoring/questions.html", context)


def _save_answers(request: AgentRequest, sitting: Sitting, part: SittingSection) -> HttpResponse:
    now = timezone.now()
    values = {
        name.removeprefix("q-"): str(value)[:300]
        for name, value in request.POST.items()
        if name.startswith("q-")
    }
    position = int(request.POST.get("position", "")) if _has_position(request) else part.position
    try:
        if position == part.position:
            sittings.save_answers(sitting=sitting, part=part, given=values, at=now)
        _run_action(request, sitting, position)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("proctoring:sitting", sitting.pk)


def _has_position(request: AgentRequest) -> bool:
    return request.POST.get("position", "").isdecimal()


def _run_action(request: AgentRequest, sitting: Sitting, position: int) -> None:
    action, now = request.POST.get("action"), timezone.now()
    if action == "next":
        sittings.close_section(sitting=sitting, position=position, at=now)
    elif action == "submit":
        sittings.submit_sitting(sitting=sitting, by=request.user, at=now)
    else:
        messages.info(request, f"Saved {timezone.localtime(now):%-I:%M %p}".lower().capitalize())


@own_sitting
def result(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """Score, level and the next step."""
    if sitting.is_open or sitting.state == Sitting.State.EXPIRED:
        return redirect_to_step(sitting)
    now = timezone.now()
    context = {
        "sitting": sitting,
        "parts": sitting.parts.select_related("section").order_by("position"),
        "landing": landing_for(request.user, now=now),
        "attempts_left": queries.attempts_left(request.agent, sitting.assessment, now),
    }
    return render(request, "proctoring/result.html", context)


@own_sitting
def recordings(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """What was recorded, as a proctor sees it."""
    context = {
        "sitting": sitting,
        "seen": queries.events_of(sitting),
        "snapshots": sitting.snapshots.order_by("taken_at"),
        "checks": sitting.checks.order_by("checked_at"),
        "identity": queries.identity_of(sitting),
    }
    return render(request, "proctoring/recorded.html", context)


@own_sitting
def own_photo(request: AgentRequest, sitting: Sitting) -> HttpResponseBase:
    """The agent's own identity photo."""
    identity = queries.identity_of(sitting)
    if identity is None or identity.photo is None:
        raise Http404
    return send_file(request, identity.photo, inline=True)


@for_agents
def own_snapshot(request: AgentRequest, pk: uuid.UUID) -> HttpResponseBase:
    """One of the agent's own snapshots."""
    picture = get_object_or_404(queries.snapshots_of(request.agent), pk=pk)
    return send_file(request, picture.file, inline=True)
