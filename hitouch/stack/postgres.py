"""One PostgreSQL of our own: made once, started in the foreground, by unix socket only."""

import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from hitouch.stack import binaries, processes
from hitouch.stack.errors import StackError
from hitouch.stack.paths import DATABASE, USER, Places

THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",  # a run ends before a table has grown
    "jit": "off",
}
STEADY = {
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
}


def owner_for(its: Places) -> processes.Owner:
    return processes.owner_for(
        its.data, its.postgres_sockets, binaries.postgres_program("postgres")
    )


def make_cluster(its: Places, *, throw_away: bool = False) -> None:
    """Make the data folder under another name first: a half-made one is never taken for whole."""
    for leftover in its.var.glob("postgres.making*"):
        shutil.rmtree(leftover)
    if its.data.exists():
        refuse_other_major(its.data)
        return
    making = its.var / "postgres.making"
    making.mkdir(mode=0o700)
    owner = owner_for(its)
    owner.own(making)
    run_initdb(making, owner, throw_away=throw_away)
    making.rename(its.data)


def run_initdb(folder: Path, owner: processes.Owner, *, throw_away: bool) -> None:
    argv: list[str | Path] = [binaries.postgres_program("initdb"), "-D", folder]
    argv += ["--username", USER]
    argv += ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
    argv += ["--no-sync"] if throw_away else []
    done = subprocess.run(  # noqa: S603
        processes.wrapped(argv, owner=owner, death_signal=signal.SIGKILL),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        start_new_session=True,
    )
    if done.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        raise StackError(why_not_made(folder.parent, reason(done.stderr)))


def why_not_made(var: Path, why: str) -> str:
    if "No space left" in why or "quota" in why:
        return f"The disk of {var} is full: make room, or set HITOUCH_VAR to a folder elsewhere."
    return f"The database could not be made in {var}: {why}"


def reason(output: str) -> str:
    """The line of a program's output that says why."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "error:" in line or "FATAL" in line or "PANIC" in line]
    return (telling or lines or ["it gave no reason"])[-1]


def refuse_other_major(data: Path) -> None:
    version = data / "PG_VERSION"
    found = version.read_text().strip() if version.exists() else "unknown"
    if found != binaries.MAJOR:
        raise StackError(
            f"The data in {data} was written by PostgreSQL {found} and this is "
            f"{binaries.MAJOR}: dump it with the old version and load it here, "
            "or set HITOUCH_VAR to another folder to start afresh."
        )


def forget_dead_server(data: Path) -> None:
    """A postmaster.pid whose number another program has by now keeps PostgreSQL from starting."""
    stale = data / "postmaster.pid"
    if not stale.exists():
        return
    pid = stale.read_text().split("\n", 1)[0].strip()
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        command = b""
    if b"postgres" in command and str(data).encode() in command:
        raise StackError(
            f"A PostgreSQL (process {pid}) still runs on {data}: wait a moment or end it, "
            "then start again."
        )
    stale.unlink()


def start(its: Places, *, throw_away: bool = False) -> processes.Child:
    """Start on a made cluster and return before it answers; see `wait_until_ready`."""
    forget_dead_server(its.data)
    options = STEADY | (THROW_AWAY if throw_away else {})
    argv: list[str | Path] = [binaries.postgres_program("postgres"), "-D", its.data]
    argv += ["-k", its.postgres_sockets]
    for name, value in options.items():
        argv += ["-c", f"{name}={value}"]
    stop = signal.SIGQUIT if throw_away else signal.SIGINT
    return processes.start(
        "postgres",
        argv,
        stop_signal=stop,
        owner=owner_for(its),
        folder=Path("/"),
        log=its.logs / "postgres.log",
    )


def wait_until_ready(its: Places, child: processes.Child, *, within: float = 60) -> None:
    """Until it takes connections, and our database is there."""
    give_up_at = time.monotonic() + within
    while time.monotonic() < give_up_at:
        if not child.running:
            raise StackError(f"PostgreSQL did not start: {why_it_died(its.logs / 'postgres.log')}")
        try:
            make_database(its)
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise StackError(f"PostgreSQL did not answer within {within:.0f} s; see {child.log}.")


def why_it_died(log: Path) -> str:
    tail = log.read_text(errors="replace")[-4000:] if log.exists() else ""
    return f"{reason(tail)} (all of it is in {log})"


def make_database(its: Places) -> None:
    with psycopg.connect(
        host=str(its.postgres_sockets), user=USER, dbname="postgres", autocommit=True
    ) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if there.fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")
