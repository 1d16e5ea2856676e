"""WebSocket URLs of Help."""

from django.urls import path

from chatbot.conversations import consumers

websocket_urlpatterns = [path("ws/help/", consumers.HelpConsumer.as_asgi())]
