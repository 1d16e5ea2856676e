"""API URLs of the conversation and of the public help."""

from django.urls import path

from chatbot.conversations import api

urlpatterns = [
    path("help/conversation/", api.HelpConversationView.as_view(), name="conversation"),
    path("help/conversation/messages/", api.HelpMessagesView.as_view(), name="messages"),
    path("help/conversation/person/", api.HelpPersonView.as_view(), name="person"),
    path(
        "help/messages/<uuid:message_id>/feedback/",
        api.HelpFeedbackView.as_view(),
        name="feedback",
    ),
    path(
        "help/messages/<uuid:message_id>/suggestions/none/",
        api.HelpNoneOfTheseView.as_view(),
        name="none-of-these",
    ),
    path(
        "help/messages/<uuid:message_id>/suggestions/<uuid:entry_id>/",
        api.HelpSuggestionView.as_view(),
        name="suggestion",
    ),
    path("help/messages/<uuid:message_id>/team/", api.HelpTeamView.as_view(), name="ask-team"),
    path("help/preference/", api.HelpPreferenceView.as_view(), name="preference"),
    path("help/answers/", api.FaqAnswerView.as_view(), name="answers"),
]
