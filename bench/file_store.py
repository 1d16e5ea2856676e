"""Private files on disk and in a bucket of the tests' S3 server: writing, reading, a range, memory.

Encryption included. The server is a process of its own on this machine, so the figures are the cost
of the client and the protocol, without a network.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import django
from _harness import p95, report
from _project import PROJECT

ROUNDS = 100
TYPICAL, LARGE = 400_000, 25 * 1024 * 1024
SERVER = """
import sys, threading
from pathlib import Path
from tests.support import s3_sites
with s3_sites.s3_server(Path(sys.argv[1])) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""

os.environ.setdefault("HITOUCH_DEBUG", "1")
os.environ["HITOUCH_VAR"] = tempfile.mkdtemp(prefix="hitouch-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "hitouch.settings"
django.setup()

from django.conf import settings  # noqa: E402

from hitouch.core.files import encryption, stores  # noqa: E402
from tests.fakes import s3  # noqa: E402
from tests.support import s3_sites  # noqa: E402


def megabytes() -> float:
    """The most memory that this process has used."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def milliseconds(act: Callable[[int], object], rounds: int = ROUNDS) -> float:
    """The 95th percentile of an act that gets its number."""
    took = []
    for number in range(rounds):
        began = time.perf_counter()
        act(number)
        took.append(time.perf_counter() - began)
    return p95(took) * 1000


class Files:
    """Encrypted files in a store, as `files.storage` writes and reads them, without rows."""

    def __init__(self, store: stores.ObjectStore) -> None:
        self.store, self.ids = store, [uuid.uuid4().hex for _ in range(ROUNDS)]

    def write(self, name: str, pieces: Iterator[bytes]) -> None:
        self.store.put(f"{name[:2]}/{name}", encryption.encrypt(pieces, context=name))

    def open(self, name: str, size: int) -> encryption.EncryptedFile:
        def read_range(start: int, end: int) -> tuple[bytes, int]:
            part = self.store.read_range(f"{name[:2]}/{name}", start, end)
            return part.data, part.size

        return encryption.EncryptedFile(read_range, size=size, context=name)

    def figures(self, place: str) -> dict[str, float]:
        data = os.urandom(TYPICAL)
        write = milliseconds(lambda number: self.write(self.ids[number], iter([data])))
        read = milliseconds(lambda number: b"".join(self.open(self.ids[number], TYPICAL).read()))
        part = milliseconds(
            lambda number: list(self.open(self.ids[number], TYPICAL).read(300_000, 301_000))
        )
        listed = milliseconds(lambda number: list(self.store.list()), rounds=5)
        return {
            f"{place}_write_p95_ms": write,
            f"{place}_read_p95_ms": read,
            f"{place}_range_p95_ms": part,
            f"{place}_list_ms": listed,
        }

    def streaming(self, place: str) -> dict[str, float]:
        """Writing and reading 25 MB in pieces, after everything is warm."""
        before, piece = megabytes(), os.urandom(64 * 1024)
        began = time.perf_counter()
        self.write("large", (piece for _ in range(LARGE // len(piece))))
        written, swollen = time.perf_counter() - began, megabytes() - before
        before, began = megabytes(), time.perf_counter()
        size = sum(len(each) for each in self.open("large", LARGE).read())
        assert size == LARGE
        return {
            f"{place}_25mb_write_s": written,
            f"{place}_25mb_write_mb": swollen,
            f"{place}_25mb_read_s": time.perf_counter() - began,
            f"{place}_25mb_read_mb": megabytes() - before,
        }


def main() -> None:
    folder = Path(os.environ["HITOUCH_VAR"])
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(folder / "s3")],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout
    url = server.stdout.readline().strip()
    settings.HITOUCH_S3 = {
        "endpoint": url, "region": s3.REGION, "key_id": s3.KEY_ID, "secret": s3.SECRET,
    }  # fmt: skip
    found: dict[str, float] = {}
    for place, address in (("disk", (folder / "private").as_uri()), ("s3", s3_sites.URL)):
        files = Files(stores.store_at(address))
        found |= files.figures(place) | files.streaming(place)
    server.communicate("")
    for name, value in found.items():
        print(f"{name:24} {value:8.1f}")
    goals = {
        "disk_write_p95_ms": 50, "disk_read_p95_ms": 20, "disk_25mb_read_mb": 10,
        "s3_write_p95_ms": 60, "s3_read_p95_ms": 40, "s3_range_p95_ms": 20,
        "disk_25mb_write_mb": 10, "s3_25mb_write_mb": 50, "s3_25mb_read_mb": 15,
    }  # fmt: skip
    shutil.rmtree(folder)
    report({name: (round(found[name], 1), goal) for name, goal in goals.items()})


if __name__ == "__main__":
    main()
