"""The files of this project, found without git: the tests also run from an unpacked archive."""

import ast
import os
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("hitouch", "accounts", "proctoring", "onboarding", "gigs", "payments", "chatbot")


@cache
def ignore_patterns() -> list[str]:
    """The lines of .gitignore: names with wildcards; a leading slash means the top folder."""
    lines = (line.strip() for line in (ROOT / ".gitignore").read_text().splitlines())
    return [line.rstrip("/") for line in lines if line and not line.startswith("#")]


def is_ignored(path: Path) -> bool:
    """Whether .gitignore names this file or folder. Its parents have been looked at before."""
    relative = path.relative_to(ROOT).as_posix()
    return any(
        relative == pattern[1:] if pattern.startswith("/") else fnmatch(path.name, pattern)
        for pattern in ignore_patterns()
    )


def walk(folder: Path) -> Iterator[Path]:
    """All files below a folder that belong to the project, in a stable order."""
    for here, folders, files in os.walk(folder):
        parent = Path(here)
        folders[:] = sorted(name for name in folders if not is_ignored(parent / name))
        for name in sorted(files):
            if not is_ignored(parent / name):
                yield parent / name


@cache
def text_of(path: Path) -> str:
    return path.read_text()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


def product_files() -> Iterator[Path]:
    """The Python files of the product: no tests and no migrations."""
    for package in PACKAGES:
        for path in walk(ROOT / package):
            parts = path.relative_to(ROOT).parts
            if path.suffix == ".py" and not {"tests", "migrations"} & set(parts):
                yield path
