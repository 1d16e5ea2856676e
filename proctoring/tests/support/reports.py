"""A page or program that reports: its journal, its proofs and its pictures."""

import base64
import io
import wave
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from conftest import NOON
from proctoring.models import Sitting
from proctoring.monitoring import services as monitoring
from proctoring.monitoring.recording import EventReceipt
from proctoring.observations.client_journal import entry_hash

_pictures = count(1)


def moment(at: datetime) -> str:
    """A moment as JavaScript writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


class Reporter:
    """Chains entries as the page does."""

    def __init__(self, sitting: Sitting, device: UUID | None = None) -> None:
        self.sitting, self.device = sitting, device or uuid4()
        self.sequence, self.head = 0, ""

    def entry(self, kind: str, at: datetime, **data: Any) -> dict[str, Any]:
        self.sequence += 1
        facts: dict[str, Any] = {
            "sequence": self.sequence, "previous_hash": self.head, "kind": kind,
            "at": moment(at), "data": data,
        }  # fmt: skip
        self.head = entry_hash(sitting=self.sitting.pk, device=self.device, **facts)
        return {**facts, "hash": self.head}

    def batch(self, *kinds: str, at: datetime, apart: float = 0) -> dict[str, Any]:
        events = [
            self.entry(kind, at + timedelta(seconds=apart * number))
            for number, kind in enumerate(kinds)
        ]
        return {"device": str(self.device), "events": events}


def picture_bytes(seed: int | None = None, size: tuple[int, int] = (160, 120)) -> bytes:
    """A picture with something in it, another one each time."""
    noise = np.random.default_rng(next(_pictures) if seed is None else seed)
    small = Image.fromarray(noise.integers(0, 255, (12, 16, 3), dtype=np.uint8))
    out = io.BytesIO()
    small.resize(size).save(out, "JPEG", quality=70)
    return out.getvalue()


def plain_bytes(colour: str = "teal", size: tuple[int, int] = (160, 120)) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def upload(data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("still.jpg", data or picture_bytes(), "image/jpeg")


def sound_bytes(seconds: float = 1.5, level: float = 0.05) -> bytes:
    """A recording of a room."""
    noise = np.random.default_rng(1).normal(0, level, round(seconds * 16000))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes((np.clip(noise, -1, 1) * 32767).astype("<i2").tobytes())
    return out.getvalue()


def proof_frame(still: bytes | None = None, sound: bytes | None = None) -> dict[str, Any]:
    data = {"still": still or picture_bytes(), "sound": sound or sound_bytes()}
    return {"type": "proof", **{k: base64.b64encode(v).decode() for k, v in data.items()}}


def report(page: Reporter, *kinds: str, at: datetime = NOON, apart: float = 0.0) -> EventReceipt:
    """Report kinds to the service, as socket and API do."""
    return send(page, page.batch(*kinds, at=at, apart=apart)["events"], at=at)


def send(page: Reporter, events: list[Any], at: datetime = NOON) -> EventReceipt:
    return monitoring.record_events(
        sitting=page.sitting, device=page.device, events=events, origin="BROWSER", at=at
    )
