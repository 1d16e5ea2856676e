"""Turns in the sandbox: jobs that may take long do not hold up short ones, nor the reverse."""

from contextlib import ExitStack

from hitouch.core import sandbox
from hitouch.core.files import storage
from hitouch.core.sandbox.limits import Limits
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
