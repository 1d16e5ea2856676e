"""The WebSocket of a sitting, through the ASGI application and the real channel layer."""

import asyncio
import json
import uuid
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.sessions import tokens
from accounts.staff import services as staff_services
from conftest import make_agent, make_staff, sign_in
from proctoring.delivery import services as sittings
from proctoring.item_bank.seeding import seed
from proctoring.leases.queries import holds_lease
from proctoring.leases.tickets import issue_ticket
from proctoring.models import MonitoringConnection, Sitting
from proctoring.monitoring.consumers import writer
from proctoring.observations.queries import first_break
from proctoring.tests.support.cast import make_sitting
from proctoring.tests.support.reports import (
    Reporter,
    picture_bytes,
    plain_bytes,
    proof_frame,
    sound_bytes,
)
from proctoring.tests.support.socket import SocketClient

application = import_string(settings.ASGI_APPLICATION)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def writing():
    """The threads end with each test, and give their database connections back."""
    yield
    await sync_to_async(writer.stop)()
    await sync_to_async(lambda: connection.close())()


@sync_to_async
def agent_in_sitting(name: str = "Asha"):
    """An agent with a sitting in progress, by the real clock."""
    now = timezone.now()
    seed(now)
    agent = make_agent(name)
    return agent, make_sitting(agent, "IN_PROGRESS", now, monitored=False)


@sync_to_async
def session_of(agent) -> bytes:
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={sign_in(Client(), agent.user).cookies[name].value}".encode()


@sync_to_async
def bearer_of(agent) -> bytes:
    issued = tokens.issue(user=agent.user, at=timezone.now())
    return f"Bearer {issued.access_token}".encode()


def socket(sitting, *headers, origin=settings.BASE_URL, query="") -> SocketClient:
    path = f"/ws/sittings/{sitting.pk}/" + (f"?{query}" if query else "")
    own = [(b"origin", origin.encode())] if origin else []
    return SocketClient(application, path, headers=[*own, *headers])


class SocketPage:
    """A page with its socket and its journal."""

    def __init__(self, client: SocketClient, sitting: Sitting, device: uuid.UUID | None) -> None:
        self.client, self.journal = client, Reporter(sitting, device)

    async def until(self, kind: str) -> dict:
        """The next frame of this type."""
        while True:
            frame = await self.client.receive_json_from()
            if frame["type"] == kind:
                return frame

    async def ask(self, frame: dict, kind: str) -> dict:
        await self.client.send_json_to(frame)
        return await self.until(kind)

    async def hello(self) -> dict:
        frame = {"type": "hello", "device": str(self.journal.device), "facts": {}}
        return await self.ask(frame, "welcome")

    async def prove(self, **facts) -> dict:
        return await self.ask(proof_frame(**facts), "lease")

    async def report(self, *kinds: str) -> dict:
        batch = self.journal.batch(*kinds, at=timezone.now())
        return await self.ask({"type": "events", "events": batch["events"]}, "taken")


async def open_page(agent, sitting, *, device=None, proven=False) -> SocketPage:
    client = socket(sitting, (b"cookie", await session_of(agent)))
    assert (await client.connect())[0]
    page = SocketPage(client, sitting, device)
    page.welcome = await page.hello()
    if proven:
        assert (await page.prove())["held"]
    return page


def kinds_of(sitting):
    rows = sitting.observations.order_by("number").values_list("kind", flat=True)
    return sync_to_async(list)(rows)


async def test_proof_gives_the_lease():
    """A page has the lease once a still and a sound were judged, and not before."""
    agent, sitting = await agent_in_sitting()
    page = await open_page(agent, sitting)
    assert page.welcome["needs"] == ["camera", "sound"]
    held = sync_to_async(holds_lease)
    assert not await held(sitting, timezone.now())
    assert (await page.prove())["held"]
    assert await held(sitting, timezone.now())
    await page.client.disconnect()
    assert not await held(sitting, timezone.now())


