"""The WebSocket of a sitting, through the ASGI application and the real channel layer."""

import uuid
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.sessions import tokens
from accounts.staff import services as staff_services
from conftest import make_agent, make_staff, sign_in
from proctoring.delivery import services as sittings
from proctoring.item_bank.seeding import seed
from proctoring.models import Sitting
from proctoring.tests.support.cast import make_sitting
from proctoring.tests.support.socket import SocketClient

application = import_string(settings.ASGI_APPLICATION)
pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def agent_in_sitting(name: str = "Asha"):
    """An agent with a sitting in progress, by the real clock."""
    now = timezone.now()
    seed(now)
    agent = make_agent(name)
    return agent, make_sitting(agent, "IN_PROGRESS", now)


@sync_to_async
def session_of(agent) -> bytes:
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={sign_in(Client(), agent.user).cookies[name].value}".encode()


@sync_to_async
def bearer_of(agent) -> bytes:
    issued = tokens.issue(user=agent.user, at=timezone.now())
    return f"Bearer {issued.access_token}".encode()


def socket(sitting, *headers, origin=settings.BASE_URL, page=None) -> SocketClient:
    path = f"/ws/sittings/{sitting.pk}/" + (f"?page={page}" if page else "")
    own = [(b"origin", origin.encode())] if origin else []
    return SocketClient(application, path, headers=[*own, *headers])


async def open_socket(agent, sitting, page=None) -> SocketClient:
    client = socket(sitting, (b"cookie", await session_of(agent)), page=page)
    assert (await client.connect())[0]
    assert (await client.receive_json_from())["type"] == "hello"
    return client


def events(*kinds):
    at = timezone.now().isoformat()
    return {
        "type": "events",
        "events": [{"id": str(uuid.uuid4()), "kind": kind, "at": at} for kind in kinds],
    }


async def test_events_are_acknowledged():
    """Events are acknowledged with warnings, the server's time and the end."""
    agent, sitting = await agent_in_sitting()
    client = await open_socket(agent, sitting)
    payload = events("COPY", "MOUSE_LEFT")
    await client.send_json_to(payload)
    data = await client.receive_json_from()
    assert data["taken"] == [event["id"] for event in payload["events"]]
    assert [warning["kind"] for warning in data["warnings"]] == ["COPY"]
    assert data["ends_at"] > data["server_time"]
    await client.disconnect()


async def test_heartbeat_updates_the_activity():
    """A heartbeat updates the last activity and returns the clock."""
    agent, sitting = await agent_in_sitting()
    client = await open_socket(agent, sitting)
    await client.send_json_to({"type": "beat", "active": True})
    assert (await client.receive_json_from())["type"] == "clock"
    fresh = await Sitting.objects.aget(pk=sitting.pk)
    assert fresh.last_active_at > sitting.last_active_at
    await client.disconnect()


async def test_submission_closes_the_socket():
    """A submission by any way is announced on the socket, which closes."""
    agent, sitting = await agent_in_sitting()
    client = await open_socket(agent, sitting)
    submit = sync_to_async(sittings.submit_sitting)
    await submit(sitting=sitting, by=agent.user, at=timezone.now())
    data = await client.receive_json_from()
    assert (data["type"], data["state"], data["reason"]) == ("ended", "SUBMITTED", "AGENT")
    assert (await client.receive_output())["code"] == 4409


async def test_violations_submit_the_sitting():
    """Developer tools seen twice submit the sitting and close the socket."""
    agent, sitting = await agent_in_sitting()
    client = await open_socket(agent, sitting)
    payload = events("DEVELOPER_TOOLS", "DEVELOPER_TOOLS")
    earlier = timezone.now() - timedelta(seconds=10)
    await Sitting.objects.filter(pk=sitting.pk).aupdate(begun_at=earlier)
    payload["events"][0]["at"] = earlier.isoformat()
    await client.send_json_to(payload)
    data = [await client.receive_json_from(), await client.receive_json_from()]
    assert {frame["type"] for frame in data} == {"taken", "ended"}
    assert {frame["state"] for frame in data} == {"AUTO_SUBMITTED"}
    assert (await client.receive_output())["code"] == 4409


async def test_bearer_token_is_accepted():
    """An access token works like a session."""
    agent, sitting = await agent_in_sitting()
    client = socket(sitting, (b"authorization", await bearer_of(agent)))
    assert (await client.connect())[0]
    assert (await client.receive_json_from())["type"] == "hello"
    await client.disconnect()


