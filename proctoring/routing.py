"""WebSocket URLs of proctoring."""

from django.urls import path

from proctoring import consumers

websocket_urlpatterns = [
    path("ws/sittings/<uuid:pk>/", consumers.SittingConsumer.as_asgi()),
]
