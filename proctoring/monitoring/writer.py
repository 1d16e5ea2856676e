"""The writer: one thread a process, which records the reports of all sockets together.

What comes within a few hundredths of a second becomes one transaction. A receipt is given after the
commit, so that a process may be killed at any time. Beats are written once a second for all
connections. The thread has its own database connection.
"""

import asyncio
import contextlib
import logging
import threading
import time
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError, InterfaceError, connection

from accounts.sessions import websockets
from proctoring.models import Sitting
from proctoring.monitoring import consequences
from proctoring.monitoring.beats import ConnectionBeat, write_beats
from proctoring.monitoring.recording import EventReceipt, EventReport, record

log = logging.getLogger(__name__)
#: How long a batch waits for others, and how many reports it has at most.
WINDOW_SECONDS, MAX_REPORTS = 0.03, 300
BEATS_SECONDS = 1.0
CONSOLE_SECONDS = 0.5
#: The thread ends after so many seconds without work, and begins again with the next.
IDLE_ROUNDS = 30
#: Tries of a batch, and of one report alone. Meanwhile its socket reads no further frame.
TRIES, PAUSE_SECONDS = 8, 0.25


class NotRecorded(Exception):
    """The database did not take it. The client keeps it and sends it again."""


class SignedOut(Exception):
    """Who sent it is not logged in any more."""


@dataclass
class _Job:
    """One frame: who sent it, what it reports, and who waits for the receipt."""

    scope: dict[str, Any]
    report: EventReport | None
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[EventReceipt | None]"
    tries: int = 0

    def resolve(self, receipt: EventReceipt | None = None, error: Exception | None = None) -> None:
        def settle() -> None:
            if self.future.done():
                return
            if error is not None:
                self.future.set_exception(error)
            else:
                self.future.set_result(receipt)

        # A loop that is closed has nobody who waits.
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(settle)


