"""The embedded PostgreSQL: create the cluster, start it in the foreground, Unix socket only."""

import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from hitouch.stack import binaries, processes
from hitouch.stack.errors import StackError
from hitouch.stack.paths import DATABASE, SITE_USER, USER, StackPaths

DISPOSABLE_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",  # a run ends before a table has grown
    "jit": "off",
}
#: How long a start waits for the server of a run that was killed to end.
PREDECESSOR_SECONDS = 60
OPTIONS = {
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    # The log holds no row contents: no details of errors, no statements and no parameters.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
}
#: The first line of an error may quote a value too. Errors of statements reach the program that
#: sent them; in sessions of our roles only what concerns the server is logged.
ROLE_OPTIONS = {"log_min_messages": "log"}


def owner_for(paths: StackPaths) -> processes.Owner:
    return processes.owner_for(
        paths.data, paths.postgres_sockets, binaries.postgres_program("postgres")
    )


def make_cluster(paths: StackPaths, *, disposable: bool = False) -> None:
    """Run initdb in a temporary folder, renamed when complete; an existing cluster is kept."""
    for leftover in paths.var.glob("postgres.making*"):
        shutil.rmtree(leftover)
    if paths.data.exists():
        refuse_other_major(paths.data)
        return
    making = paths.var / "postgres.making"
    making.mkdir(mode=0o700)
    owner = owner_for(paths)
    owner.own(making)
    run_initdb(making, owner, disposable=disposable)
    making.rename(paths.data)


def run_initdb(folder: Path, owner: processes.Owner, *, disposable: bool) -> None:
    argv: list[str | Path] = [binaries.postgres_program("initdb"), "-D", folder]
    argv += ["--username", USER]
    argv += ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
    argv += ["--no-sync"] if disposable else []
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
        raise StackError(initdb_sentence(folder.parent, reason(done.stderr)))


def initdb_sentence(var: Path, why: str) -> str:
    if "No space left" in why or "quota" in why:
        return f"The disk of {var} is full: make room, or set HITOUCH_VAR to a folder elsewhere."
    return f"The database could not be made in {var}: {why}"


def reason(output: str) -> str:
    """The line of a program's output that gives the reason of a failure."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line or "FATAL" in line or "PANIC" in line]
    return (errors or lines or ["it gave no reason"])[-1]


def refuse_other_major(data: Path) -> None:
    version = data / "PG_VERSION"
    found = version.read_text().strip() if version.exists() else "unknown"
    if found != binaries.MAJOR:
        raise StackError(
            f"The data in {data} was written by PostgreSQL {found} and this is "
            f"{binaries.MAJOR}: dump it with the old version and load it here, "
            "or set HITOUCH_VAR to another folder to start afresh."
        )


def remove_stale_pid_file(data: Path, *, within: float = PREDECESSOR_SECONDS) -> None:
    """Remove a dead server's postmaster.pid, once nothing of that server is left.

    PostgreSQL does not start if the pid was reused by another program, nor while a process of a
    killed server is still attached to its shared memory. Both end by themselves after a kill, so
    a start waits for them for `within` seconds.
    """
    stale = data / "postmaster.pid"
    if not stale.exists():
        return
    lines = [line.strip() for line in stale.read_text().split("\n")]
    pid, memory = lines[0], lines[6].split()[-1:] if len(lines) > 6 else []
    give_up_at = time.monotonic() + within
    while is_postmaster(pid, data) or any(is_attached(segment) for segment in memory):
        if time.monotonic() > give_up_at:
            raise StackError(
                f"A PostgreSQL (process {pid}) still runs on {data}: wait a moment or end it, "
                "then start again."
            )
        time.sleep(0.1)
    stale.unlink(missing_ok=True)


def wait_for_socket(sockets: Path, data: Path, *, within: float = PREDECESSOR_SECONDS) -> None:
    """Wait until a server that is ending has given up its socket, the last thing that it does.

    It has removed its postmaster.pid before, so that nothing else tells of it.
    """
    lock = sockets / ".s.PGSQL.5432.lock"
    give_up_at = time.monotonic() + within
    while lock.exists() and time.monotonic() < give_up_at:
        pid = lock.read_text(errors="replace").split("\n")[0].strip()
        if not is_postmaster(pid, data):
            return
        time.sleep(0.1)


def is_postmaster(pid: str, data: Path) -> bool:
    """Whether this process is a PostgreSQL server on this folder."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return b"postgres" in command and str(data).encode() in command


def is_attached(segment: str) -> bool:
    """Whether a process is attached to a System V shared memory segment (its shmid)."""
    table = Path("/proc/sysvipc/shm")
    rows = [line.split() for line in table.read_text().splitlines()] if table.exists() else []
    return any(row[1] == segment and int(row[6]) > 0 for row in rows[1:])


def start(paths: StackPaths, *, disposable: bool = False) -> processes.Child:
    """Start the server on an existing cluster without waiting; see `wait_until_ready`."""
    remove_stale_pid_file(paths.data)
    wait_for_socket(paths.postgres_sockets, paths.data)
    options = OPTIONS | (DISPOSABLE_OPTIONS if disposable else {})
    argv: list[str | Path] = [binaries.postgres_program("postgres"), "-D", paths.data]
    argv += ["-k", paths.postgres_sockets]
    for name, value in options.items():
        argv += ["-c", f"{name}={value}"]
    stop = signal.SIGQUIT if disposable else signal.SIGINT
    return processes.start(
        "postgres",
        argv,
        stop_signal=stop,
        owner=owner_for(paths),
        folder=Path("/"),
        log=paths.logs / "postgres.log",
    )


def wait_until_ready(paths: StackPaths, child: processes.Child, *, within: float = 60) -> None:
    """Wait until the server accepts connections, and create the database if missing."""
    give_up_at = time.monotonic() + within
    while time.monotonic() < give_up_at:
        if not child.running:
            raise StackError(
                f"PostgreSQL did not start: {failure_reason(paths.logs / 'postgres.log')}"
            )
        try:
            make_database(paths)
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise StackError(f"PostgreSQL did not answer within {within:.0f} s; see {child.log}.")


def failure_reason(log: Path) -> str:
    tail = log.read_text(errors="replace")[-4000:] if log.exists() else ""
    return f"{reason(tail)} (all of it is in {log})"


def make_database(paths: StackPaths) -> None:
    with psycopg.connect(
        host=str(paths.postgres_sockets), user=USER, dbname="postgres", autocommit=True
    ) as connection:
        existing = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if existing.fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        role = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [SITE_USER])
        if role.fetchone() is None:
            connection.execute(f"CREATE ROLE {SITE_USER} LOGIN")
        for name, value in ROLE_OPTIONS.items():
            for user in (USER, SITE_USER):
                connection.execute(f"ALTER ROLE {user} SET {name} = '{value}'")
