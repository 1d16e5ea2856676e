"""The development outbox: each mail and SMS as it would have gone out."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.audience import for_everyone
from hitouch import demo
from hitouch.core import outbox
from hitouch.core.models import OutboxMessage

NEWEST = 50


def _messages(to: str) -> list[OutboxMessage]:
    messages = OutboxMessage.objects.real().order_by("-created_at")
    if to:
        messages = messages.to_contact(outbox.index_of(to))
    return list(messages[:NEWEST])


@require_safe
@for_everyone
def show_outbox(request: HttpRequest) -> HttpResponse:
    """The newest messages, and the demo people with their authenticator codes."""
    to = request.GET.get("to", "").strip()
    context = {"sent": _messages(to), "to": to, "people": demo.people(now=timezone.now())}
    return render(request, "dev/outbox.html", context)


@require_safe
@for_everyone
def outbox_json(request: HttpRequest) -> JsonResponse:
    """The newest messages to one contact, newest first, for programs."""
    messages = [
        {
            "id": str(message.pk),
            "channel": message.channel,
            "template": message.template,
            "to": message.to,
            "subject": message.subject,
            "body": message.body,
            "state": message.state,
            "created_at": message.created_at.isoformat(),
        }
        for message in _messages(request.GET.get("to", "").strip())
    ]
    return JsonResponse({"messages": messages})