@dataclass
class EventWriter:
    """Collects jobs of the event loop, and works on them in its thread."""

    clock: Callable[[], datetime]
    #: Sends a message to the consoles of proctors.
    tell: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]
    jobs: list[_Job] = field(default_factory=list)
    beats: dict[uuid.UUID, ConnectionBeat] = field(default_factory=dict)
    wake: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    thread: threading.Thread | None = None
    changed: set[uuid.UUID] = field(default_factory=set)
    loop: asyncio.AbstractEventLoop | None = None
    on_ended: Callable[[uuid.UUID], None] | None = None
    is_stopping: bool = False

    async def submit(
        self, scope: dict[str, Any], report: EventReport | None
    ) -> EventReceipt | None:
        """The receipt of a report once it is committed. Without one: whether still logged in.

        Raises `SignedOut` or `NotRecorded`.
        """
        loop = asyncio.get_running_loop()
        job = _Job(scope, report, loop, loop.create_future())
        with self.lock:
            self.jobs.append(job)
            self.loop = loop
            self._start()
        self.wake.set()
        return await job.future

    def beat(self, beat: ConnectionBeat) -> None:
        """Note a beat; the newest of a connection counts."""
        with self.lock:
            known = self.beats.get(beat.connection_id)
            self.beats[beat.connection_id] = beat.after(known)
            self._start()

    def _start(self) -> None:
        if self.thread is None or not self.thread.is_alive():
            self.thread = threading.Thread(target=self._run, name="monitoring-writer", daemon=True)
            self.thread.start()

    def stop(self) -> None:
        """Let the thread finish what waits and end, with its database connection."""
        with self.lock:
            thread, self.is_stopping = self.thread, True
        self.wake.set()
        if thread is not None:
            thread.join(60)
        self.is_stopping = False

    def _run(self) -> None:
        beaten = told = time.monotonic()
        idle = 0
        while idle < IDLE_ROUNDS and not self.is_stopping:
            if self.wake.wait(BEATS_SECONDS):
                self.wake.clear()
                time.sleep(WINDOW_SECONDS)
            with self.lock:
                jobs, self.jobs = self.jobs[:MAX_REPORTS], self.jobs[MAX_REPORTS:]
                if self.jobs:
                    self.wake.set()
            if jobs:
                self._work(jobs)
            if time.monotonic() - beaten >= BEATS_SECONDS:
                beaten = time.monotonic()
                self._write_beats()
            if self.changed and time.monotonic() - told >= CONSOLE_SECONDS:
                told = time.monotonic()
                self._tell_consoles()
            idle = 0 if jobs or self.beats or self.changed else idle + 1
            if idle:
                connection.close()
        if self.is_stopping:
            self._write_beats()
        connection.close()
        with self.lock:
            self.thread = None
            if self.jobs or self.beats:
                self._start()

    def _work(self, jobs: list[_Job]) -> None:
        """Record a batch; one that fails is tried again job by job, so that it stops no other."""
        try:
            self._record(jobs)
        except (DatabaseError, InterfaceError) as error:
            log.warning("monitoring.batch_failed", extra={"reports": len(jobs), "why": str(error)})
            with contextlib.suppress(Exception):
                connection.close()
            for job in jobs:
                self._again(job, alone=True)
        except Exception:
            log.exception("monitoring.writer_failed")
            for job in jobs:
                self._again(job, alone=True)

    def _again(self, job: _Job, *, alone: bool = False) -> None:
        """Try a job later: its sitting is locked, or the database did not answer."""
        job.tries += 1
        if job.tries > TRIES:
            job.resolve(error=NotRecorded())
            return
        if alone:
            try:
                self._record([job])
                return
            except Exception as error:
                log.warning("monitoring.report_failed", extra={"why": str(error)})
                with contextlib.suppress(Exception):
                    connection.close()
        timer = threading.Timer(PAUSE_SECONDS, self._requeue, [job])
        timer.daemon = True
        timer.start()

    def _requeue(self, job: _Job) -> None:
        with self.lock:
            self.jobs.append(job)
            self._start()
        self.wake.set()

    def _record(self, jobs: list[_Job]) -> None:
        at = self.clock()
        alive = websockets.still_authenticated([job.scope for job in jobs], at=at)
        for job, is_alive in zip(jobs, alive, strict=True):
            if not is_alive:
                job.resolve(error=SignedOut())
            elif job.report is None:
                job.resolve()
        left = [
            job
            for job, is_alive in zip(jobs, alive, strict=True)
            if is_alive and job.report is not None
        ]
        if not left:
            return
        receipts = record([job.report for job in left if job.report], at=at, may_wait=False)
        for job, receipt in zip(left, receipts, strict=True):
            if receipt is None:
                self._again(job)
                continue
            job.resolve(receipt)
            if job.report and receipt.results:
                self.changed.add(job.report.sitting_id)
        for pk in {
            job.report.sitting_id
            for job, receipt in zip(left, receipts, strict=True)
            if job.report and receipt and receipt.is_submitted
        }:
            self._submit(pk)

    def _submit(self, pk: uuid.UUID) -> None:
        """What the rules decided is committed already; if this fails, a sweep does it."""
        try:
            consequences.submit_by_rules(sitting=Sitting(pk=pk), at=self.clock())
        except Exception:
            log.exception("monitoring.submission_failed")

    def _write_beats(self) -> None:
        with self.lock:
            waiting, self.beats = self.beats, {}
        if not waiting:
            return
        try:
            for ended in write_beats(list(waiting.values()), at=self.clock()):
                if self.on_ended is not None and self.loop is not None:
                    with contextlib.suppress(RuntimeError):
                        self.loop.call_soon_threadsafe(self.on_ended, ended)
        except Exception as error:
            log.warning("monitoring.beats_failed", extra={"why": str(error)})
            with contextlib.suppress(Exception):
                connection.close()

    def _tell_consoles(self) -> None:
        changed, self.changed = self.changed, set()
        loop = self.loop
        if loop is None:
            return
        message = {"type": "console.changed", "sittings": [str(pk) for pk in changed]}

        async def send() -> None:
            try:
                await self.tell(message)
            except Exception as error:
                log.warning("monitoring.consoles_not_told", extra={"why": str(error)})

        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(lambda: loop.create_task(send()))
