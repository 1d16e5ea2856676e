"""WebSocket of the console: all live sittings on connecting, afterwards only what has changed."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils import timezone

from accounts.models import User
from accounts.sessions import websockets
from proctoring.console import queries, serializers
from proctoring.console.announcements import CONSOLES

log = logging.getLogger(__name__)

# WebSocket close codes.
CLOSE_UNAUTHENTICATED = 4401
CLOSE_NOT_PROCTOR = 4403
CLOSE_UNAVAILABLE = 4503
#: Changes that come sooner after each other are sent together.
COALESCE_SECONDS = 0.25
#: How often beats are sent, and access is checked.
TICK_SECONDS = 5.0


class ConsoleConsumer(AsyncJsonWebsocketConsumer):
    """Sends `snapshot`, then `rows` that changed, sittings that are `gone`, and `beats`.

    A change comes as a group message. Should one be lost, the next beat finds it. Nothing that the
    page sends is read: acts are requests of their own.
    """

    sender: asyncio.Task[None] | None = None
    is_over = False

    async def connect(self) -> None:
        """Accept proctors with a second factor."""
        user = await _in_thread(self._find_proctor)
        await self.accept()
        if user is None:
            is_known = self.scope.get("family") or self.scope["user"].is_authenticated
            return await self.close(CLOSE_NOT_PROCTOR if is_known else CLOSE_UNAUTHENTICATED)
        self.wake = asyncio.Event()
        self.changed: set[UUID] = set()
        self.pulses: dict[UUID, queries.Pulse] = {}
        self.marks: dict[UUID, str] = {}
        self.echoed = False
        self.sender = asyncio.create_task(self._send_changes())
        return None

    def _find_proctor(self) -> User | None:
        now = timezone.now()
        if websockets.authenticated_user(self.scope, at=now) is None:
            return None
        return websockets.staff_in_role(self.scope, "proctor", at=now)

    async def disconnect(self, code: int) -> None:
        """Stop sending and leave the group. What asks the database right now may finish."""
        if self.sender is None:
            return
        self.is_over = True
        self.wake.set()
        await self.sender
        with contextlib.suppress(Exception):
            await self.channel_layer.group_discard(CONSOLES, self.channel_name)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        """Nothing is expected from the page; whatever comes is not read."""

    async def console_changed(self, message: dict[str, Any]) -> None:
        """Group message: rows have changed. They are read when sent, so the newest counts."""
        self.changed |= {UUID(pk) for pk in message["sittings"]}
        self.wake.set()

    async def console_echo(self, message: dict[str, Any]) -> None:
        """A message of this console to itself: the channel layer works."""
        self.echoed = True

    async def _send_changes(self) -> None:
        """One task sends everything, so that an older row never follows a newer one."""
        try:
            self.echoed = await self._reach(
                self.channel_layer.group_add(CONSOLES, self.channel_name)
            )
            await self._send_snapshot()
            ticked = time.monotonic()
            while not self.is_over:
                with contextlib.suppress(TimeoutError):
                    left = max(ticked + TICK_SECONDS - time.monotonic(), 0)
                    await asyncio.wait_for(self.wake.wait(), left)
                if self.is_over:
                    return None
                if await _in_thread(self._find_proctor) is None:
                    return await self.close(CLOSE_UNAUTHENTICATED)
                if time.monotonic() - ticked >= TICK_SECONDS:
                    ticked = time.monotonic()
                    await self._send_beats()
                if self.changed:
                    self.wake.clear()
                    await self._send_rows()
                    await asyncio.sleep(COALESCE_SECONDS)
        except Exception:
            # A closed socket makes the page connect again, or ask by itself.
            log.exception("console.sending_failed")
            with contextlib.suppress(Exception):
                await self.close(CLOSE_UNAVAILABLE)
        return None

    async def _send_snapshot(self) -> None:
        self.pulses = await _in_thread(queries.pulses)
        data, self.marks = await _in_thread(_read_all)
        await self.send_json({"type": "snapshot", "live": self.echoed, **data})

    async def _send_rows(self) -> None:
        asked, self.changed = self.changed, set()
        rows, marks, now = await _in_thread(_read_rows, asked)
        self.marks |= marks
        gone = [str(pk) for pk in asked - set(marks)]
        for pk in asked - set(marks):
            self.marks.pop(pk, None)
        await self.send_json({"type": "rows", "server_time": now, "rows": rows, "gone": gone})

    async def _send_beats(self) -> None:
        """Send who was heard of, and find changes of which no message came."""
        is_live, self.echoed = self.echoed, False
        found = await _in_thread(queries.pulses)
        beats = {
            str(pk): [_iso(pulse.beat_at), _iso(pulse.active_at)]
            for pk, pulse in found.items()
            if pk not in self.pulses
            or (pulse.beat_at, pulse.active_at)
            != (self.pulses[pk].beat_at, self.pulses[pk].active_at)
        }
        self.pulses = found
        self.changed |= {pk for pk, pulse in found.items() if self.marks.get(pk) != pulse.mark}
        self.changed |= set(self.marks) - set(found)
        now = timezone.now().isoformat()
        await self.send_json({"type": "beats", "live": is_live, "server_time": now, "beats": beats})
        await self._reach(self.channel_layer.send(self.channel_name, {"type": "console.echo"}))

    async def _reach(self, sent: Awaitable[None]) -> bool:
        """Whether the channel layer took a message; it may be down."""
        try:
            await asyncio.wait_for(sent, TICK_SECONDS)
        except Exception as fault:
            log.warning("console.channel_layer_failed", extra={"fault": repr(fault)})
            return False
        return True


async def _in_thread(function: Any, *arguments: Any) -> Any:
    """Run a function that asks the database beside the thread that candidates' sockets share."""
    return await database_sync_to_async(function, thread_sensitive=False)(*arguments)


def _read_all() -> tuple[dict[str, Any], dict[UUID, str]]:
    now = timezone.now()
    rows = queries.console_rows(now)
    return serializers.plain(serializers.console_data(rows, now)), _marks(rows)


def _read_rows(ids: set[UUID]) -> tuple[list[dict[str, Any]], dict[UUID, str], str]:
    now = timezone.now()
    rows = queries.console_rows(now, ids)
    return serializers.plain(serializers.rows_data(rows)), _marks(rows), now.isoformat()


def _marks(rows: list[queries.ConsoleRow]) -> dict[UUID, str]:
    return {row.sitting.pk: queries.mark_of(row.sitting) for row in rows}


def _iso(moment: Any) -> str:
    return moment.isoformat() if moment else ""
