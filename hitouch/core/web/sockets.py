"""Messages to open WebSockets, through the channel layer."""

from collections.abc import Mapping

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction


def send_after_commit(group: str, message: Mapping[str, object]) -> None:
    """Send a message to a channel group once the transaction is committed; a failure is logged."""
    found = dict(message)

    # A function, since Django logs its name when it fails; a partial has none.
    def send() -> None:
        _send(group, found)

    transaction.on_commit(send, robust=True)


def _send(group: str, message: dict[str, object]) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(group, message)
