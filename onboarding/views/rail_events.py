"""The door for a rail's own news of tests and transfers."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.audience import for_everyone
from hitouch.core.rails import razorpayx
from onboarding import services


@for_everyone
@csrf_exempt
@require_POST
def razorpayx_events(request: HttpRequest) -> HttpResponse:
    """Signed over the raw body, or refused. What is not about us is taken and let go."""
    if not razorpayx.is_signed(request.body, request.headers.get("X-Razorpay-Signature", "")):
        return JsonResponse({"error": "not signed by RazorpayX"}, status=400)
    kind, reference = _told(request.body)
    event_id = request.headers.get("X-Razorpay-Event-Id", "")
    if not kind or not event_id:
        return JsonResponse({"error": "not an event"}, status=400)
    fresh = services.take_event(
        event_id=event_id, kind=kind, reference=reference, at=timezone.now()
    )
    return JsonResponse({"taken": fresh})


def _told(body: bytes) -> tuple[str, str]:
    """The kind of the event and the id of what it is about; nothing else of it is believed."""
    try:
        event: Any = json.loads(body)
        kind = str(event["event"])
        entity = event["payload"][kind.rpartition(".")[0]]["entity"]
        return razorpayx.word(kind), razorpayx.word(entity["id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return "", ""