@pytest.mark.parametrize(
    "facts",
    [
        {"still": plain_bytes()},
        {"still": b"no picture"},
        {"still": picture_bytes(1, (32, 24))},
        {"sound": b"no sound"},
        {"sound": sound_bytes(level=0)},
        {"sound": sound_bytes(0.2)},
    ],
    ids=["plain", "no picture", "tiny", "no sound", "silent", "short"],
)
async def test_poor_proof_gives_no_lease(facts):
    """A plain picture, digital silence or anything else is no proof, and is noted."""
    agent, sitting = await agent_in_sitting()
    page = await open_page(agent, sitting)
    assert not (await page.prove(**facts))["held"]
    assert not await sync_to_async(holds_lease)(sitting, timezone.now())
    assert await kinds_of(sitting) == ["PROOF_FAILED"]
    await page.client.disconnect()


async def test_replayed_still_is_no_proof():
    """The still of an earlier proof proves nothing a second time."""
    agent, sitting = await agent_in_sitting()
    still = picture_bytes()
    first = await open_page(agent, sitting)
    assert (await first.prove(still=still))["held"]
    await first.client.disconnect()
    again = await open_page(agent, sitting, device=first.journal.device)
    assert not (await again.prove(still=still))["held"]
    assert "STILL_REPEATED" in await kinds_of(sitting)
    await again.client.disconnect()


async def test_events_are_acknowledged():
    """Each event has its result; warnings come with it."""
    agent, sitting = await agent_in_sitting()
    page = await open_page(agent, sitting)
    taken = await page.report("COPY", "MOUSE_LEFT")
    assert [row["status"] for row in taken["results"]] == ["recorded", "recorded"]
    assert [each["kind"] for each in taken["told"]] == ["COPY"]
    assert taken["head"] == page.journal.head
    page.client.scope["headers"] = []
    again = await open_page(agent, sitting, device=page.journal.device)
    assert (again.welcome["next_sequence"], again.welcome["head"]) == (3, page.journal.head)
    for each in (page, again):
        await each.client.disconnect()


async def test_heartbeat_updates_the_activity():
    """Beats are answered with the clock at once, and written for all connections together."""
    agent, sitting = await agent_in_sitting()
    page = await open_page(agent, sitting, proven=True)
    clock = await page.ask({"type": "beat", "active": True}, "clock")
    assert clock["ends_at"] > clock["server_time"]
    fresh = sitting
    async with asyncio.timeout(60):
        while fresh.last_active_at <= sitting.last_active_at:
            await asyncio.sleep(0.1)
            fresh = await Sitting.objects.aget(pk=sitting.pk)
    assert not await sitting.observations.aexists()
    await page.client.disconnect()


async def test_submission_closes_the_socket():
    """A submission by any way is announced on the socket, which closes."""
    agent, sitting = await agent_in_sitting()
    page = await open_page(agent, sitting)
    submit = sync_to_async(sittings.submit_sitting)
    await submit(sitting=sitting, by=agent.user, at=timezone.now())
    data = await page.until("ended")
    assert (data["state"], data["reason"]) == ("SUBMITTED", "AGENT")
    assert (await page.client.receive_output())["code"] == 4409


async def test_violations_submit_the_sitting():
    """What the rules decide ends the sitting at once and closes the socket."""
    agent, sitting = await agent_in_sitting()
    page = await open_page(agent, sitting, proven=True)
    batch = page.journal.batch(*["FULLSCREEN_LEFT"] * 12, at=timezone.now())
    await page.client.send_json_to({"type": "events", "events": batch["events"]})
    data = [await page.client.receive_json_from(), await page.client.receive_json_from()]
    assert {frame["type"] for frame in data} == {"taken", "ended"}
    assert (await page.client.receive_output())["code"] == 4409
    await sitting.arefresh_from_db()
    assert (sitting.state, sitting.end_reason) == ("AUTO_SUBMITTED", "RULES")


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
    """A foreign or missing origin is refused; a ticket in the address opens nothing for others."""
    agent, sitting = await agent_in_sitting()
    headers = [(b"cookie", await session_of(agent))]
    client = socket(sitting, *headers, origin=origin)
    assert not (await client.connect())[0]
    if origin:
        ticket = await sync_to_async(issue_ticket)(sitting=sitting, at=timezone.now())
        client = socket(sitting, *headers, origin=origin, query=f"ticket={ticket}")
        assert not (await client.connect())[0]


