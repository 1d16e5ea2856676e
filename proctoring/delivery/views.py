"""The page of a running assessment."""

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone

from accounts.permissions import AgentRequest, for_agents
from hitouch.core.errors import Refusal
from proctoring import queries
from proctoring.delivery import journal, rescue, serializers, services
from proctoring.delivery.decorators import (
    at_step,
    own_sitting,
    redirect_to_step,
    runs_webassembly,
)
from proctoring.delivery.face_files import WORKER, face_files
from proctoring.delivery.forms import RescueForm
from proctoring.delivery.queries import add_others, held_answers
from proctoring.delivery.refusals import AnswersMissing
from proctoring.models import Sitting, SittingSection


@runs_webassembly
@at_step(Sitting.State.IN_PROGRESS)
def questions(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """The open section as one form, which works without scripts too."""
    part = queries.current_section(sitting)
    if part is None:
        return redirect_to_step(sitting)
    if request.method != "POST":
        return _page(request, sitting, part)
    try:
        return _save_answers(request, sitting, part)
    except AnswersMissing as refusal:
        return _page(request, sitting, part, refusal)


@runs_webassembly
@for_agents
def face_worker(request: AgentRequest) -> HttpResponse:
    """Start the worker that looks at faces. A worker has the policy of its own response."""
    body = f"import {json.dumps(static(WORKER))};\n"
    return HttpResponse(body, content_type="text/javascript; charset=utf-8")


def _page(
    request: AgentRequest,
    sitting: Sitting,
    part: SittingSection,
    missing: AnswersMissing | None = None,
) -> HttpResponse:
    drawn = list(queries.questions_in(part))
    held = held_answers([row.pk for row in drawn])
    add_others(held)
    for row in drawn:
        row.held = held[row.pk]  # type: ignore[attr-defined]
    parts = list(sitting.parts.select_related("section").order_by("position"))
    page = {
        "now": timezone.now(),
        "state": sitting.state,
        "parts": parts,
        "part": part,
        "last": queries.is_last(part),
        "questions": drawn,
    }
    context = {
        "sitting": sitting,
        "part": part,
        "drawn": drawn,
        "now": page["now"],
        "last": page["last"],
        "count": len(parts),
        "missing": missing,
        # What the page's scripts start with is what the API says.
        "state": serializers.QuestionsOut(page, context={"held": held}).data,
        "monitoring": {"faces": face_files()},
    }
    return render(
        request, "proctoring/delivery/questions.html", context, status=409 if missing else 200
    )


def _save_answers(request: AgentRequest, sitting: Sitting, part: SittingSection) -> HttpResponse:
    now = timezone.now()
    position = int(request.POST["position"]) if _has_position(request) else part.position
    try:
        if position == part.position:
            journal.save_answers(
                sitting=sitting,
                part=part,
                given=_fields(request, "q-"),
                seen=_fields(request, "seen-"),
                at=now,
            )
        _run_action(request, sitting, position)
    except AnswersMissing:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("proctoring:sitting", sitting.pk)


def _fields(request: AgentRequest, prefix: str) -> dict[str, str]:
    """The fields of the form whose names begin so, by question."""
    return {
        name.removeprefix(prefix): str(value)
        for name, value in request.POST.items()
        if name.startswith(prefix)
    }


def _has_position(request: AgentRequest) -> bool:
    return request.POST.get("position", "").isdecimal()


def _run_action(request: AgentRequest, sitting: Sitting, position: int) -> None:
    action, now = request.POST.get("action"), timezone.now()
    confirm = bool(request.POST.get("confirm"))
    if action == "next":
        services.close_section(sitting=sitting, position=position, at=now, confirm=confirm)
    elif action == "submit":
        services.submit_sitting(sitting=sitting, by=request.user, at=now, confirm=confirm)
    else:
        messages.info(request, f"Saved {timezone.localtime(now):%-I:%M %p}".lower().capitalize())


@own_sitting
def upload_rescue(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """Upload the file of answers that could not be sent."""
    form = RescueForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            rescue.receive_rescue(
                sitting=sitting, upload=form.cleaned_data["file"], at=timezone.now()
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, "We have your file. We will look at it and tell you.")
            return redirect("proctoring:rescue", sitting.pk)
    files = sitting.rescue_files.order_by("-uploaded_at")
    context = {"sitting": sitting, "form": form, "files": files}
    return render(request, "proctoring/delivery/rescue.html", context)
