"""Strangers' bytes are decoded in a process of their own, which may fall over.

`run("hitouch.core.decoding:picture", data)` calls that function in a fresh child of a small
process that has the decoders loaded and knows no settings, keys or database. The child has a
limit of processor time, memory and patience; a decoder that crashes, hangs or swells is an
`Overrun` here and nothing worse.

A job is `job(data: bytes, **facts) -> (facts, bytes)`. What comes back is JSON and bytes: a
child that was taken over can tell lies, but cannot run anything here.
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

from hitouch.core.sandbox.limits import UNHURRIED, JobRefused, LimitExceeded, Limits
from hitouch.core.sandbox.protocol import ORDER_BYTES, receive, send

ROOT = Path(__file__).resolve().parents[3]
#: Children at once; more wait for their turn.
AT_ONCE = max(2, os.cpu_count() or 2)
_unhurried = ContextVar("unhurried", default=False)


class ForkServer:
    """The process from which children are forked; begun when first needed, and again if lost."""

    def __init__(self) -> None:
        self.control: socket.socket | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.owner = 0
        self.lock = threading.Lock()
        self.turns = threading.BoundedSemaphore(AT_ONCE)

    def order(self, job: str, theirs: socket.socket) -> None:
        """Have a child forked that talks over this socket."""
        words = job.encode().ljust(ORDER_BYTES)
        with self.lock:
            try:
                socket.send_fds(self._line(), [words], [theirs.fileno()])
            except OSError:  # it is gone: begin another
                self.control = None
                socket.send_fds(self._line(), [words], [theirs.fileno()])

    def _line(self) -> socket.socket:
        if self.control is None or self.owner != os.getpid():
            self.control, self.owner = self._begin(), os.getpid()
        return self.control

    def _begin(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        keep = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        one_thread = {"OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 our own module
                [sys.executable, "-m", "hitouch.core.sandbox.fork_server", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
                env=keep | one_thread | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
            )
        return ours

    def end(self) -> None:
        """Let it go, at the end of our own process."""
        if self.control is not None and self.process and self.owner == os.getpid():
            self.control.close()
            self.process.wait(timeout=5)


_nursery = ForkServer()


atexit.register(_nursery.end)


@contextmanager
def without_deadline() -> Iterator[None]:
    """Whoever waits here can wait: a machine under load is slower, and says nothing else.

    Patience is for a child that sleeps while somebody waits for a page. Its processor time, which
    load does not use up, is limited as ever.
    """
    before = _unhurried.set(True)
    try:
        yield
    finally:
        _unhurried.reset(before)


def run(
    job: str, data: bytes, *, limits: Limits | None = None, **facts: Any
) -> tuple[dict[str, Any], bytes]:
    """What the job says to these bytes. Raises `JobRefused` in its words, or `Overrun`."""
    allowed = limits or Limits()
    if _unhurried.get():
        allowed = replace(allowed, patience_seconds=allowed.patience_seconds * UNHURRIED)
    ours, theirs = socket.socketpair()
    with ours, _nursery.turns:
        ours.settimeout(allowed.patience_seconds + 5)  # the child's own alarm rings before
        try:
            with theirs:
                _nursery.order(job, theirs)
            send(ours, {"facts": facts, "limits": asdict(allowed)}, data)
            answer, result = receive(ours)
        except (OSError, EOFError, json.JSONDecodeError) as gone:
            raise LimitExceeded from gone
    if "refused" in answer:
        raise JobRefused(str(answer["refused"]))
    if "failed" in answer:
        raise LimitExceeded(str(answer["failed"]))
    return answer["facts"], result
