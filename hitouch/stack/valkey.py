"""One Valkey of our own: broker, channel layer and cache, by unix socket only."""

import signal
import time
from pathlib import Path

import redis

from hitouch.stack import binaries, processes
from hitouch.stack.errors import StackError
from hitouch.stack.paths import Places


def start(its: Places, *, throw_away: bool = False) -> processes.Child:
    """Start and return before it answers; see `wait_until_ready`."""
    its.valkey.mkdir(exist_ok=True)
    argv: list[str | Path] = [binaries.valkey_program(), "--port", "0"]
    argv += ["--unixsocket", its.valkey_socket, "--unixsocketperm", "700"]
    # Queued work must outlive a restart, and must never be evicted to make room.
    argv += ["--appendonly", "no" if throw_away else "yes", "--maxmemory-policy", "noeviction"]
    argv += ["--save", "", "--daemonize", "no", "--loglevel", "warning"]
    return processes.start(
        "valkey",
        argv,
        stop_signal=signal.SIGKILL if throw_away else signal.SIGTERM,
        folder=its.valkey,
        log=its.logs / "valkey.log",
    )


def wait_until_ready(its: Places, child: processes.Child, *, within: float = 30) -> None:
    give_up_at = time.monotonic() + within
    with redis.Redis(unix_socket_path=str(its.valkey_socket)) as client:
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
