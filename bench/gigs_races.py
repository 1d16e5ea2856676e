"""Claims, releases, swaps, waitlists and cuts from 64 clients by HTTP, while processes are killed.

`bench/gigs_races.py 300 4` goes on to 300 answers and kills 4 times. The web server, one of its
processes and the worker are killed with SIGKILL in turn and started again; PostgreSQL and Valkey
run on. What the clients were told is compared with the rows afterwards.
"""

import importlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from _harness import report
from _own_database import own_database
from _project import PROJECT

REQUESTS, KILLS = 2000, 15
AGENTS, MANAGERS = 60, 4
DAYS, OVERLAPPING, SEATS = 5, 5, 4
#: Clients stop then, whatever they have sent.
LONGEST_SECONDS = 420
#: How likely a manager cancels a shift, once and in the second half.
CANCEL = 0.2
TURN = ("web", "worker", "web process")


@dataclass
class Sent:
    """One request that changes something, and what was answered; no status if nothing was."""

    kind: str
    about: str
    who: str
    at: datetime
    status: int = 0
    code: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    answered: datetime | None = None

    @property
    def is_done(self) -> bool:
        return 200 <= self.status < 300


class Processes:
    """The web server and the worker, each of which can be killed and started again."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.url = f"http://127.0.0.1:{port}"
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.killed: Counter[str] = Counter()

    def start(self, name: str) -> None:
        programs = importlib.import_module("hitouch.stack.programs")
        bind = f"127.0.0.1:{self.port}"
        argv = (
            programs.gunicorn_arguments(bind=bind, processes=2, threads=8)
            if name == "web"
            else programs.worker_arguments(processes=1)
        )
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", *argv], cwd=PROJECT, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=(self.folder / f"{name}.err").open("ab"),
        )  # fmt: skip

    def wait(self) -> None:
        """Until the web server answers; two minutes at most."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                httpx.get(self.url + "/livez", timeout=30)
                return
            except httpx.TransportError:
                time.sleep(0.1)
        sys.exit((self.folder / "web.err").read_text()[-3000:])

    def kill(self, name: str) -> None:
        self.killed[name] += 1
        if name == "web process":
            master = self.running["web"].pid
            children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
            if children:
                os.kill(int(random.choice(children)), signal.SIGKILL)
            return
        self.end(name)
        self.start(name)
        if name == "web":
            self.wait()

    def end(self, name: str) -> None:
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        for name in list(self.running):
            self.end(name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Clients:
    """What all clients share: the address, how much is still to be sent, and what was sent."""

    def __init__(self, url: str, requests: int) -> None:
        self.url, self.requests = url, requests
        self.sent: list[Sent] = []
        self.answered = 0
        self.lock = threading.Lock()
        self.deadline = time.monotonic() + LONGEST_SECONDS

    @property
    def is_over(self) -> bool:
        return self.answered >= self.requests or time.monotonic() > self.deadline


class Caller:
    """One person with a token of their own."""

    def __init__(self, clients: Clients, who: str, token: str, seed: int) -> None:
        self.clients, self.who = clients, who
        self.drawn = random.Random(seed)
        self.http = httpx.Client(
            base_url=clients.url + "/api/v1", timeout=60,
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip

    def post(self, kind: str, about: str, path: str, body: Any = None) -> Sent | None:
        """Send a request once. None if nobody listens: then it was not sent."""
        made = Sent(kind, about, self.who, datetime.now(UTC))
        try:
            answer = self.http.post(path, json=body)
        except httpx.ConnectError:
            time.sleep(0.3)
            return None
        except httpx.TransportError:
            answer = None
        if answer is not None:
            made.answered, made.status = datetime.now(UTC), answer.status_code
            try:
                made.body = answer.json()
            except ValueError:
                made.body = {}
            made.code = "" if made.is_done else str(made.body.get("code", answer.status_code))
        with self.clients.lock:
            self.clients.sent.append(made)
            self.clients.answered += made.answered is not None
        return made

    def get(self, path: str) -> Any:
        """Read until it is answered; None if the clients are over before."""
        while not self.clients.is_over:
            try:
                answer = self.http.get(path)
                if answer.status_code == 200:
                    return answer.json()
            except httpx.TransportError:
                pass
            time.sleep(0.3)
        return None


class AgentCaller(Caller):
    """An agent who claims, waits, offers and releases at random."""

    def __init__(self, *args: Any, slots: list[str]) -> None:
        super().__init__(*args)
        self.slots, self.waiting = slots, dict[str, str]()

    def run(self) -> None:
        while not self.clients.is_over:
            page = self.get("/claims/?limit=100")
            if page is None:
                return
            held = [row for row in page["data"] if row["state"] in ("HELD", "SWAP_OFFERED")]
            for _ in range(2):
                self.act(held)

    def act(self, held: list[Any]) -> None:
        drawn = self.drawn.random()
        if held and drawn < 0.35:
            claim = held.pop(self.drawn.randrange(len(held)))
            self.post("release", claim["id"], f"/claims/{claim['id']}/release/")
        elif held and drawn < 0.5:
            claim = held.pop(self.drawn.randrange(len(held)))
            offered = claim["state"] == "SWAP_OFFERED"
            kind, end = ("withdraw", "swap/withdraw/") if offered else ("offer", "swap/")
            self.post(kind, claim["id"], f"/claims/{claim['id']}/{end}")
        elif self.waiting and drawn < 0.58:
            slot = self.drawn.choice(list(self.waiting))
            entry = self.waiting.pop(slot)
            self.post("leave", entry, f"/waitlist/{entry}/leave/")
        else:
            slot = self.drawn.choice(self.slots)
            made = self.post("claim", slot, f"/slots/{slot}/claims/")
            if made and made.code == "slot_full" and self.drawn.random() < 0.6:
                joined = self.post("join", slot, f"/slots/{slot}/waitlist/")
                if joined and joined.is_done:
                    self.waiting[slot] = joined.body["id"]


class ManagerCaller(Caller):
    """A manager who cuts seats, adds them again, and cancels one shift."""

    def __init__(self, *args: Any, slots: list[str]) -> None:
        super().__init__(*args)
        self.slots, self.has_cancelled = slots, False

    def run(self) -> None:
        while not self.clients.is_over:
            slot = self.drawn.choice(self.slots)
            seats = self.drawn.choice((2, 3, 3, 4, 4))
            half = self.clients.answered > self.clients.requests / 2
            if half and not self.has_cancelled and self.drawn.random() < CANCEL:
                seats = 0
            body = {"seats": seats, "reason": "Fewer calls.", "cost_paise": 10_00_000_00}
            made = self.post(f"seats {seats}", slot, f"/client/slots/{slot}/seats/", body)
            if made is not None and not seats:
                # Answered or not, it may stand.
                self.has_cancelled = True
                self.slots.remove(slot)
            time.sleep(self.drawn.random() * 1.5)


def kill_in_turn(processes: Processes, clients: Clients, kills: int) -> None:
    """Kill so often, at equal shares of the requests."""
    drawn = random.Random(9)
    for number in range(kills):
        due = (number + 1) * clients.requests / (kills + 1)
        while clients.answered < due and not clients.is_over:
            time.sleep(0.02)
        if clients.is_over:
            return
        time.sleep(drawn.random() / 4)
        processes.kill(TURN[number % len(TURN)])


def sweep_often(ended: threading.Event) -> None:
    """Ask the worker for the sweep of gigs, more often than beat does."""
    app = importlib.import_module("hitouch.celery").app
    while not ended.wait(2.0):
        try:
            app.send_task("gigs.tasks.sweep", retry=False, ignore_result=True)
        except Exception as fault:
            print(f"not sent: {fault!r}", file=sys.stderr)


def race(market: Any, processes: Processes, requests: int, kills: int) -> list[Sent]:
    """Let all clients run; returns what they sent."""
    tokens = importlib.import_module("accounts.sessions.tokens")
    now = datetime.now(UTC)
    clients = Clients(processes.url, requests)
    ids = [str(slot.pk) for slot in market.slots]
    callers: list[Any] = [
        AgentCaller(clients, str(agent.user_id), tokens.issue(user=agent.user, at=now).access_token,
                    number, slots=ids)
        for number, agent in enumerate(market.agents)
    ]  # fmt: skip
    for number in range(MANAGERS):
        owner = market.owners[number % 2]
        own = [str(slot.pk) for slot in market.slots
               if slot.opportunity_id == market.opportunities[number % 2].pk]  # fmt: skip
        token = tokens.issue(user=owner.user, at=now).access_token
        callers.append(
            ManagerCaller(clients, str(owner.user_id), token, 1000 + number,
                          slots=own[number // 2 :: 2])
        )  # fmt: skip
    ended = threading.Event()
    sweeping = threading.Thread(target=sweep_often, args=(ended,))
    killing = threading.Thread(target=kill_in_turn, args=(processes, clients, kills))
    sweeping.start()
    killing.start()
    try:
        with ThreadPoolExecutor(len(callers)) as pool:
            for done in [pool.submit(caller.run) for caller in callers]:
                done.result()
    finally:
        clients.deadline = 0.0
        ended.set()
        killing.join()
        sweeping.join()
    return clients.sent


def figures_of(sent: list[Sent], openings: list[Any]) -> dict[str, tuple[float, float]]:
    """Compare what was told with the rows."""
    judge = importlib.import_module("_slot_judge")
    found = {
        "oversold slots": judge.oversold(),
        "slots whose taken differs from its claims": judge.miscounted(),
        "overlapping claims of one agent": judge.overlapping(),
        "answered and not there": judge.lost(sent),
        "half done": judge.half_done(),
        "seated past who waited": judge.passed_over(sent),
        "free seats somebody waits for": judge.unfilled(),
        "faults of receipts": judge.receipt_faults(openings),
        "faults of the money": judge.money_faults(),
        "deadlocks": judge.deadlocks(),
        "server errors": [f"{each.kind}: {each.code}" for each in sent if each.status >= 500],
    }
    for name, rows in found.items():
        print(f"{len(rows):4}  {name}  (goal 0)")
        for row in rows[:5]:
            print(f"      {row}", file=sys.stderr)
    return {f"races: {name}": (len(rows), 0) for name, rows in found.items()}


def main(requests: int, kills: int) -> dict[str, tuple[float, float]]:
    with own_database():
        timezone = importlib.import_module("django.utils.timezone")
        made = importlib.import_module("_slot_market")
        now = timezone.now()
        market = made.market(AGENTS, days=DAYS, overlapping=OVERLAPPING, seats=SEATS, now=now)
        openings = made.open_in_steps(market, now=now)
        processes = Processes(Path(os.environ["HITOUCH_VAR"]), free_port())
        try:
            processes.start("web")
            processes.start("worker")
            processes.wait()
            began = time.monotonic()
            sent = race(market, processes, requests, kills)
            seconds = time.monotonic() - began
        finally:
            processes.close()
        describe(sent, seconds, processes)
        judge = importlib.import_module("_slot_judge")
        judge.settle()
        print(f"  {judge.moves()}")
        answered = sum(each.answered is not None for each in sent)
        return figures_of(sent, openings) | {
            "races: requests without an answer in time": (max(requests - answered, 0), 0),
            "races: kills left out": (kills - processes.killed.total(), 0),
        }


def describe(sent: list[Sent], seconds: float, processes: Processes) -> None:
    """Print what was sent and answered."""
    print(f"{len(sent)} requests by {AGENTS + MANAGERS} clients in {seconds:.0f} s; "
          f"killed: {dict(processes.killed)}; load {os.getloadavg()[0]:.1f}")  # fmt: skip
    answers: dict[str, Counter[str]] = {}
    for each in sent:
        outcome = "done" if each.is_done else each.code or "no answer"
        answers.setdefault(each.kind.split()[0], Counter())[outcome] += 1
    for kind, counted in sorted(answers.items()):
        print(f"  {kind}: {dict(counted.most_common())}")


if __name__ == "__main__":
    sys.path.insert(0, ".")
    numbers = [int(each) for each in sys.argv[1:]]
    figures = main(*(numbers + [REQUESTS, KILLS][len(numbers) :]))
    report(figures)
