"""Signal receivers of proctoring: tell open WebSockets that their sitting has ended."""

import logging
from functools import partial

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.dispatch import receiver

from proctoring import signals
from proctoring.models import Sitting

log = logging.getLogger(__name__)


@receiver(signals.sitting_ended, dispatch_uid="proctoring.close_sockets")
def close_sockets(sender: type[Sitting], sitting: Sitting, **kwargs: object) -> None:
    """Send the end to the sitting's channel group, after the commit."""
    message = {
        "type": "sitting.ended",
        "state": sitting.state,
        "reason": sitting.end_reason,
        "said": sitting.get_end_reason_display(),
    }
    transaction.on_commit(partial(_send_to_group, f"sitting-{sitting.pk}", message), robust=True)


def _send_to_group(group: str, message: dict[str, str]) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(group, message)
