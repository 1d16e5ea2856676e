"""A reverse proxy that adds X-Forwarded-For, and passes other headers on as it got them."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.support.waiting import DEADLINE_SECONDS


class ReverseProxy(ThreadingHTTPServer):
    """Calls `upstream` from its own `address`; `sees` is the address it says it was called from."""

    daemon_threads = True

    def __init__(self, upstream: int, *, address: str, sees: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream, self.address, self.sees = upstream, address, sees

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    server: ReverseProxy

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name != "Connection"}
        earlier = headers.pop("X-Forwarded-For", "")
        headers["X-Forwarded-For"] = f"{earlier}, {self.server.sees}".lstrip(", ")
        connection = HTTPConnection(
            "127.0.0.1",
            self.server.upstream,
            timeout=DEADLINE_SECONDS,
            source_address=(self.server.address, 0),
        )
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name in ("Content-Type", "Location"):
            if value := answer.headers[name]:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        connection.close()

    do_GET = do_POST = _forward  # noqa: N815

    def log_message(self, *args: object) -> None:
        return


@contextmanager
def running_proxy(upstream: int, *, address: str, sees: str) -> Iterator[int]:
    """The port of a proxy in front of the port `upstream`."""
    with ReverseProxy(upstream, address=address, sees=sees) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield server.port
        finally:
            server.shutdown()
