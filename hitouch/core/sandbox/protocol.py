"""The sandbox's messages over a socket: two lengths, a JSON object, bytes."""

import json
import socket
import struct
from typing import Any

LENGTHS = struct.Struct("!II")
#: An order names a job: `module:function`, padded.
ORDER_BYTES = 256


def send(to: socket.socket, facts: dict[str, Any], data: bytes) -> None:
    """Send one message; without data only lengths and JSON are sent."""
    head = json.dumps(facts).encode()
    to.sendall(LENGTHS.pack(len(head), len(data)) + head)
    if data:
        to.sendall(data)


def receive(of: socket.socket) -> tuple[dict[str, Any], bytes]:
    """Receive one message. Raises `EOFError` when the other side has closed."""
    head, data = LENGTHS.unpack(_receive_exactly(of, LENGTHS.size))
    facts = json.loads(_receive_exactly(of, head))
    return facts, _receive_exactly(of, data)


def _receive_exactly(of: socket.socket, count: int) -> bytes:
    parts = []
    while count:
        part = of.recv(min(count, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
