"""The socket of a sitting, through the real application and the real channel layer."""

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
from proctoring.models import Sitting
from proctoring.seeding import seed
from proctoring.services import sittings
from proctoring.tests.support.cast import sitting_at
from proctoring.tests.support.socket import Line

application = import_string(settings.ASGI_APPLICATION)
pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def scene(name: str = "Asha"):
    """An agent in the middle of a sitting, by the real clock."""
    now = timezone.now()
    seed(now)
    agent = make_agent(name)
    return agent, sitting_at(agent, "IN_PROGRESS", now)


@sync_to_async
def session_of(agent) -> bytes:
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={sign_in(Client(), agent.user).cookies[name].value}".encode()


@sync_to_async
def bearer_of(agent) -> bytes:
    issued = tokens.issue(user=agent.user, at=timezone.now())
    return f"Bearer {issued.access_token}".encode()


def socket(sitting, *headers, origin=settings.BASE_URL, page=None) -> Line:
    path = f"/ws/sittings/{sitting.pk}/" + (f"?page={page}" if page else "")
    own = [(b"origin", origin.encode())] if origin else []
    return Line(application, path, headers=[*own, *headers])


async def opened(agent, sitting, page=None) -> Line:
    line = socket(sitting, (b"cookie", await session_of(agent)), page=page)
    assert (await line.connect())[0]
    assert (await line.receive_json_from())["type"] == "hello"
    return line


def events(*kinds):
    at = timezone.now().isoformat()
    return {
        "type": "events",
        "events": [{"id": str(uuid.uuid4()), "kind": kind, "at": at} for kind in kinds],
    }


async def test_events_are_acknowledged_with_warnings_and_the_clock():
    """Each id comes back, with what it came to, the server's time and the end."""
    agent, sitting = await scene()
    line = await opened(agent, sitting)
    sent = events("COPY", "MOUSE_LEFT")
    await line.send_json_to(sent)
    told = await line.receive_json_from()
    assert told["taken"] == [event["id"] for event in sent["events"]]
    assert [warning["kind"] for warning in told["warnings"]] == ["COPY"]
    assert told["ends_at"] > told["server_time"]
    await line.disconnect()


async def test_beat_says_that_somebody_is_there():
    """It moves the last-seen moment and answers with the clock."""
    agent, sitting = await scene()
    line = await opened(agent, sitting)
    await line.send_json_to({"type": "beat", "active": True})
    assert (await line.receive_json_from())["type"] == "clock"
    fresh = await Sitting.objects.aget(pk=sitting.pk)
    assert fresh.last_active_at > sitting.last_active_at
    await line.disconnect()


async def test_handing_in_closes_the_socket():
    """The group hears the end, whichever door it came through."""
    agent, sitting = await scene()
    line = await opened(agent, sitting)
    submit = sync_to_async(sittings.submit_sitting)
    await submit(sitting=sitting, by=agent.user, at=timezone.now())
    told = await line.receive_json_from()
    assert (told["type"], told["state"], told["reason"]) == ("ended", "SUBMITTED", "AGENT")
    assert (await line.receive_output())["code"] == 4409


async def test_rules_end_the_sitting_over_the_socket():
    """Developer tools seen twice: submitted by the server, told to the page."""
    agent, sitting = await scene()
    line = await opened(agent, sitting)
    sent = events("DEVELOPER_TOOLS", "DEVELOPER_TOOLS")
    earlier = timezone.now() - timedelta(seconds=10)
    await Sitting.objects.filter(pk=sitting.pk).aupdate(begun_at=earlier)
    sent["events"][0]["at"] = earlier.isoformat()
    await line.send_json_to(sent)
    told = [await line.receive_json_from(), await line.receive_json_from()]
    assert {frame["type"] for frame in told} == {"taken", "ended"}
    assert {frame["state"] for frame in told} == {"AUTO_SUBMITTED"}
    assert (await line.receive_output())["code"] == 4409


async def test_program_comes_in_with_its_token():
    """A bearer token does what a session does."""
    agent, sitting = await scene()
    line = socket(sitting, (b"authorization", await bearer_of(agent)))
    assert (await line.connect())[0]
    assert (await line.receive_json_from())["type"] == "hello"
    await line.disconnect()


