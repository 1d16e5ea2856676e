"""WebSocket URLs of Help and of the desk."""

from django.urls import path

from chatbot.conversations.consumers import HelpConsumer
from chatbot.desk.consumers import DeskConsumer

websocket_urlpatterns = [
    path("ws/help/", HelpConsumer.as_asgi()),
    path("ws/desk/", DeskConsumer.as_asgi()),
]
