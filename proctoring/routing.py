"""WebSocket URLs of proctoring."""

from django.urls import path

from proctoring.monitoring import consumers

websocket_urlpatterns = [
    path("ws/sittings/<uuid:pk>/", consumers.SittingConsumer.as_asgi()),
]
