"""API URLs of the figures of Help."""

from django.urls import path

from chatbot.analytics import staff_api

urlpatterns = [
    path("staff/help/figures/", staff_api.HelpFiguresView.as_view(), name="help-figures"),
    path(
        "staff/help/unanswered/",
        staff_api.UnansweredGroupsView.as_view(),
        name="help-unanswered",
    ),
    path(
        "staff/help/unanswered/<uuid:message_id>/draft/",
        staff_api.DraftOfUnansweredView.as_view(),
        name="help-unanswered-draft",
    ),
    path(
        "staff/help/unanswered/<uuid:message_id>/phrasing/",
        staff_api.PhrasingOfUnansweredView.as_view(),
        name="help-unanswered-phrasing",
    ),
]
