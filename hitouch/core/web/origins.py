"""Which origins may open a WebSocket."""

from typing import Any
from urllib.parse import ParseResult

from channels.security.websocket import OriginValidator


class OriginOrTicket(OriginValidator):
    """Our own pages, and programs that have a ticket.

    A browser always sends an Origin, so a connection without one comes from a program. It passes
    only with a ticket in its address, which the consumer uses up.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Let a program with a ticket through; ask the base class about all others."""
        has_origin = any(name == b"origin" for name, _ in scope.get("headers", []))
        if not has_origin and b"ticket=" in scope.get("query_string", b""):
            return await self.application(scope, receive, send)
        return await super().__call__(scope, receive, send)

    def valid_origin(self, parsed_origin: ParseResult | None) -> bool:
        """A missing origin is never valid here."""
        return parsed_origin is not None and super().valid_origin(parsed_origin)
