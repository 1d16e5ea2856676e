"""The fork server: has the decoders loaded and forks a child for each job."""

import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from hitouch.core.sandbox.limits import JobRefused
from hitouch.core.sandbox.protocol import ORDER_BYTES, receive, send

Job = Callable[..., tuple[dict[str, Any], bytes]]


def serve(control: socket.socket) -> None:
    """Fork a child for each order until the parent closes the socket."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # exit codes are not needed
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    while True:
        words, fds, _, _ = socket.recv_fds(control, ORDER_BYTES, 1)
        if not words:
            return
        with socket.socket(fileno=fds[0]) as talk:
            try:
                job = _import_job(words.decode().strip())
            except Exception:  # noqa: S112  any error of importing a decoder
                continue  # the caller sees LimitExceeded; others are served
            if os.fork() == 0:
                control.close()
                _answer(talk, job)
                os._exit(0)


def _import_job(name: str) -> Job:
    module, _, function = name.partition(":")
    job: Job = getattr(import_module(module), function)
    return job


def _answer(talk: socket.socket, job: Job) -> None:
    request, data = receive(talk)
    apply_limits(**request["limits"])
    try:
        facts, result = job(data, **request["facts"])
        send(talk, {"facts": facts}, result)
    except JobRefused as refused:
        send(talk, {"refused": str(refused), "code": refused.code}, b"")
    except BaseException as fault:
        send(talk, {"failed": type(fault).__name__}, b"")


def apply_limits(*, cpu_seconds: int, memory_bytes: int, patience_seconds: float) -> None:
    statm = Path("/proc/self/statm")
    if statm.exists():
        loaded = int(statm.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (loaded + memory_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.setitimer(signal.ITIMER_REAL, patience_seconds)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as parent:
        serve(parent)
