"""API URLs of custom questions."""

from django.urls import path

from chatbot.custom_questions import api, staff_api

urlpatterns = [
    path("help/questions/", api.CustomQuestionListView.as_view(), name="questions"),
    path("help/questions/<uuid:question_id>/", api.CustomQuestionView.as_view(), name="question"),
    path("staff/questions/", staff_api.StaffQuestionListView.as_view(), name="staff-questions"),
    path(
        "staff/questions/<uuid:question_id>/",
        staff_api.StaffQuestionView.as_view(),
        name="staff-question",
    ),
    path(
        "staff/questions/<uuid:question_id>/answer/",
        staff_api.AnswerQuestionView.as_view(),
        name="staff-question-answer",
    ),
    path(
        "staff/questions/<uuid:question_id>/close/",
        staff_api.DismissQuestionView.as_view(),
        name="staff-question-close",
    ),
    path(
        "staff/questions/<uuid:question_id>/draft/",
        staff_api.DraftOfQuestionView.as_view(),
        name="staff-question-draft",
    ),
    path(
        "staff/questions/<uuid:question_id>/phrasing/",
        staff_api.PhrasingOfQuestionView.as_view(),
        name="staff-question-phrasing",
    ),
]