@pytest.mark.parametrize("who", ["Ravi", None])
async def test_stranger_and_nobody_are_turned_away(who):
    """Another agent and somebody without a session get nothing, not even a hello."""
    _, sitting = await scene()
    headers = []
    if who:
        other = await sync_to_async(make_agent)(who)
        headers = [(b"cookie", await session_of(other))]
    line = socket(sitting, *headers)
    await line.connect()
    assert (await line.receive_output()) == {"type": "websocket.close", "code": 4404}


@pytest.mark.parametrize("origin", ["https://evil.example", None])
async def test_page_of_another_site_is_refused(origin):
    """Origin is checked; a missing one is refused too."""
    agent, sitting = await scene()
    line = socket(sitting, (b"cookie", await session_of(agent)), origin=origin)
    assert not (await line.connect())[0]


async def test_nonsense_is_refused_and_the_line_stays():
    """Not JSON, not an object, no known type, a broken event: each gets a word."""
    agent, sitting = await scene()
    line = await opened(agent, sitting)
    for text in ("{", "[]", '{"type": "x"}', '{"type": "events", "events": [{}]}', "9" * 70_000):
        await line.send_to(text_data=text)
        told = await line.receive_json_from()
        assert (told["type"], told["code"]) == ("refused", "bad_frame")
    await line.send_json_to({"type": "beat"})
    assert (await line.receive_json_from())["type"] == "clock"
    await line.disconnect()


async def test_second_page_at_once_is_seen_and_a_reload_is_not():
    """The page names itself: the same one may come back, another one is critical."""
    agent, sitting = await scene()
    mine, other = uuid.uuid4(), uuid.uuid4()
    first = await opened(agent, sitting, mine)
    again = await opened(agent, sitting, mine)
    assert not await sitting.seen.aexists()
    second = await opened(agent, sitting, other)
    event = await sitting.seen.aget()
    assert (event.kind, event.severity) == ("OPENED_TWICE", "CRITICAL")
    for line in (first, again, second):
        await line.disconnect()


async def test_lost_connection_is_noted_when_it_comes_back():
    """Twenty seconds away is information, not a fault."""
    agent, sitting = await scene()
    away = timezone.now() - timedelta(seconds=20)
    await Sitting.objects.filter(pk=sitting.pk).aupdate(last_seen_at=away)
    line = await opened(agent, sitting)
    event = await sitting.seen.aget()
    assert (event.kind, event.standing, event.data["seconds"]) == ("NETWORK_BACK", "NOTED", 20)
    await line.disconnect()


async def test_sitting_that_is_over_has_no_socket():
    """After the end there is nothing to watch."""
    agent, sitting = await scene()
    submit = sync_to_async(sittings.submit_sitting)
    await submit(sitting=sitting, by=agent.user, at=timezone.now())
    line = socket(sitting, (b"cookie", await session_of(agent)))
    await line.connect()
    assert (await line.receive_output())["code"] == 4404


@pytest.mark.parametrize("how", ["suspended", "logged out elsewhere", "program logged out"])
async def test_who_is_shut_out_is_gone_within_a_heartbeat(how):
    """The next beat is refused with a word and the socket closes; nothing more is taken."""
    agent, sitting = await scene()
    kind = b"authorization" if how == "program logged out" else b"cookie"
    proof = await (bearer_of(agent) if kind == b"authorization" else session_of(agent))
    line = socket(sitting, (kind, proof))
    assert (await line.connect())[0]
    assert (await line.receive_json_from())["type"] == "hello"
    await sync_to_async(shut_out)(agent, how)
    await line.send_json_to({"type": "beat", "active": True})
    told = await line.receive_json_from()
    assert (told["type"], told["code"]) == ("refused", "not_signed_in")
    assert (await line.receive_output())["code"] == 4401


def shut_out(agent, how: str) -> None:
    at = timezone.now()
    if how == "suspended":
        staff = make_staff("Omar", "operations")
        staff_services.suspend(user=agent.user, by=staff, at=at, why="A complaint")
    else:
        Session.objects.all().delete()
        tokens.revoke_all(user=agent.user, why="LOGGED_OUT", at=at)
