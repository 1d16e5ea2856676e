"""A fake language model with OpenAI's API on 127.0.0.1; a test sets its answers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.waiting import DEADLINE_SECONDS

KEY = "sk-of-a-test"


class Model:
    """The answer it gives, how it behaves (`mood`), and the requests it received."""

    def __init__(self) -> None:
        self.says: Any = {}
        self.failure_mode = "well"
        self.asked: list[dict[str, Any]] = []
        self.url = ""
        self.over = threading.Event()

    def reply(self, path: str, key: str, body: dict[str, Any]) -> tuple[int, bytes]:
        """The response to one request."""
        if path != "/v1/chat/completions" or key != f"Bearer {KEY}":
            return 401, b'{"error": {"message": "Incorrect API key", "type": "invalid_request"}}'
        self.asked.append(body)
        if self.failure_mode == "500":
            return 500, b'{"error": {"message": "The server had an error"}}'
        if self.failure_mode == "HTML":
            return 200, b"<html>Welcome to our Wi-Fi</html>"
        content = self.says if isinstance(self.says, str) else json.dumps(self.says)
        message = {"role": "assistant", "content": content}
        choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
        whole = {"object": "chat.completion", "model": body["model"], "choices": choices}
        return 200, json.dumps(whole).encode()


class Handler(BaseHTTPRequestHandler):
    """Serves chat completions."""

    model: Model

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, said = self.model.reply(self.path, self.headers.get("Authorization", ""), body)
        if self.model.failure_mode == "slow":
            self.model.over.wait(DEADLINE_SECONDS)
            return
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args: Any) -> None:
        """Write no log."""


@contextmanager
def served() -> Iterator[Model]:
    """The model at `model.url` until the block ends."""
    model = Model()
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), type("BoundHandler", (Handler,), {"model": model})
    )
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield model
    finally:
        model.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
