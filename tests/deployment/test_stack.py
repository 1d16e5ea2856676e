"""The parts of the stack that can be asked without starting anything."""

import os
import socket
from pathlib import Path

import pytest

from hitouch.stack import orphan_reaper, ports, postgres, run_lock, supervisor
from hitouch.stack.errors import StackError
from hitouch.stack.paths import LONGEST_SOCKET_PATH, addresses, places


@pytest.mark.parametrize("text", ["eighty", "0", "70000", "-1", "8 000", "٨٠٠٠", ""])
def test_a_port_is_a_number_that_exists(text: str) -> None:
    """Nonsense is named together with the setting it came from."""
    with pytest.raises(StackError, match="HITOUCH_PORT"):
        ports.port_from(text)


def test_a_taken_port_says_which_and_what_now() -> None:
    """The sentence offers another port."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(StackError, match=f"Port {port} is taken.*HITOUCH_PORT="):
            ports.refuse_taken("127.0.0.1", port)


def test_an_unknown_address_is_named() -> None:
    """A host that is not ours can not be listened on."""
    with pytest.raises(StackError, match=r"HITOUCH_HOST|Nothing can listen"):
        ports.refuse_taken("203.0.113.7", 8000)


@pytest.mark.parametrize("folder", ["var", "with a space/var", "/".join(["long-name"] * 14)])
def test_sockets_fit_and_need_no_quoting(tmp_path: Path, folder: str) -> None:
    """Whatever the folder is called, the socket's path is short and plain, and always the same."""
    its = places(tmp_path / folder)
    assert len(str(its.postgres_sockets / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH
    assert " " not in addresses(its.var).database_url
    assert addresses(tmp_path / folder) == addresses(tmp_path / "x" / ".." / folder)


def test_a_stale_pid_of_another_program_is_forgotten(tmp_path: Path) -> None:
    """After a power cut the number may belong to anybody; it must not keep us from starting."""
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}\n")
    postgres.forget_dead_server(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


def test_everything_ends_within_fifteen_seconds() -> None:
    """`up` gives its programs less than 15 s in all; the guard of a killed `up`, less than 10 s."""
    assert supervisor.FINISH + supervisor.GIVE_BACK + supervisor.CLOSE < 15
    assert orphan_reaper.PATIENCE < 10


def test_a_held_folder_that_nobody_runs_on_is_waited_for(tmp_path: Path, monkeypatch) -> None:
    """While the last run is still ending, a start waits, and says so when it takes too long."""
    monkeypatch.setattr(run_lock, "PATIENCE", 0.2)
    its = places(tmp_path)
    held = run_lock.acquire(its)
    with pytest.raises(StackError, match="still ending"):
        run_lock.acquire(its)
    os.close(held)
    os.close(run_lock.acquire(its))


def test_the_reason_is_the_line_that_tells(tmp_path: Path) -> None:
    """Of all that initdb writes, people see the one line that matters."""
    said = "creating ...\ninitdb: error: could not create directory: No space left on device\nbye"
    assert "No space left" in postgres.reason(said)
