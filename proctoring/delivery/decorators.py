"""View decorators of a sitting's pages: own sittings only, and only the current step."""

import uuid
from collections.abc import Callable
from functools import wraps

from csp.decorators import csp_update
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts.permissions import AgentRequest, for_agents
from hitouch.core.web.views import View
from proctoring.delivery import services as sittings
from proctoring.models import Sitting

PAGES = {
    Sitting.State.CREATED: "proctoring:assessment",
    Sitting.State.SYSTEM_CHECK: "proctoring:computer",
    Sitting.State.DEVICE_TEST: "proctoring:devices",
    Sitting.State.IDENTITY: "proctoring:photo",
    Sitting.State.IDENTITY_REVIEW: "proctoring:waiting",
    Sitting.State.READY: "proctoring:begin",
    Sitting.State.IN_PROGRESS: "proctoring:questions",
    Sitting.State.PAUSED: "proctoring:questions",
    Sitting.State.EXPIRED: "proctoring:assessment",
}
#: The detector of faces is WebAssembly. No other page may compile any.
runs_webassembly = csp_update({"script-src": ["'wasm-unsafe-eval'"]})
SittingView = Callable[[AgentRequest, Sitting], HttpResponseBase]


def redirect_to_step(sitting: Sitting) -> HttpResponse:
    """Redirect to the page of the sitting's current step."""
    name = PAGES.get(Sitting.State(sitting.state), "proctoring:result")
    return redirect(name) if name == "proctoring:assessment" else redirect(name, sitting.pk)


def own_sitting(view: SittingView) -> View:
    """Pass the agent's own sitting to the view, after advancing its clock."""

    @for_agents
    @wraps(view)
    def wrapped(request: AgentRequest, pk: uuid.UUID) -> HttpResponseBase:
        sitting = get_object_or_404(request.agent.sittings, pk=pk)
        sitting = sittings.advance_clock(sitting=sitting, at=timezone.now())
        return view(request, sitting)

    return wrapped


def at_step(*states: str) -> Callable[[SittingView], View]:
    """Limit a view to sittings in these states; others are redirected to their step."""

    def decorate(view: SittingView) -> View:
        @own_sitting
        @wraps(view)
        def wrapped(request: AgentRequest, sitting: Sitting) -> HttpResponseBase:
            return view(request, sitting) if sitting.state in states else redirect_to_step(sitting)

        return wrapped

    return decorate