async def test_ticket_opens_one_socket_of_a_program():
    """A program without an Origin connects with a ticket, once, and only with its own log-in."""
    agent, sitting = await agent_in_sitting()
    ticket = await sync_to_async(issue_ticket)(sitting=sitting, at=timezone.now())
    bearer = (b"authorization", await bearer_of(agent))
    for headers, opens in (([], False), ([bearer], True), ([bearer], False)):
        client = socket(sitting, *headers, origin=None, query=f"ticket={ticket}")
        assert (await client.connect())[0]
        if not opens:
            assert (await client.receive_output())["code"] == 4404
            continue
        program = SocketPage(client, sitting, None)
        await program.hello()
        await program.report("COPY")
        assert await sitting.observations.filter(origin="PROGRAM").acount() == 1
        await client.disconnect()


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"type": "x"}', '{"type": "events"}', '{"type": "events", "events": [[[[]]]]}',
     '{"type": "events", "events": {}}', "[" * 50_000, "9" * 70_000, '{"type": 1e400}', "NaN",
     json.dumps({"type": "events", "events": [{}] * 101})],
)  # fmt: skip
async def test_malformed_frames_are_refused(text):
    """Frames that cannot be read are refused, and the connection stays."""
    agent, sitting = await agent_in_sitting()
    page = await open_page(agent, sitting)
    await page.client.send_to(text_data=text)
    data = await page.client.receive_json_from()
    assert data.get("code") == "bad_frame" or data["results"][0]["status"] == "refused"
    assert (await page.ask({"type": "beat"}, "clock"))["held"] is False
    await page.client.disconnect()


async def test_frames_before_the_hello_are_refused():
    """Nothing is recorded of a socket that did not say what it is."""
    agent, sitting = await agent_in_sitting()
    client = socket(sitting, (b"cookie", await session_of(agent)))
    await client.connect()
    for frame in ({"type": "beat"}, {"type": "events", "events": []}, proof_frame()):
        await client.send_json_to(frame)
        assert (await client.receive_json_from())["code"] == "hello_first"
    await client.send_json_to({"type": "hello", "device": "copied"})
    assert (await client.receive_json_from())["code"] == "bad_frame"
    await client.disconnect()


@pytest.mark.parametrize("is_copied", [False, True], ids=["own device", "copied device"])
async def test_second_page_takes_over_and_is_recorded(is_copied):
    """Of two pages one has the lease and the other is told. A copied id is seen as well."""
    agent, sitting = await agent_in_sitting()
    first = await open_page(agent, sitting, proven=True)
    device = first.journal.device if is_copied else None
    second = await open_page(agent, sitting, device=device, proven=True)
    told = await first.until("lease")
    assert (told["held"], told["reason"]) == (False, "replaced")
    assert await kinds_of(sitting) == ["TAKEOVER"]
    held = MonitoringConnection.objects.filter(sitting=sitting, state="HELD")
    assert await held.acount() == 1
    for page in (first, second):
        await page.client.disconnect()


async def test_welcome_says_whether_another_device_holds_the_lease():
    """A page that comes back knows then that it should not take the lease by itself."""
    agent, sitting = await agent_in_sitting()
    first = await open_page(agent, sitting, proven=True)
    assert not first.welcome["elsewhere"]
    again = await open_page(agent, sitting, device=first.journal.device)
    assert not again.welcome["elsewhere"]
    assert (await open_page(agent, sitting)).welcome["elsewhere"]


async def test_reload_is_no_second_page():
    """A page that was closed and opened again is neither a takeover nor a lost connection."""
    agent, sitting = await agent_in_sitting()
    first = await open_page(agent, sitting, proven=True)
    await first.client.disconnect()
    again = await open_page(agent, sitting, device=first.journal.device, proven=True)
    assert await kinds_of(sitting) == []
    await again.client.disconnect()


