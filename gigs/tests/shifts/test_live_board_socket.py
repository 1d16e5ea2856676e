"""The WebSocket of a client's live board, through the ASGI application and the channel layer."""

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import Client as Browser
from django.utils.module_loading import import_string

from accounts.staff import services as staff
from conftest import NOON, make_staff, sign_in
from gigs.clients import members as member_services
from gigs.models import Claim, Client
from gigs.shifts import services as shift_services
from gigs.tests.support.marketplace import (
    cleared,
    hire,
    make_client,
    make_member,
    make_opportunity,
    make_slot,
    seat,
)
from proctoring.tests.support.socket import SocketClient

application = import_string(settings.ASGI_APPLICATION)
pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def claim_at_orchid() -> tuple[Claim, Client]:
    """A shift that can be clocked in to now, and its client with a viewer."""
    orchid = make_client("Orchid Retail")
    make_member("Olga", orchid)
    make_member("Vera", orchid, role="VIEWER")
    agent = cleared("Asha")
    opportunity = make_opportunity(orchid)
    hire(agent, opportunity)
    return seat(agent, make_slot(opportunity, timedelta(0))), orchid


@sync_to_async
def cookie_of(user: Any) -> bytes:
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={sign_in(Browser(), user).cookies[name].value}".encode()


async def open_board(user: Any = None) -> SocketClient:
    headers = [(b"origin", settings.BASE_URL.encode())]
    if user is not None:
        headers.append((b"cookie", await cookie_of(user)))
    return SocketClient(application, "/ws/client/live-board/", headers=headers)


@sync_to_async
def member(client: Client, role: str) -> Any:
    return client.members.select_related("user").get(role=role).user


async def test_a_clock_in_is_told_to_the_board():
    """Members of the client hear of it after the commit, in any role; frames are ignored."""
    claim, orchid = await claim_at_orchid()
    board = await open_board(await member(orchid, "VIEWER"))
    assert (await board.connect())[0]
    await board.send_to("no JSON")
    agent_user = await sync_to_async(lambda: claim.agent.user)()
    await sync_to_async(shift_services.clock_in)(claim=claim, by=agent_user, at=NOON)
    assert await board.receive_json_from() == {"type": "changed"}
    await board.disconnect()


async def test_strangers_get_no_board():
    """An agent and nobody are closed with 4403."""
    claim, _ = await claim_at_orchid()
    agent_user = await sync_to_async(lambda: claim.agent.user)()
    for user in (agent_user, None):
        board = await open_board(user)
        await board.connect()
        assert (await board.receive_output())["code"] == 4403


async def test_a_suspended_member_hears_nothing_more():
    """The next change closes the socket of somebody who is no longer logged in."""
    claim, orchid = await claim_at_orchid()
    viewer = await member(orchid, "VIEWER")
    board = await open_board(viewer)
    assert (await board.connect())[0]
    by = await sync_to_async(make_staff)("Sam", "admin")
    await sync_to_async(staff.suspend)(user=viewer, by=by, at=NOON, why="Left")
    agent_user = await sync_to_async(lambda: claim.agent.user)()
    await sync_to_async(shift_services.clock_in)(claim=claim, by=agent_user, at=NOON)
    assert (await board.receive_output())["code"] == 4401


async def test_a_removed_member_hears_nothing_more():
    """Who is still logged in but no longer acts for the client is closed with 4403."""
    claim, orchid = await claim_at_orchid()
    board = await open_board(await member(orchid, "VIEWER"))
    assert (await board.connect())[0]

    @sync_to_async
    def remove() -> None:
        owner, viewer = orchid.members.get(role="OWNER"), orchid.members.get(role="VIEWER")
        member_services.remove_member(member=viewer, by=owner, at=NOON)

    await remove()
    agent_user = await sync_to_async(lambda: claim.agent.user)()
    await sync_to_async(shift_services.clock_in)(claim=claim, by=agent_user, at=NOON)
    assert (await board.receive_output())["code"] == 4403
