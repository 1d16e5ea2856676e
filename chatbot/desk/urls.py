"""URLs of the support desk, and of a person's own tickets."""

from django.urls import path

from chatbot.desk import staff_views, views

urlpatterns = [
    path("help/tickets/", views.tickets, name="tickets"),
    path("help/tickets/new/", views.new_ticket, name="new-ticket"),
    path("help/tickets/<uuid:ticket_id>/", views.ticket, name="ticket"),
    path("help/tickets/<uuid:ticket_id>/close/", views.close_ticket, name="ticket-close"),
    path("help/tickets/<uuid:ticket_id>/reopen/", views.reopen_ticket, name="ticket-reopen"),
    path("help/tickets/<uuid:ticket_id>/rating/", views.rate_ticket, name="ticket-rating"),
    path("staff/desk/", staff_views.desk, name="desk"),
    path("staff/desk/duty/", staff_views.duty, name="desk-duty"),
    path("staff/desk/tickets/<uuid:ticket_id>/", staff_views.desk_ticket, name="desk-ticket"),
    path("staff/desk/tickets/<uuid:ticket_id>/answer/", staff_views.answer, name="desk-answer"),
    path(
        "staff/desk/tickets/<uuid:ticket_id>/clocks/", staff_views.desk_clocks, name="desk-clocks"
    ),
    path(
        "staff/desk/tickets/<uuid:ticket_id>/secrets/<uuid:secret_id>/",
        staff_views.open_secret,
        name="desk-secret",
    ),
    path("staff/desk/tickets/<uuid:ticket_id>/<slug:name>/", staff_views.act, name="desk-act"),
]
