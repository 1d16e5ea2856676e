"""Pages of a result, and of what was recorded during the assessment, for the agent."""

import uuid

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.hooks import landing_for
from accounts.permissions import AgentRequest, for_agents
from hitouch.core.web.downloads import send_file
from proctoring import queries
from proctoring.delivery.decorators import own_sitting, redirect_to_step
from proctoring.models import Sitting


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
