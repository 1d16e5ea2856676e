"""WebSocket URLs of all apps."""

from proctoring import routing as proctoring_routing

websocket_urlpatterns = [*proctoring_routing.websocket_urlpatterns]
