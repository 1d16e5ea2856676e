"""WebSocket URLs of proctoring."""

from django.urls import path

from proctoring.console.consumers import ConsoleConsumer
from proctoring.monitoring.consumers import SittingConsumer

websocket_urlpatterns = [
    path("ws/sittings/<uuid:pk>/", SittingConsumer.as_asgi()),
    path("ws/proctor/", ConsoleConsumer.as_asgi()),
]
