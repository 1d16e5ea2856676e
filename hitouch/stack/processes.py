"""Starts and stops child processes that never outlive this process."""

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hitouch.stack.errors import StackError

WRAPPER = Path(__file__).with_name("exec_child.py")


@dataclass(frozen=True)
class Owner:
    """The user a server runs as; -1 means the user of this process."""

    uid: int = -1
    gid: int = -1
    # A clone of root's often lies in a folder that other users may not enter.
    bypass_permissions: bool = False

    def own(self, path: Path) -> None:
        if self.uid >= 0:
            os.chown(path, self.uid, self.gid)


def owner_for(*paths: Path) -> Owner:
    """The user to run PostgreSQL as, since it refuses to run as root."""
    if os.geteuid() != 0:
        return Owner()
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        closed = any(not open_to_all(path) for path in paths)
        return Owner(found.pw_uid, found.pw_gid, closed)
    raise StackError(
        "PostgreSQL does not run as root and there is no user postgres or nobody to run it as: "
        "start HitouchCX as an ordinary user, or set DATABASE_URL and REDIS_URL."
    )


def open_to_all(path: Path) -> bool:
    """Whether every parent folder may be entered by any user."""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents if folder.exists())


@dataclass
class Child:
    """A started program, the signals that stop it, and its log file."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: int
    log: Path
    # Sent when it did not finish in time: it hands unfinished work back instead of waiting.
    requeue_signal: int = signal.SIGTERM

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def terminate(self) -> None:
        if self.running:
            self.process.send_signal(self.stop_signal)

    def end(self, *, within: float) -> None:
        """Send the stop signal, wait, then kill the process and its children."""
        self.terminate()
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            kill_group(self.process.pid)
            self.process.wait()


def kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def wrapped(argv: Iterable[str | Path], *, owner: Owner, death_signal: int) -> list[str]:
    """The command, run through exec_child.py so that it ends with this process."""
    head = [sys.executable, "-I", "-S", str(WRAPPER), str(os.getpid()), str(int(death_signal))]
    head += [str(owner.uid), str(owner.gid), str(int(owner.bypass_permissions))]
    return head + [str(part) for part in argv]


def start(
    name: str,
    argv: Iterable[str | Path],
    *,
    stop_signal: int = signal.SIGTERM,
    death_signal: int | None = None,
    requeue_signal: int = signal.SIGTERM,
    owner: Owner | None = None,
    folder: Path | None = None,
    env: Mapping[str, str] | None = None,
    inherited_fds: Collection[int] = (),
    log: Path,
) -> Child:
    """Start a program in a session of its own, so that Ctrl-C reaches only this process.

    `inherited_fds` are open file descriptors it inherits under the same numbers.
    """
    on_parent_death = stop_signal if death_signal is None else death_signal
    command = wrapped(argv, owner=owner or Owner(), death_signal=on_parent_death)
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=env,
            pass_fds=inherited_fds,
            start_new_session=True,
        )
    return Child(name, process, stop_signal, log, requeue_signal)
