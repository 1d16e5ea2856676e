"""From an event of a shift until a client's live board shows it, on a running site.

An agent of the demo starts and ends breaks over the API, `bench/gigs_live.py 20` so many. The
client hears of each on the board's WebSocket, then reads the board as the page does.
"""

import asyncio
import sys
import time
from statistics import median

import httpx
from _harness import Site, fresh_site, p95, report
from websockets.asyncio.client import ClientConnection, connect

from hitouch.demo import people
from hitouch.journey.client import ApiSession

EVENTS, SECONDS = 30, 2.0
BOARD, SOCKET = "/api/v1/client/shifts/live/", "/ws/client/live-board/"
SESSION_OF = """
from django.test import Client
from accounts.models import User
from conftest import sign_in
user = User.objects.get(email={email!r})
print(sign_in(Client(HTTP_HOST="127.0.0.1"), user).cookies["sessionid"].value)
"""


def log_in(site: Site, person: people.DemoPerson) -> ApiSession:
    """The API as a person of the demo."""
    session = ApiSession(site.url)
    body = {"contact": person.email, "password": people.PASSWORD}
    session.use_tokens(session.post("/auth/tokens/", body, expect=201))
    return session


def running_session(agent: ApiSession) -> str:
    """The id of the work session that runs now."""
    running = [
        session["id"]
        for claim in agent.get("/claims/")["data"]
        for session in agent.get(f"/claims/{claim['id']}/")["sessions"]
        if session["ended_at"] is None
    ]
    return str(running[0])


class Measurement:
    """One agent and one client of a running site."""

    def __init__(self, site: Site) -> None:
        self.site, self.agent = site, log_in(site, people.ASHA)
        session = site.run(SESSION_OF.format(email=people.LOTUS.email)).strip().splitlines()[-1]
        self.cookie = f"sessionid={session}"
        self.client = httpx.Client(base_url=site.url, headers={"Cookie": self.cookie}, timeout=30)

    def board(self) -> dict[str, str]:
        """Where each agent is, as the live board says it."""
        answer = self.client.get(BOARD)
        answer.raise_for_status()
        return {row["claim"]["id"]: row["presence"] for row in answer.json()}

    async def take(self, events: int) -> tuple[list[float], list[float]]:
        """Seconds until the socket says so, and until the board shows it, for each event."""
        heard: list[float] = []
        shown: list[float] = []
        url = self.site.url.replace("http", "ws") + SOCKET
        headers = {"Cookie": self.cookie}
        async with connect(url, additional_headers=headers, origin=self.site.url) as socket:  # type: ignore[arg-type]
            session = await asyncio.to_thread(running_session, self.agent)
            for _ in range(events // 2):
                pause = await self.event(socket, f"/work-sessions/{session}/break/", heard, shown)
                session = await self.event(socket, f"/breaks/{pause}/end/", heard, shown)
        return heard, shown

    async def event(
        self, socket: ClientConnection, path: str, heard: list[float], shown: list[float]
    ) -> str:
        """Send one event, and return the id that it answers."""
        before = await asyncio.to_thread(self.board)
        began = time.perf_counter()
        sent = asyncio.create_task(asyncio.to_thread(self.agent.call, "POST", path, (200, 201)))
        await asyncio.wait_for(socket.recv(), 60)
        heard.append(time.perf_counter() - began)
        while await asyncio.to_thread(self.board) == before:
            await asyncio.sleep(0.01)
        shown.append(time.perf_counter() - began)
        return str((await sent)["id"])


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    with fresh_site() as site:
        site.start()
        site.settle()
        said, seen = asyncio.run(Measurement(site).take(wanted))
    print(f"{len(said)} events; the socket says so after {median(said) * 1000:.0f} ms (median)")
    report(
        {
            "live: until the socket says so, s, 95 %": (p95(said), SECONDS),
            "live: until the board shows it, s, 95 %": (p95(seen), SECONDS),
        }
    )
