"""A program's side of monitoring: it connects, proves camera and sound, and is heard of.

As for a page, questions are served and answers taken only while this goes on.
"""

import base64
import hashlib
import io
import json
import math
import random
import struct
import threading
import time
import uuid
import wave
from datetime import UTC, datetime
from typing import Any

from PIL import Image
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from hitouch.journey.cast import portrait
from hitouch.journey.client import ApiSession, StepFailed

BEAT_SECONDS, STILL_SECONDS = 5.0, 15.0
LEASE_SECONDS = 30
RATE = 8_000


class Monitored:
    """The connection of one sitting, kept by a thread of its own."""

    def __init__(self, agent: ApiSession, path: str) -> None:
        self.agent, self.path = agent, path
        self.sitting = path.strip("/").rpartition("/")[2]
        self.device = str(uuid.uuid4())
        self.held, self.over = threading.Event(), threading.Event()
        self.problem = ""
        self.sequence, self.head = 0, ""
        self.taken: list[dict[str, Any]] = []
        self.news = threading.Condition()
        self.socket: ClientConnection | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Connect, and wait until the lease is held. Raises `StepFailed`."""
        self.thread.start()
        if not self.held.wait(LEASE_SECONDS):
            self.stop()
            raise StepFailed(f"no lease: {self.problem or 'the server did not answer'}")

    def stop(self) -> None:
        """Close the connection."""
        self.over.set()
        self.thread.join(LEASE_SECONDS)

    def report(self, kind: str) -> dict[str, Any]:
        """Report an event, in the chain of this device. Returns what became of it."""
        if self.socket is None:
            raise StepFailed("the connection is closed")
        self.sequence += 1
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        content = [
            "hitouch-event-1", self.sitting, self.device, self.sequence, self.head, kind, at, {},
        ]  # fmt: skip
        digest = hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()
        entry = {
            "sequence": self.sequence,
            "previous_hash": self.head,
            "hash": digest,
            "kind": kind,
            "at": at,
            "data": {},
        }
        self.head = digest
        self._send({"type": "events", "events": [entry]})
        with self.news:
            if not self.news.wait_for(lambda: self._result_of(entry), LEASE_SECONDS):
                raise StepFailed("the event was not acknowledged")
        return self._result_of(entry)

    def _result_of(self, entry: dict[str, Any]) -> dict[str, Any]:
        return next((row for row in self.taken if row["sequence"] == entry["sequence"]), {})

    def _run(self) -> None:
        try:
            self._keep()
        except (WebSocketException, OSError, StepFailed, KeyError) as fault:
            self.problem = self.problem or f"{fault!r}"
        self.socket = None

    def _keep(self) -> None:
        ticket = self.agent.post(f"{self.path}ticket/", expect=201)["ticket"]
        base = str(self.agent.http.base_url).rstrip("/").replace("http", "ws", 1)
        address = f"{base}/ws{self.path}?ticket={ticket}"
        headers = {"Authorization": self.agent.http.headers["Authorization"]}
        with connect(address, additional_headers=headers, max_size=2**20) as self.socket:
            facts = {"device_class": "program", "browser": "journey"}
            self._send({"type": "hello", "device": self.device, "facts": facts})
            beat_due = time.monotonic() + BEAT_SECONDS
            still_due = time.monotonic() + STILL_SECONDS
            while not self.over.is_set():
                self._receive()
                if time.monotonic() >= beat_due:
                    beat_due += BEAT_SECONDS
                    self._send({"type": "beat", "active": True, "visible": True})
                if self.held.is_set() and time.monotonic() >= still_due:
                    still_due += STILL_SECONDS
                    self._send_still({"origin": "PERIODIC"})

    def _receive(self) -> None:
        assert self.socket is not None  # noqa: S101
        try:
            frame = json.loads(self.socket.recv(timeout=0.5))
        except TimeoutError:
            return
        kind = frame["type"]
        if kind in ("welcome", "resumed"):
            self._send({"type": "proof", "still": _base64(still()), "sound": _base64(tone())})
        elif kind == "lease" and frame["held"]:
            self.held.set()
        elif kind == "lease":
            self.held.clear()
            self.problem = str(frame.get("reason", ""))
        elif kind == "paused":
            self.held.clear()
        elif kind == "challenge":
            self._send_still({"origin": "CHALLENGE", "nonce": frame["nonce"]})
        elif kind == "taken":
            with self.news:
                self.taken += frame["results"]
                self.news.notify_all()
        elif kind == "refused":
            self.problem = f"{frame['code']}: {frame['detail']}"
        elif kind == "ended":
            self.over.set()

    def _send(self, frame: dict[str, Any]) -> None:
        if self.socket is not None:
            self.socket.send(json.dumps(frame))

    def _send_still(self, facts: dict[str, str]) -> None:
        picture = {"picture": ("still.jpg", still(), "image/jpeg")}
        place = f"/api/v1{self.path}snapshots/"
        self.agent.http.post(place, files=picture, data=facts)


def still() -> bytes:
    """The agent's face as a camera shows it: a little different each time."""
    picture = Image.open(io.BytesIO(portrait())).convert("RGB")
    left, top = random.randint(0, 12), random.randint(0, 12)  # noqa: S311  # no secret
    box = (left, top, picture.width - 12 + left, picture.height - 12 + top)
    shown = picture.crop(box).resize((480, 480 * picture.height // picture.width))
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=70)
    return out.getvalue()


def tone() -> bytes:
    """One and a half seconds of a quiet tone, as WAV."""
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setparams((1, 2, RATE, 0, "NONE", ""))
        samples = (
            round(3000 * math.sin(2 * math.pi * 220 * n / RATE)) for n in range(RATE * 3 // 2)
        )
        made.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return out.getvalue()


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
