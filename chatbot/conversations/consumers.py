"""WebSocket of Help: tells the pages of a user that the conversation has changed."""

import asyncio
import contextlib
import logging
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils import timezone

from accounts.models import User
from accounts.sessions import websockets
from chatbot.desk.live import conversation_group

log = logging.getLogger(__name__)
CLOSE_UNAUTHENTICATED = 4401
CLOSE_UNAVAILABLE = 4503
#: How long the channel layer may take to add a page to its group.
LAYER_SECONDS = 5.0


class HelpConsumer(AsyncJsonWebsocketConsumer):
    """Sends `{"type": "changed"}`; the page then reads the thread. A lost one is found by asking.

    Nothing that the page sends is read: acts are requests of their own.
    """

    group = ""

    async def connect(self) -> None:
        """Accept users who are logged in."""
        user = await database_sync_to_async(self._find_user)()
        await self.accept()
        if user is None:
            return await self.close(CLOSE_UNAUTHENTICATED)
        self.group = conversation_group(user.pk)
        try:
            joined = self.channel_layer.group_add(self.group, self.channel_name)
            await asyncio.wait_for(joined, LAYER_SECONDS)
        except Exception as fault:
            log.warning("help.channel_layer_failed", extra={"fault": repr(fault)})
            return await self.close(CLOSE_UNAVAILABLE)
        return await self.send_json({"type": "changed"})

    def _find_user(self) -> User | None:
        user = websockets.authenticated_user(self.scope, at=timezone.now())
        return user if isinstance(user, User) and user.is_authenticated else None

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        if self.group:
            with contextlib.suppress(Exception):
                await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        """Nothing is expected from the page; whatever comes is not read."""

    async def conversation_changed(self, message: dict[str, Any]) -> None:
        """Group message: tell the page, if its user is still logged in."""
        check = database_sync_to_async(websockets.is_still_authenticated)
        if await check(self.scope, at=timezone.now()):
            await self.send_json({"type": "changed"})
        else:
            await self.close(CLOSE_UNAUTHENTICATED)
