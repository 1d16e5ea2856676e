"""`manage.py up`: runs the servers and programs of the site in the foreground until Ctrl-C."""

import errno
import os
import signal
import time
from importlib import import_module
from importlib.util import find_spec
from types import FrameType

from django.conf import settings
from django.core.checks import Tags
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection

from hitouch.core.monitoring import start_checks
from hitouch.management import celery_recovery, site_role
from hitouch.settings import env
from hitouch.stack import development, ports, programs, run_lock, servers
from hitouch.stack.errors import StackError
from hitouch.stack.paths import SITE_USER, StackPaths, addresses, stack_paths
from hitouch.stack.supervisor import Supervisor, say

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Ctrl-C, SIGTERM, or the terminal was closed."""


class Command(BaseCommand):
    help = "Runs the database, the broker, the web server, a worker and beat until Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        paths = stack_paths(settings.VAR)
        try:
            run(paths)
        except StackError as fault:
            raise CommandError(str(fault)) from None
        except DatabaseError as fault:
            raise CommandError(f"The database refused: {first_line(fault)}") from fault
        except OSError as fault:
            raise CommandError(disk_sentence(fault, paths)) from fault


def run(paths: StackPaths) -> None:
    """Start everything, wait for the end, and stop everything."""
    host = env.text("HITOUCH_HOST", "127.0.0.1")
    port = ports.port_from(env.text("HITOUCH_PORT", "8000"))
    embedded = uses_embedded_servers()
    paths.logs.mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor(run_lock.acquire(paths))
    ports.require_free_port(host, port)
    install_signal_handlers()
    try:
        supervisor.protect()
        start_all(supervisor, paths, host, port, embedded=embedded)
        supervisor.watch()
    except StopRequested:
        say("\nEnding; what is under way gets to finish.")
    finally:
        for call in END_SIGNALS:
            signal.signal(call, signal.SIG_IGN)
        supervisor.stop()
        servers.remove_socket_folder(paths)


def uses_embedded_servers() -> bool:
    """Whether to start the embedded servers: not when both URLs are given."""
    given = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
    if len(given) == 1:
        raise StackError(
            f"Only {given[0]} is set: set both DATABASE_URL and REDIS_URL, or neither."
        )
    return not given


def install_signal_handlers() -> None:
    def end(number: int, frame: FrameType | None) -> None:
        raise StopRequested

    for call in END_SIGNALS:
        # nohup ignores SIGHUP: the terminal may be closed.
        if signal.getsignal(call) != signal.SIG_IGN or call == signal.SIGINT:
            signal.signal(call, end)


def start_all(
    supervisor: Supervisor, paths: StackPaths, host: str, port: int, *, embedded: bool
) -> None:
    began = time.monotonic()
    if embedded:
        say("Starting PostgreSQL and Valkey")
        servers.start(paths.var, started=supervisor.adopt_server)
        celery_recovery.requeue_unfinished()
    if wants_fakes():
        start_fakes(supervisor, paths, port)
    if settings.DEBUG:
        development.write_settings(paths)
    else:
        development.remove_settings(paths)
    prepare_rows()
    if embedded:
        use_site_role(paths)
    else:
        require_usable_servers()
    say("Starting the web server, a worker and beat")
    web = supervisor.adopt(programs.web(paths, host=host, port=port))
    ports.wait_until_answers(web, host, port)
    supervisor.adopt(programs.worker(paths, concurrency=settings.HITOUCH_WORKER_PROCESSES))
    supervisor.adopt(programs.beat(paths))
    greet(ports.url(host, port), seconds=time.monotonic() - began)


def wants_fakes() -> bool:
    """Only in development, and not when an address of running fakes is given."""
    return bool(settings.DEBUG) and not env.text("HITOUCH_OUTSIDE_URL", "")


def start_fakes(supervisor: Supervisor, paths: StackPaths, port: int) -> None:
    """Start the fake providers and publish their address to the programs started after this."""
    with ports.open_remembered_port(paths.fakes_port) as listening:
        here = ports.url("127.0.0.1", port)
        supervisor.adopt(programs.fakes(paths, listening=listening.fileno(), site=here))
        address, fakes_port_number = listening.getsockname()
    os.environ["HITOUCH_OUTSIDE_URL"] = ports.url(address, fakes_port_number)


def prepare_rows() -> None:
    """Migrations, seed and static files; all of it is idempotent."""
    say("Bringing the tables up to date")
    call_command("check", tags=[Tags.database], databases=[DEFAULT_DB_ALIAS])
    call_command("migrate", interactive=False, verbosity=0)
    call_command("seed")
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0)
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]


def use_site_role(paths: StackPaths) -> None:
    """Let the programs started after this use the role that cannot rewrite the audit log."""
    site_role.grant(SITE_USER)
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    os.environ["DATABASE_URL"] = addresses(paths.var).site_database_url


def require_usable_servers() -> None:
    """Say what the checks of servers of one's own find; an error stops a production site."""
    for found in start_checks.findings():
        sentence = f"{found.msg} {found.hint or ''} ({found.id})"
        if found.is_serious() and not settings.DEBUG:
            raise StackError(sentence)
        say(sentence)


def greet(address: str, *, seconds: float) -> None:
    say(f"\nHitouchCX is at {address}/  (ready after {seconds:.1f} s; Ctrl-C ends it)")
    if settings.DEBUG and find_spec("hitouch.demo"):
        for line in import_module("hitouch.demo.people").logins():
            say(f"  {line}")
    say("")


def first_line(fault: Exception) -> str:
    return (str(fault).strip() or type(fault).__name__).splitlines()[0]


def disk_sentence(fault: OSError, paths: StackPaths) -> str:
    """The sentence for a disk error, with what to do."""
    if fault.errno in DISK_FULL:
        return (
            f"The disk of {paths.var} is full: make room, or set HITOUCH_VAR to a folder elsewhere."
        )
    what = fault.filename or paths.var
    return (
        f"{what}: {os.strerror(fault.errno or 0).lower()}. "
        "Make it writable for you, or set HITOUCH_VAR to a folder that is."
    )
