"""View decorator that admits agents to a step only when all earlier steps are complete."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts.permissions import for_agents
from hitouch.core.web.views import View
from onboarding.steps import gates


def on_step(step: str) -> Callable[[View], View]:
    """Admit agents who completed all earlier steps; redirect others to the open step."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                gates.require(request.agent, step=step)
            except gates.StepNotOpen as refusal:
                messages.info(request, str(refusal))
                return redirect("onboarding:next")
            return view(request, *args, **kwargs)

        wrapper.step = step  # type: ignore[attr-defined]
        return for_agents(wrapper)

    return decorate
