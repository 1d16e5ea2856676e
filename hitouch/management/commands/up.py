"""`manage.py up`: everything HitouchCX needs to run, in the foreground, until Ctrl-C."""

import errno
import os
import signal
import time
from importlib import import_module
from importlib.util import find_spec
from types import FrameType

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from hitouch.management import celery_recovery
from hitouch.settings import env
from hitouch.stack import development, ports, programs, run_lock, servers
from hitouch.stack.errors import StackError
from hitouch.stack.paths import Places, places
from hitouch.stack.supervisor import Supervisor, say

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
CALLS_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """Somebody asked us to end: Ctrl-C, SIGTERM, or the terminal closed."""


class Command(BaseCommand):
    help = "Runs the database, the broker, the web server, a worker and beat until Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        its = places(settings.VAR)
        try:
            run(its)
        except StackError as fault:
            raise CommandError(str(fault)) from None
        except DatabaseError as fault:
            raise CommandError(f"The database refused: {first_line(fault)}") from fault
        except OSError as fault:
            raise CommandError(disk_sentence(fault, its)) from fault


def run(its: Places) -> None:
    """Start all, wait for the end, and leave nothing behind."""
    host = env.text("HITOUCH_HOST", "127.0.0.1")
    port = ports.port_from(env.text("HITOUCH_PORT", "8000"))
    embedded = wants_embedded()
    its.logs.mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor(run_lock.acquire(its))
    ports.refuse_taken(host, port)
    listen_for_the_end()
    try:
        supervisor.protect()
        start_all(supervisor, its, host, port, embedded=embedded)
        supervisor.watch()
    except Ended:
        say("\nEnding; what is under way gets to finish.")
    finally:
        for call in CALLS_TO_END:
            signal.signal(call, signal.SIG_IGN)
        supervisor.stop()
        servers.tidy(its)


def wants_embedded() -> bool:
    """Nothing embedded starts when both servers are somebody's already."""
    given = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
    if len(given) == 1:
        raise StackError(
            f"Only {given[0]} is set: set both DATABASE_URL and REDIS_URL, or neither."
        )
    return not given


def listen_for_the_end() -> None:
    def end(number: int, frame: FrameType | None) -> None:
        raise Ended

    for call in CALLS_TO_END:
        # Under nohup the terminal may go.
        if signal.getsignal(call) != signal.SIG_IGN or call == signal.SIGINT:
            signal.signal(call, end)


def start_all(supervisor: Supervisor, its: Places, host: str, port: int, *, embedded: bool) -> None:
    began = time.monotonic()
    if embedded:
        say("Starting PostgreSQL and Valkey")
        servers.start(its.var, started=supervisor.adopt_server)
        celery_recovery.requeue_unfinished()
    if wants_stand_ins():
        start_stand_ins(supervisor, its, port)
    if settings.DEBUG:
        development.leave_settings(its)
    else:
        development.remove_settings(its)
    prepare_rows()
    say("Starting the web server, a worker and beat")
    behind_proxy = env.flag("BEHIND_PROXY", default=False)
    web = supervisor.adopt(programs.web(its, host=host, port=port, behind_proxy=behind_proxy))
    ports.wait_until_answers(web, host, port)
    supervisor.adopt(programs.worker(its))
    supervisor.adopt(programs.beat(its))
    greet(ports.url(host, port), seconds=time.monotonic() - began)


def wants_stand_ins() -> bool:
    """In development, unless somebody runs them already; production has no imitations."""
    return bool(settings.DEBUG) and not env.text("HITOUCH_OUTSIDE_URL", "")


def start_stand_ins(supervisor: Supervisor, its: Places, port: int) -> None:
    """Settings read the address anew in every program that is started after this."""
    with ports.open_kept(its.outside_port) as listening:
        here = ports.url("127.0.0.1", port)
        supervisor.adopt(programs.outside(its, listening=listening.fileno(), site=here))
        address, its_port = listening.getsockname()
    os.environ["HITOUCH_OUTSIDE_URL"] = ports.url(address, its_port)


def prepare_rows() -> None:
    """Tables, seed and static files; all of it harmless to do again."""
    say("Bringing the tables up to date")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("seed")
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0)
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]


def greet(address: str, *, seconds: float) -> None:
    say(f"\nHitouchCX is at {address}/  (ready after {seconds:.1f} s; Ctrl-C ends it)")
    if settings.DEBUG and find_spec("hitouch.demo.people"):
        for line in import_module("hitouch.demo.people").logins():
            say(f"  {line}")
    say("")


def first_line(fault: Exception) -> str:
    return (str(fault).strip() or type(fault).__name__).splitlines()[0]


def disk_sentence(fault: OSError, its: Places) -> str:
    """The disk's refusals, with what to do."""
    if fault.errno in NO_ROOM:
        return (
            f"The disk of {its.var} is full: make room, or set HITOUCH_VAR to a folder elsewhere."
        )
    what = fault.filename or its.var
    return (
        f"{what}: {os.strerror(fault.errno or 0).lower()}. "
        "Make it writable for you, or set HITOUCH_VAR to a folder that is."
    )
