"""Messages to open WebSockets, through the channel layer."""

from collections.abc import Mapping
from functools import partial

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction


def send_after_commit(group: str, message: Mapping[str, object]) -> None:
    """Send a message to a channel group once the transaction is committed; a failure is logged."""
    transaction.on_commit(partial(_send, group, dict(message)), robust=True)


def _send(group: str, message: dict[str, object]) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(group, message)
