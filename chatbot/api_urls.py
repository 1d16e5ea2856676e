"""API URLs of Help: the conversation, support tickets and the desk, custom questions, figures."""

from django.urls import include, path

from chatbot.analytics import api_urls as analytics
from chatbot.conversations import api_urls as conversations
from chatbot.custom_questions import api_urls as custom_questions

app_name = "chatbot"

urlpatterns = [
    path("", include("chatbot.faq.api_urls")),
    *conversations.urlpatterns,
    path("", include("chatbot.desk.api_urls")),
    *custom_questions.urlpatterns,
    *analytics.urlpatterns,
]
