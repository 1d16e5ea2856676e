"""Files of `NAME=value` lines: `.env` and what `make run` leaves under var/. Knows no Django."""

import os
from collections.abc import Mapping
from pathlib import Path


def read(path: Path) -> dict[str, str]:
    """The variables in a file, without quotes; comments are skipped. No file, no variables."""
    found: dict[str, str] = {}
    if not path.is_file():
        return found
    for line in path.read_text().splitlines():
        name, mark, value = line.strip().partition("=")
        if mark and not name.startswith("#"):
            found.setdefault(name.strip(), value.strip().strip("\"'"))
    return found


def set_defaults(values: Mapping[str, str]) -> None:
    """Put variables into the environment; what is set already stays as it is."""
    for name, value in values.items():
        os.environ.setdefault(name, value)


def write(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file at once, readable by its owner only: a database URL has a password."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.touch(mode=0o600)
    beside.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    beside.replace(path)
