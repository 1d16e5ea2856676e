"""The development outbox: each mail and SMS as it would have been sent."""

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import for_everyone
from hitouch.core.models import Attachment, OutboxMessage
from hitouch.core.outbox import services as outbox
from hitouch.core.web.downloads import send_file
from hitouch.core.web.query import query_parameters
from hitouch.demo import people

NEWEST = 50


def _messages(to: str) -> list[OutboxMessage]:
    messages = OutboxMessage.objects.real().order_by("-created_at")
    messages = messages.prefetch_related("attachments__file")
    if to:
        messages = messages.to_contact(outbox.index_of(to))
    return list(messages[:NEWEST])


class OutboxQuery(forms.Form):
    """The contact whose messages to show."""

    to = forms.CharField(required=False)


@require_safe
@for_everyone
@query_parameters(OutboxQuery)
def show_outbox(request: HttpRequest) -> HttpResponse:
    """The newest messages, and the demo people with their authenticator codes."""
    to = request.GET.get("to", "").strip()
    context = {"sent": _messages(to), "to": to, "people": people.people(now=timezone.now())}
    return render(request, "dev/outbox.html", context)


@require_safe
@for_everyone
@query_parameters(OutboxQuery)
def outbox_json(request: HttpRequest) -> JsonResponse:
    """The newest messages to one contact as JSON, newest first."""
    messages = [
        {
            "id": str(message.pk),
            "channel": message.channel,
            "template": message.template,
            "to": message.to,
            "subject": message.subject,
            "body": message.body,
            "state": message.state,
            "attachments": [
                {"name": row.file.name, "url": reverse("dev-attachment", args=[row.pk])}
                for row in message.attachments.all()
            ],
            "created_at": message.created_at.isoformat(),
        }
        for message in _messages(request.GET.get("to", "").strip())
    ]
    return JsonResponse({"messages": messages})


@require_safe
@for_everyone
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file attached to a mail."""
    row = get_object_or_404(Attachment.objects.select_related("file"), pk=pk)
    return send_file(request, row.file, inline=False)
