"""The page of a running assessment."""

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone

from accounts.permissions import AgentRequest, for_agents
from hitouch.core.errors import Refusal
from hitouch.core.web.query import query_parameters
from proctoring import conf, queries
from proctoring.delivery import journal, rescue, serializers, services
from proctoring.delivery.decorators import (
    at_step,
    own_sitting,
    redirect_to_step,
    runs_webassembly,
)
from proctoring.delivery.face_files import WORKER, face_files
from proctoring.delivery.forms import FragmentForm, RescueForm
from proctoring.delivery.refusals import AnswersMissing
from proctoring.delivery.serving import serve_section
from proctoring.leases.refusals import NotMonitored
from proctoring.models import Sitting, SittingSection

#: Digits of the position of a section.
LONGEST_POSITION = 4


@runs_webassembly
@at_step(Sitting.State.IN_PROGRESS, Sitting.State.PAUSED)
@query_parameters(FragmentForm)
def questions(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """The open section. Its questions are there only while the sitting is monitored.

    The page's scripts connect, prove camera and microphone, and get the questions then, as a
    fragment of this page. Without scripts there is no monitoring, and so no questions.
    """
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
    page = serve_section(sitting, timezone.now())
    context = {
        "sitting": sitting,
        "part": part,
        "drawn": page.questions,
        "now": page.now,
        "last": page.last,
        "count": len(page.parts),
        "missing": missing,
        # What the page's scripts start with is what the API says.
        "state": serializers.QuestionsOut(page, context={"held": page.held}).data,
        "monitoring": {
            "faces": face_files(),
            "waives": sitting.waives,
            "paused_at": sitting.paused_at,
            "outage_credit_seconds": conf.outage_credit_seconds(),
        },
    }
    is_fragment = "fragment" in request.GET or request.headers.get("X-Requested-With") == "fetch"
    if is_fragment and not page.monitored:
        return HttpResponse(str(NotMonitored()), status=NotMonitored.status)
    name = "_section" if is_fragment else "questions"
    status = 409 if missing else 200
    return render(request, f"proctoring/delivery/{name}.html", context, status=status)


def _save_answers(request: AgentRequest, sitting: Sitting, part: SittingSection) -> HttpResponse:
    now = timezone.now()
    position = int(request.POST["position"]) if _has_position(request) else part.position
    try:
        given = _fields(request, "q-")
        if given and position == part.position:
            journal.save_answers(
                sitting=sitting,
                part=part,
                given=given,
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
    position = request.POST.get("position", "")
    return position.isdecimal() and len(position) <= LONGEST_POSITION


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
