"""API URLs of Help: the conversation, and support tickets."""

from django.urls import include, path

from chatbot.analytics import api_urls as analytics
from chatbot.api import tickets
from chatbot.conversations import api_urls as conversations
from chatbot.custom_questions import api_urls as custom_questions

app_name = "chatbot"

urlpatterns = [
    path("", include("chatbot.faq.api_urls")),
    *conversations.urlpatterns,
    path("tickets/", tickets.TicketListView.as_view(), name="tickets"),
    path("tickets/<uuid:ticket_id>/", tickets.TicketDetailView.as_view(), name="ticket"),
    path(
        "tickets/<uuid:ticket_id>/messages/",
        tickets.TicketReplyView.as_view(),
        name="ticket-messages",
    ),
    *custom_questions.urlpatterns,
    *analytics.urlpatterns,
]
