"""A fake PgBouncer: gives the sessions of PostgreSQL to its clients, one mode at a time.

Only what one client after another needs: a session is free again when the server reports that no
transaction is open. https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

import socket
import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

STARTUP_SSL = 80877103
QUERY, SYNC, TERMINATE = b"Q", b"S", b"X"
PARAMETER, READY, ERROR = b"S", b"Z", b"E"
IDLE = b"I"


class PgBouncer(socketserver.ThreadingUnixStreamServer):
    """The server on a socket of its own, in front of the one of PostgreSQL."""

    daemon_threads = True

    def __init__(self, folder: Path, postgres: Path, mode: str) -> None:
        super().__init__(str(folder / ".s.PGSQL.5432"), _Client)
        self.postgres, self.mode = postgres, mode
        self.free: list[_Session] = []


class _Session:
    """A session of PostgreSQL."""

    def __init__(self, postgres: Path, startup: bytes) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(postgres))
        self.socket.sendall(struct.pack("!I", len(startup) + 4) + startup)
        self.greeting = [message for message in self.answer() if message[:1] == PARAMETER]

    def answer(self) -> list[bytes]:
        """The messages up to the next ReadyForQuery."""
        messages = []
        while not messages or messages[-1][:1] != READY:
            messages.append(_read_message(self.socket))
        return messages


def _read(stream: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = stream.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _read_message(stream: socket.socket) -> bytes:
    head = _read(stream, 5)
    return head + _read(stream, struct.unpack("!I", head[1:])[0] - 4)


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


class _Client(socketserver.BaseRequestHandler):
    server: PgBouncer

    def handle(self) -> None:
        self.session: _Session | None = None
        try:
            self.startup = self._read_startup()
            self._greet()
            while self._serve_query():
                pass
        except (EOFError, OSError):
            pass

    def finish(self) -> None:
        if self.session:
            self.server.free.append(self.session)

    def _read_startup(self) -> bytes:
        startup = _read(self.request, struct.unpack("!I", _read(self.request, 4))[0] - 4)
        if struct.unpack("!I", startup[:4])[0] != STARTUP_SSL:
            return startup
        self.request.sendall(b"N")
        return self._read_startup()

    def _greet(self) -> None:
        """Log in the client, with a key for cancelling that is not the server's."""
        self._take_session()
        assert self.session
        greeting = [_message(b"R", struct.pack("!I", 0)), *self.session.greeting]
        greeting += [_message(b"K", struct.pack("!II", 1, 1)), _message(READY, IDLE)]
        self.request.sendall(b"".join(greeting))
        if self.server.mode != "session":
            self._free_session()

    def _take_session(self) -> None:
        if self.session is None:
            free = self.server.free
            self.session = free.pop() if free else _Session(self.server.postgres, self.startup)

    def _free_session(self) -> None:
        assert self.session
        self.server.free.append(self.session)
        self.session = None

    def _serve_query(self) -> bool:
        """Send on the messages up to a Query or Sync, and the answer; False at the end."""
        messages = [_read_message(self.request)]
        while messages[-1][:1] not in (QUERY, SYNC, TERMINATE):
            messages.append(_read_message(self.request))
        if messages[-1][:1] == TERMINATE:
            return False
        self._take_session()
        assert self.session
        self.session.socket.sendall(b"".join(messages))
        answer = self.session.answer()
        is_idle = answer[-1][5:6] == IDLE
        if self.server.mode == "statement" and not is_idle:
            self.session.socket.close()
            self.session = None
            why = b"SFATAL\0C08P01\0Mtransaction blocks not allowed in statement pooling mode\0\0"
            self.request.sendall(_message(ERROR, why))
            return False
        self.request.sendall(b"".join(answer))
        if self.server.mode != "session" and is_idle:
            self._free_session()
        return True


@contextmanager
def running_pgbouncer(folder: Path, postgres: Path, mode: str) -> Iterator[PgBouncer]:
    """A pooler in `folder`, in front of the socket `postgres`."""
    with PgBouncer(folder, postgres, mode) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
            for session in server.free:
                session.socket.close()
