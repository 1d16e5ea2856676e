"""Whether a stranger's bytes carry a known virus: asked of clamd, when there is one.

A scanner that is slow, down or talks nonsense has not said that a file is clean, so the file
is not taken.
"""

import socket
import struct
import time
from typing import Protocol

from django.conf import settings

from hitouch.core.errors import Refusal

CHUNK = 64 * 1024
SECONDS = 10.0
LONGEST_ANSWER = 4096


class Infected(Refusal):
    """The scanner knows this as a virus."""

    code = "infected_file"
    message = "Our virus scanner blocked this file. Choose another one."
    status = 422
    field = "file"


class ScanUnavailable(Refusal):
    """Nobody could say whether it is clean."""

    code = "scan_unavailable"
    message = (
        "We cannot check files for viruses right now. Your file was not saved. Try again later."
    )
    status = 503
    field = "file"


class Scanner(Protocol):
    """Whoever knows viruses."""

    def virus_in(self, data: bytes) -> str:
        """The virus's name, or nothing when clean. Raises `OSError` when it cannot say."""


class Clamd:
    """ClamAV's daemon, asked by INSTREAM over TCP (`host:port`) or a Unix socket (a path)."""

    def __init__(self, address: str) -> None:
        self.address = address

    def virus_in(self, data: bytes) -> str:
        """What clamd says of these bytes."""
        parts = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)]
        framed = b"".join(struct.pack("!I", len(part)) + part for part in [*parts, b""])
        said = self._ask(b"zINSTREAM\0" + framed)
        if said == "stream: OK":
            return ""
        if said.startswith("stream: ") and said.endswith(" FOUND"):
            return said.removeprefix("stream: ").removesuffix(" FOUND")
        raise OSError("clamd gave no verdict")

    def answers(self) -> bool:
        """Whether it is there."""
        return self._ask(b"zPING\0") == "PONG"

    def _ask(self, words: bytes) -> str:
        until = time.monotonic() + SECONDS
        with self._connected() as clamd:
            clamd.sendall(words)
            said = b""
            while not said.endswith(b"\0"):
                left = until - time.monotonic()
                if left <= 0 or len(said) > LONGEST_ANSWER:
                    raise TimeoutError
                clamd.settimeout(left)
                part = clamd.recv(LONGEST_ANSWER)
                if not part:
                    raise ConnectionError("clamd closed before it answered")
                said += part
        return said.rstrip(b"\0").decode(errors="replace").strip()

    def _connected(self) -> socket.socket:
        if self.address.startswith("/"):
            clamd = socket.socket(socket.AF_UNIX)
            clamd.settimeout(SECONDS)
            try:
                clamd.connect(self.address)
            except OSError:
                clamd.close()
                raise
            return clamd
        host, _, port = self.address.rpartition(":")
        if not port.isdigit():
            raise OSError("HITOUCH_CLAMD is neither host:port nor a path")
        return socket.create_connection((host, int(port)), timeout=SECONDS)


def scanner() -> Clamd | None:
    """The one that is configured, or None: then files are decoded anew, but not scanned."""
    return Clamd(settings.HITOUCH_CLAMD) if settings.HITOUCH_CLAMD else None


def status_note() -> str:
    """What is not done, for those who run the site; nothing when all is."""
    return "" if settings.HITOUCH_CLAMD else "Files are not scanned for known viruses: no clamd."


def refuse_infected(data: bytes) -> None:
    """Let through what the scanner, if there is one, calls clean."""
    asked: Scanner | None = scanner()
    if asked is None:
        return
    try:
        virus = asked.virus_in(data)
    except OSError as fault:
        raise ScanUnavailable from fault
    if virus:
        raise Infected
