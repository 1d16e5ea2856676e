"""Frames with values of any type in any field."""

import json
import uuid
from typing import Any

import pytest
from django.utils import timezone

from proctoring.monitoring import consumers
from proctoring.tests.monitoring.test_socket import (
    agent_in_sitting,
    open_page,
    session_of,
    socket,
    writing,  # noqa: F401
)
from proctoring.tests.support.reports import proof_frame

pytestmark = pytest.mark.django_db(transaction=True)

ODD = [
    "null", "[null]", '{"a":{"a":{"a":{"a":{"a":1}}}}}', "1e400", "9" * 5000, "NaN",
    '"\\u0000"', '"\\udfff\\ud800"', '"2026-12-01\\ud80010:00:00+00:00"',
]  # fmt: skip


def with_each(frame: dict[str, Any], odd: str) -> list[str]:
    """The frame with this JSON in place of each field in turn."""
    return [json.dumps({**frame, name: "@"}).replace('"@"', odd) for name in frame]


async def test_odd_values_in_any_field_are_answered(monkeypatch):
    """Each frame has an answer, and the socket stays."""
    monkeypatch.setattr(consumers, "PROOF_SECONDS", 0)
    agent, sitting = await agent_in_sitting()
    page = await open_page(agent, sitting)
    entry = page.journal.batch("MOUSE_LEFT", at=timezone.now())["events"][0]
    for odd in ODD:
        beat = {"type": "beat", "active": True, "ticks": {"faces": "@"}, "visible": True}
        frames = [odd, *with_each(beat, odd), json.dumps(beat).replace('"@"', odd)]
        entries = (odd, *with_each(entry, odd))
        frames += [f'{{"type": "events", "events": [{each}]}}' for each in entries]
        frames += [f'{{"type": "events", "events": {odd}}}', *with_each(proof_frame(), odd)]
        for text in frames:
            await page.client.send_to(text)
            frame = await page.client.receive_json_from()
            assert frame["type"] in ("refused", "clock", "taken", "lease"), text[:200]
    await page.client.disconnect()


async def test_odd_hello_is_answered():
    """A hello without a device is refused; odd facts about it are left out."""
    agent, sitting = await agent_in_sitting()
    cookie = (b"cookie", await session_of(agent))
    client = socket(sitting, cookie)
    await client.connect()
    for odd in ODD:
        await client.send_to(f'{{"type": "hello", "device": {odd}}}')
        assert (await client.receive_json_from())["code"] == "bad_frame"
    await client.disconnect()
    for odd in ODD:
        facts = {"device_class": "@", "browser": "@", "network": "@", "luminance": "@"}
        hello = {"type": "hello", "device": str(uuid.uuid4()), "previous": "@", "facts": facts}
        client = socket(sitting, cookie)
        await client.connect()
        await client.send_to(json.dumps(hello).replace('"@"', odd))
        assert (await client.receive_json_from())["type"] == "welcome"
        await client.disconnect()
