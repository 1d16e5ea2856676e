"""Reads and writes files of `NAME=value` lines: `.env` and var/development.env. No Django."""

import os
from collections.abc import Mapping
from pathlib import Path


def read(path: Path) -> dict[str, str]:
    """The variables in a file, without quotes; {} if there is no file. Comments are skipped."""
    found: dict[str, str] = {}
    if not path.is_file():
        return found
    for line in path.read_text().splitlines():
        name, mark, value = line.strip().partition("=")
        if mark and not name.startswith("#"):
            found.setdefault(name.strip(), value.strip().strip("\"'"))
    return found


def set_defaults(values: Mapping[str, str]) -> None:
    """Set environment variables that are not set yet."""
    for name, value in values.items():
        os.environ.setdefault(name, value)


def write(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file atomically; only its owner may read it, a database URL has a password."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    temporary.replace(path)
