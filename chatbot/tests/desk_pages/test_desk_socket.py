"""The desk's WebSocket, through the ASGI application and the real channel layer."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings as site_settings
from django.db import connections
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string

from chatbot.desk import consumers, services
from chatbot.models import SupportMember
from conftest import make_agent, make_staff, make_user, sign_in
from proctoring.tests.support.socket import SocketClient
from tests.support.waiting import DEADLINE_SECONDS

application = import_string(site_settings.ASGI_APPLICATION)
pytestmark = pytest.mark.django_db(transaction=True)
TICKET = {"subject": "My payment", "text": "It is missing."}


@pytest.fixture(autouse=True)
def quick_tick(monkeypatch):
    """Access is checked every half second."""
    monkeypatch.setattr(consumers, "TICK_SECONDS", 0.5)


@pytest.fixture(autouse=True)
async def closed_connections():
    """The thread of the services gives its connection back."""
    yield
    await sync_to_async(connections.close_all)()


@sync_to_async
def member(name="Sunita", *roles):
    user = make_staff(name, *(roles or ("support",)))
    SupportMember.objects.create(user=user)
    return user


@sync_to_async
def session_of(user, **options):
    name = site_settings.SESSION_COOKIE_NAME
    return f"{name}={sign_in(Client(), user, **options).cookies[name].value}".encode()


def socket(*headers, origin=site_settings.BASE_URL):
    own = [(b"origin", origin.encode())] if origin else []
    return SocketClient(application, "/ws/desk/", headers=[*own, *headers])


async def open_desk(user):
    client = socket((b"cookie", await session_of(user)))
    assert (await client.connect())[0]
    assert await client.receive_json_from() == {"type": "hello"}
    return client


async def next_frame(client, is_wanted):
    """The next frame that is wanted; beats come in any case."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not is_wanted(frame := await client.receive_json_from()):
            pass
    return frame


async def next_change(client, what=""):
    """The next frame about a change, of one kind if it is named."""
    return await next_frame(
        client, lambda frame: frame["type"] == "changed" and what in ("", frame["what"])
    )


async def closed_with(client):
    """The code with which the socket closes, whatever is sent before."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while (answer := await client.receive_output(DEADLINE_SECONDS))[
            "type"
        ] != "websocket.close":
            pass
    return answer["code"]


async def act(service, **facts):
    return await sync_to_async(service)(at=timezone.now(), **facts)


async def opened():
    agent = await sync_to_async(make_agent)("Asha")
    return await act(services.open_ticket, user=agent.user, **TICKET)


async def test_changes_are_told(db):
    """What happens to a ticket is told to every open desk, without its text."""
    first = await open_desk(await member())
    second = await open_desk(await member("Omar"))
    ticket = await opened()
    for client in (first, second):
        frame = await next_change(client)
        assert frame["ticket"] == str(ticket.pk)
        assert "missing" not in json.dumps(frame)
        await client.disconnect()


async def test_presence_is_told_to_those_who_look(db):
    """Only pages that show the ticket are told who looks at it."""
    sunita, omar = await member(), await member("Omar")
    ticket = await opened()
    looking, elsewhere = await open_desk(sunita), await open_desk(sunita)
    await looking.send_json_to({"ticket": str(ticket.pk)})
    await next_frame(looking, lambda frame: frame["type"] == "following")
    await sync_to_async(services.seen)(ticket=ticket, by=omar, at=timezone.now())
    assert (await next_change(looking, "presence"))["ticket"] == str(ticket.pk)
    await act(services.add_note, ticket=ticket, by=omar, text="A note")
    assert (await next_change(elsewhere))["what"] == "note"
    for client in (looking, elsewhere):
        await client.disconnect()


@pytest.mark.parametrize(
    "frame", ["", "x", "[]", "{}", '{"ticket": 1}', '{"ticket": "x"}', "[" * 190, "y" * 10_000]
)
async def test_frames_that_are_none(db, frame):
    """What cannot be read is passed over: the desk stays open."""
    client = await open_desk(await member())
    await client.send_to(text_data=frame)
    ticket = await opened()
    assert (await next_change(client))["ticket"] == str(ticket.pk)
    await client.disconnect()


async def test_too_many_frames(db):
    """A page that sends without end is cut off."""
    client = await open_desk(await member())
    for _ in range(consumers.MOST_FRAMES + 1):
        await client.send_to(text_data="{}")
    assert await closed_with(client) == consumers.CLOSE_TOO_MANY


@pytest.mark.parametrize("who", ["agent", "client", "no role", "finance", "one factor"])
async def test_strangers(db, who):
    """Only support with a second factor is let in."""
    options = {}
    if who == "agent":
        user = (await sync_to_async(make_agent)("Ravi")).user
    elif who == "client":
        user = await sync_to_async(make_user)("Orchid")
    else:
        roles = {"no role": (), "finance": ("finance",), "one factor": ("support",)}[who]
        user = await sync_to_async(make_staff)("Mohan", *roles)
        options = {"second_factor": False} if who == "one factor" else {}
    client = socket((b"cookie", await session_of(user, **options)))
    await client.connect()
    assert await closed_with(client) == consumers.CLOSE_NOT_SUPPORT


async def test_nobody(db):
    """Without a log-in the socket closes at once."""
    client = socket()
    await client.connect()
    assert await closed_with(client) == consumers.CLOSE_UNAUTHENTICATED


@pytest.mark.parametrize("origin", ["https://example.org", ""])
async def test_other_origins(db, origin):
    """A page of another site cannot open it, even with the member's cookie."""
    user = await member()
    client = socket((b"cookie", await session_of(user)), origin=origin)
    assert not (await client.connect())[0]


async def test_a_member_who_leaves_support(db):
    """The socket of a member whose role is taken away closes by itself."""
    user = await member()
    client = await open_desk(user)
    await sync_to_async(user.groups.clear)()
    assert await closed_with(client) == consumers.CLOSE_UNAUTHENTICATED
