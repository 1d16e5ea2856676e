"""The sandbox's messages over a socket: two lengths, a JSON object, bytes."""

import json
import socket
import struct
from typing import Any

LENGTHS = struct.Struct("!II")
#: An order names a job and its time limit, as JSON padded with blanks.
ORDER_BYTES = 256
#: What a child may answer at most: more is not read.
MAX_FACTS, MAX_DATA = 4 * 1024 * 1024, 64 * 1024 * 1024


def send(to: socket.socket, facts: dict[str, Any], data: bytes) -> None:
    """Send one message; without data only lengths and JSON are sent."""
    head = json.dumps(facts).encode()
    to.sendall(LENGTHS.pack(len(head), len(data)) + head)
    if data:
        to.sendall(data)


def receive(of: socket.socket) -> tuple[dict[str, Any], bytes]:
    """Receive one message.

    Raises `EOFError` when the other side has closed, and `ValueError` when it sends anything else
    than a message of acceptable size.
    """
    head, data = LENGTHS.unpack(_receive_exactly(of, LENGTHS.size))
    if head > MAX_FACTS or data > MAX_DATA:
        raise ValueError("the message is too long")
    try:
        facts = json.loads(_receive_exactly(of, head))
    except RecursionError as deep:
        raise ValueError("the message is nested too deeply") from deep
    if not isinstance(facts, dict):
        raise ValueError("the message is no object")
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
