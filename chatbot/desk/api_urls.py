"""API URLs of tickets, and of the desk."""

from django.urls import include, path

from chatbot.desk import api, staff_api

own_ticket = [
    path("", api.TicketDetailView.as_view(), name="ticket"),
    path("messages/", api.TicketReplyView.as_view(), name="ticket-messages"),
    path("close/", api.TicketCloseView.as_view(), name="ticket-close"),
    path("reopen/", api.TicketReopenView.as_view(), name="ticket-reopen"),
    path("rating/", api.TicketRatingView.as_view(), name="ticket-rating"),
]
desk_ticket = [
    path("", staff_api.DeskTicketDetailView.as_view(), name="desk-ticket"),
    path("answer/", staff_api.DeskAnswerView.as_view(), name="desk-answer"),
    path("notes/", staff_api.DeskNoteView.as_view(), name="desk-notes"),
    path("draft/", staff_api.DeskDraftView.as_view(), name="desk-draft"),
    path("presence/", staff_api.DeskPresenceView.as_view(), name="desk-presence"),
    path("canned-replies/", staff_api.DeskCannedRepliesView.as_view(), name="desk-canned-replies"),
    path("clocks/", staff_api.DeskClocksView.as_view(), name="desk-clocks"),
    path("secrets/<uuid:secret_id>/", staff_api.DeskSecretView.as_view(), name="desk-secret"),
    path("take/", staff_api.DeskTakeView.as_view(), name="desk-take"),
    path("transfer/", staff_api.DeskTransferView.as_view(), name="desk-transfer"),
    path("priority/", staff_api.DeskPriorityView.as_view(), name="desk-priority"),
    path("hold/", staff_api.DeskHoldView.as_view(), name="desk-hold"),
    path("resume/", staff_api.DeskResumeView.as_view(), name="desk-resume"),
    path("merge/", staff_api.DeskMergeView.as_view(), name="desk-merge"),
    path("resolve/", staff_api.DeskResolveView.as_view(), name="desk-resolve"),
    path("reopen/", staff_api.DeskReopenView.as_view(), name="desk-reopen"),
    path("hand-back/", staff_api.DeskHandBackView.as_view(), name="desk-hand-back"),
]

urlpatterns = [
    path("tickets/", api.TicketListView.as_view(), name="tickets"),
    path("tickets/<uuid:ticket_id>/", include(own_ticket)),
    path("staff/desk/duty/", staff_api.DeskDutyView.as_view(), name="desk-duty"),
    path("staff/desk/tickets/", staff_api.DeskTicketListView.as_view(), name="desk-tickets"),
    path("staff/desk/tickets/<uuid:ticket_id>/", include(desk_ticket)),
]
