"""The socket of one sitting: a frame comes in, one service is called, an answer goes out."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import TokenFamily, User
from accounts.sessions import tokens
from hitouch.core.errors import Refusal
from proctoring import serializers
from proctoring.models import Sitting
from proctoring.services import monitoring, sittings

CLOSE_UNAUTHENTICATED = 4401
CLOSE_NOT_OWNER = 4404
CLOSE_SITTING_ENDED = 4409
CLOSE_NORMAL = (1000, 1001)
LONGEST_FRAME = 64 * 1024


class SittingConsumer(AsyncJsonWebsocketConsumer):
    """Takes beats and events of the agent's own running sitting."""

    sitting: Sitting | None = None
    page = ""

    async def connect(self) -> None:
        """Admit the agent whose sitting it is, while it runs."""
        self.sitting = await database_sync_to_async(self._find)()
        await self.accept()
        if self.sitting is None:
            return await self.close(CLOSE_NOT_OWNER)
        self.page = _page_of(self.scope)
        self.group = f"sitting-{self.sitting.pk}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self._call("hello", monitoring.page_opened, page=self.page)
        return None

    def _find(self) -> Sitting | None:
        agent = getattr(_person(self.scope), "agent_or_none", None)
        if agent is None:
            return None
        pk = self.scope["url_route"]["kwargs"]["pk"]
        return agent.sittings.live().select_related("assessment").filter(pk=pk).first()

    async def disconnect(self, code: int) -> None:
        """A page that went politely is no second page; a line that dropped may be."""
        if self.sitting is None:
            return
        await self.channel_layer.group_discard(self.group, self.channel_name)
        if code in CLOSE_NORMAL:
            leave = database_sync_to_async(monitoring.page_closed)
            await leave(sitting=self.sitting, page=self.page)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        """Refuse what is no small JSON object; the connection stays."""
        try:
            if text_data is None or len(text_data) > LONGEST_FRAME:
                raise ValueError
            frame = await self.decode_json(text_data)
            if not isinstance(frame, dict):
                raise ValueError
        except (ValueError, RecursionError):
            return await self._refuse("bad_frame", "Send one JSON object of at most 64 kB.")
        return await self.receive_json(frame)

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        """One frame, one call, while the person is still signed in."""
        if not await database_sync_to_async(_is_still_in)(self.scope):
            await self._refuse("not_signed_in", "You are no longer logged in. Log in again.")
            await self.close(CLOSE_UNAUTHENTICATED)
        elif content.get("type") == "beat":
            await self._call("clock", monitoring.heartbeat, active=content.get("active") is True)
        elif content.get("type") == "events":
            await self._take(content)
        else:
            await self._refuse("bad_frame", "A frame is a beat or events.")

    async def _take(self, content: dict[str, Any]) -> None:
        batch = serializers.EventsIn(data=content)
        if await sync_to_async(batch.is_valid)():
            await self._call("taken", monitoring.record_events, events=batch.reported())
        else:
            await self._refuse("bad_frame", "Each event has id, kind and at.")

    async def _call(self, answer: str, service: Callable[..., Any], **facts: Any) -> None:
        now = timezone.now()
        try:
            done = await database_sync_to_async(service)(sitting=self.sitting, at=now, **facts)
        except Refusal as refusal:
            await self._refuse(refusal.code, str(refusal))
            if isinstance(refusal, sittings.SittingOver):
                await self.close(CLOSE_SITTING_ENDED)
            return
        told = serializers.serialize_batch(done) if isinstance(done, monitoring.BatchResult) else {}
        await self.send_json({"type": answer, "server_time": _iso(now), **told})

    async def _refuse(self, code: str, detail: str) -> None:
        await self.send_json({"type": "refused", "code": code, "detail": detail})

    async def sitting_ended(self, message: dict[str, Any]) -> None:
        """From the group: nothing is taken any more."""
        await self.send_json({**message, "type": "ended"})
        await self.close(CLOSE_SITTING_ENDED)


def _person(scope: dict[str, Any]) -> User | AnonymousUser | None:
    """Who holds the session, or the bearer token of a program."""
    headers = dict(scope["headers"])
    scheme, _, given = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() == "bearer":
        token = tokens.user_for_access_token(access_token=given.strip(), at=timezone.now())
        scope["family"] = token.family if token else None
        return token.family.user if token else None
    return scope.get("user")


def _is_still_in(scope: dict[str, Any]) -> bool:
    """Asked at each frame, so that who was shut out is gone within a heartbeat.

    A program's token may be over by now, for a test is longer than a quarter of an hour: its
    person and its log-in have to stand.
    """
    if family := scope.get("family"):
        alive = TokenFamily.objects.alive(timezone.now())
        return alive.filter(pk=family.pk, user__status=User.Status.ACTIVE).exists()
    session, person = scope["session"], scope["user"]
    active = User.objects.filter(pk=person.pk, status=User.Status.ACTIVE)
    return session.exists(session.session_key) and active.exists()


def _page_of(scope: dict[str, Any]) -> str:
    """The id the page gave itself, so that a reload is not a second page."""
    given = scope["query_string"].decode("latin-1").removeprefix("page=")
    try:
        return str(uuid.UUID(given))
    except ValueError:
        return str(uuid.uuid4())


def _iso(moment: datetime) -> str:
    return moment.isoformat()
