"""WebSocket URLs of all apps."""

from chatbot import routing as chatbot_routing
from gigs import routing as gigs_routing
from proctoring import routing as proctoring_routing

websocket_urlpatterns = [
    *proctoring_routing.websocket_urlpatterns,
    *gigs_routing.websocket_urlpatterns,
    *chatbot_routing.websocket_urlpatterns,
]
