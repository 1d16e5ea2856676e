"""URLs of Help: the conversation, and support tickets."""

from django.urls import path

from chatbot import views
from chatbot.analytics import urls as analytics
from chatbot.conversations import urls as conversations
from chatbot.custom_questions import urls as custom_questions

app_name = "chatbot"

urlpatterns = [
    *conversations.urlpatterns,
    path("help/tickets/", views.tickets, name="tickets"),
    path("help/tickets/new/", views.new_ticket, name="new-ticket"),
    path("help/tickets/<uuid:ticket_id>/", views.ticket, name="ticket"),
    *custom_questions.urlpatterns,
    *analytics.urlpatterns,
]
