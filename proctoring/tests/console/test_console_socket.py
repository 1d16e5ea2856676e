"""The console's WebSocket, through the ASGI application and the real channel layer."""

import asyncio
import time
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings as site_settings
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string
from django_otp.plugins.otp_static.models import StaticDevice

from accounts.sessions import tokens
from accounts.staff import services as staff_services
from conftest import make_agent, make_staff, sign_in
from proctoring.console import consumers, services
from proctoring.delivery.services import submit_sitting
from proctoring.item_bank.seeding import seed
from proctoring.models import Sitting
from proctoring.tests.support.cast import make_sitting
from proctoring.tests.support.live import live_sittings
from proctoring.tests.support.socket import SocketClient
from tests.support.waiting import DEADLINE_SECONDS

application = import_string(site_settings.ASGI_APPLICATION)
pytestmark = pytest.mark.django_db(transaction=True)
SAYING = {"reason": "CANDIDATE", "text": "Please stay alone in the room."}
#: Most of it is the quarter of a second in which changes are gathered.
WAIT_SECONDS = 2.0


@pytest.fixture(autouse=True)
def scene():
    """These tests commit: each makes its own rows."""


@pytest.fixture(autouse=True)
def quick_tick(monkeypatch):
    """Access is checked and beats are sent every half second."""
    monkeypatch.setattr(consumers, "TICK_SECONDS", 0.5)


@pytest.fixture(autouse=True)
async def closed_connections():
    """The thread of the services gives its connection back, so that the database can go."""
    yield
    await sync_to_async(connections.close_all)()


@sync_to_async
def live(number: int = 1) -> list[Sitting]:
    now = timezone.now()
    seed(now)
    return live_sittings(number, now)


@sync_to_async
def staff(name: str = "Farah", role: str = "proctor"):
    return make_staff(name, role)


@sync_to_async
def session_of(user, **options) -> bytes:
    name = site_settings.SESSION_COOKIE_NAME
    return f"{name}={sign_in(Client(), user, **options).cookies[name].value}".encode()


def socket(*headers, origin=site_settings.BASE_URL) -> SocketClient:
    own = [(b"origin", origin.encode())] if origin else []
    return SocketClient(application, "/ws/proctor/", headers=[*own, *headers])


async def open_console(user) -> tuple[SocketClient, dict]:
    client = socket((b"cookie", await session_of(user)))
    assert (await client.connect())[0]
    snapshot = await client.receive_json_from()
    assert snapshot["type"] == "snapshot"
    return client, snapshot


async def frame_of(client, kind: str) -> dict:
    """The next frame of this kind. Rows of nobody here are those of a test beside this one."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            frame = await client.receive_json_from()
            if frame["type"] == kind and frame.get("rows") != []:
                return frame


async def gone_from(client) -> list[str]:
    """The next sittings that are gone."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not (frame := await client.receive_json_from()).get("gone"):
            pass
    return frame["gone"]


