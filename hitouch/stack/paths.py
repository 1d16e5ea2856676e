"""Folders, sockets and URLs of the embedded servers, derived from the var folder alone."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

LONGEST_SOCKET_PATH = 107
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
DATABASE = USER = "hitouch"
#: The role of the site's programs, which cannot change the audit log; USER owns the tables.
SITE_USER = "hitouch_site"


@dataclass(frozen=True)
class Addresses:
    """DATABASE_URL and REDIS_URL of the embedded servers; for the site's programs another role."""

    database_url: str
    redis_url: str
    site_database_url: str


@dataclass(frozen=True)
class StackPaths:
    """Folders and files of one site, below its var folder (sockets may lie elsewhere)."""

    var: Path
    sockets: Path

    @property
    def data(self) -> Path:
        return self.var / "postgres"

    @property
    def valkey(self) -> Path:
        return self.var / "valkey"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def fakes_port(self) -> Path:
        return self.var / "outside.port"

    @property
    def development_settings(self) -> Path:
        return self.var / "development.env"

    @property
    def lock(self) -> Path:
        return self.var / "up.lock"

    @property
    def postgres_sockets(self) -> Path:
        return self.sockets / "postgres"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"


def stack_paths(var: Path) -> StackPaths:
    """The paths for this var folder; nothing is created."""
    absolute = var.resolve()
    return StackPaths(absolute, sockets_folder(absolute))


def sockets_folder(var: Path) -> Path:
    """Below var if the socket path is short and plain enough, else a private folder in /tmp."""
    inside = var / "run"
    longest = len(os.fsencode(inside / "postgres" / ".s.PGSQL.5432.lock"))
    if longest <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(str(inside)):
        return inside
    # Named after the owner of var, not the caller: root must find another user's servers too.
    owner = var.stat().st_uid if var.exists() else os.getuid()
    digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:16]
    return Path(f"/tmp/hitouch-{owner}-{digest}")  # noqa: S108  (its owner is checked before use)


def addresses(var: Path) -> Addresses:
    """The URLs of the embedded servers of this var folder, whether they run or not."""
    paths = stack_paths(var)
    host = quote(str(paths.postgres_sockets))
    database = f"postgresql:///{DATABASE}?host={host}"
    return Addresses(
        database_url=f"{database}&user={USER}",
        redis_url=f"unix://{quote(str(paths.valkey_socket))}?db=0",
        site_database_url=f"{database}&user={SITE_USER}",
    )
