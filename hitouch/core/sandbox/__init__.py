"""Runs decoders of untrusted files in a child process with limits on CPU, memory and time.

`run("hitouch.core.files.decoding:decode_image", data)` calls that function in a new child of the
fork server, a process that has the decoders loaded and knows no settings, keys or database. A
decoder that crashes, hangs or needs too much raises `LimitExceeded` here.

A job is `job(data: bytes, **facts) -> (facts, bytes)`. Results are JSON and bytes: a compromised
child can return wrong data but cannot run code here. It cannot open files either
(`confinement`): what a job needs is loaded by importing its module or by the module's `warm_up()`.
"""

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from hitouch.core.sandbox.limits import (
    LONG_CPU_SECONDS,
    NO_DEADLINE_FACTOR,
    JobRefused,
    LimitExceeded,
    Limits,
)
from hitouch.core.sandbox.protocol import ORDER_BYTES, receive, send

ROOT = Path(__file__).resolve().parents[3]
#: Parallel children; further calls wait.
AT_ONCE = max(2, os.cpu_count() or 2)
LONG_AT_ONCE = AT_ONCE - 1
_no_deadline = ContextVar("unhurried", default=False)
_confinement_required = True


def require_confinement(required: bool) -> None:
    """Whether to refuse jobs where system calls cannot be filtered. Applies from the start on."""
    global _confinement_required
    _confinement_required = required


#: For the libraries in the fork server. A thread of theirs does not survive a fork, and a lock that
#: it held is never released.
ONE_THREAD = {
    "OMP_THREAD_LIMIT": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
    "ORT_DISABLE_TELEMETRY": "1",  # its thread would also send usage data to Microsoft
}


class ForkServer:
    """The process that children are forked from; started on first use, and again if it died."""

    def __init__(self) -> None:
        self.control: socket.socket | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.owner = 0
        self.lock = threading.Lock()
        self.turns = threading.BoundedSemaphore(AT_ONCE)
        self.long_turns = threading.BoundedSemaphore(LONG_AT_ONCE)

    def fork(self, order: dict[str, Any], theirs: socket.socket) -> None:
        """Fork a child that communicates over this socket."""
        words = json.dumps(order).encode().ljust(ORDER_BYTES)
        with self.lock:
            try:
                socket.send_fds(self._connection(), [words], [theirs.fileno()])
            except OSError:  # it has died: start another
                self.control = None
                socket.send_fds(self._connection(), [words], [theirs.fileno()])

    def _connection(self) -> socket.socket:
        if self.control is None or self.owner != os.getpid():
            self.control, self.owner = self._start(), os.getpid()
        return self.control

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        keep = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 our own module
                [
                    sys.executable,
                    "-m",
                    "hitouch.core.sandbox.fork_server",
                    str(theirs.fileno()),
                    "confined" if _confinement_required else "unconfined",
                ],
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
                env=keep | ONE_THREAD | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
            )
        return ours

    def end(self) -> None:
        """Stop it at the end of this process."""
        if self.control is not None and self.process and self.owner == os.getpid():
            self.control.close()
            self.process.wait(timeout=5)


_fork_server = ForkServer()


atexit.register(_fork_server.end)


@contextmanager
def without_deadline() -> Iterator[None]:
    """Allow much more elapsed time in this block, for commands and tests on a loaded machine.

    CPU time, which does not depend on the load, stays limited.
    """
    before = _no_deadline.set(True)
    try:
        yield
    finally:
        _no_deadline.reset(before)


def run(
    job: str, data: bytes, *, limits: Limits | None = None, **facts: Any
) -> tuple[dict[str, Any], bytes]:
    """Run a job on the data in a child. Raises `JobRefused` or `LimitExceeded`."""
    allowed = limits or Limits()
    if _no_deadline.get():
        allowed = replace(allowed, patience_seconds=allowed.patience_seconds * NO_DEADLINE_FACTOR)
    is_long = allowed.cpu_seconds > LONG_CPU_SECONDS
    with _fork_server.long_turns if is_long else _fork_server.turns:
        return _run_in_child(job, data, allowed, facts)


def _run_in_child(
    job: str, data: bytes, allowed: Limits, facts: dict[str, Any]
) -> tuple[dict[str, Any], bytes]:
    ours, theirs = socket.socketpair()
    with ours:
        ours.settimeout(allowed.patience_seconds + 5)  # the child's own alarm comes first
        try:
            with theirs:
                order = {"job": job, "patience_seconds": allowed.patience_seconds}
                _fork_server.fork(order, theirs)
            send(ours, {"facts": facts, "limits": asdict(allowed)}, data)
            answer, result = receive(ours)
        except (OSError, EOFError, ValueError) as gone:
            raise LimitExceeded from gone
    if "refused" in answer:
        raise JobRefused(str(answer["refused"]), code=str(answer.get("code", "")))
    if "failed" in answer:
        raise LimitExceeded(str(answer["failed"]))
    if not isinstance(answer.get("facts"), dict):
        raise LimitExceeded
    return answer["facts"], result
