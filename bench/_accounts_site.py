"""gunicorn on a fresh site, and API clients with network addresses of their own."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from _harness import Site
from _project import PROJECT

WORKERS, THREADS = 2, 8
PASSWORD = "seven-lamps-and-a-kite"


class GunicornSite:
    """gunicorn with several processes and threads, on the database and Valkey of a site."""

    def __init__(self, site: Site) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.site = site
        self.environment = (
            os.environ
            | site.environment
            | {"BEHIND_PROXY": "1", "HITOUCH_CODES_PER_ADDRESS_AN_HOUR": "30"}
        )
        self.database_url = site.environment["DATABASE_URL"]
        self.redis_url = site.environment["REDIS_URL"]

    def start(self) -> None:
        argv = [sys.executable, "-m", "gunicorn", "hitouch.wsgi", "--worker-class", "gthread"]
        argv += ["--workers", str(WORKERS), "--threads", str(THREADS), "--log-level", "warning"]
        argv += ["--bind", f"127.0.0.1:{self.port}", "--forwarded-allow-ips", "127.0.0.1"]
        self.process = subprocess.Popen(
            argv, cwd=PROJECT, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                httpx.get(self.url + "/livez")
                return
            except httpx.TransportError:
                time.sleep(0.05)
        sys.exit("gunicorn does not answer")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def run(self, code: str) -> str:
        """Run Python inside the site, for rows that the API does not create in bulk."""
        return self.site.run(code)

    def cpu_seconds(self) -> float:
        """CPU seconds used by gunicorn's workers so far."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        ticks = 0
        for pid in children.split():
            facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(facts[11]) + int(facts[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def running_gunicorn(site: Site) -> Iterator[GunicornSite]:
    server = GunicornSite(site)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def random_ip() -> str:
    """A random IP address from the block for benchmarks (RFC 2544)."""
    return f"198.{secrets.choice((18, 19))}.{secrets.randbelow(256)}.{secrets.randbelow(254) + 1}"


class ApiClient:
    """An API client with a network address of its own."""

    def __init__(self, site: GunicornSite, ip: str = "") -> None:
        self.ip = ip or random_ip()
        self.client = httpx.Client(
            base_url=site.url + "/api/v1", headers={"X-Forwarded-For": self.ip}, timeout=60
        )
        self.site = site

    def post(self, path: str, token: str = "", **body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.client.post(path, json=body, headers=headers)

    def get(self, path: str, token: str) -> httpx.Response:
        return self.client.get(path, headers={"Authorization": f"Bearer {token}"})

    def code_sent_to(self, contact: str) -> str:
        """The 6-digit code of the newest message, from the development outbox."""
        query = {"to": contact}
        sent = httpx.get(self.site.url + "/dev/outbox.json", params=query, timeout=60).json()[
            "messages"
        ]
        found = re.search(r"(?<![\d#])\d{6}\b", sent[0]["body"])
        return found[0] if found else ""

    def milliseconds(self, path: str, **body: Any) -> tuple[float, httpx.Response]:
        began = time.perf_counter()
        answer = self.post(path, **body)
        return (time.perf_counter() - began) * 1000, answer


def new_contact() -> str:
    return f"bench-{secrets.token_hex(6)}@example.com"


def sign_up(site: GunicornSite) -> tuple[str, dict[str, Any]]:
    """Create an account through the API. Returns its contact and its first tokens."""
    program, contact = ApiClient(site), new_contact()
    ticket = program.post("/auth/sign-up/code/", contact=contact).json()
    code = program.code_sent_to(contact)
    token = program.post("/auth/sign-up/confirm/", **ticket, code=code).json()
    made = program.post("/auth/sign-up/password/", **token, password=PASSWORD)
    return contact, made.raise_for_status().json()


def run_in_parallel(acts: list[Callable[[], Any]]) -> list[Any]:
    """Call all functions at the same time and return their results."""
    with ThreadPoolExecutor(len(acts)) as pool:
        futures = [pool.submit(act) for act in acts]
        return [future.result() for future in futures]
