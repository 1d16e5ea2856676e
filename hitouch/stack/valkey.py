"""The embedded Valkey: Celery broker, channel layer and cache, on a Unix socket only."""

import signal
import time
from pathlib import Path

import redis

from hitouch.stack import binaries, processes
from hitouch.stack.errors import StackError
from hitouch.stack.paths import StackPaths


def start(paths: StackPaths, *, disposable: bool = False) -> processes.Child:
    """Start the server without waiting; see `wait_until_ready`."""
    paths.valkey.mkdir(exist_ok=True)
    argv: list[str | Path] = [binaries.valkey_program(), "--port", "0"]
    argv += ["--unixsocket", paths.valkey_socket, "--unixsocketperm", "700"]
    # Queued work must survive a restart and must never be evicted.
    argv += ["--appendonly", "no" if disposable else "yes", "--maxmemory-policy", "noeviction"]
    argv += ["--save", "", "--daemonize", "no", "--loglevel", "warning"]
    return processes.start(
        "valkey",
        argv,
        stop_signal=signal.SIGKILL if disposable else signal.SIGTERM,
        folder=paths.valkey,
        log=paths.logs / "valkey.log",
    )


def wait_until_ready(paths: StackPaths, child: processes.Child, *, within: float = 30) -> None:
    give_up_at = time.monotonic() + within
    with redis.Redis(unix_socket_path=str(paths.valkey_socket)) as client:
        while time.monotonic() < give_up_at:
            if not child.running:
                raise StackError(f"Valkey did not start; its reason is in {child.log}.")
            try:
                client.ping()
            except redis.RedisError:
                time.sleep(0.02)
            else:
                return
    raise StackError(f"Valkey did not answer within {within:.0f} s; see {child.log}.")
