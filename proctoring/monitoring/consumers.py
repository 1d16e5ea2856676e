"""WebSocket of a candidate's page or program: connection, proof, beats and journal entries.

The first frame is a hello, which makes the connection. Each further frame is answered when what it
brought is committed, and only then the next one is read. Frames that cannot be read are refused,
and the socket stays.
"""

import asyncio
import logging
import random
import time
import uuid
from collections import defaultdict
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import get_channel_layer
from django.utils import timezone

from accounts.sessions import websockets
from hitouch.core.errors import Refusal
from proctoring import conf
from proctoring.leases import services as leases
from proctoring.leases.refusals import ConnectionEnded, NothingToMonitor
from proctoring.models import CLIENT_KINDS, MonitoringConnection, Observation, Sitting
from proctoring.monitoring import proofs, services
from proctoring.monitoring.beats import ConnectionBeat
from proctoring.monitoring.recording import EventReport
from proctoring.monitoring.writer import EventWriter, NotRecorded, SignedOut
from proctoring.observations import client_journal

log = logging.getLogger(__name__)

# WebSocket close codes.
CLOSE_UNAUTHENTICATED = 4401
CLOSE_NOT_OWNER = 4404
CLOSE_NO_HELLO = 4408
CLOSE_SITTING_ENDED = 4409
CLOSE_CONNECTION_ENDED = 4410
CLOSE_CROWDED = 4429
CLOSE_NORMAL = (1000, 1001)
#: Refusals after which the client has to connect anew, or is done.
CLOSED_BY = {NothingToMonitor: CLOSE_SITTING_ENDED, ConnectionEnded: CLOSE_CONNECTION_ENDED}
MAX_FRAME_CHARS, MAX_PROOF_CHARS = 64 * 1024, 256 * 1024
MAX_ENTRIES = 100
HELLO_SECONDS = 15.0
PROOF_SECONDS = 2.0
#: Sockets of one sitting that may be open in this process without the lease.
MAX_WAITING = 5


