"""Payouts while worker, web, database and provider are killed: paid twice, missed, stuck.

`bench/payments_payouts.py 200 20` sends 200 payouts and kills 20 times. The provider is the fake
RazorpayX with faults; its own list of movements, `/_moves`, is the judge.
"""

import hashlib
import hmac
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
from _harness import report
from _project import PROJECT

from hitouch.fakes.razorpayx import FakeRazorpayX
from hitouch.stack import postgres, servers
from hitouch.stack.paths import addresses

AUTH = (FakeRazorpayX.key_id, FakeRazorpayX.key_secret)
FAULTS = {
    "drop_before": 0.05, "drop_after": 0.05, "error_before": 0.03, "error_after": 0.05,
    "reset_after": 0.03, "late": 0.03, "stale": 0.05, "webhook_lost": 0.2, "webhook_twice": 0.2,
    "webhook_late": 0.2, "failed": 0.05, "reversed": 0.03, "returned": 0.03, "late_utr": 0.05,
    "failed_reversed": 0.02, "reversed_failed": 0.02,
}  # fmt: skip
UNDERWAY = ("SENDING", "PROCESSING", "UNKNOWN")
WEBHOOKS = 300


class Stage:
    """All processes, each of which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers = servers.start(folder / "var")
        self.ports = {name: free_port() for name in ("web", "provider")}
        self.provider = f"http://127.0.0.1:{self.ports['provider']}/payouts"
        self.events = f"http://127.0.0.1:{self.ports['web']}/rails/razorpayx/events/"
        found = addresses(folder / "var")
        self.environment = os.environ | {
            "HITOUCH_DEBUG": "1",
            "HITOUCH_VAR": str(folder / "var"),
            "DATABASE_URL": found.database_url,
            "REDIS_URL": found.redis_url,
            "RAZORPAYX_URL": self.provider,
            "RAZORPAYX_KEY_ID": AUTH[0],
            "RAZORPAYX_KEY_SECRET": AUTH[1],
            "RAZORPAYX_ACCOUNT": FakeRazorpayX.account,
            "RAZORPAYX_WEBHOOK_SECRET": FakeRazorpayX.webhook_secret,
            "BENCH_BEGAN": datetime.now(UTC).isoformat(),
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def argv(self, name: str) -> list[str]:
        if name == "provider":
            port, folder = str(self.ports["provider"]), str(self.folder / "outside")
            events = ["--payout-events", self.events]
            return [
                sys.executable,
                "-m",
                "hitouch.fakes",
                "--port",
                port,
                "--folder",
                folder,
                *events,
            ]
        if name == "web":
            bind = f"127.0.0.1:{self.ports['web']}"
            options = ["--worker-class", "gthread", "--workers", "1", "--threads", "4"]
            return [sys.executable, "-m", "gunicorn", "hitouch.wsgi", *options, "--bind", bind]
        return self.python("work()")

    def python(self, call: str) -> list[str]:
        code = f"import sys; sys.path.insert(0, 'bench'); import _payout_processes as p; p.{call}"
        return [sys.executable, "manage.py", "shell", "-v", "0", "--no-imports", "-c", code]

    def start(self, name: str) -> None:
        self.running[name] = subprocess.Popen(
            self.argv(name), cwd=PROJECT, env=self.environment, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=(self.folder / f"{name}.err").open("ab"),
        )  # fmt: skip

    def run(self, call: str) -> str:
        done = subprocess.run(
            self.python(call), cwd=PROJECT, env=self.environment, check=True,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return done.stdout

    def kill(self, name: str) -> None:
        """kill -9, then start again."""
        if name == "database":
            child = self.servers.children[0]
            os.kill(child.process.pid, signal.SIGKILL)
            child.process.wait()
            self.servers.children[0] = postgres.start(self.servers.paths)
            postgres.wait_until_ready(self.servers.paths, self.servers.children[0])
            return
        self.end(name)
        self.start(name)

    def end(self, name: str) -> None:
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        deadline = time.monotonic() + 60
        while True:
            try:
                answer = httpx.request(
                    method, self.provider + path, auth=AUTH, json=body, timeout=60
                )
                return answer.raise_for_status().json()
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def close(self) -> None:
        for name in list(self.running):
            self.end(name)
        self.servers.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def milliseconds_of_webhooks(stage: Stage) -> list[float]:
    """Post events of payouts nobody knows, four at a time."""
    with httpx.Client(timeout=30) as client:

        def post(number: int) -> float:
            entity = {"id": f"pout_{number:014d}"}
            event = {"event": "payout.processed", "payload": {"payout": {"entity": entity}}}
            raw, secret = json.dumps(event).encode(), FakeRazorpayX.webhook_secret.encode()
            headers = {
                "X-Razorpay-Signature": hmac.new(secret, raw, hashlib.sha256).hexdigest(),
                "X-Razorpay-Event-Id": f"evt_bench{number}",
            }
            began = time.perf_counter()
            client.post(stage.events, content=raw, headers=headers).raise_for_status()
            return (time.perf_counter() - began) * 1000

        list(map(post, range(20)))
        with ThreadPoolExecutor(4) as threads:
            return list(threads.map(post, range(20, 20 + WEBHOOKS)))


def judge(stage: Stage) -> dict[str, int]:
    """What the bank moved for each payout, against what we say."""
    told = json.loads(stage.run("count()").splitlines()[-1])
    moved: dict[str, int] = {}
    for move in stage.ask("GET", "/_moves"):
        key = move["source"].get("reference_id") or ""
        moved[key] = moved.get(key, 0) + move["debit"] - move["credit"]
    found = {"twice": 0, "missed": 0, "stuck": told["approved"], "books": len(told["books"])}
    for key, state, paise in told["payouts"]:
        net = moved.get(key, 0)
        found["twice"] += net > paise
        found["stuck"] += state in UNDERWAY
        found["missed"] += net != (paise if state == "COMPLETED" else 0) and state not in UNDERWAY
    print(f"{len(told['payouts'])} payouts: {found}", flush=True)
    return found


def main() -> None:
    payouts, kills = (int(n) for n in (sys.argv[1:] or ["10000", "500"]))
    folder = Path(tempfile.mkdtemp(prefix="hitouch-bench-"))
    folder.chmod(0o711)
    stage = Stage(folder)
    try:
        argv = [sys.executable, "manage.py", "migrate", "-v", "0"]
        subprocess.run(argv, cwd=PROJECT, env=stage.environment, check=True)
        stage.start("provider")
        stage.ask("POST", "/_config/settings", {"delay": 0.5})
        stage.run(f"prepare({payouts})")
        print("prepared", flush=True)
        stage.ask("POST", "/_config/faults", {"seed": 7, "rates": FAULTS, "late_seconds": 0.2})
        began, chance = time.monotonic(), random.Random(7)
        stage.start("web")
        stage.start("worker")
        for number in range(kills):
            time.sleep(chance.uniform(0.5, 3))
            victim = chance.choice(["worker", "worker", "web", "provider", "database"])
            stage.kill(victim)
            print(f"kill {number + 1}: {victim}", flush=True)
        deadline = time.monotonic() + 120 + payouts
        while judge(stage)["stuck"] and time.monotonic() < deadline:
            time.sleep(5)
        seconds = time.monotonic() - began
        stage.ask("POST", "/_config/faults", {})
        stage.end("worker")
        stage.ask("POST", "/_config/clock", {"advance": 4 * 86_400})
        stage.run("ask_about_all()")
        found = judge(stage)
        webhooks = milliseconds_of_webhooks(stage)
    finally:
        stage.close()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{payouts} payouts and {kills} kills in {seconds:.0f} s")
    report(
        {
            "paid_twice": (found["twice"], 0),
            "paid_wrongly_or_not": (found["missed"], 0),
            "stuck_after_the_janitor": (found["stuck"], 0),
            "faults_in_the_books": (found["books"], 0),
            "webhook_p99_ms": (quantiles(webhooks, n=100)[98], 250),
        }
    )


if __name__ == "__main__":
    main()
