"""Shared by all measurements: a fresh site, percentiles, and the report on the last line."""

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
from _project import PROJECT

from hitouch.stack.paths import addresses


class Site:
    """One `manage.py up` on a temporary folder, removed after the measurement."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Start the site. Returns the seconds until its first response."""
        began = time.monotonic()
        inherited = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        own = {"HITOUCH_VAR": str(self.folder / "var"), "HITOUCH_PORT": str(self.port)}
        self.output = (self.folder / "up.out").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=PROJECT,
            env=inherited | own | {"HITOUCH_DEBUG": os.environ.get("HITOUCH_DEBUG", "1")},
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
        """Environment variables of a process that works on the site's database."""
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
        """Run Python in a process of its own with the site's settings. Returns what it prints."""
        argv = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
        environment = os.environ | self.environment
        ran = subprocess.run(
            argv, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return ran.stdout

    def set_up_django(self) -> None:
        """Set up Django in this process with the site's settings; import models only afterwards."""
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
        """Wait until the worker is ready."""
        log = self.folder / "var" / "log" / "worker.log"
        while not (log.exists() and b" ready." in log.read_bytes()):
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Stop the site. Returns the seconds until `up` has ended."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(60)
        self.output.close()
        return time.monotonic() - began


@contextmanager
def fresh_site() -> Iterator[Site]:
    """A site that is not started yet; it is stopped and removed in any case."""
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
    """Print the last line, JSON of each figure with its goal, and exit."""
    lines = {name: {"value": round(v, 2), "goal": goal} for name, (v, goal) in figures.items()}
    missed = [name for name, (value, goal) in figures.items() if value > goal]
    for name in missed:
        print(f"missed: {name}", file=sys.stderr)
    print(json.dumps(lines))
    sys.exit(1 if missed else 0)