async def _tell_consoles(message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is not None:
        await layer.group_send("proctors", message)


writer = EventWriter(clock=timezone.now, tell=_tell_consoles)
_sockets: dict[uuid.UUID, list["SittingConsumer"]] = defaultdict(list)
_by_connection: dict[uuid.UUID, "SittingConsumer"] = {}
_tasks: set[asyncio.Task[Any]] = set()


class SittingConsumer(AsyncJsonWebsocketConsumer):
    """The socket of one page or program of the agent's own sitting in progress."""

    sitting: Sitting | None = None
    connection: MonitoringConnection | None = None
    held = False
    is_program = False
    proved = 0.0
    looked_at: datetime | None = None
    detector_works = True
    hello_timer: asyncio.TimerHandle | None = None
    challenge_timer: asyncio.TimerHandle | None = None

    async def connect(self) -> None:
        """Accept the agent whose sitting it is, while it is in progress or paused."""
        self.sitting = await _in_thread(self._find_sitting)
        await self.accept()
        if self.sitting is None:
            return await self.close(CLOSE_NOT_OWNER)
        self.group = f"sitting-{self.sitting.pk}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        loop = asyncio.get_running_loop()
        self.hello_timer = loop.call_later(HELLO_SECONDS, self._close_soon, CLOSE_NO_HELLO)
        await self._crowd_out()
        return None

    def _find_sitting(self) -> Sitting | None:
        now = timezone.now()
        user = websockets.authenticated_user(self.scope, at=now)
        agent = getattr(user, "agent_or_none", None)
        if agent is None:
            return None
        pk = self.scope["url_route"]["kwargs"]["pk"]
        states = (Sitting.State.IN_PROGRESS, Sitting.State.PAUSED)
        rows = agent.sittings.filter(state__in=states).select_related("assessment", "agent")
        sitting = rows.filter(pk=pk).first()
        if sitting is None or b"origin" in dict(self.scope["headers"]):
            return sitting
        self.is_program = True
        ticket = services.ticket_of(self.scope["query_string"])
        return sitting if leases.use_ticket(sitting=sitting, ticket=ticket, at=now) else None

    async def _crowd_out(self) -> None:
        """Close the oldest sockets without the lease when there are too many of one sitting."""
        if self.sitting is None:
            return
        sockets = _sockets[self.sitting.pk]
        sockets.append(self)
        waiting = [each for each in sockets if not each.held]
        for each in waiting[:-MAX_WAITING]:
            sockets.remove(each)
            await each.close_with("crowded", CLOSE_CROWDED)

    async def disconnect(self, code: int) -> None:
        """Release the lease. A connection that broke off is lost, and may come back."""
        for timer in (self.hello_timer, self.challenge_timer):
            if timer:
                timer.cancel()
        if self.sitting is None:
            return
        sockets = _sockets.get(self.sitting.pk, [])
        if self in sockets:
            sockets.remove(self)
        if not sockets:
            _sockets.pop(self.sitting.pk, None)
        await self.channel_layer.group_discard(self.group, self.channel_name)
        if self.connection is not None:
            _by_connection.pop(self.connection.pk, None)
            await _in_thread(
                leases.release,
                connection=self.connection,
                at=timezone.now(),
                lost=code not in CLOSE_NORMAL,
            )

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        """Refuse a frame that is not a small JSON object, and keep the connection."""
        try:
            if text_data is None or len(text_data) > MAX_PROOF_CHARS:
                raise ValueError
            frame = client_journal.read_frame(text_data)
            if not isinstance(frame, dict):
                raise ValueError
            if len(text_data) > MAX_FRAME_CHARS and frame.get("type") != "proof":
                raise ValueError
        except ValueError:
            return await self._refuse("bad_frame", "Send one JSON object of at most 64 kB.")
        return await self.receive_json(frame)

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        """Handle one frame, if the user is still logged in."""
        try:
            await self._handle(content)
        except SignedOut:
            await self._refuse("not_signed_in", "You are no longer logged in. Log in again.")
            await self.close(CLOSE_UNAUTHENTICATED)
        except NotRecorded:
            await self._refuse("not_recorded", "This could not be saved now. Send it again.")
        except Refusal as refusal:
            await self._refuse(refusal.code, str(refusal))
            if (code := CLOSED_BY.get(type(refusal))) is not None:
                await self.close(code)

    async def _handle(self, content: dict[str, Any]) -> None:
        kind = content.get("type")
        if kind == "events" and self.connection is not None:
            return await self._record(content)
        await writer.submit(self.scope, None)
        if kind == "hello" and self.connection is None:
            return await self._hello(content)
        if self.connection is None:
            return await self._refuse("hello_first", "The first frame is a hello.")
        if kind == "beat":
            return await self._beat(content)
        if kind == "proof":
            return await self._prove(content)
        return await self._refuse("bad_frame", "A frame is a hello, proof, beat or events.")

    async def _hello(self, content: dict[str, Any]) -> None:
        if self.sitting is None:
            return None
        device, previous = _uuid(content.get("device")), _uuid(content.get("previous"))
        facts = content.get("facts")
        if device is None:
            return await self._refuse("bad_frame", "A hello names its device.")
        now = timezone.now()
        client = MonitoringConnection.Client
        self.connection, welcome = await _in_thread(
            services.connect,
            sitting=self.sitting,
            device=device,
            previous=previous,
            client=client.PROGRAM if self.is_program else client.PAGE,
            facts=facts if isinstance(facts, dict) else {},
            at=now,
        )
        if self.hello_timer:
            self.hello_timer.cancel()
        _by_connection[self.connection.pk] = self
        writer.on_ended = _tell_ended
        await self.send_json({"type": "welcome", "server_time": now.isoformat(), **welcome})
        if not welcome["needs"]:
            await self._note_lease(proofs.PresenceProof())
        return None

    async def _prove(self, content: dict[str, Any]) -> None:
        if time.monotonic() - self.proved < PROOF_SECONDS:
            return await self._refuse("too_many", "Wait two seconds before the next proof.")
        self.proved = time.monotonic()
        proof = await _in_thread(proofs.judge, content.get("still"), content.get("sound"))
        await self._note_lease(proof)
        return None

    async def _note_lease(self, proof: proofs.PresenceProof) -> None:
        if self.connection is None:
            return
        change, needs = await _in_thread(
            services.prove, connection=self.connection, proof=proof, at=timezone.now()
        )
        self.connection, self.held = change.connection, change.held
        if change.gained:
            self._plan_challenge(random.uniform(5, conf.FIRST_CHALLENGE_WITHIN.total_seconds()))  # noqa: S311
        reason = "" if change.held else next(iter(proof.codes), "proof_needed")
        await self.send_json(
            {"type": "lease", "held": change.held, "reason": reason, "needs": needs}
        )

    def _plan_challenge(self, seconds: float) -> None:
        """Ask for a still at a moment that the client cannot know."""
        if self.challenge_timer:
            self.challenge_timer.cancel()
        loop = asyncio.get_running_loop()
        self.challenge_timer = loop.call_later(seconds, self._challenge_soon)

    def _challenge_soon(self) -> None:
        mean = conf.CHALLENGE_MEAN.total_seconds()
        self._plan_challenge(random.expovariate(1 / mean))
        if self.held and self.sitting is not None and "CAMERA" not in self.sitting.waives:
            _spawn(_in_thread(services.challenge, sitting=self.sitting, at=timezone.now()))

    async def _beat(self, content: dict[str, Any]) -> None:
        if self.sitting is None or self.connection is None:
            return
        now = timezone.now()
        active = content.get("active") is True
        writer.beat(ConnectionBeat(self.connection.pk, self.sitting.pk, now, active))
        await self._note_ticks(content)
        ends_at = self.sitting.ends_at
        await self.send_json(
            {
                "type": "clock",
                "server_time": now.isoformat(),
                "ends_at": ends_at.isoformat() if ends_at else None,
                "held": self.held,
            }
        )

    async def _note_ticks(self, content: dict[str, Any]) -> None:
        """Note when the page's face detector has stopped, and when it works again."""
        ticks = content.get("ticks")
        looks = ticks.get("faces") if isinstance(ticks, dict) else 0
        if isinstance(looks, int) and looks > 0:
            self.looked_at = timezone.now()
        if self.sitting is None or self.is_program or {"CAMERA", "FACE"} & set(self.sitting.waives):
            return
        since = self.looked_at or (self.connection.held_at if self.connection else None)
        if not self.held or since is None:
            return
        works = timezone.now() - since < conf.DETECTOR_SILENT_AFTER
        if works != self.detector_works:
            self.detector_works = works
            await _in_thread(
                services.note_detector,
                sitting=self.sitting,
                works=works,
                since=since,
                at=timezone.now(),
            )

    async def _record(self, content: dict[str, Any]) -> None:
        if self.sitting is None or self.connection is None:
            return None
        raw = content.get("events")
        if not isinstance(raw, list) or len(raw) > MAX_ENTRIES:
            return await self._refuse("bad_frame", f"Send at most {MAX_ENTRIES} events.")
        device = self.connection.device
        entries = [
            client_journal.read_entry(
                each, sitting=self.sitting.pk, device=device, kinds=CLIENT_KINDS
            )
            for each in raw
        ]
        origin = Observation.Origin
        report = EventReport(
            self.sitting.pk,
            device,
            origin.PROGRAM if self.is_program else origin.BROWSER,
            entries,
            self.connection.pk,
        )
        receipt = await writer.submit(self.scope, report)
        if receipt is None or receipt.is_over:
            await self._refuse("sitting_over", "This assessment is over.")
            await self.close(CLOSE_SITTING_ENDED)
            return None
        await self.send_json(
            {"type": "taken", "server_time": timezone.now().isoformat(), **receipt.as_json()}
        )
        return None

    async def _refuse(self, code: str, detail: str) -> None:
        await self.send_json({"type": "refused", "code": code, "detail": detail})

    async def close_with(self, reason: str, code: int) -> None:
        """Tell why, and close."""
        await self.send_json({"type": "lease", "held": False, "reason": reason})
        await self.close(code)

    def _close_soon(self, code: int) -> None:
        _spawn(self.close(code))

    async def connection_ended(self) -> None:
        """The connection is over while the socket is open: the client connects anew."""
        self.held = False
        await self.close_with("lost", CLOSE_CONNECTION_ENDED)

    # Group messages

    async def sitting_ended(self, message: dict[str, Any]) -> None:
        """The sitting has ended; tell the client and close."""
        await self.send_json({**message, "type": "ended"})
        await self.close(CLOSE_SITTING_ENDED)

    async def sitting_told(self, message: dict[str, Any]) -> None:
        """A proctor says something."""
        await self.send_json({"by": "proctor", **message, "type": "told"})

    async def sitting_ruled(self, message: dict[str, Any]) -> None:
        """Something that the server saw was ruled."""
        await self.send_json({"by": "rules", **message, "type": "told"})

    async def sitting_paused(self, message: dict[str, Any]) -> None:
        """A proctor paused the sitting."""
        self.held = False
        await self.send_json({**message, "type": "paused"})

    async def sitting_resumed(self, message: dict[str, Any]) -> None:
        """The sitting goes on. The proof has to be given again."""
        self._note_end(message)
        await self.send_json({**message, "type": "resumed"})

    async def sitting_clock(self, message: dict[str, Any]) -> None:
        """The sitting ends at another time."""
        self._note_end(message)
        await self.send_json(
            {**message, "type": "clock", "server_time": timezone.now().isoformat()}
        )

    async def sitting_challenge(self, message: dict[str, Any]) -> None:
        """The server asks for a still."""
        if self.held:
            await self.send_json({**message, "type": "challenge"})

    async def lease_replaced(self, message: dict[str, Any]) -> None:
        """Another page or device took the lease."""
        if self.connection is not None and message.get("connection") == str(self.connection.pk):
            self.held = False
            await self.send_json({"type": "lease", "held": False, "reason": "replaced"})

    def _note_end(self, message: dict[str, Any]) -> None:
        moment = services.moment_of(message.get("ends_at"))
        if self.sitting is not None and moment is not None:
            self.sitting.ends_at = moment


def _tell_ended(pk: uuid.UUID) -> None:
    """Called in the event loop, for a connection that the writer found ended."""
    consumer = _by_connection.get(pk)
    if consumer is not None and consumer.held:
        _spawn(consumer.connection_ended())


def _spawn(work: Coroutine[Any, Any, Any]) -> None:
    """Do something in the event loop beside the frames. A failure is logged."""
    task = asyncio.get_running_loop().create_task(work)
    _tasks.add(task)
    task.add_done_callback(_settle)


def _settle(task: asyncio.Task[Any]) -> None:
    _tasks.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.warning("monitoring.socket_task_failed", extra={"why": str(error)})


async def _in_thread(function: Any, *arguments: Any, **facts: Any) -> Any:
    """Run a function in a thread of its own, beside the one that all others share."""
    return await database_sync_to_async(function, thread_sensitive=False)(*arguments, **facts)


def _uuid(raw: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(raw) if isinstance(raw, str) and len(raw) <= 40 else None
    except ValueError:
        return None
