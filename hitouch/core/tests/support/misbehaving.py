"""Sandbox jobs that misbehave as a compromised or broken decoder does."""

import os
import struct
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

Answer = tuple[dict[str, Any], bytes]


warmed: list[int] = []


def warm_up() -> None:
    """Called by the fork server before the first job."""
    warmed.append(os.getpid())


def temperature(data: bytes) -> Answer:
    """How often the module was warmed up, and whether in another process."""
    return {"times": len(warmed), "before": os.getpid() not in warmed}, b""


def lie(data: bytes, *, how: str) -> Answer:
    """Writes invalid data to every open socket."""
    lengths = {
        "long": (8, 1 << 31),
        "deep": (200_000, 0),
        "list": (2, 0),
        "text": (3, 0),
        "facts": (13, 0),
    }
    body = {
        "long": b'{"facts":{}}',
        "deep": b"[" * 200_000,
        "list": b"[]",
        "text": b"{]}",
        "facts": b'{"facts": []}',
    }
    for number in range(3, 4096):
        with suppress(OSError):
            os.write(number, struct.pack("!II", *lengths[how]) + body[how])
    os._exit(0)


def echo(data: bytes) -> Answer:
    """Returns its input."""
    return {}, data


def spin(data: bytes) -> Answer:
    """An endless loop."""
    while True:
        pass


def swell(data: bytes) -> Answer:
    """Allocates 400 MB."""
    return {}, bytes(400 * 1024 * 1024)[:1]


def crash(data: bytes) -> Answer:
    """Crashes with a signal."""
    os.abort()


def hang(data: bytes) -> Answer:
    """Sleeps for ever."""
    time.sleep(60)
    return {}, b""


def starve(data: bytes) -> Answer:
    """Is stopped for a while, as on a machine under load."""
    time.sleep(0.6)
    return {}, data


def write(data: bytes) -> Answer:
    """Writes a file."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "left").write_bytes(b"something")
    return {}, b""


def leave(data: bytes) -> Answer:
    """Exits without an answer."""
    os._exit(0)


def tell(data: bytes) -> Answer:
    """What could be told to others."""
    return {"environment": list(os.environ), "modules": list(sys.modules)}, b""
