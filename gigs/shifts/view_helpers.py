"""What the pages and the API of both sides share: deciding on corrections."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.permissions import authenticated_user
from gigs import view_helpers
from gigs.models import Claim, TimeCorrection
from gigs.shifts import corrections

DONE = {
    "agree": "Agreed. These hours count now.",
    "refuse": "Refused. The other side has been informed.",
    "withdraw": "Withdrawn.",
}


def session_of(claim: Claim, facts: dict[str, Any]) -> dict[str, Any]:
    """The fields of a proposal, with the session of this claim that it replaces."""
    replaces = facts["replaces"]
    session = get_object_or_404(claim.sessions, pk=replaces) if replaces else None
    return {**facts, "replaces": session}


def decide(request: HttpRequest, correction: TimeCorrection, verb: str, *, side: str) -> None:
    """Agree to, refuse or withdraw a correction, and show what came of it."""
    if verb not in DONE:
        raise Http404
    facts: dict[str, Any] = {
        "correction": correction,
        "side": side,
        "by": authenticated_user(request),
        "at": timezone.now(),
    }
    if verb == "refuse":
        facts["reason"] = request.POST.get("reason", "")[:500]
    view_helpers.call_and_report(request, DONE[verb], lambda: getattr(corrections, verb)(**facts))
