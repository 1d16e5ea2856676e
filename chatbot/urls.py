"""URLs of Help: the conversation, support tickets and the desk, custom questions, figures."""

from django.urls import include, path

from chatbot.analytics import urls as analytics
from chatbot.conversations import urls as conversations
from chatbot.custom_questions import urls as custom_questions

app_name = "chatbot"

urlpatterns = [
    *conversations.urlpatterns,
    path("", include("chatbot.desk.urls")),
    *custom_questions.urlpatterns,
    *analytics.urlpatterns,
]
