"""What every measurement shares: a site of its own, timing, and the last line."""

import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import django

from hitouch.stack.paths import addresses

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


PROJECT = Path(__file__).resolve().parents[1]


class Site:
    """One `manage.py up` on a fresh folder, ended and cleared away with the measurement."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Seconds until the first answer."""
        began = time.monotonic()
        kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        mine = {"HITOUCH_VAR": str(self.folder / "var"), "HITOUCH_PORT": str(self.port)}
        self.output = (self.folder / "up.out").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=PROJECT,
            env=kept | mine | {"HITOUCH_DEBUG": os.environ.get("HITOUCH_DEBUG", "1")},
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while not self.answers():
            if self.process.poll() is not None:
                sys.exit((self.folder / "up.out").read_text())
            time.sleep(0.02)
        return time.monotonic() - began

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to work beside the site, on its rows."""
        paths = addresses(self.folder / "var")
        return {
            "HITOUCH_DEBUG": "1",
            "HITOUCH_VAR": str(self.folder / "var"),
            "HITOUCH_PORT": str(self.port),
            "DATABASE_URL": paths.database_url,
            "REDIS_URL": paths.redis_url,
            "DJANGO_SETTINGS_MODULE": "hitouch.settings",
        }

    def run(self, code: str) -> str:
        """What this Python prints, run inside the site in a process of its own."""
        argv = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
        environment = os.environ | self.environment
        ran = subprocess.run(
            argv, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return ran.stdout

    def set_up_django(self) -> None:
        """In this process, as one more of the site's; what imports models is imported after."""
        os.environ |= self.environment
        django.setup()
        logging.disable(logging.INFO)

    def answers(self) -> bool:
        try:
            return self.milliseconds("/livez") > 0
        except OSError:
            return False

    def milliseconds(self, path: str) -> float:
        began = time.perf_counter()
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:  # noqa: S310
            answer.read()
        return (time.perf_counter() - began) * 1000

    def settle(self) -> None:
        """Until the worker is there and the machine has nothing left to start."""
        log = self.folder / "var" / "log" / "worker.log"
        while not (log.exists() and b" ready." in log.read_bytes()):
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Seconds until `up` is gone; it goes last."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(60)
        self.output.close()
        return time.monotonic() - began


@contextmanager
def fresh_site() -> Iterator[Site]:
    """Not started yet; whatever happens, nothing of it stays."""
    folder = Path(tempfile.mkdtemp(prefix="hitouch-bench-"))
    folder.chmod(0o711)
    site = Site(folder)
    try:
        yield site
    finally:
        if hasattr(site, "process") and site.process.poll() is None:
            site.stop()
        shutil.rmtree(folder, ignore_errors=True)


def p95(values: list[float]) -> float:
    return quantiles(values, n=20)[18]


def report(figures: dict[str, tuple[float, float]]) -> None:
    """The last line, for machines: each figure with the goal it may not exceed."""
    lines = {name: {"value": round(v, 2), "goal": goal} for name, (v, goal) in figures.items()}
    missed = [name for name, (value, goal) in figures.items() if value > goal]
    for name in missed:
        print(f"missed: {name}", file=sys.stderr)
    print(json.dumps(lines))
    sys.exit(1 if missed else 0)
