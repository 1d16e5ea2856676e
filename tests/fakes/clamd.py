"""A fake clamd: answers INSTREAM and PING, detects EICAR, fails on demand (`mood`)."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.waiting import DEADLINE_SECONDS

#: The file that every scanner agrees to call a virus, in two parts so that none finds it here.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LONGEST_STREAM = 25 * 1024 * 1024


class Clamd(socketserver.ThreadingTCPServer):
    """The server; `scanned` lists the data of each scan."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.failure_mode = "well"
        self.scanned: list[bytes] = []
        self.over = threading.Event()

    @property
    def address(self) -> str:
        """Host and port in the form of the setting."""
        return f"127.0.0.1:{self.server_address[1]}"


class _Handler(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        command = self._read_command()
        if command == b"zPING":
            self._say(b"PONG")
        elif command == b"zINSTREAM":
            self._scan()
        else:
            self._say(b"UNKNOWN COMMAND")

    def _read_command(self) -> bytes:
        word = b""
        while (byte := self.rfile.read(1)) not in (b"", b"\0"):
            word += byte
        return word

    def _scan(self) -> None:
        data = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
            if len(data) > LONGEST_STREAM:
                self._say(b"INSTREAM size limit exceeded. ERROR")
                return
        self.server.scanned.append(data)
        self._say({
            "slow": b"",
            "hang up": None,
            "nonsense": b"stream: maybe",
            "error": b"stream: Can't allocate memory ERROR",
        }.get(self.server.failure_mode, self._verdict(data)))  # fmt: skip

    @staticmethod
    def _verdict(data: bytes) -> bytes:
        return b"stream: Eicar-Signature FOUND" if EICAR in data else b"stream: OK"

    def _say(self, words: bytes | None) -> None:
        if words == b"":
            self.server.over.wait(DEADLINE_SECONDS)
        elif words is not None:
            self.wfile.write(words + b"\0")


@contextmanager
def running() -> Iterator[Clamd]:
    """Run the server in a thread until the block ends."""
    with Clamd() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
