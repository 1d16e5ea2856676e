"""What a decoder that was taken over can do from inside the sandbox.

Each attempt of `_escapes.py` first runs outside the sandbox: one that fails there too, because this
machine lacks something, is not counted. Keys, environment and servers are stand-ins made for the
measurement, owned by the same user as the site's.
"""

import ctypes
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import _escapes
from _harness import report

from hitouch.core import sandbox
from hitouch.core.sandbox import limits

MARK = "HITOUCH_BENCH_SECRET"
SECRET = os.environ.get(MARK) or secrets.token_hex(16)
WITH_PYTHON = 120


def server(stack: ExitStack, family: int, address: Any) -> Any:
    made = stack.enter_context(socket.socket(family))
    made.bind(address)
    made.listen(64)
    return made.getsockname()


@contextmanager
def targets() -> Iterator[dict[str, Any]]:
    """What the attempts are aimed at."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hitouch-bench-")))
        keys = folder / "secrets" / "keys"
        keys.parent.mkdir(mode=0o700)
        keys.write_text(SECRET)
        keys.chmod(0o600)
        abstract = f"hitouch-{SECRET}"
        held = ctypes.create_string_buffer(SECRET.encode())
        unix = str(folder / "database.sock")
        server(stack, socket.AF_UNIX, unix)
        server(stack, socket.AF_UNIX, "\0" + abstract)
        port = server(stack, socket.AF_INET, ("127.0.0.1", 0))[1]
        port6 = server(stack, socket.AF_INET6, ("::1", 0))[1] if socket.has_ipv6 else 0
        open_connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        open_connection.set_inheritable(True)
        yield {
            "path": str(keys), "folder": str(folder), "secret": SECRET, "pid": os.getpid(),
            "address": ctypes.addressof(held), "unix": unix, "abstract": abstract, "port": port,
            "port6": port6,
        }  # fmt: skip


def put_victims(folder: str) -> None:
    for name in ("victim", "other-victim"):
        Path(folder, name).write_text("x")


def outside(how: str, aims: dict[str, Any]) -> bool:
    """Whether the attempt gets through in a plain process."""
    put_victims(aims["folder"])
    order = json.dumps({"how": how, **aims})
    ran = subprocess.run(
        [sys.executable, _escapes.__file__, order],
        capture_output=True,
        text=True,
        close_fds=False,
        check=False,
        timeout=WITH_PYTHON,
    )
    lines = ran.stdout.splitlines()
    return bool(lines) and bool(json.loads(lines[0])["through"])


def inside(how: str, aims: dict[str, Any]) -> tuple[bool, str]:
    """Whether it gets through in the sandbox, and what stopped it otherwise."""
    put_victims(aims["folder"])
    began = time.monotonic()
    try:
        facts, _ = sandbox.run("bench._escapes:attempt", b"", how=how, **aims)
    except (limits.LimitExceeded, limits.JobRefused) as stopped:
        # A program that takes the place of the job does not answer, but it runs for its time.
        ran = how == "replace_itself" and time.monotonic() - began > _escapes.SLEEP * 0.75
        return ran, type(stopped).__name__
    return bool(facts["through"]), str(facts["why"])


def figures() -> dict[str, tuple[float, float]]:
    through: dict[str, int] = {}
    tried = 0
    with targets() as aims:
        for group, attempts in _escapes.ATTEMPTS.items():
            through[group] = 0
            for how in (each.__name__ for each in attempts):
                works = outside(how, aims)
                got, why = inside(how, aims)
                tried += works
                through[group] += got
                verdict = "THROUGH" if got else f"stopped ({why})"
                print(f"{group:12} {how:26} {verdict}{'' if works else '  [fails outside too]'}")
    print(f"{sum(through.values())} of {tried} attempts that work outside the sandbox got through")
    return {f"sandbox: {group}, attempts that got through": (n, 0) for group, n in through.items()}


if __name__ == "__main__":
    if MARK not in os.environ:  # a process's /proc/…/environ has only what it was started with
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {MARK: SECRET})  # noqa: S606
    report(figures())
