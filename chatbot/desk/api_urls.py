"""API URLs of tickets, and of the desk."""

from django.urls import path

from chatbot.desk import api, staff_api

OWN_TICKET, DESK_TICKET = "tickets/<uuid:ticket_id>/", "staff/desk/tickets/<uuid:ticket_id>/"

urlpatterns = [
    path("tickets/", api.TicketListView.as_view(), name="tickets"),
    path(OWN_TICKET, api.TicketDetailView.as_view(), name="ticket"),
    path(OWN_TICKET + "messages/", api.TicketReplyView.as_view(), name="ticket-messages"),
    path(OWN_TICKET + "close/", api.TicketCloseView.as_view(), name="ticket-close"),
    path(OWN_TICKET + "reopen/", api.TicketReopenView.as_view(), name="ticket-reopen"),
    path(OWN_TICKET + "rating/", api.TicketRatingView.as_view(), name="ticket-rating"),
    path("staff/desk/duty/", staff_api.DeskDutyView.as_view(), name="desk-duty"),
    path("staff/desk/tickets/", staff_api.DeskTicketListView.as_view(), name="desk-tickets"),
    path(DESK_TICKET, staff_api.DeskTicketDetailView.as_view(), name="desk-ticket"),
    path(DESK_TICKET + "answer/", staff_api.DeskAnswerView.as_view(), name="desk-answer"),
    path(DESK_TICKET + "notes/", staff_api.DeskNoteView.as_view(), name="desk-notes"),
    path(DESK_TICKET + "draft/", staff_api.DeskDraftView.as_view(), name="desk-draft"),
    path(DESK_TICKET + "presence/", staff_api.DeskPresenceView.as_view(), name="desk-presence"),
    path(
        DESK_TICKET + "canned-replies/",
        staff_api.DeskCannedRepliesView.as_view(),
        name="desk-canned-replies",
    ),
    path(DESK_TICKET + "clocks/", staff_api.DeskClocksView.as_view(), name="desk-clocks"),
    path(
        DESK_TICKET + "secrets/<uuid:secret_id>/",
        staff_api.DeskSecretView.as_view(),
        name="desk-secret",
    ),
    path(DESK_TICKET + "take/", staff_api.DeskTakeView.as_view(), name="desk-take"),
    path(DESK_TICKET + "transfer/", staff_api.DeskTransferView.as_view(), name="desk-transfer"),
    path(DESK_TICKET + "priority/", staff_api.DeskPriorityView.as_view(), name="desk-priority"),
    path(DESK_TICKET + "hold/", staff_api.DeskHoldView.as_view(), name="desk-hold"),
    path(DESK_TICKET + "resume/", staff_api.DeskResumeView.as_view(), name="desk-resume"),
    path(DESK_TICKET + "merge/", staff_api.DeskMergeView.as_view(), name="desk-merge"),
    path(DESK_TICKET + "resolve/", staff_api.DeskResolveView.as_view(), name="desk-resolve"),
    path(DESK_TICKET + "reopen/", staff_api.DeskReopenView.as_view(), name="desk-reopen"),
    path(DESK_TICKET + "hand-back/", staff_api.DeskHandBackView.as_view(), name="desk-hand-back"),
]
