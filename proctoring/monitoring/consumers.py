"""WebSocket consumer of one running sitting: heartbeats and monitoring events.

Each frame of the browser calls one service; its result is sent back.
"""

import uuid
from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils import timezone

from accounts.sessions import websockets
from hitouch.core.errors import Refusal
from proctoring.delivery.refusals import SittingOver
from proctoring.models import Sitting
from proctoring.monitoring import serializers, services

# WebSocket close codes.
CLOSE_UNAUTHENTICATED = 4401
CLOSE_NOT_OWNER = 4404
CLOSE_SITTING_ENDED = 4409
CLOSE_NORMAL = (1000, 1001)
MAX_FRAME_CHARS = 64 * 1024


class SittingConsumer(AsyncJsonWebsocketConsumer):
    """Receives heartbeats and events of the agent's own running sitting."""

    sitting: Sitting | None = None
    page = ""

    async def connect(self) -> None:
        """Accept the agent whose sitting it is, while it is in progress."""
        self.sitting = await database_sync_to_async(self._find_sitting)()
        await self.accept()
        if self.sitting is None:
            return await self.close(CLOSE_NOT_OWNER)
        self.page = _page_of(self.scope)
        self.group = f"sitting-{self.sitting.pk}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self._call_service("hello", services.page_opened, page=self.page)
        return None

    def _find_sitting(self) -> Sitting | None:
        user = websockets.authenticated_user(self.scope, at=timezone.now())
        agent = getattr(user, "agent_or_none", None)
        if agent is None:
            return None
        pk = self.scope["url_route"]["kwargs"]["pk"]
        return agent.sittings.live().select_related("assessment").filter(pk=pk).first()

    async def disconnect(self, code: int) -> None:
        """Forget the page if it was closed normally; a lost connection may come back."""
        if self.sitting is None:
            return
        await self.channel_layer.group_discard(self.group, self.channel_name)
        if code in CLOSE_NORMAL:
            page_closed = database_sync_to_async(services.page_closed)
            await page_closed(sitting=self.sitting, page=self.page)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        """Refuse a frame that is not a small JSON object, and keep the connection."""
        try:
            if text_data is None or len(text_data) > MAX_FRAME_CHARS:
                raise ValueError
            frame = await self.decode_json(text_data)
            if not isinstance(frame, dict):
                raise ValueError
        except (ValueError, RecursionError):
            return await self._refuse("bad_frame", "Send one JSON object of at most 64 kB.")
        return await self.receive_json(frame)

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        """Handle one frame, if the user is still logged in."""
        if not await database_sync_to_async(websockets.is_still_authenticated)(
            self.scope, at=timezone.now()
        ):
            await self._refuse("not_signed_in", "You are no longer logged in. Log in again.")
            await self.close(CLOSE_UNAUTHENTICATED)
        elif content.get("type") == "beat":
            await self._call_service(
                "clock", services.heartbeat, active=content.get("active") is True
            )
        elif content.get("type") == "events":
            await self._record_events(content)
        else:
            await self._refuse("bad_frame", "A frame is a beat or events.")

    async def _record_events(self, content: dict[str, Any]) -> None:
        batch = serializers.EventsIn(data=content)
        if await sync_to_async(batch.is_valid)():
            await self._call_service("taken", services.record_events, events=batch.reported())
        else:
            await self._refuse("bad_frame", "Each event has id, kind and at.")

    async def _call_service(self, reply: str, service: Callable[..., Any], **facts: Any) -> None:
        now = timezone.now()
        try:
            result = await database_sync_to_async(service)(sitting=self.sitting, at=now, **facts)
        except Refusal as refusal:
            await self._refuse(refusal.code, str(refusal))
            if isinstance(refusal, SittingOver):
                await self.close(CLOSE_SITTING_ENDED)
            return
        data = (
            serializers.serialize_batch(result) if isinstance(result, services.BatchResult) else {}
        )
        await self.send_json({"type": reply, "server_time": now.isoformat(), **data})

    async def _refuse(self, code: str, detail: str) -> None:
        await self.send_json({"type": "refused", "code": code, "detail": detail})

    async def sitting_ended(self, message: dict[str, Any]) -> None:
        """Group message: the sitting has ended; tell the browser and close."""
        await self.send_json({**message, "type": "ended"})
        await self.close(CLOSE_SITTING_ENDED)


def _page_of(scope: dict[str, Any]) -> str:
    """The id the page gave itself, so that a reload does not count as a second page."""
    page_id = scope["query_string"].decode("latin-1").removeprefix("page=")
    try:
        return str(uuid.UUID(page_id))
    except ValueError:
        return str(uuid.uuid4())
