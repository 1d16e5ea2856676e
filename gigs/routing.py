"""WebSocket URLs of gigs."""

from django.urls import path

from gigs.shifts import consumers

websocket_urlpatterns = [path("ws/client/live-board/", consumers.LiveBoardConsumer.as_asgi())]
