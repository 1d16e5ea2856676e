"""The WebSocket of Help, through the ASGI application and the channel layer."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.sessions import services as sessions
from chatbot.conversations import services
from conftest import make_agent, sign_in
from proctoring.tests.support.socket import SocketClient
from tests.support.waiting import DEADLINE_SECONDS

application = import_string(settings.ASGI_APPLICATION)
pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def agent_with_cookie(name: str) -> tuple[User, bytes]:
    user = make_agent(name).user
    cookie = settings.SESSION_COOKIE_NAME
    return user, f"{cookie}={sign_in(Browser(), user).cookies[cookie].value}".encode()


def socket_of(cookie: bytes = b"", origin: str = "") -> SocketClient:
    headers = [(b"origin", (origin or settings.BASE_URL).encode())]
    if cookie:
        headers.append((b"cookie", cookie))
    return SocketClient(application, "/ws/help/", headers=headers)


@sync_to_async
def write(user: User) -> None:
    services.send(user=user, text="Hello", at=timezone.now())


async def test_a_change_is_told_to_the_user_only():
    """After the commit the user's pages hear of it, others' do not; frames are ignored."""
    asha, asha_cookie = await agent_with_cookie("Asha")
    _, ravi_cookie = await agent_with_cookie("Ravi")
    own, other = socket_of(asha_cookie), socket_of(ravi_cookie)
    for each in (own, other):
        assert (await each.connect())[0]
        assert await each.receive_json_from() == {"type": "changed"}
    await own.send_to("no JSON")
    await write(asha)
    assert await own.receive_json_from() == {"type": "changed"}
    assert await other.receive_nothing()
    for each in (own, other):
        await each.disconnect()


async def test_nobody_is_told_nothing():
    """Without log-in the socket is closed with 4401."""
    socket = socket_of()
    await socket.connect()
    closed: Any = await socket.receive_output(DEADLINE_SECONDS)
    assert closed["code"] == 4401


async def test_other_origins_are_refused():
    """A page of another site cannot open the socket with the user's cookie."""
    _, cookie = await agent_with_cookie("Asha")
    assert not (await socket_of(cookie, "https://evil.example").connect())[0]


async def test_a_log_out_ends_the_socket():
    """After all sessions were ended, a change closes the socket instead of being told."""
    asha, cookie = await agent_with_cookie("Asha")
    socket = socket_of(cookie)
    await socket.connect()
    await socket.receive_json_from()
    await sync_to_async(sessions.end_all_sessions)(at=timezone.now(), why="test")
    await write(asha)
    closed: Any = await socket.receive_output(DEADLINE_SECONDS)
    assert closed["code"] == 4401
