"""A store in a folder of this machine, or of a file system that several machines mount.

A file is written under a temporary name, flushed and renamed, so that a crash or a power failure
leaves either the whole file or none.
"""

import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from hitouch.core.files.stores.base import Part, StoredObject, unavailable

#: Ends the name of a file that is being written.
UNFINISHED = ".part"


class LocalStore:
    """Files in a folder, readable by the user that runs the site only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = str(folder)

    def put(self, name: str, pieces: Iterable[bytes], *, if_absent: bool = False) -> None:
        """Write a temporary file and rename it."""
        path = self.folder / name
        temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex[:12]}{UNFINISHED}")
        with _disk_faults():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                _write(temporary, pieces)
                if if_absent:
                    os.link(temporary, path)
                else:
                    temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
            _flush_folder(path.parent)

    def read_range(self, name: str, start: int, end: int) -> Part:
        """Read a part of the file."""
        with _disk_faults(), (self.folder / name).open("rb") as file:
            file.seek(start)
            return Part(file.read(end - start), os.fstat(file.fileno()).st_size)

    def size(self, name: str) -> int | None:
        """The file's size."""
        with _disk_faults():
            try:
                return (self.folder / name).stat().st_size
            except FileNotFoundError:
                return None

    def delete(self, name: str) -> None:
        """Delete the file and temporary files of it."""
        path = self.folder / name
        with _disk_faults():
            for unfinished in path.parent.glob(f"{path.name}*{UNFINISHED}"):
                unfinished.unlink(missing_ok=True)
            path.unlink(missing_ok=True)

    def list(self, folder: str = "") -> Iterator[StoredObject]:
        """Yield files, folder by folder to bound the memory used."""
        here = self.folder / folder
        with _disk_faults():
            entries = sorted(os.scandir(here), key=lambda each: each.name) if here.exists() else []
        for entry in entries:
            name = f"{folder}/{entry.name}".lstrip("/")
            if entry.is_dir(follow_symlinks=False):
                yield from self.list(name)
            elif found := self._look_at(name):
                yield found

    def _look_at(self, name: str) -> StoredObject | None:
        with _disk_faults():
            try:
                facts = (self.folder / name).stat()
            except FileNotFoundError:
                return None  # deleted or renamed meanwhile
        return StoredObject(name, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for piece in pieces:
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())


def _flush_folder(folder: Path) -> None:
    """Make a rename last through a power failure."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _disk_faults() -> Iterator[None]:
    """Raise `StoreUnavailable` for a disk that is full, broken or not permitted."""
    try:
        yield
    except (FileNotFoundError, FileExistsError):
        raise
    except OSError as fault:
        raise unavailable(fault) from fault
