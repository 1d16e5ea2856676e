"""Thirty uploads by one agent, eight at a time: what another agent notices; how soon one is read.

The site, its workers and this program share the machine's processors.
"""

import argparse
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
from _harness import fresh_site, p95, report
from _project import PROJECT

from hitouch.journey import cast, steps
from hitouch.journey.client import ApiSession, Report
from hitouch.management.commands import journey

UPLOADS, AT_ONCE, LOOKS = 30, 8, 60
PAGE = "/home/"
KINDS = ("aadhaar-front", "aadhaar-back", "pan")


def newcomer(url: str) -> tuple[cast.NewAgent, ApiSession]:
    """An agent with a profile and no documents."""
    who = cast.newcomer(journey.outbox_reader(url), PROJECT / journey.BANK, email="", phone="")
    agent, quiet = ApiSession(url), Report(say=lambda words: None)
    steps.sign_up(agent, who, quiet)
    steps.fill_profile(agent, who, quiet)
    return who, agent


def browser_of(url: str, who: cast.NewAgent) -> httpx.Client:
    """A browser in which the agent is logged in."""
    client = httpx.Client(base_url=url, timeout=30, follow_redirects=True)
    client.get("/log-in/")
    form = {
        "contact": who.email, "password": who.password,
        "csrfmiddlewaretoken": client.cookies["csrftoken"],
    }  # fmt: skip
    client.post("/log-in/", data=form).raise_for_status()
    return client


def look(client: httpx.Client) -> tuple[float, int]:
    """Milliseconds and status of the page."""
    began = time.perf_counter()
    status = client.get(PAGE).status_code
    return (time.perf_counter() - began) * 1000, status


class Uploader:
    """An agent who uploads cards that were drawn before."""

    def __init__(self, who: cast.NewAgent, api: ApiSession) -> None:
        self.who, self.api = who, api
        self.cards = {kind: who.card(kind) for kind in KINDS}

    def upload(self, number: int) -> tuple[float, int, str]:
        """Milliseconds, status and id of one upload."""
        kind, who = KINDS[number % len(KINDS)], self.who
        facts = {"number": who.pan} if kind == "pan" else {"last_four": who.aadhaar[-4:]}
        picture = {"file": (f"{kind}.jpg", self.cards[kind], "image/jpeg")}
        path = f"/api/v1/onboarding/documents/{kind}/"
        began = time.perf_counter()
        answer = self.api.http.put(path, files=picture, data=facts)
        took = (time.perf_counter() - began) * 1000
        return took, answer.status_code, answer.json().get("id", "")

    def seconds_until_read(self, number: int) -> float:
        """From sending one upload until it is read, with nothing else to do."""
        began = time.perf_counter()
        _, _, pk = self.upload(number)
        path = f"/onboarding/documents/uploads/{pk}/"
        while self.api.get(path)["state"] in ("WAITING", "READING"):
            time.sleep(0.1)
        return time.perf_counter() - began


def measure(url: str, cards: int) -> dict[str, tuple[float, float]]:
    """Quiet, then loaded, then one upload at a time."""
    busy = Uploader(*newcomer(url))
    other, _ = newcomer(url)
    client = browser_of(url, other)
    for number in range(5):
        look(client)
        busy.upload(number)
    time.sleep(10)
    quiet = [look(client) for _ in range(LOOKS)]
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        ended = Event()

        def watch() -> list[tuple[float, int]]:
            seen: list[tuple[float, int]] = []
            while not ended.is_set() or len(seen) < LOOKS:
                seen.append(look(client))
            return seen

        watching = pool.submit(watch)
        sent = list(pool.map(busy.upload, range(UPLOADS)))
        ended.set()
        loaded = watching.result()
    reading = [busy.seconds_until_read(number) for number in range(cards)]
    calm, pressed = (p95([took for took, _ in seen]) for seen in (quiet, loaded))
    statuses = [status for _, status in loaded] + [status for _, status, _ in sent]
    times = [took for took, _, _ in sent]
    print(f"{PAGE} of another agent: p95 {calm:.0f} ms quiet, {pressed:.0f} ms loaded")
    print(f"{UPLOADS} uploads: median {statistics.median(times):.0f} ms, p95 {p95(times):.0f} ms")
    return {
        "uploads: another's page p95, times as long as quiet": (pressed / calm, 1.5),
        "uploads: answers 5xx": (sum(status >= 500 for status in statuses), 0),
        "uploads: answer to one, ms, median": (statistics.median(times), 300),
        "uploads: seconds until one is read, median": (statistics.median(reading), 2.5),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cards", type=int, default=6)
    wanted = parser.parse_args()
    with fresh_site() as site:
        site.start()
        site.settle()
        found = measure(site.url, wanted.cards)
    report(found)
