"""Ports, socket paths, pid files, locks and time limits, tested without starting a server."""

import ctypes
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hitouch.stack import orphan_reaper, ports, postgres, run_lock, supervisor
from hitouch.stack.errors import StackError
from hitouch.stack.paths import LONGEST_SOCKET_PATH, addresses, stack_paths


@pytest.mark.parametrize("text", ["eighty", "0", "70000", "-1", "8 000", "٨٠٠٠", ""])
def test_a_port_is_a_number_that_exists(text: str) -> None:
    """An invalid port is reported with the name of its setting."""
    with pytest.raises(StackError, match="HITOUCH_PORT"):
        ports.port_from(text)


def test_port_in_use_is_named_with_a_remedy() -> None:
    """The error message proposes another port."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(StackError, match=f"Port {port} is taken.*HITOUCH_PORT="):
            ports.require_free_port("127.0.0.1", port)


def test_an_unknown_host_is_named() -> None:
    """An address that is not this machine's is refused."""
    with pytest.raises(StackError, match=r"HITOUCH_HOST|Nothing can listen"):
        ports.require_free_port("203.0.113.7", 8000)


@pytest.mark.parametrize("folder", ["var", "with a space/var", "/".join(["long-name"] * 14)])
def test_sockets_fit_and_need_no_quoting(tmp_path: Path, folder: str) -> None:
    """For any folder the socket path is short, needs no quoting, and is always the same."""
    paths = stack_paths(tmp_path / folder)
    assert len(str(paths.postgres_sockets / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH
    assert " " not in addresses(paths.var).database_url
    assert addresses(tmp_path / folder) == addresses(tmp_path / "x" / ".." / folder)


def test_a_stale_pid_file_is_removed(tmp_path: Path) -> None:
    """After a power cut another program may have the pid; the server must start all the same."""
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}\n")
    postgres.remove_stale_pid_file(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


@pytest.fixture
def attached_segment() -> Iterator[int]:
    """A System V shared memory segment to which this process is attached."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    segment = libc.shmget(0, 4096, 0o600 | 0o1000)  # IPC_PRIVATE, IPC_CREAT
    address = libc.shmat(segment, None, 0)
    yield segment
    libc.shmdt(ctypes.c_void_p(address))
    libc.shmctl(segment, 0, None)  # IPC_RMID


def test_a_start_waits_for_the_memory_of_a_killed_server(
    tmp_path: Path, attached_segment: int
) -> None:
    """While a process of a killed server is attached to its memory, its pid file stays."""
    stale = tmp_path / "postmaster.pid"
    dead = subprocess.Popen(["true"])
    dead.wait()
    lines = [dead.pid, tmp_path, 0, 5432, tmp_path, "", f"  4711  {attached_segment}", "ready"]
    stale.write_text("\n".join(str(line) for line in lines) + "\n")
    with pytest.raises(StackError, match="still runs"):
        postgres.remove_stale_pid_file(tmp_path, within=0)
    assert stale.exists()
    stale.write_text(stale.read_text().replace(str(attached_segment), "999999999"))
    postgres.remove_stale_pid_file(tmp_path)
    assert not stale.exists()


def test_everything_ends_within_fifteen_seconds() -> None:
    """`up` stops its programs in less than 15 s; the reaper of a killed `up` in less than 10 s."""
    assert supervisor.FINISH + supervisor.REQUEUE + supervisor.CLOSE < 15
    assert orphan_reaper.GRACE_SECONDS < 10


def test_a_start_waits_for_the_lock_of_the_last_run(tmp_path: Path, monkeypatch) -> None:
    """While the last run is still ending, a start waits for a time, then fails with a message."""
    monkeypatch.setattr(run_lock, "TIMEOUT_SECONDS", 0.2)
    paths = stack_paths(tmp_path)
    held = run_lock.acquire(paths)
    with pytest.raises(StackError, match="still ending"):
        run_lock.acquire(paths)
    os.close(held)
    os.close(run_lock.acquire(paths))


def test_the_error_line_of_initdb_is_shown(tmp_path: Path) -> None:
    """Of initdb's output only the line with the error is shown."""
    said = "creating ...\ninitdb: error: could not create directory: No space left on device\nbye"
    assert "No space left" in postgres.reason(said)


def test_a_start_waits_for_the_socket_of_a_server_that_ends(tmp_path: Path) -> None:
    """A server that ends has no pid file any more, but keeps its socket for a moment."""
    lock = tmp_path / ".s.PGSQL.5432.lock"
    waits = 'exec -a "postgres -D $0" sleep 1'
    ending = subprocess.Popen(["bash", "-c", waits, str(tmp_path)])
    threading.Thread(target=ending.wait, daemon=True).start()
    lock.write_text(f"{ending.pid}\n{tmp_path}\n")
    postgres.wait_for_socket(tmp_path, tmp_path, within=60)
    assert not postgres.is_postmaster(str(ending.pid), tmp_path)
    lock.write_text(f"{os.getpid()}\n")
    postgres.wait_for_socket(tmp_path, tmp_path, within=60)
