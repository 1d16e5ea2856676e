"""WebSocket of the desk: tells pages which ticket has changed; they then read what is new."""

import asyncio
import contextlib
import json
import logging
import time
from collections import deque
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils import timezone

from accounts.models import User
from accounts.sessions import websockets
from chatbot.desk.live import DESK_GROUP, ticket_group

log = logging.getLogger(__name__)
# WebSocket close codes.
CLOSE_UNAUTHENTICATED = 4401
CLOSE_NOT_SUPPORT = 4403
CLOSE_TOO_MANY = 4429
CLOSE_UNAVAILABLE = 4503
#: How often access is checked, and that the connection lives is said.
TICK_SECONDS = 10.0
#: How long the channel layer may take.
LAYER_SECONDS = 5.0
#: Frames that a page may send within `FRAMES_WITHIN` seconds: one for each ticket it opens.
MOST_FRAMES = 30
FRAMES_WITHIN = 10.0
LONGEST_FRAME = 200


class DeskConsumer(AsyncJsonWebsocketConsumer):
    """Sends `{"type": "changed", "ticket": …, "what": …}`, and `{"type": "beat"}` now and then.

    The page sends `{"ticket": …}` for the ticket that it shows. From `{"type": "following"}` on it
    is told who else looks at it; who came before, it reads then. No text of a ticket goes over the
    socket: the page reads it with its own permission.
    """

    ticker: asyncio.Task[None] | None = None
    open_group = ""
    has_joined = False

    async def connect(self) -> None:
        """Accept members of support with a second factor."""
        user = await _in_thread(self._find_member)
        await self.accept()
        if user is None:
            is_known = self.scope.get("family") or self.scope["user"].is_authenticated
            return await self.close(CLOSE_NOT_SUPPORT if is_known else CLOSE_UNAUTHENTICATED)
        self.frames: deque[float] = deque(maxlen=MOST_FRAMES)
        if not await self._reach("group_add", DESK_GROUP):
            return await self.close(CLOSE_UNAVAILABLE)
        self.has_joined = True
        self.ticker = asyncio.create_task(self._tick())
        return await self.send_json({"type": "hello"})

    def _find_member(self) -> User | None:
        now = timezone.now()
        if websockets.authenticated_user(self.scope, at=now) is None:
            return None
        return websockets.staff_in_role(self.scope, "support", at=now)

    async def disconnect(self, code: int) -> None:
        """Leave the groups."""
        if self.ticker is not None:
            self.ticker.cancel()
        for group in filter(None, [DESK_GROUP if self.has_joined else "", self.open_group]):
            await self._reach("group_discard", group)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        """Follow the ticket that the page shows. What cannot be read is passed over."""
        if self.ticker is None:
            return None
        now = time.monotonic()
        if len(self.frames) == MOST_FRAMES and now - self.frames[0] < FRAMES_WITHIN:
            return await self.close(CLOSE_TOO_MANY)
        self.frames.append(now)
        group = _group_in(text_data)
        if group is None or group == self.open_group:
            return None
        if self.open_group:
            await self._reach("group_discard", self.open_group)
        self.open_group = group if group and await self._reach("group_add", group) else ""
        if self.open_group:
            await self.send_json({"type": "following"})
        return None

    async def ticket_changed(self, message: dict[str, Any]) -> None:
        """Group message: name the ticket to the page. One that is open is named twice."""
        frame = {"type": "changed", "ticket": message["ticket"], "what": message["what"]}
        await self.send_json(frame)

    async def _tick(self) -> None:
        """End the connection of a member who is logged out, or no longer in support."""
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(TICK_SECONDS)
                if await _in_thread(self._find_member) is None:
                    await self.close(CLOSE_UNAUTHENTICATED)
                    return
                await self.send_json({"type": "beat"})

    async def _reach(self, act: str, group: str) -> bool:
        """Whether the channel layer did it; it may be down."""
        try:
            did = getattr(self.channel_layer, act)(group, self.channel_name)
            await asyncio.wait_for(did, LAYER_SECONDS)
        except Exception as fault:
            log.warning("desk.channel_layer_failed", extra={"fault": repr(fault)})
            return False
        return True


def _group_in(text: str | None) -> str | None:
    """The group of the ticket in a frame; empty for no ticket, None for what is no such frame."""
    if text is None or len(text) > LONGEST_FRAME:
        return None
    try:
        found = json.loads(text)["ticket"]
        return ticket_group(UUID(found)) if found else ""
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


async def _in_thread(function: Any) -> Any:
    """Run a function that asks the database beside the thread that other sockets share."""
    return await database_sync_to_async(function, thread_sensitive=False)()
