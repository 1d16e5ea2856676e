"""Reads and writes files of `NAME=value` lines: `.env` and var/development.env. No Django.

The syntax is python-dotenv's: quotes, `export`, comments and values of several lines. Variables in
values are not replaced, since a password may contain `${`.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from hitouch.stack.errors import StackError

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
WHITESPACE = re.compile(r"\s*")


def read(path: Path) -> dict[str, str]:
    """The variables in a file, {} if there is no file. Raises StackError naming a malformed line.

    The message does not quote the line, which may hold a secret.
    """
    found: dict[str, str] = {}
    if not path.is_file():
        return found
    try:
        with path.open(encoding="utf-8", newline="") as file:
            bindings = list(parse_stream(file))
    except UnicodeDecodeError:
        raise StackError(f"{path} is not text in UTF-8; save it again as UTF-8.") from None
    for binding in bindings:
        if binding.error or binding.key is not None:
            name, value = _variable(path, binding)
            found[name] = value
    return found


def _variable(path: Path, binding: Binding) -> tuple[str, str]:
    """The name and the value of one entry of a file."""
    name, value = binding.key or "", binding.value
    if binding.error or value is None or "\0" in value or not NAME.fullmatch(name):
        raise StackError(
            f"{path}, line {_line(binding)}: write NAME=value, and a value with quotes or "
            "of several lines between a pair of quotes."
        )
    return name, value


def _line(binding: Binding) -> int:
    """The line on which an entry begins; python-dotenv counts blank lines before it as its own."""
    text = binding.original.string
    blank = WHITESPACE.match(text).group()  # type: ignore[union-attr]
    return binding.original.line + len(re.findall(r"\r\n|\n|\r", blank))


def set_defaults(values: Mapping[str, str]) -> None:
    """Set environment variables that are not set yet."""
    for name, value in values.items():
        os.environ.setdefault(name, value)


def write(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file atomically; only its owner may read it, a database URL has a password."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_text("".join(f"{name}={_quoted(value)}\n" for name, value in values.items()))
    temporary.replace(path)


def _quoted(value: str) -> str:
    """The value as `read` gives it back, whatever characters are in it."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
