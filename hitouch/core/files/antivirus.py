"""Virus scanning of uploads by ClamAV's daemon (clamd), if one is configured.

When the scanner is slow, down or gives an invalid response, the file is refused.
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
    """The scanner found a virus."""

    code = "infected_file"
    message = "Our virus scanner blocked this file. Choose another one."
    status = 422
    field = "file"


class ScanUnavailable(Refusal):
    """The scanner gave no verdict."""

    code = "scan_unavailable"
    message = (
        "We cannot check files for viruses right now. Your file was not saved. Try again later."
    )
    status = 503
    field = "file"


class Scanner(Protocol):
    """A virus scanner."""

    def virus_in(self, data: bytes) -> str:
        """The virus's name, or "" when clean. Raises `OSError` without a verdict."""


class Clamd:
    """ClamAV's daemon, asked by INSTREAM over TCP (`host:port`) or a Unix socket (a path)."""

    def __init__(self, address: str) -> None:
        self.address = address

    def virus_in(self, data: bytes) -> str:
        """Scan the bytes by INSTREAM."""
        parts = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)]
        framed = b"".join(struct.pack("!I", len(part)) + part for part in [*parts, b""])
        verdict = self._ask(b"zINSTREAM\0" + framed)
        if verdict == "stream: OK":
            return ""
        if verdict.startswith("stream: ") and verdict.endswith(" FOUND"):
            return verdict.removeprefix("stream: ").removesuffix(" FOUND")
        raise OSError("clamd gave no verdict")

    def answers(self) -> bool:
        """Whether clamd answers a PING."""
        return self._ask(b"zPING\0") == "PONG"

    def _ask(self, words: bytes) -> str:
        until = time.monotonic() + SECONDS
        with self._connected() as clamd:
            clamd.sendall(words)
            response = b""
            while not response.endswith(b"\0"):
                left = until - time.monotonic()
                if left <= 0 or len(response) > LONGEST_ANSWER:
                    raise TimeoutError
                clamd.settimeout(left)
                part = clamd.recv(LONGEST_ANSWER)
                if not part:
                    raise ConnectionError("clamd closed before it answered")
                response += part
        return response.rstrip(b"\0").decode(errors="replace").strip()

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
        if not (port.isascii() and port.isdecimal()):
            raise OSError("HITOUCH_CLAMD is neither host:port nor a path")
        return socket.create_connection((host, int(port)), timeout=SECONDS)


def scanner() -> Clamd | None:
    """The configured scanner, or None: then files are re-encoded but not scanned."""
    return Clamd(settings.HITOUCH_CLAMD) if settings.HITOUCH_CLAMD else None


def status_note() -> str:
    """A note for operators when no scanner is configured, else ""."""
    return "" if settings.HITOUCH_CLAMD else "Files are not scanned for known viruses: no clamd."


def refuse_infected(data: bytes) -> None:
    """Raise `Infected` or `ScanUnavailable` unless the scanner calls the data clean."""
    clamd: Scanner | None = scanner()
    if clamd is None:
        return
    try:
        virus = clamd.virus_in(data)
    except OSError as fault:
        raise ScanUnavailable from fault
    if virus:
        raise Infected
