"""WebSocket of a client's live board: tells the page that something has changed."""

from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils import timezone

from accounts.models import User
from accounts.sessions import websockets
from gigs.clients import queries as client_queries
from gigs.models import Member

CLOSE_UNAUTHENTICATED = 4401
CLOSE_NOT_MEMBER = 4403


class LiveBoardConsumer(AsyncJsonWebsocketConsumer):
    """Sends `{"type": "changed"}` to members of a client; the page then reads the board anew."""

    group = ""
    member_id: UUID

    async def connect(self) -> None:
        """Accept members of a client, in any role."""
        member = await database_sync_to_async(self._find_member)()
        await self.accept()
        if member is None:
            return await self.close(CLOSE_NOT_MEMBER)
        self.member_id = member.pk
        self.group = f"live-board-{member.client_id}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        return None

    def _find_member(self) -> Member | None:
        user = websockets.authenticated_user(self.scope, at=timezone.now())
        return client_queries.member_of(user) if isinstance(user, User) else None

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        """Nothing is expected from the page; whatever comes is not read."""

    async def board_changed(self, message: dict[str, Any]) -> None:
        """Group message: tell the page, if its member is still logged in and still one."""
        check = database_sync_to_async(websockets.is_still_authenticated)
        if not await check(self.scope, at=timezone.now()):
            await self.close(CLOSE_UNAUTHENTICATED)
        elif not await database_sync_to_async(self._is_still_member)():
            await self.close(CLOSE_NOT_MEMBER)
        else:
            await self.send_json({"type": "changed"})

    def _is_still_member(self) -> bool:
        return Member.objects.filter(pk=self.member_id).exists()
