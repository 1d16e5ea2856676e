"""Pages about monitoring: what was agreed to, and what a browser can and cannot see."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.permissions import AgentRequest, for_agents, for_everyone
from proctoring.artefacts.registry import artefacts


@require_safe
@for_agents
def receipt(request: AgentRequest, pk: uuid.UUID) -> HttpResponse:
    """What the agent agreed to before this sitting."""
    sitting = get_object_or_404(request.agent.sittings.select_related("assessment"), pk=pk)
    context = {"sitting": sitting, "receipts": sitting.receipts.order_by("position")}
    return render(request, "proctoring/artefacts/receipt.html", context)


@require_safe
@for_everyone
def limits(request: HttpRequest) -> HttpResponse:
    """What monitoring sees and does not see. Public: clients read it too."""
    return render(request, "proctoring/artefacts/limits.html", {"artefacts": artefacts()})