async def test_lost_connection_is_no_violation():
    """Twenty seconds without a page are a gap, are given back, and mean nothing else."""
    agent, sitting = await agent_in_sitting()
    first = await open_page(agent, sitting, proven=True)
    await first.client.disconnect(code=1006)
    away = timezone.now() - timedelta(seconds=20)
    await Sitting.objects.filter(pk=sitting.pk).aupdate(begun_at=away - timedelta(minutes=1))
    await sitting.parts.filter(opened_at__isnull=False).aupdate(opened_at=away)
    await MonitoringConnection.objects.aupdate(last_beat_at=away, held_at=away)
    page = await open_page(agent, sitting, device=first.journal.device, proven=True)
    event = await sitting.observations.prefetch_related("rulings").aget()
    assert (event.kind, event.ruling.standing, event.data["seconds"]) == (
        "NETWORK_BACK",
        "NOTED",
        20,
    )
    assert event.data["credited"] == 20
    gap = await sitting.gaps.aget()
    assert (gap.reason, round((gap.until - gap.since).total_seconds())) == ("CONNECTION", 20)
    await page.client.disconnect()


async def test_sixty_sockets_are_harmless():
    """Of many sockets of one sitting the oldest close; the one with the lease stays."""
    agent, sitting = await agent_in_sitting()
    first = await open_page(agent, sitting, proven=True)
    cookie = (b"cookie", await session_of(agent))
    others = []
    for _ in range(60):
        client = socket(sitting, cookie)
        assert (await client.connect())[0]
        others.append(client)
    closed = [await client.receive_output() for client in others[:55]]
    assert {json.loads(each["text"])["reason"] for each in closed} == {"crowded"}
    assert (await first.ask({"type": "beat"}, "clock"))["held"]
    assert (await first.report("COPY"))["results"][0]["status"] == "recorded"
    for client in (*others, first.client):
        await client.disconnect()


async def test_ended_sitting_has_no_socket():
    """The socket of an ended sitting is refused."""
    agent, sitting = await agent_in_sitting()
    submit = sync_to_async(sittings.submit_sitting)
    await submit(sitting=sitting, by=agent.user, at=timezone.now())
    client = socket(sitting, (b"cookie", await session_of(agent)))
    await client.connect()
    assert (await client.receive_output())["code"] == 4404


async def test_sockets_are_recorded_together():
    """Reports of many sittings at once are all acknowledged, and each chain is whole."""
    people = [await agent_in_sitting(name) for name in ("Asha", "Ravi", "Meena")]
    pages = [await open_page(agent, sitting) for agent, sitting in people]
    taken = await asyncio.gather(*(page.report(*["COPY", "CUT"] * 10) for page in pages))
    assert all(len(frame["results"]) == 20 for frame in taken)
    for _, sitting in people:
        assert await sitting.observations.acount() == 20
        assert await sync_to_async(first_break)(sitting) is None
    for page in pages:
        await page.client.disconnect()


@pytest.mark.parametrize("how", ["suspended", "logged out elsewhere"])
@pytest.mark.parametrize("frame", ["beat", "events"])
async def test_logged_out_user_is_disconnected(how, frame):
    """After suspension or logout the next frame is refused and the socket closes."""
    agent, sitting = await agent_in_sitting()
    page = await open_page(agent, sitting)
    await sync_to_async(revoke_access)(agent, how)
    events = page.journal.batch("COPY", at=timezone.now())["events"]
    await page.client.send_json_to({"type": frame, "active": True, "events": events})
    data = await page.client.receive_json_from()
    assert (data["type"], data["code"]) == ("refused", "not_signed_in")
    assert (await page.client.receive_output())["code"] == 4401
    assert not await sitting.observations.aexists()


def revoke_access(agent, how: str) -> None:
    at = timezone.now()
    if how == "suspended":
        staff = make_staff("Omar", "operations")
        staff_services.suspend(user=agent.user, by=staff, at=at, why="A complaint")
    else:
        Session.objects.all().delete()
        tokens.revoke_all(user=agent.user, why="LOGGED_OUT", at=at)
