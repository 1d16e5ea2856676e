"""Turns in the sandbox: jobs that may take long do not hold up short ones, nor the reverse."""

import time
from contextlib import ExitStack

import pytest

from hitouch.core import sandbox
from hitouch.core.files import storage
from hitouch.core.sandbox.limits import LimitExceeded, Limits, NoTurn
from hitouch.core.tests.support.hostile import pdf

JOB = "hitouch.core.files.decoding:pdf_is_locked"
LONG = Limits(cpu_seconds=sandbox.LONG_CPU_SECONDS + 1)


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


def test_a_request_waits_for_its_turn_only_so_long() -> None:
    """With all turns taken, a job with a deadline is refused; without a deadline it would wait."""
    with ExitStack() as taken:
        for _ in range(sandbox.LONG_AT_ONCE):
            taken.enter_context(sandbox._fork_server.long_turns)
        with sandbox.within(0.3), pytest.raises(NoTurn):
            sandbox.run(JOB, pdf(), limits=LONG)
    with sandbox.without_deadline(), sandbox.within(1):
        assert sandbox.run(JOB, pdf(), limits=LONG)[0] == {"locked": False}


def test_a_request_waits_for_its_jobs_only_so_long() -> None:
    """The jobs of a request share the deadline: one that hangs is ended, and no other begins."""
    hangs = "hitouch.core.tests.support.misbehaving:hang"
    with sandbox.within(1.0):
        with pytest.raises(LimitExceeded):
            sandbox.run(hangs, b"", limits=LONG)
        time.sleep(0.1)
        with pytest.raises(NoTurn):
            sandbox.run(JOB, pdf(), limits=LONG)
