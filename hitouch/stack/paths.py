"""Where the embedded servers keep their data and sockets, worked out from the var folder alone."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

LONGEST_SOCKET_PATH = 107
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
DATABASE = USER = "hitouch"


@dataclass(frozen=True)
class Addresses:
    """The two URLs that settings read."""

    database_url: str
    redis_url: str


@dataclass(frozen=True)
class Places:
    """The folders and files of one var folder."""

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
    def outside_port(self) -> Path:
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


def places(var: Path) -> Places:
    """The layout of this var folder; nothing is created."""
    whole = var.resolve()
    return Places(whole, sockets_folder(whole))


def sockets_folder(var: Path) -> Path:
    """Inside var when a socket's path fits and is plain, else a short private folder."""
    inside = var / "run"
    longest = len(os.fsencode(inside / "postgres" / ".s.PGSQL.5432.lock"))
    if longest <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(str(inside)):
        return inside
    # The owner of var, not the caller: root must find the servers of an ordinary user too.
    owner = var.stat().st_uid if var.exists() else os.getuid()
    digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:16]
    return Path(f"/tmp/hitouch-{owner}-{digest}")  # noqa: S108  (checked to be ours before use)


def addresses(var: Path) -> Addresses:
    """The URLs under which the embedded servers of this var folder answer, running or not."""
    its = places(var)
    host = quote(str(its.postgres_sockets))
    return Addresses(
        database_url=f"postgresql:///{DATABASE}?host={host}&user={USER}",
        redis_url=f"unix://{quote(str(its.valkey_socket))}?db=0",
    )
