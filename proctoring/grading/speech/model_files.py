"""Files of speech models inside installed packages, read only if they are the known ones."""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


class ModelFilesWrong(Exception):
    """A file of the model is missing or not the known one."""


@dataclass(frozen=True)
class ModelFile:
    """A file that is stored in one or more parts, as paths that begin with a package."""

    name: str
    parts: tuple[str, ...]
    sha256: str


@dataclass(frozen=True)
class Model:
    """A model and its files."""

    name: str
    files: tuple[ModelFile, ...]

    def is_installed(self) -> bool:
        """Whether all files are there. Reads none of them."""
        places = [_place(part) for file in self.files for part in file.parts]
        return all(place is not None and place.is_file() for place in places)

    def read(self) -> dict[str, bytes]:
        """The files by name. Raises `ModelFilesWrong`."""
        return {file.name: _read(file) for file in self.files}


def _place(part: str) -> Path | None:
    """Where the file lies; found without importing its package."""
    package, _, inside = part.partition("/")
    spec = find_spec(package)
    return Path(spec.origin).parent / inside if spec and spec.origin else None


def _read(file: ModelFile) -> bytes:
    content = b""
    for part in file.parts:
        place = _place(part)
        if place is None or not place.is_file():
            raise ModelFilesWrong(f"{part} is missing")
        content += place.read_bytes()
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise ModelFilesWrong(f"{file.parts[0]} is not the known file")
    return content
