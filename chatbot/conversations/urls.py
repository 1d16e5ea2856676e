"""URLs of the conversation and of the public help."""

from django.urls import path

from chatbot.conversations import public_views, views

urlpatterns = [
    path("help/", views.help_page, name="help"),
    path("help/panel/", views.panel, name="panel"),
    path("help/thread/", views.thread, name="thread"),
    path("help/messages/", views.send, name="messages"),
    path("help/messages/<uuid:message_id>/feedback/", views.rate, name="feedback"),
    path(
        "help/messages/<uuid:message_id>/suggestions/<uuid:entry_id>/",
        views.choose,
        name="suggestion",
    ),
    path("help/messages/<uuid:message_id>/none/", views.choose_none, name="none-of-these"),
    path("help/messages/<uuid:message_id>/team/", views.team, name="ask-team"),
    path("help/person/", views.person, name="person"),
    path("help/model/", views.model_switch, name="model-switch"),
    path("help/answers/", public_views.answers, name="answers"),
    path("help/answers/<slug:key>/", public_views.answer, name="answer"),
]
