"""The page of a running assessment."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.permissions import AgentRequest
from hitouch.core.errors import Refusal
from proctoring import queries
from proctoring.delivery import services
from proctoring.delivery.decorators import at_step, redirect_to_step
from proctoring.models import Sitting, SittingSection


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
            services.save_answers(sitting=sitting, part=part, given=values, at=now)
        _run_action(request, sitting, position)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("proctoring:sitting", sitting.pk)


def _has_position(request: AgentRequest) -> bool:
    return request.POST.get("position", "").isdecimal()


def _run_action(request: AgentRequest, sitting: Sitting, position: int) -> None:
    action, now = request.POST.get("action"), timezone.now()
    if action == "next":
        services.close_section(sitting=sitting, position=position, at=now)
    elif action == "submit":
        services.submit_sitting(sitting=sitting, by=request.user, at=now)
    else:
        messages.info(request, f"Saved {timezone.localtime(now):%-I:%M %p}".lower().capitalize())
