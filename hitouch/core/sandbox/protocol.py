"""How the two sides of the sandbox talk: a length, JSON, a length, bytes."""

import json
import socket
import struct
from typing import Any

LENGTHS = struct.Struct("!II")
#: An order names a job: `module:function`, padded.
ORDER_BYTES = 256


def send(to: socket.socket, facts: dict[str, Any], data: bytes) -> None:
    """One message. Nothing follows a head without data: the other side has gone by then."""
    head = json.dumps(facts).encode()
    to.sendall(LENGTHS.pack(len(head), len(data)) + head)
    if data:
        to.sendall(data)


def receive(of: socket.socket) -> tuple[dict[str, Any], bytes]:
    """One message, or `EOFError` when the other side is gone."""
    head, data = LENGTHS.unpack(_exactly(of, LENGTHS.size))
    facts = json.loads(_exactly(of, head))
    return facts, _exactly(of, data)


def _exactly(of: socket.socket, count: int) -> bytes:
    parts = []
    while count:
        part = of.recv(min(count, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
