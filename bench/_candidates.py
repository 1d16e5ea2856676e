"""Simulated candidates on a running site: sockets, journals, beats and stills."""

import asyncio
import base64
import io
import json
import random
import time
import wave
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import numpy as np
from PIL import Image
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

KINDS = ("MOUSE_LEFT", "LOOKING_AWAY")
BEAT_SECONDS = STILL_SECONDS = 5.0
ENTRIES = 5


def still(seed: int) -> bytes:
    """A picture of 320 by 240 with something in it."""
    noise = np.random.default_rng(seed).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).resize((320, 240)).save(out, "JPEG", quality=50)
    return out.getvalue()


def sound() -> bytes:
    """One second of a quiet room."""
    noise = np.random.default_rng(1).normal(0, 0.05, 16000)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes((np.clip(noise, -1, 1) * 32767).astype("<i2").tobytes())
    return out.getvalue()


SOUND = base64.b64encode(sound()).decode()


@dataclass
class Figures:
    """What all candidates saw."""

    acknowledged: list[float] = field(default_factory=list)
    entries: int = 0
    stills: int = 0
    refused: int = 0
    stills_refused: int = 0
    reconnects: int = 0
    kept: dict[str, set[int]] = field(default_factory=dict)


class Candidate:
    """One page: what is not acknowledged is sent again after a reconnect."""

    def __init__(self, site: str, sitting: str, device: str, cookie: str, hash_of: Any) -> None:
        self.site, self.sitting, self.device, self.cookie = site, sitting, device, cookie
        self.hash_of = hash_of
        self.sequence, self.head = 0, ""
        self.waiting: list[dict[str, Any]] = []
        self.number = random.getrandbits(40)

    def write(self, count: int) -> None:
        """Journal entries of different content."""
        for _ in range(count):
            self.sequence += 1
            at = datetime.now(UTC)
            facts = {
                "sequence": self.sequence,
                "previous_hash": self.head,
                "kind": random.choice(KINDS),
                "at": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z",
                "data": {"x": self.sequence, "y": random.randrange(1000)},
            }
            self.head = self.hash_of(sitting=self.sitting, device=self.device, **facts)
            self.waiting.append({**facts, "hash": self.head})

    async def run(self, until: float, rate: float, figures: Figures, stills: bool) -> None:
        """Stay connected until then; `rate` entries a second."""
        figures.kept[self.device] = set()
        pictures = asyncio.create_task(self.send_stills(until, figures)) if stills else None
        while time.monotonic() < until:
            try:
                await self.connected(until, rate, figures)
            except (OSError, WebSocketException, TimeoutError):
                figures.reconnects += 1
                await asyncio.sleep(random.uniform(0.3, 0.8))
        if pictures:
            await pictures

    async def connected(self, until: float, rate: float, figures: Figures) -> None:
        url = f"{self.site.replace('http', 'ws')}/ws/sittings/{self.sitting}/"
        headers = {"Cookie": self.cookie}
        async with connect(
            url, additional_headers=headers, origin=self.site, compression=None, open_timeout=60
        ) as socket:
            await self.ask(socket, {"type": "hello", "device": self.device}, "welcome")
            picture = base64.b64encode(still(random.getrandbits(30))).decode()
            await self.ask(socket, {"type": "proof", "still": picture, "sound": SOUND}, "lease")
            beaten = time.monotonic() + random.uniform(0, BEAT_SECONDS)
            sent = time.monotonic() + random.uniform(0, ENTRIES / rate)
            while time.monotonic() < until or self.waiting:
                now = time.monotonic()
                if now >= beaten:
                    beaten = now + BEAT_SECONDS
                    beat = {"type": "beat", "active": True, "ticks": {"faces": 1}}
                    await self.ask(socket, beat, "clock")
                if now >= sent and now < until:
                    sent = max(sent + ENTRIES / rate, now - 1)
                    self.write(ENTRIES)
                if self.waiting:
                    await self.report(socket, figures)
                else:
                    await asyncio.sleep(max(0.005, min(beaten, sent, until) - time.monotonic()))

    async def report(self, socket: Any, figures: Figures) -> None:
        frame = {"type": "events", "events": self.waiting[:100]}
        began = time.perf_counter()
        taken = await self.ask(socket, frame, "taken")
        figures.acknowledged.append(time.perf_counter() - began)
        done = {row["sequence"] for row in taken["results"] if row["status"] != "refused"}
        figures.refused += sum(row["status"] == "refused" for row in taken["results"])
        figures.entries += sum(row["status"] == "recorded" for row in taken["results"])
        figures.kept[self.device] |= done
        self.waiting = [each for each in self.waiting if each["sequence"] not in done]

    async def ask(self, socket: Any, frame: dict[str, Any], kind: str) -> dict[str, Any]:
        await socket.send(json.dumps(frame))
        async with asyncio.timeout(60):
            while True:
                answer: dict[str, Any] = json.loads(await socket.recv())
                if answer["type"] == kind:
                    return answer
                if answer["type"] == "refused" and answer["code"] != "not_recorded":
                    raise TimeoutError(answer["code"])

    async def send_stills(self, until: float, figures: Figures) -> None:
        name = self.cookie.partition("=")[2]
        async with httpx.AsyncClient(base_url=self.site, timeout=60) as client:
            token = "a" * 32
            cookies = f"sessionid={name}; csrftoken={token}"
            headers = {"Cookie": cookies, "X-CSRFToken": token, "Referer": self.site}
            await asyncio.sleep(random.uniform(0, STILL_SECONDS))
            while time.monotonic() < until:
                began = time.monotonic()
                picture = still(random.getrandbits(30))
                try:
                    answer = await client.post(
                        f"/api/v1/sittings/{self.sitting}/snapshots/",
                        files={"picture": ("still.jpg", picture, "image/jpeg")},
                        data={"faces": "1"},
                        headers=headers,
                    )
                    figures.stills += answer.status_code == 201
                    figures.stills_refused += answer.status_code != 201
                except httpx.HTTPError:
                    figures.stills_refused += 1
                await asyncio.sleep(max(0.1, began + STILL_SECONDS - time.monotonic()))
