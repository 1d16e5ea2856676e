"""The help endpoints."""

from django.urls import path

from chatbot import api

app_name = "chatbot"

urlpatterns = [
    path("help/answers/", api.Answers.as_view(), name="answers"),
    path("tickets/", api.Tickets.as_view(), name="tickets"),
    path("tickets/<uuid:ticket_id>/", api.OneTicket.as_view(), name="ticket"),
    path(
        "tickets/<uuid:ticket_id>/messages/", api.TicketMessages.as_view(), name="ticket-messages"
    ),
]