@pytest.mark.parametrize("who", ["Ravi", None])
async def test_other_users_are_refused(who):
    """Other agents and anonymous users are refused."""
    _, sitting = await agent_in_sitting()
    headers = []
    if who:
        other = await sync_to_async(make_agent)(who)
        headers = [(b"cookie", await session_of(other))]
    client = socket(sitting, *headers)
    await client.connect()
    assert (await client.receive_output()) == {"type": "websocket.close", "code": 4404}


@pytest.mark.parametrize("origin", ["https://evil.example", None])
async def test_other_origins_are_refused(origin):
    """A foreign or missing origin is refused."""
    agent, sitting = await agent_in_sitting()
    client = socket(sitting, (b"cookie", await session_of(agent)), origin=origin)
    assert not (await client.connect())[0]


async def test_malformed_frames_are_refused():
    """Malformed frames are refused, and the connection stays."""
    agent, sitting = await agent_in_sitting()
    client = await open_socket(agent, sitting)
    for text in ("{", "[]", '{"type": "x"}', '{"type": "events", "events": [{}]}', "9" * 70_000):
        await client.send_to(text_data=text)
        data = await client.receive_json_from()
        assert (data["type"], data["code"]) == ("refused", "bad_frame")
    await client.send_json_to({"type": "beat"})
    assert (await client.receive_json_from())["type"] == "clock"
    await client.disconnect()


async def test_second_page_is_recorded():
    """A second page is a critical event; a reload is not."""
    agent, sitting = await agent_in_sitting()
    mine, other = uuid.uuid4(), uuid.uuid4()
    first = await open_socket(agent, sitting, mine)
    again = await open_socket(agent, sitting, mine)
    assert not await sitting.observations.aexists()
    second = await open_socket(agent, sitting, other)
    event = await sitting.observations.prefetch_related("rulings").aget()
    assert (event.kind, event.ruling.severity) == ("OPENED_TWICE", "CRITICAL")
    for client in (first, again, second):
        await client.disconnect()


async def test_lost_connection_is_recorded():
    """A gap of 20 seconds is recorded as information."""
    agent, sitting = await agent_in_sitting()
    away = timezone.now() - timedelta(seconds=20)
    await Sitting.objects.filter(pk=sitting.pk).aupdate(last_seen_at=away)
    client = await open_socket(agent, sitting)
    event = await sitting.observations.prefetch_related("rulings").aget()
    assert (event.kind, event.ruling.standing, event.data["seconds"]) == (
        "NETWORK_BACK",
        "NOTED",
        20,
    )
    await client.disconnect()


async def test_ended_sitting_has_no_socket():
    """The socket of an ended sitting is refused."""
    agent, sitting = await agent_in_sitting()
    submit = sync_to_async(sittings.submit_sitting)
    await submit(sitting=sitting, by=agent.user, at=timezone.now())
    client = socket(sitting, (b"cookie", await session_of(agent)))
    await client.connect()
    assert (await client.receive_output())["code"] == 4404


@pytest.mark.parametrize("how", ["suspended", "logged out elsewhere", "program logged out"])
async def test_logged_out_user_is_disconnected(how):
    """After suspension or logout the next frame is refused and the socket closes."""
    agent, sitting = await agent_in_sitting()
    kind = b"authorization" if how == "program logged out" else b"cookie"
    credentials = await (bearer_of(agent) if kind == b"authorization" else session_of(agent))
    client = socket(sitting, (kind, credentials))
    assert (await client.connect())[0]
    assert (await client.receive_json_from())["type"] == "hello"
    await sync_to_async(revoke_access)(agent, how)
    await client.send_json_to({"type": "beat", "active": True})
    data = await client.receive_json_from()
    assert (data["type"], data["code"]) == ("refused", "not_signed_in")
    assert (await client.receive_output())["code"] == 4401


def revoke_access(agent, how: str) -> None:
    at = timezone.now()
    if how == "suspended":
        staff = make_staff("Omar", "operations")
        staff_services.suspend(user=agent.user, by=staff, at=at, why="A complaint")
    else:
        Session.objects.all().delete()
        tokens.revoke_all(user=agent.user, why="LOGGED_OUT", at=at)
