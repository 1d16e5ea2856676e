"""URLs of custom questions: a person's own, and those of support."""

from django.urls import path

from chatbot.custom_questions import staff_views, views

urlpatterns = [
    path("help/questions/", views.questions, name="questions"),
    path("help/questions/new/", views.new_question, name="new-question"),
    path("help/questions/<uuid:question_id>/", views.question, name="question"),
    path("staff/questions/", staff_views.queue, name="staff-questions"),
    path("staff/questions/<uuid:question_id>/", staff_views.question, name="staff-question"),
    path(
        "staff/questions/<uuid:question_id>/close/",
        staff_views.dismiss,
        name="staff-question-close",
    ),
    path(
        "staff/questions/<uuid:question_id>/draft/",
        staff_views.make_draft,
        name="staff-question-draft",
    ),
    path(
        "staff/questions/<uuid:question_id>/phrasing/",
        staff_views.add_phrasing,
        name="staff-question-phrasing",
    ),
]
