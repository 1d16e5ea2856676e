"""The fork server: has the decoders loaded and forks a confined child for each job.

A job's module, and any module of ours that it imports, may define `warm_up()`. It is called once,
before a child is forked, and loads whatever the module would otherwise load on first use: a
confined child cannot open files, so what is not loaded by then is missing.
"""

import codecs
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from hitouch.core.sandbox.confinement import Confinement, isolate
from hitouch.core.sandbox.limits import LONG_CPU_SECONDS, JobRefused
from hitouch.core.sandbox.protocol import ORDER_BYTES, receive, send

Job = Callable[..., tuple[dict[str, Any], bytes]]
#: Encodings are modules that Python loads on first use.
ENCODINGS = (
    "ascii", "cp437", "cp1252", "idna", "latin-1", "mac-roman", "punycode", "raw_unicode_escape",
    "unicode_escape", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-32-be",
    "utf-32-le",
)  # fmt: skip
#: A child ends by its own alarm; one that blocks the alarm is killed so many seconds later.
GRACE_SECONDS = 1.0
POLL_SECONDS = 0.5
#: Decoders give way to the processes that answer requests. A request may wait for a short job;
#: nobody waits for a long one, which has a processor for itself whenever nobody else wants it.
NICENESS, LONG_NICENESS = 2, 10


class Children:
    """The children that run, each with its deadline."""

    def __init__(self) -> None:
        self.deadlines: dict[int, float] = {}

    def add(self, child: int, patience_seconds: float) -> None:
        """Remember a child that has just been forked."""
        self.deadlines[child] = time.monotonic() + patience_seconds + GRACE_SECONDS

    def reap(self) -> None:
        """Collect children that have ended, and kill those that are overdue."""
        for child, deadline in list(self.deadlines.items()):
            if time.monotonic() > deadline:
                os.kill(child, signal.SIGKILL)
            if os.waitpid(child, os.WNOHANG)[0]:
                del self.deadlines[child]


def serve(control: socket.socket, *, confinement: Confinement) -> None:
    """Fork a child for each order until the parent closes the socket."""
    children = Children()
    while True:
        waits = POLL_SECONDS if children.deadlines else None
        ready, _, _ = select.select([control], [], [], waits)
        children.reap()
        if not ready:
            continue
        words, fds, _, _ = socket.recv_fds(control, ORDER_BYTES, 1)
        if not words:
            return
        with socket.socket(fileno=fds[0]) as talk:
            try:
                order = json.loads(words)
                job = import_job(order["job"])
            except Exception:  # noqa: S112  any error of importing a decoder
                continue  # the caller sees LimitExceeded; others are served
            child = os.fork()
            if child == 0:
                try:
                    answer(talk, job, confinement)
                finally:
                    os._exit(0)
            children.add(child, order["patience_seconds"])


@cache
def import_job(name: str) -> Job:
    """The function `module:function`, with its module and what that imports warm."""
    module_name, _, function = name.partition(":")
    module = import_module(module_name)
    ours = {"hitouch", module_name.partition(".")[0]}
    for loaded in [each for each in sys.modules if each.partition(".")[0] in ours]:
        if loaded not in _warm:
            _warm.add(loaded)
            getattr(sys.modules[loaded], "warm_up", _nothing)()
    job: Job = getattr(module, function)
    return job


_warm: set[str] = set()


def _nothing() -> None:
    """For modules without `warm_up`."""


def answer(talk: socket.socket, job: Job, confinement: Confinement) -> None:
    """Receive the request, confine this process, do the job, and send its result."""
    request, data = receive(talk)
    apply_limits(**request["limits"])
    try:
        confinement.apply(talk.fileno())
        facts, result = job(data, **request["facts"])
        send(talk, {"facts": facts}, result)
    except JobRefused as refused:
        send(talk, {"refused": str(refused), "code": refused.code}, b"")
    except BaseException as fault:
        send(talk, {"failed": type(fault).__name__}, b"")


def apply_limits(*, cpu_seconds: int, memory_bytes: int, patience_seconds: float) -> None:
    """Limit processor time, memory beside what is loaded, files written, and elapsed time."""
    os.nice(LONG_NICENESS if cpu_seconds > LONG_CPU_SECONDS else NICENESS)
    statm = Path("/proc/self/statm")
    if statm.exists():
        loaded = int(statm.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (loaded + memory_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.setitimer(signal.ITIMER_REAL, patience_seconds)


def main(descriptor: int, *, required: bool) -> None:
    """Serve orders from the socket with this descriptor."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    confinement = Confinement(required=required)
    if confinement.filter:
        isolate()
    for name in ENCODINGS:
        codecs.lookup(name)
    with socket.socket(fileno=descriptor) as control:
        serve(control, confinement=confinement)


if __name__ == "__main__":
    main(int(sys.argv[1]), required=sys.argv[2] == "confined")
