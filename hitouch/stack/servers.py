"""Both embedded servers of one var folder, started together and ended together."""

import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hitouch.stack import postgres, processes, valkey
from hitouch.stack.errors import StackError
from hitouch.stack.paths import Places, places


@dataclass
class Servers:
    """The running pair."""

    its: Places
    children: list[processes.Child]

    def stop(self, *, within: float = 8) -> None:
        for child in self.children:
            child.ask_to_end()
        for child in self.children:
            child.end(within=within)
        tidy(self.its)


def make_folders(its: Places) -> None:
    """Only the database's user gets into the folder of its socket: there is no password."""
    its.var.mkdir(parents=True, exist_ok=True)
    its.logs.mkdir(exist_ok=True)
    its.sockets.mkdir(mode=0o711, exist_ok=True)
    refuse_strangers(its.sockets, its.var)
    its.postgres_sockets.mkdir(mode=0o700, exist_ok=True)
    postgres.owner_for(its).own(its.postgres_sockets)


def tidy(its: Places) -> None:
    """A short socket folder outside var is of no use to anybody after the end."""
    if its.var not in its.sockets.parents:
        shutil.rmtree(its.sockets, ignore_errors=True)


def refuse_strangers(folder: Path, var: Path) -> None:
    """The short folder has a name that can be guessed: another user may have made it first."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise StackError(f"{folder} belongs to somebody else; remove it or move {var}.")


def start(
    var: Path,
    *,
    throw_away: bool = False,
    started: Callable[[processes.Child], None] = lambda child: None,
) -> Servers:
    """Start both and wait until both answer; on a failure neither is left running."""
    its = places(var)
    make_folders(its)
    postgres.make_cluster(its, throw_away=throw_away)
    running = Servers(its, [])
    try:
        for server in (postgres, valkey):
            running.children.append(server.start(its, throw_away=throw_away))
            started(running.children[-1])
        database, broker = running.children
        valkey.wait_until_ready(its, broker)
        postgres.wait_until_ready(its, database)
    except BaseException:
        running.stop()
        raise
    return running
