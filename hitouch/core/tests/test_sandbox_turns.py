"""Slots of the sandbox: long jobs do not delay short ones, nor the reverse."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from hitouch.core import sandbox
from hitouch.core.files import storage
from hitouch.core.sandbox import fork_server
from hitouch.core.sandbox.limits import LONG_CPU_SECONDS, LimitExceeded, Limits
from hitouch.core.tests.support.hostile import pdf
from tests.support.waiting import wait_until

JOB = "hitouch.core.files.decoding:pdf_is_locked"
HANGS = "hitouch.core.tests.support.misbehaving:hang"
LONG = Limits(cpu_seconds=LONG_CPU_SECONDS + 1)


def test_short_job_has_a_turn_while_cards_are_read() -> None:
    """With all turns of long jobs taken, a short one runs."""
    with ExitStack() as taken:
        for _ in range(sandbox.LONG_AT_ONCE):
            taken.enter_context(sandbox._fork_server.long_turns)
        assert not storage.is_locked_pdf(pdf())


def test_long_job_has_a_turn_while_files_are_decoded() -> None:
    """With all turns of short jobs taken, a long one runs."""
    with ExitStack() as taken:
        for _ in range(sandbox.AT_ONCE):
            taken.enter_context(sandbox._fork_server.turns)
        assert sandbox.run(JOB, pdf(), limits=LONG)[0] == {"locked": False}


def children() -> dict[int, int]:
    """The niceness of each child that has not ended, by process, as the kernel says it."""
    server = sandbox._fork_server.process
    assert server is not None
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == server.pid and fields[0] != "Z":
                found[int(stat.parent.name)] = int(fields[16])
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")
@pytest.mark.parametrize("limits", [Limits(), LONG], ids=["short", "long"])
def test_jobs_give_way_to_requests(limits: Limits) -> None:
    """Every job gives way to the processes that answer requests, and a long one much more."""
    assert not storage.is_locked_pdf(pdf())  # the fork server runs
    steps = fork_server.LONG_NICENESS if limits is LONG else fork_server.NICENESS
    niceness = min(os.nice(0) + steps, 19)
    earlier = children()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(sandbox.run, HANGS, b"", limits=limits)
        child = wait_until(
            lambda: next(
                (p for p, n in children().items() if n == niceness and p not in earlier), 0
            )
        )
        os.kill(child, signal.SIGKILL)
        with pytest.raises(LimitExceeded):
            running.result()
