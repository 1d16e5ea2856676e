"""URLs of the figures of Help."""

from django.urls import path

from chatbot.analytics import staff_views

urlpatterns = [
    path("staff/help/figures/", staff_views.figures, name="help-figures"),
    path("staff/help/unanswered/", staff_views.unanswered_groups, name="help-unanswered"),
    path(
        "staff/help/unanswered/<uuid:message_id>/",
        staff_views.unanswered_question,
        name="help-unanswered-question",
    ),
    path(
        "staff/help/unanswered/<uuid:message_id>/draft/",
        staff_views.make_draft,
        name="help-unanswered-draft",
    ),
    path(
        "staff/help/unanswered/<uuid:message_id>/phrasing/",
        staff_views.add_phrasing,
        name="help-unanswered-phrasing",
    ),
]
