"""A WebSocket client for tests; that of Channels needs Daphne, which is not installed."""

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator

from tests.support.waiting import DEADLINE_SECONDS


class SocketClient(ApplicationCommunicator):
    """Speaks to the ASGI application as a browser's WebSocket does."""

    def __init__(self, application: Any, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        path, _, query = path.partition("?")
        scope = {"type": "websocket", "path": path, "query_string": query.encode()}
        super().__init__(application, {**scope, "headers": headers, "subprotocols": []})

    async def connect(self) -> tuple[bool, Any]:
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(DEADLINE_SECONDS)
        return answer["type"] == "websocket.accept", answer

    async def send_to(self, text_data: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text_data})

    async def send_json_to(self, data: Any) -> None:
        await self.send_to(json.dumps(data))

    async def receive_json_from(self) -> Any:
        answer = await self.receive_output(DEADLINE_SECONDS)
        assert answer["type"] == "websocket.send", answer
        return json.loads(answer["text"])

    async def disconnect(self, code: int = 1000) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": code})
        await self.wait(DEADLINE_SECONDS)
