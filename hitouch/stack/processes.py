"""Starts and ends programs as children that never outlive us."""

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
    """The user a server runs as, when that is not us."""

    uid: int = -1
    gid: int = -1
    # Root's clone often lies in a folder that nobody else may enter.
    carry: bool = False

    def own(self, path: Path) -> None:
        if self.uid >= 0:
            os.chown(path, self.uid, self.gid)


def owner_for(*paths: Path) -> Owner:
    """PostgreSQL refuses to run as root, so root lends it another user."""
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
    """Whether every folder above may be entered by any user."""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents if folder.exists())


@dataclass
class Child:
    """A program we started, how to ask it to end, and where it writes."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: int
    log: Path
    # What makes it leave its work for another when there is no time to finish.
    give_back_signal: int = signal.SIGTERM

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def ask_to_end(self) -> None:
        if self.running:
            self.process.send_signal(self.stop_signal)

    def end(self, *, within: float) -> None:
        """Ask, wait, then make it end together with what it started."""
        self.ask_to_end()
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
    """The same command, run through the wrapper that ties it to us."""
    head = [sys.executable, "-I", "-S", str(WRAPPER), str(os.getpid()), str(int(death_signal))]
    head += [str(owner.uid), str(owner.gid), str(int(owner.carry))]
    return head + [str(part) for part in argv]


def start(
    name: str,
    argv: Iterable[str | Path],
    *,
    stop_signal: int = signal.SIGTERM,
    death_signal: int | None = None,
    give_back_signal: int = signal.SIGTERM,
    owner: Owner | None = None,
    folder: Path | None = None,
    env: Mapping[str, str] | None = None,
    hand_over: Collection[int] = (),
    log: Path,
) -> Child:
    """Run in a session of its own, so that a Ctrl-C reaches only us.

    `hand_over` are open files that it keeps, under the same numbers.
    """
    last_wish = stop_signal if death_signal is None else death_signal
    command = wrapped(argv, owner=owner or Owner(), death_signal=last_wish)
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=env,
            pass_fds=hand_over,
            start_new_session=True,
        )
    return Child(name, process, stop_signal, log, give_back_signal)
