"""Starts and stops both embedded servers (PostgreSQL and Valkey) of one var folder."""

import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hitouch.stack import postgres, processes, valkey
from hitouch.stack.errors import StackError
from hitouch.stack.paths import StackPaths, stack_paths


@dataclass
class Servers:
    """The two running servers."""

    paths: StackPaths
    children: list[processes.Child]

    def stop(self, *, within: float = 8) -> None:
        for child in self.children:
            child.terminate()
        for child in self.children:
            child.end(within=within)
        remove_socket_folder(self.paths)


def make_folders(paths: StackPaths) -> None:
    """Create the folders; only the database's user may enter the socket's, there is no password."""
    paths.var.mkdir(parents=True, exist_ok=True)
    paths.logs.mkdir(exist_ok=True)
    paths.sockets.mkdir(mode=0o711, exist_ok=True)
    require_own_folder(paths.sockets, paths.var)
    paths.postgres_sockets.mkdir(mode=0o700, exist_ok=True)
    postgres.owner_for(paths).own(paths.postgres_sockets)


def remove_socket_folder(paths: StackPaths) -> None:
    """Delete the socket folder when it lies outside var."""
    if paths.var not in paths.sockets.parents:
        shutil.rmtree(paths.sockets, ignore_errors=True)


def require_own_folder(folder: Path, var: Path) -> None:
    """Raise StackError unless we own the folder: its name in /tmp can be guessed by other users."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise StackError(f"{folder} belongs to somebody else; remove it or move {var}.")


def start(
    var: Path,
    *,
    disposable: bool = False,
    started: Callable[[processes.Child], None] = lambda child: None,
) -> Servers:
    """Start both and wait until both answer; after a failure neither is left running."""
    paths = stack_paths(var)
    make_folders(paths)
    postgres.make_cluster(paths, disposable=disposable)
    running = Servers(paths, [])
    try:
        for server in (postgres, valkey):
            running.children.append(server.start(paths, disposable=disposable))
            started(running.children[-1])
        database, broker = running.children
        valkey.wait_until_ready(paths, broker)
        postgres.wait_until_ready(paths, database)
    except BaseException:
        running.stop()
        raise
    return running