async def closed_with(client) -> int:
    """The code with which the socket closes, whatever is sent before."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while (answer := await client.receive_output(60))["type"] != "websocket.close":
            pass
    return answer["code"]


async def act(service, **facts):
    return await sync_to_async(service)(at=timezone.now(), **facts)


async def test_everything_at_first_then_only_changes():
    """A console gets all rows when it connects, then the row that changed, within a moment."""
    sittings, user = await live(3), await staff()
    client, snapshot = await open_console(user)
    assert {row["id"] for row in snapshot["sittings"]} == {str(each.pk) for each in sittings}
    began = time.monotonic()
    await act(services.watch, sitting=sittings[1], by=user)
    frame = await frame_of(client, "rows")
    assert time.monotonic() - began < WAIT_SECONDS
    assert [row["id"] for row in frame["rows"]] == [str(sittings[1].pk)]
    assert frame["rows"][0]["watchers"] == [{"id": str(user.pk), "name": "Farah"}]
    await client.disconnect()


async def test_changes_are_gathered():
    """A burst of changes of one sitting is one row, and of several one frame."""
    sittings, user = await live(2), await staff()
    client, _ = await open_console(user)
    await act(services.watch, sitting=sittings[0], by=user)
    await frame_of(client, "rows")
    for _ in range(5):
        await act(services.send_message, sitting=sittings[0], by=user, **SAYING)
        await act(services.warn, sitting=sittings[1], by=user, **SAYING)
    seen = 0
    frames = []
    while seen < 5:
        frames.append(await frame_of(client, "rows"))
        seen = max([row["latest"]["number"] for row in frames[-1]["rows"]], default=seen)
    assert len(frames) < 10
    assert all(len({row["id"] for row in f["rows"]}) == len(f["rows"]) for f in frames)
    await client.disconnect()


async def test_all_consoles_hear_of_it():
    """What one proctor does is on the consoles of the others."""
    (sitting,), user = await live(), await staff()
    one, _ = await open_console(user)
    two, _ = await open_console(await staff("Omar"))
    await act(services.watch, sitting=sitting, by=user)
    for client in (one, two):
        frame = await frame_of(client, "rows")
        assert frame["rows"][0]["watchers"][0]["name"] == "Farah"
        await client.disconnect()


async def test_sittings_come_and_go():
    """A sitting that begins appears, one that ends is gone."""
    await live(0)
    client, snapshot = await open_console(await staff())
    assert snapshot["sittings"] == []
    agent = await sync_to_async(make_agent)("Asha")
    sitting = await sync_to_async(make_sitting)(agent, "IN_PROGRESS", timezone.now())
    assert (await frame_of(client, "rows"))["rows"][0]["name"] == "Asha Rao"
    await act(submit_sitting, sitting=sitting, by=agent.user)
    while str(sitting.pk) not in await gone_from(client):
        pass
    await client.disconnect()


async def test_beats_are_sent_by_the_clock():
    """When somebody was heard of reaches the console without any row being written for it."""
    (sitting, _), user = await live(2), await staff()
    client, _ = await open_console(user)
    assert (await frame_of(client, "beats"))["beats"] == {}
    later = timezone.now() + timedelta(seconds=1)
    await sitting.connections.aupdate(last_beat_at=later)
    frame = await frame_of(client, "beats")
    while not frame["beats"]:
        frame = await frame_of(client, "beats")
    assert list(frame["beats"]) == [str(sitting.pk)]
    assert frame["beats"][str(sitting.pk)][0] == later.isoformat()
    await client.disconnect()


async def test_what_the_page_sends_is_not_read():
    """Frames of the page change nothing and close nothing."""
    (sitting,), user = await live(), await staff()
    client, _ = await open_console(user)
    for text in ("{", "[]", '{"type": "end"}', "9" * 70_000):
        await client.send_to(text)
    await act(services.watch, sitting=sitting, by=user)
    assert (await frame_of(client, "rows"))["rows"]
    await client.disconnect()


@pytest.mark.parametrize("who", ["agent", "reviewer", "unverified", "nobody"])
async def test_strangers_get_nothing(who):
    """Agents, other staff, proctors without a second factor and nobody see no row."""
    await live()
    headers = []
    if who == "agent":
        agent = await sync_to_async(make_agent)("Asha")
        headers = [(b"cookie", await session_of(agent.user))]
    elif who != "nobody":
        user = await staff(role="reviewer" if who == "reviewer" else "proctor")
        headers = [(b"cookie", await session_of(user, second_factor=who != "unverified"))]
    client = socket(*headers)
    await client.connect()
    answer = await client.receive_output()
    assert answer == {"type": "websocket.close", "code": 4401 if who == "nobody" else 4403}


@pytest.mark.parametrize("origin", ["https://evil.example", None])
async def test_other_origins_get_nothing(origin):
    """A foreign or missing origin is refused."""
    user = await staff()
    client = socket((b"cookie", await session_of(user)), origin=origin)
    assert not (await client.connect())[0]


@pytest.mark.parametrize("has_factor", [True, False])
async def test_programs_need_a_second_factor(has_factor):
    """An access token works if its log-in was verified twice."""
    user, now = await staff(), timezone.now()
    issue = sync_to_async(tokens.issue)
    issued = await issue(user=user, at=now, second_factor_at=now if has_factor else None)
    client = socket((b"authorization", f"Bearer {issued.access_token}".encode()))
    await client.connect()
    if has_factor:
        assert (await client.receive_json_from())["type"] == "snapshot"
        await client.disconnect()
    else:
        assert (await client.receive_output())["code"] == 4403


def revoke(user, how: str) -> None:
    now = timezone.now()
    if how == "suspended":
        by = make_staff("Omar", "operations")
        staff_services.suspend(user=user, by=by, at=now, why="A complaint")
    elif how == "logged out":
        Session.objects.all().delete()
    elif how == "session over":
        Session.objects.update(expire_date=now - timedelta(seconds=1))
    elif how == "role gone":
        user.groups.clear()
    else:
        StaticDevice.objects.filter(user=user).delete()


@pytest.mark.parametrize(
    "how", ["suspended", "logged out", "session over", "role gone", "factor gone"]
)
async def test_lost_access_closes_the_console(how):
    """Whoever may no longer see the console is cut off within a tick, also in silence."""
    await live()
    user = await staff()
    client, _ = await open_console(user)
    await sync_to_async(revoke)(user, how)
    assert await closed_with(client) == 4401


async def test_a_lost_message_is_found(monkeypatch):
    """A change of which no message comes is sent with the next beat."""
    (sitting,), user = await live(), await staff()
    client, _ = await open_console(user)
    monkeypatch.setattr("proctoring.console.announcements.send_after_commit", lambda *facts: None)
    await act(services.warn, sitting=sitting, by=user, **SAYING)
    frame = await frame_of(client, "rows")
    assert frame["rows"][0]["latest"]["kind"] == "WARNING"
    await client.disconnect()


async def test_a_dead_channel_layer_is_said(monkeypatch):
    """While messages do not come back, the page hears that changes come late; it stays open."""
    await live()
    client, snapshot = await open_console(await staff())
    assert snapshot["live"] is True
    assert (await frame_of(client, "beats"))["live"] is True

    async def fail(*arguments):
        raise ConnectionError

    layer = get_channel_layer()
    monkeypatch.setattr(layer, "send", fail, raising=False)
    async with asyncio.timeout(DEADLINE_SECONDS):
        while (await frame_of(client, "beats"))["live"]:
            pass
    monkeypatch.undo()
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not (await frame_of(client, "beats"))["live"]:
            pass
    await client.disconnect()


async def test_a_snapshot_asks_few_queries():
    """All rows need as many queries for one sitting as for thirty."""

    def count(number: int) -> int:
        live_sittings(number, timezone.now())
        with CaptureQueriesContext(connection) as found:
            consumers._read_all()
        return len(found)

    await live()
    first = await sync_to_async(count)(1)
    assert await sync_to_async(count)(29) == first <= 16


async def test_one_slow_console_does_not_hold_the_others():
    """A console whose browser reads nothing leaves the others up to date."""
    (sitting,), user = await live(), await staff()
    slow, _ = await open_console(await staff("Omar"))
    quick, _ = await open_console(user)
    for _ in range(3):
        await act(services.send_message, sitting=sitting, by=user, **SAYING)
        await frame_of(quick, "rows")
    await asyncio.gather(slow.disconnect(), quick.disconnect())
