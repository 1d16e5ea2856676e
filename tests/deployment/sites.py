"""Starts a whole site with `manage.py up` for a test, and queries it over HTTP and SQL."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from hitouch.stack.paths import addresses
from tests.support.waiting import DEADLINE_SECONDS, wait_until

PROJECT = Path(__file__).resolve().parents[2]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Do not follow redirects."""

    def redirect_request(self, *args: object) -> None:
        return None


ASK = urllib.request.build_opener(NoRedirect)
#: For a start of the whole site, and for a command that walks through it.
LONG_SECONDS = 600
NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "BASE_URL")


def free_port() -> int:
    """A port that is free now, and that the system gives to no connection until a site listens.

    Systems give connections ports from 32768 on. A first start may take minutes.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def environment(var: Path, port: int | str, **more: str) -> dict[str, str]:
    """The environment of a shell, without the variables of the test run."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    mine = {"HITOUCH_VAR": str(var), "HITOUCH_PORT": str(port), "HITOUCH_DEBUG": "1"}
    return kept | mine | {"PYTHONPYCACHEPREFIX": str(PROJECT / "var" / "pycache")} | more


def manage(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """One command that is expected to end by itself."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command,
        cwd=PROJECT,
        env=env,
        capture_output=True,
        text=True,
        timeout=LONG_SECONDS,
        check=False,
    )


def refusal_of_up(var: Path, port: int | str, **more: str) -> str:
    """The error of an `up` that refuses to start: one line without a traceback."""
    done = manage("up", env=environment(var, port, **more))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    sentence = done.stderr.strip()
    assert "\n" not in sentence, sentence
    return sentence


class Site:
    """One `manage.py up` on one var folder."""

    def __init__(self, var: Path, **env: str) -> None:
        self.var, self.port, self.more = var, free_port(), env
        self.log = var.parent / f"{var.name}.out"
        self.worker_log = var / "log" / "worker.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Site":
        self.worker_log.unlink(missing_ok=True)  # the worker of the start before says "ready"
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=PROJECT,
                env=environment(self.var, self.port, **self.more),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(
            lambda: self.is_up() or self.process.poll() is not None, self.said, seconds=LONG_SECONDS
        )
        assert self.process.poll() is None, self.said()
        return self

    def is_up(self) -> bool:
        """The web server answers and the worker takes tasks."""
        log = self.worker_log.read_bytes() if self.worker_log.exists() else b""
        return b" ready." in log and self.status("/livez") == 200

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-6000:]

    def family(self) -> list[psutil.Process]:
        """All processes below `up`."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def find(self, *words: str) -> psutil.Process:
        """The child of `up` whose command line has these words."""
        direct = psutil.Process(self.process.pid).children()
        return next(p for p in direct if all(word in " ".join(p.cmdline()) for word in words))

    def end(self, number: int = signal.SIGTERM) -> None:
        """Signal `up` and wait until every process of it is gone."""
        family = self.family()
        self.process.send_signal(number)
        wait_until(lambda: not alive(family) and self.process.poll() is not None, self.said)

    def stop_if_running(self) -> None:
        if self.process and self.process.poll() is None:
            self.end()

    def request(self, path: str, body: object = None, **headers: str) -> tuple[int, str]:
        data = None if body is None else json.dumps(body).encode()
        said = {name.replace("_", "-"): says for name, says in headers.items()}
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data,
            headers={"Content-Type": "application/json", "Accept": "*/*"} | said,
        )
        try:
            with ASK.open(asked, timeout=DEADLINE_SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode()

    def status(self, path: str) -> int:
        try:
            return self.request(path)[0]
        except OSError:
            return 0

    def ask_for_code(self, contact: str) -> int:
        """Request a sign-up code, which writes a row and sends a message."""
        return self.request("/api/v1/auth/sign-up/code/", {"contact": contact})[0]

    def database(self) -> "psycopg.Connection[tuple[object, ...]]":
        url = self.more.get("DATABASE_URL") or addresses(self.var).database_url
        return psycopg.connect(url)

    def ask(self, sql: str) -> object:
        with self.database() as connection:
            return connection.execute(sql).fetchone()[0]


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Processes that have not ended and are no zombies."""
    return [process for process in processes if is_alive(process)]


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
